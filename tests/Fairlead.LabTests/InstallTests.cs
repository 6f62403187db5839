using System.Buffers.Binary;
using System.Text.Json;
using Fairlead.LabTests.Lab;
using Fairlead.Tests.Shared;

namespace Fairlead.LabTests;

/// <summary>The ways in which the one binary is installed: alone, as an image, as a plugin of docker; and where there is no engine.</summary>
public sealed class InstallTests
{
    private const string Nowhere = "unix:///nowhere/docker.sock";

    [Fact]
    public void The_binary_asks_for_no_loader_and_no_library()
    {
        var elf = File.ReadAllBytes(Paths.Binary);
        Assert.Equal("\u007fELF"u8.ToArray(), elf[..4]);
        var (table, size, count) = (BinaryPrimitives.ReadInt64LittleEndian(elf.AsSpan(32)), BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan(54)), BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan(56)));
        const uint interpreter = 3, dynamic = 2;
        for (var i = 0; i < count; i++)
        {
            var kind = BinaryPrimitives.ReadUInt32LittleEndian(elf.AsSpan((int)table + (i * size)));
            Assert.True(kind is not interpreter and not dynamic, $"program header {i} has kind {kind}");
        }
    }

    [Fact]
    public async Task It_runs_in_an_empty_root()
    {
        var root = Directory.CreateTempSubdirectory("fairlead-empty-");
        try
        {
            File.Copy(Paths.Binary, Path.Combine(root.FullName, "fairlead"));
            Task<Ran> InRoot(params string[] args) => Shell.RunAsync("env", ["-i", "/usr/sbin/chroot", root.FullName, "/fairlead", .. args], null);
            Assert.Matches(@"^fairlead \d+\.\d+\.\d+\n$", (await InRoot("--version")).Text);
            var english = await InRoot("--demo", "why", "napcat", "ws://127.0.0.1:8080");
            Assert.Equal((1, ""), (english.Exit, english.Stderr));
            Assert.Contains("loopback-to-host", english.Stdout, StringComparison.Ordinal);
            Assert.Contains("宿主机", (await InRoot("--demo", "why", "napcat", "ws://127.0.0.1:8080", "--lang", "zh")).Stdout, StringComparison.Ordinal);
            Assert.Equal("", Schemas.Faults((await InRoot("--demo", "why", "napcat", "ws://127.0.0.1:8080", "--format", "json")).Stdout));
            var none = await InRoot("why", "a", "b:1");
            Assert.Equal((3, ""), (none.Exit, none.Stdout));
            Assert.Contains("fairlead --demo why", none.Stderr, StringComparison.Ordinal);
            Assert.Equal(1, none.Stderr.Count(c => c == '\n'));
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Its_image_answers_with_the_socket_mounted()
    {
        await using var lease = await Fleet.TakeAsync("28");
        var host = lease.Host;
        var expected = await host.BuildAsync("loopback-to-sibling/published");
        var made = await Shell.RunAsync("sh", ["-ec", """
            "$1" image >"$2/image.tar"; "$1" image | cmp - "$2/image.tar"
            docker import -c 'ENTRYPOINT ["/fairlead"]' - fairlead <"$2/image.tar"
            """, "image", Paths.Binary, host.Folder], Environment(host));
        Assert.True(made.Exit == 0, made.Stderr);
        try
        {
            Assert.StartsWith("fairlead ", await host.DockerAsync("run", "--rm", "fairlead", "--version"), StringComparison.Ordinal);
            string[] run = ["run", "--rm", "-v", $"{host.Folder}/docker.sock:/var/run/docker.sock"];
            string[] why = ["fairlead", "why", expected.Source, expected.Target, "--format", "json"];
            var all = await Shell.RunAsync("docker", [.. run, .. why, "--vantage", "helper"], Environment(host));
            Check(all, 1, expected.Code, "helper", "observed");
            // With the host's processes in sight, and with the rights that `root` takes, it needs no helper.
            var root = await Shell.RunAsync("docker", [.. run, "--privileged", "--pid", "host", .. why], Environment(host));
            Check(root, 1, expected.Code, "root");
            // With the socket alone it says less, and nothing wrong.
            var api = await Shell.RunAsync("docker", [.. run, .. why], Environment(host));
            Assert.Equal("", Schemas.Faults(api.Stdout));
            Assert.NotEqual("proven", JsonDocument.Parse(api.Stdout).RootElement.GetProperty("cause") is { ValueKind: JsonValueKind.Object } c ? c.GetProperty("confidence").GetString() : null);
            Assert.Equal("", await host.DockerAsync("ps", "-aq", "--filter", "label=io.fairlead.helper"));
        }
        finally
        {
            await host.DockerAsync("rmi", "fairlead");
        }
    }

    [Fact]
    public async Task One_link_makes_it_a_plugin_of_docker()
    {
        await using var lease = await Fleet.TakeAsync("28");
        var host = lease.Host;
        var expected = await host.BuildAsync("loopback-to-sibling/published");
        var config = Directory.CreateTempSubdirectory("fairlead-plugin-");
        try
        {
            Directory.CreateDirectory(Path.Combine(config.FullName, "cli-plugins"));
            File.CreateSymbolicLink(Path.Combine(config.FullName, "cli-plugins", "docker-fairlead"), Paths.Binary);
            var environment = Environment(host, ("DOCKER_CONFIG", config.FullName), ("XDG_STATE_HOME", config.FullName));
            Task<Ran> Docker(params string[] args) => Shell.RunAsync("docker", args, environment);
            Assert.Contains("fairlead*", (await Docker("--help")).Text, StringComparison.Ordinal);
            Assert.StartsWith("fairlead ", (await Docker("fairlead", "version")).Text, StringComparison.Ordinal);
            Check(await Docker("fairlead", "why", expected.Source, expected.Target, "--format", "json"), 1, expected.Code, "root");
            environment.Remove("DOCKER_HOST");
            Check(await Docker("-H", host.DockerHost, "fairlead", "why", expected.Source, expected.Target, "--format", "json"), 1, expected.Code, "root");
            Assert.Equal(2, (await Docker("fairlead", "why", "--nonsense")).Exit);
        }
        finally
        {
            config.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("--version", 3), InlineData("--demo why napcat ws://127.0.0.1:8080", 3), InlineData("--demo why napcat ws://127.0.0.1:8080 -v --format json", 3), InlineData("nonsense --format json", 3)]
    public async Task A_full_disk_is_one_line_and_no_answer(string line, int exit)
    {
        var ran = await Shell.RunAsync("sh", ["-c", "exec \"$@\" >/dev/full", "full", Paths.Binary, .. line.Split(' ')], null);
        Assert.Equal(exit, ran.Exit);
        Assert.Contains("No space left on device", ran.Stderr, StringComparison.Ordinal);
        Assert.Equal(1, ran.Stderr.Count(c => c == '\n'));
    }

    [Fact]
    public async Task A_reader_that_has_seen_enough_is_no_error()
    {
        var ran = await Shell.RunAsync("bash", ["-c", "\"$@\" | head -1; exit ${PIPESTATUS[0]}", "head", Paths.Binary, "--demo", "why", "napcat", "ws://127.0.0.1:8080", "-v", "--format", "json"], null);
        Assert.Equal((1, "{\n", ""), (ran.Exit, ran.Stdout, ran.Stderr));
        ran = await Shell.RunAsync("bash", ["-c", "\"$@\" | head -c 10 >/dev/null; exit ${PIPESTATUS[0]}", "head", Paths.Binary, "image"], null);
        Assert.Equal((0, ""), (ran.Exit, ran.Stderr));
    }

    [Fact]
    public async Task An_interruption_ends_it_at_once_with_no_answer()
    {
        // An engine that takes the connection and never answers: interrupted while it waits.
        var folder = Directory.CreateTempSubdirectory("fairlead-deaf-");
        try
        {
            var socket = Path.Combine(folder.FullName, "docker.sock");
            using var deaf = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
            deaf.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(socket));
            deaf.Listen();
            var running = Shell.RunAsync("bash", ["-c", "env --default-signal=INT \"$@\" & echo $! >\"$PIDFILE\"; wait $!", "interrupted", Paths.Binary, "--host", "unix://" + socket, "why", "a", "b:1"],
                new Dictionary<string, string> { ["PIDFILE"] = Path.Combine(folder.FullName, "pid") });
            using var asked = await deaf.AcceptAsync(TestContext.Current.CancellationToken);
            await Shell.RunAsync("kill", "-INT", (await File.ReadAllTextAsync(Path.Combine(folder.FullName, "pid"), TestContext.Current.CancellationToken)).Trim());
            var ran = await running;
            Assert.Equal((3, ""), (ran.Exit, ran.Stdout));
            Assert.Equal("fairlead: interrupted\n", ran.Stderr);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Without_an_engine_it_offers_the_demonstration_which_needs_none()
    {
        var environment = new Dictionary<string, string> { ["DOCKER_HOST"] = Nowhere, ["LC_ALL"] = "C.UTF-8" };
        var none = await Shell.RunAsync(Paths.Binary, [], environment);
        Assert.Equal((3, ""), (none.Exit, none.Stdout));
        Assert.Contains("fairlead --demo why", none.Stderr, StringComparison.Ordinal);
        var demo = await Shell.RunAsync(Paths.Binary, ["--demo", "why", "new-api", "http://127.0.0.1:3010"], environment);
        Assert.Equal(1, demo.Exit);
        Assert.StartsWith("Demo: ", demo.Stdout, StringComparison.Ordinal);
        Assert.Contains("loopback-to-sibling", demo.Stdout, StringComparison.Ordinal);
    }

    /// <param name="least">"proven", or "observed" where the helper may lack a reading that root has, and still dials.</param>
    private static void Check(Ran ran, int exit, string? code, string vantage, string least = "proven")
    {
        Assert.True(ran.Exit == exit, $"exit {ran.Exit}: {ran.Stderr} {ran.Stdout}");
        Assert.Equal("", Schemas.Faults(ran.Stdout));
        var root = JsonDocument.Parse(ran.Stdout).RootElement;
        Assert.Equal(code, root.GetProperty("cause").GetProperty("code").GetString());
        if (least == "proven") Assert.Equal("proven", root.GetProperty("cause").GetProperty("confidence").GetString());
        Assert.Equal("refused", root.GetProperty("observed").GetProperty("outcome").GetString());
        Assert.Equal(vantage, root.GetProperty("vantage").GetProperty("kind").GetString());
    }

    private static Dictionary<string, string> Environment(LabHost host, params (string Name, string Value)[] more)
    {
        var all = new Dictionary<string, string>(Paths.Environment) { ["DOCKER_HOST"] = host.DockerHost, ["LC_ALL"] = "C.UTF-8" };
        foreach (var (name, value) in more) all[name] = value;
        return all;
    }
}
