using System.Collections.Immutable;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Walk;
using Fairlead.Model.Words;

namespace Fairlead.Model.Causes;

/// <summary>The target exists and does not run: its name is gone from the embedded DNS, its published port is closed, its address answers nobody.</summary>
public sealed class TargetNotRunning : CauseKind
{
    public override string Code => "target-not-running";
    public override CauseRank Rank => CauseRank.State;
    public override ImmutableArray<(HopKind, HopResult)> StopsAt => StoppedTarget.Stops;
    public override ImmutableArray<string> Outranks => ["networks-disjoint", "name-unknown", "no-such-address", "hardcoded-container-ip", "nothing-listens", "default-bridge-no-dns"];
    public override ImmutableArray<string> Fixes => ["start-target"];

    public override Match Examine(Question q, Needs needs)
    {
        if (StoppedTarget.Find(q) is not { } found)
        {
            needs.Lack(StoppedTarget.NotInspected(q));
            return needs.AllRead ? Match.NotThis : Match.Unclear;
        }

        if (found.Container is not { Running: false, Restarting: false } target)
        {
            return Match.NotThis;
        }

        needs.Note("state", target.Name);
        var (it, state) = (Shown.Party(target, "target"), Shown.Name(target.State, "state"));
        var title = target.ExitCode is { } code
            ? Text.Of($"{it} is not running ({state}, exit code {Shown.Number(code, "exitCode")}).", $"{it} 没有在运行（{state}，退出码 {Shown.Number(code, "exitCode")}）。")
            : Text.Of($"{it} is not running ({state}).", $"{it} 没有在运行（{state}）。");
        return new Match.Holds(title, Show.With(q, Show.State(target)), found);
    }
}
