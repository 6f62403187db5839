using System.Buffers.Binary;

namespace Fairlead.Model.Rules.Evaluate;

/// <summary>
/// The headers of a packet as bytes, with a mask of what is known of them: payload expressions load any piece of a header, so the piece is cut
/// from here instead of being recognised field by field.
/// </summary>
internal sealed class PacketView
{
    /// <summary>The default of net.ipv4.ip_local_port_range: where a source port that nobody chose lies.</summary>
    public const int EphemeralFrom = 32768;

    public const int EphemeralTo = 60999;

    private readonly byte[] _link = new byte[14], _linkKnown = new byte[14];
    private readonly byte[] _network, _networkKnown, _transport, _transportKnown;
    private readonly bool _ports;

    public PacketView(Packet packet)
    {
        Packet = packet;
        Source = packet.Source.GetAddressBytes();
        Destination = packet.Destination.GetAddressBytes();
        if (packet.SourceMac is { Length: 6 } mac) Put(_link, _linkKnown, 6, mac);
        Put(_link, _linkKnown, 12, packet.V6 ? [0x86, 0xdd] : [8, 0]);
        (_network, _networkKnown) = packet.V6 ? Network6() : Network4();
        _ports = packet.Protocol is 6 or 17 or 33 or 132 or 136;
        (_transport, _transportKnown) = Transport();
    }

    public Packet Packet { get; }

    /// <summary>Addresses in network order.</summary>
    public byte[] Source { get; }

    public byte[] Destination { get; }

    public bool HasPorts => _ports;

    /// <param name="layer">0 link, 1 network, 2 transport.</param>
    public Value Load(int layer, int offset, int length)
    {
        if (length is <= 0 or > 64 || offset < 0) return Value.Unknown(Math.Clamp(length, 1, 64));
        var (bits, known) = layer switch
        {
            0 => (_link, _linkKnown),
            1 => (_network, _networkKnown),
            2 => (_transport, _transportKnown),
            _ => ([], []),
        };
        if (offset + length > bits.Length) return Value.Unknown(length);
        var cut = bits.AsSpan(offset, length).ToArray();
        var mask = known.AsSpan(offset, length).ToArray();
        if (layer != 2 || !_ports || Array.TrueForAll(mask, k => k == 0xff)) return Value.Partly(cut, mask);
        return Bounded(cut, mask, offset);
    }

    /// <summary>Whether a port lies in a range; unknown where the port is free and the range covers only a part of the ephemeral ports.</summary>
    public Truth Port(bool source, int from, int to)
    {
        if (!_ports) return Truth.No;
        var (free, port) = source ? (Packet.SourcePortFree, Packet.SourcePort) : (Packet.DestinationPortFree, Packet.DestinationPort);
        return PortIn(port, free, from, to);
    }

    public static Truth PortIn(int port, bool free, int from, int to)
    {
        if (!free) return Truths.Of(port >= from && port <= to);
        if (from <= EphemeralFrom && to >= EphemeralTo) return Truth.Yes;
        return to < EphemeralFrom || from > EphemeralTo ? Truth.No : Truth.Unknown;
    }

    private Value Bounded(byte[] cut, byte[] mask, int offset)
    {
        byte[] low = new byte[cut.Length], high = new byte[cut.Length];
        for (var i = 0; i < cut.Length; i++)
        {
            low[i] = (byte)(cut[i] & mask[i]);
            high[i] = (byte)(low[i] | ~mask[i]);
        }
        foreach (var (at, free) in new[] { (0, Packet.SourcePortFree), (2, Packet.DestinationPortFree) })
        {
            var i = at - offset;
            if (!free || i < 0 || i + 2 > cut.Length) continue;
            BinaryPrimitives.WriteUInt16BigEndian(low.AsSpan(i), EphemeralFrom);
            BinaryPrimitives.WriteUInt16BigEndian(high.AsSpan(i), EphemeralTo);
        }
        return Value.Between(cut, mask, low, high);
    }

    private (byte[], byte[]) Network4()
    {
        byte[] bits = new byte[20], known = new byte[20];
        // Ordinary traffic carries no options, no DSCP, and is not a fragment.
        Put(bits, known, 0, [0x45, (byte)Packet.Tos]);
        if (Packet.Length is { } length) Put(bits, known, 2, [(byte)(length >> 8), (byte)length]);
        known[6] = 0xbf;
        known[7] = 0xff;
        if (Packet.Ttl is { } ttl) Put(bits, known, 8, [(byte)ttl]);
        Put(bits, known, 9, [(byte)Packet.Protocol]);
        Put(bits, known, 12, Source);
        Put(bits, known, 16, Destination);
        return (bits, known);
    }

    private (byte[], byte[]) Network6()
    {
        byte[] bits = new byte[40], known = new byte[40];
        Put(bits, known, 0, [(byte)(0x60 | Packet.Tos >> 4)]);
        bits[1] = (byte)(Packet.Tos << 4);
        known[1] = 0xf0;
        if (Packet.Length is { } length) Put(bits, known, 4, [(byte)((length - 40) >> 8), (byte)(length - 40)]);
        Put(bits, known, 6, [(byte)Packet.Protocol]);
        if (Packet.Ttl is { } hops) Put(bits, known, 7, [(byte)hops]);
        Put(bits, known, 8, Source);
        Put(bits, known, 24, Destination);
        return (bits, known);
    }

    private (byte[], byte[]) Transport()
    {
        byte[] bits = new byte[20], known = new byte[20];
        if (_ports)
        {
            PutPort(bits, known, 0, Packet.SourcePort, Packet.SourcePortFree);
            PutPort(bits, known, 2, Packet.DestinationPort, Packet.DestinationPortFree);
            if (Packet.Protocol == 6) Put(bits, known, 13, [(byte)Packet.TcpFlags]);
        }
        else if (Packet.Protocol is 1 or 58 && Packet.IcmpType >= 0)
        {
            Put(bits, known, 0, [(byte)Packet.IcmpType, (byte)Packet.IcmpCode]);
        }
        return (bits, known);
    }

    private static void PutPort(byte[] bits, byte[] known, int at, int port, bool free)
    {
        if (free) { bits[at] = 0x80; known[at] = 0x80; return; }
        Put(bits, known, at, [(byte)(port >> 8), (byte)port]);
    }

    private static void Put(byte[] bits, byte[] known, int at, ReadOnlySpan<byte> what)
    {
        if (at + what.Length > bits.Length) return;
        what.CopyTo(bits.AsSpan(at));
        known.AsSpan(at, what.Length).Fill(0xff);
    }
}
