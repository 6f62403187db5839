using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Fairlead.LabTests.Lab;

namespace Fairlead.LabTests;

/// <summary>What cannot be answered: the contract's exit code, one line on standard error, one error object in JSON, nothing of our own insides.</summary>
public sealed class BadInputTests
{
    public static TheoryData<string, string, string, string> Questions => new()
    {
        { "nosuch", "http://api:80/", "no-such-source", "" },
        { "clinet", "http://api:80/", "no-such-source", "client" },
        { "container:host", "http://api:80/", "no-such-source", "" },
        { "", "http://api:80/", "no-such-source", "" },
        { "\u001b[31m\u202eclient", "http://api:80/", "no-such-source", "" },
        { "web", "http://api:80/", "ambiguous-source", "web-back web-front" },
        { "client", "web-back", "bad-target", "web-back:80 web-back:81" },
        { "client", "nosuch", "bad-target", "" },
        { "client", "http://", "bad-target", "" },
        { "client", "://", "bad-target", "" },
        { "client", "", "bad-target", "" },
        { "client", "a b", "bad-target", "" },
        { "client", "ftp://api", "bad-target", "" },
        { "client", "http://api:99999", "bad-target", "" },
        { "client", "api:0", "bad-target", "" },
        { "client", "http://[::1", "bad-target", "" },
        { "client", "1.2.3.4", "bad-target", "" },
        { "client", "$(id):80", "bad-target", "" },
        { "client", "http://user:sesame@:x", "bad-target", "" },
        { "client", "\u001b[31mred:80", "bad-target", "" },
        { "client", "http://" + string.Concat(Enumerable.Repeat("x", 100_000)), "bad-target", "" },
    };

    [Fact]
    public async Task A_question_that_cannot_be_put_exits_2_with_one_line()
    {
        await using var lease = await Fleet.TakeAsync("28");
        var host = lease.Host;
        await host.BuildAsync("nothing-listens/in-the-container");
        await host.DockerAsync("run", "-d", "--name", "web-front", "bb", "httpd", "-f", "-p", "80");
        await host.DockerAsync("run", "-d", "--name", "web-back", "bb", "sh", "-c", "httpd -p 80; httpd -f -p 81");
        var wrong = new List<string>();
        foreach (var row in Questions)
        {
            var (source, target, code, candidates) = row.Data;
            var name = $"why '{source}' '{(target.Length > 60 ? target[..60] : target)}'";
            Check(wrong, name, await FairleadBinary.RunAsync(host, false, null, "why", source, target), await FairleadBinary.RunAsync(host, false, null, "why", source, target, "--format", "json"), 2, code, candidates);
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    public static TheoryData<string, int, string> Engines => new()
    {
        { "--host unix:///nowhere/engine.sock", 3, "engine-unreachable" },
        { "--host unix://{folder}", 3, "engine-unreachable" },
        { "--host unix://{folder}/plain", 3, "engine-unreachable" },
        { "--host unix://{folder}/fifo", 3, "engine-unreachable" },
        { "--host unix://{folder}/{long}", 3, "engine-unreachable" },
        { "--host tcp://127.0.0.1:1", 3, "engine-unreachable" },
        { "--host tcp://127.0.0.1:{page}", 3, "engine-unreachable" },
        { "--host nonsense", 2, "bad-usage" },
        { "--host npipe:////./pipe/docker_engine", 2, "bad-usage" },
        { "--host ssh://-oProxyCommand=x", 2, "bad-usage" },
        { "--host ssh://user:word@far", 2, "bad-usage" },
        { "--context nosuch", 2, "bad-usage" },
        { "--vantage moon", 2, "bad-usage" },
        { "--timeout never", 2, "bad-usage" },
        { "--snapshot {folder}/nothing", 2, "bad-file" },
        { "--snapshot {folder}/fifo", 2, "bad-file" },
        { "--snapshot {folder}/plain", 2, "bad-file" },
        { "--snapshot {folder}", 2, "bad-file" },
    };

    [Fact]
    public async Task An_engine_that_is_none_is_said_in_one_line()
    {
        await using var lease = await Fleet.TakeAsync("28");
        var host = lease.Host;
        await File.WriteAllTextAsync(Path.Combine(host.Folder, "plain"), "hello", TestContext.Current.CancellationToken);
        await Shell.RunAsync("mkfifo", Path.Combine(host.Folder, "fifo"));
        using var page = new TcpListener(IPAddress.Loopback, 0);
        page.Start();
        var serving = ServePageAsync(page);
        var wrong = new List<string>();
        foreach (var row in Engines)
        {
            var (options, exit, code) = row.Data;
            var args = options.Replace("{folder}", host.Folder, StringComparison.Ordinal).Replace("{long}", new string('x', 200), StringComparison.Ordinal)
                .Replace("{page}", ((IPEndPoint)page.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal).Split(' ');
            string[] why = ["why", "client", "http://api:80/", .. args];
            Check(wrong, options, await FairleadBinary.RunAsync(host, false, null, why), await FairleadBinary.RunAsync(host, false, null, [.. why, "--format", "json"]), exit, code, "");
        }
        var outsider = await Shell.RunAsync("setpriv", ["--reuid", "65534", "--regid", "65534", "--clear-groups", FairleadBinary.Program, "why", "client", "api:80"],
            new Dictionary<string, string> { ["DOCKER_HOST"] = host.DockerHost });
        OneLine(wrong, "without the group", outsider, 3);
        if (!outsider.Stderr.Contains("permission denied", StringComparison.Ordinal))
            wrong.Add("without the group: " + outsider.Stderr);
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        page.Stop();
        await serving;
    }

    [Fact]
    public async Task Every_way_to_name_the_engine_leads_to_the_same_answer()
    {
        await using var lease = await Fleet.TakeAsync("28");
        var host = lease.Host;
        var expected = await host.BuildAsync("nothing-listens/in-the-container");
        string[] why = ["why", expected.Source, expected.Target, "--format", "json"];
        var config = Path.Combine(host.Folder, "docker-config");
        var programs = Path.Combine(host.Folder, "programs");
        Directory.CreateDirectory(programs);
        var docker = (await Shell.RunAsync("sh", "-c", "command -v docker")).Text.Trim();
        // Stands for ssh to a host on which the docker command is: the stream is a real engine's, through a real dial-stdio.
        await File.WriteAllTextAsync(Path.Combine(programs, "ssh"), $"#!/bin/sh\nexec {docker} -H {host.DockerHost} system dial-stdio\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(Path.Combine(programs, "ssh"), (UnixFileMode)0b111_101_101);
        foreach (var args in new string[][] { ["create", "one", "--docker", "host=" + host.DockerHost], ["use", "one"] })
            _ = (await Shell.RunAsync(docker, ["context", .. args], new Dictionary<string, string> { ["DOCKER_CONFIG"] = config })).Text;

        (string Name, Dictionary<string, string> With, string[] Args)[] ways =
        [
            ("--host", new() { ["DOCKER_HOST"] = "unix:///nowhere" }, ["--host", host.DockerHost]),
            ("--host without a scheme", new() { ["DOCKER_HOST"] = "unix:///nowhere" }, ["--host", host.DockerHost["unix://".Length..]]),
            ("DOCKER_HOST", [], []),
            ("--context", new() { ["DOCKER_HOST"] = "", ["DOCKER_CONFIG"] = config }, ["--context", "one"]),
            ("--context before DOCKER_HOST", new() { ["DOCKER_HOST"] = "unix:///nowhere", ["DOCKER_CONFIG"] = config }, ["--context", "one"]),
            ("DOCKER_CONTEXT", new() { ["DOCKER_HOST"] = "", ["DOCKER_CONFIG"] = config, ["DOCKER_CONTEXT"] = "one" }, []),
            ("the current context", new() { ["DOCKER_HOST"] = "", ["DOCKER_CONFIG"] = config }, []),
            ("ssh, through a helper", new() { ["PATH"] = programs }, ["--host", "ssh://me@far.example:2222", "--vantage", "helper"]),
        ];
        var wrong = new List<string>();
        foreach (var (name, with, args) in ways)
        {
            var ran = await FairleadBinary.RunWithAsync(host, false, with, [.. why, .. args]);
            var found = ran.Exit == 1 && JsonDocument.Parse(ran.Stdout).RootElement.GetProperty("cause").GetProperty("code").GetString() == "nothing-listens";
            if (!found)
                wrong.Add($"{name}: exit {ran.Exit} {ran.Stderr} {ran.Stdout}");
        }
        var broken = Path.Combine(programs, "ssh");
        await File.WriteAllTextAsync(broken, "#!/bin/sh\necho 'ssh: connect to host far.example port 2222: Connection refused' >&2\nexit 255\n", TestContext.Current.CancellationToken);
        var refused = await FairleadBinary.RunWithAsync(host, false, new Dictionary<string, string> { ["PATH"] = programs }, "why", expected.Source, expected.Target, "--host", "ssh://me@far.example:2222");
        OneLine(wrong, "ssh that fails", refused, 3);
        if (!refused.Stderr.Contains("Connection refused", StringComparison.Ordinal))
            wrong.Add("ssh that fails: its words are not shown: " + refused.Stderr);
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    /// <summary>Both forms of one refusal.</summary>
    internal static void Check(List<string> wrong, string name, Ran text, Ran json, int exit, string code, string candidates)
    {
        OneLine(wrong, name, text, exit);
        if (json.Exit != exit || json.Stderr.Length > 0)
            wrong.Add($"{name} --format json: exit {json.Exit}, expected {exit}: {json.Stderr}");
        try
        {
            var root = JsonDocument.Parse(json.Stdout).RootElement;
            var said = root.GetProperty("candidates").EnumerateArray().Select(c => c.GetString()).Order(StringComparer.Ordinal);
            if (root.GetProperty("schema").GetString() != "fairlead.error/1" || root.GetProperty("code").GetString() != code || string.Join(' ', said) != candidates)
                wrong.Add($"{name}: expected {code} with '{candidates}', got {json.Stdout}");
        }
        catch (JsonException)
        {
            wrong.Add($"{name}: no JSON: {json.Stdout}");
        }
    }

    /// <summary>One line on standard error, of bounded length and plain characters, nothing on standard output, no secret of the input.</summary>
    internal static void OneLine(List<string> wrong, string name, Ran ran, int exit)
    {
        var lines = ran.Stderr.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (ran.Exit != exit || lines.Length != 1 || ran.Stdout.Length > 0)
            wrong.Add($"{name}: exit {ran.Exit}, expected {exit}; {lines.Length} lines: {ran.Stderr.Trim()} {ran.Stdout.Trim()}");
        else if (ran.Stderr.Length > 1500 || ran.Stderr.Trim().Any(char.IsControl) || ran.Stderr.Contains('\u202e') || ran.Stderr.Contains("sesame", StringComparison.Ordinal)
            || ran.Stderr.Contains("internal error", StringComparison.Ordinal) || ran.Stderr.Contains("   at ", StringComparison.Ordinal))
            wrong.Add($"{name}: not a line for a person: {ran.Stderr.Trim()}");
    }

    /// <summary>A web server for people, where an engine was expected.</summary>
    private static async Task ServePageAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
                var stream = client.GetStream();
                _ = await stream.ReadAsync(new byte[4096], TestContext.Current.CancellationToken);
                const string page = "<html>\n<body>\n<h1>It works!</h1>\n</body>\n</html>\n";
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: {page.Length}\r\n\r\n{page}"), TestContext.Current.CancellationToken);
            }
        }
        catch (SocketException)
        {
            // the listener was stopped
        }
    }
}
