using Fairlead.LabTests.Lab;

namespace Fairlead.LabTests;

/// <summary>Each kind of repair, done for real: it works by the lab's own dial, undo gives back what was there, and nobody's connection is cut.</summary>
public sealed class FixTests
{
    /// <summary>Scenario, plan, what has to be allowed by name.</summary>
    private static readonly (string Scenario, string Plan, string Yes)[] Kinds =
    [
        ("loopback-to-sibling/published", "connect-network", "--yes"),
        ("networks-disjoint/by-name", "connect-network", "--yes"),
        ("default-bridge-no-dns/both-on-the-default-bridge", "create-network", "--yes"),
        ("target-not-running/by-host-port", "start-target", "--yes"),
        ("host-firewall-drops/host-service", "allow-in-firewall", "--yes"),
        ("target-paused/by-name", "unpause-target", "--yes"),
        ("loopback-to-host/any-address", "use-host-gateway", "--yes=recreate,interrupts"),
    ];

    public static TheoryData<int, string, string> Repairs
    {
        get
        {
            var data = new TheoryData<int, string, string>();
            foreach (var row in Repairing.Drawn)
            {
                foreach (var kind in Kinds)
                    data.Add(row.Data.Item1, row.Data.Item2, $"{kind.Scenario} {kind.Plan} {kind.Yes}");
            }
            return data;
        }
    }

    [Theory, MemberData(nameof(Repairs))]
    public async Task A_repair_works_and_undo_gives_back_what_was_there(int seed, string generation, string kind)
    {
        _ = seed;
        await using var lease = await Fleet.TakeAsync(generation);
        var (host, parts) = (lease.Host, kind.Split(' '));
        var repairing = new Repairing(host);
        var expected = await host.BuildAsync(parts[0]);
        var before = await repairing.LookAsync();
        string[] fix = [expected.Source, expected.Target, "--apply", parts[1], .. parts[2] == "--yes=recreate,interrupts" ? new[] { "--recreate" } : []];
        var refused = await repairing.FixAsync(fix);
        Assert.True(refused.Exit == 2 && refused.In("schema", "") is null, $"nobody was asked, and yet: {refused.Exit} {refused.Stdout}");
        Assert.Equal(before, await repairing.LookAsync());

        var fixedIt = await repairing.FixAsync([.. fix, parts[2]]);
        Assert.True(fixedIt.Exit == 0, $"{fixedIt.Exit} {fixedIt.Stdout} {fixedIt.Stderr}");
        Assert.True(Repairing.Of(fixedIt, "applied").GetBoolean());
        var after = Repairing.Of(fixedIt, "plan").GetProperty("newTarget").GetString() ?? expected.Target;
        Assert.Equal("ok", (await host.DialAsync(expected.Source, after)).Outcome);
        Assert.NotEqual(before, await repairing.LookAsync());

        var undone = await repairing.UndoAsync();
        Assert.True(undone.Exit == 0 && Repairing.Of(undone, "canonicalEqual").GetBoolean(), $"{undone.Exit} {undone.Stdout} {undone.Stderr}");
        Assert.Equal(before, await repairing.LookAsync());
        Assert.Equal(expected.Outcome, (await host.DialAsync(expected.Source, expected.Target)).Outcome);
    }

    [Theory, MemberData(nameof(Repairing.Drawn), MemberType = typeof(Repairing))]
    public async Task A_connection_through_the_published_port_lives_on_across_a_join_and_its_undo(int seed, string generation)
    {
        _ = seed;
        await using var lease = await Fleet.TakeAsync(generation);
        var host = lease.Host;
        var repairing = new Repairing(host);
        // The network's name sorts before "bridge": a bare join would move the default route and reset what is open (SEMANTICS 3.5).
        await host.DockerAsync("network", "create", "aaa");
        await host.DockerAsync("run", "-d", "--name", "client", "--network", "aaa", "bb", "sleep", "1d");
        await host.DockerAsync("run", "-d", "--name", "echo", "-p", "3010:3010", "bb", "nc", "-ll", "-p", "3010", "-e", "cat");
        var go = Path.Combine(host.Folder, "go");
        var script = $"exec 3<>/dev/tcp/{host.Address}/3010 || exit 9; echo one >&3; read -r -t 20 -u 3 a; : >{go}.open; until [ -e {go} ]; do sleep 0.05; done; echo two >&3; read -r -t 20 -u 3 b; echo \"$a $b\"";
        var talk = host.AtLanAsync("timeout", "100", "bash", "-c", script);
        while (!File.Exists(go + ".open") && !talk.IsCompleted)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        var answer = await repairing.FixAsync("client", "tcp://127.0.0.1:3010", "--apply", "connect-network", "--yes");
        Assert.True(answer.Exit == 0, $"{answer.Exit} {answer.Stdout} {answer.Stderr}");
        var undone = await repairing.UndoAsync();
        Assert.True(undone.Exit == 0, $"{undone.Exit} {undone.Stdout} {undone.Stderr}");
        await File.WriteAllTextAsync(go, "", TestContext.Current.CancellationToken);
        Assert.Equal("one two", (await talk).Stdout.Trim());
    }

    [Fact]
    public async Task A_user_of_the_socket_repairs_with_a_helper_that_verifies()
    {
        await using var lease = await Fleet.TakeAsync("28");
        var host = lease.Host;
        var repairing = new Repairing(host, asUser: true);
        var expected = await host.BuildAsync("loopback-to-sibling/published");
        var before = await repairing.LookAsync();
        var answer = await repairing.FixAsync(expected.Source, expected.Target, "--apply", "connect-network", "--yes", "--vantage", "helper");
        Assert.True(answer.Exit == 0, $"{answer.Exit} {answer.Stdout} {answer.Stderr}");
        Assert.Equal("ok", Repairing.Of(answer, "after").GetString());
        var undone = await repairing.UndoAsync();
        Assert.True(undone.Exit == 0, $"{undone.Exit} {undone.Stdout} {undone.Stderr}");
        Assert.Equal(before, await repairing.LookAsync());
    }

    [Theory, MemberData(nameof(Repairing.Drawn), MemberType = typeof(Repairing))]
    public async Task A_container_made_anew_is_the_same_but_for_what_was_added(int seed, string generation)
    {
        _ = seed;
        await using var lease = await Fleet.TakeAsync(generation);
        var host = lease.Host;
        var repairing = new Repairing(host);
        await host.BuildAsync("loopback-to-sibling/published");
        await host.DockerAsync("network", "create", "--subnet", "192.0.2.0/24", "other");
        await host.DockerAsync("rm", "-f", "client");
        await host.DockerAsync("run", "-d", "--name", "client", "--network", "apps", "--network-alias", "asker", "-v", "/data", "-e", "A=b c", "--label", "l=1", "--memory", "64m",
            "--restart", "on-failure:3", "--health-cmd", "true", "--stop-timeout", "1", "--cap-drop", "MKNOD", "--add-host", "x:192.0.2.9", "bb", "sleep", "1d");
        await host.DockerAsync("network", "connect", "--ip", "192.0.2.77", "--alias", "second", "other", "client");
        await host.DockerAsync("exec", "client", "sh", "-c", "echo kept >/data/file");
        const string shape = "{{json .Config}} {{json .HostConfig}} {{range $n, $e := .NetworkSettings.Networks}}{{$n}} {{json $e.IPAMConfig}} {{json $e.Aliases}} {{end}}{{range .Mounts}}{{.Name}} {{.Destination}}{{end}}";
        async Task<string> Shape() => (await host.DockerAsync("inspect", "-f", shape, "client")).Replace((await host.DockerAsync("inspect", "-f", "{{.Id}}", "client"))[..12], "SHORT", StringComparison.Ordinal);
        var before = await Shape();
        var all = await repairing.LookAsync();
        var answer = await repairing.FixAsync("client", "http://127.0.0.1:3010", "--apply", "use-host-gateway", "--recreate", "--yes=recreate,interrupts");
        Assert.True(answer.Exit == 0, $"{answer.Exit} {answer.Stdout} {answer.Stderr}");
        var after = await Shape();
        Assert.Contains("host.docker.internal:host-gateway", after, StringComparison.Ordinal);
        // The anonymous volume is named now: the same data.
        var volume = (await host.DockerAsync("inspect", "-f", "{{range .Mounts}}{{.Name}}{{end}}", "client")).Trim();
        Assert.Equal(before.Replace("\"Binds\":null", $"\"Binds\":[\"{volume}:/data\"]", StringComparison.Ordinal).Replace("\"x:192.0.2.9\"", "\"x:192.0.2.9\",\"host.docker.internal:host-gateway\"", StringComparison.Ordinal), after);
        Assert.Equal("kept", await host.DockerAsync("exec", "client", "cat", "/data/file"));
        var undone = await repairing.UndoAsync();
        Assert.True(undone.Exit == 0 && Repairing.Of(undone, "canonicalEqual").GetBoolean(), $"{undone.Exit} {undone.Stdout} {undone.Stderr}");
        Assert.Equal(all, await repairing.LookAsync());
        Assert.Equal("kept", await host.DockerAsync("exec", "client", "cat", "/data/file"));
    }
}
