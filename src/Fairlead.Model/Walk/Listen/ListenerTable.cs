using System.Net;
using System.Net.Sockets;
using Fairlead.Facts;
using Fairlead.Model.Rules;

namespace Fairlead.Model.Walk;

/// <summary>Which socket of a stack takes a packet (inet_lookup_listener).</summary>
internal static class ListenerTable
{
    /// <param name="unsure">True when it depends on IPV6_V6ONLY, which was not read.</param>
    public static SocketFact? Find(Stack stack, Packet packet, out bool unsure)
    {
        unsure = false;
        if (!stack.Sandbox.Facts.Sockets.IsKnown)
        {
            return null;
        }

        var protocol = packet.Protocol == 17 ? "udp" : "tcp";
        SocketFact? best = null;
        var bestScore = -1;
        foreach (var socket in stack.Sandbox.Facts.Sockets.Value)
        {
            if (socket.State != "listen" || socket.LocalPort != packet.DestinationPort || socket.Protocol != protocol)
            {
                continue;
            }

            if (socket.Device != 0 && stack.LinkByName(packet.In)?.Index != socket.Device)
            {
                continue;
            }

            var score = Score(socket, packet.Destination);
            if (score > bestScore)
            {
                (best, bestScore) = (socket, score + (socket.Device != 0 ? 1 : 0));
            }
        }

        unsure = best is not null && CrossFamily(best, packet.Destination) && best.V6Only is null;
        return best;
    }

    private static bool CrossFamily(SocketFact socket, IPAddress destination) =>
        destination.AddressFamily == AddressFamily.InterNetwork && socket.Local.Equals(IPAddress.IPv6Any);

    private static int Score(SocketFact socket, IPAddress destination)
    {
        var local = WalkContext.Plain(socket.Local);
        if (Stack.Same(local, destination))
        {
            return 8;
        }

        if (local.Equals(IPAddress.Any))
        {
            // ::ffff:0.0.0.0 shows as the plain wildcard too.
            return destination.AddressFamily == AddressFamily.InterNetwork ? 4 : -1;
        }

        if (local.Equals(IPAddress.IPv6Any))
        {
            return destination.AddressFamily == AddressFamily.InterNetworkV6 ? 4 : socket.V6Only == true ? -1 : 2;
        }

        return -1;
    }
}
