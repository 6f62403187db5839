using System.Collections.Immutable;
using Fairlead.Facts;
using Fairlead.Model.Answer;
using Fairlead.Model.Causes;
using Fairlead.Model.Repairs;
using Fairlead.Model.Walk;
using Fairlead.Model.World;

namespace Fairlead.Model.Diagnosis;

/// <summary>The reasoned part of an answer, before plans are dialled and words are chosen.</summary>
public sealed record Reasoned
{
    public required Question Question { get; init; }
    public required string Verdict { get; init; }
    public required string Agreement { get; init; }
    public Found? Root { get; init; }
    public string? Confidence { get; init; }

    /// <summary>What would still stand in the way on the direct way to the party that was meant.</summary>
    public ImmutableArray<ChainLink> Behind { get; init; } = [];
    public ImmutableArray<Wanted> Meant { get; init; } = [];
    public ImmutableArray<NotRead> NotRead { get; init; } = [];
    public ImmutableArray<Draft> Drafts { get; init; } = [];
}

/// <summary>Model and probe together: verdict, cause, what stands behind, plans.</summary>
public static class Diagnoser
{
    public static Reasoned Reason(Question asked)
    {
        var q = Doubt.Of(asked);
        var agreement = Outcomes.Agreement(q);
        var verdict = q.Seen is { } seen && seen.Outcome != Outcome.Unknown && !(Outcomes.Outlasts(q.Predicted, seen) && q.Certain)
            ? Outcomes.Verdict(seen.Outcome, seen.Main?.Answer, q.Asked.Scheme)
            : q.Predicted == Outcome.LeavesHost || !q.Certain ? Verdicts.Unknown : Outcomes.Verdict(q.Predicted, null, q.Asked.Scheme);
        var unread = q.Paths.SelectMany(p => p.Unread).Concat(q.Name.Unread).ToImmutableArray();
        var failing = verdict is Verdicts.Unreachable or Verdicts.Degraded || (verdict == Verdicts.Unknown && q.Predicted != Outcome.LeavesHost);

        // A working answer, an answer of the application's own, or a witness that contradicts the model: no cause from the model's stop.
        if (!failing || q.Predicted is Outcome.Ok or Outcome.LeavesHost || agreement == Agreements.Differ || (q.Contradicted && q.Stop.Result != HopResult.Unknown))
        {
            return new Reasoned { Question = q, Verdict = verdict, Agreement = agreement, Meant = Meanings.Meant(q), NotRead = Clean(unread, q) };
        }

        var (root, lacking) = Reasoning.CauseOf(q);
        if (root is null)
        {
            return new Reasoned { Question = q, Verdict = verdict, Agreement = agreement, Meant = Meanings.Meant(q), NotRead = Clean(unread.AddRange(lacking), q), Drafts = Planner.WithoutCause(q) };
        }

        var meant = root.Match.Meant is { } known ? [known] : Meanings.Meant(q);
        var behind = Behind(q, root, meant);
        ImmutableArray<string> codes = [root.Kind.Code, .. behind.Select(l => l.Cause!.Kind.Code)];
        var fromSource = q.Seen is { Main.From: "setns" or "helper" or "self" } or { Main: null, Resolution: not null };
        return new Reasoned
        {
            Question = q,
            Verdict = verdict,
            Agreement = agreement,
            Root = root,
            Confidence = Reasoning.Confidence(root, q, agreement, fromSource),
            Behind = behind,
            Meant = meant,
            NotRead = Clean(unread.AddRange(lacking), q),
            Drafts = Planner.Drafts(q, root, meant, codes),
        };
    }

    /// <summary>The causes on the direct way (CONTRACT part 4), the first one left out.</summary>
    private static ImmutableArray<ChainLink> Behind(Question q, Found root, ImmutableArray<Wanted> meant)
    {
        if (meant is not [var whom] || q.Source is null)
        {
            return [];
        }

        Asked? direct;
        if (whom.Container is { Mode: not NetworkMode.Host } target)
        {
            if (q.World.Owner(target).Id == q.World.Owner(q.Source).Id)
            {
                return [];
            }

            var written = q.Asked.Literal is null && Bearers.Anywhere(q.World, q.Asked.Host).Any(c => c.Id == target.Id);
            var own = q.Address is { } a && q.World.HolderOf(a)?.Container.Id == q.World.Owner(target).Id;
            direct = written ? q.Asked : q.Asked.At(Addresses.Nameable(q.World, q.Source, target), own ? q.Asked.Port : whom.Port);
        }
        else
        {
            direct = q.ToHost ? q.Asked : HostAddresses.Main(q.World) is { } main ? q.Asked.At(main.ToString(), whom.Port) : null;
        }

        if (direct is null)
        {
            return [];
        }

        var chain = Chain.Run(q.World, q.Source, direct, mayJoin: true);
        return [.. chain.Links.Where(l => l.Cause is { } cause && cause.Kind.Code != root.Kind.Code).DistinctBy(l => l.Cause!.Kind.Code)];
    }

    private static ImmutableArray<NotRead> Clean(ImmutableArray<NotRead> unread, Question q) =>
        [.. unread.Concat(q.World.Snapshot.NotRead).DistinctBy(n => (n.What, n.Of)).OrderBy(n => n.Of, StringComparer.Ordinal).ThenBy(n => n.What, StringComparer.Ordinal)];
}
