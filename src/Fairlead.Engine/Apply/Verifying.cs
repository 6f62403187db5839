using System.Collections.Immutable;
using Fairlead.Engine.Asking;
using Fairlead.Engine.Capture;
using Fairlead.Engine.Journal;
using Fairlead.Facts;
using Fairlead.Model.Answer;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Repairs;

namespace Fairlead.Engine.Apply;

/// <summary>The question asked again, with the new target, from the source's own namespace and in the application's protocol.</summary>
internal sealed class Verifying(Changing at)
{
    // At most four connects a target (SAFETY 35): a server that was started just now gets its time in between.
    private static readonly TimeSpan[] Waits = [TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(6)];

    /// <summary>The last answer; null when nobody may dial.</summary>
    public async Task<WhyAnswer?> WorksAsync(Diagnosis before, Asked target, ImmutableArray<JournalStep> steps, CancellationToken cancel)
    {
        // A part of a name or an id may mean nothing any more, or somebody else; the name is what a repair keeps.
        var source = before.Source.Kind == PartyKinds.Host ? "host" : "container:" + before.Source.Name;
        var starts = steps.Any(s => s.Action is StepAction.StartContainer or StepAction.RestartContainer or StepAction.RecreateContainer);
        for (var i = 0; ; i++)
        {
            await using var session = at.NewSession();
            var answer = await WhyQuestion.AskAsync(at.Options, new HostCapture(at.Client, session, at.Options.Clock), source, target, cancel);
            if (answer.Diagnosis.Observed is null)
                return null;
            if (Works(answer.Diagnosis, before) || !starts || i == Waits.Length)
                return answer;
            await Task.Delay(Waits[i], at.Options.Clock, cancel);
        }
    }

    /// <summary>
    /// Whether the repair helped: the connection stands and speaks the protocol. What the application says over it (a 500, an access rule) is its own
    /// affair, unless that was what was wrong before.
    /// </summary>
    public static bool Works(Diagnosis after, Diagnosis before) => after.Verdict == Verdicts.Reachable
        || (after.Verdict == Verdicts.Degraded && after.Observed?.Outcome == Outcome.Ok && before.Observed?.Outcome != Outcome.Ok);
}
