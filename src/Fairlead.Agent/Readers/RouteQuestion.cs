using System.Buffers.Binary;
using System.Net;
using System.Text;
using Fairlead.Agent.Dial;
using Fairlead.Agent.Native;
using Fairlead.Agent.Netlink;
using SocketAddress = Fairlead.Agent.Dial.SocketAddress;

namespace Fairlead.Agent.Readers;

/// <summary>Asks the kernel which way it would take (RTM_GETROUTE, not a dump): a check on the routes that were read.</summary>
internal static class RouteQuestion
{
    /// <summary>As `ip route get` prints it without its cache line ("192.0.2.9 via 198.51.100.1 dev eth0 src 198.51.100.2"), or the errno's name.</summary>
    internal static string? Ask(NetlinkSocket socket, IPAddress destination)
    {
        var family = SocketAddress.Family(destination);
        var bytes = destination.GetAddressBytes();
        byte[] fixedPart = [(byte)family, (byte)(bytes.Length * 8), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        byte[]? answer = null;
        var end = socket.Ask(new NetlinkRequest(RouteReader.GetRoute).Fixed(fixedPart).Attribute(1, bytes), (_, message) => answer = message.ToArray());
        if (!end.Ok)
            return Errnos.Name(end.Errno);
        if (answer is null || RouteReader.Decode(answer) is not { } route)
            return null;
        var name = route.Out is { } index ? LinkName(socket, index) : null;
        // the answer about a loopback address carries the type, one that a rule forbids comes as an errno
        var text = new StringBuilder();
        var type = RouteReader.TypeName(answer[23]);
        if (type != "unicast")
            text.Append(type).Append(' ');
        text.Append(destination);
        if (route.Gateway is not null)
            text.Append(" via ").Append(route.Gateway);
        if (name is not null)
            text.Append(" dev ").Append(name);
        if (route.PreferredSource is not null)
            text.Append(" src ").Append(route.PreferredSource);
        return text.ToString();
    }

    private static string? LinkName(NetlinkSocket socket, int index)
    {
        var fixedPart = new byte[16];
        BinaryPrimitives.WriteInt32LittleEndian(fixedPart.AsSpan(4), index);
        string? name = null;
        socket.Ask(new NetlinkRequest(18).Fixed(fixedPart), (_, message) => name = LinkReader.Link(message)?.Name);
        return name;
    }
}
