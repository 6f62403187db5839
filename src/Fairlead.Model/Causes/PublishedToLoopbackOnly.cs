using System.Collections.Immutable;
using System.Net;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Walk;
using Fairlead.Model.Words;
using Fairlead.Model.World;

namespace Fairlead.Model.Causes;

/// <summary>The port is published, but on the host's loopback only: every other address of the host refuses (SEMANTICS 1.5).</summary>
public sealed class PublishedToLoopbackOnly : CauseKind
{
    public override string Code => "published-to-loopback-only";
    public override CauseRank Rank => CauseRank.Setting;
    public override ImmutableArray<(HopKind, HopResult)> StopsAt => [(HopKind.Listen, HopResult.Nothing)];
    public override ImmutableArray<string> Outranks => ["expose-is-not-publish", "nothing-listens"];
    public override ImmutableArray<string> Excludes => ["host-service-bound-to-loopback", "server-bound-to-loopback"];   // no service of the host, and the host's stack
    public override ImmutableArray<string> Fixes => ["use-name", "connect-network", "create-network"];

    public override Match Examine(Question q, Needs needs)
    {
        if (!q.StopsAtHost || q.ToLoopback || q.Path!.ThroughProxy)
        {
            return Match.NotThis;
        }

        var published = q.World.PublishersOf(q.Path.TargetPort, q.Asked.Protocol).ToArray();
        if (published.Length == 0 || !published.All(p => IPAddress.IsLoopback(p.Publish.HostIp)))
        {
            return Match.NotThis;
        }

        needs.Note("containers", "engine");
        var (container, publish) = published[0];
        var (it, at) = (Shown.Party(container, "target"), Shown.AddressPort(q.Address!, q.Path.TargetPort, "asked"));
        var door = Shown.AddressPort(publish.HostIp, publish.HostPort, "publish");
        return new Match.Holds(
            Text.Of($"{it} is published on the host's loopback only, as {door}; {at} leads to nobody.", $"{it} 只映射在宿主机的回环地址 {door} 上，{at} 那里没有人接。"),
            Show.With(q, Show.Publish(container, publish), Show.NoListener(q.World.Host, q.Address!, q.Path.TargetPort, q.Asked.Protocol)),
            new Wanted(container, publish.ContainerPort, publish, null, "publish"));
    }
}
