using System.Diagnostics;
using System.Globalization;
using Fairlead.LabTests.Lab;

namespace Fairlead.LabTests;

/// <summary>Killed at any moment, without a place for its journal, with an engine that dies: what worked before works after the next run.</summary>
public sealed class FixTroubleTests
{
    private static readonly int Kills = ScenarioTests.Everything ? 200 : 20;
    private static readonly string[] Join = ["client", "http://127.0.0.1:3010", "--apply", "connect-network", "--yes"];
    private static readonly string[] Anew = ["client", "http://127.0.0.1:3010", "--apply", "use-host-gateway", "--recreate", "--yes=recreate,interrupts"];

    [Theory, MemberData(nameof(Repairing.Drawn), MemberType = typeof(Repairing))]
    public async Task After_a_kill_at_any_moment_the_next_run_gives_back_what_worked(int seed, string generation)
    {
        await using var lease = await Fleet.TakeAsync(generation);
        var host = lease.Host;
        var repairing = new Repairing(host);
        await host.BuildAsync("loopback-to-sibling/published");
        await host.DockerAsync("rm", "-f", "client");
        await host.DockerAsync("run", "-d", "--name", "client", "--network", "apps", "--restart", "always", "--stop-timeout", "0", "-v", "/data", "bb", "sleep", "1d");
        var before = await repairing.LookAsync();
        var random = new Random(seed);
        var wrong = new List<string>();
        TimeSpan[] lasts = [await LastsAsync(() => repairing.FixAsync(Join)), await LastsAsync(() => repairing.UndoAsync()), await LastsAsync(() => repairing.FixAsync(Anew)), await LastsAsync(() => repairing.UndoAsync())];
        for (var i = 0; i < Kills && wrong.Count < 3; i++)
        {
            // In turn: a join, its undo, a container made anew, its undo.
            var kind = i % 4;
            if (kind is 1 or 3 && (await repairing.FixAsync(kind == 1 ? Join : Anew)) is { Exit: not 0 } failed)
                wrong.Add($"kill {i}: could not be applied again: {failed.Stdout} {failed.Stderr}");
            string[] line = kind switch { 0 => ["fix", .. Join], 2 => ["fix", .. Anew], _ => ["undo", "--yes"] };
            var after = lasts[kind] * random.NextDouble();
            using (var process = FairleadBinary.Start(host, false, [.. line, "--state", repairing.State, "--format", "json"]))
            {
                var ended = process.WaitForExitAsync(TestContext.Current.CancellationToken);
                await Task.WhenAny(ended, Task.Delay(after, TestContext.Current.CancellationToken));
                process.Kill();
                await ended;
            }

            var next = await repairing.UndoAsync();
            var look = await SettledAsync(repairing, before);
            if (next.Exit != 0 || look != before)
                wrong.Add(string.Create(CultureInfo.InvariantCulture, $"seed {seed}, kill {i} ({string.Join(' ', line)}) after {after.TotalMilliseconds:0} ms: exit {next.Exit} {next.Stdout} {next.Stderr}\n{Differ(before, look)}"));
            if ((await host.DialAsync("client", $"http://{host.Address}:3010")).Outcome != "ok")
                wrong.Add($"kill {i}: the published port does not answer any more");
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Theory, InlineData("full"), InlineData("read-only")]
    public async Task Without_a_journal_nothing_is_done(string how)
    {
        await using var lease = await Fleet.TakeAsync("28");
        var host = lease.Host;
        await host.BuildAsync("loopback-to-sibling/published");
        var before = await new Repairing(host).LookAsync();
        var folder = Directory.CreateDirectory(Path.Combine(host.Folder, "small")).FullName;
        _ = (await Shell.RunAsync("mount", "-t", "tmpfs", "-o", "size=64k", "small", folder)).Text;
        try
        {
            if (how == "full")
                await Shell.RunAsync("sh", "-c", $"mkdir -p {folder}/journal; head -c 65536 /dev/zero >{folder}/filler");
            else
                _ = (await Shell.RunAsync("mount", "-o", "remount,ro", folder)).Text;
            var ran = await FairleadBinary.RunAsync(host, false, null, ["fix", .. Join, "--state", folder]);
            Assert.Equal(2, ran.Exit);
            Assert.Equal(1, ran.Stderr.Count(c => c == '\n'));
            Assert.Contains("nothing was done", ran.Stderr, StringComparison.Ordinal);
            Assert.Equal(before, await new Repairing(host).LookAsync());
        }
        finally
        {
            await Shell.RunAsync("umount", folder);
        }
    }

    [Fact]
    public async Task An_engine_that_dies_in_the_middle_is_said_and_the_next_run_clears_up()
    {
        await using var lease = await Fleet.TakeAsync("28");
        var host = lease.Host;
        var repairing = new Repairing(host);
        await host.BuildAsync("loopback-to-sibling/published");
        var before = await repairing.LookAsync();
        Task<Ran> Through(Relay relay) => FairleadBinary.RunWithAsync(host, false, new Dictionary<string, string> { ["DOCKER_HOST"] = relay.DockerHost }, ["fix", .. Join, "--state", repairing.State]);
        var whole = await Relay.StartAsync(host);
        Assert.Equal(0, (await Through(whole)).Exit);
        var total = await whole.EndAsync();
        Assert.Equal(0, (await repairing.UndoAsync()).Exit);
        var wrong = new List<string>();
        for (var i = 1; i <= 8; i++)
        {
            await using var relay = await Relay.StartAsync(host, $"cut={total * i / 9}");
            var ran = await Through(relay);
            if (ran.Exit != 3 || ran.Stderr.Trim().Contains('\n', StringComparison.Ordinal))
                wrong.Add($"cut after {total * i / 9} of {total}: exit {ran.Exit} {ran.Stderr} {ran.Stdout}");
            var next = await repairing.UndoAsync();
            if (next.Exit != 0 || await repairing.LookAsync() != before)
                wrong.Add($"cut after {total * i / 9} of {total}: then exit {next.Exit} {next.Stdout} {next.Stderr}");
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    /// <summary>What a killed run had asked for the engine goes on doing: a network is gone from its lists before its last rules are.</summary>
    private static async Task<string> SettledAsync(Repairing repairing, string wanted)
    {
        var look = await repairing.LookAsync();
        for (var i = 0; i < 50 && look != wanted; i++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
            look = await repairing.LookAsync();
        }

        return look;
    }

    private static async Task<TimeSpan> LastsAsync(Func<Task<Answer>> run)
    {
        var watch = Stopwatch.StartNew();
        var answer = await run();
        Assert.True(answer.Exit == 0, $"{answer.Exit} {answer.Stdout} {answer.Stderr}");
        return watch.Elapsed;
    }

    private static string Differ(string before, string after)
    {
        var (a, b) = (before.Split('\n'), after.Split('\n'));
        return string.Join('\n', a.Except(b).Select(l => "- " + l).Concat(b.Except(a).Select(l => "+ " + l)));
    }
}
