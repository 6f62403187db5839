using System.Collections.Immutable;
using System.Globalization;
using Fairlead.Engine.Logs;
using Fairlead.Facts;
using Fairlead.Model.Answer;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Leads;
using Fairlead.Model.Symptoms;
using Fairlead.Model.World;

namespace Fairlead.Engine.Scanning;

/// <summary>A connection that may be failing: who dials what, and where that was seen.</summary>
/// <param name="Classes">How it failed by the logs; empty for a socket.</param>
/// <param name="Tied">The log names no address, and this is one of those that fit.</param>
internal sealed record Suspect(Container Source, Asked Target, ImmutableArray<Sighting> Sightings, ImmutableArray<string> Classes, bool Tied)
{
    /// <summary>The only address that its container is told: a line without one can mean no other.</summary>
    public bool Only { get; init; }

    /// <summary>What the logs, sockets and leads of one container make suspect.</summary>
    public static ImmutableArray<Suspect> Of(Container source, ContainerLog? log, ImmutableArray<Lead> leads, ImmutableArray<SocketFact> sockets, HostWorld world)
    {
        var found = new Dictionary<(string Host, int Port), Suspect>();
        var placed = (log?.Symptoms ?? []).Where(s => s.HasPlace && s.Class != SymptomClass.NoSocket).ToArray();
        foreach (var group in placed.GroupBy(s => (s.Host, s.Port)))
        {
            foreach (var target in Targets(group, leads, world))
                Add(found, source, target, [.. group.GroupBy(s => s.Class).Select(Seen)], [.. group.Select(s => s.Class).Distinct()], false);
        }
        // Words without an address count only where no line with one tells of the same.
        var bare = (log?.Symptoms ?? []).Where(s => !s.HasPlace && s.Class is not (SymptomClass.NoSocket or SymptomClass.Setup)
            && !placed.Any(p => SymptomClass.Fits(s.Class, p.Class) || SymptomClass.Fits(p.Class, s.Class))).ToArray();
        foreach (var group in bare.GroupBy(s => s.Class))
        {
            foreach (var lead in leads)
            {
                if (Asked.Parse(lead.Target, out _) is { } target)
                    Add(found, source, target, [Seen(group)], [group.Key], true);
            }
        }
        foreach (var group in sockets.Where(s => s is { State: "syn-sent", Protocol: "tcp" }).GroupBy(s => (s.Remote.IsIPv4MappedToIPv6 ? s.Remote.MapToIPv4() : s.Remote, s.RemotePort)))
        {
            var (host, port) = (group.Key.Item1.ToString(), group.Key.RemotePort);
            var text = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
            var address = string.Create(CultureInfo.InvariantCulture, $"{text}:{port}");
            // One that has just been opened waits for an answer as any other does.
            var again = group.Max(s => s.Retransmits);
            if (Asked.Parse(leads.FirstOrDefault(l => l.Host == host && l.Port == port)?.Target ?? address, out _) is { } target)
                Add(found, source, target, [Waiting(address, group.Count(), again)], [Outcome.Timeout], false);
        }
        return [.. found.Values.Select(s => s with { Only = found.Count == 1 })];
    }

    private static Sighting Waiting(string address, int count, int again) => new()
    {
        Kind = "socket",
        Text = string.Create(CultureInfo.InvariantCulture, $"SYN_SENT {address}{(again > 0 ? $" retransmitted {again}" : "")}"),
        Address = address,
        Class = Outcome.Timeout,
        Count = count,
        StillHappening = again > 0 ? true : null,
    };

    /// <summary>The place as a target: with the lead's scheme and path where one names the same place, with its port where the line says none.</summary>
    private static IEnumerable<Asked> Targets(IGrouping<(string Host, int Port), Symptom> group, ImmutableArray<Lead> leads, HostWorld world)
    {
        var (host, port) = group.Key;
        var fit = LeadChoice.For(host, port, leads, world);
        foreach (var lead in fit)
        {
            if (Asked.Parse(lead.Target, out _) is { } target)
                yield return target;
        }
        if (fit.Length > 0)
            yield break;
        var named = group.All(s => SymptomClass.IsName(s.Class));
        port = port > 0 ? port : group.Max(s => s.Usual);
        if (port == 0 && !named)
            yield break;
        // A name that does not resolve fails before any port matters.
        var shown = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
        var pair = string.Create(CultureInfo.InvariantCulture, $"{shown}:{(port == 0 ? 80 : port)}");
        var url = group.FirstOrDefault(s => s.Scheme.Length > 0);
        if ((url is null ? null : Asked.Parse($"{url.Scheme}://{pair}{url.Path}", out _)) is { } withScheme)
            yield return withScheme;
        else if (Asked.Parse(pair, out _) is { } bare)
            yield return bare;
    }

    private static Sighting Seen(IGrouping<string, Symptom> group) => new()
    {
        Kind = "log",
        Text = group.Last().Text,
        Address = group.Last().Place is { Length: > 0 } place ? place : null,
        Class = group.Key,
        Count = group.Count(),
        First = group.Min(s => s.At),
        Last = group.Max(s => s.At),
    };

    private static void Add(Dictionary<(string, int), Suspect> found, Container source, Asked target, ImmutableArray<Sighting> sightings, ImmutableArray<string> classes, bool tied)
    {
        // As a person would write it: without the port that goes without saying.
        target = target.At(target.Host, target.Port);
        // What a log writes as a name or as an address is one connection.
        var key = (target.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? "127.0.0.1" : target.Host.ToLowerInvariant(), target.Port);
        found[key] = found.TryGetValue(key, out var known)
            ? known with { Target = known.Target.Scheme is null && target.Scheme is not null ? target : known.Target, Sightings = [.. known.Sightings.Union(sightings)], Classes = [.. known.Classes.Union(classes)], Tied = known.Tied && tied }
            : new Suspect(source, target, sightings, classes, tied);
    }
}
