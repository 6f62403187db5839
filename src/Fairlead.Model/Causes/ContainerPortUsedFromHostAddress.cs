using System.Collections.Immutable;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Walk;
using Fairlead.Model.Words;
using Fairlead.Model.World;

namespace Fairlead.Model.Causes;

/// <summary>A host address is dialled with the port that a container has inside; on the host it is published under another one.</summary>
public sealed class ContainerPortUsedFromHostAddress : CauseKind
{
    public override string Code => "container-port-used-from-host-address";
    public override CauseRank Rank => CauseRank.Address;
    public override ImmutableArray<(HopKind, HopResult)> StopsAt => [(HopKind.Listen, HopResult.Nothing)];
    public override ImmutableArray<string> Outranks => ["expose-is-not-publish", "nothing-listens"];
    public override ImmutableArray<string> Excludes => ["loopback-to-host", "loopback-to-sibling", "published-port-used-inside"];   // it is about a dial of the host's address
    public override ImmutableArray<string> Fixes => ["use-published-port", "use-name", "connect-network"];

    public override Match Examine(Question q, Needs needs)
    {
        if (!q.StopsAtHost || q.Path!.ThroughProxy || q.Path.TargetPort != q.Asked.Port)
        {
            return Match.NotThis;
        }

        var here = needs.Listeners(q.World.Host, q.Asked.Protocol);
        if (!needs.AllRead)
        {
            return Match.Unclear;
        }

        if (here.Any(l => l.LocalPort == q.Asked.Port))
        {
            return Match.NotThis;
        }

        var candidates = q.World.PublishersOfOwn(q.Asked.Port, q.Asked.Protocol).Where(p => p.Publish.HostPort != q.Asked.Port).DistinctBy(p => p.Container.Id).ToArray();
        if (candidates is not [var (container, publish)])
        {
            return Match.NotThis;
        }

        needs.Note("containers", "engine");
        var (it, inside, outside) = (Shown.Party(container, "target"), Shown.Port(q.Asked.Port), Shown.Port(publish.HostPort, "hostPort"));
        return new Match.Holds(
            Text.Of($"{inside} is {it}'s port inside the container; on the host it is published as {outside}.",
                $"{inside} 是 {it} 在容器里的端口；它在宿主机上映射的是 {outside}。"),
            Show.With(q, Show.Publish(container, publish), Show.NoListener(q.World.Host, q.Address!, q.Asked.Port, q.Asked.Protocol)),
            new Wanted(container, q.Asked.Port, publish, null, "container-port"));
    }
}
