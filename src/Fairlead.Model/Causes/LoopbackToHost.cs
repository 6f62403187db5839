using System.Collections.Immutable;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Walk;
using Fairlead.Model.Words;
using Fairlead.Model.World;

namespace Fairlead.Model.Causes;

/// <summary>The source dials its own loopback; the service on that port runs on the host, or in a container that uses the host's network.</summary>
public sealed class LoopbackToHost : CauseKind
{
    public override string Code => "loopback-to-host";
    public override CauseRank Rank => CauseRank.Address;
    public override ImmutableArray<(HopKind, HopResult)> StopsAt => [(HopKind.Listen, HopResult.Nothing)];
    public override ImmutableArray<string> Outranks => ["loopback-is-self", "nothing-listens"];
    public override ImmutableArray<string> Excludes => ["loopback-to-sibling", "published-port-used-inside"];   // the host's own service comes first among those who have the port
    public override ImmutableArray<string> Fixes => ["use-host-address", "use-gateway-address", "use-host-gateway", "rebind-listener", "allow-in-firewall"];

    public override Match Examine(Question q, Needs needs)
    {
        if (!q.ToLoopback || !q.StopsAtSource || q.From.IsHost)
        {
            return Match.NotThis;
        }

        needs.Listeners(q.From, q.Asked.Protocol);
        var holders = needs.Holders(q);
        if (holders.Holders is not [{ By: "host-listener", Listener: { } listener } host])
        {
            return needs.AllRead || !holders.Holders.IsEmpty ? Match.NotThis : Match.Unclear;
        }

        var (me, at, port) = (Shown.Party(q.Source, "source"), Shown.Address(q.Address!), Shown.Port(q.Asked.Port));
        var its = Shown.Name(Listeners.Show(listener), "listener");
        var title = listener.Process is { } process
            ? Text.Of(
                $"{at} inside {me} is {me} itself. Port {port} is open on the host: {Shown.Name(process.Name, "process")} (pid {Shown.Number(process.Pid, "pid")}), {its}.",
                $"在 {me} 里，{at} 就是 {me} 自己。{port} 端口开在宿主机上：{Shown.Name(process.Name, "process")}（进程 {Shown.Number(process.Pid, "pid")}），{its}。")
            : Text.Of($"{at} inside {me} is {me} itself. Port {port} is open on the host: {its}.", $"在 {me} 里，{at} 就是 {me} 自己。{port} 端口开在宿主机上：{its}。");
        return new Match.Holds(title,
            Show.With(q, Show.NoListener(q.From, q.Address!, q.Asked.Port, q.Asked.Protocol), Show.Listener(q.World.Host, listener)), host);
    }
}
