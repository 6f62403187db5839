using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using Fairlead.Agent.Native;
using Fairlead.Agent.Netlink;
using Fairlead.Facts;

namespace Fairlead.Agent.Readers;

/// <summary>TCP and UDP sockets by sock_diag: the only source that tells IPV6_V6ONLY.</summary>
internal static class SocketReader
{
    private const int ByFamily = 20, Tcp = 6, Udp = 17, AllStates = 0xfff, Listen = 1 << 10, Closed = 1 << 7, V6OnlyAttribute = 11;

    internal static Reading<ImmutableArray<SocketFact>> Sockets(NetlinkSocket socket, string of, bool listenersOnly)
    {
        var all = ImmutableArray.CreateBuilder<SocketFact>();
        foreach (var protocol in (ReadOnlySpan<int>)[Tcp, Udp])
        {
            var states = !listenersOnly ? AllStates : protocol == Tcp ? Listen : Closed;
            var part = Dumps.Read(
                socket,
                () => [Request(Libc.AF_INET, protocol, states), Request(Libc.AF_INET6, protocol, states)],
                ByFamily,
                message => Decode(message, protocol),
                Readings.Sockets,
                of);
            if (!part.IsKnown)
                return part;
            all.AddRange(part.Value);
        }
        return Reading.Of(all.ToImmutable());
    }

    internal static SocketFact? Decode(ReadOnlySpan<byte> message, int protocol)
    {
        if (message.Length < 88)
            return null;
        var body = message[16..];
        int family = body[0], state = body[1], size = family == Libc.AF_INET6 ? 16 : 4;
        bool? only = null;
        var attributes = NetlinkAttributes.Of(message, 72);
        while (attributes.Next())
        {
            if (attributes.Type == V6OnlyAttribute)
                only = attributes.Host != 0;
        }
        return new SocketFact
        {
            Protocol = protocol == Tcp ? "tcp" : "udp",
            State = State(state, protocol),
            Local = new IPAddress(body.Slice(8, size)),
            LocalPort = BinaryPrimitives.ReadUInt16BigEndian(body[4..]),
            Remote = new IPAddress(body.Slice(24, size)),
            RemotePort = BinaryPrimitives.ReadUInt16BigEndian(body[6..]),
            V6Only = family == Libc.AF_INET6 ? only : null,
            Device = BinaryPrimitives.ReadInt32LittleEndian(body[40..]),
            Retransmits = body[2] is 1 or 4 ? body[3] : 0,
            ReceiveQueue = BinaryPrimitives.ReadUInt32LittleEndian(body[56..]),
            SendQueue = BinaryPrimitives.ReadUInt32LittleEndian(body[60..]),
            Uid = BinaryPrimitives.ReadUInt32LittleEndian(body[64..]),
            Inode = BinaryPrimitives.ReadUInt32LittleEndian(body[68..]),
        };
    }

    internal static string State(int state, int protocol) => state switch
    {
        1 => "established",
        2 => "syn-sent",
        3 or 12 => "syn-recv",
        4 => "fin-wait-1",
        5 => "fin-wait-2",
        6 => "time-wait",
        7 => protocol == Udp ? "listen" : "close",
        8 => "close-wait",
        9 => "last-ack",
        10 => "listen",
        11 => "closing",
        _ => $"state {state}",
    };

    /// <summary>struct inet_diag_req_v2; it asks for no optional parts.</summary>
    private static NetlinkRequest Request(int family, int protocol, int states)
    {
        var fixedPart = new byte[56];
        fixedPart[0] = (byte)family;
        fixedPart[1] = (byte)protocol;
        BinaryPrimitives.WriteInt32LittleEndian(fixedPart.AsSpan(4), states);
        return new NetlinkRequest(ByFamily).Fixed(fixedPart);
    }
}
