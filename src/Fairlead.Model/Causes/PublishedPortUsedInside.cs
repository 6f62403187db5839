using System.Collections.Immutable;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Walk;
using Fairlead.Model.Words;
using Fairlead.Model.World;

namespace Fairlead.Model.Causes;

/// <summary>A container is dialled by its name or address with the port that it has on the host; inside, its server has another port.</summary>
public sealed class PublishedPortUsedInside : CauseKind
{
    public override string Code => "published-port-used-inside";
    public override CauseRank Rank => CauseRank.Address;
    public override ImmutableArray<(HopKind, HopResult)> StopsAt => [(HopKind.Listen, HopResult.Nothing)];
    public override ImmutableArray<string> Outranks => ["loopback-to-sibling", "loopback-is-self", "nothing-listens"];
    public override ImmutableArray<string> Fixes => ["use-container-port"];

    public override Match Examine(Question q, Needs needs)
    {
        if (q.Path is not { Target: { IsHost: false } target, ThroughProxy: false } path || path.Stop.Sandbox != target || path.TargetPort != q.Asked.Port)
        {
            return Match.NotThis;
        }

        var here = needs.Listeners(target, q.Asked.Protocol);
        if (!needs.AllRead)
        {
            return Match.Unclear;
        }

        var container = target.Members.Select(q.World.Owner).FirstOrDefault(c => Published(c, q) is not null);
        if (container is null || here.Any(l => l.LocalPort == q.Asked.Port))
        {
            return Match.NotThis;
        }

        var p = Published(container, q)!;
        var listener = here.FirstOrDefault(l => l.LocalPort == p.ContainerPort);
        var (it, wrong, right) = (Shown.Party(container, "target"), Shown.Port(q.Asked.Port), Shown.Port(p.ContainerPort, "containerPort"));
        return new Match.Holds(
            Text.Of($"{wrong} is {it}'s port on the host; inside, where you dial it directly, its port is {right}.",
                $"{wrong} 是 {it} 在宿主机上的端口；直接连容器要用它里面的端口 {right}。"),
            Show.With(q, Show.Publish(container, p), Show.NoListener(target, q.Address!, q.Asked.Port, q.Asked.Protocol),
                listener is not null ? Show.Listener(target, listener) : null),
            new Wanted(container, p.ContainerPort, p, listener, "publish"));
    }

    private static Publish? Published(Container c, Question q) =>
        c.Published.FirstOrDefault(p => p.HostPort == q.Asked.Port && p.ContainerPort != q.Asked.Port && p.Protocol == q.Asked.Protocol);
}
