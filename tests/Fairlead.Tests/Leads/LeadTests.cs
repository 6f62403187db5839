using System.Collections.Immutable;
using Fairlead.Model.Leads;
using Xunit;

namespace Fairlead.Tests.Leads;

/// <summary>Values as they stand in public Compose files, most of them the service's own address.</summary>
public class LeadTests
{
    private static readonly ImmutableHashSet<string> Known = ["db", "redis", "api", "kafka", "shop-web-1"];

    private static string Targets(LeadSource source) => string.Join(' ', LeadFinder.Of(source).Select(l => l.Target));

    private static LeadSource Env(params string[] lines) => new()
    {
        Known = Known,
        Env = [.. lines.Select(l => (l[..l.IndexOf('=')], l[(l.IndexOf('=') + 1)..]))],
        OwnPorts = [3000],
        Own = ["shop-web-1"],
    };

    [Theory]
    [InlineData("ARIA2_URL=http://localhost:6800", "http://localhost:6800")]
    [InlineData("BASE_URL=http://127.0.0.1:3010/v1", "http://127.0.0.1:3010/v1")]
    [InlineData("REDIS_CONN_STRING=redis://‹masked›@redis:6379/0", "redis://redis:6379/0")]
    [InlineData("SQL_DSN=root:‹masked›@tcp(db:3306)/app", "db:3306")]
    [InlineData("SPRING_DATASOURCE_URL=jdbc:mysql://db:3306/app?useSSL=false", "mysql://db:3306/app")]
    [InlineData("DATABASE_URL=postgresql://app:‹masked›@db/app", "postgres://db:5432/app")]
    [InlineData("MQTT=mqtt://127.0.0.1:1883", "127.0.0.1:1883")]
    [InlineData("REDIS_ADDR=redis:6379", "redis:6379")]
    [InlineData("KAFKA_BROKERS=kafka:9092,localhost:9093", "kafka:9092 localhost:9093")]
    [InlineData("HTTP_PROXY=http://127.0.0.1:7890", "http://127.0.0.1:7890")]
    [InlineData("OLLAMA=http://host.docker.internal:11434", "http://host.docker.internal:11434")]
    [InlineData("UPSTREAM=http://[::1]:8081/", "http://[::1]:8081/")]
    public void A_variable_that_names_another_is_a_lead(string line, string targets) => Assert.Equal(targets, Targets(Env(line)));

    [Fact]
    public void Host_and_port_may_stand_in_two_variables()
    {
        Assert.Equal("127.0.0.1:3307", Targets(Env("DB_HOST=127.0.0.1", "DB_PORT=3307")));
        Assert.Equal("redis:6379", Targets(Env("REDIS_HOST=redis")));
        Assert.Equal("", Targets(Env("DB_HOST=127.0.0.1")));
    }

    [Theory]
    [InlineData("LISTEN=127.0.0.1:9000")]
    [InlineData("LISTEN_ADDR=http://0.0.0.0:8080")]
    [InlineData("BIND_ADDRESS=127.0.0.1:8080")]
    [InlineData("KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://localhost:9092")]
    [InlineData("KAFKA_CFG_LISTENERS=PLAINTEXT://:9092,CONTROLLER://:9093")]
    [InlineData("CORS_ORIGIN=http://localhost:5173")]
    [InlineData("ALLOWED_ORIGINS=http://localhost:5173,http://127.0.0.1:8080")]
    [InlineData("OAUTH_CALLBACK_URL=http://localhost:8080/cb")]
    [InlineData("PUBLIC_URL=http://localhost:8080")]
    [InlineData("NEXT_PUBLIC_API=http://localhost:8080/api")]
    [InlineData("MB_EXTERNAL_URL=http://localhost:8080")]
    [InlineData("GF_SERVER_ROOT_URL=http://localhost:8080")]
    [InlineData("HEALTHCHECK_URL=http://localhost:8080/health")]
    [InlineData("APP_URL=http://localhost:8000")]
    [InlineData("SITE_URL=http://127.0.0.1:8000")]
    [InlineData("ASPNETCORE_URLS=http://+:5000;http://localhost:5001")]
    [InlineData("NO_PROXY=localhost,127.0.0.1:8080,redis:6379")]
    [InlineData("REDIRECT_URI=http://localhost:8080/done")]
    [InlineData("SELF=http://localhost:3000/")]
    [InlineData("SELF2=127.0.0.1:3000")]
    [InlineData("MYSELF=http://shop-web-1:3001/")]
    [InlineData("IMAGE=nginx:80")]
    [InlineData("VERSION=1.2.3.4")]
    [InlineData("TIME=12:30:15")]
    [InlineData("RANGE=8000:9000")]
    [InlineData("MSG=see http:// for more")]
    [InlineData("SERVER=0.0.0.0:8080")]
    [InlineData("TZ=Europe/Berlin")]
    public void The_services_own_address_or_no_address_at_all_is_none(string line) => Assert.Equal("", Targets(Env(line)));

    [Theory]
    [InlineData("http://127.0.0.1:3010/v1", "curl", "-s", "http://127.0.0.1:3010/v1")]
    [InlineData("127.0.0.1:8080", "nc", "127.0.0.1", "8080")]
    [InlineData("redis:6380", "redis-cli", "-h", "redis", "-p", "6380")]
    [InlineData("db:5432", "wait-for-it.sh", "db:5432", "--", "app")]
    [InlineData("127.0.0.1:9001", "sh", "-c", "while true; do nc 127.0.0.1 9001; sleep 5; done")]
    [InlineData("http://api:8000", "app", "--upstream=http://api:8000")]
    [InlineData("", "app", "--listen", "127.0.0.1:9000")]
    [InlineData("", "app", "--bind=127.0.0.1:9000")]
    [InlineData("", "sleep", "1000")]
    [InlineData("", "nginx", "-g", "daemon off;")]
    [InlineData("", "redis-server", "--port", "6379")]
    [InlineData("", "python", "-m", "http.server", "8000")]
    [InlineData("", "app", "--cors-origin", "http://localhost:5173")]
    public void Arguments_hold_leads_too(string targets, params string[] command) =>
        Assert.Equal(targets, Targets(new LeadSource { Known = Known, Command = [.. command] }));

    [Fact]
    public void Labels_tell_where_proxies_dial()
    {
        var source = new LeadSource
        {
            Labels = ImmutableDictionary<string, string>.Empty.Add("traefik.http.services.a.loadbalancer.server.port", "3001").Add("traefik.http.routers.a.rule", "Host(`a.example:80`)")
                .Add("caddy.reverse_proxy", "{{upstreams http 8080}}").Add("traefik.http.services.b.loadbalancer.server.url", "http://127.0.0.1:9000"),
            Env = [("VIRTUAL_HOST", "a.example"), ("VIRTUAL_PORT", "81")],
        };
        Assert.Equal(["caddy 8080", "traefik 3001", "nginx-proxy 81"], LabelLeads.ForProxies(source).Select(l => $"{l.Proxy} {l.Port}"));
        Assert.Equal("http://127.0.0.1:9000", Targets(source));
    }

    private const string OneBot = """
        {"network":{"httpServers":[{"enable":true,"host":"127.0.0.1","port":3001}],
        "websocketClients":[{"enable":true,"url":"ws://127.0.0.1:8080/onebot/v11/ws"},{"enable":false,"url":"ws://127.0.0.1:9999/off"}]}}
        """;

    [Theory]
    [InlineData("/app/config/onebot11_1.json", OneBot, "ws://127.0.0.1:8080/onebot/v11/ws")]
    [InlineData("/etc/nginx/conf.d/a.conf", "server {\n  listen 80;\n  server_name localhost:8080;\n  location / {\n    # proxy_pass http://old:1;\n    proxy_pass http://127.0.0.1:3010;\n  }\n}\nupstream x {\n  server redis:6379 weight=2;\n}", "http://127.0.0.1:3010 redis:6379")]
    [InlineData("/app/config.yaml", "database:\n  host: 127.0.0.1\n  port: 3307\nlisten:\n  host: 127.0.0.1\n  port: 80\nurl: http://api:8000/v1\n", "127.0.0.1:3307 http://api:8000/v1")]
    [InlineData("/app/app.ini", "; http://no:1\n[db]\nHOST = 127.0.0.1:3306\n[server]\nROOT_URL = http://localhost:3000/\n", "127.0.0.1:3306")]
    [InlineData("/app/.env", "API=http://localhost:9000\nPUBLIC_URL=http://localhost:80\n", "http://localhost:9000")]
    [InlineData("/app/broken.json", "{ \"url\": \"http://localhost:9000\", ", "http://localhost:9000")]
    public void Files_hold_leads_too(string path, string text, string targets) =>
        Assert.Equal(targets, string.Join(' ', FileLeads.Of(path, text, Known).Select(l => l.Target)));

    [Fact]
    public void Keys_are_not_read()
    {
        Assert.True(FileLeads.IsConfiguration("/a/.env") && FileLeads.IsConfiguration("/a/b.toml"));
        Assert.False(FileLeads.IsConfiguration("/a/b.pem") || FileLeads.IsConfiguration("/a/id_rsa.json") || FileLeads.IsConfiguration("/a/credentials.json") || FileLeads.IsConfiguration("/etc/shadow"));
    }

    [Fact]
    public void A_lead_is_suspicious_only_when_another_has_its_port()
    {
        var source = Env("A=http://localhost:6800", "B=http://redis:6379");
        var leads = LeadFinder.Of(source);
        Assert.Equal([true, false], leads.Select(l => LeadFinder.IsSuspicious(l, source, p => p is 6800 or 6379)));
        Assert.False(LeadFinder.IsSuspicious(leads[0], source, _ => false));
    }
}
