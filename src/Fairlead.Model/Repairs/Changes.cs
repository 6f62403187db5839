using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Fairlead.Facts;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Walk;
using Fairlead.Model.World;

namespace Fairlead.Model.Repairs;

/// <summary>A pair whose outcome a plan changes.</summary>
/// <param name="Source">A container's name, or "host".</param>
/// <param name="Target">"name:port", or "host:port" for a service or a published port of the host.</param>
/// <param name="Before">One of <see cref="Outcome"/>: the best over the target's addresses.</param>
public sealed record ChangedPair(string Source, string Target, string Before, string After);

/// <summary>What a plan changes between all pairs of the host, by walking each before and after (fairlead.fix/1, `changed`).</summary>
/// <param name="Whole">False where there were more pairs than are walked.</param>
public sealed record Changes(ImmutableArray<ChangedPair> Pairs, bool Whole)
{
    private const int MostWalks = 4000;

    private sealed record Place(string Name, string Protocol, int Port, Container? Container, bool Published);

    /// <summary>The pairs that a draft changes. Sources are the running containers and the host, targets the listeners that were read, else the ports that the engine knows of.</summary>
    public static Changes Of(HostWorld before, Draft draft)
    {
        if (draft.After is not { } after)
        {
            return new Changes([], true);
        }

        var sources = before.Containers.Where(c => c.Running && c.Mode != NetworkMode.Shared).Cast<Container?>().Append(null).ToArray();
        // What the plan itself touches comes first: where there are too many pairs, those that cannot have changed are left out.
        var touched = after.Containers.Where(c => before.ById(c.Id) is not { } old || !ReferenceEquals(old, c)).Select(c => c.Id).ToHashSet();
        var pairs = sources.SelectMany(s => Places(after).Select(p => (Source: s, Place: p)))
            .Where(x => x.Place.Container is null || x.Source is null || before.Owner(x.Place.Container).Id != before.Owner(x.Source).Id)
            .OrderBy(x => !(x.Source is { } s && touched.Contains(s.Id)) && !(x.Place.Container is { } c && touched.Contains(c.Id)))
            .ThenBy(x => x.Source?.Name ?? "", StringComparer.Ordinal).ThenBy(x => x.Place.Name, StringComparer.Ordinal).ToArray();
        var (changed, walks) = (new List<ChangedPair>(), 0);
        foreach (var (source, place) in pairs)
        {
            if (walks >= MostWalks)
            {
                return new Changes([.. changed], false);
            }

            var (was, first) = Best(before, source, place);
            var (becomes, second) = Best(after, source, place);
            walks += first + second;
            if (was != becomes && was != Outcome.Unknown && becomes != Outcome.Unknown)
            {
                changed.Add(new ChangedPair(source?.Name ?? "host", place.Name, was, becomes));
            }
        }

        return new Changes([.. changed], true);
    }

    private static IEnumerable<Place> Places(HostWorld world)
    {
        var found = new List<Place>();
        foreach (var c in world.Containers.Where(c => c.Running && c.Mode is not (NetworkMode.Host or NetworkMode.Shared)))
        {
            foreach (var protocol in new[] { "tcp", "udp" })
            {
                var sockets = Listeners.Of(world.SandboxOf(c), protocol);
                var ports = sockets.IsKnown ? Listeners.Ports([.. sockets.Value.Where(l => !Listeners.LoopbackOnly(l))])
                    : c.Exposed.Where(e => e.Protocol == protocol).Select(e => e.Port).Concat(c.Published.Where(p => p.Protocol == protocol).Select(p => p.ContainerPort)).Distinct().Order();
                found.AddRange(ports.Take(20).Select(p => new Place(Show(c.Name, p), protocol, p, c, false)));
            }

            found.AddRange(c.Published.DistinctBy(p => (p.HostPort, p.Protocol)).Take(20).Select(p => new Place(Show("host", p.HostPort), p.Protocol, p.HostPort, null, true)));
        }

        foreach (var protocol in new[] { "tcp", "udp" })
        {
            var own = Listeners.Of(world.Host, protocol);
            found.AddRange(own.IsKnown ? Listeners.Ports([.. own.Value.Where(l => !Listeners.LoopbackOnly(l))]).Take(20).Select(p => new Place(Show("host", p), protocol, p, null, false)) : []);
        }

        return found.DistinctBy(p => (p.Name, p.Protocol));
    }

    // The best of the addresses at which this source could dial the place; nobody dials with less than that.
    private static (string Outcome, int Walks) Best(HostWorld world, Container? source, Place place)
    {
        source = source is null ? null : world.ById(source.Id);
        var from = source is null ? world.Host : world.SandboxOf(source);
        var addresses = place.Container is { } target
            ? world.ById(target.Id) is { Running: true } there ? [.. world.EndpointsOf(there).Select(e => e.IPv4 ?? e.IPv6).Where(a => a is not null).Select(a => a!)] : ImmutableArray<IPAddress>.Empty
            : HostAddresses.Main(world) is { } main ? [main] : [];
        var (best, walks) = (Outcome.NameNotFound, 0);
        foreach (var address in addresses.Take(4))
        {
            var path = Walker.Walk(world, new WalkQuestion(from, source, address, place.Port, place.Protocol));
            walks++;
            var outcome = path.Certain ? path.Outcome : Outcome.Unknown;
            best = outcome == Outcome.Ok || best == Outcome.NameNotFound || (best != Outcome.Ok && outcome == Outcome.Unknown) ? outcome : best;
            if (best == Outcome.Ok)
            {
                break;
            }
        }

        return (best, walks);
    }

    private static string Show(string name, int port) => string.Create(CultureInfo.InvariantCulture, $"{name}:{port}");
}
