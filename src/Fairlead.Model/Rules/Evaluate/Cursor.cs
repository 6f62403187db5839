using System.Collections.Immutable;

namespace Fairlead.Model.Rules.Evaluate;

/// <summary>A place to return to after a jump.</summary>
/// <param name="Forks">How many forks there were when it was left; no part of what the place is.</param>
internal sealed record Frame(CompiledChain Chain, int Rule, Frame? Up, int Depth, int Forks)
{
    public bool Equals(Frame? other) => other is not null && ReferenceEquals(Chain, other.Chain) && Rule == other.Rule && Equals(Up, other.Up);

    public override int GetHashCode() => HashCode.Combine(Chain, Rule, Up);
}

/// <summary>A position that two ways through the rules can share: from here on they cannot differ.</summary>
internal readonly record struct Place(int Base, CompiledChain? Chain, int Rule, Frame? Up, Packet Packet, string? Nat, (int, int)? Ports, bool Mapped);

/// <summary>One way through the rules, as far as it has come.</summary>
internal sealed class Cursor
{
    public required Packet Packet { get; set; }

    /// <summary>Which of the hook's base chains.</summary>
    public int Base { get; private set; }

    /// <summary>The chain being walked; null between base chains.</summary>
    public CompiledChain? Chain { get; private set; }
    public int Rule { get; private set; }
    public int Part { get; set; }
    public Frame? Up { get; private set; }

    /// <summary>A mapping was set up at this hook: further nat chains are not asked.</summary>
    public bool Mapped { get; set; }
    public string? PendingNat { get; set; }
    public (int From, int To)? PendingPorts { get; set; }
    public ImmutableArray<RuleStep> Steps { get; private set; } = [];
    public ImmutableArray<string> Notes { get; private set; } = [];

    /// <summary>Where a way that assumed a match comes back to the one that did not.</summary>
    private (CompiledChain? Chain, int Rule) _meets;

    public Place Place => new(Base, Chain, Rule, Up, Packet, PendingNat, PendingPorts, Mapped);

    public bool AtMeeting => Part == 0 && _meets.Rule == Rule && ReferenceEquals(_meets.Chain, Chain) && Chain is not null;

    public bool AtEnd => Rule >= Chain!.Count;

    public Cursor Copy()
    {
        var copy = (Cursor)MemberwiseClone();
        copy._meets = (Chain, Rule + 1);
        return copy;
    }

    public void Did(RuleStep step) => Steps = Steps.Add(step);

    public void Note(IEnumerable<string> notes)
    {
        foreach (var note in notes)
        {
            if (!Notes.Contains(note)) Notes = Notes.Add(note);
        }
    }

    /// <summary>On to the rule behind this one.</summary>
    public void NextRule() => (Rule, Part) = (Rule + 1, 0);

    /// <summary>Leaves the chain as if it had ended here.</summary>
    public void Return() => (Rule, Part) = (Chain!.Count, 0);

    public void Enter(CompiledChain chain) => (Chain, Rule, Part, Up) = (chain, 0, 0, null);

    public void Jump(CompiledChain chain, bool back, int forks)
    {
        if (back) Up = new Frame(Chain!, Rule + 1, Up, (Up?.Depth ?? 0) + 1, forks);
        (Chain, Rule, Part) = (chain, 0, 0);
    }

    public void Pop() => (Chain, Rule, Part, Up) = (Up!.Chain, Up.Rule, 0, Up.Up);

    public void NextBase() => (Base, Chain, Rule, Part, Up) = (Base + 1, null, 0, 0, null);

    public Decision End(HookEnd end, RejectKind reject = RejectKind.None) =>
        Decision.Ending(new Outcome(end, reject, Packet, PendingNat, PendingPorts), Steps, Notes);
}
