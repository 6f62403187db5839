using System.Collections.Immutable;

namespace Fairlead.Model.Answer;

/// <summary>The answer to `fix`: fairlead.fix/1.</summary>
public sealed record FixAnswer
{
    public const string CurrentSchema = "fairlead.fix/1";

    public string Schema { get; init; } = CurrentSchema;

    /// <summary>The plan that was chosen; null when there was nothing to repair.</summary>
    public Plan? Plan { get; init; }

    /// <summary>Whether its steps hold at the engine now.</summary>
    public required bool Applied { get; init; }

    /// <summary>Those that were carried out.</summary>
    public ImmutableArray<FixStep> Steps { get; init; } = [];

    /// <summary>Outcome of the target before; one of <see cref="Facts.Outcome"/>.</summary>
    public required string Before { get; init; }

    /// <summary>Outcome of the new target after; null when nothing was applied, or nobody could dial.</summary>
    public string? After { get; init; }

    /// <summary>It was applied, did not help, and was taken back.</summary>
    public bool Reverted { get; init; }

    /// <summary>What a person still has to do, such as typing the new address.</summary>
    public ImmutableArray<PlanStep> Remaining { get; init; } = [];

    /// <summary>Number of its entry in the journal.</summary>
    public int? Journal { get; init; }

    /// <summary>What takes it back, to type; null when there is nothing to take back.</summary>
    public string? Undo { get; init; }

    /// <summary>Pairs that were dialled before and after.</summary>
    public ImmutableArray<PairChange> Changed { get; init; } = [];

    /// <summary>Why it did not succeed, in one line; null when it did. An addition to the contract.</summary>
    public string? Error { get; init; }

    /// <summary>The dial that verified it. An addition to the contract.</summary>
    public PlanDial? Verified { get; init; }

    /// <summary>After it was taken back: whether what it touched is as it was; null when it was not taken back. An addition to the contract.</summary>
    public bool? CanonicalEqual { get; init; }
}

/// <summary>A step that was carried out.</summary>
/// <param name="Argv">What a person would type.</param>
public sealed record FixStep(ImmutableArray<string> Argv, bool Ok, double Ms, string? Error);

/// <summary>What became of a connection; before and after are outcomes.</summary>
public sealed record PairChange(string Source, string Target, string Before, string After);

/// <summary>The answer to `undo`: fairlead.undo/1.</summary>
public sealed record UndoAnswer
{
    public const string CurrentSchema = "fairlead.undo/1";

    public string Schema { get; init; } = CurrentSchema;

    /// <summary>Number of the entry; null when there was nothing to undo.</summary>
    public int? Journal { get; init; }

    /// <summary>What was taken back, as commands, in order.</summary>
    public ImmutableArray<string> Undone { get; init; } = [];

    /// <summary>What is not ours any more.</summary>
    public ImmutableArray<UndoLeft> Left { get; init; } = [];

    /// <summary>Whether all that was touched is as it was before, by the canonical form of docs/repairs.md.</summary>
    public required bool CanonicalEqual { get; init; }
}

/// <summary>Something that an undo did not touch, and why.</summary>
public sealed record UndoLeft(string What, string Why);
