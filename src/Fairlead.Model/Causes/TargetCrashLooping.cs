using System.Collections.Immutable;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Walk;
using Fairlead.Model.Words;

namespace Fairlead.Model.Causes;

/// <summary>The target starts, ends and is started again.</summary>
public sealed class TargetCrashLooping : CauseKind
{
    public override string Code => "target-crash-looping";
    public override CauseRank Rank => CauseRank.State;
    public override ImmutableArray<(HopKind, HopResult)> StopsAt => StoppedTarget.Stops;
    public override ImmutableArray<string> Outranks => ["target-not-running", "startup-race", "nothing-listens"];
    public override ImmutableArray<string> Fixes => [];

    public override Match Examine(Question q, Needs needs)
    {
        if ((StoppedTarget.Find(q) ?? StoppedTarget.JustStarted(q)) is not { Container: { } target } found
            || !(target.Restarting || StoppedTarget.StartedWithinAMinute(q.World, target)))
        {
            return Match.NotThis;
        }

        needs.Note("state", target.Name);
        var (it, times) = (Shown.Party(target, "target"), Shown.Number(target.RestartCount ?? 0, "restarts"));
        var title = target.ExitCode is { } code
            ? Text.Of($"{it} keeps crashing: restarted {times} times, last exit code {Shown.Number(code, "exitCode")}. Its own log says why.",
                $"{it} 一启动就退出：已重启 {times} 次，最近的退出码是 {Shown.Number(code, "exitCode")}。原因在它自己的日志里。")
            : Text.Of($"{it} keeps crashing: restarted {times} times. Its own log says why.", $"{it} 一启动就退出：已重启 {times} 次。原因在它自己的日志里。");
        return new Match.Holds(title, Show.With(q, Show.State(target)), found);
    }
}
