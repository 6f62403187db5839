using System.Net;
using Fairlead.Agent.Dial;
using Fairlead.Agent.Namespaces;
using Fairlead.Agent.Native;
using SocketAddress = Fairlead.Agent.Dial.SocketAddress;

namespace Fairlead.Agent.Resolve;

/// <summary>An address and the one that the kernel would dial it from; null where it sees no way.</summary>
internal sealed record Reach(IPAddress Address, IPAddress? Source);

/// <summary>Asks the kernel as a libc does before it sorts: a datagram socket is connected to each address, and nothing is sent.</summary>
internal static class SourceAddresses
{
    private const int Any = 53;

    internal static IReadOnlyList<Reach> Of(SafeFd? netns, IReadOnlyList<IPAddress> addresses)
    {
        using var visit = new Visit();
        var numbers = addresses.Select(a => visit.Socket(SocketAddress.Family(a), Libc.SOCK_DGRAM, 0)).ToArray();
        var inside = visit.Go(netns) == 0;
        var reached = new List<Reach>();
        for (var i = 0; i < addresses.Count; i++)
        {
            using var socket = inside ? visit.Take(numbers[i], out _) : null;
            var connected = socket is not null && SocketAddress.Connect(socket, addresses[i], Any) == 0;
            reached.Add(new Reach(addresses[i], connected ? SocketAddress.Local(socket!).Address : null));
        }
        return reached;
    }
}
