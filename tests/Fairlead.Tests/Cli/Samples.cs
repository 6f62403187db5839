using System.Collections.Immutable;
using Fairlead.Facts;
using Fairlead.Model.Answer;

namespace Fairlead.Tests.Cli;

/// <summary>Answers as the contract shows them, for everything that draws or writes one.</summary>
internal static partial class Samples
{
    public static Diagnosis Sibling(string lang = "en") => new()
    {
        At = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero), Lang = lang, Tool = "0.1.0",
        Engine = new("28.5.2", "1.51", EngineKinds.Native, FirewallKinds.IptablesNft),
        Vantage = new(VantageKinds.Root, "uid 0"),
        Source = new()
        {
            Kind = PartyKinds.Container, Name = "shop_front_1", Id = new string('a', 64), Project = "shop", Service = "front", State = "running",
            Mode = SourceModes.Bridge, Networks = [new("shop_net", new string('b', 64))], Asked = "front",
        },
        Target = new()
        {
            Given = "http://127.0.0.1:5010", Scheme = "http", Protocol = "tcp", Host = "127.0.0.1", Port = 5010, PortFrom = PortOrigins.Given,
            Means = [new() { Address = "127.0.0.1", Is = MeaningKinds.Self, How = HowNames.Literal }],
            Meant = new() { Kind = PartyKinds.Container, Name = "models", Id = new string('c', 64), Port = 5010, Listener = new("0.0.0.0", 5010, "node", 812) },
        },
        Verdict = Verdicts.Unreachable,
        Cause = new()
        {
            Code = "loopback-to-sibling", Confidence = Confidences.Proven,
            Title = lang == "zh" ? "在 front 里，127.0.0.1 就是 front 自己；5010 端口属于 models。" : "127.0.0.1 inside front is front itself; port 5010 is models'.",
            Args = Scalar.None.Add("port", 5010).Add("source", "front"),
            Evidence =
            [
                new()
                {
                    Kind = EvidenceKinds.NoListener, Witness = Witnesses.Kernel, Hop = 1, Text = "0.0.0.0:3000, 127.0.0.11:37255", From = "/proc/4711/net/tcp",
                    Check = "nsenter -t 4711 -n ss -ltn",
                },
            ],
            Needs = [Readings.Sockets], Docs = "docs/causes/loopback-to-sibling.md",
        },
        AlsoFound =
        [
            new()
            {
                Code = "networks-disjoint", Confidence = Confidences.Likely, Relation = Relations.Behind, Docs = "docs/causes/networks-disjoint.md",
                Title = lang == "zh" ? "models 在 bridge，front 在 shop_net，没有共同的网络。" : "models is on bridge, front on shop_net.",
            },
        ],
        Predicted = new()
        {
            Outcome = Outcome.Refused, Certain = true,
            Paths =
            [
                new()
                {
                    Address = "127.0.0.1", Outcome = Outcome.Refused,
                    Hops =
                    [
                        new() { Kind = HopKinds.Route, At = "front", Result = HopResults.Pass, Flow = new("127.0.0.1", null, "127.0.0.1", 5010, "tcp"), Detail = "local, dev lo" },
                        new() { Kind = HopKinds.Listen, At = "front", Result = HopResults.Nothing, Flow = new("127.0.0.1", null, "127.0.0.1", 5010, "tcp") },
                    ],
                },
            ],
        },
        Observed = new()
        {
            Outcome = Outcome.Refused, Errno = 111, ElapsedMs = 0.2, Level = DialLevel.Connect, From = "setns",
            Attempts = [new("127.0.0.1", 5010, Outcome.Refused, 111, 0.2)],
        },
        Agreement = Agreements.Agree,
        Plans =
        [
            new()
            {
                N = 1, Id = FixIds.UseHostAddress, Key = "use-host-address/192.0.2.10:5010", Title = Pick(lang, "Write http://192.0.2.10:5010", "改写成 http://192.0.2.10:5010"),
                Steps = [new() { Fix = FixIds.UseHostAddress, Where = StepPlaces.App, What = Pick(lang, "write http://192.0.2.10:5010", "改写成 http://192.0.2.10:5010") }],
                NewTarget = "http://192.0.2.10:5010", Cures = ["loopback-to-sibling", "networks-disjoint"], Automatic = false, Cost = [CostNames.Setting],
                SurvivesRecreate = true, Lasts = LastsNames.Permanent, Predicted = Outcome.Ok, Proof = ProofNames.Observed,
                Premises = [Pick(lang, "the host keeps its address, and its port 5010 stays published", "宿主机地址不变，5010 端口一直映射着")],
                Dialled = new()
                {
                    Outcome = Outcome.Ok, Errno = 0, ElapsedMs = 1.4, Level = DialLevel.Ask, Attempts = [new("192.0.2.10", 5010, Outcome.Ok, 0, 1.4)],
                    Answer = new(AnswerKinds.Http, 404, "HTTP/1.1 404 Not Found", SpokenNames.Spoken),
                },
            },
            new()
            {
                N = 2, Id = FixIds.ConnectNetwork, Key = "connect-network/models/shop_net",
                Title = Pick(lang, "Give them a network in common (shop_net), then write http://models:5010", "让两者在同一个网络（shop_net）上，再改写成 http://models:5010"),
                Steps =
                [
                    new()
                    {
                        Fix = FixIds.ConnectNetwork, Where = StepPlaces.Host, Argv = ["docker", "network", "connect", "shop_net", "models"],
                        What = Pick(lang, "join models to shop_net", "把 models 接入 shop_net"),
                    },
                    new() { Fix = FixIds.UseName, Where = StepPlaces.App, What = Pick(lang, "then write http://models:5010", "然后改写成 http://models:5010") },
                ],
                Commands = ["docker network connect shop_net models"], Undo = ["docker network disconnect shop_net models"],
                NewTarget = "http://models:5010", Cures = ["loopback-to-sibling", "networks-disjoint"], Automatic = true, Cost = [CostNames.Setting],
                SurvivesRecreate = false, Lasts = LastsNames.UntilRecreate, Predicted = Outcome.Ok, Proof = ProofNames.Predicted,
                Premises = [Pick(lang, "models keeps its name", "models 的名字不变")],
                Exposes =
                [
                    new("shop_cache_1", "models", Scopes.Siblings), new("models", "shop_cache_1", Scopes.Siblings), new("shop_db_1", "models", Scopes.Siblings),
                    new("models", "shop_db_1", Scopes.Siblings),
                ],
                Persist = new("services:\n  models:\n    networks:\n      - default\n      - shop_net\nnetworks:\n  shop_net:\n    external: true\n"),
            },
            new()
            {
                N = 3, Id = FixIds.UseHostGateway, Key = "use-host-gateway/shop_front_1/host.docker.internal:5010",
                Title = Pick(lang, "Write http://host.docker.internal:5010; front must be recreated with --add-host=host.docker.internal:host-gateway",
                    "改写成 http://host.docker.internal:5010；front 要带上 --add-host=host.docker.internal:host-gateway 重建"),
                Steps =
                [
                    new()
                    {
                        Fix = FixIds.UseHostGateway, Where = StepPlaces.Container,
                        What = Pick(lang, "recreate front with --add-host=host.docker.internal:host-gateway", "front 要带上 --add-host=host.docker.internal:host-gateway 重建"),
                    },
                ],
                NewTarget = "http://host.docker.internal:5010", Cures = ["loopback-to-sibling", "networks-disjoint"], Automatic = false,
                Cost = [CostNames.Setting, CostNames.Recreate], SurvivesRecreate = false, Lasts = LastsNames.UntilRecreate, Predicted = Outcome.Ok,
                Proof = ProofNames.Predicted, Persist = new("services:\n  front:\n    extra_hosts:\n      - \"host.docker.internal:host-gateway\"\n"),
            },
        ],
    };
}
