using System.Collections.Immutable;
using Fairlead.Facts;

namespace Fairlead.Tests.Walk;

/// <summary>Snapshots with one reading taken away, as if it had not been permitted.</summary>
public static class Lacking
{
    public static IEnumerable<(string What, string Of, Snapshot Without)> Of(Snapshot snapshot)
    {
        foreach (var facts in snapshot.Namespaces.Values)
        {
            foreach (var (what, without) in Of(facts))
            {
                yield return (what, facts.Of, snapshot with { Namespaces = snapshot.Namespaces.SetItem(facts.Id, without) });
            }
        }

        foreach (var (id, netns) in snapshot.ContainerNetns.Where(p => p.Value.IsKnown))
        {
            var of = snapshot.Namespaces[netns.Value!].Of;
            yield return (Readings.Netns, of, snapshot with { ContainerNetns = snapshot.ContainerNetns.SetItem(id, new NotRead(Readings.Netns, of, WhyNot.NotPermitted, "root")) });
        }

        foreach (var id in snapshot.Inspects.Keys)
        {
            var of = snapshot.Containers.Single(c => c.GetProperty("Id").GetString() == id).GetProperty("Names")[0].GetString()!.TrimStart('/');
            yield return (Readings.Engine, of, snapshot with
            {
                Inspects = snapshot.Inspects.Remove(id),
                NotRead = snapshot.NotRead.Add(new NotRead(Readings.Engine, of, WhyNot.Gone)),
            });
        }

        yield return (Readings.Netns, "host", snapshot with { HostNetns = new NotRead(Readings.Netns, "host", WhyNot.NotPermitted, "root") });
    }

    private static IEnumerable<(string What, NetnsFacts Without)> Of(NetnsFacts facts)
    {
        NotRead no(string what) => new(what, facts.Of, WhyNot.NotPermitted, "root");
        yield return (Readings.Links, facts with { Links = no(Readings.Links), Addresses = no(Readings.Links) });
        yield return (Readings.Routes, facts with { Routes = no(Readings.Routes), RoutingRules = no(Readings.Routes) });
        yield return (Readings.Neighbours, facts with { Neighbours = no(Readings.Neighbours) });
        yield return (Readings.Sockets, facts with { Sockets = no(Readings.Sockets) });
        yield return (Readings.Sysctl, facts with { Sysctls = no(Readings.Sysctl) });
        yield return (Readings.Rules, facts with { PacketRules = no(Readings.Rules) });
        yield return (Readings.HostsFile, facts with { HostsFile = no(Readings.HostsFile) });
        yield return (Readings.Resolver, facts with { ResolverFile = no(Readings.Resolver) });
    }
}
