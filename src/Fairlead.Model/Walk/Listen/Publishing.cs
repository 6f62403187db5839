using System.Net;
using Fairlead.Facts;
using Fairlead.Model.Rules;
using Fairlead.Model.World;

namespace Fairlead.Model.Walk;

/// <summary>Published ports: who has them, and whether docker-proxy serves them.</summary>
internal static class Publishing
{
    /// <summary>Running containers that publish this port on this address or on all addresses of its family.</summary>
    public static IEnumerable<(Container Container, Publish Publish)> At(HostWorld world, IPAddress address, int port, string protocol) =>
        world.PublishersOf(port, protocol).Where(p => Covers(p.Publish.HostIp, address)).OrderBy(p => p.Publish.HostIp.Equals(address) ? 0 : 1);

    /// <summary>Whether a listener of the host is the door of a published port: docker-proxy's own, or dockerd's reservation where the proxy is off.</summary>
    public static Door DoorOf(HostWorld world, SocketFact socket)
    {
        var publishers = world.PublishersOf(socket.LocalPort, socket.Protocol).Where(p => Covers(p.Publish.HostIp, socket.Local)).ToArray();
        return socket.Process?.Name switch
        {
            "docker-proxy" => Door.Proxy,
            "dockerd" => publishers.Length == 0 ? Door.None : ProxyIsOn(world) == Truth.Yes ? Door.Proxy : Door.Reserved,
            { Length: > 0 } => Door.None,
            _ => publishers.Length == 0 ? Door.None : ProxyIsOn(world) == Truth.No ? Door.Reserved : Door.Proxy,
        };
    }

    /// <summary>Whether docker-proxy is in use (SEMANTICS 4.2): its processes, else who holds published ports, else what dockerd set for the other way.</summary>
    public static Truth ProxyIsOn(HostWorld world)
    {
        var host = world.Host;
        if (host.Facts.Sockets.IsKnown)
        {
            var sockets = host.Facts.Sockets.Value;
            if (sockets.Any(s => s.Process?.Name == "docker-proxy"))
            {
                return Truth.Yes;
            }

            if (sockets.Any(s => s.State == "listen" && s.Process?.Name == "dockerd" && world.PublishersOf(s.LocalPort, s.Protocol).Any()))
            {
                return Truth.No;
            }
        }

        if (host.Sysctl("net.ipv4.conf.docker0.route_localnet") is { } localnet)
        {
            return localnet == "1" ? Truth.No : Truth.Yes;
        }

        if (host.Facts.Links.IsKnown && host.Facts.Links.Value.Where(l => l.Hairpin is not null).ToArray() is { Length: > 0 } ports)
        {
            return ports.Any(p => p.Hairpin == true) ? Truth.No : Truth.Yes;
        }

        return Truth.Unknown;
    }

    private static bool Covers(IPAddress bound, IPAddress address) =>
        Stack.Same(bound, address) || (bound.AddressFamily == address.AddressFamily && (bound.Equals(IPAddress.Any) || bound.Equals(IPAddress.IPv6Any)));
}

/// <summary>What stands behind a listener of the host.</summary>
internal enum Door
{
    /// <summary>An ordinary program.</summary>
    None,
    /// <summary>docker-proxy: it accepts, then dials the container.</summary>
    Proxy,
    /// <summary>dockerd holds the port so that nobody else takes it, and never accepts.</summary>
    Reserved,
}
