using System.Buffers.Binary;
using System.Text;

namespace Fairlead.Model.Rules.Evaluate;

/// <summary>What an <see cref="Operand"/> is worth for the packet at hand. Numbers of keys are those of linux/netfilter/nf_tables.h.</summary>
internal static class Operands
{
    public static Value Read(Operand operand, Scene scene)
    {
        var value = Raw(operand, scene);
        if (value.IsAbsent) return value;
        if (operand.Mask is not null || operand.Xor is not null) value = value.Masked(operand.Mask, operand.Xor);
        if (operand.Shift != 0) value = value.Shifted(operand.Shift);
        return operand.Swapped ? value.Reversed() : value;
    }

    private static Value Raw(Operand operand, Scene scene) => operand.Source switch
    {
        ValueSource.Payload => scene.View.Load(operand.Base, operand.Offset, operand.Length),
        ValueSource.Immediate => Value.Of(operand.Immediate ?? []),
        ValueSource.Meta => Meta(operand, scene),
        ValueSource.Ct => Ct(operand, scene),
        ValueSource.Fib => Fibs.Read(operand, scene),
        ValueSource.Socket => scene.Around.HasSocket(scene.Packet, true) == Truth.No ? Value.Absent : Unknown(operand),
        ValueSource.Exthdr => ExtensionHeader(operand, scene),
        ValueSource.Map => SetLookup.Data(operand, scene),
        ValueSource.Unknown when operand.Of is { } of && operand.Offset + operand.Length <= of.Length => Read(of, scene) is { IsAbsent: true } ? Value.Absent : Unknown(operand),
        ValueSource.Numgen or ValueSource.Hash when operand.Aux == 1 => Host(operand.Offset),
        _ => Unknown(operand),
    };

    private static Value Meta(Operand operand, Scene scene)
    {
        var packet = scene.Packet;
        switch (operand.Key)
        {
            case 0: return packet.Length is { } length ? Host(length) : Unknown(operand);
            case 1: return Network16(packet.V6 ? 0x86dd : 0x0800);
            case 3: return Host(packet.Mark);
            case 4: return Index(scene.In, scene);
            case 5: return Index(scene.Out, scene);
            case 6: return Name(scene.In);
            case 7: return Name(scene.Out);
            case 8: return LinkType(scene.In, scene);
            case 9: return LinkType(scene.Out, scene);
            case 10: return !scene.MadeHere ? Value.Absent : packet.Uid is { } uid ? Host(uid) : Value.Unknown(4);
            case 11: return !scene.MadeHere ? Value.Absent : packet.Gid is { } gid ? Host(gid) : Value.Unknown(4);
            case 15: return Value.Of([scene.Bridge ? (byte)7 : packet.V6 ? (byte)10 : (byte)2]);
            case 16: return Value.Of([(byte)packet.Protocol]);
            case 17: return scene.Bridge ? Name(packet.In) : packet.PhysIn is null ? Value.Absent : Name(packet.In);
            case 18: return scene.Bridge ? Name(packet.Out) : packet.PhysOut is null ? Value.Absent : Name(packet.Out);
            case 19: return PacketType(scene);
            default: return Unknown(operand);
        }
    }

    private static Value Ct(Operand operand, Scene scene)
    {
        var packet = scene.Packet;
        if (operand.Key == 0) return Host((uint)scene.State);
        if (!scene.HasEntry) return Value.Absent;
        var reply = operand.Base == 1;
        var tuple = reply ? scene.ReplyTuple : scene.OriginalTuple;
        switch (operand.Key)
        {
            case 1: return Value.Of([packet.Reply ? (byte)1 : (byte)0]);
            case 2:
                var (bits, known) = scene.Status;
                return Value.Partly(HostBytes(bits), HostBytes(known));
            case 3: return Host(packet.ConnMark);
            case 7: return Value.Of([packet.V6 ? (byte)10 : (byte)2]);
            case 8 or 19 or 21: return Value.Of(tuple.Source.GetAddressBytes());
            case 9 or 20 or 22: return Value.Of(tuple.Destination.GetAddressBytes());
            case 10: return Value.Of([(byte)packet.Protocol]);
            case 11: return PortOf(tuple.SourcePort, FreeIn(packet, tuple.SourcePort));
            case 12: return PortOf(tuple.DestinationPort, FreeIn(packet, tuple.DestinationPort));
            case 17: return Value.Of([0, 0]);
            default: return Unknown(operand);
        }
    }

    /// <summary>A port of a tuple is as free as the one of the packet from which it comes.</summary>
    private static bool FreeIn(Packet packet, int port) =>
        packet.SourcePortFree && port == packet.SourcePort || packet.DestinationPortFree && port == packet.DestinationPort;

    private static Value PortOf(int port, bool free) => free
        ? Value.Between([0x80, 0], [0x80, 0], [PacketView.EphemeralFrom >> 8, PacketView.EphemeralFrom & 0xff],
            [PacketView.EphemeralTo >> 8, PacketView.EphemeralTo & 0xff])
        : Network16(port);

    // Options are unknown here; a packet of another protocol has none, and IPv6 packets of ordinary dials have no extension headers.
    private static Value ExtensionHeader(Operand operand, Scene scene)
    {
        const int OfIpv6 = 0, TcpOption = 1, PresenceOnly = 1, SegmentSize = 2;
        var none = (operand.Key & PresenceOnly) != 0 ? Value.Of([0]) : Value.Absent;
        return operand.Aux switch
        {
            OfIpv6 when scene.Packet.Extension is not { } present || present != operand.Base => none,
            TcpOption when scene.Packet.Protocol != 6 => none,
            TcpOption when operand.Base == SegmentSize && scene.Packet.Mss is { } size => size == 0 ? none
                : (operand.Key & PresenceOnly) != 0 ? Value.Of([1]) : operand is { Offset: 2, Length: 2 } ? Network16(size) : Unknown(operand),
            _ => Unknown(operand),
        };
    }

    public static Value PacketType(Scene scene)
    {
        if (scene.MadeHere) return Value.Of([0]);
        return scene.Around.AddressType(scene.Packet.Destination, null) switch
        {
            3 => Value.Of([1]),
            5 => Value.Of([2]),
            null => Value.Unknown(1),
            _ => Value.Of([0]),
        };
    }

    private static Value Index(string? name, Scene scene) =>
        name is null ? Host(0) : scene.Around.IndexOf(name) is { } index ? Host(index) : Value.Unknown(4);

    // An empty name where there is no device: "!=" holds then, as in the kernel (nft_meta_store_ifname).
    public static Value Name(string? name)
    {
        var bits = new byte[16];
        if (name is null) return Value.Of(bits);
        var bytes = Encoding.UTF8.GetBytes(name);
        bytes.AsSpan(0, Math.Min(bytes.Length, 15)).CopyTo(bits);
        return Value.Of(bits);
    }

    private static Value LinkType(string? name, Scene scene) => name is null ? Value.Absent
        : scene.Around.HardwareOf(name) is { } type ? Value.Of(HostBytes((uint)type)[..2]) : Value.Unknown(2);

    private static Value Unknown(Operand operand) => Value.Unknown(Math.Clamp(operand.Length, 1, 64));

    public static Value Host(long number) => Value.Of(HostBytes((uint)number));

    private static Value Network16(int number) => Value.Of([(byte)(number >> 8), (byte)number]);

    private static byte[] HostBytes(uint number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, number);
        return bytes;
    }
}
