using System.Collections.Immutable;
using Fairlead.Facts;
using Fairlead.Model.Answer;
using Fairlead.Model.Causes;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Walk;
using Fairlead.Model.World;

namespace Fairlead.Model.Repairs;

/// <summary>One cause met on the way, and the repair that the model made for it.</summary>
public sealed record ChainLink(Found Cause, Question At, RepairStep? Repair);

/// <summary>A repair that was made in the model.</summary>
/// <param name="Fix">One of the contract's fix ids.</param>
public sealed record RepairStep(string Fix, Question At, Wanted? Whom);

/// <summary>The result of walking and repairing until it works, or nothing more can be done.</summary>
/// <param name="Links">Causes in the order in which they would be met.</param>
/// <param name="End">The last walk.</param>
public sealed record Chained(ImmutableArray<ChainLink> Links, Question End)
{
    public bool Works => End.Predicted is Outcome.Ok or Outcome.LeavesHost;
    public ImmutableArray<RepairStep> Repairs => [.. Links.Where(l => l.Repair is not null).Select(l => l.Repair!)];
}

/// <summary>Counterfactual walking (docs/adr/0008-plans-by-counterfactual-walking.md): walk, cause, its repair on the world, walk again; at most six steps.</summary>
public static class Chain
{
    private const int Most = 6;

    /// <param name="mayJoin">Whether joining networks and writing another port are among the repairs.</param>
    public static Chained Run(HostWorld world, Container? source, Asked asked, bool mayJoin)
    {
        var links = ImmutableArray.CreateBuilder<ChainLink>();
        for (var step = 0; ; step++)
        {
            var q = Question.Ask(world, source is null ? null : world.ById(source.Id), asked);
            if (step == Most || q.Predicted is Outcome.Ok or Outcome.LeavesHost || Reasoning.CauseOf(q).Root is not { } found
                || links.Any(l => l.Cause.Kind.Code == found.Kind.Code && SameStop(l.At, q)))
            {
                return new Chained(InOrder(links), q);
            }

            var (next, target, fix) = Repair(q, found, mayJoin);
            links.Add(new ChainLink(found, q, fix is null ? null : new RepairStep(fix, q, found.Match.Meant)));
            if (fix is null)
            {
                return new Chained(InOrder(links), q);
            }

            (world, asked) = (next, target);
        }
    }

    // Of one stack the service comes before the firewall that guards it: opening a port on which nothing answers helps nobody (CONTRACT part 7, case 1).
    private static ImmutableArray<ChainLink> InOrder(ImmutableArray<ChainLink>.Builder links)
    {
        for (var i = links.Count - 1; i > 0; i--)
        {
            if (links[i].Repair?.Fix == FixIds.RebindListener && links[i - 1].Repair?.Fix == FixIds.AllowInFirewall)
            {
                (links[i], links[i - 1]) = (links[i - 1], links[i]);
            }
        }

        return links.ToImmutable();
    }

    // The same rule or listener again means that the repair did not help; another rule of the same kind is a new step.
    private static bool SameStop(Question a, Question b) =>
        a.Stop.Rule is null || b.Stop.Rule is null || (a.Stop.Rule.Rule == b.Stop.Rule.Rule && a.Stop.Rule.Chain.Name == b.Stop.Rule.Chain.Name);

    private static (HostWorld, Asked, string?) Repair(Question q, Found found, bool mayJoin)
    {
        switch (found.Kind.Code)
        {
            case "networks-disjoint" or "default-bridge-no-dns" when mayJoin && found.Match.Meant?.Container is { } target && q.Source is { } source:
                var joined = JoinThem(q.World, source, target);
                return (joined, q.Path is null ? q.Asked : q.Asked.At(target.Name, q.Asked.Port), FixIds.ConnectNetwork);
            case "published-port-used-inside" when mayJoin && found.Match.Meant is { } meant:
                return (q.World, q.Asked.At(q.Asked.Host, meant.Port), FixIds.UseContainerPort);
            case "server-bound-to-loopback" or "host-service-bound-to-loopback" when q.Path?.Target is { } target:
                return (Worlds.Rebind(q.World, target, q.Path.TargetPort, q.Asked.Protocol), q.Asked, FixIds.RebindListener);
            case "host-firewall-drops" when q.Stop is { Rule: { } rule, Flow: { } flow, Sandbox: { } at, Result: HopResult.Drop }:
                return (Worlds.Accept(q.World, at, rule, InInterface(q), flow.Protocol, flow.DestinationPort), q.Asked, FixIds.AllowInFirewall);
            case "target-not-running" when found.Match.Meant?.Container is { } stopped:
                return (Worlds.Start(q.World, stopped), q.Asked, FixIds.StartTarget);
            default:
                return (q.World, q.Asked, null);
        }
    }

    /// <summary>The bridge by which the source's packets reach the host; null where they do not come by one.</summary>
    public static string? InInterface(Question q) => q.Source is null ? null
        : q.World.EndpointsOf(q.Source) is [var only] ? q.World.NetworkOf(only)?.BridgeName
        : q.Path?.Steps.LastOrDefault(s => s.Flow is not null && ReferenceEquals(s.Sandbox, q.From))?.Flow?.Source is { } src
            ? q.World.NetworkContaining(src)?.BridgeName : null;

    private static HostWorld JoinThem(HostWorld world, Container source, Container target)
    {
        var network = JoinChoice.Existing(world, source, target);
        if (network is { } choice)
        {
            return Worlds.Join(world, choice.Joiner, choice.Network);
        }

        var (created, fresh) = Worlds.Create(world, JoinChoice.NewName(world));
        return Worlds.Join(Worlds.Join(created, source, fresh), target, fresh);
    }
}
