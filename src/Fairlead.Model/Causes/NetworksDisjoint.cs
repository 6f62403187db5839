using System.Collections.Immutable;
using Fairlead.Model.Answer;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Walk;
using Fairlead.Model.Words;
using Fairlead.Model.World;

namespace Fairlead.Model.Causes;

/// <summary>Source and target have no network in common: the name does not resolve there, and the address is dropped between networks.</summary>
public sealed class NetworksDisjoint : CauseKind
{
    public override string Code => "networks-disjoint";
    public override CauseRank Rank => CauseRank.Setting;
    public override ImmutableArray<(HopKind, HopResult)> StopsAt =>
    [
        (HopKind.Resolve, HopResult.Nothing), (HopKind.Filter, HopResult.Drop), (HopKind.Filter, HopResult.Reject), (HopKind.Filter, HopResult.Unknown),
        (HopKind.Route, HopResult.Nothing),
    ];
    public override ImmutableArray<string> Outranks => ["name-unknown", "engine28-direct-access-drop", "forward-drop-by-other-rules", "icc-disabled"];
    public override ImmutableArray<string> Fixes => ["connect-network", "create-network", "use-host-address"];

    public override Match Examine(Question q, Needs needs) => q.Source is null ? Match.NotThis
        : q.Path is null ? ByName(q, q.Source, needs) : ByAddress(q, q.Source, needs);

    private static Match ByName(Question q, Container source, Needs needs)
    {
        var bearer = Bearers.Anywhere(q.World, q.Asked.Host).FirstOrDefault(c => c.Running && c.Id != source.Id);
        if (bearer is null || !q.World.CommonNetworks(source, bearer).IsEmpty || q.World.EndpointsOf(bearer).IsEmpty)
        {
            return Match.NotThis;
        }

        needs.Note("networks", "engine");
        needs.Of(q.From.Facts.ResolverFile, "resolver", q.From.At, "");
        return !needs.AllRead ? Match.Unclear : new Match.Holds(Title(q, source, bearer),
            Show.With(q, Show.Membership(q.World, source), Show.Membership(q.World, bearer), Show.Resolver(q)),
            new Wanted(bearer, q.Asked.Port, null, null, "name"));
    }

    private static Match ByAddress(Question q, Container source, Needs needs)
    {
        var step = q.Stop;
        var dropped = step.Flow is { } flow ? flow.Destination : q.Address!;
        if (step.Reply || q.World.HolderOf(dropped) is not var (holder, endpoint) || holder.Id == q.World.Owner(source).Id
            || q.World.EndpointsOf(source).Any(e => q.World.NetworkOf(e)?.Id == q.World.NetworkOf(endpoint)?.Id))
        {
            return Match.NotThis;
        }

        if (!(step.Sandbox?.IsHost ?? false) && step.Kind != HopKind.Route)
        {
            return Match.NotThis;
        }

        needs.Note("networks", "engine");
        if (step.Result == HopResult.Unknown)
        {
            needs.Lack(step.Unread is { } lack ? [lack] : []);
        }
        else if (step.Rule is not null)
        {
            needs.Note("rules", "host");
        }

        var evidence = Show.With(q, Show.Membership(q.World, source), Show.Membership(q.World, holder),
            step.Rule is { } rule && step.Result != HopResult.Unknown ? Show.Rule(rule, step.At) : (Evidence?)null);
        return new Match.Holds(Title(q, source, holder), evidence, new Wanted(holder, step.Flow?.DestinationPort ?? q.Asked.Port, null, null, "address"),
            Inferred: step.Result == HopResult.Unknown);
    }

    private static Text Title(Question q, Container source, Container target)
    {
        var (me, it) = (Shown.Party(source, "source"), Shown.Party(target, "target"));
        var mine = Shown.List(NetworkNames(q.World, source), "sourceNetworks");
        var theirs = Shown.List(NetworkNames(q.World, target), "targetNetworks");
        return Text.Of($"{it} is on {theirs} and {me} on {mine}: they have no network in common.",
            $"{it} 在 {theirs}，{me} 在 {mine}，没有共同的网络。");
    }

    private static IEnumerable<string> NetworkNames(HostWorld world, Container c) => world.EndpointsOf(c) is { IsEmpty: false } endpoints
        ? endpoints.Select(e => e.NetworkName)
        : [c.Mode.ToString().ToLowerInvariant()];
}
