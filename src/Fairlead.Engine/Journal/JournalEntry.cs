using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fairlead.Model.Repairs;

namespace Fairlead.Engine.Journal;

/// <summary>One change of one engine, written whole before each of its steps: what is meant, what was there, how it is taken back.</summary>
public sealed record JournalEntry
{
    public const string CurrentSchema = "fairlead.journal/1";

    public string Schema { get; init; } = CurrentSchema;

    /// <summary>From 1, counted per engine.</summary>
    public required int Id { get; init; }

    /// <summary>Random, so that what another journal's number 7 made is not taken for ours.</summary>
    public required string Token { get; init; }

    /// <summary>The engine's own id.</summary>
    public required string Engine { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>Process that began it.</summary>
    public required int Pid { get; init; }

    /// <summary>"host", or the source's name.</summary>
    public required string Source { get; init; }

    /// <summary>As typed, user info masked.</summary>
    public required string Target { get; init; }
    public string? NewTarget { get; init; }
    public required string PlanKey { get; init; }

    /// <summary>One of <see cref="EntryStates"/>.</summary>
    public required string State { get; init; }
    public required ImmutableArray<JournalStep> Steps { get; init; }

    /// <summary>Canonical form (<see cref="Canonical"/>) of exactly what the steps touch, as it was before the first; secrets masked. By "container ID", "network NAME", "sysctl KEY", "rules TOOL"; "absent" for what was not there.</summary>
    public required ImmutableSortedDictionary<string, string> Before { get; init; }

    /// <summary>What marks things at the engine as made by this entry: labels, driver options.</summary>
    [JsonIgnore]
    public string Mark => string.Create(CultureInfo.InvariantCulture, $"{Id}-{Token}");

    /// <summary>Whether it was left in the middle: nobody is at it, and it is neither kept nor undone.</summary>
    [JsonIgnore]
    public bool IsOpen => State is EntryStates.Open or EntryStates.Undoing;

    public JournalEntry With(int step, JournalStep now) => this with { Steps = Steps.SetItem(step, now) };
}

/// <summary>One step of an entry.</summary>
public sealed record JournalStep
{
    public required StepAction Action { get; init; }

    /// <summary>What a person would type.</summary>
    public ImmutableArray<string> Argv { get; init; } = [];

    /// <summary>What a person would type to take it back.</summary>
    public ImmutableArray<string> Undo { get; init; } = [];

    /// <summary>One of <see cref="StepStates"/>. A help for the reader: whether a step holds is asked of the engine.</summary>
    public string State { get; init; } = StepStates.Planned;

    /// <summary>The name of the container or network, for words.</summary>
    public string Name { get; init; } = "";

    /// <summary>Id of what the step made: a network, the container that took the old one's place.</summary>
    public string? Made { get; init; }

    /// <summary>State.StartedAt after the step: a container that was started again since is no longer ours to stop.</summary>
    public string? StartedAt { get; init; }

    /// <summary>A value that is to come back: of a kernel setting, of a restart policy ("always:0").</summary>
    public string? Value { get; init; }

    /// <summary>Whether the container ran before.</summary>
    public bool Ran { get; init; }
}

/// <summary>journal.state.</summary>
public static class EntryStates
{
    /// <summary>Begun, and not known to be finished: the next run takes it back.</summary>
    public const string Open = "open";

    /// <summary>Done, and kept.</summary>
    public const string Kept = "kept";

    /// <summary>It did not help, and was taken back at once.</summary>
    public const string Reverted = "reverted";

    /// <summary>An undo was begun.</summary>
    public const string Undoing = "undoing";

    public const string Undone = "undone";
}

/// <summary>journal.steps.state.</summary>
public static class StepStates
{
    public const string Planned = "planned", Begun = "begun", Done = "done", Undone = "undone", Left = "left";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, MaxDepth = 32, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JournalEntry))]
internal sealed partial class JournalJson : JsonSerializerContext;
