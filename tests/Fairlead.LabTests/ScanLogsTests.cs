using System.Text.Json;
using Fairlead.LabTests.Lab;

namespace Fairlead.LabTests;

/// <summary>Failures of containers that are not there to be asked: those that are started anew every few seconds, and those that gave up.</summary>
public sealed class ScanLogsTests
{
    public static TheoryData<string> Generations => Scanned.Generations;

    [Theory, MemberData(nameof(Generations))]
    public async Task A_crash_loop_and_a_run_that_ended_in_failure_are_explained_though_nothing_of_them_runs(string generation)
    {
        await using var lease = await Fleet.TakeAsync(generation);
        var host = lease.Host;
        await host.DockerAsync("network", "create", "other");
        await host.DockerAsync("run", "-d", "--name", "api", "-p", "8123:8123", "bb", "httpd", "-f", "-p", "8123", "-h", "/www");
        Task run(string name, string script, params string[] flags) => host.DockerAsync(["run", "-d", "--name", name, "--network", "other", .. flags, "bb", "sh", "-c", script]);
        await run("loops", "wget -O /dev/null http://127.0.0.1:8123/; exit 1", "--restart", "always");
        await run("loops-by-name", "wget -O /dev/null http://api:8123/; exit 1", "--restart", "always");
        await run("gave-up", "wget -O /dev/null http://nosuchname:8123/; exit 1");
        // Decoys: done in peace, and switched off by hand while it failed.
        await run("done", "wget -O /dev/null http://nosuchname:8123/; exit 0");
        await run("switched-off", "trap 'exit 143' TERM; while :; do wget -O /dev/null http://127.0.0.1:8123/; sleep 1; done");
        await host.DockerAsync("stop", "switched-off");

        string[] expected = ["gave-up nosuchname:8123 name-unknown", "loops 127.0.0.1:8123 loopback-to-sibling", "loops-by-name api:8123 networks-disjoint"];
        var answer = await Scanned.AskUntilAsync(host, a => Scanned.Problems(a).SequenceEqual(expected));
        Assert.Equal(expected, Scanned.Problems(answer));
        Assert.Equal(1, answer.Exit);
        // Nothing was dialled from a container that does not run, and nothing is called proven.
        Assert.All(answer.List("problems"), p => Assert.NotEqual("proven", p.GetProperty("cause").GetProperty("confidence").GetString()));
        Assert.All(answer.List("problems"), p => Assert.All(p.GetProperty("seenIn").EnumerateArray().Where(s => s.GetProperty("kind").GetString() == "log"),
            s => Assert.Equal(JsonValueKind.String, s.GetProperty("last").ValueKind)));
    }

    [Theory, MemberData(nameof(Generations))]
    public async Task Many_long_logs_are_all_read_a_little(string generation)
    {
        await using var lease = await Fleet.TakeAsync(generation);
        var host = lease.Host;
        const string refused = "dial tcp 127.0.0.1:8123: connect: connection refused";
        await host.DockerAsync("run", "-d", "--name", "api", "-p", "8123:8123", "bb", "httpd", "-f", "-p", "8123", "-h", "/www");
        for (var i = 0; i < 8; i++)
            await host.DockerAsync("run", "-d", "--name", $"long{i}", "bb", "sh", "-c", $"awk 'BEGIN {{ s = sprintf(\"%1000s\", \"\"); for (i = 0; i < 3000; i++) print s }}'; echo '{refused}'; sleep 1000");
        await host.DockerAsync("run", "-d", "--name", "mute", "--log-driver", "none", "bb", "sleep", "1000");
        var answer = await Scanned.AskUntilAsync(host, a => a.List("problems").Count == 8);
        Assert.Equal(Enumerable.Range(0, 8).Select(i => $"long{i} 127.0.0.1:8123 loopback-to-sibling"), Scanned.Problems(answer));
        Assert.Equal(8, answer.Json.GetProperty("looked").GetProperty("cutLogs").GetInt32());
        Assert.Contains(answer.List("notRead"), n => n.GetProperty("what").GetString() == "logs" && n.GetProperty("of").GetString() == "mute" && n.GetProperty("why").GetString() == "unsupported");
    }
}
