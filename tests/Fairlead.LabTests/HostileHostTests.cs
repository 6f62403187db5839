using System.Globalization;
using System.Text;
using System.Text.Json;
using Fairlead.LabTests.Lab;

namespace Fairlead.LabTests;

/// <summary>What containers control and Fairlead reads: files, labels, names. It is bounded, shown harmlessly, and never followed to the host.</summary>
public sealed class HostileHostTests
{
    /// <summary>What lies in the place of a container's hosts file, made inside it.</summary>
    public static TheoryData<string, string> HostsFiles => new()
    {
        { "a FIFO", "mkfifo /etc/hosts" },
        { "a link to a host file", "ln -s {secret} /etc/hosts" },
        { "a link out by its root", "ln -s ../../../../../../..{secret} /etc/hosts" },
        { "a link through /proc", "ln -s /proc/1/root{secret} /etc/hosts" },
        { "a link to an environment", "ln -s /proc/1/environ /etc/hosts" },
        { "a link to a device", "ln -s /dev/zero /etc/hosts" },
        { "a loop of links", "ln -s /etc/loop /etc/hosts; ln -s /etc/hosts /etc/loop" },
        { "a folder", "mkdir /etc/hosts" },
        { "two gigabytes of nothing", "truncate -s 2g /etc/hosts" },
        { "nothing", "true" },
    };

    [Fact]
    public async Task What_stands_for_a_hosts_file_is_bounded_and_never_leads_to_the_host()
    {
        await using var lease = await Fleet.TakeAsync("28");
        var host = lease.Host;
        const string marker = "correct-horse-battery";
        var secret = Path.Combine(host.Folder, "secret");
        await File.WriteAllTextAsync(secret, $"192.0.2.7 api {marker}\n", TestContext.Current.CancellationToken);
        await host.DockerAsync("network", "create", "front");
        await host.DockerAsync("run", "-d", "--name", "api", "--network", "front", "bb", "httpd", "-f", "-p", "80", "-h", "/www");
        var wrong = new List<string>();
        foreach (var row in HostsFiles)
        {
            var (name, make) = row.Data;
            await host.DockerAsync("run", "-d", "--name", "client", "--network", "front", "--privileged", "-e", "MARK=" + marker, "bb",
                "sh", "-c", $"umount /etc/hosts; rm -f /etc/hosts; {make.Replace("{secret}", secret, StringComparison.Ordinal)}; touch /ready; exec sleep 1d");
            while ((await Shell.RunAsync("test", "-e", $"/proc/{await host.PidOfAsync("client")}/root/ready")).Exit != 0)
                await Task.Delay(20, TestContext.Current.CancellationToken);
            foreach (var (vantage, asUser) in new[] { ("root", false), ("helper", true) })
            {
                var answer = await FairleadBinary.AskAsync(host, asUser, "why", "client", "http://api:81/", "--vantage", vantage);
                if (answer.Verdict is null || answer.Exit is not (1 or 3) || answer.Stderr.Length > 0)
                    wrong.Add($"{name}, {vantage}: exit {answer.Exit} {answer.Stderr} {answer.Stdout}");
                if (answer.Stdout.Contains(marker, StringComparison.Ordinal))
                    wrong.Add($"{name}, {vantage}: the host's file or the container's environment is in the answer");
                // A resolver that reads a hosts file with nothing usable in it asks the engine's DNS, which knows the name.
                if (answer.Code is not ("nothing-listens" or null))
                    wrong.Add($"{name}, {vantage}: {answer.Code}");
            }
            var saved = Path.Combine(host.Folder, "state-root", "saved");
            var ran = await FairleadBinary.RunAsync(host, false, null, "snapshot", "save", saved);
            var text = (await Shell.RunAsync("gzip", "-cd", saved)).Stdout;
            if (ran.Exit != 0 || !text.Contains("fairlead.snapshot/1", StringComparison.Ordinal) || text.Contains("192.0.2.7 api", StringComparison.Ordinal))
                wrong.Add($"{name}, snapshot: exit {ran.Exit} {ran.Stderr}");
            File.Delete(saved);
            await host.DockerAsync("rm", "-f", "client");
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public async Task A_label_of_ten_megabytes_is_no_hindrance()
    {
        await using var lease = await Fleet.TakeAsync("28");
        var host = lease.Host;
        var expected = await host.BuildAsync("nothing-listens/in-the-container");
        var body = Path.Combine(host.Folder, "big.json");
        await File.WriteAllTextAsync(body, JsonSerializer.Serialize(new { Image = "bb", Cmd = new[] { "sleep", "1d" }, Labels = new Dictionary<string, string> { ["big"] = new string('x', 10 << 20) } }), TestContext.Current.CancellationToken);
        _ = (await Shell.RunAsync("curl", "-sf", "--unix-socket", host.Folder + "/docker.sock", "-H", "Content-Type: application/json", "-d", "@" + body, "http://engine/containers/create?name=big")).Text;
        await host.DockerAsync("start", "big");
        var answer = await FairleadBinary.AskAsync(host, false, "why", expected.Source, expected.Target);
        Assert.Equal("nothing-listens", answer.Code);
        var itself = await FairleadBinary.AskAsync(host, false, "why", "big", "http://127.0.0.1:9/");
        Assert.Equal(1, itself.Exit);
        Assert.True(itself.Stdout.Length < 100_000, $"{itself.Stdout.Length} characters");
    }

    [Fact]
    public async Task Hostile_names_are_shown_harmlessly_and_their_commands_are_safe_to_type()
    {
        await using var lease = await Fleet.TakeAsync("28");
        var host = lease.Host;
        var trap = Path.Combine(host.Folder, "trap");
        string[] names = [$"rx; touch {trap} $(touch {trap}) `touch {trap}`", "it's \"quoted\" | tee x", "-rf", "\u001b[31mred\u202edrow\u200b", "网络 $HOME"];
        var wrong = new List<string>();
        var made = 0;
        foreach (var name in names)
        {
            // Not every engine takes every name; what it takes, Fairlead must stand.
            if ((await Shell.RunAsync("docker", ["network", "create", "--label", "com.docker.compose.network=" + name, "--", name], new Dictionary<string, string> { ["DOCKER_HOST"] = host.DockerHost })).Exit != 0)
                continue;
            made++;
            await host.DockerAsync("run", "-d", "--name", "api", "--network", name, "--label", "com.docker.compose.project=p\u001b[2J", "--label", "com.docker.compose.service=" + name,
                "bb", "httpd", "-f", "-p", "80", "-h", "/www");
            await host.DockerAsync("run", "-d", "--name", "client", "--label", "com.docker.compose.service=" + name, "bb", "sleep", "1d");
            foreach (var target in new[] { "http://api:80/", "http://" + await AddressAsync(host, "api") + ":80/" })
            {
                var text = await FairleadBinary.RunAsync(host, false, null, "why", "client", target, "-v");
                if (text.Exit != 1 || !Harmless(text.Stdout) || text.Stderr.Length > 0)
                    wrong.Add($"{Visible(name)} {target}: exit {text.Exit} {Visible(text.Stderr)} {Visible(text.Stdout)}");
                var json = await FairleadBinary.AskAsync(host, false, "why", "client", target);
                if (!Harmless(json.Stdout))
                    wrong.Add($"{Visible(name)} {target}: characters that must be escaped are in the JSON");
                foreach (var command in json.List("plans").SelectMany(p => p.GetProperty("commands").EnumerateArray()).Select(c => c.GetString()!))
                {
                    // Every program is a function that says what it was given: the words arrive as they are, and nothing else happens.
                    var ran = await Shell.RunAsync("sh", "-c", "docker() { printf '<%s>' \"$@\"; }; curl() { :; }; iptables() { :; }; " + command);
                    if (ran.Exit != 0 && !ran.Stderr.Contains("not found", StringComparison.Ordinal))
                        wrong.Add($"{Visible(name)}: sh refuses «{Visible(command)}»: {ran.Stderr}");
                    if (File.Exists(trap))
                        wrong.Add($"{Visible(name)}: «{Visible(command)}» ran what it names");
                    File.Delete(trap);
                }
            }
            await host.DockerAsync("rm", "-f", "api", "client");
            await host.DockerAsync("network", "prune", "-f");
        }
        Assert.True(made > 0, "the engine took none of the names");
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    private static Task<string> AddressAsync(LabHost host, string name) => host.DockerAsync("inspect", "-f", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", name);

    private static bool Harmless(string text) => text.EnumerateRunes().All(r => r.Value == '\n'
        || Rune.GetUnicodeCategory(r) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator));

    private static string Visible(string text) => string.Concat(text.EnumerateRunes().Select(r => r.Value == '\n' || Harmless(r.ToString()) ? r.ToString() : $"\\u{{{r.Value:x}}}"));
}
