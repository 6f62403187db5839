using System.Collections.Immutable;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Walk;
using Fairlead.Model.Words;
using Fairlead.Model.World;

namespace Fairlead.Model.Causes;

/// <summary>Source and target share the default network only, and that one has no container names (SEMANTICS 3.1).</summary>
public sealed class DefaultBridgeNoDns : CauseKind
{
    public override string Code => "default-bridge-no-dns";
    public override CauseRank Rank => CauseRank.Setting;
    public override ImmutableArray<(HopKind, HopResult)> StopsAt => [(HopKind.Resolve, HopResult.Nothing)];
    public override ImmutableArray<string> Outranks => ["networks-disjoint", "name-unknown"];
    public override ImmutableArray<string> Fixes => ["create-network", "connect-network", "use-host-address"];

    public override Match Examine(Question q, Needs needs)
    {
        if (q.Source is null)
        {
            return Match.NotThis;
        }

        var bearer = Bearers.Anywhere(q.World, q.Asked.Host).FirstOrDefault(c => c.Running && c.Id != q.Source.Id);
        if (bearer is null)
        {
            return Match.NotThis;
        }

        var common = q.World.CommonNetworks(q.Source, bearer);
        if (common.IsEmpty || common.Any(n => n.IsUserDefined))
        {
            return Match.NotThis;
        }

        needs.Of(q.From.Facts.ResolverFile, "resolver", q.From.At, "");
        needs.Note("networks", "engine");
        if (!needs.AllRead)
        {
            return Match.Unclear;
        }

        var (me, it, network) = (Shown.Party(q.Source, "source"), Shown.Party(bearer, "target"), Shown.Network(common[0].Name));
        return new Match.Holds(
            Text.Of($"{me} and {it} are both on the default network {network}, where container names do not resolve.",
                $"{me} 和 {it} 都在默认网络 {network} 上，这个网络不能用容器名互相访问。"),
            Show.With(q, Show.Membership(q.World, q.Source), Show.Membership(q.World, bearer), Show.Resolver(q)),
            new Wanted(bearer, q.Asked.Port, null, null, "name"));
    }
}
