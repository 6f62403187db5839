using System.Collections.Immutable;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Walk;
using Fairlead.Model.Words;
using Fairlead.Model.World;

namespace Fairlead.Model.Causes;

/// <summary>Loopback is dialled, and nothing of that port is found on the host or in any container.</summary>
public sealed class LoopbackIsSelf : CauseKind
{
    public override string Code => "loopback-is-self";
    public override CauseRank Rank => CauseRank.Description;
    public override ImmutableArray<(HopKind, HopResult)> StopsAt => [(HopKind.Listen, HopResult.Nothing)];
    public override ImmutableArray<string> Outranks => ["nothing-listens"];
    public override ImmutableArray<string> Fixes => ["fix-port"];

    public override Match Examine(Question q, Needs needs)
    {
        if (!q.ToLoopback || !q.StopsAtSource || q.From.IsHost)
        {
            return Match.NotThis;
        }

        var own = needs.Listeners(q.From, q.Asked.Protocol);
        if (own.Any(l => l.LocalPort == q.Asked.Port && Listeners.Serves(l, q.Address!)))
        {
            return Match.NotThis;
        }

        if (!needs.Holders(q).Holders.IsEmpty)
        {
            return Match.NotThis;
        }

        if (!needs.AllRead)
        {
            return Match.Unclear;
        }

        var (me, at, port) = (Shown.Party(q.Source, "source"), Shown.Address(q.Address!), Shown.Port(q.Asked.Port));
        return new Match.Holds(
            Text.Of($"{at} inside {me} is {me} itself, and nothing in it listens on {port}; neither does the host or any other container.",
                $"在 {me} 里，{at} 就是 {me} 自己，它没有程序监听 {port}；宿主机和其他容器也没有。"),
            Show.With(q, Show.NoListener(q.From, q.Address!, q.Asked.Port, q.Asked.Protocol),
                q.World.Host.Facts.Sockets.IsKnown ? Show.NoListener(q.World.Host, q.Address!, q.Asked.Port, q.Asked.Protocol) : null));
    }
}
