using System.Collections.Immutable;
using System.Net;
using Fairlead.Model.World;

namespace Fairlead.Model.Names;

/// <summary>What the engine's resolver at 127.0.0.11 answers to a container (SEMANTICS 3.2).</summary>
internal static class EmbeddedDns
{
    /// <summary>The containers that bear the name on the client's networks, and their addresses there; empty when the question is forwarded.</summary>
    public static (ImmutableArray<IPAddress> Addresses, ImmutableArray<Container> Bearers) Answer(HostWorld world, Container client, string name)
    {
        var mine = world.EndpointsOf(client).Select(e => (Endpoint: e, Network: world.NetworkOf(e))).Where(x => x.Network is { IsUserDefined: true })
            // The same name on several networks: the one that holds the client's default route answers (trap 25).
            .OrderBy(x => x.Network!.Internal).ThenByDescending(x => x.Endpoint.GatewayPriority).ThenBy(x => x.Endpoint.NetworkName, StringComparer.Ordinal).ToArray();
        foreach (var (_, network) in mine)
        {
            var here = world.MembersOf(network!).SelectMany(c => c.Endpoints.Where(e => world.NetworkOf(e)?.Id == network!.Id).Select(e => (c, e)))
                .Where(x => NamesOn(world, x.c, x.e, network!).Any(n => n.Equals(name, StringComparison.OrdinalIgnoreCase))).ToArray();
            if (here.Length > 0)
            {
                return ([.. here.SelectMany(x => new[] { x.e.IPv4, x.e.IPv6 }).Where(a => a is not null).Select(a => a!).Distinct()], [.. here.Select(x => x.c).DistinctBy(c => c.Id)]);
            }
        }

        return ([], []);
    }

    // Names, aliases, the short id and the hostname; each also as name.network. 20.10 puts aliases where later engines list DNSNames.
    private static IEnumerable<string> NamesOn(HostWorld world, Container c, Endpoint e, Network network)
    {
        var generated = world.Engine is { Major: > 0 and < 26 } && e.DnsNames.IsEmpty && e.Aliases.IsEmpty;
        var names = e.DnsNames.Concat(e.Aliases).Append(generated ? "" : c.Name).Append(c.Id.Length >= 12 ? c.Id[..12] : "").Append(c.HostName ?? "")
            .Append(c.Project is not null ? c.Service ?? "" : "").Where(n => n.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        return names.Concat(names.Select(n => $"{n}.{network.Name}"));
    }
}
