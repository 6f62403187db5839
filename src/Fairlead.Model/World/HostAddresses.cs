using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Fairlead.Facts;

namespace Fairlead.Model.World;

/// <summary>The host's own addresses, told apart.</summary>
public static class HostAddresses
{
    /// <summary>IPv4 addresses of uplinks (links that are no bridge of the engine, no port of one, no loopback), the default route's first.</summary>
    public static ImmutableArray<IPAddress> Uplinks(HostWorld world, int family = 4)
    {
        var facts = world.Host.Facts;
        if (!facts.Links.IsKnown || !facts.Addresses.IsKnown)
        {
            return [];
        }

        var want = family == 4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        var defaultOut = facts.Routes.Or([]) is { IsDefault: false } routes
            ? routes.Where(r => r.PrefixLength == 0 && r.Family == family && r.Table == 254 && !r.Dead).OrderBy(r => r.Metric).FirstOrDefault()
            : null;
        return facts.Addresses.Value
            .Where(a => a.Address.AddressFamily == want && !IPAddress.IsLoopback(a.Address) && !a.Address.IsIPv6LinkLocal)
            .Select(a => (a.Address, Link: world.Host.LinkByIndex(a.Index)))
            .Where(x => x.Link is { Up: true } link && !IsDockers(world, link))
            .OrderBy(x => !x.Address.Equals(defaultOut?.PreferredSource)).ThenBy(x => x.Link!.Index != defaultOut?.Out)
            .ThenBy(x => x.Link!.Index).ThenBy(x => x.Address.ToString(), StringComparer.Ordinal)
            .Select(x => x.Address).Distinct().ToImmutableArray();
    }

    /// <summary>The address that a container writes for the host; null where the host could not be read.</summary>
    public static IPAddress? Main(HostWorld world) => Uplinks(world).FirstOrDefault();

    /// <summary>docker0's address, which host-gateway stands for in every version (SEMANTICS 3.4) unless the daemon was told another.</summary>
    public static IPAddress? HostGateway(HostWorld world) =>
        world.Networks.FirstOrDefault(n => n.IsDefaultBridge) is { } bridge
            ? bridge.Subnets.Select(s => s.Gateway).FirstOrDefault(g => g?.AddressFamily == AddressFamily.InterNetwork) ?? OfLink(world, bridge.BridgeName ?? "docker0")
            : OfLink(world, "docker0");

    /// <summary>The gateways of a container's networks, its default route's first.</summary>
    public static ImmutableArray<(IPAddress Address, Network Network)> Gateways(HostWorld world, Container container) =>
        world.EndpointsOf(container).Select(e => (e.Gateway, Network: world.NetworkOf(e)))
            .Where(x => x.Gateway is not null && x.Network is { Driver: "bridge" }).Select(x => (x.Gateway!, x.Network!)).ToImmutableArray();

    private static IPAddress? OfLink(HostWorld world, string name) =>
        world.Host.LinkByName(name) is { } link
            ? world.Host.Facts.Addresses.Or([]).FirstOrDefaultNotNull(a => a.Index == link.Index && a.Address.AddressFamily == AddressFamily.InterNetwork)?.Address
            : null;

    private static bool IsDockers(HostWorld world, Link link) =>
        link.Kind == "loopback" || link.Name == "lo" || link.Master is not null
        || world.Networks.Any(n => n.BridgeName == link.Name) || (link.Kind == "bridge" && (link.Name == "docker0" || link.Name.StartsWith("br-", StringComparison.Ordinal)))
        || link.Name == "docker_gwbridge";
}
