using System.Collections.Immutable;

namespace Fairlead.Model.Answer;

/// <summary>One way to repair, in the contract's form.</summary>
public sealed record Plan
{
    /// <summary>From 1, best first.</summary>
    public required int N { get; init; }

    /// <summary>The repair it serves: one of <see cref="FixIds"/>.</summary>
    public required string Id { get; init; }

    /// <summary>The id and what it touches, unique within an answer.</summary>
    public required string Key { get; init; }
    public required string Title { get; init; }
    public required ImmutableArray<PlanStep> Steps { get; init; }

    /// <summary>For a POSIX shell on the engine's host, as root.</summary>
    public ImmutableArray<string> Commands { get; init; } = [];

    /// <summary>What the user writes instead of the target; null when the target stays.</summary>
    public string? NewTarget { get; init; }

    /// <summary>Codes that it removes.</summary>
    public ImmutableArray<string> Cures { get; init; } = [];

    /// <summary>Codes that it would still run into.</summary>
    public ImmutableArray<string> Meets { get; init; } = [];

    /// <summary>Whether it may be applied without a person.</summary>
    public required bool Automatic { get; init; }

    /// <summary>Of <see cref="CostNames"/>; empty means free.</summary>
    public ImmutableArray<string> Cost { get; init; } = [];

    /// <summary>What is cut; null when nothing is.</summary>
    public string? Interrupts { get; init; }
    public ImmutableArray<Exposure> Exposes { get; init; } = [];
    public required bool SurvivesRecreate { get; init; }

    /// <summary>One of <see cref="LastsNames"/>.</summary>
    public required string Lasts { get; init; }
    public Persist? Persist { get; init; }

    /// <summary>What must stay true for it to hold.</summary>
    public ImmutableArray<string> Premises { get; init; } = [];

    /// <summary>Commands that take it back; null when it changes nothing at the engine.</summary>
    public ImmutableArray<string>? Undo { get; init; }

    /// <summary>One of <see cref="Facts.Outcome"/>: the walk on the changed world.</summary>
    public required string Predicted { get; init; }

    /// <summary>"observed" or "predicted".</summary>
    public required string Proof { get; init; }

    /// <summary>The dial made for it just now; null when none was. An addition to the contract.</summary>
    public PlanDial? Dialled { get; init; }
}

/// <summary>One step of a plan.</summary>
public sealed record PlanStep
{
    /// <summary>One of <see cref="FixIds"/>.</summary>
    public required string Fix { get; init; }

    /// <summary>As a program would be given it; empty for a step that a person does.</summary>
    public ImmutableArray<string> Argv { get; init; } = [];

    /// <summary>One of <see cref="StepPlaces"/>.</summary>
    public required string Where { get; init; }

    /// <summary>In words.</summary>
    public required string What { get; init; }
}

/// <summary>A pair that becomes reachable.</summary>
/// <param name="Scope">"siblings", "lan" or "internet".</param>
public sealed record Exposure(string Source, string Target, string Scope);

/// <summary>What keeps a plan beyond a recreate.</summary>
/// <param name="Compose">YAML lines; before them, as a comment, whose file it is.</param>
public sealed record Persist(string Compose)
{
    /// <summary>The files into which they belong. An addition to the contract.</summary>
    public ImmutableArray<KeptIn> Files { get; init; } = [];
}

/// <summary>Where a container's definition is kept.</summary>
/// <param name="Service">Its name there.</param>
/// <param name="Owner">Of <see cref="OwnerNames"/>.</param>
/// <param name="Path">Null where no label names it.</param>
public sealed record KeptIn(string Service, string Owner, string? Path);

/// <summary>The dial that proves a plan.</summary>
public sealed record PlanDial
{
    public required string Outcome { get; init; }
    public int? Errno { get; init; }
    public required double ElapsedMs { get; init; }
    public required string Level { get; init; }
    public ImmutableArray<Attempt> Attempts { get; init; } = [];
    public AnswerInfo? Answer { get; init; }
}

/// <summary>The answer to `address`: fairlead.address/1.</summary>
public sealed record AddressAnswer
{
    public const string CurrentSchema = "fairlead.address/1";

    public string Schema { get; init; } = CurrentSchema;

    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingDefault)]
    public bool Demo { get; init; }

    /// <summary>The source's name.</summary>
    public required string From { get; init; }

    /// <summary>TARGET as typed, user info masked.</summary>
    public required string Target { get; init; }

    /// <summary>Best first.</summary>
    public required ImmutableArray<AddressChoice> Addresses { get; init; }
}

/// <summary>One address to write.</summary>
/// <param name="Outcome">One of <see cref="Facts.Outcome"/>.</param>
/// <param name="Proof">"observed" or "predicted".</param>
/// <param name="Plan">Number of the plan that must be carried out first; null when it works as things are.</param>
public sealed record AddressChoice(string Value, string Outcome, string Proof, int? Plan, ImmutableArray<string> Premises);

/// <summary>fairlead.error/1.</summary>
public sealed record ErrorAnswer
{
    public const string CurrentSchema = "fairlead.error/1";

    public string Schema { get; init; } = CurrentSchema;

    /// <summary>One of <see cref="ErrorCodes"/>.</summary>
    public required string Code { get; init; }

    /// <summary>What was wrong, in one line.</summary>
    public required string Message { get; init; }

    /// <summary>What to do; null when nothing helps.</summary>
    public string? Hint { get; init; }
    public ImmutableArray<string> Candidates { get; init; } = [];
}
