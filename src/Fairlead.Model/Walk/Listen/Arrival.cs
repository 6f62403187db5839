using System.Net;
using Fairlead.Facts;
using Fairlead.Model.Rules;
using Fairlead.Model.World;
using FactLink = Fairlead.Facts.Link;

namespace Fairlead.Model.Walk;

/// <summary>What happens to a packet that reached the stack it is for: a listener, nothing, or on the answer's way the client.</summary>
internal sealed partial class Journey
{
    private const int SynAck = 0x12, ResetAck = 0x14;

    private IReadOnlyList<Ending> Arrive(Trip trip, Stack stack, FactLink link)
    {
        if (trip.Answering)
        {
            return AtClient(trip, stack);
        }

        var packet = trip.Packet;
        trip = trip with { Target = stack, TargetAddress = packet.Destination, TargetPort = packet.DestinationPort };
        var address = Shown(packet.Destination, packet.DestinationPort);
        if (stack.SocketsMissing is { } missing)
        {
            return WithoutSockets(trip, stack, missing, address);
        }

        var socket = ListenerTable.Find(stack, packet, out var unsure);
        if (unsure)
        {
            trip = trip.Missing(new NotRead(Readings.Sockets, stack.At, WhyNot.Unsupported, "root", [], "IPV6_V6ONLY"), "listen");
        }

        var table = $"/proc/{(stack.Sandbox.Facts.Pid is { } pid ? pid : 1)}/net/{trip.Protocol}";
        var from = socket?.Local.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? table + "6" : table;
        if (socket is null)
        {
            from = $"{table}, {trip.Protocol}6: {Heard(stack, trip.Protocol)}";
            return Answer(trip.Add(HopKind.Listen, stack, HopResult.Nothing, $"nothing on {address}", from), stack, ResetAck, packet.Destination, Outcome.Refused);
        }

        trip = trip.Add(HopKind.Listen, stack, HopResult.Deliver, $"{Shown(socket.Local, socket.LocalPort)}{(socket.Process is { } p ? $" ({p.Name})" : "")}", from, s => s with { Listener = socket });
        return stack.IsHost ? AtHostListener(trip, stack, socket) : AtListener(trip, stack, socket);
    }

    /// <summary>What does listen there, as a person sees it in the table: ports, with the address where it is not every one.</summary>
    private static string Heard(Stack stack, string protocol)
    {
        var sockets = stack.Sandbox.Facts.Sockets.Or([]).Where(s => s.State == "listen" && s.Protocol == protocol).OrderBy(s => s.LocalPort)
            .Select(s => IsWildcard(s.Local) ? s.LocalPort.ToString(System.Globalization.CultureInfo.InvariantCulture) : Shown(s.Local, s.LocalPort)).Distinct().ToArray();
        return sockets.Length == 0 ? "nothing" : string.Join(", ", sockets.Take(8)) + (sockets.Length > 8 ? $", +{sockets.Length - 8}" : "");
    }

    private IReadOnlyList<Ending> AtHostListener(Trip trip, Stack stack, SocketFact socket)
    {
        switch (Publishing.DoorOf(context.World, socket))
        {
            case Door.Reserved:
                return Answer(trip.Add(HopKind.Accept, stack, HopResult.Nothing, "dockerd only holds the port and never accepts", "ss -ltnp"), stack, SynAck,
                    trip.Packet.Destination, Outcome.Silent);
            case Door.Proxy:
                if (socket.Process is null && Publishing.ProxyIsOn(context.World) == Truth.Unknown)
                {
                    trip = trip.Missing(new NotRead(Readings.Processes, stack.At, WhyNot.NotAsked, "root", []), "proxy");
                }

                return ThroughProxy(trip, stack, socket);
            default:
                return AtListener(trip, stack, socket);
        }
    }

    private IReadOnlyList<Ending> AtListener(Trip trip, Stack stack, SocketFact socket)
    {
        var packet = trip.Packet;
        var udp = trip.Protocol == "udp";
        if (!udp && socket.ReceiveQueue > socket.SendQueue)
        {
            return trip.Add(HopKind.Accept, stack, HopResult.Drop, $"accept queue full: {socket.ReceiveQueue} wait, limit {socket.SendQueue}", "ss -ltn").Ends(Outcome.Timeout);
        }

        var paused = stack.IsHost ? [] : stack.Sandbox.Members.Where(m => m.State == "paused").ToArray();
        if (paused.Length > 0)
        {
            trip = trip with { Unsure = trip.Unsure || paused.Length < stack.Sandbox.Members.Count(m => m.Running) };
            trip = trip.Add(HopKind.Accept, stack, HopResult.Nothing, $"{paused[0].Name} is paused: nobody accepts", "docker inspect");
            return udp ? trip.Ends(Outcome.Silent) : Answer(trip, stack, SynAck, packet.Destination, Outcome.Silent);
        }

        var source = packet.Destination;
        if (udp && IsWildcard(socket.Local) && RouteBackSource(stack, packet) is { } back && !Stack.Same(back, source))
        {
            trip = trip with { Unsure = true, Notes = trip.Notes.Add($"a server on all addresses answers from {back}, unless it asks for the address it was called by (IP_PKTINFO)") };
            source = back;
        }

        return Answer(trip, stack, udp ? 0 : SynAck, source, Outcome.Ok);
    }

    /// <summary>Nothing says what listens here: what the engine declares stands in, and never certainly.</summary>
    private IReadOnlyList<Ending> WithoutSockets(Trip trip, Stack stack, NotRead missing, string address)
    {
        trip = trip.Missing(missing, "listen");
        var (port, protocol) = (trip.Packet.DestinationPort, trip.Protocol);
        var own = stack.IsHost || stack.Sandbox.Members.IsEmpty ? [] : Sharers(stack.Sandbox.Members[0]).ToArray();
        if (stack.IsHost && Publishing.At(context.World, trip.Packet.Destination, port, protocol).Any())
        {
            trip = trip.Add(HopKind.Listen, stack, HopResult.Unknown, $"{address} is published; sockets not read", more: s => s with { Unread = missing });
            return ThroughProxy(trip, stack, null);
        }

        trip = trip.Add(HopKind.Listen, stack, HopResult.Unknown, $"{address}: sockets not read", more: s => s with { Unread = missing });
        if (own.Any(c => c.State == "paused"))
        {
            return trip.Add(HopKind.Accept, stack, HopResult.Nothing, "paused: nobody accepts", "docker inspect").Ends(Outcome.Silent);
        }

        var declared = own.Any(c => c.Exposed.Contains((port, protocol)) || c.Published.Any(p => p.ContainerPort == port && p.Protocol == protocol));
        return declared && !IPAddress.IsLoopback(trip.Packet.Destination) ? Answer(trip, stack, SynAck, trip.Packet.Destination, Outcome.Ok) : trip.Ends(Outcome.Unknown);
    }

    private IEnumerable<Container> Sharers(Container member) => context.World.Containers.Where(c => context.World.Owner(c).Id == context.World.Owner(member).Id);

    /// <summary>Sends the answer back and, when it arrives, ends as <paramref name="then"/> at the present step.</summary>
    private IReadOnlyList<Ending> Answer(Trip trip, Stack stack, int flags, IPAddress source, string then)
    {
        var stop = trip.Steps[^1];
        return Answer(trip, stack, flags, source, t => [new Ending(t, then, stop)]);
    }

    private IReadOnlyList<Ending> Answer(Trip trip, Stack stack, int flags, IPAddress source, Func<Trip, IReadOnlyList<Ending>> then)
    {
        var asked = trip.Packet;
        var kept = trip.Steps.Count;
        return Out(trip with
        {
            Hops = 0,
            Active = -1,
            // An answer that arrives needs no telling, but for what could not be read on its way.
            Arrived = t => then(t with { Arrived = null, Steps = t.Steps.GetRange(0, kept).AddRange(t.Steps.Skip(kept).Where(s => s.Result == HopResult.Unknown)) }),
            Packet = asked with
            {
                Source = source,
                SourcePort = asked.DestinationPort,
                SourcePortFree = asked.DestinationPortFree,
                Destination = asked.Source,
                DestinationPort = asked.SourcePort,
                DestinationPortFree = asked.SourcePortFree,
                Reply = true,
                State = CtState.Established,
                TcpFlags = flags,
                In = null,
                Out = null,
                PhysIn = null,
                PhysOut = null,
                Bridged = false,
                Mark = 0,
            },
        }, stack);
    }

    /// <summary>The answer reached a stack: the client's socket takes it only when it comes from where the client dialled.</summary>
    private static IReadOnlyList<Ending> AtClient(Trip trip, Stack stack)
    {
        var expected = trip.Dialled.Inverse;
        return stack == trip.Client && Tuple4.Of(trip.Packet).Is(expected) ? trip.Arrived!(trip)
            : trip.Add(HopKind.Listen, stack, HopResult.Nothing,
                stack == trip.Client ? $"the answer comes from {Shown(trip.Packet.Source, trip.Packet.SourcePort)}, not from {Shown(expected.Source, expected.SourcePort)}"
                    : $"the answer ends at {stack.At}, which did not ask").Ends(Outcome.Timeout);
    }

    private static bool IsWildcard(IPAddress local) => local.Equals(IPAddress.Any) || local.Equals(IPAddress.IPv6Any) || WalkContext.Plain(local).Equals(IPAddress.Any);

    private static IPAddress? RouteBackSource(Stack stack, Packet packet)
    {
        var route = Routing.RoutingTable.Lookup(stack, new Routing.RouteKey(packet.Source, null, 0, null, packet.Protocol));
        return route.Kind is Routing.RouteKind.Unicast or Routing.RouteKind.Local ? Routing.SourceAddress.For(stack, route, packet.Source) : null;
    }

    private static string Shown(IPAddress address, int port) =>
        address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{address}]:{port}" : $"{address}:{port}";
}
