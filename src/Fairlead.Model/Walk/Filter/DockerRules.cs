using System.Net;
using System.Net.Sockets;
using Fairlead.Facts;
using Fairlead.Model.Rules;
using Fairlead.Model.World;
using FactLink = Fairlead.Facts.Link;

namespace Fairlead.Model.Walk;

/// <summary>
/// What the engine's own rules would do where the host's rules were not read (SEMANTICS part 1). Rules of others are unknown then, so whatever
/// passes here is never certain.
/// </summary>
internal static class DockerRules
{
    public static IReadOnlyList<Passage> Guess(WalkContext context, Trip trip, Stack host, Hook hook, FactLink? outLink, NotRead missing)
    {
        trip = trip.Missing(missing, "filter", "nat");
        var world = context.World;
        var packet = trip.Packet;
        if (packet.V6 && !world.Engine.FiltersIPv6)
        {
            return [new Passage(trip, null)];
        }

        var from = NetworkOf(world, packet.In);
        switch (hook)
        {
            case Hook.Prerouting when DirectAccess(world, trip, from) is { } network:
                return Drop(trip, host, missing, $"Engine {world.Engine.Major} drops packets to addresses of {network.Name} that come by another link (raw PREROUTING)");
            case Hook.Prerouting or Hook.Output when !trip.Answering && ConnTrack.NatAsked(trip, hook) && Published(world, trip, host, hook, from) is { } to:
                var changed = trip with { Packet = packet with { Destination = to.Address, DestinationPort = to.Port } };
                return [new Passage(Note(changed, host, HopKind.Nat, missing, $"destination becomes {to.Address}:{to.Port} if the engine's rules stand"), null)];
            case Hook.Forward when !trip.Answering:
                return Isolated(world, trip, from, NetworkOf(world, outLink?.Name)) is { } why ? Drop(trip, host, missing, why)
                    : [new Passage(Note(trip, host, HopKind.Filter, missing, "FORWARD not read"), null)];
            case Hook.Input when !trip.Answering && packet.In != "lo":
                return [new Passage(Note(trip, host, HopKind.Filter, missing, "INPUT not read"), null)];
            case Hook.Postrouting when !trip.Answering && ConnTrack.NatAsked(trip, hook) && Masqueraded(world, packet, outLink):
                return [new Passage(trip with { Packet = Rewriting.Masquerade(host, packet, outLink) }, null)];
            default:
                return [new Passage(trip, null)];
        }
    }

    private static Network? NetworkOf(HostWorld world, string? link) =>
        link is null ? null : world.Networks.FirstOrDefaultNotNull(n => n.BridgeName == link);

    private static bool Routed(Network network) =>
        network.GatewayMode4 is "routed" or "nat-unprotected";

    private static Network? DirectAccess(HostWorld world, Trip trip, Network? from)
    {
        if (!world.Engine.DropsDirectAccess || trip.Packet.In is null or "lo" || world.HolderOf(trip.Packet.Destination) is not var (_, endpoint))
        {
            return null;
        }

        return world.NetworkOf(endpoint) is { Driver: "bridge", Internal: false } network && network.Id != from?.Id && !Routed(network) ? network : null;
    }

    private static (IPAddress Address, int Port)? Published(HostWorld world, Trip trip, Stack host, Hook hook, Network? from)
    {
        var packet = trip.Packet;
        if (!host.OwnsRead(packet.Destination))
        {
            return null;
        }

        var proxy = Publishing.ProxyIsOn(world) != Truth.No;
        if (proxy && hook == Hook.Output && IPAddress.IsLoopback(packet.Destination))
        {
            return null;
        }

        // Up to 28 a masquerading network's containers are sent to docker-proxy by a RETURN before any DNAT.
        if (hook == Hook.Prerouting && proxy && !world.Engine.ForwardsAcrossNetworks && from is { Internal: false } && !NoMasquerade(from))
        {
            return null;
        }

        foreach (var (container, publish) in Publishing.At(world, packet.Destination, packet.DestinationPort, trip.Protocol))
        {
            if (Gateways.Of(world, container) is { } endpoint && world.NetworkOf(endpoint) is { Driver: "bridge" } network
                && (packet.V6 ? endpoint.IPv6 : endpoint.IPv4) is { } address && !(proxy && network.Id == from?.Id))
            {
                return (address, publish.ContainerPort);
            }
        }

        return null;
    }

    private static string? Isolated(HostWorld world, Trip trip, Network? from, Network? to)
    {
        var packet = trip.Packet;
        if (from is not null && to is not null && from.Id == to.Id)
        {
            return from.IccDisabled ? $"network {from.Name} has enable_icc=false" : null;
        }

        if (to is null)
        {
            return from is { Internal: true } ? $"network {from.Name} is internal" : null;
        }

        if (to.Internal || (from is { Internal: true } && !world.Engine.NativeNftables))
        {
            return $"network {(to.Internal ? to.Name : from!.Name)} is internal";
        }

        if (packet.DestinationNatted)
        {
            return from is not null && !world.Engine.ForwardsAcrossNetworks ? $"Engine {world.Engine.Major} isolates {from.Name} from {to.Name}" : null;
        }

        var holder = world.HolderOf(packet.Destination);
        var published = holder is var (container, _) && (container.Published.Any(p => p.ContainerPort == packet.DestinationPort && p.Protocol == trip.Protocol)
            || container.Wished is { } wished && wished.Any(p => p.ContainerPort == packet.DestinationPort));
        var open = to.GatewayMode4 == "nat-unprotected" || published;
        return from is null ? open ? null : $"port {packet.DestinationPort} is not published"
            : Routed(to) && open && (to.GatewayMode4 == "routed" || world.Engine.ForwardsAcrossNetworks) ? null
            : $"Engine {world.Engine.Major} isolates {from.Name} from {to.Name}";
    }

    private static bool Masqueraded(HostWorld world, Packet packet, FactLink? outLink) =>
        world.NetworkContaining(packet.Source) is { Driver: "bridge", Internal: false } network && !NoMasquerade(network)
        && network.BridgeName != outLink?.Name && network.GatewayMode4 != "routed";

    private static bool NoMasquerade(Network network) =>
        network.Options.GetValueOrDefault("com.docker.network.bridge.enable_ip_masquerade") == "false";

    private static IReadOnlyList<Passage> Drop(Trip trip, Stack host, NotRead missing, string why)
    {
        trip = trip.Add(HopKind.Filter, host, HopResult.Drop, why, more: s => s with { Unread = missing });
        return [new Passage(trip, trip.End(Outcome.Timeout))];
    }

    private static Trip Note(Trip trip, Stack host, HopKind kind, NotRead missing, string detail) =>
        trip.Add(kind, host, HopResult.Unknown, detail, more: s => s with { Unread = missing });
}
