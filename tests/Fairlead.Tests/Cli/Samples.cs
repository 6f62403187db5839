using System.Collections.Immutable;
using Fairlead.Facts;
using Fairlead.Model.Answer;

namespace Fairlead.Tests.Cli;

/// <summary>Answers as the contract shows them, for everything that draws or writes one.</summary>
internal static class Samples
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
                N = 1, Id = FixIds.UseHostAddress, Key = "use-host-address/192.0.2.10:5010", Title = "Write http://192.0.2.10:5010",
                Steps = [new() { Fix = FixIds.UseHostAddress, Where = StepPlaces.App, What = "write http://192.0.2.10:5010" }],
                NewTarget = "http://192.0.2.10:5010", Cures = ["loopback-to-sibling", "networks-disjoint"], Automatic = false, Cost = [CostNames.Setting],
                SurvivesRecreate = true, Lasts = LastsNames.Permanent, Predicted = Outcome.Ok, Proof = ProofNames.Observed,
                Premises = ["the host's address stays 192.0.2.10", "host port 5010 stays published"],
                Dialled = new()
                {
                    Outcome = Outcome.Ok, Errno = 0, ElapsedMs = 1.4, Level = DialLevel.Ask, Attempts = [new("192.0.2.10", 5010, Outcome.Ok, 0, 1.4)],
                    Answer = new(AnswerKinds.Http, 404, "HTTP/1.1 404 Not Found", SpokenNames.Spoken),
                },
            },
        ],
    };
}
