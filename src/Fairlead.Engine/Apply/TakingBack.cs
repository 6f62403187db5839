using System.Collections.Immutable;
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
    // Four seconds: a network is made in a tenth of one, on a busy machine in one.
    private const int Looks = 21;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(200);

    /// <param name="end">The entry's state when all is taken back: reverted or undone.</param>
    public async Task<Taken> RunAsync(JournalEntry entry, string end, CancellationToken cancel)
    {
        var undone = ImmutableArray.CreateBuilder<string>();
        var left = ImmutableArray.CreateBuilder<LeftOver>();
        string? error = null;
        for (var i = entry.Steps.Length - 1; i >= 0 && error is null; i--)
        {
            var step = entry.Steps[i];
            if (step.State is StepStates.Planned)
                continue;
            var taken = await LookAsync(step, entry, cancel);
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
    /// Takes one step back. What a killed run had just asked of the engine may still be on its way there (seen: a network that appeared after its maker
    /// had been taken for unsuccessful): of such a step nothing to take back is believed only after a while.
    /// </summary>
    private async Task<TakenBack> LookAsync(JournalStep step, JournalEntry entry, CancellationToken cancel)
    {
        var work = StepWorks.Of(step.Action, at);
        var looks = step.State == StepStates.Begun && entry.Pid != Environment.ProcessId ? Looks : 1;
        for (var look = 1; ; look++)
        {
            var taken = await work.TakeBackAsync(step, entry, cancel);
            if (taken is not { What: null, Left: null, Error: null } || look == looks)
                return taken;
            await Task.Delay(BetweenLooks, cancel);
        }
    }
}
