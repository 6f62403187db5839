namespace Fairlead.Model.Rules.Evaluate;

/// <summary>
/// The xt matches, by name and revision; layouts in docs/kernel-rules.md. What is not known here, or too short for its revision, is
/// <see cref="Truth.Unknown"/>.
/// </summary>
internal static class XtMatches
{
    public static Truth Test(XtPart part, Scene scene)
    {
        var blob = new Blob(part.Info);
        return (part.Name, part.Revision) switch
        {
            ("comment", _) => Truth.Yes,
            ("tcp", 0) when blob.Length >= 12 => Tcp(blob, scene),
            ("udp" or "udplite", 0) when blob.Length >= 9 => Udp(blob, scene),
            ("icmp", 0) when blob.Length >= 4 => Icmp(blob, scene, 1),
            ("icmp6", 0) when blob.Length >= 4 => Icmp(blob, scene, 58),
            ("multiport", 1) when blob.Length >= 48 => Multiport(blob, scene),
            ("addrtype", 1) when blob.Length >= 8 => AddressTypes(blob, scene),
            ("conntrack", 1 or 2 or 3) when blob.Length >= 152 => XtConntrack.Test(blob, part.Revision, scene),
            ("state", 0) when blob.Length >= 4 => Truths.Of((XtConntrack.StateBit(scene) & blob.U32(0)) != 0),
            ("mark", 1) when blob.Length >= 9 => Truths.Of(((scene.Packet.Mark & blob.U32(4)) == blob.U32(0)) ^ (blob.U8(8) != 0)),
            ("connmark", 1) when blob.Length >= 9 =>
                scene.HasEntry ? Truths.Of(((scene.Packet.ConnMark & blob.U32(4)) == blob.U32(0)) ^ (blob.U8(8) != 0)) : Truth.No,
            ("iprange", 1) when blob.Length >= 65 => AddressRange(blob, scene),
            ("mac", 0) when blob.Length >= 8 => Mac(blob, scene),
            ("pkttype", 0) when blob.Length >= 8 => PacketKind(blob, scene),
            ("physdev", 0) when blob.Length >= 66 => BridgePorts(blob, scene),
            ("set", 1 or 2 or 3 or 4) when blob.Length >= 4 => IpSets.Test(blob, scene),
            ("length", 0) when blob.Length >= 5 => Lengths(blob, scene),
            _ => XtOtherMatches.Test(part, blob, scene),
        };
    }

    private static Truth Tcp(Blob blob, Scene scene)
    {
        var packet = scene.Packet;
        if (packet.Protocol != 6) return Truth.No;
        var inverted = blob.U8(11);
        var truth = Truths.Flip(scene.View.Port(true, blob.U16(0), blob.U16(2)), (inverted & 1) != 0);
        truth = Truths.And(truth, Truths.Flip(scene.View.Port(false, blob.U16(4), blob.U16(6)), (inverted & 2) != 0));
        truth = Truths.And(truth, Truths.Of(((packet.TcpFlags & blob.U8(9)) == blob.U8(10)) ^ ((inverted & 4) != 0)));
        return blob.U8(8) == 0 ? truth : Truths.And(truth, Truth.Unknown);
    }

    private static Truth Udp(Blob blob, Scene scene)
    {
        if (scene.Packet.Protocol is not (17 or 136)) return Truth.No;
        var inverted = blob.U8(8);
        return Truths.And(Truths.Flip(scene.View.Port(true, blob.U16(0), blob.U16(2)), (inverted & 1) != 0),
            Truths.Flip(scene.View.Port(false, blob.U16(4), blob.U16(6)), (inverted & 2) != 0));
    }

    private static Truth Icmp(Blob blob, Scene scene, int protocol)
    {
        var packet = scene.Packet;
        if (packet.Protocol != protocol) return Truth.No;
        var (type, low, high, inverted) = (blob.U8(0), blob.U8(1), blob.U8(2), blob.U8(3) != 0);
        var any = type == 0xff && protocol == 1;
        if (!any && packet.IcmpType < 0) return Truth.Unknown;
        return Truths.Of((any || (packet.IcmpType == type && packet.IcmpCode >= low && packet.IcmpCode <= high)) ^ inverted);
    }

    private static Truth Multiport(Blob blob, Scene scene)
    {
        var (flags, count, inverted) = (blob.U8(0), Math.Min(blob.U8(1), (byte)15), blob.U8(47) != 0);
        if (!scene.View.HasPorts) return Truth.No;
        var truth = Truth.No;
        for (var i = 0; i < count; i++)
        {
            int from = blob.U16(2 + 2 * i), to = from;
            if (blob.U8(32 + i) != 0 && i + 1 < count) to = blob.U16(2 + 2 * ++i);
            if (flags is 0 or 2) truth = Truths.Or(truth, scene.View.Port(true, from, to));
            if (flags is 1 or 2) truth = Truths.Or(truth, scene.View.Port(false, from, to));
        }
        return Truths.Flip(truth, inverted);
    }

    private static Truth AddressTypes(Blob blob, Scene scene)
    {
        var (source, destination, flags) = (blob.U16(0), blob.U16(2), blob.U32(4));
        var device = (flags & 4) != 0 ? scene.In : (flags & 8) != 0 ? scene.Out : null;
        var truth = source == 0 ? Truth.Yes : Truths.Flip(OfType(scene.Packet.Source, source), (flags & 1) != 0);
        return destination == 0 || truth == Truth.No ? truth
            : Truths.And(truth, Truths.Flip(OfType(scene.Packet.Destination, destination), (flags & 2) != 0));

        Truth OfType(System.Net.IPAddress address, int mask) =>
            scene.Around.AddressType(address, device) is { } type ? Truths.Of((mask & (1 << type)) != 0) : Truth.Unknown;
    }

    private static Truth AddressRange(Blob blob, Scene scene)
    {
        var flags = blob.U8(64);
        var truth = Truth.Yes;
        if ((flags & 1) != 0) truth = Truths.Of(Between(scene.View.Source, blob.Bytes(0, 16), blob.Bytes(16, 16)) ^ ((flags & 16) != 0));
        if ((flags & 2) != 0)
            truth = Truths.And(truth, Truths.Of(Between(scene.View.Destination, blob.Bytes(32, 16), blob.Bytes(48, 16)) ^ ((flags & 32) != 0)));
        return truth;

        static bool Between(byte[] address, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to) =>
            address.AsSpan().SequenceCompareTo(from[..address.Length]) >= 0 && address.AsSpan().SequenceCompareTo(to[..address.Length]) <= 0;
    }

    // Packets made here have no link-layer header yet: the match fails whatever its sense.
    private static Truth Mac(Blob blob, Scene scene)
    {
        if (scene.In is null || scene.In == "lo") return Truth.No;
        if (scene.Packet.SourceMac is not { Length: 6 } mac) return Truth.Unknown;
        return Truths.Of(blob.Bytes(0, 6).SequenceEqual(mac) ^ (blob.U32(8) != 0));
    }

    private static Truth PacketKind(Blob blob, Scene scene)
    {
        var kind = scene.Around.AddressType(scene.Packet.Destination, null);
        if (kind is null && !scene.MadeHere) return Truth.Unknown;
        var type = scene.MadeHere && kind is not (3 or 5) ? 0u : kind switch { 3 => 1u, 5 => 2u, _ => 0u };
        return Truths.Of((blob.U32(0) == type) ^ (blob.U32(4) != 0));
    }

    private static Truth Lengths(Blob blob, Scene scene)
    {
        var (from, to, inverted) = (blob.U16(0), blob.U16(2), blob.U8(4) != 0);
        if (scene.Packet.Length is { } length) return Truths.Of((length >= from && length <= to) ^ inverted);
        return from <= 20 && to == 0xffff ? Truths.Of(!inverted) : Truth.Unknown;
    }

    // As xt_physdev.c: without bridge information only inverted questions hold.
    private static Truth BridgePorts(Blob blob, Scene scene)
    {
        const int In = 1, Out = 2, Bridged = 4, IsIn = 8, IsOut = 16;
        var (inverted, asked) = (blob.U8(64), blob.U8(65));
        var packet = scene.Packet;
        var (portIn, portOut) = (packet.PhysIn, scene.Hook is Hook.Prerouting or Hook.Input ? null : packet.PhysOut);
        if (portIn is null && portOut is null) return Truths.Of((asked & ~inverted) == 0);
        if ((asked & Bridged) != 0 && (portOut is not null) == ((inverted & Bridged) != 0)) return Truth.No;
        if ((asked & IsIn) != 0 && (portIn is not null) == ((inverted & IsIn) != 0)) return Truth.No;
        if ((asked & IsOut) != 0 && (portOut is not null) == ((inverted & IsOut) != 0)) return Truth.No;
        if ((asked & In) != 0 && portIn is not null && Same(portIn, blob.Bytes(0, 16), blob.Bytes(16, 16)) == ((inverted & In) != 0)) return Truth.No;
        if ((asked & Out) == 0) return Truth.Yes;
        var differs = portOut is not null && !Same(portOut, blob.Bytes(32, 16), blob.Bytes(48, 16));
        return Truths.Of(differs == ((inverted & Out) != 0));
    }

    private static bool Same(string name, ReadOnlySpan<byte> wanted, ReadOnlySpan<byte> mask)
    {
        var bits = Operands.Name(name).Bits;
        for (var i = 0; i < 16; i++)
        {
            if (((bits[i] ^ wanted[i]) & mask[i]) != 0) return false;
        }
        return true;
    }
}
