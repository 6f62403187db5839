using System.Text.Json;
using Fairlead.LabTests.Lab;

namespace Fairlead.LabTests;

/// <summary>An engine that goes away, falls silent, or changes while it is read.</summary>
public sealed class EngineTroubleTests
{
    private const int Cuts = 24, Asks = 12;
    private static readonly string[] EngineCodes = ["engine-unreachable", "gone", "busy"];

    [Fact]
    public async Task An_engine_that_dies_at_any_point_of_its_answers_is_said_in_one_line()
    {
        await using var lease = await Fleet.TakeAsync("28");
        var host = lease.Host;
        var expected = await host.BuildAsync("nothing-listens/in-the-container");
        string[] why = ["why", expected.Source, expected.Target, "--vantage", "root"];
        var whole = await Relay.StartAsync(host);
        var answer = await FairleadBinary.RunWithAsync(host, false, To(whole), why);
        Assert.Equal(1, answer.Exit);
        var total = await whole.EndAsync();
        var wrong = new List<string>();
        for (var i = 0; i < Cuts; i++)
        {
            // Each answer's head and body are met somewhere; the last cut leaves out less than an answer, more than by what two runs differ.
            var cut = i == Cuts - 1 ? total - 100 : total * i / Cuts;
            await using var relay = await Relay.StartAsync(host, $"cut={(cut == 0 ? 1 : cut)}");
            var json = i % 2 == 1;
            var ran = await FairleadBinary.RunWithAsync(host, false, To(relay), json ? [.. why, "--format", "json"] : why);
            if (!json)
                BadInputTests.OneLine(wrong, $"cut after {cut} of {total}", ran, 3);
            else if (ran.Exit != 3 || !EngineCodes.Contains(JsonDocument.Parse(ran.Stdout).RootElement.GetProperty("code").GetString()))
                wrong.Add($"cut after {cut} of {total}: exit {ran.Exit} {ran.Stdout}");
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public async Task An_engine_that_dies_under_a_helper_is_said_and_the_next_run_clears_up()
    {
        await using var lease = await Fleet.TakeAsync("28");
        var host = lease.Host;
        var expected = await host.BuildAsync("nothing-listens/in-the-container");
        string[] why = ["why", expected.Source, expected.Target, "--vantage", "helper"];
        var whole = await Relay.StartAsync(host);
        var answer = await FairleadBinary.RunWithAsync(host, true, To(whole), why);
        Assert.Equal(1, answer.Exit);
        var total = await whole.EndAsync();
        var wrong = new List<string>();
        for (var i = 1; i < 8; i++)
        {
            await using var relay = await Relay.StartAsync(host, $"cut={total * i / 8}");
            var ran = await FairleadBinary.RunWithAsync(host, true, To(relay), why);
            // Late cuts may meet only the farewell: then there is an answer, perhaps with less read.
            if (ran.Stdout.Length == 0)
                BadInputTests.OneLine(wrong, $"cut after {total * i / 8} of {total}", ran, 3);
            else if (ran.Exit is not (1 or 3) || ran.Stderr.Contains("internal error", StringComparison.Ordinal))
                wrong.Add($"cut after {total * i / 8} of {total}: exit {ran.Exit} {ran.Stderr} {ran.Stdout}");
        }
        Assert.Equal(1, (await FairleadBinary.RunAsync(host, true, null, why)).Exit);
        Assert.Equal("", await host.DockerAsync("ps", "-aq", "--filter", "label=io.fairlead.helper"));
        Assert.Equal("", await host.DockerAsync("images", "-aq", "--filter", "label=io.fairlead.helper"));
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public async Task An_engine_that_falls_silent_is_busy_after_its_time()
    {
        await using var lease = await Fleet.TakeAsync("28");
        var host = lease.Host;
        var expected = await host.BuildAsync("nothing-listens/in-the-container");
        await using var relay = await Relay.StartAsync(host, "hang=3000");
        var ran = await FairleadBinary.RunWithAsync(host, false, To(relay), "why", expected.Source, expected.Target);
        var wrong = new List<string>();
        BadInputTests.OneLine(wrong, "hang", ran, 3);
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.Contains("no answer within", ran.Stderr, StringComparison.Ordinal);
    }

    [Theory, InlineData("client"), InlineData("api")]
    public async Task A_container_that_restarts_while_it_is_read_gives_an_answer_or_a_doubt(string restarted)
    {
        await using var lease = await Fleet.TakeAsync("28");
        var host = lease.Host;
        var expected = await host.BuildAsync("nothing-listens/in-the-container");
        using var stop = new CancellationTokenSource();
        var churn = ChurnAsync(() => host.DockerAsync("restart", "-t", "0", restarted), stop.Token);
        var wrong = await AskAsync(host, expected, "nothing-listens", "target-not-running");
        await stop.CancelAsync();
        await churn;
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public async Task A_container_that_is_removed_while_it_is_read_gives_an_answer_or_a_doubt()
    {
        await using var lease = await Fleet.TakeAsync("28");
        var host = lease.Host;
        var expected = await host.BuildAsync("nothing-listens/in-the-container");
        var network = await host.DockerAsync("inspect", "-f", "{{range $k, $v := .NetworkSettings.Networks}}{{$k}}{{end}}", "api");
        using var stop = new CancellationTokenSource();
        var churn = ChurnAsync(async () =>
        {
            await host.DockerAsync("rm", "-f", "api");
            await host.DockerAsync("run", "-d", "--name", "api", "--network", network, "bb", "httpd", "-f", "-p", "80", "-h", "/www");
        }, stop.Token);
        var wrong = await AskAsync(host, expected, "nothing-listens", "target-not-running", "name-unknown", "networks-disjoint");
        await stop.CancelAsync();
        await churn;
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public async Task A_source_that_crashes_again_and_again_or_has_ended_is_answered()
    {
        await using var lease = await Fleet.TakeAsync("28");
        var host = lease.Host;
        await host.DockerAsync("run", "-d", "--name", "crashing", "--restart", "always", "bb", "sh", "-c", "sleep 0.1; exit 1");
        await host.DockerAsync("run", "--name", "ended", "bb", "true");
        await host.DockerAsync("create", "--name", "never", "bb", "true");
        var wrong = new List<string>();
        foreach (var source in new[] { "crashing", "ended", "never" })
        {
            var answer = await FairleadBinary.AskAsync(host, false, "why", source, "http://127.0.0.1:80/");
            // It may be caught alive: then it is like any other.
            var dead = answer.In("source", "state") != "running";
            if (answer.Exit is not (1 or 3) || answer.Verdict is null || answer.Stderr.Length > 0 || (dead && answer.Confidence == "proven"))
                wrong.Add($"{source}: exit {answer.Exit} {answer.Confidence} {answer.Stderr} {answer.Stdout}");
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    private static Dictionary<string, string> To(Relay relay) => new() { ["DOCKER_HOST"] = relay.DockerHost };

    /// <summary>Whatever is caught in the middle: an answer whose cause is one of these or none, or a gone source; never an inner error.</summary>
    private static async Task<List<string>> AskAsync(LabHost host, Expected expected, params string[] codes)
    {
        var wrong = new List<string>();
        for (var i = 0; i < Asks; i++)
        {
            var answer = await FairleadBinary.AskAsync(host, false, "why", expected.Source, expected.Target);
            var refused = answer.Json.ValueKind == JsonValueKind.Object && answer.Json.TryGetProperty("candidates", out _);
            if (answer.Json.ValueKind != JsonValueKind.Object || answer.Stderr.Length > 0 || answer.Stdout.Contains("internal error", StringComparison.Ordinal)
                || (refused ? answer.Exit is not (2 or 3) : answer.Exit is not (0 or 1 or 3)) || (answer.Code is { } code && !codes.Contains(code)))
                wrong.Add($"exit {answer.Exit} {answer.Code}: {answer.Stderr} {answer.Stdout}");
        }
        return wrong;
    }

    private static async Task ChurnAsync(Func<Task> change, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
            await change();
    }
}
