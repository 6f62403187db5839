using System.Collections.Immutable;
using Fairlead.Model.Answer;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Walk;
using Fairlead.Model.Words;
using Fairlead.Model.World;

namespace Fairlead.Model.Causes;

/// <summary>The way to the target is open, but its server listens on the target's own loopback only.</summary>
public sealed class ServerBoundToLoopback : CauseKind
{
    public override string Code => "server-bound-to-loopback";
    public override CauseRank Rank => CauseRank.Setting;
    public override ImmutableArray<(HopKind, HopResult)> StopsAt => [(HopKind.Listen, HopResult.Nothing)];
    public override ImmutableArray<string> Outranks => ["expose-is-not-publish", "nothing-listens"];
    public override ImmutableArray<string> Fixes => ["rebind-listener"];

    public override Match Examine(Question q, Needs needs)
    {
        if (q.Path is not { Target: { IsHost: false } target } path || path.Stop.Sandbox != target || (q.ToLoopback && !path.ThroughProxy && q.StopsAtSource))
        {
            return Match.NotThis;
        }

        var here = needs.Listeners(target, q.Asked.Protocol).Where(l => l.LocalPort == path.TargetPort).ToArray();
        if (!needs.AllRead)
        {
            return Match.Unclear;
        }

        if (here.Length == 0 || !here.All(Listeners.LoopbackOnly))
        {
            return Match.NotThis;
        }

        var container = target.Members.FirstOrDefault();
        var (it, its, port) = (Shown.Party(container, "target"), Shown.Name(Listeners.Show(here[0]), "listener"), Shown.Port(path.TargetPort));
        var title = path.ThroughProxy
            ? Text.Of($"{it} listens on {its} only, which is its own loopback: docker-proxy accepts on the host and then cannot reach port {port} in it.",
                $"{it} 只监听 {its}，那是它自己的回环地址：宿主机上的 docker-proxy 接受了连接，却连不到它的 {port} 端口。")
            : Text.Of($"{it} listens on {its} only, which is its own loopback: port {port} is closed to everybody else.",
                $"{it} 只监听 {its}，那是它自己的回环地址：别人连不到它的 {port} 端口。");
        var published = container is null ? null : q.World.Owner(container).Published.FirstOrDefault(p => p.HostPort == q.Asked.Port && p.ContainerPort == path.TargetPort);
        return new Match.Holds(title,
            Show.With(q, Show.Listener(target, here[0]), published is not null ? Show.Publish(q.World.Owner(container!), published) : (Evidence?)null),
            container is null ? null : new Wanted(container, path.TargetPort, published, here[0], "listener"));
    }
}
