using System.Collections.Immutable;
using Fairlead.Facts;
using Fairlead.Model.Answer;
using Fairlead.Model.Causes;

namespace Fairlead.Model.Diagnosis;

/// <summary>A cause that was found to hold.</summary>
public sealed record Found(CauseKind Kind, Match.Holds Match, ImmutableArray<string> Needs, ImmutableArray<NotRead> Missing, bool Tied);

/// <summary>Chooses the cause of a question: which hold at the stop, and which of them is named first.</summary>
public static class Reasoning
{
    /// <summary>The cause that is named first, or null; and what was lacking where some could not tell.</summary>
    public static (Found? Root, ImmutableArray<NotRead> Lacking) CauseOf(Question q)
    {
        var holding = new List<Found>();
        var lacking = new List<NotRead>();
        var untold = new List<(CauseKind Kind, ImmutableArray<NotRead> Lacks)>();
        foreach (var kind in CauseCatalogue.All.Where(k => k.IsAsked(q.Stop)))
        {
            var needs = new Needs();
            switch (kind.Examine(q, needs))
            {
                case Match.Holds holds:
                    holding.Add(new Found(kind, holds, [.. needs.Read], [.. needs.Missing], false));
                    break;
                case Match.CannotTell:
                    lacking.AddRange(needs.Missing);
                    untold.Add((kind, [.. needs.Missing]));
                    break;
            }
        }

        if (holding.Count == 0)
        {
            return (null, [.. lacking.Distinct()]);
        }

        var root = holding.Aggregate((best, next) => CauseCatalogue.GoesBefore(next.Kind, best.Kind) ? next : best);
        var tied = holding.Any(f => CauseCatalogue.Ties(f.Kind, root.Kind));
        // A cause that would go before and could not tell keeps the chosen one from being certain.
        var before = untold.Where(u => CauseCatalogue.GoesBefore(u.Kind, root.Kind)).SelectMany(u => u.Lacks);
        return (root with { Tied = tied, Missing = [.. root.Missing.Concat(before).Distinct()] }, [.. lacking.Concat(root.Missing).Distinct()]);
    }

    /// <summary>confidence: CONTRACT part 4.</summary>
    public static string Confidence(Found found, Question q, string agreement, bool fromSource)
    {
        var read = found.Missing.IsEmpty && !found.Tied;
        if (agreement == Agreements.Agree && fromSource && q.Certain && read && !found.Match.Inferred)
        {
            return Confidences.Proven;
        }

        var inferred = found.Match.Inferred || OnlyContainersRulesUnread(q);
        return read && agreement != Agreements.Differ && (q.Certain || (inferred && agreement == Agreements.Agree)) ? Confidences.Likely : Confidences.Possible;
    }

    // A container's own namespace has the embedded DNS's rules and, as good as always, no others: inferred, as whoever may not read them must.
    private static bool OnlyContainersRulesUnread(Question q) =>
        q.Paths.SelectMany(p => p.Unread).ToArray() is { Length: > 0 } unread && q.Name.Unread.IsEmpty
        && unread.All(u => u.What == Readings.Rules && u.Of != q.World.Host.At);
}
