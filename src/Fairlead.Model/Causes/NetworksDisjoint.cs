using System.Collections.Immutable;
using Fairlead.Facts;
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
        if (!needs.AllRead)
        {
            return Match.Unclear;
        }

        var byAddress = ToOwnAddress(q, source, bearer);
        return new Match.Holds(Title(q, source, bearer),
            Show.With(q, Show.Membership(q.World, source), Show.Membership(q.World, bearer), Show.Resolver(q)),
            new Wanted(bearer, q.Asked.Port, null, null, "name"), AsBehind: Would(q, source, bearer, byAddress),
            OnlyBehind: byAddress?.Stop is { Rule: { } rule } stop ? Show.Rule(rule, stop.At) : null);
    }

    /// <summary>The same dial at the target's own address, where that would get nowhere either.</summary>
    private static Question? ToOwnAddress(Question q, Container source, Container target)
    {
        var address = q.World.EndpointsOf(target).Select(e => e.IPv4).FirstOrDefault(a => a is not null);
        var asked = address is null ? null : Question.Ask(q.World, source, q.Asked.At(address.ToString(), q.Asked.Port));
        return asked is { Certain: true, Predicted: not (Outcome.Ok or Outcome.Refused), Stop.Reply: false } ? asked : null;
    }

    private static Text Would(Question q, Container source, Container target, Question? byAddress)
    {
        var (me, it, mine, theirs) = Both(q.World, source, target);
        if (byAddress?.Address is not { } ip)
        {
            return Text.Of($"{it} is on {theirs}, {me} on {mine}. Its name would not resolve there.", $"{it} 在 {theirs}，{me} 在 {mine}，没有共同的网络。用名字解析不到。");
        }

        var address = Shown.Address(ip);
        if (byAddress.Stop.Rule is not { } step || byAddress.Predicted != Outcome.Timeout)
        {
            return Text.Of($"{it} is on {theirs}, {me} on {mine}. Its name would not resolve; its address {address} cannot be reached from there.",
                $"{it} 在 {theirs}，{me} 在 {mine}，没有共同的网络。用名字解析不到；用地址 {address} 也到不了。");
        }

        var rule = Shown.Rule($"{step.Table.Name} {step.Chain.Name} {Spec(step)}", "rule");
        return Text.Of($"{it} is on {theirs}, {me} on {mine}. Its name would not resolve; its address {address} would get no answer: {rule}",
            $"{it} 在 {theirs}，{me} 在 {mine}，没有共同的网络。用名字解析不到；用地址 {address} 会一直没有回应，丢包的规则：{rule}");
    }

    /// <summary>The rule without the chain that iptables-save writes before it.</summary>
    private static string Spec(Rules.RuleStep step) =>
        step.Text.StartsWith($"-A {step.Chain.Name} ", StringComparison.Ordinal) ? step.Text[(step.Chain.Name.Length + 4)..] : step.Text;

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
        var (me, it, mine, theirs) = Both(q.World, source, target);
        return Text.Of($"{it} is on {theirs} and {me} on {mine}: they have no network in common.",
            $"{it} 在 {theirs}，{me} 在 {mine}，没有共同的网络。");
    }

    private static (Shown Me, Shown It, Shown Mine, Shown Theirs) Both(HostWorld world, Container source, Container target) =>
        (Shown.Party(source, "source"), Shown.Party(target, "target"),
            Shown.List(NetworkNames(world, source), "sourceNetworks"), Shown.List(NetworkNames(world, target), "targetNetworks"));

    private static IEnumerable<string> NetworkNames(HostWorld world, Container c) => world.EndpointsOf(c) is { IsEmpty: false } endpoints
        ? endpoints.Select(e => e.NetworkName)
        : [c.Mode.ToString().ToLowerInvariant()];
}
