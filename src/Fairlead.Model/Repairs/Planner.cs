using System.Collections.Immutable;
using Fairlead.Facts;
using Fairlead.Model.Answer;
using Fairlead.Model.Causes;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.World;

namespace Fairlead.Model.Repairs;

/// <summary>Makes and orders plans.</summary>
public static class Planner
{
    private const string PublishedInside = "published-port-used-inside";

    /// <summary>Drafts for a cause, unordered, unique by key, none that the model says would fail at once.</summary>
    /// <param name="wanted">Whom the person may have meant: a plan for each, at most three.</param>
    public static ImmutableArray<Draft> Drafts(Question q, Found root, ImmutableArray<Wanted> wanted, ImmutableArray<string> codes)
    {
        var drafts = new List<Draft>();
        foreach (var who in wanted.Take(3))
        {
            var s = new Situation(q, root.Kind.Code, Inside(who, q, root, codes), codes);
            switch (root.Kind.Code)
            {
                case "target-not-running" or "target-crash-looping":
                    break;
                case "nothing-listens" when who.Publish is null:
                case "name-unknown" or "loopback-is-self" or "target-paused":
                    break;
                default:
                    drafts.AddRange(Addresses.Propose(s));
                    drafts.AddRange(Joining.Propose(s));
                    drafts.AddRange(HostGateway.Propose(s));
                    break;
            }
        }

        if (root.Kind.Code == "nothing-listens")
        {
            drafts.AddRange(Publishing.Propose(q));
        }

        if (root.Kind.Code is "target-not-running" or "target-paused" or "host-service-bound-to-loopback" or "server-bound-to-loopback" or "host-firewall-drops")
        {
            var inPlace = Mending.InPlace(new Situation(q, root.Kind.Code, wanted.FirstOrDefault() ?? Nobody(q), codes)).ToArray();
            // Who has to mend the same anyway need not write another address besides.
            drafts.RemoveAll(d => inPlace.Any(p => p.Predicted == Outcome.Ok && p.Steps.All(step => d.Steps.Any(other => other.Fix == step.Fix && other.Where == step.Where))));
            drafts.AddRange(inPlace);
        }

        if (root.Kind.Code == "name-unknown")
        {
            drafts.AddRange(Spelling.Names(q));
        }

        if (root.Kind.Code == "nothing-listens")
        {
            drafts.AddRange(Spelling.Ports(q));
        }

        return [.. drafts.DistinctBy(d => d.Key).Where(d => !SameAsAsked(d, q))];
    }

    /// <summary>Drafts for a stop that has no cause with a code in this build but says by itself what is lacking: forwarding switched off.</summary>
    public static ImmutableArray<Draft> WithoutCause(Question q) =>
        q.Certain ? [.. Mending.InPlace(new Situation(q, "", Nobody(q), [])).Where(d => d.Predicted is Outcome.Ok or Outcome.LeavesHost)] : [];

    private static Wanted Nobody(Question q) => new(null, q.Asked.Port, null, null, "");

    /// <summary>Where the host's port of a container was written and would be met behind the root: its port inside.</summary>
    private static Wanted Inside(Wanted who, Question q, Found root, ImmutableArray<string> codes) =>
        root.Kind.Code != PublishedInside && codes.Contains(PublishedInside)
        && who.Container?.Published.FirstOrDefault(p => p.HostPort == who.Port && p.Protocol == q.Asked.Protocol) is { } publish
            ? who with { Port = publish.ContainerPort } : who;

    /// <summary>CONTRACT part 4: observed first, then what survives a recreate, then the cheapest, then id.</summary>
    public static ImmutableArray<Plan> Order(IEnumerable<(Draft Draft, PlanDial? Dialled)> drafts, string lang)
    {
        var kept = drafts.Where(d => d.Dialled is null || d.Dialled.Outcome == Outcome.Ok)
            .OrderBy(d => d.Dialled is null)
            .ThenBy(d => !d.Draft.SurvivesRecreate)
            .ThenBy(d => d.Draft.Cost.IsEmpty ? -1 : d.Draft.Cost.Max(c => CostNames.All.IndexOf(c)))
            .ThenBy(d => d.Draft.Cost.Length)
            .ThenBy(d => d.Draft.Id, StringComparer.Ordinal).ThenBy(d => d.Draft.Key, StringComparer.Ordinal);
        return [.. kept.Select((d, i) => Write(d.Draft, d.Dialled, i + 1, lang))];
    }

    private static bool SameAsAsked(Draft d, Question q) => d.NewTarget is { } t && t.Host == q.Asked.Host && t.Port == q.Asked.Port && d.Commands.IsEmpty && d.Steps.Length == 1;

    private static Plan Write(Draft d, PlanDial? dialled, int n, string lang) => new()
    {
        N = n,
        Id = d.Id,
        Key = d.Key,
        Title = d.Title.In(lang).ToString(),
        Steps = [.. d.Steps.Select(s => s.In(lang))],
        Commands = d.Commands,
        NewTarget = d.NewTarget?.Given,
        Cures = d.Cures,
        Meets = d.Meets,
        Automatic = d.Automatic,
        Cost = d.Cost,
        Interrupts = d.Interrupts?.In(lang).ToString(),
        Exposes = d.Exposes,
        SurvivesRecreate = d.SurvivesRecreate,
        Lasts = d.Lasts,
        Persist = d.Kept?.In(lang),
        Premises = [.. d.Premises.Select(p => p.In(lang).ToString())],
        Undo = d.Undo,
        Predicted = d.Predicted,
        Proof = dialled is null ? ProofNames.Predicted : ProofNames.Observed,
        Dialled = dialled,
    };
}
