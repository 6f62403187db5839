using System.Globalization;
using System.Text.Json;
using Fairlead.LabTests.Lab;

namespace Fairlead.LabTests;

/// <summary>Secrets planted where containers have them, in the shapes in which they stand there: none is in anything that Fairlead prints or keeps (SAFETY 19).</summary>
public sealed class SecretsTests
{
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("FAIRLEAD_SEED"), out var given) ? given : Random.Shared.Next(1_000_000);

    // {s} is the secret, another one in each shape. The lines of the log tell of dials that fail, so that they are quoted.
    private static readonly string[] Env =
    [
        "MYSQL_ROOT_PASSWORD={s}", "API_KEY={s}", "DATABASE_URL=postgres://app:{s}@127.0.0.1:8123/app", "REDIS_URL=redis://:{s}@127.0.0.1:8123/0", "SQL_DSN=root:{s}@tcp(127.0.0.1:8123)/app",
        "DSN=host=127.0.0.1 port=8123 user=app password={s}", "OPENAI=sk-{s}", "AWS=AKIA{s}", "ID=eyJ{s}.{s}", "GH=ghp_{s}", "数据库密码={s}", "SESSION_COOKIE={s}",
        "PEM=-----BEGIN PRIVATE KEY-----\n{s}\n-----END PRIVATE KEY-----", "HOOK_URL=http://127.0.0.1:8123/?token={s}", "OPTS=--verbose --password {s}",
    ];

    private static readonly string[] Labels =
    [
        "traefik.http.middlewares.a.basicauth.users=admin:{s}", "traefik.http.services.a.loadbalancer.server.url=http://app:{s}@127.0.0.1:8123/", "com.example.secret={s}",
        "com.example.settings={\"host\":\"db\",\"token\":\"{s}\"}", "com.example.backup=pg_dump --password {s} app", "com.example.hook=http://web/hook?key={s}",
    ];

    private static readonly string[] Arguments =
        ["--password", "{s}", "--api-key={s}", "--dsn", "postgres://app:{s}@127.0.0.1:8123/app", "requirepass", "{s}", "--header", "Authorization: Bearer {s}", "--upstream=http://127.0.0.1:8123/?access_token={s}"];

    private static readonly (string File, string Text)[] Files =
    [
        ("onebot11.json", """{"token":"{s}","network":{"url":"ws://127.0.0.1:8123/?access_token={s}"}}"""),
        ("app.yaml", "database:\n  url: postgres://app:{s}@127.0.0.1:8123/app\n  password: {s}\n"),
        ("app.ini", "[redis]\nurl = redis://:{s}@127.0.0.1:8123/0\n"),
        ("app.toml", "[upstream]\nurl = \"http://127.0.0.1:8123/v1?key={s}\"\n"),
        ("proxy.conf", "location / { proxy_pass http://app:{s}@127.0.0.1:8123/; }\n"),
        (".env", "UPSTREAM=http://app:{s}@127.0.0.1:8123/\nSECRET={s}\n"),
    ];

    private static readonly string[] Log =
    [
        "redis: dial redis://:{s}@127.0.0.1:7001/0: connection refused",
        "Error connecting to amqp://app:{s}@127.0.0.1:7002/vhost: Connection refused",
        "connection to server at \"127.0.0.1\", port 7003 failed: Connection refused (user=app password={s})",
        "curl: (7) Failed to connect to 127.0.0.1 port 7004: Connection refused, sent Authorization: Bearer {s}",
        "Get \"http://127.0.0.1:7005/v1?api_key={s}\": dial tcp 127.0.0.1:7005: connect: connection refused",
        "{\"level\":\"error\",\"token\":\"{s}\",\"msg\":\"dial tcp 127.0.0.1:7006: connect: connection refused\"}",
        "root:{s}@tcp(127.0.0.1:7007)/app: dial tcp 127.0.0.1:7007: connect: connection refused",
        "key sk-{s} Error: connect ECONNREFUSED 127.0.0.1:7008",
        "无法连接到 127.0.0.1:7009，密码={s}：连接被拒绝",
        "failed to connect to ws://127.0.0.1:7010/onebot?access_token={s}: connect ECONNREFUSED 127.0.0.1:7010",
        "failed to connect to http://127.0.0.1:7011/hook/q7Zr2Lx9Vb4Nc8Mw1{s}Kd6Hj3Gf5Ts0Py: connection refused",
        "dial tcp 127.0.0.1:7012: connect: connection refused Cookie: session={s}",
    ];

    private static readonly string[] Answer =
        ["HTTP/1.1 302 Found", "Set-Cookie: session={s}", "X-Api-Key: {s}", "Location: http://app:{s}@web/?token={s}", "WWW-Authenticate: Bearer token={s}", "Content-Length: 30", "", "{\"password\":\"{s}\"}"];

    private readonly List<string> planted = [];

    [Fact]
    public async Task No_planted_secret_is_in_anything_that_is_printed_or_kept()
    {
        var generation = Engines.Available.Count > 0 ? Engines.Available[Seed % Engines.Available.Count] : "28";
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Seed}: engine {generation}");
        await using var lease = await Fleet.TakeAsync(generation);
        var host = lease.Host;
        await host.DockerAsync("network", "create", "app");
        await host.DockerAsync("run", "-d", "--name", "api", "--network", "app", "-p", "8123:80", "bb", "httpd", "-f", "-p", "80", "-h", "/www");
        await WriteAsync(host, "answer", string.Join("\r\n", Answer.Select(Plant)));
        await host.DockerAsync("run", "-d", "--name", "web", "--network", "app", "-v", host.Folder + "/answer:/answer:ro", "bb", "sh", "-c", "while :; do nc -l -p 80 -e cat /answer; done");
        await WriteAsync(host, "lines", string.Join("\n", Log.Select(Plant)) + "\n");
        List<string> flags = ["run", "-d", "--name", "client", "--network", "app", "-v", host.Folder + "/lines:/lines:ro"];
        foreach (var (file, text) in Files)
        {
            await WriteAsync(host, file, Plant(text));
            flags.AddRange(["-v", $"{host.Folder}/{file}:/app/{file}:ro"]);
        }
        flags.AddRange(Env.SelectMany(e => new[] { "-e", Plant(e) }));
        flags.AddRange(Labels.SelectMany(l => new[] { "-l", Plant(l) }));
        await host.DockerAsync([.. flags, "bb", "sh", "-c", "cat /lines; exec sleep 1d", "client", .. Arguments.Select(Plant)]);
        await host.SaidAsync("client", "7012");
        Assert.True(planted.Count >= 40, $"{planted.Count} secrets planted");

        var state = Path.Combine(host.Folder, "state-secrets");
        var found = new List<string>();
        async Task<string> run(params string[] args)
        {
            var ran = await FairleadBinary.RunAsync(host, false, null, [.. args, "--state", state]);
            foreach (var secret in planted.Where(s => (ran.Stdout + ran.Stderr).Contains(s, StringComparison.OrdinalIgnoreCase)))
                found.Add($"{string.Join(' ', args)}: {Around(ran.Stdout + ran.Stderr, secret)}");
            return ran.Stdout;
        }

        using var json = JsonDocument.Parse(await run("scan", "--format", "json"));
        var problems = json.RootElement.GetProperty("problems").EnumerateArray().ToArray();
        Assert.Equal(Enumerable.Range(7001, Log.Length), problems.Select(p => p.GetProperty("target").GetProperty("port").GetInt32()).Order());
        Assert.All(problems, p => Assert.Contains(p.GetProperty("seenIn").EnumerateArray(), s => s.GetProperty("text").GetString()!.Contains("‹masked›", StringComparison.Ordinal)));
        await run("scan");
        await run("scan", "-v");
        await run("scan", "-v", "--lang", "zh");
        await run("scan", "-q");
        foreach (var target in problems.Select(p => p.GetProperty("target").GetProperty("given").GetString()!).Append("http://web/").Append("http://web:81/"))
        {
            await run("why", "client", target, "-v");
            await run("why", "client", target, "--format", "json");
        }
        var saved = Path.Combine(host.Folder, "saved-secrets");
        await run("snapshot", "save", saved);
        await run("why", "client", "http://127.0.0.1:7001/", "-v", "--snapshot", saved);
        var kept = (await Shell.RunAsync("gzip", "-cd", saved)).Text;
        Assert.Contains("fairlead.snapshot/1", kept, StringComparison.Ordinal);
        foreach (var file in Directory.Exists(state) ? Directory.EnumerateFiles(state, "*", SearchOption.AllDirectories) : [])
            kept += (await Shell.RunAsync("gzip", "-cdf", file)).Text;
        found.AddRange(planted.Where(s => kept.Contains(s, StringComparison.OrdinalIgnoreCase)).Select(s => "kept: " + Around(kept, s)));
        Assert.True(found.Count == 0, string.Join("\n", found));
    }

    /// <summary>The text with a secret of its own in it.</summary>
    private string Plant(string text)
    {
        if (!text.Contains("{s}", StringComparison.Ordinal))
            return text;
        var secret = string.Create(CultureInfo.InvariantCulture, $"correcthorse{planted.Count:00}battery");
        planted.Add(secret);
        return text.Replace("{s}", secret, StringComparison.Ordinal);
    }

    private static Task WriteAsync(LabHost host, string file, string text) => File.WriteAllTextAsync(Path.Combine(host.Folder, file), text, TestContext.Current.CancellationToken);

    private static string Around(string text, string secret)
    {
        var at = text.IndexOf(secret, StringComparison.OrdinalIgnoreCase);
        return text[Math.Max(0, at - 80)..Math.Min(text.Length, at + 60)].ReplaceLineEndings(" ");
    }
}
