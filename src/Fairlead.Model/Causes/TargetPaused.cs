using System.Collections.Immutable;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Walk;
using Fairlead.Model.Words;
using Fairlead.Model.World;

namespace Fairlead.Model.Causes;

/// <summary>The target is paused: its kernel completes the handshake, and nobody reads what is sent (SEMANTICS 5.1).</summary>
public sealed class TargetPaused : CauseKind
{
    public override string Code => "target-paused";
    public override CauseRank Rank => CauseRank.State;
    public override ImmutableArray<(HopKind, HopResult)> StopsAt => [(HopKind.Accept, HopResult.Nothing)];
    public override ImmutableArray<string> Outranks => ["server-accepts-but-never-answers", "ws-handshake-timeout"];
    public override ImmutableArray<string> Fixes => ["unpause-target"];

    public override Match Examine(Question q, Needs needs)
    {
        if (q.Path?.Target?.Members.FirstOrDefault(m => m.State == "paused") is not { } target || q.StopsAtHost)
        {
            return Match.NotThis;
        }

        needs.Note("state", target.Name);
        var (it, port) = (Shown.Party(target, "target"), Shown.Port(q.Path.TargetPort));
        return new Match.Holds(
            Text.Of($"{it} is paused: the connection to port {port} is accepted by its kernel, and nothing in it runs to answer.",
                $"{it} 被暂停了：{port} 端口的连接由内核接下，但里面没有程序在运行，不会有回应。"),
            Show.With(q, Show.State(target)), new Wanted(target, q.Path.TargetPort, null, q.Stop.Listener, "address"));
    }
}
