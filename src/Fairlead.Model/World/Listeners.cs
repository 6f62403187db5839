using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Fairlead.Facts;

namespace Fairlead.Model.World;

/// <summary>Questions about listening sockets, written once (SEMANTICS 6).</summary>
public static class Listeners
{
    private static readonly IPAddress EmbeddedDns = IPAddress.Parse("127.0.0.11");

    /// <summary>All listeners of a stack but the engine's own resolver sockets; NotRead where sockets are unread.</summary>
    public static Reading<ImmutableArray<SocketFact>> Of(Sandbox sandbox, string protocol = "tcp") => !sandbox.Facts.Sockets.IsKnown
        ? sandbox.Facts.Sockets.Missing
        : Reading.Of(sandbox.Facts.Sockets.Value
            .Where(s => s.State == "listen" && s.Protocol == protocol && (sandbox.IsHost || !s.Local.Equals(EmbeddedDns)))
            .OrderBy(s => s.LocalPort).ThenBy(s => s.Local.ToString(), StringComparer.Ordinal).ToImmutableArray());

    public static Reading<ImmutableArray<SocketFact>> On(Sandbox sandbox, int port, string protocol)
    {
        var all = Of(sandbox, protocol);
        return all.IsKnown ? Reading.Of(all.Value.Where(s => s.LocalPort == port).ToImmutableArray()) : all;
    }

    /// <summary>Whether a listener takes a connection to this address: exact, 0.0.0.0 for IPv4, :: for IPv6 and (unless v6only) for IPv4.</summary>
    public static bool Serves(SocketFact socket, IPAddress address)
    {
        var local = socket.Local.IsIPv4MappedToIPv6 ? socket.Local.MapToIPv4() : socket.Local;
        if (local.Equals(address))
        {
            return true;
        }

        return address.AddressFamily == AddressFamily.InterNetwork
            ? local.Equals(IPAddress.Any) || (local.Equals(IPAddress.IPv6Any) && socket.V6Only != true)
            : local.Equals(IPAddress.IPv6Any);
    }

    /// <summary>Reachable through loopback only.</summary>
    public static bool LoopbackOnly(SocketFact socket) =>
        IPAddress.IsLoopback(socket.Local.IsIPv4MappedToIPv6 ? socket.Local.MapToIPv4() : socket.Local);

    /// <summary>"0.0.0.0:80" or "[::]:80", as ss prints it.</summary>
    public static string Show(SocketFact socket) => new IPEndPoint(socket.Local, socket.LocalPort).ToString();

    /// <summary>The distinct ports of a list of listeners, in order.</summary>
    public static IEnumerable<int> Ports(ImmutableArray<SocketFact> listeners) => listeners.Select(l => l.LocalPort).Distinct().Order();
}
