using System.Collections.Immutable;

namespace Fairlead.Model.Rules.Evaluate;

/// <summary>What two branches must share to count as one.</summary>
internal sealed record Outcome(HookEnd End, RejectKind Reject, Packet Packet, string? PendingNat, (int, int)? PendingPorts);

/// <summary>A node of the tree of things that could not be decided: an ending, or a question with the ways on from each answer.</summary>
internal sealed class Decision
{
    private HashSet<Outcome>? _outcomes;

    public Outcome? End { get; private init; }
    public ImmutableArray<RuleStep> Steps { get; private init; } = [];
    public ImmutableArray<string> Notes { get; private init; } = [];

    /// <summary>The undecided rule, told as it was assumed, and what follows from it.</summary>
    public List<(RuleStep Assumed, Decision Next)> Ways { get; } = [];

    public static Decision Ending(Outcome end, ImmutableArray<RuleStep> steps, ImmutableArray<string> notes) => new() { End = end, Steps = steps, Notes = notes };

    /// <summary>All endings below, each once.</summary>
    public HashSet<Outcome> Outcomes
    {
        get
        {
            if (_outcomes is not null) return _outcomes;
            var all = new HashSet<Outcome>();
            if (End is not null) all.Add(End);
            foreach (var (_, next) in Ways) all.UnionWith(next.Outcomes);
            return _outcomes = all;
        }
    }

    /// <summary>
    /// The branches: one for each ending, with only those assumptions on which the ending depends (a question whose answers all lead to the same
    /// endings is passed over). Nearest first, so that each ending is told with the fewest assumptions.
    /// </summary>
    public ImmutableArray<HookBranch> Branches(int most)
    {
        var branches = new Dictionary<Outcome, HookBranch>();
        var open = new Queue<(Decision Node, ImmutableArray<RuleStep> Assumed)>();
        open.Enqueue((this, []));
        for (var visited = 0; open.Count > 0 && visited < 8192 && branches.Count < Math.Min(most, Outcomes.Count); visited++)
        {
            var (node, assumed) = open.Dequeue();
            while (node.End is null && node.Ways.TrueForAll(w => w.Next.Outcomes.SetEquals(node.Outcomes))) node = node.Ways[0].Next;
            if (node.End is { } end)
            {
                branches.TryAdd(end, Branch(node, end, assumed));
                continue;
            }
            foreach (var (step, next) in node.Ways) open.Enqueue((next, assumed.Add(step)));
        }
        return [.. branches.Values];
    }

    private static HookBranch Branch(Decision node, Outcome end, ImmutableArray<RuleStep> assumed) => new()
    {
        End = end.End,
        Reject = end.Reject,
        Packet = end.Packet,
        PendingNat = end.PendingNat,
        PendingPorts = end.PendingPorts,
        Steps = node.Steps,
        Assumed = assumed,
        Notes = node.Notes,
    };
}
