using System.Diagnostics;
using Fairlead.LabTests.Lab;

namespace Fairlead.LabTests;

/// <summary>Others are at the host too: between plan and apply, between apply and undo, and at the same time.</summary>
public sealed class FixChangedTests
{
    private static readonly string[] Join = ["client", "http://127.0.0.1:3010", "--apply", "connect-network", "--yes"];

    [Fact]
    public async Task A_host_that_changed_since_the_plan_was_shown_is_left_as_it_is()
    {
        await using var lease = await Fleet.TakeAsync("28");
        var host = lease.Host;
        var repairing = new Repairing(host, asUser: true);
        await host.BuildAsync("loopback-to-sibling/published");
        var said = await AskedThenAsync(host, repairing, async () => await host.DockerAsync("restart", "-t", "0", "api"));
        Assert.Contains("the host changed", said, StringComparison.Ordinal);
        Assert.DoesNotContain("api", await host.DockerAsync("network", "inspect", "-f", "{{range .Containers}}{{.Name}} {{end}}", "apps"), StringComparison.Ordinal);
        // The same question again finds the host as it is now, and works.
        Assert.Equal(0, (await repairing.FixAsync([.. Join, "--vantage", "helper"])).Exit);
    }

    [Fact]
    public async Task What_somebody_connected_anew_is_not_disconnected()
    {
        await using var lease = await Fleet.TakeAsync("28");
        var host = lease.Host;
        var repairing = new Repairing(host);
        await host.BuildAsync("loopback-to-sibling/published");
        Assert.Equal(0, (await repairing.FixAsync(Join)).Exit);
        await host.DockerAsync("network", "disconnect", "apps", "api");
        await host.DockerAsync("network", "connect", "apps", "api");
        var undone = await repairing.UndoAsync();
        Assert.Equal(1, undone.Exit);
        Assert.Empty(undone.List("undone"));
        Assert.Single(undone.List("left"));
        Assert.Contains("api", await host.DockerAsync("network", "inspect", "-f", "{{range .Containers}}{{.Name}} {{end}}", "apps"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_network_that_others_have_joined_stays()
    {
        await using var lease = await Fleet.TakeAsync("28");
        var host = lease.Host;
        var repairing = new Repairing(host);
        var expected = await host.BuildAsync("default-bridge-no-dns/both-on-the-default-bridge");
        var fixedIt = await repairing.FixAsync(expected.Source, expected.Target, "--apply", "create-network", "--yes");
        Assert.True(fixedIt.Exit == 0, $"{fixedIt.Exit} {fixedIt.Stdout} {fixedIt.Stderr}");
        var network = Repairing.Of(fixedIt, "steps")[0].GetProperty("argv")[3].GetString()!;
        await host.DockerAsync("run", "-d", "--name", "third", "--network", network, "bb", "sleep", "1d");
        var undone = await repairing.UndoAsync();
        Assert.Equal((1, 2, 1), (undone.Exit, undone.List("undone").Count, undone.List("left").Count));
        Assert.Contains("third", undone.Stdout, StringComparison.Ordinal);
        Assert.Equal("third", await host.DockerAsync("network", "inspect", "-f", "{{range .Containers}}{{.Name}} {{end}}", network));
    }

    [Fact]
    public async Task A_container_that_was_started_again_since_is_not_stopped()
    {
        await using var lease = await Fleet.TakeAsync("28");
        var host = lease.Host;
        var repairing = new Repairing(host);
        var expected = await host.BuildAsync("target-not-running/by-host-port");
        Assert.Equal(0, (await repairing.FixAsync(expected.Source, expected.Target, "--apply", "start-target", "--yes")).Exit);
        await host.DockerAsync("restart", "-t", "0", "api");
        var undone = await repairing.UndoAsync();
        Assert.Equal((1, 0, 1), (undone.Exit, undone.List("undone").Count, undone.List("left").Count));
        Assert.Equal("true", await host.DockerAsync("inspect", "-f", "{{.State.Running}}", "api"));
    }

    [Fact]
    public async Task While_one_changes_the_engine_another_says_who_it_is_and_ends()
    {
        await using var lease = await Fleet.TakeAsync("28");
        var host = lease.Host;
        var repairing = new Repairing(host);
        await host.BuildAsync("loopback-to-sibling/published");
        Assert.Equal(0, (await repairing.FixAsync(Join)).Exit);
        Assert.Equal(0, (await repairing.UndoAsync()).Exit);
        var file = Directory.GetFiles(repairing.State, "lock", SearchOption.AllDirectories).Single();
        var before = await repairing.LookAsync();
        using (var holder = Process.Start(new ProcessStartInfo("flock", [file, "cat"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!)
        {
            // cat answers once the lock is held.
            await holder.StandardInput.WriteLineAsync("held".AsMemory(), TestContext.Current.CancellationToken);
            await holder.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
            Assert.Equal("held", await holder.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
            var second = await repairing.FixAsync(Join);
            Assert.Equal((3, "busy"), (second.Exit, second.Json.GetProperty("code").GetString()));
            Assert.Contains("pid ", second.Json.GetProperty("message").GetString(), StringComparison.Ordinal);
            holder.StandardInput.Close();
            await holder.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(before, await repairing.LookAsync());
        // Two at once: one does it, and the other finds it busy, changed, or joined already and so without that plan.
        var both = await Task.WhenAll(repairing.FixAsync(Join), repairing.FixAsync(Join));
        Assert.Contains(both, b => b.Exit == 0 && Repairing.Of(b, "applied").GetBoolean());
        Assert.All(both, b => Assert.True(b.Exit is 0 or 2 or 3, $"{b.Exit} {b.Stdout} {b.Stderr}"));
        Assert.Equal(0, (await repairing.UndoAsync()).Exit);
        Assert.Equal(before, await repairing.LookAsync());
    }

    [Fact]
    public async Task A_network_with_a_name_like_a_command_is_joined_and_nothing_is_run()
    {
        await using var lease = await Fleet.TakeAsync("28");
        var host = lease.Host;
        var repairing = new Repairing(host);
        var mark = Path.Combine(host.Folder, "pwn");
        var network = $"rx; touch {mark} $(id)";
        // The docker command checks names before the engine does; the engine takes this one.
        var made = await Shell.RunAsync("curl", "-s", "--unix-socket", Path.Combine(host.Folder, "docker.sock"), "-H", "Content-Type: application/json", "-d", $$"""{"Name":"{{network}}"}""", "http://engine/networks/create");
        if (!made.Stdout.Contains("\"Id\"", StringComparison.Ordinal))
            Assert.Skip("this engine takes no such name: " + made.Stdout.Trim());
        await host.DockerAsync("run", "-d", "--name", "client", "--network", network, "bb", "sleep", "1d");
        await host.DockerAsync("run", "-d", "--name", "api", "-p", "3010:3010", "bb", "httpd", "-f", "-p", "3010", "-h", "/www");
        var before = await repairing.LookAsync();
        var answer = await repairing.FixAsync(Join);
        Assert.True(answer.Exit == 0, $"{answer.Exit} {answer.Stdout} {answer.Stderr}");
        Assert.Equal(0, (await repairing.UndoAsync()).Exit);
        Assert.Equal(before, await repairing.LookAsync());
        foreach (var command in Repairing.Of(answer, "plan").GetProperty("commands").EnumerateArray())
            await Shell.RunAsync("sh", ["-c", command.GetString()!], new Dictionary<string, string>(Paths.Environment) { ["DOCKER_HOST"] = host.DockerHost });
        Assert.False(File.Exists(mark), "the name was run");
        Assert.Contains("api", await host.DockerAsync("network", "inspect", "-f", "{{range .Containers}}{{.Name}} {{end}}", network), StringComparison.Ordinal);
    }

    /// <summary>On a terminal: the plan is shown, something happens before the person agrees, and the person agrees.</summary>
    private static async Task<string> AskedThenAsync(LabHost host, Repairing repairing, Func<Task> happens)
    {
        var (fifo, shown) = (Path.Combine(host.Folder, "typed"), Path.Combine(host.Folder, "shown"));
        File.Delete(fifo);
        await Shell.RunAsync("mkfifo", fifo);
        File.SetUnixFileMode(repairing.State, (UnixFileMode)0b111_111_111);
        var line = $"setpriv --reuid 65534 --regid 65533 --clear-groups {FairleadBinary.Program} --host {host.DockerHost} --state {repairing.State} --vantage helper fix {string.Join(' ', Join[..^1])}";
        var running = Shell.RunAsync("bash", "-c", $"script -qefc '{line}' {shown} <{fifo}");
        using var keys = new FileStream(fifo, FileMode.Open, FileAccess.Write);
        while (!running.IsCompleted && !(File.Exists(shown) && (await File.ReadAllTextAsync(shown, TestContext.Current.CancellationToken)).Contains("[y/N]", StringComparison.Ordinal)))
            await Task.Delay(50, TestContext.Current.CancellationToken);
        await happens();
        keys.Write("y\n"u8);
        keys.Flush();
        var ran = await running;
        return await File.ReadAllTextAsync(shown, TestContext.Current.CancellationToken) + ran.Stderr;
    }
}
