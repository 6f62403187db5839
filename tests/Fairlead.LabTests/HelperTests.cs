using System.Diagnostics;
using Fairlead.LabTests.Lab;

namespace Fairlead.LabTests;

/// <summary>Nothing of a helper stays on the engine, however its Fairlead ends.</summary>
public sealed class HelperTests
{
    private const string Label = "label=io.fairlead.helper";

    /// <summary>Engine events after which Fairlead is killed: each is a state in which something of a helper lies on the engine.</summary>
    public static TheoryData<string, string> Moments
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var generation in ScenarioTests.Everything ? Engines.All : ["28"])
            {
                foreach (var moment in new[] { "image import", "container create", "container attach", "container start" })
                    data.Add(moment, generation);
            }
            return data;
        }
    }

    [Theory, MemberData(nameof(Moments))]
    public async Task What_a_killed_Fairlead_left_is_gone_after_the_next_run(string moment, string generation)
    {
        await using var lease = await Fleet.TakeAsync(generation);
        var host = lease.Host;
        var expected = await host.BuildAsync("networks-disjoint/by-address");       // the dial waits: there is time to be killed in
        string[] why = ["why", expected.Source, expected.Target, "--vantage", "helper"];
        var before = await StateAsync(host);

        using var events = Started("docker", ["events", "--format", "{{.Type}} {{.Action}}"], host);
        await ReadyAsync(events, host);
        using var killed = FairleadBinary.Start(host, asUser: true, why);
        while (await events.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && !line.StartsWith(moment, StringComparison.Ordinal))
        {
            // until the moment has come
        }
        killed.Kill();
        await killed.WaitForExitAsync(TestContext.Current.CancellationToken);
        events.Kill();

        var answer = await FairleadBinary.AskAsync(host, true, why);
        Assert.True(answer.Verdict is not null, answer.Stderr);
        Assert.Equal("", await host.DockerAsync("ps", "-aq", "--filter", Label));
        Assert.Equal("", await host.DockerAsync("images", "-aq", "--filter", Label));
        Assert.Equal(before, await StateAsync(host));
    }

    [Theory, InlineData("TERM"), InlineData("INT")]
    public async Task An_interrupted_Fairlead_clears_up_by_itself(string signal)
    {
        await using var lease = await Fleet.TakeAsync("28");
        var host = lease.Host;
        var expected = await host.BuildAsync("networks-disjoint/by-address");
        var before = await StateAsync(host);
        using var events = Started("docker", ["events", "--format", "{{.Type}} {{.Action}}"], host);
        await ReadyAsync(events, host);
        using var running = FairleadBinary.Start(host, asUser: true, "why", expected.Source, expected.Target, "--vantage", "helper");
        while (await events.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && !line.StartsWith("container start", StringComparison.Ordinal))
        {
            // until the helper runs
        }
        _ = (await Shell.RunAsync("kill", "-" + signal, running.Id.ToString(System.Globalization.CultureInfo.InvariantCulture))).Text;
        await running.WaitForExitAsync(TestContext.Current.CancellationToken);
        events.Kill();
        Assert.Equal(before, await StateAsync(host));
    }

    [Fact]
    public async Task A_helper_ends_at_its_own_deadline_though_its_input_stays_open()
    {
        using var agent = FairleadBinary.Start(null, asUser: false, "agent", "--deadline", "1");
        await agent.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, agent.ExitCode);
    }

    [Fact]
    public async Task On_a_terminal_the_person_is_asked_and_without_one_the_answer_is_no()
    {
        await using var lease = await Fleet.TakeAsync("28");
        var host = lease.Host;
        var expected = await host.BuildAsync("nothing-listens/in-the-container");
        string[] why = ["why", expected.Source, expected.Target];
        using var consents = new Forgetting(Path.Combine(host.Folder, "state-user"));

        var silent = await FairleadBinary.AskAsync(host, true, why);
        Assert.Equal("api+proc", silent.In("vantage", "kind"));
        Assert.Equal(3, silent.Exit);
        Assert.Contains(silent.List("notRead"), n => n.GetProperty("needs").GetString() == "helper");

        var no = await FairleadBinary.OnTerminalAsync(host, "n\nn\n", why);
        Assert.Contains("[y/N/always]", no.Stdout, StringComparison.Ordinal);
        Assert.Equal(3, no.Exit);
        var yes = await FairleadBinary.OnTerminalAsync(host, "y\ny\n", why);
        Assert.Equal(2, yes.Stdout.Split("[y/N/always]").Length - 1);
        Assert.Equal(1, yes.Exit);
        var always = await FairleadBinary.OnTerminalAsync(host, "always\nalways\n", why);
        Assert.Equal(1, always.Exit);
        var kept = await FairleadBinary.AskAsync(host, true, why);
        Assert.Equal("helper", kept.In("vantage", "kind"));
        Assert.Equal("nothing-listens", kept.Code);
        Assert.Equal("", await host.DockerAsync("ps", "-aq", "--filter", Label));
    }

    /// <summary>The host is used by other tests after this one: a kept "always" must not stay.</summary>
    private sealed class Forgetting(string folder) : IDisposable
    {
        public void Dispose() => Directory.Delete(folder, recursive: true);
    }

    /// <summary>All that a helper could leave.</summary>
    private static async Task<string> StateAsync(LabHost host) => string.Join("\n---\n",
        await host.DockerAsync("ps", "-a", "--no-trunc", "--format", "{{.ID}} {{.Names}}"), await host.DockerAsync("images", "-a", "--no-trunc", "--format", "{{.ID}} {{.Repository}}:{{.Tag}}"),
        await host.DockerAsync("network", "ls", "--no-trunc", "--format", "{{.ID}} {{.Name}}"), await host.DockerAsync("volume", "ls", "-q"));

    private static Process Started(string program, string[] args, LabHost host)
    {
        var start = new ProcessStartInfo(program, args) { RedirectStandardOutput = true };
        start.Environment["DOCKER_HOST"] = host.DockerHost;
        return Process.Start(start)!;
    }

    /// <summary>The listener is ready when it tells of an event that was made for it.</summary>
    private static async Task ReadyAsync(Process events, LabHost host)
    {
        var line = events.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask();
        while (!line.IsCompleted)
        {
            await host.DockerAsync("volume", "rm", await host.DockerAsync("volume", "create"));
            await Task.WhenAny(line, Task.Delay(50, TestContext.Current.CancellationToken));
        }
    }
}
