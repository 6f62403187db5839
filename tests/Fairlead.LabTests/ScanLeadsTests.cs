using Fairlead.LabTests.Lab;

namespace Fairlead.LabTests;

/// <summary>Addresses in mounted configuration files: what they are good for, and that nothing else of a mount is taken.</summary>
public sealed class ScanLeadsTests
{
    private const string Token = "tok-9f83hd72hs01kd8s7f", OneBot =
        """{"network":{"websocketClients":[{"enable":true,"url":"ws://127.0.0.1:8123/onebot/v11/ws?access_token=TOKEN"},{"enable":false,"url":"ws://127.0.0.1:8124/off"}]}}""";

    public static TheoryData<string> Generations => Scanned.Generations;

    [Theory, MemberData(nameof(Generations))]
    public async Task A_line_without_an_address_is_explained_by_the_file_that_has_it(string generation)
    {
        await using var lease = await Fleet.TakeAsync(generation);
        var host = lease.Host;
        await host.DockerAsync("network", "create", "other");
        await host.DockerAsync("run", "-d", "--name", "api", "-p", "8123:8123", "bb", "httpd", "-f", "-p", "8123", "-h", "/www");
        await FillAsync(host, "cfg", $"printf '%s' '{OneBot.Replace("TOKEN", Token, StringComparison.Ordinal)}' >/c/onebot11_1.json");
        await FillAsync(host, "web", "mkdir -p /c/conf.d; printf 'location / {\\n  proxy_pass http://127.0.0.1:8123;\\n}\\n' >/c/conf.d/app.conf");
        await host.DockerAsync("run", "-d", "--name", "bot", "--network", "other", "-v", "cfg:/app/config", "bb", "sh", "-c", "while :; do echo '[OneBot] websocket error: connection refused'; sleep 1; done");
        await host.DockerAsync("run", "-d", "--name", "silent", "--network", "other", "-v", "web:/etc/nginx", "bb", "sleep", "1000");
        await host.DockerAsync("run", "-d", "--name", "side-by-side", "--network", "other", "bb", "sh", "-c", "while :; do nc 127.0.0.1 8123 </dev/null || echo 'worker: Connection refused'; sleep 1; done");

        string[] expected = ["bot 127.0.0.1:8123 loopback-to-sibling", "side-by-side 127.0.0.1:8123 loopback-to-sibling"];
        var answer = await Scanned.AskUntilAsync(host, a => Scanned.Problems(a).SequenceEqual(expected));
        Assert.Equal(expected, Scanned.Problems(answer));
        Assert.Contains("config-file /app/config/onebot11_1.json", Scanned.SeenIn(Scanned.Of(answer, "bot")!.Value));
        Assert.Equal("ws://127.0.0.1:8123/onebot/v11/ws", Scanned.Of(answer, "bot")!.Value.GetProperty("target").GetProperty("given").GetString());
        Assert.Equal("proven", Scanned.Of(answer, "bot")!.Value.GetProperty("cause").GetProperty("confidence").GetString());
        // Written and not seen failing: a suspicion, with the line of the file.
        Assert.Equal(["silent config-file /etc/nginx/conf.d/app.conf:2"],
            answer.List("suspicions").Select(s => $"{s.GetProperty("source").GetProperty("name").GetString()} {Scanned.SeenIn(s)[0]}"));
        Assert.DoesNotContain(Token, answer.Stdout + answer.Stderr, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Generations))]
    public async Task Whatever_lies_in_a_mount_the_scan_ends_and_takes_nothing_of_the_host(string generation)
    {
        await using var lease = await Fleet.TakeAsync(generation);
        var host = lease.Host;
        var secret = $"http://127.0.0.1:8123/{Guid.NewGuid():n}";
        var planted = Path.Combine(host.Folder, "secret.conf");
        await File.WriteAllTextAsync(planted, $"url = {secret}\n", TestContext.Current.CancellationToken);
        await host.DockerAsync("run", "-d", "--name", "api", "-p", "8123:8123", "bb", "httpd", "-f", "-p", "8123", "-h", "/www");
        await FillAsync(host, "odd",
            $"ln -s {planted} /c/link.conf; ln -s /etc/shadow /c/shadow.conf; ln -s /proc/1/environ /c/environ.conf; mkfifo /c/fifo.conf; mknod /c/zero.conf c 1 5; truncate -s 2G /c/sparse.conf; "
            + "ln -s . /c/loop; ln -s / /c/root; mkdir -p /c/1/2/3/4/5; echo 'url = http://127.0.0.1:8123/deep' >/c/1/2/3/4/5/deep.conf; for i in $(seq 1 400); do echo 'a = 1' >/c/1/f$i.ini; done; "
            + "echo 'url = http://127.0.0.1:8123/key' >/c/id_rsa.conf");
        await host.DockerAsync("run", "-d", "--name", "mounts", "-v", "odd:/app", "bb", "sleep", "1000");
        var answer = await Scanned.AskAsync(host);
        Assert.Equal(0, answer.Exit);
        Assert.DoesNotContain(secret, answer.Stdout + answer.Stderr, StringComparison.Ordinal);
        Assert.Empty(answer.List("suspicions"));
        Assert.Contains(answer.List("notRead"), n => n.GetProperty("what").GetString() == "config-file" && n.GetProperty("of").GetString() == "mounts" && n.GetProperty("why").GetString() == "too-big");
    }

    [Theory, MemberData(nameof(Generations))]
    public async Task Without_rights_a_mounted_file_comes_through_the_engine_and_a_folder_is_said_to_be_unread(string generation)
    {
        await using var lease = await Fleet.TakeAsync(generation);
        var host = lease.Host;
        await FillAsync(host, "cfg", "echo x >/c/x");
        await host.DockerAsync("run", "-d", "--name", "folder", "-v", "cfg:/app", "bb", "sleep", "1000");
        var answer = await FairleadBinary.AskAsync(host, true, "scan");
        Assert.Contains(answer.List("notRead"), n => n.GetProperty("what").GetString() == "config-file" && n.GetProperty("of").GetString() == "folder" && n.GetProperty("needs").GetString() == "root");
    }

    private static async Task FillAsync(LabHost host, string volume, string script)
    {
        // An earlier test's volume outlives its containers.
        await host.DockerAsync("volume", "rm", "-f", volume);
        await host.DockerAsync("run", "--rm", "-v", $"{volume}:/c", "bb", "sh", "-c", script);
    }
}
