using System.Net;
using System.Net.Sockets;
using Fairlead.Facts;
using FactLink = Fairlead.Facts.Link;

namespace Fairlead.Model.Walk.Routing;

/// <summary>Which of its own addresses a stack puts on what it sends.</summary>
internal static class SourceAddress
{
    /// <summary>For a packet made here, by this route; null when the stack has no fitting address.</summary>
    public static IPAddress? For(Stack stack, RouteAnswer route, IPAddress destination) =>
        route.PreferredSource is { } preferred && !preferred.Equals(IPAddress.Any) && !preferred.Equals(IPAddress.IPv6Any) ? preferred
        : destination.AddressFamily == AddressFamily.InterNetworkV6 ? V6(stack, route, destination)
        : route.Kind == RouteKind.Local ? destination
        : OnLink(stack, route.Out, route.Gateway ?? destination);

    /// <summary>inet_select_addr: the first primary address of the link, better one in whose subnet the next hop lies; else of any other link, global scope only.</summary>
    public static IPAddress? OnLink(Stack stack, FactLink? link, IPAddress nextHop)
    {
        if (nextHop.AddressFamily == AddressFamily.InterNetworkV6)
        {
            return V6(stack, new RouteAnswer { Kind = RouteKind.Unicast, Out = link }, nextHop);
        }

        var here = stack.Addresses.Where(a => link is not null && a.Index == link.Index && V4(a) && a.Scope != "host").ToArray();
        return here.FirstOrDefault(a => RoutingTable.Within(nextHop, a.Address, a.PrefixLength))?.Address
            ?? here.FirstOrDefault()?.Address
            ?? stack.Addresses.Where(a => V4(a) && a.Scope == "global").OrderBy(a => a.Index).FirstOrDefault()?.Address;
    }

    private static bool V4(LinkAddress a) => a.Address.AddressFamily == AddressFamily.InterNetwork;

    /// <summary>RFC 6724, the rules that decide here: same address, scope, outgoing link, label, longest prefix.</summary>
    private static IPAddress? V6(Stack stack, RouteAnswer route, IPAddress destination)
    {
        if (route.Kind == RouteKind.Local)
        {
            return destination;
        }

        return stack.Addresses
            .Where(a => a.Address.AddressFamily == AddressFamily.InterNetworkV6 && !a.Tentative && !IPAddress.IsLoopback(a.Address))
            .Where(a => !a.Address.IsIPv6LinkLocal || a.Index == route.Out?.Index)
            .OrderByDescending(a => Scope(a.Address) >= Scope(destination))
            .ThenBy(a => Scope(a.Address))
            .ThenByDescending(a => a.Index == route.Out?.Index)
            .ThenByDescending(a => Label(a.Address) == Label(destination))
            .ThenByDescending(a => CommonBits(a.Address, destination))
            .FirstOrDefault()?.Address;
    }

    private static int Scope(IPAddress a) => IPAddress.IsLoopback(a) ? 1 : a.IsIPv6LinkLocal ? 2 : 14;

    private static int Label(IPAddress a) => a.IsIPv6UniqueLocal ? 13 : a.IsIPv4MappedToIPv6 ? 4 : a.IsIPv6Teredo ? 5 : 1;

    private static int CommonBits(IPAddress a, IPAddress b)
    {
        var (x, y) = (a.GetAddressBytes(), b.GetAddressBytes());
        for (var i = 0; i < 16; i++)
        {
            if (x[i] != y[i])
            {
                return i * 8 + System.Numerics.BitOperations.LeadingZeroCount((uint)(x[i] ^ y[i]) << 24);
            }
        }

        return 128;
    }
}
