using System.Collections.Immutable;
using Fairlead.Model.Answer;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Repairs.Keeping;
using Fairlead.Model.Words;
using Fairlead.Model.World;

namespace Fairlead.Model.Repairs;

/// <summary>A plan before it is written down in one language.</summary>
public sealed record Draft
{
    /// <summary>The repair it serves.</summary>
    public required string Id { get; init; }

    /// <summary>Names of what it touches in the order of its steps; for one that changes nothing, HOST:PORT of its target.</summary>
    public required ImmutableArray<string> Touches { get; init; }
    public required Text Title { get; init; }
    public required ImmutableArray<DraftStep> Steps { get; init; }
    public ImmutableArray<string> Commands { get; init; } = [];

    /// <summary>What to write in place of the target; null when it stays.</summary>
    public Asked? NewTarget { get; init; }

    /// <summary>What is dialled to prove it: the new target when nothing else has to change first.</summary>
    public Asked? Provable { get; init; }
    public ImmutableArray<string> Cures { get; init; } = [];
    public ImmutableArray<string> Meets { get; init; } = [];
    public bool Automatic { get; init; }
    public ImmutableArray<string> Cost { get; init; } = [];
    public Text? Interrupts { get; init; }
    public ImmutableArray<Exposure> Exposes { get; init; } = [];
    public bool SurvivesRecreate { get; init; }
    public string Lasts { get; init; } = LastsNames.Permanent;

    /// <summary>What keeps it beyond a recreate; null where nothing has to.</summary>
    public Kept? Kept { get; init; }
    public ImmutableArray<Text> Premises { get; init; } = [];
    public ImmutableArray<string>? Undo { get; init; }
    public required string Predicted { get; init; }

    /// <summary>The world once all its steps are done; null for a plan that changes no more than what the user writes.</summary>
    public HostWorld? After { get; init; }
    public string Key => Touches.IsEmpty ? Id : Id + "/" + string.Join('/', Touches);
}

/// <summary>One step of a draft.</summary>
public sealed record DraftStep(string Fix, string Where, Text What, ImmutableArray<string> Argv = default)
{
    /// <summary>How it is carried out; null for what a person does.</summary>
    public StepAction? Action { get; init; }

    public PlanStep In(string lang) => new() { Fix = Fix, Where = Where, What = What.In(lang).ToString(), Argv = Argv.IsDefault ? [] : Argv };
}

/// <summary>What plans are made for.</summary>
/// <param name="Wanted">The party that was meant.</param>
/// <param name="Behind">Codes of the root cause and of those behind it, in order.</param>
public sealed record Situation(Question Question, string Code, Wanted Wanted, ImmutableArray<string> Behind)
{
    public HostWorld World => Question.World;
    public Container? Source => Question.Source;
    public Asked Asked => Question.Asked;
}
