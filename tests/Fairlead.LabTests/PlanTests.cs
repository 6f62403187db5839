using System.Text.Json;
using System.Text.RegularExpressions;
using Fairlead.LabTests.Lab;

namespace Fairlead.LabTests;

/// <summary>
/// Every plan of every scenario is done on a fresh copy of its host, as a person would: what is printed is typed into a shell, what is said in words is done
/// by hand, the new target is dialled by the lab's own witness, Fairlead is asked again, and the undo leaves the host as it was. Each scenario on an engine
/// drawn from the seed (FAIRLEAD_SEED repeats it); with FAIRLEAD_ALL=1 on every one.
/// </summary>
public sealed partial class PlanTests(ITestOutputHelper output)
{
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("FAIRLEAD_SEED"), out var given) ? given : Random.Shared.Next(1_000_000);

    public static TheoryData<string, string> Scenarios
    {
        get
        {
            var (data, drawn) = (new TheoryData<string, string>(), new Random(Seed));
            var engines = Engines.Available.Count > 0 ? Engines.Available : Engines.All;
            foreach (var name in Shell.RunAsync(Paths.Script("scene"), "list").GetAwaiter().GetResult().Text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                var one = engines[drawn.Next(engines.Count)];
                foreach (var engine in ScenarioTests.Everything ? Engines.All : [one])
                    data.Add(name, engine);
            }
            return data;
        }
    }

    [Theory, MemberData(nameof(Scenarios))]
    public async Task Every_plan_of_the_scenario_works_when_done_and_is_taken_back_whole(string scenario, string generation)
    {
        output.WriteLine($"seed {Seed}");
        await using var lease = await Fleet.TakeAsync(generation);
        var (host, wrong) = (lease.Host, new List<string>());
        var (expected, first) = await AskAsync(host, scenario);
        foreach (var plan in first.List("plans"))
        {
            var key = plan.GetProperty("key").GetString()!;
            var faults = IsSettingOnly(plan) ? await DialAsync(host, expected, plan) : await DoAsync(host, scenario, plan.GetProperty("id").GetString()!, plan.GetProperty("n").GetInt32());
            output.WriteLine($"{key}: {(faults.Count == 0 ? "done" : string.Join("; ", faults))}");
            wrong.AddRange(faults.Select(f => $"{key}: {f}"));
        }
        Assert.True(wrong.Count == 0, $"{scenario} on {generation}, seed {Seed}: why {expected.Source} {expected.Target}\n  {string.Join("\n  ", wrong)}");
    }

    /// <summary>SAFETY 8: what is printed is typed, whatever a network is called.</summary>
    [Fact]
    public async Task A_network_named_like_a_command_is_joined_and_nothing_is_run()
    {
        await using var lease = await Fleet.TakeAsync(Drawn);
        var (host, bait) = (lease.Host, Path.Combine(lease.Host.Folder, "pwn"));
        var name = $"rx; touch {bait} $(touch {bait})";
        await host.CreateNetworkAsync(name);
        await host.DockerAsync("network", "create", "front");
        await host.DockerAsync("run", "-d", "--name", "client", "--network", "front", "bb", "sleep", "1d");
        var id = await host.DockerAsync("network", "ls", "-q", "--filter", "name=rx");
        await host.DockerAsync("run", "-d", "--name", "api", "--network", id, "bb", "httpd", "-f", "-p", "80");
        var answer = await FairleadBinary.AskAsync(host, false, "why", "client", "http://api:80/");
        var plan = Assert.Single(answer.List("plans"), p => p.GetProperty("id").GetString() == "connect-network");
        Assert.Equal(0, (await Typed.AsRootAsync(host, Words(plan, "commands"))).Exit);
        Assert.Equal("ok", (await host.DialAsync("client", plan.GetProperty("newTarget").GetString() ?? "http://api:80/")).Outcome);
        Assert.Equal(0, (await Typed.AsRootAsync(host, Words(plan, "undo"))).Exit);
        Assert.False(File.Exists(bait), "a printed command ran what a network is called");
    }

    /// <summary>Stops that have no code of their own yet, but a repair: it is offered, and works.</summary>
    [Theory]
    [InlineData("paused", "unpause-target")]
    [InlineData("forwarding", "enable-forwarding")]
    public async Task What_a_stop_says_by_itself_is_repaired(string what, string id)
    {
        await using var lease = await Fleet.TakeAsync(Drawn);
        var host = lease.Host;
        var expected = await host.BuildAsync("nothing-listens/in-the-container");
        var target = what == "paused" ? "http://api:80/" : $"http://{host.Address[..host.Address.LastIndexOf('.')]}.77:9/";
        if (what == "paused")
            await host.DockerAsync("pause", "api");
        else
            await host.AtAsync("sysctl", "-qw", "net.ipv4.ip_forward=0");
        try
        {
            var answer = await FairleadBinary.AskAsync(host, false, "why", expected.Source, target);
            var plan = Assert.Single(answer.List("plans"), p => p.GetProperty("id").GetString() == id);
            Assert.Equal(0, (await Typed.AsRootAsync(host, Words(plan, "commands"))).Exit);
            // Nobody listens at the neighbour's: that it can be refused by it shows the way.
            Assert.Equal(what == "paused" ? "ok" : "refused", (await host.DialAsync(expected.Source, target)).Outcome);
            Assert.Equal(0, (await Typed.AsRootAsync(host, Words(plan, "undo"))).Exit);
        }
        finally
        {
            await host.AtAsync("sysctl", "-qw", "net.ipv4.ip_forward=1");
        }
    }

    private static string Drawn => Engines.Available.Count > 0 ? Engines.Available[Seed % Engines.Available.Count] : "28";

    /// <summary>Nothing is to be typed: the address as it is written now.</summary>
    private static async Task<List<string>> DialAsync(LabHost host, Expected expected, JsonElement plan)
    {
        var dialled = await host.DialAsync(expected.Source, plan.GetProperty("newTarget").GetString()!);
        return dialled.Outcome == plan.GetProperty("predicted").GetString() ? [] : [$"dialling {plan.GetProperty("newTarget")} gives {dialled.Outcome}"];
    }

    private static async Task<List<string>> DoAsync(LabHost host, string scenario, string id, int n)
    {
        await host.CleanAsync();
        var (expected, answer) = await AskAsync(host, scenario);
        // Addresses in a key may be others on a fresh copy.
        var plan = answer.List("plans").FirstOrDefault(p => p.GetProperty("id").GetString() == id && p.GetProperty("n").GetInt32() == n);
        if (plan.ValueKind != JsonValueKind.Object)
            return ["is not offered on a fresh copy of the host"];
        var faults = new List<string>();
        var before = await Canonical.OfAsync(host);
        foreach (var step in plan.GetProperty("steps").EnumerateArray().Where(s => s.GetProperty("argv").GetArrayLength() == 0))
            faults.AddRange(await ByHandAsync(host, scenario, expected, step));
        var byHand = faults.Count == 0 && plan.GetProperty("steps").EnumerateArray().Any(s => s.GetProperty("argv").GetArrayLength() == 0 && s.GetProperty("where").GetString() == "container");
        var commands = Words(plan, "commands");
        var typed = await Typed.AsRootAsync(host, commands);
        if (typed.Exit != 0 || typed.Stderr.Length > 0)
            faults.Add($"typed, it says {typed.Exit}: {typed.Stderr.Trim()}");
        var target = plan.GetProperty("newTarget").GetString() ?? expected.Target;
        var dialled = await host.DialAsync(expected.Source, target);
        // A server that was started a moment ago may need one.
        for (var i = 0; i < 50 && dialled.Outcome != "ok" && id == "start-target"; i++)
            dialled = await host.DialAsync(expected.Source, target);
        if (plan.GetProperty("predicted").GetString() is var predicted && dialled.Outcome != (predicted == "unknown" ? "ok" : predicted))
            faults.Add($"predicted {predicted}, and dialling {target} gives {dialled.Outcome}");
        var again = await FairleadBinary.AskAsync(host, false, "why", expected.Source, target);
        // What the application makes of a request is not the path's doing: the lab's web server knows no WebSocket.
        if (again.Exit != 0 && !(target.StartsWith("ws", StringComparison.Ordinal) && again.Observed == "ok"))
            faults.Add($"asked again, {target} is {again.Verdict}, {again.Code}: {again.Stderr}");
        if (commands.Count == 0)
            return faults;
        var undo = plan.GetProperty("undo");
        if (undo.ValueKind != JsonValueKind.Array)
            return [.. faults, "has commands and no undo"];
        var undone = await Typed.AsRootAsync(host, undo.EnumerateArray().Select(u => u.GetString()!));
        if (undone.Exit != 0 || undone.Stderr.Length > 0)
            faults.Add($"undo says {undone.Exit}: {undone.Stderr.Trim()}");
        // Whoever was recreated by hand is another container now.
        if (!byHand && Watch.Difference(before, await Canonical.OfAsync(host)) is { } difference)
            faults.Add($"undo leaves the host changed, {difference}");
        return faults;
    }

    /// <summary>A step that Fairlead says in words, done as it says.</summary>
    private static async Task<List<string>> ByHandAsync(LabHost host, string scenario, Expected expected, JsonElement step)
    {
        var what = step.GetProperty("what").GetString()!;
        switch (step.GetProperty("fix").GetString())
        {
            case "rebind-listener" when what.Contains("host's service", StringComparison.Ordinal):
                await host.RebindAsync(Number().Match(what).Groups[1].Value);
                return [];
            case "rebind-listener":
                await host.HealAsync(scenario);
                return [];
            case "use-host-gateway" when Option().Match(what) is { Success: true } option:
                // Network, published ports and command are all that the lab gives its containers.
                const string format = "{{.HostConfig.NetworkMode}}|{{range $p, $b := .HostConfig.PortBindings}}{{range $b}}-p {{.HostPort}}:{{$p}} {{end}}{{end}}|{{join .Config.Cmd \" \"}}";
                var made = (await host.DockerAsync("inspect", "-f", format, expected.Source)).Split('|');
                await host.DockerAsync("rm", "-f", expected.Source);
                await host.DockerAsync(["run", "-d", "--name", expected.Source, "--network", made[0] == "default" ? "bridge" : made[0], option.Value, .. Parts(made[1]), "bb", .. Parts(made[2])]);
                return [];
            default:
                // What the person writes in his application is what is dialled.
                return step.GetProperty("where").GetString() == "app" ? [] : [$"no way to do: {what}"];
        }
    }

    private static async Task<(Expected, Answer)> AskAsync(LabHost host, string scenario)
    {
        var expected = await host.BuildAsync(scenario);
        return (expected, await FairleadBinary.AskAsync(host, expected.AsUser, ["why", expected.Source, expected.Target, .. expected.Args]));
    }

    private static string[] Parts(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static bool IsSettingOnly(JsonElement plan) => Words(plan, "commands").Count == 0 && Words(plan, "cost") is ["setting"];

    private static IReadOnlyList<string> Words(JsonElement plan, string name) =>
        [.. plan.GetProperty(name).EnumerateArray().Where(w => w.ValueKind == JsonValueKind.String).Select(w => w.GetString()!)];

    [GeneratedRegex(@"0\.0\.0\.0:(\d+)")]
    private static partial Regex Number();

    [GeneratedRegex(@"--add-host=\S+")]
    private static partial Regex Option();
}
