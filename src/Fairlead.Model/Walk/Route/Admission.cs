using System.Net;
using System.Net.Sockets;
using Fairlead.Model.Walk.Routing;
using FactLink = Fairlead.Facts.Link;

namespace Fairlead.Model.Walk;

/// <summary>What a stack refuses to take in or pass on whatever its routes say: martians, rp_filter, forwarding switched off.</summary>
internal sealed partial class Journey
{
    /// <summary>Why it is not taken in; sysctls that were not read are lacking only where they decide.</summary>
    private static (string Detail, string From)? Martian(ref Trip trip, Stack stack, FactLink link)
    {
        var packet = trip.Packet;
        var loopback = IPAddress.IsLoopback(packet.Destination) ? packet.Destination : IPAddress.IsLoopback(packet.Source) ? packet.Source : null;
        if (loopback is not null)
        {
            if (loopback.AddressFamily == AddressFamily.InterNetworkV6)
            {
                return ($"{loopback} is dropped on {link.Name}: loopback only", "RFC 4291, 2.5.3");
            }

            var key = $"net.ipv4.conf.{link.Name}.route_localnet";
            trip = trip.Missing(stack.SysctlsMissing, "route");
            return stack.Sysctl(key) == "1" || stack.Sysctl("net.ipv4.conf.all.route_localnet") == "1" ? null
                : ($"{loopback} is martian on {link.Name}", $"sysctl {key}");
        }

        if (packet.V6)
        {
            return null;
        }

        var ours = stack.OwnsRead(packet.Source);
        if (ours)
        {
            trip = trip.Missing(stack.SysctlsMissing, "route");
        }

        if (ours && stack.Sysctl($"net.ipv4.conf.{link.Name}.accept_local") != "1" && stack.Sysctl("net.ipv4.conf.all.accept_local") != "1")
        {
            return ($"source {packet.Source} is an address of {stack.At} itself", $"sysctl net.ipv4.conf.{link.Name}.accept_local");
        }

        var unread = stack.SysctlsMissing is not null;
        var strict = unread ? 1 : Math.Max(Number(stack, "net.ipv4.conf.all.rp_filter"), Number(stack, $"net.ipv4.conf.{link.Name}.rp_filter"));
        if (strict is not (1 or 2))
        {
            return null;
        }

        var back = RoutingTable.Lookup(stack, new RouteKey(packet.Source, packet.Destination, packet.Mark, null));
        var ways = new[] { back }.Concat(back.Alternatives).Where(r => r.Kind == RouteKind.Unicast).ToArray();
        if (strict == 1 && ways.Any(r => r.Out?.Index == link.Index) || strict == 2 && ways.Length > 0)
        {
            return null;
        }

        trip = trip.Missing(stack.SysctlsMissing, "route");
        return unread ? null : ($"rp_filter {strict}: the way back to {packet.Source} is not by {link.Name}", $"sysctl net.ipv4.conf.{link.Name}.rp_filter");
    }

    private static int Number(Stack stack, string key) => int.TryParse(stack.Sysctl(key), out var n) ? n : 0;

    private static string ForwardingKey(Trip trip, FactLink link) =>
        trip.Packet.V6 ? "net.ipv6.conf.all.forwarding" : $"net.ipv4.conf.{link.Name}.forwarding";

    private static bool Forwards(ref Trip trip, Stack stack, FactLink link)
    {
        trip = trip.Missing(stack.SysctlsMissing, "route");
        if (stack.SysctlsMissing is not null)
        {
            // Every engine that publishes or masquerades has it on.
            return stack.IsHost;
        }

        return trip.Packet.V6
            ? stack.Sysctl("net.ipv6.conf.all.forwarding") == "1" || stack.Sysctl($"net.ipv6.conf.{link.Name}.forwarding") == "1"
            : (stack.Sysctl($"net.ipv4.conf.{link.Name}.forwarding") ?? stack.Sysctl("net.ipv4.ip_forward")) == "1";
    }

    /// <summary>Whether frames between ports of a bridge meet the rules of IP (br_netfilter).</summary>
    private static bool BridgeFiltering(ref Trip trip, Stack stack)
    {
        if (stack.SysctlsMissing is not null)
        {
            trip = trip.Missing(stack.SysctlsMissing, "bridge");
            return true;
        }

        // No such key: br_netfilter is not loaded.
        return stack.Sysctl(trip.Packet.V6 ? "net.bridge.bridge-nf-call-ip6tables" : "net.bridge.bridge-nf-call-iptables") == "1";
    }
}
