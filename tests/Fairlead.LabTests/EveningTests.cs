using System.Text.Json;
using Fairlead.LabTests.Lab;

namespace Fairlead.LabTests;

/// <summary>
/// The field note's host, drawn from a seed (lab/evening). One seed a generation, or with FAIRLEAD_ALL=1 twenty fixed ones more on the
/// engine that they draw. FAIRLEAD_SEED repeats a run; any seed must pass.
/// </summary>
public sealed class EveningTests
{
    private static readonly int First = int.TryParse(Environment.GetEnvironmentVariable("FAIRLEAD_SEED"), out var given) ? given : Random.Shared.Next(1_000_000);

    public static TheoryData<int, string> Evenings
    {
        get
        {
            var data = new TheoryData<int, string>();
            foreach (var (i, generation) in Engines.All.Index())
                data.Add(First + i, generation);
            for (var seed = 1; seed <= 20 && ScenarioTests.Everything; seed++)
                data.Add(seed, "");
            return data;
        }
    }

    [Theory, MemberData(nameof(Evenings))]
    public async Task Every_question_of_the_evening_is_answered_as_it_was_built(int seed, string generation)
    {
        if (generation.Length > 0)
            Engines.Need(generation);
        using var place = await Fleet.PlaceAsync();
        string[] engine = generation.Length > 0 ? ["--engine", generation] : [];
        var built = await Shell.RunAsync(Paths.Script("evening"), ["--seed", $"{seed}", "--keep", .. engine], null, TimeSpan.FromMinutes(5));
        using var json = JsonDocument.Parse(built.Stdout.Length > 0 ? built.Stdout : throw new InvalidOperationException(built.Stderr));
        var evening = json.RootElement;
        await using var host = LabHost.Adopt(evening.GetProperty("host").GetProperty("name").GetString()!, evening.GetProperty("engine").GetString()!);
        Assert.True(built.Exit == 0, $"seed {seed}: a real dial gave something else than was expected: {built.Stdout}");
        foreach (var question in evening.GetProperty("questions").EnumerateArray())
            await AskAsync(host, seed, question);
    }

    private static async Task AskAsync(LabHost host, int seed, JsonElement question)
    {
        string Word(string name) => question.GetProperty(name).GetString()!;
        var (source, target) = (Word("source"), Word("target"));
        var answer = await FairleadBinary.AskAsync(host, false, "why", source, target);
        var wrong = new Columns($"seed {seed} on {host.Generation}, {Word("name")}: why {source} {target}", answer);
        wrong.Compare("exit", question.GetProperty("exit").GetInt32(), answer.Exit);
        wrong.Compare("verdict", Word("verdict"), answer.Verdict);
        wrong.Compare("cause", question.GetProperty("cause").GetString(), answer.Code);
        wrong.Compare("observed", Word("outcome"), answer.Observed);
        wrong.Compare("agreement", "agree", answer.Agreement);
        wrong.Compare("errno", question.GetProperty("dialled").GetProperty("errno").GetInt32(), answer.Errno ?? 0);
        wrong.Compare("behind", string.Join(' ', Expected.Words(question.GetProperty("behind"))), string.Join(' ', answer.Behind));
        if (question.TryGetProperty("newTarget", out var newTarget))
        {
            var works = question.GetProperty("newTargetWorks").GetBoolean();
            var plan = answer.List("plans").FirstOrDefault(p => p.GetProperty("id").GetString() == "use-host-address");
            wrong.Check("a plan use-host-address", plan.ValueKind == JsonValueKind.Object);
            if (plan.ValueKind == JsonValueKind.Object && works)
            {
                wrong.Compare("the plan's new target", newTarget.GetString(), plan.GetProperty("newTarget").GetString());
                wrong.Compare("the plan's proof", "observed", plan.GetProperty("proof").GetString());
                wrong.Compare("the plan's place", 1, plan.GetProperty("n").GetInt32());
            }
        }
        wrong.Assert();
    }
}
