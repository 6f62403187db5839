using System.Collections.Immutable;
using Fairlead.Engine.Asking;
using Fairlead.Engine.Client;
using Fairlead.Engine.Journal;
using Fairlead.Model.Answer;
using Fairlead.Model.Words;

namespace Fairlead.Engine.Apply;

/// <summary>`undo`: takes back a change that was kept, or goes on with one that was left in the middle.</summary>
public static class UndoQuestion
{
    /// <returns>Null when the person said no.</returns>
    /// <exception cref="AskException">No such entry; nobody to ask.</exception>
    /// <exception cref="EngineUnavailableException">No engine answers, or another Fairlead is at it.</exception>
    public static async Task<UndoAnswer?> RunAsync(WhyOptions options, UndoWish wish, FixTalk talk, CancellationToken cancel)
    {
        await using var at = await Changing.OpenAsync(options, wish.State, cancel);
        var journal = at.Journal(make: false);
        var entries = at.Entries(journal);
        if (wish.Id is { } id && entries.All(e => e.Id != id))
            throw Refuse.Bad(ErrorCodes.BadUsage, at.At.Say($"there is no change {id}", $"没有编号 {id} 的改动"),
                at.At.Say("Changes that can be undone: ", "可以撤销的：") + string.Join(", ", entries.Where(Undoable).Select(e => e.Id)));
        if (!entries.Any(Undoable))
            return new UndoAnswer { CanonicalEqual = true };

        using var held = at.Take(journal);
        var recovered = await at.RecoverAsync(journal, cancel);
        if (recovered.FirstOrDefault(r => wish.Id is null || r.Journal == wish.Id) is { } done)
            return done;
        foreach (var other in recovered)
            talk.Recovered(other);
        var entry = at.Entries(journal).LastOrDefault(e => wish.Id is { } given ? e.Id == given : Undoable(e));
        if (entry is null || !Undoable(entry))
            return new UndoAnswer { Journal = entry?.Id, CanonicalEqual = true };
        if (!wish.Yes && !Allowed(at, entry, talk))
            return null;
        entry = entry with { State = EntryStates.Undoing };
        at.Kept(() => { journal.Write(entry); return 0; });
        // Begun is finished, whoever interrupts: half an undo helps nobody.
        var taken = await new TakingBack(at.At, journal).RunAsync(entry, EntryStates.Undone, CancellationToken.None);
        return taken.Error is { } error
            ? throw Refuse.Trouble(EngineFailure.Gone, at.At.Say($"change {entry.Id} cannot be taken back: {error}", $"编号 {entry.Id} 的改动撤不回来：{error}"),
                at.At.Say($"Try again: fairlead undo {entry.Id}", $"可以再试：fairlead undo {entry.Id}"))
            : Changing.AnswerOf(taken);
    }

    private static bool Undoable(JournalEntry entry) => entry.IsOpen || entry.State == EntryStates.Kept;

    private static bool Allowed(Changing at, JournalEntry entry, FixTalk talk)
    {
        if (talk.ConfirmUndo is not { } confirm)
            throw Refuse.Bad(ErrorCodes.BadUsage, at.At.Say("nobody can be asked here, and --yes was not given: nothing was done", "这里没有人可以问，也没有写 --yes：什么也没做"),
                at.At.Say($"Type: fairlead undo {entry.Id} --yes", $"请敲：fairlead undo {entry.Id} --yes"));
        var steps = entry.Steps.Where(s => s.State != StepStates.Planned).Reverse().ToArray();
        return confirm(new UndoOffer(entry.Id, [.. steps.Where(s => s.Undo.Length > 0).Select(s => Shell.Command(s.Undo))],
            [.. steps.Select(s => StepWorks.Of(s.Action, at.At).UndoCuts(s)).OfType<string>()]));
    }
}
