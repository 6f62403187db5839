using System.Text.Json;
using Fairlead.LabTests.Lab;
using Fairlead.Tests.Shared;

namespace Fairlead.LabTests;

/// <summary>`fairlead scan` asked nothing: it finds what fails, with the right cause, and nothing on a healthy host. The engine is drawn from a printed seed.</summary>
public sealed class ScanTests
{
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("FAIRLEAD_SEED"), out var given) ? given : Random.Shared.Next(1_000_000);
    private static string Generation => Engines.Available.Count > 0 ? Engines.Available[Seed % Engines.Available.Count] : "28";

    /// <summary>One evening on the drawn engine; with FAIRLEAD_ALL=1 twenty, four on each.</summary>
    public static TheoryData<int, string> Evenings
    {
        get
        {
            var data = new TheoryData<int, string>();
            for (var i = 0; ScenarioTests.Everything && i < 20; i++)
                data.Add(i + 1, Engines.All[i % Engines.All.Count]);
            if (!ScenarioTests.Everything)
                data.Add(Seed, Generation);
            return data;
        }
    }

    [Theory, MemberData(nameof(Evenings))]
    public async Task The_two_failures_of_an_evening_are_found_unasked(int seed, string generation)
    {
        Engines.Need(generation);
        using var place = await Fleet.PlaceAsync();
        var built = await Shell.RunAsync(Paths.Script("evening"), ["--seed", $"{seed}", "--keep", "--engine", generation], null, TimeSpan.FromMinutes(5));
        using var json = JsonDocument.Parse(built.Stdout.Length > 0 ? built.Stdout : throw new InvalidOperationException(built.Stderr));
        await using var host = LabHost.Adopt(json.RootElement.GetProperty("host").GetProperty("name").GetString()!, generation);
        var expected = json.RootElement.GetProperty("questions").EnumerateArray().Where(q => q.GetProperty("name").GetString() is "bot" or "gateway")
            .Select(q => $"{q.GetProperty("source").GetString()} {new Uri(q.GetProperty("target").GetString()!).Authority} {q.GetProperty("cause").GetString()}");
        var (answer, problems) = await ScanAsync(host);
        Assert.Equal(expected.Order(StringComparer.Ordinal), problems);
        Assert.Equal(1, answer.Exit);
    }

    [Fact]
    public async Task Failing_programs_of_other_people_are_found_and_explained()
    {
        await using var lease = await Fleet.TakeAsync(Generation);
        var host = lease.Host;
        await host.LoadAsync("redis", "mariadb", "nginx", "node");
        await host.DockerAsync("network", "create", "other");
        await host.DockerAsync("run", "-d", "--name", "api", "-p", "8123:8123", "bb", "httpd", "-f", "-p", "8123", "-h", "/www");
        var address = await host.DockerAsync("inspect", "-f", "{{.NetworkSettings.Networks.bridge.IPAddress}}", "api");
        Task run(string name, string image, params string[] command) => host.DockerAsync(["run", "-d", "--name", name, "--network", "other", image, .. command]);
        Task loop(string name, string image, string command) => run(name, image, "sh", "-c", $"while :; do {command}; sleep 1; done");
        await loop("by-wget", "bb", "wget -O /dev/null http://127.0.0.1:8123/");
        await loop("by-nc", "bb", "nc -w 2 127.0.0.1 8123 </dev/null");
        await loop("by-redis", "redis", "redis-cli -h 127.0.0.1 -p 8123 ping");
        await loop("by-mariadb", "mariadb", "mariadb -h 127.0.0.1 -P 8123 -u lab");
        await run("by-node", "node", "node", "-e", "setInterval(() => fetch('http://127.0.0.1:8123/v1').catch(e => console.error(e)), 1000)");
        await run("by-nginx", "nginx", "sh", "-c",
            "echo 'server { listen 80; location / { proxy_pass http://127.0.0.1:8123; } }' >/etc/nginx/conf.d/default.conf; nginx; while :; do wget -q -O /dev/null http://127.0.0.1/; sleep 1; done");
        await loop("by-name", "bb", "wget -O /dev/null http://nosuchname:8123/");
        await loop("by-address", "bb", $"nc -w 2 {address} 8123 </dev/null || echo connect to {address}:8123 failed: timed out");
        await Task.Delay(TimeSpan.FromSeconds(8), TestContext.Current.CancellationToken);
        var (answer, problems) = await ScanAsync(host);
        Assert.Equal(
            new[] { "by-wget", "by-nc", "by-redis", "by-mariadb", "by-node", "by-nginx" }.Select(n => n + " 127.0.0.1:8123 loopback-to-sibling")
                .Append("by-name nosuchname:8123 name-unknown").Append($"by-address {address}:8123 networks-disjoint").Order(StringComparer.Ordinal),
            problems);
        Assert.Equal(1, answer.Exit);
    }

    [Fact]
    public async Task On_a_healthy_host_nothing_is_found()
    {
        await using var lease = await Fleet.TakeAsync(Generation);
        var host = lease.Host;
        const string refused = "dial tcp 127.0.0.1:9000: connect: connection refused";
        await host.DockerAsync("run", "-d", "--name", "api", "-p", "8123:8123", "bb", "httpd", "-f", "-p", "8123", "-h", "/www");
        Task run(string name, string script, params string[] flags) => host.DockerAsync(["run", "-d", "--name", name, .. flags, "bb", "sh", "-c", script]);
        await run("works", $"while :; do wget -q -O /dev/null http://{host.Address}:8123/; sleep 1; done");
        await run("own-address", "echo 'listening on http://127.0.0.1:9000'; exec httpd -f -p 9000 -h /www", "-e", "LISTEN_URL=http://127.0.0.1:9000", "-e", "PUBLIC_URL=http://localhost:8123", "-e", "CORS_ORIGIN=http://localhost:8123");
        await run("own-check", "printf 'health check http://%s:9000/ failed: connection refused\\n' localhost; sleep 1000");
        await run("late-start", $"echo '{refused}'; exec httpd -f -p 9000 -h /www");
        await run("repaired", $"[ -e /tmp/once ] || echo '{refused}'; touch /tmp/once; sleep 1000");
        await run("serving", "echo 'recv() failed (104: Connection reset by peer) while reading client request line, client: 172.17.0.9'; sleep 1000");
        await run("suspicious", "sleep 1000", "-e", "UPSTREAM_URL=http://localhost:8123");
        await Task.Delay(TimeSpan.FromSeconds(4), TestContext.Current.CancellationToken);
        await host.DockerAsync("restart", "-t", "0", "repaired");
        var (answer, problems) = await ScanAsync(host);
        Assert.Empty(problems);
        Assert.Equal(0, answer.Exit);
        Assert.Equal(["suspicious localhost:8123 loopback-to-sibling possible"], answer.List("suspicions").Select(s => Scans.Told(s) + " " + s.GetProperty("cause").GetProperty("confidence").GetString()));
    }

    private static async Task<(Answer Answer, string[] Problems)> ScanAsync(LabHost host)
    {
        var answer = await FairleadBinary.AskAsync(host, false, "scan");
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Seed}: engine {Generation}");
        Assert.True(answer.Json.ValueKind == JsonValueKind.Object, answer.Stdout + answer.Stderr);
        Assert.Equal("", Schemas.Faults(answer.Stdout));
        return (answer, [.. answer.List("problems").Select(Scans.Told).Order(StringComparer.Ordinal)]);
    }
}
