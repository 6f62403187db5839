using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Fairlead.Facts;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Walk;
using Fairlead.Model.World;

namespace Fairlead.Model.Causes;

/// <summary>Which stopped container a question was meant for.</summary>
internal static class StoppedTarget
{
    public static readonly ImmutableArray<(HopKind, HopResult)> Stops =
    [
        (HopKind.Resolve, HopResult.Nothing), (HopKind.Neighbour, HopResult.Nothing), (HopKind.Listen, HopResult.Nothing), (HopKind.Filter, HopResult.Drop),
        (HopKind.Filter, HopResult.Unknown),
    ];

    public static Wanted? Find(Question q)
    {
        if (q.Path is null)
        {
            var bearers = Bearers.Anywhere(q.World, q.Asked.Host);
            return bearers.Any(c => c.Running) ? null
                : bearers.FirstOrDefault(c => !c.Running) is { } byName ? new Wanted(byName, q.Asked.Port, null, null, "name") : null;
        }

        // By the host's address: the port closes with the container. By loopback the address itself is the mistake.
        if (q.Stop is { Kind: HopKind.Listen } && q.StopsAtHost && (!q.ToLoopback || q.From.IsHost))
        {
            foreach (var c in q.World.Stopped())
            {
                if ((c.Wished ?? []).FirstOrDefault(p => p.HostPort == q.Asked.Port && p.Protocol == q.Asked.Protocol) is { } wish)
                {
                    return new Wanted(c, wish.ContainerPort, wish, null, "publish");
                }
            }
        }

        if (q.Stop.Kind is HopKind.Neighbour or HopKind.Filter && q.World.HolderOf(q.Address!) is null)
        {
            var owner = q.World.Stopped().FirstOrDefault(c => FixedAddresses(q.World, c).Contains(q.Address!.ToString()));
            return owner is null ? null : new Wanted(owner, q.Asked.Port, null, null, "address");
        }

        return null;
    }

    /// <summary>Stopped containers that were not inspected, where only an inspect could tell that one of them was meant.</summary>
    public static IEnumerable<NotRead> NotInspected(Question q) =>
        q.Path is null || !(q.Stop.Kind == HopKind.Neighbour || (q.Stop.Kind == HopKind.Listen && q.StopsAtHost && (!q.ToLoopback || q.From.IsHost))) ? []
            : q.World.Stopped().Where(c => !c.Inspected).Take(8).Select(c => new NotRead(Readings.Engine, c.Name, WhyNot.NotAsked, "engine", [], "inspect"));

    /// <summary>The running container whose listener is missing.</summary>
    public static Wanted? JustStarted(Question q) =>
        q.Stop.Kind == HopKind.Listen && q.Path?.Target is { IsHost: false } t && !q.StopsAtSource && t.Members.FirstOrDefault() is { } c
            ? new Wanted(c, q.Path.TargetPort, null, null, "address") : null;

    public static bool StartedWithinAMinute(HostWorld world, Container c) =>
        c.RestartCount is > 0
        && DateTimeOffset.TryParse(c.StartedAt, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var started)
        && world.Snapshot.At - started < TimeSpan.FromMinutes(1);

    // The engine keeps no former address; only one that was asked for by hand stays in the configuration (SEMANTICS 4.2).
    private static IEnumerable<string> FixedAddresses(HostWorld world, Container c)
    {
        if (world.Snapshot.Inspects.TryGetValue(c.Id, out var inspect)
            && EngineJson.Child(EngineJson.Child(inspect, "NetworkSettings"), "Networks") is { ValueKind: JsonValueKind.Object } networks)
        {
            foreach (var network in networks.EnumerateObject())
            {
                var wish = EngineJson.Child(network.Value, "IPAMConfig");
                yield return EngineJson.Text(wish, "IPv4Address");
                yield return EngineJson.Text(wish, "IPv6Address");
            }
        }
    }
}
