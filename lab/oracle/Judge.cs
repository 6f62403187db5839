using System.Collections.Immutable;
using System.Net;
using Fairlead.Engine.Asking;
using Fairlead.Facts;
using Fairlead.Model.Rules;
using Fairlead.Model.Rules.Decode;
using Fairlead.Model.Walk;
using Fairlead.Model.World;

namespace Fairlead.Oracle;

/// <summary>What the model says of a packet.</summary>
/// <param name="Fate">What becomes of it; "unknown" where that hangs on something.</param>
/// <param name="Undecided">The rules on which it hangs.</param>
/// <param name="Matched">Whether the rule that it was aimed at catches it; null when not asked.</param>
public sealed record Said(Fate Fate, ImmutableArray<string> Undecided, Truth? Matched);

/// <summary>The model's side: the same reader, decoder and walk that answer people.</summary>
public sealed class Judge
{
    private readonly HostWorld world;
    private readonly bool bridged;
    private readonly Dictionary<string, Sandbox> probes = [];

    /// <param name="change">Changes the rules before they are asked: for mutants.</param>
    public Judge(Snapshot snapshot, bool bridged, Func<RuleSet, RuleSet>? change = null)
    {
        this.bridged = bridged;
        world = WhyQuestion.WorldOf(snapshot);
        world = world.With(world.Host, world.Host.WithRules(Ended));
        if (change is not null) world = world.With(world.Host, world.Host.WithRules(change));
    }

    public RuleSet Rules => world.Host.Rules.Value!;

    /// <summary>A host that is nothing but this namespace.</summary>
    public static Snapshot SnapshotOf(NetnsFacts facts) => new()
    {
        At = DateTimeOffset.UnixEpoch,
        Tool = "oracle",
        Engine = new EngineFacts { Version = "0", Api = "0", Kind = "unknown", Endpoint = "none" },
        Vantage = "root",
        As = "uid 0",
        Containers = [],
        Inspects = ImmutableDictionary<string, System.Text.Json.JsonElement>.Empty,
        Networks = [],
        Namespaces = ImmutableDictionary<string, NetnsFacts>.Empty.Add(facts.Id, facts),
        HostNetns = Reading.Of(facts.Id),
        ContainerNetns = ImmutableDictionary<string, Reading<string>>.Empty,
    };

    /// <summary>What becomes of the packet, and whether the rule with this comment catches it.</summary>
    public Said Ask(Flow flow, string? aimed)
    {
        var (fate, undecided) = Fates(world.Host, flow);
        return new Said(fate, undecided, aimed is null ? null : Matched(flow, aimed));
    }

    /// <summary>The rule set's rule with this comment.</summary>
    public static Rule? Find(RuleSet rules, string id) => rules.Tables.SelectMany(t => t.Chains).SelectMany(c => c.Rules).FirstOrDefault(r => IsNamed(r, id));

    public static bool IsNamed(Rule rule, string id) => rule.Comment == id
        || rule.Parts.Any(p => p is XtPart { Target: false, Name: "comment" } xt && XtReader.Read(xt, false) is XtComment comment && comment.Text == id);

    // In the model the end of the way in must not look like a rule's drop: two that end alike count as one.
    private static RuleSet Ended(RuleSet set) => set with
    {
        Tables = [.. set.Tables.Select(t => t.Name != Ground.EndTable ? t
            : t with { Chains = [.. t.Chains.Select(c => c with { Rules = [.. c.Rules.Skip(1).Select(r => r with { Parts = [new TproxyPart(0, null, null)] })] })] })],
    };

    // The rule made to end what it catches, its action left out: where the packet ends at it, it is caught.
    private Truth Matched(Flow flow, string id)
    {
        if (!probes.TryGetValue(id, out var probe))
        {
            probes[id] = probe = world.Host.WithRules(set => set with
            {
                Tables = [.. set.Tables.Select(t => t with { Chains = [.. t.Chains.Select(c => c with { Rules = [.. c.Rules.Select(r => IsNamed(r, id) ? Ending(r) : r)] })] })],
            });
        }
        var ends = Ends(probe, flow);
        var caught = ends.Count(e => e.By?.Rule is { } rule && IsNamed(rule, id));
        return ends.Count == 0 ? Truth.Unknown : caught == ends.Count ? Truth.Yes : caught == 0 && ends.All(e => e.Sure || AtEnd(e)) ? Truth.No : Truth.Unknown;
    }

    private static Rule Ending(Rule rule) => rule with { Parts = [.. rule.Parts.Where(p => !Acts(p)), new VerdictPart(VerdictCode.Queue, null)] };

    private static bool Acts(Part part) => part is VerdictPart or VerdictMap or XtPart { Target: true } or RejectPart or NatPart or Assign or LogPart or NotrackPart or QueuePart or TproxyPart;

    private (Fate, ImmutableArray<string>) Fates(Sandbox sandbox, Flow flow)
    {
        var ends = Ends(sandbox, flow);
        var fates = ends.Select(e => FateOf(e, flow)).Distinct().ToArray();
        if (fates is [{ How: not "unknown" } only] && ends.All(e => e.Sure || AtEnd(e) && e.Assumed.IsEmpty)) return (only, []);
        var rules = ends.SelectMany(e => e.Assumed).Concat(ends.Where(e => e.End == CrossedEnd.Unknown).Select(e => e.By).OfType<RuleStep>());
        return (new Fate("unknown"), [.. rules.Select(s => s.Rule is null ? s.Text : NameOf(s.Rule) ?? s.Text).Distinct()]);
    }

    private static string? NameOf(Rule rule) => rule.Comment ?? rule.Parts.OfType<XtPart>().Where(p => p is { Target: false, Name: "comment" })
        .Select(p => (XtReader.Read(p, false) as XtComment)?.Text).FirstOrDefault(t => t is ['k', ..]);

    private IReadOnlyList<Crossed> Ends(Sandbox sandbox, Flow flow)
    {
        if (flow.After is not { } asked) return Cross(sandbox, flow, null);
        var first = Cross(sandbox, asked, null);
        return [.. first.SelectMany(f => f.End == CrossedEnd.Leaves ? Cross(sandbox, flow, f) : [f with { End = CrossedEnd.Unknown }])];
    }

    private ImmutableArray<Crossed> Cross(Sandbox sandbox, Flow flow, Crossed? request)
    {
        var packet = flow.ToPacket(flow.From == Side.Router ? null : bridged ? Ground.Bridge : flow.From == Side.Client ? Ground.ToClient : Ground.ToServer);
        var (from, to) = flow.From == Side.Client ? (Ground.ToClient, Ground.ToServer) : (Ground.ToServer, Ground.ToClient);
        if (request is not null)
        {
            packet = packet with { Reply = true, State = CtState.Established, ConnMark = request.Packet.ConnMark };
            return bridged ? Crossing.Bridged(world, sandbox, packet, Ground.Bridge, from, to, request) : Crossing.Answer(world, sandbox, request, packet);
        }
        if (!bridged || Ground.IsLocal(flow.Destination)) return Crossing.Of(world, sandbox, bridged ? packet with { PhysIn = from } : packet);
        return Crossing.Bridged(world, sandbox, packet, Ground.Bridge, from, to);
    }

    private static bool AtEnd(Crossed end) => end.By?.Table.Name == Ground.EndTable;

    private Fate FateOf(Crossed end, Flow flow) => AtEnd(end) ? Fate.Arrives : end.End switch
    {
        CrossedEnd.Arrives => Fate.Arrives,
        CrossedEnd.Dropped => Fate.Dropped,
        // who sends from the router is told EPERM, dropped or refused
        CrossedEnd.Rejected when flow.From == Side.Router => Fate.Dropped,
        CrossedEnd.Rejected => new Fate("rejected", flow.After is not null ? "who answered" : end.Outcome),
        CrossedEnd.Leaves => Fate.Leaves(LeftBy(end, flow), end.Packet.Protocol, end.Packet.Source, end.Packet.SourcePort, end.Packet.Destination, end.Packet.DestinationPort),
        _ => new Fate("unknown"),
    };

    private Side LeftBy(Crossed end, Flow flow) => bridged ? flow.From == Side.Client ? Side.Server : Side.Client
        : end.Packet.Out == Ground.ToClient ? Side.Client : Side.Server;
}
