using Fairlead.Engine.Client;
using Fairlead.Engine.Logs;
using Fairlead.Facts;
using Fairlead.LabTests.Lab;

namespace Fairlead.LabTests;

/// <summary>Logs of real containers, read through the engine: with and without a terminal, too long, too old, and of drivers that give nothing back.</summary>
public sealed class LogReaderTests
{
    private const string Refused = "dial tcp 127.0.0.1:8080: connect: connection refused";
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("FAIRLEAD_SEED"), out var given) ? given : Random.Shared.Next(1_000_000);

    [Fact]
    public async Task What_fails_now_is_found_in_every_kind_of_log()
    {
        var generation = Engines.Available.Count > 0 ? Engines.Available[Seed % Engines.Available.Count] : "28";
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Seed}: engine {generation}");
        await using var lease = await Fleet.TakeAsync(generation);
        var host = lease.Host;
        async Task<LogSource> run(string name, string script, params string[] flags)
        {
            await host.DockerAsync(["run", "-d", "--name", name, .. flags, "bb", "sh", "-c", script + "; sleep 1000"]);
            return await SourceAsync(host, name);
        }

        // awk writes all of it before the shell goes on; the marker file tells that it is done.
        var plain = await run("plain", $"echo '{Refused}' >&2; echo done");
        var terminal = await run("terminal", $"printf '\\033[31mERROR\\033[0m {Refused}\\n'; echo done", "-t");
        var local = await run("local", $"echo '{Refused}'; echo done", "--log-driver", "local");
        var nothing = await run("nothing", $"echo '{Refused}'", "--log-driver", "none");
        var early = await run("early", $"echo '{Refused}'; awk 'BEGIN {{ for (i = 0; i < 5000; i++) print \"line \" i }}'; echo done");
        var late = await run("late", $"awk 'BEGIN {{ for (i = 0; i < 5000; i++) print \"line \" i }}'; echo '{Refused}'; echo done");
        var long1 = await run("long", $"awk 'BEGIN {{ s = sprintf(\"%200000s\", \"\"); for (i = 0; i < 100; i++) print s }}'; echo '{Refused}'; echo done");
        var odd = await run("odd", $"printf '\\377\\376\\200 {Refused} \\200\\n'; echo done");
        await host.DockerAsync("run", "-d", "--name", "again", "bb", "sh", "-c", $"[ -e /tmp/once ] || echo '{Refused}'; touch /tmp/once; sleep 2; echo done; sleep 1000");
        await Task.Delay(TimeSpan.FromSeconds(4), TestContext.Current.CancellationToken);
        await host.DockerAsync("restart", "-t", "0", "again");
        foreach (var name in new[] { "plain", "terminal", "local", "early", "late", "long", "odd", "again" })
            await DoneAsync(host, name);
        var again = await SourceAsync(host, "again");

        await using var client = await ClientAsync(host);
        var limits = new LogLimits { AllTime = TimeSpan.FromSeconds(60), DeeperTime = TimeSpan.FromSeconds(60) };
        var logs = await new LogReader(client, limits, TimeProvider.System).ReadAsync([plain, terminal, local, nothing, early, late, long1, odd, again], TestContext.Current.CancellationToken);
        string told(int i) => $"{logs[i].Source.Name}: {string.Join(", ", logs[i].Symptoms.Select(s => s.Class + " " + s.Place))}{(logs[i].Cut ? ", cut" : "")}{(logs[i].Missing is { } m ? ", " + m.Why : "")}";
        Assert.Equal(
            ["plain: refused 127.0.0.1:8080", "terminal: refused 127.0.0.1:8080", "local: refused 127.0.0.1:8080", "nothing: , unsupported", "early: , cut", "late: refused 127.0.0.1:8080, cut",
             "long: refused 127.0.0.1:8080, cut", "odd: refused 127.0.0.1:8080", "again: "],
            Enumerable.Range(0, logs.Length).Select(told));
        Assert.All(logs.Take(3), log => Assert.All(log.Symptoms, s => Assert.NotNull(s.At)));

        // A limit for all logs together: the newest lines of the first were read, what came after it says so.
        var poor = await new LogReader(client, limits with { AllBytes = 50_000, AtOnce = 1 }, TimeProvider.System).ReadAsync([late, long1, early, plain], TestContext.Current.CancellationToken);
        Assert.Equal(WhyNot.TooBig, poor[^1].Missing?.Why);
        Assert.Equal((1, true), (poor[0].Symptoms.Length, poor[0].Cut));
        var hasty = await new LogReader(client, limits with { AllTime = TimeSpan.Zero }, TimeProvider.System).ReadAsync([plain], TestContext.Current.CancellationToken);
        Assert.Equal(WhyNot.Timeout, hasty[0].Missing?.Why);
    }

    private static async Task DoneAsync(LabHost host, string name)
    {
        for (var i = 0; i < 300; i++)
        {
            if ((await host.DockerAsync("logs", "--tail", "2", name)).Contains("done", StringComparison.Ordinal))
                return;
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
        Assert.Fail($"{name} did not write what it should");
    }

    private static async Task<LogSource> SourceAsync(LabHost host, string name)
    {
        await using var client = await ClientAsync(host);
        var inspect = EngineJson.Parse(await client.InspectAsync(name, TestContext.Current.CancellationToken) ?? [])!.Value;
        return LogSource.Of(inspect)!;
    }

    private static async Task<EngineClient> ClientAsync(LabHost host)
    {
        var (endpoint, error) = EndpointFinder.Find(host.DockerHost, null, new MachineSurroundings());
        var client = new EngineClient(new EngineDialler(endpoint ?? throw new InvalidOperationException(error), TimeSpan.FromSeconds(5)), TimeSpan.FromSeconds(30), "test");
        await client.ConnectAsync(TestContext.Current.CancellationToken);
        return client;
    }
}
