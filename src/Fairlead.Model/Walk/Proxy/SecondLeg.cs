using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Fairlead.Facts;
using Fairlead.Model.Rules;
using Fairlead.Model.World;

namespace Fairlead.Model.Walk;

/// <summary>docker-proxy: the client's connection ends at it, and it dials the container itself, from the host (SEMANTICS fact 6).</summary>
internal sealed partial class Journey
{
    /// <param name="socket">docker-proxy's listener; null where sockets were not read and the engine's list of ports stands in.</param>
    private IReadOnlyList<Ending> ThroughProxy(Trip trip, Stack host, SocketFact? socket)
    {
        var packet = trip.Packet;
        var found = Publishing.At(context.World, socket?.Local ?? packet.Destination, packet.DestinationPort, trip.Protocol)
            .Concat(Publishing.At(context.World, packet.Destination, packet.DestinationPort, trip.Protocol))
            .Select(p => (p.Container, p.Publish, Address: Gateways.TargetOf(context.World, p.Container, (socket?.Local ?? packet.Destination).AddressFamily == AddressFamily.InterNetworkV6)))
            .FirstOrDefault(p => p.Address is not null);
        if (trip.Protocol == "udp")
        {
            return UdpProxy(trip, host, socket, found.Container, found.Address, found.Publish?.ContainerPort ?? 0);
        }

        // The handshake is made before anything is dialled: the answer goes back first.
        return Answer(trip, host, SynAck, packet.Destination, t => found.Address is null ? Unknown(t, host) : Second(t with { Packet = packet }, host, found.Container, found.Address, found.Publish.ContainerPort, e => e with
        {
            Outcome = e.Outcome switch
            {
                Outcome.Ok or Outcome.Silent or Outcome.Cut or Outcome.Unknown => e.Outcome,
                // It accepts, then has nothing to say until its own dial has failed; within any client's patience that is silence.
                Outcome.Timeout => Outcome.Silent,
                Outcome.LeavesHost => Outcome.Unknown,
                _ => Outcome.Cut,
            },
        }));
    }

    private IReadOnlyList<Ending> UdpProxy(Trip trip, Stack host, SocketFact? socket, Container? container, IPAddress? address, int port)
    {
        if (container is null || address is null)
        {
            return Unknown(trip, host);
        }

        var asked = trip.Packet;
        var wildcard = socket is null || IsWildcard(socket.Local);
        var source = !context.World.Engine.ProxyAnswersUdpFromDialled && wildcard ? RouteBackSource(host, asked) ?? asked.Destination : asked.Destination;
        var ends = new List<Ending>();
        foreach (var end in Second(trip, host, container, address, port, e => e))
        {
            if (end.Outcome != Outcome.Ok)
            {
                // docker-proxy passes no error on to a UDP client.
                ends.Add(end with { Outcome = end.Outcome is Outcome.Unknown or Outcome.LeavesHost ? Outcome.Unknown : Outcome.Timeout });
                continue;
            }

            var back = end.Trip with { Packet = asked, Client = trip.Client, Dialled = trip.Dialled, Leg = trip.Leg, ThroughProxy = true };
            ends.AddRange(Answer(back, host, 0, source, t => [new Ending(t, Outcome.Ok, end.Stop)]));
        }

        return ends;
    }

    private IReadOnlyList<Ending> Second(Trip trip, Stack host, Container container, IPAddress address, int port, Func<Ending, Ending> map)
    {
        trip = trip.Add(HopKind.Proxy, host, HopResult.Pass, $"docker-proxy accepts and dials {container.Name} at {Shown(address, port)}", "docker inspect: NetworkSettings.Ports");
        var dialled = new Tuple4(IPAddress.Any, 0, address, port);
        var second = trip with
        {
            Leg = trip.Leg + 1,
            ThroughProxy = true,
            Client = host,
            Dialled = dialled,
            Hops = 0,
            Active = -1,
            Packet = Walker.First(address, port, trip.Protocol),
        };
        // A published port that leads to another one in the host: nothing in Docker does it, so a third leg is a loop.
        return trip.Leg > 2 ? trip.Add(HopKind.Proxy, host, HopResult.Loop, "docker-proxy dials docker-proxy").Ends(Outcome.Silent)
            : [.. Out(second, host).Select(map)];
    }

    private static IReadOnlyList<Ending> Unknown(Trip trip, Stack host) =>
        (trip with { Unsure = true }).Add(HopKind.Proxy, host, HopResult.Unknown, "docker-proxy, whose container the engine does not name").Ends(Outcome.Unknown);
}
