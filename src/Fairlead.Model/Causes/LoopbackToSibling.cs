using System.Collections.Immutable;
using System.Globalization;
using Fairlead.Model.Answer;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Walk;
using Fairlead.Model.Words;
using Fairlead.Model.World;

namespace Fairlead.Model.Causes;

/// <summary>The source dials its own loopback; the service on that port runs in another container.</summary>
public sealed class LoopbackToSibling : CauseKind
{
    public override string Code => "loopback-to-sibling";
    public override CauseRank Rank => CauseRank.Address;
    public override ImmutableArray<(HopKind, HopResult)> StopsAt => [(HopKind.Listen, HopResult.Nothing)];
    public override ImmutableArray<string> Outranks => ["loopback-is-self", "nothing-listens"];
    public override ImmutableArray<string> Fixes => ["use-name", "use-host-address", "connect-network", "create-network", "use-host-gateway"];

    public override Match Examine(Question q, Needs needs)
    {
        if (!q.ToLoopback || !q.StopsAtSource || q.From.IsHost)
        {
            return Match.NotThis;
        }

        needs.Listeners(q.From, q.Asked.Protocol);
        var holders = needs.Holders(q);
        if (holders.Holders.IsEmpty)
        {
            return needs.AllRead ? Match.NotThis : Match.Unclear;
        }

        if (holders.Holders[0].By == "host-listener")
        {
            return Match.NotThis;
        }

        if (!needs.AllRead)
        {
            return Match.Unclear;
        }

        var (me, at, port) = (Shown.Party(q.Source, "source"), Shown.Address(q.Address!), Shown.Port(q.Asked.Port));
        var evidence = ImmutableArray.CreateBuilder<Evidence?>();
        evidence.Add(Show.NoListener(q.From, q.Address!, q.Asked.Port, q.Asked.Protocol));
        foreach (var holder in holders.Holders.Take(3))
        {
            evidence.Add(holder.Publish is { } p ? Show.Publish(holder.Container!, p) : null);
            evidence.Add(holder.Listener is { } l ? Show.Listener(q.World.SandboxOf(holder.Container!), l) : null);
            evidence.Add(holder is { Publish: null, Listener: null } ? Show.State(holder.Container!) : null);
        }

        return new Match.Holds(Title(q, holders, me, at, port), Show.With(q, evidence.ToImmutable()), holders.Only);
    }

    private static Text Title(Question q, PortHolders holders, Shown me, Shown at, Shown port)
    {
        if (holders.Only is not { Container: { } only } one)
        {
            var names = Shown.List(holders.Holders.Select(h => Shown.ShortName(h.Container!)), "targets");
            return Text.Of($"{at} inside {me} is {me} itself; port {port} belongs to other containers: {names}.",
                $"在 {me} 里，{at} 就是 {me} 自己；{port} 端口属于别的容器：{names}。");
        }

        var it = Shown.Party(only, "target");
        if (one.Publish is { } p && p.HostPort == (int)port.Value.Number! && one.Listener is { } l)
        {
            var (listens, host) = (Shown.Name(Listeners.Show(l), "listener"), Shown.Port(p.HostPort, "hostPort"));
            if (Listeners.Ports(Listeners.Of(q.From, q.Asked.Protocol).Or([])).Take(6).ToArray() is { Length: > 0 } own)
            {
                var open = Shown.List(own.Select(o => o.ToString(CultureInfo.InvariantCulture)), "ownPorts");
                return Text.Of(
                    $"{at} inside {me} is {me} itself, and nothing in it listens on {port} (it listens on {open}). Port {port} is {it}'s: it listens on {listens} and the host passes :{host} to it.",
                    $"在 {me} 里，{at} 就是 {me} 自己，它没有程序监听 {port}（它监听的是 {open}）。{port} 端口属于 {it}：它监听 {listens}，宿主机的 {host} 端口映射到它。");
            }

            return Text.Of(
                $"{at} inside {me} is {me} itself, and nothing in it listens on {port}. Port {port} is {it}'s: it listens on {listens} and the host passes :{host} to it.",
                $"在 {me} 里，{at} 就是 {me} 自己，它没有程序监听 {port}。{port} 端口属于 {it}：它监听 {listens}，宿主机的 {host} 端口映射到它。");
        }

        return Text.Of($"{at} inside {me} is {me} itself, and nothing in it listens on {port}. Port {port} is {it}'s, another container.",
            $"在 {me} 里，{at} 就是 {me} 自己，它没有程序监听 {port}。{port} 端口属于另一个容器 {it}。");
    }
}
