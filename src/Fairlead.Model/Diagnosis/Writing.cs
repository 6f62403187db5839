using System.Collections.Immutable;
using System.Globalization;
using Fairlead.Facts;
using Fairlead.Model.Answer;
using Fairlead.Model.Causes;
using Fairlead.Model.Repairs;
using Fairlead.Model.Rules;
using Fairlead.Model.Words;
using Fairlead.Model.World;

namespace Fairlead.Model.Diagnosis;

/// <summary>Writes a reasoned answer down as the contract's diagnosis, in one language.</summary>
public static class Writing
{
    /// <param name="dialled">The dials made for drafts, by key.</param>
    public static Answer.Diagnosis Write(Reasoned r, IReadOnlyDictionary<string, PlanDial> dialled, string lang, string sourceAsked, bool modelled = true)
    {
        var q = r.Question;
        var snapshot = q.World.Snapshot;
        return new Answer.Diagnosis
        {
            At = snapshot.At,
            Lang = lang,
            Tool = snapshot.Tool,
            Demo = snapshot.Demo,
            Engine = new EngineInfo(snapshot.Engine.Version, snapshot.Engine.Api, snapshot.Engine.Kind, Firewall(q.World)),
            Vantage = new VantageInfo(snapshot.Vantage, snapshot.As),
            Source = Source(q, sourceAsked),
            Target = new TargetInfo
            {
                Given = q.Asked.Given,
                Scheme = q.Asked.Scheme,
                Protocol = q.Asked.Protocol,
                Host = q.Asked.Host,
                Port = q.Asked.Port,
                PortFrom = q.Asked.PortFrom,
                Path = q.Asked.Path.Length == 0 ? null : q.Asked.Path,
                Means = Meanings.Of(q),
                Meant = r.Meant is [var one] ? Meanings.PartyOf(one) : null,
            },
            Verdict = r.Verdict,
            Cause = r.Root is { } root ? Cause(root, r.Confidence!, null, lang, q) : null,
            AlsoFound = [.. r.Behind.Select(l => Cause(l.Cause!, Confidences.Likely, Relations.Behind, lang, q))],
            Predicted = modelled ? Predicted(q, lang) : null,
            Observed = q.Seen is { } seen ? Observed(seen) : null,
            Agreement = r.Agreement,
            Difference = r.Agreement == Agreements.Differ ? new Difference(q.Predicted, q.Seen!.Outcome, Suspect(q) is { } lacks ? Phrases.In(lang, lacks) : null) : null,
            NotRead = [.. r.NotRead.Select(NotReadInfo.From)],
            Plans = Planner.Order(r.Drafts.Select(d => (d, dialled.GetValueOrDefault(d.Key))), lang),
        };
    }

    private static Answer.Cause Cause(Found found, string confidence, string? relation, string lang, Question q)
    {
        var title = relation == Relations.Behind && found.Match.AsBehind is { } would ? would : found.Match.Title;
        var evidence = relation == Relations.Behind && found.Match.OnlyBehind is { } more ? found.Match.Evidence.Add(more) : found.Match.Evidence;
        return new()
        {
            Code = found.Kind.Code,
            Confidence = confidence,
            Relation = relation,
            Title = title.In(lang).ToString(),
            Args = title.Args(),
            Evidence = [.. evidence.Select(e => In(lang, relation is null ? e with { Hop = HopOf(e, q) } : e))],
            Needs = found.Needs,
            Docs = $"docs/causes/{found.Kind.Code}.md",
        };
    }

    // What a tool prints stays as it is printed.
    private static Evidence In(string lang, Evidence e) => e with
    {
        Text = e.Kind is EvidenceKinds.Rule or EvidenceKinds.LogLine or EvidenceKinds.Listener or EvidenceKinds.Publish ? e.Text : Phrases.In(lang, e.Text),
        From = Phrases.In(lang, e.From),
    };

    private static int? HopOf(Evidence e, Question q)
    {
        var steps = q.Path?.Steps ?? q.Name.Steps;
        var kind = e.Kind switch
        {
            EvidenceKinds.NoListener => Walk.HopKind.Listen,
            EvidenceKinds.Rule => Walk.HopKind.Filter,
            EvidenceKinds.Route => Walk.HopKind.Route,
            EvidenceKinds.Neighbour => Walk.HopKind.Neighbour,
            EvidenceKinds.ResolverLine or EvidenceKinds.HostsLine or EvidenceKinds.DnsAnswer => Walk.HopKind.Resolve,
            _ => (Walk.HopKind?)null,
        };
        for (var i = steps.Length - 1; kind is not null && i >= 0; i--)
        {
            if (steps[i].Kind == kind && (e.Kind != EvidenceKinds.Rule || steps[i].Rule?.Text == e.Text))
            {
                return i + (q.Path is not null ? q.Name.Steps.Length : 0);
            }
        }

        return null;
    }

    private static Prediction Predicted(Question q, string lang) => new()
    {
        Outcome = q.Predicted,
        Certain = q.Certain,
        Paths = q.Paths.IsEmpty
            ? [new PredictedPath { Address = "", Outcome = q.Predicted, Hops = Hops.Of(q.Name.Steps, lang) }]
            : [.. q.Paths.Select(p => new PredictedPath { Address = p.Address.ToString(), Outcome = p.Outcome, Hops = Hops.Of(q.Name.Steps.Concat(p.Steps), lang) })],
    };

    private static Observation Observed(Seen seen) => new()
    {
        Outcome = seen.Outcome,
        Errno = seen.Main is { } main ? ErrnoOf(main) : null,
        ElapsedMs = Math.Round(seen.Main?.ElapsedMs ?? seen.Resolution?.ElapsedMs ?? 0, 2),
        Level = seen.Main?.Level ?? DialLevel.Connect,
        From = seen.Main?.From ?? "setns",
        Attempts = [.. seen.Dials.Select(d => new Attempt(d.Address.ToString(), d.Port, d.Outcome, ErrnoOf(d), Math.Round(d.ElapsedMs, 2)))],
        Resolution = seen.Resolution is { } r ? new Resolution
        {
            Name = r.Name,
            Asked = r.Asked,
            Server = r.Server,
            Rcode = r.Rcode,
            Addresses = [.. r.Addresses.Select(a => a.ToString())],
            From = r.From,
            ElapsedMs = Math.Round(r.ElapsedMs, 2),
        }
        : null,
        Answer = seen.Main?.Answer is { } a ? new AnswerInfo(a.Kind, a.Status, a.Text, a.Spoken, a.Redirect) : null,
        Counters = [.. seen.Counters.Select(c => new CounterMove(c.Rule, c.Before, c.After))],
    };

    /// <summary>errno is connect's: what comes after the handshake is a race of reset and end (SEMANTICS, outcome CC), told by the outcome.</summary>
    private static int ErrnoOf(DialFact d) => d.Connected ? 0 : d.Errno;

    private static SourceInfo Source(Question q, string asked)
    {
        if (q.Source is not { } c)
        {
            return new SourceInfo { Kind = PartyKinds.Host, Name = "host", State = "running", Mode = SourceModes.Host, Asked = asked };
        }

        var owner = q.World.Owner(c);
        return new SourceInfo
        {
            Kind = PartyKinds.Container,
            Name = c.Name,
            Id = c.Id,
            Project = c.Project,
            Service = c.Service,
            State = c.State,
            Mode = c.Mode.ToString().ToLowerInvariant(),
            SharesWith = owner.Id == c.Id ? null : owner.Name,
            Networks = [.. q.World.EndpointsOf(c).Select(e => new NetworkRef(e.NetworkName, e.NetworkId))],
            Asked = asked,
        };
    }

    /// <summary>engine.firewall: by what is in the kernel, else by what the engine says.</summary>
    public static string Firewall(HostWorld world)
    {
        if (world.Host.Rules is { IsKnown: true } rules)
        {
            var chains = rules.Value.Tables.SelectMany(t => t.Chains.Select(c => (t, c))).ToArray();
            return rules.Value.Tables.Any(t => t.Name == "docker-bridges") ? FirewallKinds.Nftables
                : chains.Any(x => x.c.Name == "DOCKER" && x.t.Style == TableStyle.Iptables) ? FirewallKinds.IptablesNft
                : chains.Any(x => x.c.Name == "DOCKER" && x.t.Style == TableStyle.Legacy) ? FirewallKinds.IptablesLegacy
                : FirewallKinds.None;
        }

        return world.Engine.FirewallBackend == "nftables" ? FirewallKinds.Nftables : FirewallKinds.Unknown;
    }

    // Where the model may lack a fact: the last thing on its path that is not simply seen.
    private static string? Suspect(Question q)
    {
        if (q.Path is null)
        {
            return Readings.Resolver;
        }

        if (q.Path.Unread is [var first, ..])
        {
            return $"{first.What} of {first.Of}";
        }

        return q.Predicted switch
        {
            Outcome.Ok when q.Seen!.Outcome == Outcome.Refused => $"{Readings.Sockets} of {q.Path.Target?.At ?? "the target"}",
            Outcome.Ok => $"{Readings.Rules} on the way: a hook that is not a rule, or the network behind {q.Path.Stop.At}",
            Outcome.Refused => $"{Readings.Sockets} of {q.Path.Target?.At ?? q.Path.Stop.At}",
            Outcome.HostUnreachable => $"{Readings.Neighbours} of {q.Path.Stop.At}",
            _ => string.Create(CultureInfo.InvariantCulture, $"{Readings.Rules} of {q.Path.Stop.At}"),
        };
    }
}
