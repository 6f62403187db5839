using System.Text;
using System.Text.Json;
using CsCheck;
using Fairlead.Engine.Capture;
using Xunit;

namespace Fairlead.Tests.Engine;

/// <summary>Secrets of every shape that the masking knows, each where an engine's answer would hold it.</summary>
public class MaskingTests
{
    /// <summary>The part that must not be found again. Long enough to be no accident, plain enough not to be caught by its density alone.</summary>
    private const string S = "correcthorsebattery";

    /// <summary>Dense and long: secret by its look alone.</summary>
    private const string Dense = "q7Zr2Lx9Vb4Nc8Mw1Kd6Hj3Gf5Ts0Py";

    /// <summary>One line of an environment: what is hidden in it, and what must stay because a diagnosis is about it.</summary>
    public static TheoryData<string, string, string> Variables => new()
    {
        { $"MYSQL_ROOT_PASSWORD={S}", S, "MYSQL_ROOT_PASSWORD=" },
        { $"PGPASS={S}", S, "PGPASS=" },
        { $"APP_SECRET={S}", S, "APP_SECRET=" },
        { $"GITHUB_TOKEN={S}", S, "GITHUB_TOKEN=" },
        { $"API_KEY={S}", S, "API_KEY=" },
        { $"AWS_CREDENTIALS={S}", S, "AWS_CREDENTIALS=" },
        { $"HTTP_AUTHORIZATION={S}", S, "HTTP_AUTHORIZATION=" },
        { $"SESSION_COOKIE={S}", S, "SESSION_COOKIE=" },
        { $"PRIVATE_DATA={S}", S, "PRIVATE_DATA=" },
        { $"DB_PWD={S}", S, "DB_PWD=" },
        { $"PASSWORD_SALT={S}", S, "PASSWORD_SALT=" },
        { $"JWT={S}", S, "JWT=" },
        { $"WEBHOOK_SIGNATURE={S}", S, "WEBHOOK_SIGNATURE=" },
        { $"数据库密码={S}", S, "数据库密码=" },
        { $"接口密钥={S}", S, "接口密钥=" },
        { $"访问令牌={S}", S, "访问令牌=" },
        { $"登录口令={S}", S, "登录口令=" },
        { $"SQL_DSN=root:{S}@tcp(db:3306)/app", S, "@tcp(db:3306)" },
        { $"DSN=host=db port=5432 user=app password={S}", S, "host=db port=5432" },
        { $"DB_CONNECTION_KEY=Server=db;Port=3306;Password={S}", S, "Server=db;Port=3306" },
        { $"SENTRY_DSN=https://{S}@sentry.example/4", S, "https://" },
        { $"DATABASE_URL=postgres://app:{S}@db:5432/app", S, "@db:5432/app" },
        { $"REDIS_URL=redis://:{S}@redis:6379/0", S, "@redis:6379/0" },
        { $"AMQP=amqp://u:{S}/with#odd?signs@mq:5672/v", S, "@mq:5672/v" },
        { $"UPSTREAM=app:{S}@db:3306", S, "@db:3306" },
        { $"CALLBACK=http://web:8080/hook?token={S}&room=7", S, "http://web:8080/hook?token=" },
        { $"CALLBACK2=http://web:8080/hook/{Dense}/x", Dense, "http://web:8080/hook/" },
        { $"OPTS=--verbose --password {S} --port 80", S, "--port 80" },
        { $"OPTS3=redis-server requirepass {S} --port 80", S, "--port 80" },
        { $"OPTS2=user=app;password={S};host=db", S, "host=db" },
        { $"JSON={{\"host\":\"db\",\"token\":\"{S}\"}}", S, "\"host\":\"db\"" },
        { $"HEADER=Authorization: Bearer {S}", S, "Authorization: Bearer " },
        { $"HEADER2=X-Api-Key: {S}", S, "X-Api-Key" },
        { $"ID=eyJ{S}.{S}.{S}", S, "ID=" },
        { $"OPENAI=sk-{S}", S, "OPENAI=" },
        { $"STRIPE=sk_live_{S}", S, "STRIPE=" },
        { $"AWS=AKIA{S}", S, "AWS=" },
        { $"GH=ghp_{S}", S, "GH=" },
        { $"GH2=github_pat_{S}", S, "GH2=" },
        { $"GL=glpat-{S}", S, "GL=" },
        { $"SLACK=xoxb-{S}", S, "SLACK=" },
        { $"HF=hf_{S}", S, "HF=" },
        { $"GOOGLE=AIza{S}", S, "GOOGLE=" },
        { $"NPM=npm_{S}", S, "NPM=" },
        { $"ALI=LTAI{S}", S, "ALI=" },
        { $"TENCENT=AKID{S}", S, "TENCENT=" },
        { $"PEM=-----BEGIN RSA {"PRIVATE"} KEY-----\n{S}\n-----END RSA {"PRIVATE"} KEY-----", S, "PEM=" },
        { $"BLOB={Dense}", Dense, "BLOB=" },
        { Dense, Dense, "" },
    };

    public static TheoryData<string[], string, string> Commands => new()
    {
        { ["redis-server", "--requirepass", S, "--port", "6379"], S, "6379" },
        { ["redis-server", "requirepass", S], S, "redis-server" },
        { ["redis-cli", "-a", S, "-h", "redis"], S, "redis" },
        { ["app", "--password=" + S, "--listen=0.0.0.0:80"], S, "--listen=0.0.0.0:80" },
        { ["app", "--db-password", S], S, "--db-password" },
        { ["app", "--api-token", "http://u:" + S + "@web:80/x"], S, "@web:80" },
        { ["/usr/bin/mysqladmin", "-p" + S, "ping"], S, "ping" },
        { ["curl", "-u", "app:" + S, "http://web:80/"], S, "http://web:80/" },
        { ["curl", "-H", "Authorization: Bearer " + S, "http://web:80/"], S, "http://web:80/" },
        { ["sshpass", "-p", S, "ssh", "web"], S, "web" },
        { ["mosquitto_sub", "-P", S, "-h", "mq"], S, "mq" },
        { ["sh", "-c", "exec app --token " + S + " --port 80"], S, "--port 80" },
        { ["sh", "-c", "mysql -h db -e 'IDENTIFIED' password=" + S], S, "-h db" },
    };

    [Theory, MemberData(nameof(Variables))]
    public void A_secret_of_the_environment_is_hidden(string line, string secret, string kept) =>
        Hidden($$$"""{"Config":{"Env":["PATH=/bin",{{{Quote(line)}}}]} }""", secret, kept);

    [Theory, MemberData(nameof(Variables))]
    public void A_secret_of_a_label_is_hidden(string line, string secret, string kept)
    {
        var at = line.IndexOf('=');
        var (name, value) = at > 0 ? (line[..at], line[(at + 1)..]) : ("note", line);
        Hidden($$$"""{"Config":{"Labels":{"com.docker.compose.service":"web",{{{Quote(name)}}}:{{{Quote(value)}}} } } }""", secret, kept[(kept.IndexOf('=') is var e && at > 0 && e == at ? at + 1 : 0)..]);
    }

    [Theory, MemberData(nameof(Variables))]
    public void A_secret_in_free_text_is_hidden(string line, string secret, string kept)
    {
        // Density alone says nothing in free text: sentences and ids would be hidden.
        if (secret == Dense && !kept.Contains("://", StringComparison.Ordinal))
            return;
        Hidden($$"""[{"Command":{{Quote(line)}}}]""", secret, kept[..(kept.IndexOf('=') + 1)]);
    }

    [Theory, MemberData(nameof(Commands))]
    public void A_secret_of_a_command_is_hidden(string[] command, string secret, string kept) =>
        Hidden($$$"""{"Path":"x","Config":{"Cmd":[{{{string.Join(",", command.Select(Quote))}}}]} }""", secret, kept);

    [Fact]
    public void What_is_no_secret_stays_byte_for_byte()
    {
        var json = Encoding.UTF8.GetBytes("""
            { "Id" : "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "Created": 1.50e3, "Unknown": [ null, true, {"x":[]} ],
              "Image": "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "Path": "\/bin\/sh", "Name": "\u540d",
              "Config": { "Env": [ "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "PWD=/srv", "REDIS_HOST=redis", "ALLOW_EMPTY_PASSWORD=yes",
                "BASE_URL=http://127.0.0.1:8080/v1/chat/completions", "MODE=production" ],
                "Labels": { "com.docker.compose.project": "shop", "com.docker.compose.config-hash": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                  "org.opencontainers.image.title": "A title of some length that says what it is" },
                "Cmd": [ "httpd", "-f", "-p", "80", "-h", "/www" ], "Entrypoint": null },
              "NetworkSettings": { "Networks": { "front": { "IPAddress": "172.20.0.2", "MacAddress": "02:42:ac:14:00:02", "Aliases": [ "web", "0123456789ab" ] } } } }
            """);
        Assert.Equal(Encoding.UTF8.GetString(json), Encoding.UTF8.GetString(MaskedJson.Apply(json)!));
    }

    [Fact]
    public void Around_a_hidden_secret_everything_stays_byte_for_byte()
    {
        const string before = "{  \"A\":[1 ,2], \"Config\": {\"Env\":[\"A=1\",\"DB_PASSWORD=", after = "\", \"B=\\u540d\"] , \"Unknown\":{\"k\":\"v\"}} }";
        var masked = Encoding.UTF8.GetString(MaskedJson.Apply(Encoding.UTF8.GetBytes(before + S + after))!);
        Assert.StartsWith(before, masked, StringComparison.Ordinal);
        Assert.EndsWith(after, masked, StringComparison.Ordinal);
        Assert.DoesNotContain(S, masked, StringComparison.Ordinal);
    }

    [Fact]
    public void Masking_twice_changes_nothing_more()
    {
        foreach (var row in Variables)
        {
            var line = row.Data.Item1;
            var once = Masking.Variable(line);
            Assert.Equal(once, Masking.Variable(once));
        }
    }

    [Fact]
    public void A_recorded_host_passes_unchanged_but_for_what_is_masked_already()
    {
        var recorded = Recorded.Demo();
        foreach (var part in recorded.Containers.Concat(recorded.Networks).Concat(recorded.Inspects.Values))
        {
            var raw = Encoding.UTF8.GetBytes(part.GetRawText());
            Assert.Equal(Encoding.UTF8.GetString(raw), Encoding.UTF8.GetString(MaskedJson.Apply(raw)!));
        }
    }

    [Fact]
    public void A_label_of_ten_megabytes_is_cut_and_the_rest_stays()
    {
        var json = Encoding.UTF8.GetBytes($$$"""{"Config":{"Labels":{"big":"{{{new string('x', 10 << 20)}}}","small":"y"} } }""");
        var masked = MaskedJson.Apply(json)!;
        Assert.True(masked.Length < 8192, $"{masked.Length} bytes are left");
        Assert.Equal("y", JsonDocument.Parse(masked).RootElement.GetProperty("Config").GetProperty("Labels").GetProperty("small").GetString());
    }

    [Fact]
    public void Json_that_is_too_deep_or_none_is_refused()
    {
        Assert.Null(MaskedJson.Apply(Encoding.UTF8.GetBytes(new string('[', 100) + new string(']', 100))));
        Assert.Null(MaskedJson.Apply("<html>"u8.ToArray()));
        Assert.Null(MaskedJson.Apply("{\"a\":"u8.ToArray()));
        Assert.Null(MaskedJson.Apply(ReadOnlyMemory<byte>.Empty));
    }

    [Fact]
    public void No_text_makes_the_masking_fail_or_its_json_invalid() => Gen.OneOf(
        Gen.String,
        Gen.OneOf(new[] { "://", "@", ":", "/", "?", "=", "password", "token", "-----BEGIN", "-----END", "-----", "sk-", " ", "\"", "'", "Bearer ", "\ud800", "密码", "@tcp(", ")" }
            .Select(s => Gen.Const(s)).ToArray()).Array[0, 12].Select(string.Concat)).Sample(text =>
    {
        _ = Masking.Text(text);
        _ = Masking.Value("x", text);
        _ = Masking.Variable(text);
        _ = Masking.Url(text);
        _ = Masking.Arguments([text, text]);
        var json = JsonSerializer.SerializeToUtf8Bytes(new { Env = new[] { text }, Cmd = new[] { text, text }, Labels = new Dictionary<string, string> { ["a"] = text } });
        Assert.NotNull(MaskedJson.Apply(json));
        JsonDocument.Parse(MaskedJson.Apply(json)!);
    });

    private static void Hidden(string json, string secret, string kept)
    {
        var masked = Encoding.UTF8.GetString(MaskedJson.Apply(Encoding.UTF8.GetBytes(json))!);
        var texts = string.Join("\n", Texts(JsonDocument.Parse(masked).RootElement));
        Assert.DoesNotContain(secret, texts, StringComparison.Ordinal);
        Assert.Contains(kept, texts, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Texts(JsonElement e) => e.ValueKind switch
    {
        JsonValueKind.Object => e.EnumerateObject().SelectMany(p => Texts(p.Value).Prepend(p.Name)),
        JsonValueKind.Array => e.EnumerateArray().SelectMany(Texts),
        JsonValueKind.String => [e.GetString()!],
        _ => [],
    };

    private static string Quote(string text) => JsonSerializer.Serialize(text);
}
