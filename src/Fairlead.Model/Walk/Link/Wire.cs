using System.Net;
using Fairlead.Facts;
using Fairlead.Model.Rules;
using FactLink = Fairlead.Facts.Link;

namespace Fairlead.Model.Walk;

/// <summary>Leaving a stack by a link, and what lies behind it.</summary>
internal sealed partial class Journey
{
    private IReadOnlyList<Ending> Leave(Trip trip, Stack stack, FactLink? link, IPAddress nextHop)
    {
        if (link is null)
        {
            return (trip with { Unsure = true }).Missing(stack.LinksMissing, "link").Add(HopKind.Link, stack, HopResult.Unknown, "the link it leaves by is not known").Ends(Outcome.Unknown);
        }

        trip = trip.Missing(stack.LinksMissing, "link");
        if (!link.Up)
        {
            return trip.Add(HopKind.Link, stack, HopResult.Drop, $"{link.Name} is down", "ip link").Ends(Lost(trip, Outcome.NetUnreachable));
        }

        if (IPAddress.IsLoopback(trip.Packet.Source) && link.Kind != "loopback" && trip.Packet.V6)
        {
            return trip.Add(HopKind.Link, stack, HopResult.Drop, $"source {trip.Packet.Source} cannot leave by {link.Name}").Ends(Outcome.Timeout);
        }

        return link.Kind switch
        {
            "loopback" => In(trip, stack, link),
            "bridge" => ToPort(trip, stack, link, nextHop, null),
            "veth" => Across(trip, stack, link, nextHop),
            "macvlan" or "ipvlan" => Macvlan(trip, stack, link, nextHop),
            "dummy" => trip.Add(HopKind.Link, stack, HopResult.Drop, $"{link.Name} is a dummy: nothing behind it", "ip link").Ends(Outcome.Timeout),
            _ => Outside(trip, stack, link, nextHop),
        };
    }

    /// <summary>By a veth: to a bridge port, or straight into the stack at its other end.</summary>
    private IReadOnlyList<Ending> Across(Trip trip, Stack stack, FactLink link, IPAddress nextHop)
    {
        if (Segment.PeerOf(context, stack, link) is var (far, port))
        {
            if (port.Master is { } master && far.LinkByIndex(master) is { Kind: "bridge" } bridge)
            {
                return !port.Up || !bridge.Up ? NoNeighbour(trip, stack, nextHop, link) : FromPort(trip, stack, far, bridge, port, nextHop, link);
            }

            return far.OwnsRead(nextHop) && port.Up ? In(Found(trip, stack, nextHop, link), far, port) : NoNeighbour(trip, stack, nextHop, link);
        }

        // The host's links were not read, or this is a way out of what was looked at.
        var bears = stack.IsHost ? null : context.World.Networks.FirstOrDefault(n => n.BridgeName is not null
            && stack.Addresses.Any(a => a.Index == link.Index && n.Contains(a.Address)));
        var stand = bears is null ? null : context.Host.LinkByName(bears.BridgeName);
        if (stand is null || stack.IsHost)
        {
            return Outside(trip, stack, link, nextHop);
        }

        trip = trip.Missing(context.Host.LinksMissing ?? stack.LinksMissing, "link", "bridge");
        return FromPort(trip, stack, context.Host, stand, null, nextHop, link);
    }

    /// <summary>A frame that comes into a bridge by a port: for the bridge's own stack, or for a sibling.</summary>
    private IReadOnlyList<Ending> FromPort(Trip trip, Stack sender, Stack owner, FactLink bridge, FactLink? port, IPAddress nextHop, FactLink by)
    {
        var own = owner.OwnsRead(nextHop) && !IPAddress.IsLoopback(nextHop) && owner.Addresses.Any(a => a.Index == bridge.Index);
        if (own)
        {
            return Through(Gate.PassBridge(context, Found(trip, sender, nextHop, by), owner, Hook.Prerouting, port, null),
                t => Through(Gate.PassBridge(context, t, owner, Hook.Input, port, null), u => In(u, owner, bridge, port ?? bridge)));
        }

        return ToHolders(trip, owner, bridge, sender, by, nextHop, (t, holder) => Bridged(t, owner, bridge, port, holder));
    }

    /// <summary>Whoever on the bridge answers for the next hop. Where several do, the neighbour entry tells whose answer came first, or nothing does.</summary>
    private IReadOnlyList<Ending> ToHolders(Trip trip, Stack owner, FactLink bridge, Stack asking, FactLink by, IPAddress nextHop, Func<Trip, Holder, IReadOnlyList<Ending>> onwards)
    {
        var holders = Segment.HoldersOf(context, owner, bridge, nextHop);
        if (holders.Count == 0)
        {
            return NoNeighbour(Strangers(trip, owner, bridge, nextHop), asking, nextHop, by);
        }

        var met = Found(trip, asking, nextHop, by);
        if (holders.Count == 1)
        {
            return onwards(met, holders[0]);
        }

        if (EntryOf(asking, nextHop, by)?.Mac is { } mac && holders.Where(h => h.Inner?.Mac == mac).ToArray() is [var known])
        {
            return onwards(met, known);
        }

        var rivals = string.Join(" and ", holders.Select(h => h.Stack.At).Order(StringComparer.Ordinal));
        met = met.Missing(new NotRead(Readings.Neighbours, asking.At, WhyNot.Unsupported, null, [], $"{rivals} both answer for {nextHop}"), "neighbour")
            with { Notes = met.Notes.Add($"{rivals} both answer for {nextHop}") };
        return context.Fork(holders.Count - 1) ? [.. holders.SelectMany(h => onwards(met, h))] : onwards(met, holders[0]);
    }

    /// <summary>Between two ports: with br_netfilter the frame meets PREROUTING, FORWARD and POSTROUTING with the bridge as both links.</summary>
    private IReadOnlyList<Ending> Bridged(Trip trip, Stack owner, FactLink bridge, FactLink? port, Holder holder)
    {
        if (Bounded(ref trip, owner) is { } end)
        {
            return end;
        }

        trip = trip.Missing(holder.Missing, "link", "neighbour");
        if (!BridgeFiltering(ref trip, owner))
        {
            return Through(Gate.PassBridge(context, trip, owner, Hook.Forward, port, holder.Port), t => ToHolder(t, owner, bridge, port, holder));
        }

        trip = trip with { Packet = trip.Packet with { In = bridge.Name, Out = null, PhysIn = port?.Name, PhysOut = null, Bridged = true } };
        return Through(Gate.Pass(context, trip, owner, Hook.Prerouting, bridge, null), t =>
            !t.Answering && !Stack.Same(t.Packet.Destination, trip.Packet.Destination) ? RouteIn(t, owner, bridge, port) : AcrossBridge(t, owner, bridge, port, holder));
    }

    /// <summary>A port's frame to the host that PREROUTING sent back to the same bridge: it stays a bridged frame.</summary>
    private IReadOnlyList<Ending> BridgedAfterNat(Trip trip, Stack owner, FactLink bridge, FactLink port, Routing.RouteAnswer route)
    {
        if (!Forwards(ref trip, owner, bridge))
        {
            // Measured on kernel 6.18; the code for older ones lets such frames pass.
            return (trip with { Unsure = true }).Add(HopKind.Route, owner, HopResult.Drop, $"not forwarded: {ForwardingKey(trip, bridge)} is 0", $"sysctl {ForwardingKey(trip, bridge)}").Ends(Outcome.Timeout);
        }

        trip = Routed(trip, owner, route);
        var nextHop = route.Gateway ?? trip.Packet.Destination;
        return ToHolders(trip, owner, bridge, owner, bridge, nextHop, (t, holder) => AcrossBridge(t.Missing(holder.Missing, "link", "neighbour"), owner, bridge, port, holder));
    }

    private IReadOnlyList<Ending> AcrossBridge(Trip trip, Stack owner, FactLink bridge, FactLink? port, Holder holder)
    {
        trip = trip with { Packet = trip.Packet with { In = bridge.Name, Out = bridge.Name, PhysIn = port?.Name, PhysOut = holder.Port?.Name, Bridged = true } };
        return Through(Gate.PassBridge(context, trip, owner, Hook.Forward, port, holder.Port),
            t => Through(Gate.Pass(context, t, owner, Hook.Forward, bridge, bridge),
            u => Through(Gate.Pass(context, u, owner, Hook.Postrouting, bridge, bridge), v => ToHolder(v, owner, bridge, port, holder))));
    }

    /// <summary>From the bridge's own stack to whoever holds the next hop.</summary>
    private IReadOnlyList<Ending> ToPort(Trip trip, Stack owner, FactLink bridge, IPAddress nextHop, FactLink? port) =>
        ToHolders(trip, owner, bridge, owner, bridge, nextHop, (t, holder) => ToHolder(t.Missing(holder.Missing, "link", "neighbour"), owner, bridge, port, holder));

    private IReadOnlyList<Ending> ToHolder(Trip trip, Stack owner, FactLink bridge, FactLink? from, Holder holder)
    {
        if (from is not null && from.Index == holder.Port?.Index && from.Hairpin == false)
        {
            return trip.Add(HopKind.Bridge, owner, HopResult.Drop, $"hairpin is off on port {from.Name} of {bridge.Name}", $"/sys/class/net/{from.Name}/brport/hairpin_mode").Ends(Outcome.Timeout);
        }

        trip = trip.Add(HopKind.Bridge, owner, HopResult.Pass, $"{bridge.Name} to {holder.Stack.At}", "bridge link");
        var inner = holder.Inner ?? holder.Stack.Links.FirstOrDefault(l => l.Kind != "loopback");
        return inner is null ? (trip with { Unsure = true }).Add(HopKind.Link, holder.Stack, HopResult.Unknown, "its links were not read").Ends(Outcome.Unknown)
            : In(trip, holder.Stack, inner);
    }

    private IReadOnlyList<Ending> Macvlan(Trip trip, Stack stack, FactLink link, IPAddress nextHop)
    {
        var host = context.Host;
        var parent = link.Peer is { } index ? host.LinkByIndex(index) : null;
        if (host.OwnsRead(nextHop))
        {
            // Frames of a child never reach its parent's own stack.
            return NoNeighbour(trip, stack, nextHop, link);
        }

        if (parent is not null && Segment.MacvlanHolder(context, host, parent.Index, nextHop) is { } sibling && sibling.Stack != stack)
        {
            trip = trip.Missing(sibling.Missing, "link", "neighbour");
            return link.Mode is "private" ? NoNeighbour(trip, stack, nextHop, link)
                : link.Mode is "vepa" ? Outside(trip, stack, link, nextHop)
                : sibling.Inner is { } inner ? In(Found(trip, stack, nextHop, link), sibling.Stack, inner)
                : Outside(trip, stack, link, nextHop);
        }

        return Outside(trip, stack, link, nextHop);
    }

    private IReadOnlyList<Ending> Outside(Trip trip, Stack stack, FactLink link, IPAddress nextHop)
    {
        if (Segment.MacvlanHolder(context, stack, link.Index, nextHop) is { } child && stack.IsHost)
        {
            return NoNeighbour(trip.Missing(child.Missing, "neighbour"), stack, nextHop, link);
        }

        if (link.Name == StandIn.Uplink || (stack.LinksMissing is not null && stack.IsHost))
        {
            return trip.Add(HopKind.Outside, stack, HopResult.Unknown, $"{nextHop}: the host's addresses and links were not read").Ends(Outcome.Unknown);
        }

        return trip.Add(HopKind.Outside, stack, HopResult.Deliver, $"leaves by {link.Name}{(Stack.Same(nextHop, trip.Packet.Destination) ? "" : $" via {nextHop}")}", "ip route").Ends(Outcome.LeavesHost);
    }

    private static Trip Found(Trip trip, Stack stack, IPAddress nextHop, FactLink link) =>
        trip.Add(HopKind.Neighbour, stack, HopResult.Pass, $"{nextHop} answers on {link.Name}", "ip neigh", s => s with { Neighbour = EntryOf(stack, nextHop, link), Next = (link.Index, nextHop) });

    /// <remarks>A datagram socket is not told of a neighbour that does not answer.</remarks>
    private static IReadOnlyList<Ending> NoNeighbour(Trip trip, Stack stack, IPAddress nextHop, FactLink link) =>
        trip.Add(HopKind.Neighbour, stack, HopResult.Nothing, $"nobody on {link.Name} answers for {nextHop}", "ip neigh", s => s with { Neighbour = EntryOf(stack, nextHop, link) })
            .Ends(Lost(trip, trip.Protocol == "udp" ? Outcome.Silent : Outcome.HostUnreachable));

    private static Neighbour? EntryOf(Stack stack, IPAddress address, FactLink link) =>
        stack.Neighbours.FirstOrDefault(n => n.Index == link.Index && Stack.Same(n.Address, address));

    /// <summary>Ports whose owner nobody knows may hold an address that no container bears.</summary>
    private Trip Strangers(Trip trip, Stack owner, FactLink bridge, IPAddress nextHop) =>
        EntryOf(owner, nextHop, bridge) is { State: "failed" or "incomplete" } || !Segment.HasStrangers(context, owner, bridge) ? trip
            : trip with { Unsure = true, Notes = trip.Notes.Add($"{bridge.Name} has ports that belong to no container known here") };

    private static string Lost(Trip trip, string outcome) => trip.Answering ? Outcome.Timeout : outcome;
}
