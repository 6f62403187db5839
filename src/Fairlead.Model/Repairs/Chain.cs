using System.Collections.Immutable;
using Fairlead.Facts;
using Fairlead.Model.Answer;
using Fairlead.Model.Causes;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Walk;
using Fairlead.Model.World;

namespace Fairlead.Model.Repairs;

/// <summary>One stop met on the way, and the repair that the model made for it.</summary>
/// <param name="Cause">Null where the stop has no cause with a code in this build, but a repair.</param>
public sealed record ChainLink(Found? Cause, Question At, RepairStep? Repair);

/// <summary>A repair that was made in the model.</summary>
/// <param name="Fix">One of the contract's fix ids.</param>
/// <param name="Rule">Of `allow-in-firewall`.</param>
public sealed record RepairStep(string Fix, Question At, Wanted? Whom, FirewallRule? Rule = null);

/// <summary>The result of walking and repairing until it works, or nothing more can be done.</summary>
/// <param name="Links">Stops in the order in which they would be met.</param>
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
            if (step == Most || q.Predicted is Outcome.Ok or Outcome.LeavesHost)
            {
                return new Chained(InOrder(links), q);
            }

            var found = Reasoning.CauseOf(q).Root;
            if (found is null ? ByStop(q) is null || links.Any(l => l.Cause is null) : links.Any(l => l.Cause?.Kind.Code == found.Kind.Code && SameStop(l.At, q)))
            {
                return new Chained(InOrder(links), q);
            }

            var (next, target, repair) = found is null ? ByStop(q)!.Value : ByCause(q, found, mayJoin);
            links.Add(new ChainLink(found, q, repair));
            if (repair is null)
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

    private static (HostWorld, Asked, RepairStep?) ByCause(Question q, Found found, bool mayJoin)
    {
        RepairStep step(string fix, FirewallRule? rule = null) => new(fix, q, found.Match.Meant, rule);
        switch (found.Kind.Code)
        {
            case "networks-disjoint" or "default-bridge-no-dns" when mayJoin && found.Match.Meant?.Container is { } target && q.Source is { } source:
                return (Joining.Ways(q.World, source, target, q.Asked).First().World, q.Path is null ? q.Asked : q.Asked.At(target.Name, q.Asked.Port), step(FixIds.ConnectNetwork));
            case "published-port-used-inside" when mayJoin && found.Match.Meant is { } meant:
                return (q.World, q.Asked.At(q.Asked.Host, meant.Port), step(FixIds.UseContainerPort));
            case "server-bound-to-loopback" or "host-service-bound-to-loopback" when q.Path?.Target is { } target:
                return (Worlds.Rebind(q.World, target, q.Path.TargetPort, q.Asked.Protocol), q.Asked, step(FixIds.RebindListener));
            case "host-firewall-drops" when q.Stop is { Result: HopResult.Drop, Sandbox: { } at } && FirewallRule.For(q) is { } rule:
                return (Worlds.Accept(q.World, at, rule), q.Asked, step(FixIds.AllowInFirewall, rule));
            case "target-not-running" when found.Match.Meant?.Container is { } stopped:
                return (Worlds.Start(q.World, stopped), q.Asked, step(FixIds.StartTarget));
            default:
                return ByStop(q) ?? (q.World, q.Asked, null);
        }
    }

    /// <summary>Repairs of stops that say by themselves what is lacking, whatever they are called.</summary>
    private static (HostWorld, Asked, RepairStep?)? ByStop(Question q)
    {
        if (q.Stop is { Kind: HopKind.Accept, Result: HopResult.Nothing, Sandbox: { IsHost: false } at } && at.Members.FirstOrDefault(m => m.State == "paused") is { } paused)
        {
            return (Worlds.Unpause(q.World, paused), q.Asked, new RepairStep(FixIds.UnpauseTarget, q, new Wanted(paused, q.Path!.TargetPort, null, null, "state")));
        }

        return q.Stop is { Kind: HopKind.Route, Result: HopResult.Drop, Sandbox.IsHost: true, From: ['s', 'y', 's', 'c', 't', 'l', ' ', ..] } stop
            && stop.From.Contains("net.ipv4.", StringComparison.Ordinal) && stop.From.EndsWith("forwarding", StringComparison.Ordinal)
                ? (Worlds.Forward(q.World), q.Asked, new RepairStep(FixIds.EnableForwarding, q, null)) : null;
    }
}
