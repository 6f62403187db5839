using System.Collections.Immutable;
using Fairlead.Model.Answer;

namespace Fairlead.Engine.Apply;

/// <summary>What `fix` was told.</summary>
public sealed record FixWish
{
    public required string Source { get; init; }
    public required string Target { get; init; }

    /// <summary>--apply: a number, an id or a key; null to be asked.</summary>
    public string? Apply { get; init; }

    /// <summary>--yes was given, with or without names.</summary>
    public bool Yes { get; init; }

    /// <summary>What --yes= names, of <see cref="Consents.All"/>.</summary>
    public ImmutableHashSet<string> Allowed { get; init; } = [];
    public bool DryRun { get; init; }
    public bool Recreate { get; init; }

    /// <summary>--compose: only the lines that keep it.</summary>
    public bool Compose { get; init; }

    /// <summary>Fairlead's state folder; null where there is none.</summary>
    public string? State { get; init; }
}

/// <summary>What has to be allowed by name; --yes alone covers none of it (SAFETY 34).</summary>
public static class Consents
{
    public const string Interrupts = "interrupts", Lan = "lan", Internet = "internet", Recreate = "recreate", DaemonRestart = "daemon-restart";
    public static readonly ImmutableArray<string> All = [Interrupts, Lan, Internet, Recreate, DaemonRestart];

    /// <summary>What a plan needs, in the order of the list.</summary>
    public static ImmutableArray<string> Of(Plan plan) => [.. All.Where(c => c switch
    {
        Interrupts => plan.Interrupts is not null || plan.Cost.Contains(CostNames.Interrupts) || plan.Cost.Contains(CostNames.Restart),
        Lan => plan.Exposes.Any(e => e.Scope == Scopes.Lan),
        Internet => plan.Exposes.Any(e => e.Scope == Scopes.Internet),
        Recreate => plan.Cost.Contains(CostNames.Recreate),
        _ => plan.Cost.Contains(CostNames.DaemonRestart),
    })];
}

/// <summary>A plan that can be carried out, before it is.</summary>
/// <param name="Missing">What has not been allowed by name yet.</param>
/// <param name="Entry">Number that its entry in the journal will have.</param>
public sealed record FixOffer(Diagnosis Diagnosis, Plan Plan, ImmutableArray<string> Missing, int Entry);

/// <summary>The person at the terminal. A member that is null means that there is nobody to ask.</summary>
public sealed record FixTalk
{
    /// <summary>Which plan; null for none.</summary>
    public Func<Diagnosis, Plan?>? Choose { get; init; }
    public Func<FixOffer, bool>? Confirm { get; init; }
    public Func<UndoOffer, bool>? ConfirmUndo { get; init; }

    /// <summary>Shown before anything is asked or done.</summary>
    public Action<FixOffer> Offered { get; init; } = static _ => { };
    public Action<int> Journalled { get; init; } = static _ => { };
    public Action<FixStep> Did { get; init; } = static _ => { };

    /// <summary>What an earlier run had left in the middle was taken back: its number, and what was done.</summary>
    public Action<UndoAnswer> Recovered { get; init; } = static _ => { };
    public Action<string> Note { get; init; } = static _ => { };
}

/// <summary>How a `fix` ended.</summary>
public enum FixEnd
{
    /// <summary>The target could be reached already.</summary>
    WorksAlready,

    /// <summary>No plan is known.</summary>
    NoPlan,

    /// <summary>The plan only changes what the user owns: what to write is in `remaining`.</summary>
    Setting,

    /// <summary>A person has to do it: the commands are printed.</summary>
    ByHand,

    /// <summary>--compose.</summary>
    Compose,

    /// <summary>--dry-run.</summary>
    DryRun,

    /// <summary>The person said no.</summary>
    Declined,

    /// <summary>Applied, and dialled: it works.</summary>
    Works,

    /// <summary>Applied, and nobody may dial from the source.</summary>
    Unverified,

    /// <summary>It did not help, and was taken back.</summary>
    Failed,
}

/// <param name="Why">Why it is to be done by hand, or why it failed.</param>
public sealed record FixResult(FixAnswer Answer, FixEnd End, Diagnosis Diagnosis, string? Why = null)
{
    /// <summary>The contract's exit code.</summary>
    public int Exit => End switch
    {
        FixEnd.WorksAlready or FixEnd.Works or FixEnd.DryRun or FixEnd.Compose => 0,
        FixEnd.Setting or FixEnd.ByHand => 2,
        FixEnd.Unverified => 3,
        FixEnd.NoPlan => Diagnosis.Verdict == Verdicts.Unknown ? 3 : 1,
        _ => 1,
    };
}

/// <summary>What `undo` was told.</summary>
/// <param name="Id">Null for the last change.</param>
public sealed record UndoWish(int? Id, bool Yes, string? State);

/// <summary>An undo, before it is done.</summary>
/// <param name="Commands">What it does, as commands.</param>
/// <param name="Cuts">What it cuts; empty when nothing.</param>
public sealed record UndoOffer(int Entry, ImmutableArray<string> Commands, ImmutableArray<string> Cuts);
