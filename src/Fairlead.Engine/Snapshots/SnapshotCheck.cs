using System.Collections.Immutable;
using System.Text.Json;
using Fairlead.Facts;

namespace Fairlead.Engine.Snapshots;

/// <summary>What a snapshot from a file must hold before anybody reads it: nothing null where a value is required, no endless lists.</summary>
internal static class SnapshotCheck
{
    /// <summary>One phrase what is wrong, or null.</summary>
    public static string? Complaint(Snapshot s)
    {
        if (s.Engine is null || s.Tool is null || s.As is null || s.Inspects is null || s.Namespaces is null || s.ContainerNetns is null || s.HostNetns is null
            || s.HostName is null || s.Engine.Version is null || s.Engine.Api is null || s.Engine.Kind is null || s.Engine.Endpoint is null)
            return "a part is missing";
        if (s.Containers.IsDefault || s.Networks.IsDefault || s.Resolutions.IsDefault || s.NotRead.IsDefault)
            return "a list is missing";
        int[] counts = [s.Containers.Length, s.Networks.Length, s.Inspects.Count, s.Namespaces.Count, s.ContainerNetns.Count, s.Resolutions.Length, s.NotRead.Length];
        if (counts.Any(n => n > SnapshotStore.MaxCount))
            return "a list is too long";
        if (s.Containers.Concat(s.Networks).Concat(s.Inspects.Values).Any(e => e.ValueKind != JsonValueKind.Object))
            return "a container or network is no object";
        if (s.NotRead.Any(n => n is null) || s.Resolutions.Any(r => r is null || r.Addresses.IsDefault || r.Asked.IsDefault))
            return "a resolution is incomplete";
        if (!Whole(s.HostNetns) || s.ContainerNetns.Values.Any(r => !Whole(r)))
            return "a namespace is neither known nor unread";
        foreach (var (id, facts) in s.Namespaces)
        {
            if (facts is null || facts.Id != id || facts.Of is null)
                return "a namespace without a name";
            if (!(List(facts.Links) && List(facts.Addresses) && List(facts.Routes) && List(facts.RoutingRules) && List(facts.Neighbours) && List(facts.Sockets)
                && Whole(facts.Sysctls) && Whole(facts.PacketRules) && Whole(facts.HostsFile) && Whole(facts.ResolverFile) && Whole(facts.Libc)))
                return "a part of a namespace is neither known nor unread, or too long";
            if (facts.PacketRules is { IsKnown: true, Value: var rules } && (rules.NfTables.IsDefault || rules.Legacy.IsDefault || rules.IpSets.IsDefault
                || rules.NotRead.IsDefault || rules.NfTables.Any(m => m is null) || rules.IpSets.Any(m => m is null)
                || rules.Legacy.Any(t => t is null || t.Table is null || t.Info is null || t.Entries is null)))
                return "a packet rule's bytes are missing";
        }
        return null;
    }

    private static bool Whole<T>(Reading<T>? reading) => reading is not null && (reading.Missing is not null || reading.Value is not null);

    private static bool List<T>(Reading<ImmutableArray<T>>? reading) =>
        reading is not null && (reading.Missing is not null || (!reading.Value.IsDefault && reading.Value.Length <= SnapshotStore.MaxCount && reading.Value.All(v => v is not null)));
}
