using System.Collections.Immutable;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Walk;
using Fairlead.Model.Words;
using Fairlead.Model.World;

namespace Fairlead.Model.Causes;

/// <summary>The host's address is right, but its service listens on the host's loopback only.</summary>
public sealed class HostServiceBoundToLoopback : CauseKind
{
    public override string Code => "host-service-bound-to-loopback";
    public override CauseRank Rank => CauseRank.Setting;
    public override ImmutableArray<(HopKind, HopResult)> StopsAt => [(HopKind.Listen, HopResult.Nothing)];
    public override ImmutableArray<string> Outranks => ["expose-is-not-publish", "nothing-listens"];
    public override ImmutableArray<string> Excludes => ["server-bound-to-loopback"];   // one is the host's stack, the other a container's
    public override ImmutableArray<string> Fixes => ["rebind-listener"];

    public override Match Examine(Question q, Needs needs)
    {
        if (!q.StopsAtHost || q.ToLoopback || q.Path!.ThroughProxy)
        {
            return Match.NotThis;
        }

        var here = needs.Listeners(q.World.Host, q.Asked.Protocol).Where(l => l.LocalPort == q.Path.TargetPort).ToArray();
        if (!needs.AllRead)
        {
            return Match.Unclear;
        }

        // A port published on 127.0.0.1 is held by docker-proxy or dockerd, and is another cause's business.
        if (here.Length == 0 || !here.All(Listeners.LoopbackOnly) || q.World.PublishersOf(q.Path.TargetPort, q.Asked.Protocol).Any())
        {
            return Match.NotThis;
        }

        var (me, at, port) = (Shown.Party(q.Source, "source"), Shown.Address(q.Address!), Shown.Port(q.Asked.Port));
        var its = Shown.Name(Listeners.Show(here[0]), "listener");
        return new Match.Holds(
            Text.Of($"The host's service on port {port} listens on {its} only, so it does not answer {me} at {at}.",
                $"宿主机上 {port} 端口的服务只监听 {its}，所以 {me} 用 {at} 连不上它。"),
            Show.With(q, Show.Listener(q.World.Host, here[0]), Show.NoListener(q.World.Host, q.Address!, q.Path.TargetPort, q.Asked.Protocol)),
            new Wanted(null, q.Path.TargetPort, null, here[0], "host-listener"));
    }
}
