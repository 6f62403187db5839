using System.Text.Json;
using Fairlead.LabTests.Lab;

namespace Fairlead.LabTests;

/// <summary>The witness is watched: what Fairlead does while it looks, seen from outside by means that are not its own.</summary>
public sealed class WatcherTests
{
    /// <summary>Attempts with these outcomes sent no SYN.</summary>
    private static readonly string[] WithoutSyn =
        ["net-unreachable", "address-unavailable", "denied", "name-not-found", "name-failure", "name-timeout", "invalid-target"];

    private static readonly string[] Watched =
    [
        "nothing-listens/in-the-container", "loopback-to-host/any-address", "loopback-to-sibling/published", "networks-disjoint/by-address",
        "networks-disjoint/by-name", "host-firewall-drops/host-service", "server-bound-to-loopback/through-the-proxy", "target-not-running/by-own-address",
    ];

    public static TheoryData<string, string> Scenarios
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (i, scenario) in Watched.Index())
            {
                foreach (var (j, generation) in Engines.All.Index())
                {
                    if (ScenarioTests.Everything || i % Engines.All.Count == j)
                        data.Add(scenario, generation);
                }
            }
            return data;
        }
    }

    public static TheoryData<string, string> Vantages
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (j, generation) in Engines.All.Index())
            {
                foreach (var (i, vantage) in new[] { "root", "helper", "api" }.Index())
                {
                    if (ScenarioTests.Everything || (i + j) % 3 == 0)
                        data.Add(vantage, generation);
                }
            }
            return data;
        }
    }

    [Theory, MemberData(nameof(Scenarios))]
    public async Task The_source_opens_exactly_the_connections_that_the_answer_names(string scenario, string generation)
    {
        await using var lease = await Fleet.TakeAsync(generation);
        var host = lease.Host;
        var expected = await host.BuildAsync(scenario);
        var pid = await host.PidOfAsync(expected.Source);
        var (before, hostBefore) = (Watch.ActiveOpens(pid), Watch.ActiveOpens(host.EnginePid));
        var answer = await FairleadBinary.AskAsync(host, false, "why", expected.Source, expected.Target, "--vantage", "root");
        var (rise, hostRise) = (Watch.ActiveOpens(pid) - before, Watch.ActiveOpens(host.EnginePid) - hostBefore);

        // Each attempt on the target, and one dial of each new address whose proof says that it was dialled just now.
        var attempts = answer.Attempts.Count(a => !WithoutSyn.Contains(a.GetProperty("outcome").GetString()));
        var addresses = answer.List("plans").Where(p => p.GetProperty("proof").GetString() == "observed").Select(p => p.GetProperty("newTarget").GetString()).Distinct().Count();
        var wrong = new Columns($"{scenario} on {generation}: ActiveOpens of {expected.Source}", answer);
        wrong.Compare("connections opened", (long)attempts + addresses, rise);
        // In the host's namespace only docker-proxy dials: its second leg of a connection that the source opened to a published port.
        wrong.Check($"no more connections of the host ({hostRise}) than second legs", hostRise <= rise);
        if (scenario.StartsWith("networks-disjoint/", StringComparison.Ordinal) || scenario.StartsWith("nothing-listens/", StringComparison.Ordinal))
            wrong.Compare("connections opened by the host, where nothing is published", 0L, hostRise);
        wrong.Assert();
    }

    /// <summary>SAFETY 35: who connects to a mail server and says nothing is taken for a sender of spam.</summary>
    [Fact]
    public async Task A_mail_servers_port_is_computed_and_never_dialled()
    {
        await using var lease = await Fleet.TakeAsync(Engines.Available[0]);
        var host = lease.Host;
        await host.DockerAsync("run", "-d", "--name", "client", "bb", "sleep", "1d");
        var pid = await host.PidOfAsync("client");
        var before = Watch.ActiveOpens(pid);
        var answer = await FairleadBinary.AskAsync(host, false, "why", "client", "127.0.0.1:25");
        Assert.Equal(0, Watch.ActiveOpens(pid) - before);
        Assert.Equal(("refused", null, "unchecked", "unreachable", "loopback-is-self", "likely"),
            (answer.Predicted, answer.Observed, answer.Agreement, answer.Verdict, answer.Code, answer.Confidence));
        Assert.Equal(1, answer.Exit);
    }

    [Theory, MemberData(nameof(Scenarios))]
    public async Task Root_makes_no_container_and_runs_nothing_in_one(string scenario, string generation)
    {
        await using var lease = await Fleet.TakeAsync(generation);
        var host = lease.Host;
        var expected = await host.BuildAsync(scenario);
        await Task.Delay(50, TestContext.Current.CancellationToken);      // events carry their own time: keep the scenario's out of the span
        var since = DateTimeOffset.UtcNow;
        _ = await FairleadBinary.AskAsync(host, false, "why", expected.Source, expected.Target, "--vantage", "root");
        var events = await Watch.EventsAsync(host, since, DateTimeOffset.UtcNow);
        Assert.DoesNotContain(events, e => e.StartsWith("container", StringComparison.Ordinal) && (e.Contains("exec", StringComparison.Ordinal) || e.Contains("create", StringComparison.Ordinal)));
        Assert.DoesNotContain(events, e => e.StartsWith("network", StringComparison.Ordinal) || e.StartsWith("image", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Vantages))]
    public async Task Nothing_is_changed_by_looking(string vantage, string generation)
    {
        await using var lease = await Fleet.TakeAsync(generation);
        var host = lease.Host;
        foreach (var scenario in new[] { "loopback-to-sibling/published", "networks-disjoint/by-address" })
        {
            var expected = await host.BuildAsync(scenario);
            var before = await Watch.StateAsync(host);
            var answer = await FairleadBinary.AskAsync(host, vantage != "root", "why", expected.Source, expected.Target, "--vantage", vantage);
            var difference = Watch.Difference(before, await Watch.StateAsync(host));
            await host.CleanAsync();
            Assert.True(difference is null, $"{scenario} on {generation}, {vantage}: {difference}");
            Assert.True(answer.Verdict is not null, $"{scenario} on {generation}, {vantage}: no answer: {answer.Stderr}");
        }
    }

    [Theory, MemberData(nameof(Scenarios))]
    public async Task Each_rule_in_the_answer_is_one_that_the_tools_list(string scenario, string generation)
    {
        await using var lease = await Fleet.TakeAsync(generation);
        var host = lease.Host;
        var expected = await host.BuildAsync(scenario);
        var answer = await FairleadBinary.AskAsync(host, false, "why", expected.Source, expected.Target, "--vantage", "root");
        var pid = await host.PidOfAsync(expected.Source);
        var listed = await Watch.RulesAsync(host)
            + (await host.AtAsync("iptables", "-S")).Stdout + (await host.AtAsync("iptables", "-t", "nat", "-S")).Stdout + (await host.AtAsync("iptables", "-t", "raw", "-S")).Stdout
            + (await Shell.RunAsync("nsenter", "-t", $"{pid}", "-n", "iptables-save")).Stdout;
        var wrong = new Columns($"{scenario} on {generation}: rules of the answer", answer);
        foreach (var text in RuleTexts(answer))
            wrong.Check($"a tool lists «{text}»", listed.Contains(text, StringComparison.Ordinal));
        if (expected.Code == "host-firewall-drops")
            wrong.Check("the rule that drops is shown", RuleTexts(answer).Any());
        wrong.Assert();
    }

    /// <summary>
    /// Each command that the answer names as a check, typed at once into a shell of the host: it works, and it shows the rule, listener,
    /// route, membership or line that the answer claims.
    /// </summary>
    [Theory, MemberData(nameof(Scenarios))]
    public async Task Each_piece_of_evidence_is_seen_by_the_command_beside_it(string scenario, string generation)
    {
        await using var lease = await Fleet.TakeAsync(generation);
        var host = lease.Host;
        var expected = await host.BuildAsync(scenario);
        var answer = await FairleadBinary.AskAsync(host, false, "why", expected.Source, expected.Target, "--vantage", "root");
        var wrong = new Columns($"{scenario} on {generation}: evidence", answer);
        var seen = 0;
        foreach (var evidence in answer.Evidence.Where(e => e.GetProperty("check").ValueKind == JsonValueKind.String))
        {
            var (kind, text, check) = (evidence.GetProperty("kind").GetString()!, evidence.GetProperty("text").GetString()!, evidence.GetProperty("check").GetString()!);
            if (check.StartsWith("nft ", StringComparison.Ordinal))
                continue;       // Debian 12's crashes on Engine 29's native tables; the test above reads them by a newer one
            var shown = await host.AtAsync("env", "DOCKER_HOST=" + host.DockerHost, "sh", "-c", check);
            var claimed = Watch.Claimed(kind, text);
            wrong.Check($"«{check}» works: {shown.Stderr.Trim()}", shown.Exit == 0);
            wrong.Check($"«{check}» shows «{claimed}»", Watch.Flat(shown.Stdout).Contains(claimed, StringComparison.Ordinal));
            seen++;
        }
        wrong.Check("there is evidence with a check", seen > 0);
        wrong.Assert();
    }

    private static IEnumerable<string> RuleTexts(Answer answer)
    {
        if (answer.Json.ValueKind != JsonValueKind.Object || !answer.Json.TryGetProperty("predicted", out var predicted) || predicted.ValueKind != JsonValueKind.Object)
            yield break;
        foreach (var path in predicted.GetProperty("paths").EnumerateArray())
        {
            foreach (var hop in path.GetProperty("hops").EnumerateArray())
            {
                if (hop.GetProperty("rule") is { ValueKind: JsonValueKind.Object } rule)
                    yield return rule.GetProperty("text").GetString()!;
            }
        }
    }
}
