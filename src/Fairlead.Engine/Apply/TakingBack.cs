using System.Collections.Immutable;
using System.Diagnostics;
using Fairlead.Engine.Client;
using Fairlead.Engine.Journal;

namespace Fairlead.Engine.Apply;

/// <summary>What came of taking an entry back.</summary>
/// <param name="Undone">Commands that say what was done, in the order in which it was done.</param>
/// <param name="Error">The engine's refusal, or why the journal could not be written: the entry stays open, and the next run goes on.</param>
internal sealed record Taken(JournalEntry Entry, ImmutableArray<string> Undone, ImmutableArray<LeftOver> Left, string? Error, bool CanonicalEqual);

/// <summary>
/// Takes the steps of an entry back, last first, as far as they are still ours (SAFETY 30): after a repair that did not help, for `undo`, and for what
/// an earlier run left in the middle. It asks the engine what holds, so it may be killed and run again.
/// </summary>
internal sealed class TakingBack(WorkPlace at, JournalStore journal)
{
    // How long nothing may be left to take back before an interrupted step is believed to be over; with a stop of the engine's on its way, its ten seconds more.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2), QuietWhileStopping = TimeSpan.FromSeconds(13), BetweenLooks = TimeSpan.FromMilliseconds(250), Most = TimeSpan.FromSeconds(40);

    /// <param name="end">The entry's state when all is taken back: reverted or undone.</param>
    /// <param name="interrupted">An earlier run was killed in the middle: what it had just asked of the engine may still be on its way there.</param>
    public async Task<Taken> RunAsync(JournalEntry entry, string end, CancellationToken cancel, bool interrupted = false)
    {
        var undone = ImmutableArray.CreateBuilder<string>();
        var left = ImmutableArray.CreateBuilder<LeftOver>();
        string? error = null;
        for (var i = entry.Steps.Length - 1; i >= 0 && error is null; i--)
        {
            var step = entry.Steps[i];
            if (step.State is StepStates.Planned)
                continue;
            var taken = interrupted ? await UntilQuietAsync(step, entry, cancel) : await StepWorks.Of(step.Action, at).TakeBackAsync(step, entry, cancel);
            error = taken.Error;
            if (taken.What is { } what)
                undone.Add(what);
            if (taken.Left is { } leftover)
                left.Add(leftover);
            if (error is null)
                entry = entry.With(i, step with { State = taken.Left is null ? StepStates.Undone : StepStates.Left });
        }
        var (forms, _) = await Touched.ReadAllAsync(entry.Steps.Select(s => s.Action), at, cancel);
        var equal = error is null && forms.All(f => entry.Before.GetValueOrDefault(f.Key) == f.Value);
        if (error is null)
            entry = entry with { State = end };
        try
        {
            journal.Write(entry);
        }
        catch (JournalException)
        {
            // The engine counts, not the mark: the next run looks again (SAFETY 29).
        }
        return new Taken(entry, undone.ToImmutable(), left.ToImmutable(), error, equal);
    }

    /// <summary>
    /// Takes one step back again and again until there has been nothing to take back, and no refusal, for a while. Seen: a network that appeared after its
    /// maker had been taken for unsuccessful; a container that lost its name, or was stopped, after it had been put back.
    /// </summary>
    private async Task<TakenBack> UntilQuietAsync(JournalStep step, JournalEntry entry, CancellationToken cancel)
    {
        var work = StepWorks.Of(step.Action, at);
        var quiet = step.Action is Model.Repairs.StepAction.RecreateContainer ? QuietWhileStopping : Quiet;
        TakenBack? did = null;
        var (begun, since) = (Stopwatch.GetTimestamp(), Stopwatch.GetTimestamp());
        while (true)
        {
            var taken = await work.TakeBackAsync(step, entry, cancel);
            if (taken.Left is not null || (taken.Error is not null && Stopwatch.GetElapsedTime(begun) > Most))
                return taken;
            if (taken is { What: null, Error: null })
            {
                if (Stopwatch.GetElapsedTime(since) >= quiet)
                    return did ?? taken;
            }
            else
            {
                (did, since) = (taken.Error is null ? taken : did, Stopwatch.GetTimestamp());
            }
            await Task.Delay(BetweenLooks, cancel);
        }
    }
}
