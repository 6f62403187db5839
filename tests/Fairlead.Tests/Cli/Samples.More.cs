using Fairlead.Facts;
using Fairlead.Model.Answer;

namespace Fairlead.Tests.Cli;

/// <summary>The other shapes that an answer can take, each made from one of <see cref="Samples.Sibling"/>.</summary>
internal static partial class Samples
{
    private const string Rule = "-P INPUT DROP";

    private static string Pick(string lang, string en, string zh) => lang == "zh" ? zh : en;

    /// <summary>A dropping firewall: a rule with a counter that moved, a way with a second witness, a plan that types a command first.</summary>
    public static Diagnosis Firewall(string lang) => Sibling(lang) with
    {
        Target = Sibling().Target with
        {
            Given = "ws://192.0.2.10:5080/ws", Scheme = "ws", Host = "192.0.2.10", Port = 5080, Path = "/ws",
            Means = [new() { Address = "192.0.2.10", Is = MeaningKinds.Host, How = HowNames.Literal }],
            Meant = new() { Kind = PartyKinds.Host, Name = "host", Port = 5080, Listener = new("0.0.0.0", 5080, "python3", 812) },
        },
        Cause = new()
        {
            Code = "host-firewall-drops", Confidence = Confidences.Proven, Docs = "docs/causes/host-firewall-drops.md",
            Title = Pick(lang, "The host's firewall drops what front sends to port 5080 of the host.", "宿主机的防火墙丢掉了 front 发往宿主机 5080 端口的包。"),
            Evidence =
            [
                new()
                {
                    Kind = EvidenceKinds.Rule, Witness = Witnesses.Kernel, Hop = 2, Text = Rule, From = "host: ip table filter, chain INPUT",
                    Check = "iptables -t filter -S INPUT -v",
                },
                new()
                {
                    Kind = EvidenceKinds.Dial, Witness = Witnesses.Probe, Text = "tcp 192.0.2.10:5080: timeout (ETIMEDOUT)",
                    From = Pick(lang, "dialled from the network namespace of front", "在 front 的网络命名空间里拨号"),
                },
            ],
        },
        AlsoFound = [],
        Predicted = new()
        {
            Outcome = Outcome.Timeout, Certain = true,
            Paths =
            [
                new()
                {
                    Address = "192.0.2.10", Outcome = Outcome.Timeout,
                    Hops =
                    [
                        new()
                        {
                            Kind = HopKinds.Route, At = "shop_front_1", Result = HopResults.Pass, Detail = "via 198.51.100.1, dev eth0",
                            From = "ip rule 32766, table main", Flow = new("198.51.100.5", null, "192.0.2.10", 5080, "tcp"),
                        },
                        new() { Kind = HopKinds.Neighbour, At = "shop_front_1", Result = HopResults.Pass, Detail = "198.51.100.1 answers on eth0", From = "ip neigh" },
                        new()
                        {
                            Kind = HopKinds.Filter, At = "host", Result = HopResults.Drop, Detail = Rule, From = "table filter, chain INPUT",
                            Rule = new("ip", "filter", "INPUT", null, Rule, 41, null),
                        },
                    ],
                },
            ],
        },
        Observed = new()
        {
            Outcome = Outcome.Timeout, Errno = 110, ElapsedMs = 1052, Level = DialLevel.Connect, From = "setns",
            Attempts = [new("192.0.2.10", 5080, Outcome.Timeout, 110, 1052)], Counters = [new(Rule, 39, 41)],
        },
        Plans =
        [
            new()
            {
                N = 1, Id = FixIds.AllowInFirewall, Key = "allow-in-firewall/192.0.2.10:5080", Automatic = false, Lasts = LastsNames.UntilReboot,
                Title = Pick(lang, "let front's network reach port 5080 of the host, and nothing else", "只放行 front 所在网络访问宿主机的 5080 端口"),
                Steps =
                [
                    new()
                    {
                        Fix = FixIds.AllowInFirewall, Where = StepPlaces.Host, Argv = ["iptables", "-I", "INPUT"],
                        What = Pick(lang, "let front's network reach port 5080 of the host, and nothing else", "只放行 front 所在网络访问宿主机的 5080 端口"),
                    },
                ],
                Commands = ["iptables -I INPUT -i br-0123456789ab -p tcp --dport 5080 -j ACCEPT"],
                Undo = ["iptables -D INPUT -i br-0123456789ab -p tcp --dport 5080 -j ACCEPT"],
                Cures = ["host-firewall-drops"], SurvivesRecreate = false, Predicted = Outcome.Ok, Proof = ProofNames.Predicted,
                Exposes = [new("br-0123456789ab", "host:5080", Scopes.Siblings)],
            },
        ],
    };

    /// <summary>A user without rights: no cause can be shown, and what was not read says so.</summary>
    public static Diagnosis Unknown(string lang) => Sibling(lang) with
    {
        Vantage = new(VantageKinds.ApiProc, "uid 1000"), Verdict = Verdicts.Unknown, Cause = null, AlsoFound = [], Observed = null, Plans = [],
        Agreement = Agreements.Unchecked,
        Target = Firewall(lang).Target,
        Predicted = new()
        {
            Outcome = Outcome.Unknown, Certain = false,
            Paths =
            [
                new()
                {
                    Address = "192.0.2.10", Outcome = Outcome.Unknown,
                    Hops =
                    [
                        Firewall(lang).Predicted!.Paths[0].Hops[0],
                        new() { Kind = HopKinds.Filter, At = "host", Result = HopResults.Unknown, Detail = null, Unread = Readings.Rules },
                    ],
                },
            ],
        },
        NotRead =
        [
            new(Readings.Rules, "host", WhyNot.NotPermitted, "root", [HopKinds.Filter, HopKinds.Nat]),
            new(Readings.Sysctl, "shop_front_1", WhyNot.Gone, null, [HopKinds.Route]),
            new(Readings.Sockets, "shop_front_1", WhyNot.Gone, null, [HopKinds.Listen]),
        ],
    };

    /// <summary>A name with two replicas of which one is dead.</summary>
    public static Diagnosis SeveralAddresses(string lang) => Sibling(lang) with
    {
        Verdict = Verdicts.Degraded, AlsoFound = [], Plans = [],
        Target = Sibling().Target with
        {
            Given = "redis://cache:6379", Scheme = "redis", Host = "cache", Port = 6379, Meant = null,
            Means =
            [
                new() { Address = "198.51.100.6", Is = MeaningKinds.Container, Network = "shop_net", How = HowNames.EmbeddedDns },
                new() { Address = "198.51.100.7", Is = MeaningKinds.Container, Network = "shop_net", How = HowNames.EmbeddedDns },
            ],
        },
        Cause = new()
        {
            Code = "nothing-listens", Confidence = Confidences.Proven, Docs = "docs/causes/nothing-listens.md",
            Title = Pick(lang, "Nothing listens on port 6379 in shop_cache_2.", "shop_cache_2 里没有程序监听 6379 端口。"),
        },
        Predicted = new()
        {
            Outcome = Outcome.Mixed, Certain = true,
            Paths =
            [
                new()
                {
                    Address = "198.51.100.6", Outcome = Outcome.Ok,
                    Hops = [new() { Kind = HopKinds.Listen, At = "shop_cache_1", Result = HopResults.Deliver, Detail = "0.0.0.0:6379 (redis-server)", From = "/proc/31/net/tcp" }],
                },
                new()
                {
                    Address = "198.51.100.7", Outcome = Outcome.Refused,
                    Hops = [new() { Kind = HopKinds.Listen, At = "shop_cache_2", Result = HopResults.Nothing, Detail = "nothing on 198.51.100.7:6379", From = "/proc/32/net/tcp" }],
                },
            ],
        },
        Observed = new()
        {
            Outcome = Outcome.Mixed, Errno = 111, ElapsedMs = 0.4, Level = DialLevel.Ask, From = "setns",
            Attempts = [new("198.51.100.6", 6379, Outcome.Ok, 0, 0.4), new("198.51.100.7", 6379, Outcome.Refused, 111, 0.1)],
        },
    };

    /// <summary>The two witnesses differ: the probe's word counts, no cause is named.</summary>
    public static Diagnosis Differ(string lang) => Sibling(lang) with
    {
        Cause = null, AlsoFound = [], Agreement = Agreements.Differ, Plans = [],
        Predicted = Sibling().Predicted! with { Outcome = Outcome.Ok },
        Difference = new(Outcome.Ok, Outcome.Refused, Readings.Sockets),
    };

    public static Diagnosis Reachable(string lang) => Sibling(lang) with
    {
        Verdict = Verdicts.Reachable, Cause = null, AlsoFound = [], Plans = [],
        Target = Sibling().Target with { Given = "redis://cache:6379", Scheme = "redis", Host = "cache", Port = 6379, Meant = new() { Kind = PartyKinds.Container, Name = "shop_cache_1", Port = 6379, Listener = new("0.0.0.0", 6379, "redis-server", 31) } },
        Predicted = SeveralAddresses(lang).Predicted! with { Outcome = Outcome.Ok, Paths = [SeveralAddresses(lang).Predicted!.Paths[0]] },
        Observed = new()
        {
            Outcome = Outcome.Ok, Errno = 0, ElapsedMs = 0.4, Level = DialLevel.Ask, From = "setns",
            Attempts = [new("198.51.100.6", 6379, Outcome.Ok, 0, 0.4)], Answer = new(AnswerKinds.Redis, null, "+PONG", SpokenNames.Spoken),
        },
    };

    /// <summary>The server is reached and answers with its own error.</summary>
    public static Diagnosis Degraded(string lang) => Reachable(lang) with
    {
        Verdict = Verdicts.Degraded,
        Target = Reachable(lang).Target with { Given = "http://models:5010/v1/chat", Scheme = "http", Host = "models", Port = 5010, Path = "/v1/chat" },
        Observed = new()
        {
            Outcome = Outcome.Ok, Errno = 0, ElapsedMs = 12.6, Level = DialLevel.Ask, From = "helper",
            Attempts = [new("198.51.100.6", 5010, Outcome.Ok, 0, 0.3)], Answer = new(AnswerKinds.Http, 502, "HTTP/1.1 502 Bad Gateway", SpokenNames.Spoken),
        },
    };

    public static Diagnosis LongNames(string lang) => Renamed(Sibling(lang),
        "a-rather-long-compose-project-name_with-an-equally-long-service-name_12", "another_container_whose_name_never_seems_to_want_to_end_at_all");

    /// <summary>Escape codes, a bidi override, a line break, quotes and a command in every name.</summary>
    public static Diagnosis HostileNames(string lang) => Renamed(Sibling(lang), "x\u001b[31m\u202e; touch /tmp/pwn $(id)\n", "'`名字\u200b\u0007`'");

    private static Diagnosis Renamed(Diagnosis answer, string source, string target) => answer with
    {
        Source = answer.Source with { Name = source, Service = source },
        Target = answer.Target with { Given = $"http://{target}:5010/a/rather/long/path/that/goes/on", Host = target, Meant = answer.Target.Meant! with { Name = target } },
        Cause = answer.Cause! with { Title = answer.Cause.Title.Replace("front", source, StringComparison.Ordinal).Replace("models", target, StringComparison.Ordinal) },
        AlsoFound = [.. answer.AlsoFound.Select(c => c with { Title = c.Title.Replace("front", source, StringComparison.Ordinal).Replace("models", target, StringComparison.Ordinal) })],
        Predicted = answer.Predicted! with { Paths = [.. answer.Predicted.Paths.Select(p => p with { Hops = [.. p.Hops.Select(h => h with { At = source })] })] },
        Plans = [.. answer.Plans.Select(p => p with { NewTarget = $"http://{target}:5010/a/rather/long/path/that/goes/on", Title = $"Write http://{target}:5010/a/rather/long/path/that/goes/on" })],
    };
}
