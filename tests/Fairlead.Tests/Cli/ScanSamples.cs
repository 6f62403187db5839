using System.Collections.Immutable;
using System.Globalization;
using Fairlead.Facts;
using Fairlead.Model.Answer;

namespace Fairlead.Tests.Cli;

/// <summary>Made-up answers to `scan` of hosts with 6, 60 and 600 containers, with all that a map can show.</summary>
internal static class ScanSamples
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 21, 14, 12, TimeSpan.Zero);

    /// <summary>Two projects and two single containers; two of them fail.</summary>
    public static ScanAnswer Six(string lang)
    {
        var host = new Made(lang);
        host.Network("bridge", "172.17.0.0/16");
        host.Network("shop", "172.18.0.0/16");
        host.Run("bot", "bridge", "172.17.0.2");
        host.Run("models", "bridge", "172.17.0.3", doors: [Door(5010)]);
        host.Run("shop_front_1", "shop", "172.18.0.5", "shop", [Door(3000, 13000)]);
        host.Run("shop_cache_1", "shop", "172.18.0.3", "shop", listens: [6379]);
        host.Run("shop_db_1", "shop", "172.18.0.4", "shop", listens: [3306, 33060]);
        host.Run("files_web_1", "shop", "172.18.0.2", "files", [Door(5244)]);
        var front = Problem(host, 2, "shop_front_1", "http://127.0.0.1:5010", Samples.Sibling(lang)) with
        {
            SeenIn = [new() { Kind = "log", Text = "Post \"http://127.0.0.1:5010/v1\": dial tcp: i/o timeout", Class = Outcome.Timeout, Count = 12, Last = Now.AddMinutes(-33), StillHappening = true }],
        };
        var bot = Problem(host, 1, "bot", "ws://127.0.0.1:8080/events/v1/ws", Samples.Sibling(lang)) with
        {
            SeenIn = [new() { Kind = "log", Text = "connect ECONNREFUSED 127.0.0.1:8080", Class = Outcome.Refused, Count = 37, Last = Now.AddSeconds(-3), StillHappening = true }],
        };
        var sibling = Samples.Sibling(lang);
        var suspected = sibling with { Observed = null, Cause = sibling.Cause! with { Confidence = Confidences.Possible }, Plans = [sibling.Plans[0] with { Dialled = null }] };
        var files = Problem(host, 1, "files_web_1", "http://localhost:6800", suspected) with { SeenIn = [new() { Kind = "env", Text = "DOWNLOADER_URL" }] };
        return host.Answer() with { Problems = [bot, front], Suspicions = [files], Looked = new(5210, 14, 9), ElapsedMs = 210 };
    }

    /// <summary>Nothing fails, and three connections are seen working.</summary>
    public static ScanAnswer Healthy(string lang) => Six(lang) with
    {
        Problems = [], Suspicions = [], Looked = new(14, 5, 2) { CutLogs = 1 }, Working = [new("shop_front_1", "shop_cache_1:6379"), new("shop_front_1", "shop_db_1:3306"), new("bot", "host:8080")],
        NotRead = [new(Readings.Logs, "models", WhyNot.Unsupported, null, [])],
    };

    /// <summary>A connection that works only sometimes, one that could not be checked, and a host that is full.</summary>
    public static ScanAnswer Strained(string lang)
    {
        var six = Six(lang);
        return six with
        {
            Problems = [six.Problems[1] with { N = 1, Intermittent = true, Series = [Outcome.Timeout, Outcome.Ok, Outcome.Timeout], Cause = null, Plans = [] }],
            Suspicions = [], Unchecked = [new("bot", "smtp.example:25", [])], Looked = new(4000, 5, 2) { CutLogs = 2 },
            Pressure = [new("load", 18.25, 2), new("conntrack", 260000, 262144), new("neighbours", 1010, 1024), new("embedded-dns", 3, 40)],
        };
    }

    /// <summary>Every kind of network, door, mode and state.</summary>
    public static ScanAnswer Sixty(string lang)
    {
        var host = new Made(lang);
        host.Network("bridge", "172.17.0.0/16");
        host.Network("edge", "172.30.0.0/24");
        host.Network("vault", "172.31.0.0/24", n => n with { Internal = true });
        host.Network("lan", "192.168.7.0/24", n => n with { Driver = "macvlan", Gateway = "192.168.7.1" });
        host.Network("apart", "172.32.0.0/24", n => n with { Icc = false, Subnets = ["172.32.0.0/24", "fd00:32::/64"], Ipv6 = true });
        host.Network("left-over", "172.33.0.0/24");
        for (var i = 1; i <= 4; i++) host.Run($"tool-{i}", "bridge", $"172.17.0.{i + 1}", doors: i == 1 ? [Door(80, 8081, "127.0.0.1")] : []);
        host.Run("proxy", "edge", "172.30.0.2", doors: [Door(80), Door(443), new("::", 80, 80, "tcp"), new("::", 443, 443, "tcp"), new("0.0.0.0", 443, 443, "udp")], also: [("vault", "172.31.0.9"), ("project-1_default", "10.1.0.99")]);
        host.Run("passive-ftp", "edge", "172.30.0.3", doors: [Door(21), .. Enumerable.Range(30000, 11).Select(p => Door(p))]);
        host.Run("keys", "vault", "172.31.0.2", listens: [8200], state: "paused");
        host.Run("camera", "lan", "192.168.7.20", listens: [554]);
        host.Run("guest-a", "apart", "172.32.0.2", health: "unhealthy");
        host.Run("guest-b", "apart", "172.32.0.3", doors: [new("::", 8090, 80, "tcp")]);
        for (var p = 1; p <= 8; p++)
        {
            host.Network($"project-{p}_default", $"10.{p}.0.0/24", n => n with { Project = $"project-{p}" });
            host.Run($"project-{p}-web-1", $"project-{p}_default", $"10.{p}.0.5", $"project-{p}", [Door(8080, 8100 + p)]);
            foreach (var (service, port, at) in ((string, int, int)[])[("db", 5432, 2), ("cache", 6379, 3), ("worker", 0, 4)])
                host.Run($"project-{p}-{service}-1", $"project-{p}_default", $"10.{p}.0.{at}", $"project-{p}", listens: port == 0 ? [] : [port]);
        }
        foreach (var p in (int[])[1, 2]) host.Run($"project-{p}-spare-1", "edge", $"172.30.0.{10 + p}", $"project-{p}");
        foreach (var s in (string[])["a", "b"]) host.Run($"shared-tools-{s}", "edge", $"172.30.0.2{s[0] - 'a'}", "shared-tools");
        host.Loose("node-exporter", SourceModes.Host);
        host.Loose("batch", SourceModes.None);
        host.Loose("torrent", SourceModes.Shared, "proxy");
        host.Stopped("old-web", "exited");
        host.Stopped("trying", "restarting");
        host.Stopped("new", "created");
        while (host.Count < 60) host.Run($"lone-{host.Count}", "bridge", $"172.17.1.{host.Count}");
        var answer = host.Answer();
        return answer with
        {
            Problems = [Problem(host, 1, "project-3-web-1", "http://127.0.0.1:5010", Samples.Sibling(lang)) with { SeenIn = [new() { Kind = "socket", Text = "SYN_SENT 127.0.0.1:5010", Class = Outcome.Timeout }] }],
            Looked = new(40210, 160, 71), ElapsedMs = 640,
        };
    }

    /// <summary>Sixty networks of ten; a fifth with a door; twenty fail.</summary>
    public static ScanAnswer SixHundred(string lang)
    {
        var host = new Made(lang);
        for (var n = 0; n < 60; n++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"stack{n:00}_default");
            host.Network(name, $"10.{n}.0.0/24", x => x with { Project = name[..7] });
            for (var c = 0; c < 10; c++)
                host.Run($"{name[..7]}-svc{c}-1", name, $"10.{n}.0.{c + 2}", name[..7], n % 2 == 0 && c < 4 ? [Door(80, 10000 + (n * 10) + c)] : [], state: "running");
        }
        var problems = Enumerable.Range(1, 20).Select(i => Problem(host, i, $"stack{i:00}-svc9-1", "http://127.0.0.1:5010", Samples.Sibling(lang)) with
        {
            SeenIn = [new() { Kind = "log", Text = "connection refused", Class = Outcome.Refused, Count = i, Last = Now.AddDays(-1), StillHappening = true }],
        });
        return host.Answer() with { Problems = [.. problems], Looked = new(1200000, 2400, 300), ElapsedMs = 2900 };
    }

    /// <summary>Names that try to steer the terminal, and wide ones.</summary>
    public static ScanAnswer Hostile(string lang)
    {
        var host = new Made(lang);
        host.Network("网络\u001b[2J\u202e", "172.18.0.0/16");
        host.Run("x\u001b[31m; touch $(id)\n", "网络\u001b[2J\u202e", "172.18.0.2", "项目\u0007");
        host.Run("容器一号", "网络\u001b[2J\u202e", "172.18.0.3", "项目\u0007", [Door(80)]);
        host.Run("plain", "网络\u001b[2J\u202e", "172.18.0.4");
        return host.Answer();
    }

    private static ScanPublish Door(int port, int? host = null, string ip = "0.0.0.0") => new(ip, host ?? port, port, "tcp");

    private static Problem Problem(Made host, int n, string source, string target, Diagnosis like) => new(like with
    {
        Source = like.Source with { Name = source, Id = host.IdOf(source) }, Target = like.Target with { Given = target },
    })
    { N = n, Key = $"00000000{n:0000}" };

    private sealed class Made(string lang)
    {
        private readonly List<ScanNetwork> networks = [];
        private readonly List<ScanContainer> containers = [];

        public int Count => containers.Count;

        public string IdOf(string name) => containers.Single(c => c.Name == name).Id;

        public void Network(string name, string subnet, Func<ScanNetwork, ScanNetwork>? how = null) =>
            networks.Add((how ?? (n => n))(new() { Name = name, Id = networks.Count.ToString("x12", CultureInfo.InvariantCulture) + "ffff", Driver = "bridge", Scope = "local", Subnets = [subnet], Gateway = subnet.Replace(".0/", ".1/", StringComparison.Ordinal).Split('/')[0] }));

        public void Run(
            string name, string network, string address, string? project = null, ImmutableArray<ScanPublish> doors = default, ImmutableArray<int> listens = default, string state = "running",
            string? health = null, (string Network, string Address)[]? also = null)
        {
            var id = Add(name, SourceModes.Bridge, project, state, doors.IsDefault ? [] : doors, health, network, listens.IsDefault ? [] : listens);
            Join(name, id, network, address);
            foreach (var (other, there) in also ?? []) late.Add((name, id, other, there));
        }

        private readonly List<(string, string, string, string)> late = [];

        public void Loose(string name, string mode, string? with = null)
        {
            Add(name, mode, null, "running", [], null, null, []);
            containers[^1] = containers[^1] with { SharesWith = with };
        }

        public void Stopped(string name, string state) => Add(name, SourceModes.Bridge, null, state, [], null, null, []);

        public ScanAnswer Answer()
        {
            foreach (var (name, id, network, address) in late) Join(name, id, network, address);
            late.Clear();
            return new()
            {
                At = Now, Lang = lang, Tool = "0.1.0", Engine = new("28.5.2", "1.51", EngineKinds.Native, FirewallKinds.IptablesNft), Vantage = new(VantageKinds.Root, "uid 0"),
                Host = new(
                    "vps",
                    [
                        new("lo", ["127.0.0.1/8", "::1/128"], "loopback", null, []),
                        new("ens17", ["fe80::1/64", "172.16.0.24/24"], "uplink", null, ["172.16.0.1"]),
                        new("wg0", ["10.200.0.2/24"], "tunnel", null, []),
                        .. networks.Where(n => n.Driver == "bridge").Select(n => new ScanInterface(n.Name == "bridge" ? "docker0" : "br-" + n.Id[..12], [n.Gateway + "/16"], "docker-bridge", n.Name, [])),
                    ],
                    true, new([FirewallKinds.IptablesNft], null, "ACCEPT", "DROP")),
                Networks = [.. networks.OrderBy(n => n.Name, StringComparer.Ordinal)], Containers = [.. containers.OrderBy(c => c.Name, StringComparer.Ordinal)],
                Looked = new(0, 0, 0),
            };
        }

        private void Join(string name, string id, string network, string address)
        {
            var at = networks.FindIndex(n => n.Name == network);
            networks[at] = networks[at] with { Containers = [.. networks[at].Containers.Add(new(name, id, address, null, [])).OrderBy(m => m.Name, StringComparer.Ordinal)] };
        }

        private string Add(string name, string mode, string? project, string state, ImmutableArray<ScanPublish> doors, string? health, string? home, ImmutableArray<int> listens)
        {
            var id = containers.Count.ToString("x64", CultureInfo.InvariantCulture);
            containers.Add(new()
            {
                Name = name, Id = id, Image = "image", Project = project, Service = project is null ? null : name, State = state, Health = health, Mode = mode, Published = doors, GatewayNetwork = home,
                Listeners = [.. doors.Select(d => new ScanListener("0.0.0.0", d.Port, d.Protocol, "server")), .. listens.Select(p => new ScanListener("0.0.0.0", p, "tcp", "server")), new("127.0.0.11", 37255, "tcp", null)],
            });
            return id;
        }
    }
}
