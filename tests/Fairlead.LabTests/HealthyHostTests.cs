using Fairlead.LabTests.Lab;

namespace Fairlead.LabTests;

/// <summary>
/// Containers that only look as if something failed, all on one host: each is asserted by itself, and `fairlead scan` as a whole has nothing to
/// say and exits 0. One engine drawn from a printed seed; with FAIRLEAD_ALL=1 every one.
/// </summary>
public sealed class HealthyHostTests
{
    /// <summary>A container that is well, and the words in its log by which it looks otherwise.</summary>
    /// <param name="Script">Run by a shell; ends in something that stays.</param>
    /// <param name="Says">In its log before anything is asked.</param>
    private sealed record Decoy(string Name, string Says, string Script, params string[] Flags)
    {
        public string Image { get; init; } = "bb";
    }

    private const string Refused = "dial tcp 127.0.0.1:9000: connect: connection refused";

    // Each works while it is looked at; what it wrote, is told, or does not do is what misleads.
    private static readonly Decoy[] Decoys =
    [
        new("own-address", "listening", "echo listening on http://127.0.0.1:9000; exec httpd -f -p 9000 -h /www",
            "-e", "LISTEN_URL=http://127.0.0.1:9000", "-e", "PUBLIC_URL=http://localhost:8123", "-e", "CORS_ORIGIN=http://localhost:8123", "-e", "NEXT_PUBLIC_API=http://localhost:8123/v1"),
        new("own-check", "health check", "echo 'health check http://localhost:9005/ failed: connection refused'; exec httpd -f -p 9001 -h /www",
            "--health-cmd", "wget -q -O /dev/null http://localhost:9001/", "--health-interval", "1s", "-e", "HEALTHCHECK_URL=http://localhost:9005/"),
        new("late-start", Refused, $"echo '{Refused}'; exec httpd -f -p 9000 -h /www"),
        new("restarted", "again", $"[ -e /tmp/once ] && echo again || echo '{Refused}'; touch /tmp/once; exec sleep 1d"),
        new("waited", "it is up", "until wget -O /dev/null http://late/; do echo 'dial tcp: lookup late on 127.0.0.11:53: no such host'; sleep 1; done; echo it is up; exec sleep 1d", "-e", "API_URL=http://late/"),
        new("repaired", "wget: bad address", "while :; do wget -q -O /dev/null http://late/; sleep 1; done"),
        new("no-ping", "100% packet loss", "ping -c 1 -W 1 {gateway}; while :; do wget -q -O /dev/null http://api/; sleep 1; done"),
        new("not-found", "404 Not Found", "while :; do wget -O /dev/null http://api/no/such/page; sleep 1; done", "-e", "API_URL=http://api/no/such/page"),
        new("gives-502", "502 Bad Gateway", "echo 'error: request to http://api/v1/models failed with status 502 Bad Gateway'; exec sleep 1d", "-e", "API_URL=http://api/v1"),
        new("switched-off", "disabled", "echo 'websocket client ws://127.0.0.1:6700/ is disabled'; exec sleep 1d",
            "-v", "{folder}/off.json:/app/config.json:ro", "-e", "MIRROR_ENABLED=false", "-e", "MIRROR_URL=http://gone:80/"),
        new("metrics", "scraping", "echo scraping http://gone:9100/metrics; while :; do wget -q -O /dev/null http://gone:9100/metrics 2>/dev/null && up=1 || up=0; echo \"up $up\" >/tmp/metrics; sleep 1; done",
            "-v", "{folder}/prometheus.yml:/etc/prometheus.yml:ro"),
        new("serving", "reset by peer", "echo 'recv() failed (104: Connection reset by peer) while reading client request line, client: 172.17.0.9'; echo 'http: TLS handshake error from 172.18.0.9:51234: read tcp 172.18.0.2:443->172.18.0.9:51234: read: connection reset by peer'; echo '客户端断开连接: connection reset by peer'; exec httpd -f -p 80 -h /www"),
        new("settings", "when refused", "echo 'retry policy: 3 times when refused, connection timeout 30s, http_code_on_timeout=504'; echo '连接超时时间: 30 秒'; exec sleep 1d", "-e", "UPSTREAM_URL=http://api/"),
        new("no-module", "ModuleNotFoundError", "python3 -c 'import nosuchmodule'; exec sleep 1d", "-e", "CACHE_URL=redis://gone:6379/0") { Image = "clients" },
        new("no-aaaa", "Non-authoritative answer", "nslookup api 127.0.0.11; while :; do wget -q -O /dev/null http://api/; sleep 1; done"),
        new("wrong-password", "Access denied", "mariadb -h db -u lab -pwrong; exec sleep 1d") { Image = "mariadb" },
        new("its-sidecar", "served", "until wget -q -O /dev/null http://127.0.0.1:9000/; do sleep 1; done; echo served; while :; do wget -q -O /dev/null http://127.0.0.1:9000/; sleep 1; done", "--network", "container:late-start"),
        new("unasked", "started", "echo started; exec sleep 1d", "-e", "API_URL=http://api/", "-e", "REDIS_URL=redis://cache.example:6379"),
    ];

    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("FAIRLEAD_SEED"), out var given) ? given : Random.Shared.Next(1_000_000);

    public static TheoryData<string> Generations => ClientsTests.Generations;

    [Theory, MemberData(nameof(Generations))]
    public async Task Nothing_is_found_on_a_host_where_things_only_look_wrong(string generation)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Seed}: engine {generation}");
        await using var lease = await Fleet.TakeAsync(generation);
        var host = lease.Host;
        await host.LoadAsync("clients", "mariadb");
        await host.DockerAsync("network", "create", "app");
        var gateway = await host.DockerAsync("network", "inspect", "-f", "{{(index .IPAM.Config 0).Gateway}}", "app");
        await File.WriteAllTextAsync(host.Folder + "/off.json", """{"network":{"websocketClients":[{"enable":false,"url":"ws://127.0.0.1:8123/onebot"}]}}""", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(host.Folder + "/prometheus.yml", "scrape_configs:\n  - job_name: node\n    static_configs:\n      - targets: ['gone:9100']\n", TestContext.Current.CancellationToken);
        // Diagnosing tools are stopped, the services are not.
        _ = (await host.AtAsync("iptables", "-w", "-I", "INPUT", "-p", "icmp", "-j", "DROP")).Text;
        await host.DockerAsync("run", "-d", "--name", "gone", "--network", "app", "bb", "true");
        await host.DockerAsync("run", "-d", "--name", "api", "--network", "app", "-p", "8123:80", "bb", "httpd", "-f", "-p", "80", "-h", "/www");
        foreach (var decoy in Decoys)
        {
            string fill(string text) => text.Replace("{gateway}", gateway, StringComparison.Ordinal).Replace("{folder}", host.Folder, StringComparison.Ordinal);
            string[] network = decoy.Flags.Contains("--network") ? [] : ["--network", "app"];
            await host.DockerAsync(["run", "-d", "--name", decoy.Name, .. network, .. decoy.Flags.Select(fill), decoy.Image, "sh", "-c", fill(decoy.Script)]);
        }
        await host.SaidAsync("repaired", "wget: bad address");
        await host.DockerAsync("run", "-d", "--name", "late", "--network", "app", "bb", "httpd", "-f", "-p", "80", "-h", "/www");
        await host.DockerAsync("run", "-d", "--name", "db", "--network", "app", "mariadb");
        await host.SaidAsync("restarted", Refused);
        await host.DockerAsync("restart", "-t", "0", "restarted");
        foreach (var decoy in Decoys.Where(d => d.Name != "wrong-password"))
            await host.SaidAsync(decoy.Name, decoy.Says);
        // Its client came before its server: once more.
        await host.SaidAsync("db", "ready for connections");
        await host.DockerAsync("restart", "-t", "0", "wrong-password");
        await host.SaidAsync("wrong-password", "Access denied");

        var answer = await FairleadBinary.AskAsync(host, false, "scan");
        var problems = answer.List("problems").Select(Scans.Told).ToArray();
        Assert.Multiple([.. Decoys.Select(d => (Action)(() => Assert.DoesNotContain(problems, p => p.StartsWith(d.Name + " ", StringComparison.Ordinal))))]);
        Assert.Empty(problems);
        Assert.Equal(0, answer.Exit);
        Assert.Empty(answer.List("suspicions").Select(Scans.Told));
    }
}
