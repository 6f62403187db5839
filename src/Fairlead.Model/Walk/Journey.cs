using System.Net;
using Fairlead.Facts;
using Fairlead.Model.Rules;
using Fairlead.Model.Walk.Routing;
using FactLink = Fairlead.Facts.Link;

namespace Fairlead.Model.Walk;

/// <summary>
/// Moves one packet from stack to stack as the kernel would. Requests and answers take the same steps; each method gives every way in which
/// the packet may end. This part: packets made in a stack, and packets that come into one.
/// </summary>
internal sealed partial class Journey(WalkContext context)
{
    /// <summary>A packet made in this stack: route, OUTPUT, route again where it was rewritten, POSTROUTING, link.</summary>
    public IReadOnlyList<Ending> Out(Trip trip, Stack stack)
    {
        if (Bounded(ref trip, stack) is { } end)
        {
            return end;
        }

        trip = trip.Missing(stack.RoutesMissing ?? stack.AddressesMissing, "route");
        var key = new RouteKey(trip.Packet.Destination, trip.Answering ? trip.Packet.Source : null, 0, null, trip.Packet.Protocol, trip.Packet.DestinationPort);
        var route = RoutingTable.Lookup(stack, key);
        return Each(trip, route, (t, r) => OutBy(t, stack, r));
    }

    private IReadOnlyList<Ending> OutBy(Trip trip, Stack stack, RouteAnswer route)
    {
        if (Undeliverable(trip, stack, route) is { } failed)
        {
            return failed;
        }

        if (!trip.Answering)
        {
            if (SourceAddress.For(stack, route, trip.Packet.Destination) is not { } source)
            {
                return trip.Add(HopKind.Route, stack, HopResult.Nothing, $"no source address for {trip.Packet.Destination}", route.From).Ends(Outcome.AddressUnavailable);
            }

            trip = trip with { Packet = trip.Packet with { Source = source }, Dialled = trip.Dialled with { Source = source } };
        }

        trip = Routed(trip, stack, route) with { Packet = trip.Packet with { In = null, PhysIn = null, Bridged = false, Out = route.Out?.Name } };
        return Through(Gate.Pass(context, trip, stack, Hook.Output, null, route.Out), t => Rerouted(t, stack, route, trip.Packet));
    }

    /// <summary>OUTPUT may have changed where the packet goes (DNAT, marks): the kernel asks its tables again, with the source already chosen.</summary>
    private IReadOnlyList<Ending> Rerouted(Trip trip, Stack stack, RouteAnswer route, Packet before)
    {
        var packet = trip.Packet;
        if (packet.Mark == before.Mark && Stack.Same(packet.Destination, before.Destination))
        {
            return Post(trip, stack, null, route);
        }

        // A source that is no longer of this stack is not asked with (ip_route_me_harder), nor is loopback bound to its link.
        var source = stack.OwnsRead(packet.Source) && !IPAddress.IsLoopback(packet.Source) ? packet.Source : null;
        var again = RoutingTable.Lookup(stack, new RouteKey(packet.Destination, source, packet.Mark, null, packet.Protocol, packet.DestinationPort));
        return Each(trip, again, (t, r) => Undeliverable(t, stack, r)
            ?? Post(Routed(t, stack, r) with { Packet = t.Packet with { Out = r.Out?.Name } }, stack, null, r));
    }

    /// <summary>A packet that a link hands to this stack.</summary>
    /// <param name="port">The bridge port by which it came, where <paramref name="link"/> is a bridge.</param>
    public IReadOnlyList<Ending> In(Trip trip, Stack stack, FactLink link, FactLink? port = null)
    {
        if (Bounded(ref trip, stack) is { } end)
        {
            return end;
        }

        trip = trip with { Packet = trip.Packet with { In = link.Name, Out = null, PhysIn = port?.Name, PhysOut = null, Bridged = false } };
        return Through(Gate.Pass(context, trip, stack, Hook.Prerouting, link, null), t => RouteIn(t, stack, link, port));
    }

    private IReadOnlyList<Ending> RouteIn(Trip trip, Stack stack, FactLink link, FactLink? port)
    {
        var packet = trip.Packet;
        trip = trip.Missing(stack.RoutesMissing ?? stack.AddressesMissing, "route");
        if (link.Kind != "loopback" && Martian(ref trip, stack, link) is { } why)
        {
            return trip.Add(HopKind.Route, stack, HopResult.Drop, why.Detail, why.From).Ends(Outcome.Timeout);
        }

        var route = RoutingTable.Lookup(stack, new RouteKey(packet.Destination, packet.Source, packet.Mark, link.Name, packet.Protocol, packet.DestinationPort));
        return Each(trip, route, (t, r) => RoutedIn(t, stack, link, port, r));
    }

    private IReadOnlyList<Ending> RoutedIn(Trip trip, Stack stack, FactLink link, FactLink? port, RouteAnswer route)
    {
        if (route.Kind == RouteKind.Local)
        {
            return Through(Gate.Pass(context, Routed(trip, stack, route), stack, Hook.Input, link, null), t => Arrive(t, stack, link));
        }

        if (link.Kind == "bridge" && port is not null && route.Kind == RouteKind.Unicast && route.Out?.Index == link.Index
            && BridgeFiltering(ref trip, stack) && trip.Packet.DestinationNatted && !trip.Answering)
        {
            return BridgedAfterNat(trip, stack, link, port, route);
        }

        if (!Forwards(ref trip, stack, link))
        {
            return trip.Add(HopKind.Route, stack, HopResult.Drop, $"not forwarded: {ForwardingKey(trip, link)} is 0", $"sysctl {ForwardingKey(trip, link)}").Ends(Outcome.Timeout);
        }

        if (route.Kind is RouteKind.Broadcast or RouteKind.Multicast or RouteKind.Blackhole or RouteKind.FamilyOff)
        {
            return Routed(trip, stack, route, HopResult.Drop).Ends(Outcome.Timeout);
        }

        if (Undeliverable(trip, stack, route) is { } failed)
        {
            return failed;
        }

        trip = Routed(trip, stack, route) with { Packet = trip.Packet with { Out = route.Out?.Name, Ttl = trip.Packet.Ttl - 1 } };
        return Through(Gate.Pass(context, trip, stack, Hook.Forward, link, route.Out), t => Post(t, stack, link, route));
    }

    private IReadOnlyList<Ending> Post(Trip trip, Stack stack, FactLink? inLink, RouteAnswer route) =>
        Through(Gate.Pass(context, trip, stack, Hook.Postrouting, inLink, route.Out), t => Leave(t, stack, route.Out, route.Gateway ?? t.Packet.Destination));

    private static IReadOnlyList<Ending> Through(IReadOnlyList<Passage> ways, Func<Trip, IReadOnlyList<Ending>> onwards)
    {
        if (ways is [{ Ending: null } only])
        {
            return onwards(only.Trip);
        }

        var ends = new List<Ending>();
        foreach (var way in ways)
        {
            if (way.Ending is { } ending)
            {
                ends.Add(ending);
            }
            else
            {
                ends.AddRange(onwards(way.Trip));
            }
        }

        return ends;
    }

    /// <summary>One way for each next hop that the kernel may choose.</summary>
    private IReadOnlyList<Ending> Each(Trip trip, RouteAnswer route, Func<Trip, RouteAnswer, IReadOnlyList<Ending>> onwards)
    {
        if (route.Unsure)
        {
            trip = trip with { Unsure = true, Notes = trip.Notes.Add("a routing rule could not be decided") };
        }

        if (route.Alternatives.Count == 0 || !context.Fork(route.Alternatives.Count))
        {
            return onwards(trip, route);
        }

        var forked = trip with { Notes = trip.Notes.Add("several next hops of equal right") };
        return [.. new[] { route }.Concat(route.Alternatives).SelectMany(r => onwards(forked, r))];
    }

    private static IReadOnlyList<Ending>? Bounded(ref Trip trip, Stack stack)
    {
        trip = trip with { Hops = trip.Hops + 1 };
        return trip.Hops <= WalkContext.MaxHops ? null
            : trip.Add(HopKind.Route, stack, HopResult.Loop, $"more than {WalkContext.MaxHops} hops").Ends(Outcome.Timeout);
    }

    private static Trip Routed(Trip trip, Stack stack, RouteAnswer route, HopResult result = HopResult.Pass)
    {
        var detail = route.Kind == RouteKind.Local ? $"local, dev {route.Out?.Name ?? "lo"}"
            : $"{(route.Gateway is null ? "" : $"via {route.Gateway}, ")}dev {route.Out?.Name ?? "?"}";
        return trip.Add(HopKind.Route, stack, result, detail, route.From, s => s with { Route = route.Route });
    }

    /// <summary>The ending of a packet for which the tables give no way; null where they give one.</summary>
    private static IReadOnlyList<Ending>? Undeliverable(Trip trip, Stack stack, RouteAnswer route)
    {
        var (detail, outcome) = route.Kind switch
        {
            RouteKind.None => ($"no route to {trip.Packet.Destination}", Outcome.NetUnreachable),
            RouteKind.FamilyOff => ("no IPv6 in this stack", Outcome.AddressUnavailable),
            RouteKind.Unreachable => ($"unreachable {trip.Packet.Destination}", Outcome.HostUnreachable),
            RouteKind.Prohibit => ($"prohibit {trip.Packet.Destination}", stack == trip.Client && !trip.Answering ? Outcome.Denied : Outcome.HostUnreachable),
            RouteKind.Blackhole => ($"blackhole {trip.Packet.Destination}", Outcome.Timeout),
            RouteKind.Broadcast or RouteKind.Multicast => ($"{trip.Packet.Destination} is no unicast address", Outcome.NetUnreachable),
            _ => ("", ""),
        };
        if (outcome.Length == 0)
        {
            return null;
        }

        // Of a router's "net unreachable" and "host unreachable" a datagram socket is told nothing.
        if (stack != trip.Client && trip.Protocol == "udp" && route.Kind is RouteKind.None or RouteKind.Unreachable)
        {
            outcome = Outcome.Silent;
        }

        // Whatever stops an answer, the client only waits.
        return trip.Add(HopKind.Route, stack, route.Kind == RouteKind.Blackhole ? HopResult.Drop : HopResult.Nothing, detail, route.From, s => s with { Route = route.Route })
            .Ends(trip.Answering ? Outcome.Timeout : outcome);
    }
}
