using System.Collections.Immutable;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Walk;
using Fairlead.Model.Words;
using Fairlead.Model.World;

namespace Fairlead.Model.Causes;

/// <summary>The address is right, and nothing listens on that port there.</summary>
public sealed class NothingListens : CauseKind
{
    public override string Code => "nothing-listens";
    public override CauseRank Rank => CauseRank.Description;
    public override ImmutableArray<(HopKind, HopResult)> StopsAt => [(HopKind.Listen, HopResult.Nothing)];
    public override ImmutableArray<string> Fixes => ["fix-port"];

    public override Match Examine(Question q, Needs needs)
    {
        if (q.Path is not { Target: { } target } path || path.Stop.Sandbox != target)
        {
            return Match.NotThis;
        }

        var all = needs.Listeners(target, q.Asked.Protocol);
        if (!needs.AllRead)
        {
            return Match.Unclear;
        }

        var container = target.IsHost ? null : target.Members.FirstOrDefault();
        var (it, port) = (Shown.Party(container, "target"), Shown.Port(path.TargetPort));
        var listening = all.Where(l => !target.IsHost && !Listeners.LoopbackOnly(l)).ToImmutableArray();
        var others = Listeners.Ports(listening).Take(8).Select(p => p.ToString(System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        var elsewhere = Elsewhere(q, all, path);
        var title = elsewhere.Length > 0
            ? Text.Of($"Port {port} of {it} is open on {Shown.List(elsewhere, "openOn")} only, not on {Shown.Address(path.TargetAddress ?? q.Address!)}.",
                $"{it} 的 {port} 端口只在 {Shown.List(elsewhere, "openOn")} 上开着，在 {Shown.Address(path.TargetAddress ?? q.Address!)} 上没有。")
            : others.Length > 0
            ? Text.Of($"Nothing in {it} listens on port {port}; it listens on {Shown.List(others, "listening")}.",
                $"{it} 里没有程序监听 {port} 端口；它监听的是 {Shown.List(others, "listening")}。")
            : container is null
                ? Text.Of($"Nothing on {it} listens on port {port}, and no container publishes it.", $"{it} 上没有程序监听 {port} 端口，也没有容器映射它。")
                : Text.Of($"Nothing in {it} listens on port {port}.", $"{it} 里没有程序监听 {port} 端口。");
        return new Match.Holds(title, Show.With(q, Show.NoListener(target, path.TargetAddress ?? q.Address!, path.TargetPort, q.Asked.Protocol)),
            Publisher(q, path) ?? new Wanted(container, path.TargetPort, null, null, "address"));
    }

    /// <summary>Who publishes the port at another address of the host: that container was meant.</summary>
    private static Wanted? Publisher(Question q, WalkPath path) =>
        path.Target!.IsHost && q.World.PublishersOf(path.TargetPort, q.Asked.Protocol).ToArray() is [var (container, publish), ..]
            ? new Wanted(container, publish.ContainerPort, publish, null, "publish") : null;

    /// <summary>Other addresses of the same stack on which the port is open: listened on there, or published there.</summary>
    private static string[] Elsewhere(Question q, ImmutableArray<Facts.SocketFact> listeners, WalkPath path) =>
        [.. listeners.Where(l => l.LocalPort == path.TargetPort).Select(l => l.Local)
            .Concat(path.Target!.IsHost ? q.World.PublishersOf(path.TargetPort, q.Asked.Protocol).Select(p => p.Publish.HostIp) : [])
            .Select(a => a.ToString()).Distinct().Order(StringComparer.Ordinal).Take(4)];
}
