using System.Text.Json;
using Fairlead.LabTests.Lab;

[assembly: AssemblyFixture(typeof(FleetEnd))]

namespace Fairlead.LabTests;

/// <summary>
/// Every cause on real engines: model, probe and what the scenario expects, three columns that must agree; and its healthy twin. Each
/// scenario runs on one engine (on one of each group where the answer depends on it); with FAIRLEAD_ALL=1 on every one.
/// </summary>
public abstract class ScenarioTests
{
    private static readonly Lazy<IReadOnlyList<string>> Names = new(() =>
        [.. Shell.RunAsync(Paths.Script("scene"), "list").GetAwaiter().GetResult().Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)]);

    public static bool Everything => Environment.GetEnvironmentVariable("FAIRLEAD_ALL") == "1";

    /// <summary>The scenarios of this generation. <paramref name="shift"/> spreads two theories over different engines.</summary>
    protected static TheoryData<string> Share(string generation, int shift)
    {
        var data = new TheoryData<string>();
        foreach (var (i, name) in Names.Value.Index())
        {
            // A missing engine keeps its share (which is then skipped and counted), and the scenario runs elsewhere as well.
            var mine = Everything
                || Engines.All[(i + shift) % Engines.All.Count] == generation
                || (Engines.Available.Count > 0 && Engines.Available[(i + shift) % Engines.Available.Count] == generation)
                || DependsOnEngine(name);
            if (mine)
                data.Add(name);
        }
        return data;
    }

    protected static async Task AsRootAsync(string generation, string scenario)
    {
        await using var lease = await Fleet.TakeAsync(generation);
        var host = lease.Host;
        foreach (var healthy in new[] { false, true })
        {
            var expected = healthy ? await host.HealAsync(scenario) : await host.BuildAsync(scenario);
            var dialled = await host.DialAsync(expected.Source, expected.Target);
            var answer = await FairleadBinary.AskAsync(host, expected.AsUser, ["why", expected.Source, expected.Target, .. expected.Args]);
            var wrong = new Columns($"{scenario}{(healthy ? ", twin" : "")} on {generation}: why {expected.Source} {expected.Target}", answer);
            wrong.Compare("exit", expected.Exit, answer.Exit);
            wrong.Compare("verdict", expected.Verdict, answer.Verdict);
            wrong.Compare("cause", expected.Code, answer.Code);
            if (expected.Verdict == "unknown")
            {
                wrong.Check("notRead names what was not read", answer.List("notRead").Count > 0);
            }
            else
            {
                wrong.Compare("the lab's own dial", expected.Outcome, dialled.Outcome);
                wrong.Compare("observed", expected.Outcome, answer.Observed);
                wrong.Compare("predicted", expected.Outcome, answer.Predicted);
                wrong.Compare("agreement", "agree", answer.Agreement);
                wrong.Compare("errno", dialled.Errno, answer.Errno ?? 0);
                wrong.Compare("behind", string.Join(' ', expected.Behind), string.Join(' ', answer.Behind));
                wrong.Compare("confidence", expected.Code is null ? null : "proven", answer.Confidence);
                foreach (var plan in answer.List("plans"))
                    wrong.Check($"plan {plan.GetProperty("id")} is not known to fail", plan.GetProperty("predicted").GetString() is "ok" or "leaves-host" or "unknown");
            }
            wrong.Assert();
        }
    }

    /// <summary>A user who may only use the engine: with the helper he gets the same answer; through the API alone never a wrong or a sure one.</summary>
    protected static async Task AsUserAsync(string generation, string scenario)
    {
        await using var lease = await Fleet.TakeAsync(generation);
        var host = lease.Host;
        foreach (var healthy in new[] { false, true })
        {
            var expected = healthy ? await host.HealAsync(scenario) : await host.BuildAsync(scenario);
            if (expected.Verdict == "unknown")
                continue;
            foreach (var vantage in new[] { "helper", "api" })
            {
                var answer = await FairleadBinary.AskAsync(host, true, "why", expected.Source, expected.Target, "--vantage", vantage);
                var wrong = new Columns($"{scenario}{(healthy ? ", twin" : "")} on {generation} as user, {vantage}: why {expected.Source} {expected.Target}", answer);
                if (vantage == "helper")
                {
                    wrong.Compare("exit", expected.Exit, answer.Exit);
                    wrong.Compare("verdict", expected.Verdict, answer.Verdict);
                    wrong.Compare("cause", expected.Code, answer.Code);
                    wrong.Compare("observed", expected.Outcome, answer.Observed);
                    wrong.Check("the cause is likely at least", answer.Code is null || answer.Confidence is "proven" or "likely");
                }
                else
                {
                    wrong.Check("verdict right or unknown", answer.Verdict == expected.Verdict || answer.Verdict == "unknown");
                    wrong.Check("exit belongs to the verdict", answer.Exit == answer.Verdict switch { "reachable" => 0, "unknown" => 3, _ => 1 });
                    wrong.Check("cause right or none", answer.Code == expected.Code || answer.Code is null || answer.Confidence == "possible");
                    wrong.Check("not proven by one witness", answer.Confidence != "proven");
                }
                wrong.Assert();
            }
        }
    }

    private static bool DependsOnEngine(string name)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Paths.Script("scenarios"), name, "expected.json")));
        return json.RootElement.GetProperty("outcome").ValueKind == JsonValueKind.Object;
    }
}

public sealed class ScenariosOn20 : ScenarioTests
{
    public static TheoryData<string> Root => Share("20", 0);
    public static TheoryData<string> User => Share("20", 2);
    [Theory, MemberData(nameof(Root))] public Task Root_finds_the_cause_and_nothing_in_its_twin(string scenario) => AsRootAsync("20", scenario);
    [Theory, MemberData(nameof(User))] public Task A_user_gets_the_same_answer_or_an_honest_one(string scenario) => AsUserAsync("20", scenario);
}

public sealed class ScenariosOn26 : ScenarioTests
{
    public static TheoryData<string> Root => Share("26", 0);
    public static TheoryData<string> User => Share("26", 2);
    [Theory, MemberData(nameof(Root))] public Task Root_finds_the_cause_and_nothing_in_its_twin(string scenario) => AsRootAsync("26", scenario);
    [Theory, MemberData(nameof(User))] public Task A_user_gets_the_same_answer_or_an_honest_one(string scenario) => AsUserAsync("26", scenario);
}

public sealed class ScenariosOn28 : ScenarioTests
{
    public static TheoryData<string> Root => Share("28", 0);
    public static TheoryData<string> User => Share("28", 2);
    [Theory, MemberData(nameof(Root))] public Task Root_finds_the_cause_and_nothing_in_its_twin(string scenario) => AsRootAsync("28", scenario);
    [Theory, MemberData(nameof(User))] public Task A_user_gets_the_same_answer_or_an_honest_one(string scenario) => AsUserAsync("28", scenario);
}

public sealed class ScenariosOn29 : ScenarioTests
{
    public static TheoryData<string> Root => Share("29", 0);
    public static TheoryData<string> User => Share("29", 2);
    [Theory, MemberData(nameof(Root))] public Task Root_finds_the_cause_and_nothing_in_its_twin(string scenario) => AsRootAsync("29", scenario);
    [Theory, MemberData(nameof(User))] public Task A_user_gets_the_same_answer_or_an_honest_one(string scenario) => AsUserAsync("29", scenario);
}

public sealed class ScenariosOn29Nftables : ScenarioTests
{
    public static TheoryData<string> Root => Share("29n", 0);
    public static TheoryData<string> User => Share("29n", 2);
    [Theory, MemberData(nameof(Root))] public Task Root_finds_the_cause_and_nothing_in_its_twin(string scenario) => AsRootAsync("29n", scenario);
    [Theory, MemberData(nameof(User))] public Task A_user_gets_the_same_answer_or_an_honest_one(string scenario) => AsUserAsync("29n", scenario);
}
