using Fairlead.Engine.Apply;
using Fairlead.Model.Answer;

namespace Fairlead.Cli.Commands;

/// <summary>
/// What the commands ask of the rest of Fairlead. A member that is null is not built, and its command is absent.
/// </summary>
internal sealed record Backend
{
    /// <summary>Source, target: a diagnosis.</summary>
    public Func<Settings, string, string, CancellationToken, Task<Diagnosis>>? Why { get; init; }

    /// <summary>The host's failing connections.</summary>
    public Func<Settings, CancellationToken, Task<ScanAnswer>>? Scan { get; init; }

    /// <summary>The host at one look.</summary>
    public Func<Settings, CancellationToken, Task<MapAnswer>>? Map { get; init; }
    /// <summary>Carries out a plan.</summary>
    public Func<Settings, FixWish, FixTalk, CancellationToken, Task<FixResult>>? Fix { get; init; }

    /// <summary>Takes a change back; null when the person said no.</summary>
    public Func<Settings, UndoWish, FixTalk, CancellationToken, Task<UndoAnswer?>>? Undo { get; init; }

    /// <summary>Looks at the engine and writes a snapshot to a file; gives the sentence to print.</summary>
    public Func<Settings, string, CancellationToken, Task<string>>? SaveSnapshot { get; init; }

    /// <summary>Checks a snapshot file; gives the sentence to print.</summary>
    public Func<Settings, string, CancellationToken, Task<string>>? LoadSnapshot { get; init; }

    /// <summary>Answers requests on standard input until it ends or its time is over.</summary>
    public Func<TimeSpan, CancellationToken, Task<int>>? Agent { get; init; }

    /// <summary>Throws <see cref="CannotAnswerException"/> when no engine answers.</summary>
    public Func<Settings, CancellationToken, Task>? CheckEngine { get; init; }
}
