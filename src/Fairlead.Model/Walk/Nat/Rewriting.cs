using System.Net;
using System.Net.Sockets;
using Fairlead.Facts;
using Fairlead.Model.Rules;
using Fairlead.Model.Walk.Routing;
using FactLink = Fairlead.Facts.Link;

namespace Fairlead.Model.Walk;

/// <summary>Finishes the rewriting that a rule ordered but that needs an address of this stack.</summary>
internal static class Rewriting
{
    public static Packet Finish(Stack stack, Hook hook, HookBranch branch, FactLink? inLink, FactLink? outLink)
    {
        var packet = branch.Packet;
        switch (branch.PendingNat)
        {
            case "masquerade":
                return Masquerade(stack, packet, outLink);
            case "redirect":
                var port = branch.PendingPorts is { } ports && ports.From > 0 ? ports.From : packet.DestinationPort;
                var to = hook == Hook.Output ? packet.V6 ? IPAddress.IPv6Loopback : IPAddress.Loopback
                    : SourceAddress.OnLink(stack, inLink, packet.Source) ?? packet.Destination;
                return packet with { Destination = to, DestinationPort = port };
            default:
                return packet;
        }
    }

    /// <summary>The address of the outgoing link that lies nearest the next hop (nf_nat_masquerade).</summary>
    public static Packet Masquerade(Stack stack, Packet packet, FactLink? outLink)
    {
        var route = RoutingTable.Lookup(stack, new RouteKey(packet.Destination, null, packet.Mark, null));
        var address = packet.Destination.AddressFamily == AddressFamily.InterNetworkV6 || route.Out?.Index != outLink?.Index
            ? SourceAddress.OnLink(stack, outLink, packet.Destination)
            : SourceAddress.OnLink(stack, outLink, route.Gateway ?? packet.Destination);
        return address is null ? packet : packet with { Source = address };
    }
}
