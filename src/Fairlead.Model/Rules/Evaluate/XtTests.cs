using Fairlead.Model.Rules.Decode;

namespace Fairlead.Model.Rules.Evaluate;

/// <summary>The xt matches on addresses, ports, devices and marks. What is not known is <see cref="Truth.Unknown"/>.</summary>
internal static class XtTests
{
    public static Truth Ask(XtRead part, Scene scene) => part.View switch
    {
        XtComment => Truth.Yes,
        XtTcp tcp => Tcp(tcp, scene),
        XtUdp udp => scene.Packet.Protocol is 17 or 136
            ? Truths.And(Port(scene, true, udp.Source, udp.InvertSource), Port(scene, false, udp.Destination, udp.InvertDestination))
            : Truth.No,
        XtIcmp icmp => Icmp(icmp, scene.Packet),
        XtMultiport ports => Multiport(ports, scene),
        XtAddrtype types => AddressTypes(types, scene),
        XtConntrack conntrack => ConntrackTest.Ask(conntrack, scene),
        XtState state => Truths.Of((ConntrackTest.StateBit(scene) & (uint)state.State) != 0),
        XtMark { Connection: false } mark => Truths.Of(((scene.Packet.Mark & mark.Mask) == mark.Mark) ^ mark.Invert),
        XtMark mark => Truths.Of(scene.HasEntry && ((scene.Packet.ConnMark & mark.Mask) == mark.Mark) ^ mark.Invert),
        XtIprange range => AddressRange(range, scene),
        XtMac mac => Mac(mac, scene),
        XtPkttype kind => PacketKind(kind, scene),
        XtPhysdev ports => BridgePorts(ports, scene),
        XtSet set => IpSets.Test(set, scene),
        XtSctp sctp => Sctp(sctp, scene),
        XtLength length => Length(length, scene),
        _ => XtOtherTests.Ask(part, scene),
    };

    private static Truth Port(Scene scene, bool source, XtRange range, bool invert) =>
        Truths.Flip(scene.View.Port(source, range.From, range.To), invert);

    private static Truth Tcp(XtTcp tcp, Scene scene)
    {
        if (scene.Packet.Protocol != 6) return Truth.No;
        var truth = Truths.And(Port(scene, true, tcp.Source, tcp.InvertSource), Port(scene, false, tcp.Destination, tcp.InvertDestination));
        truth = Truths.And(truth, Truths.Of(((scene.Packet.TcpFlags & tcp.FlagMask) == tcp.FlagValue) ^ tcp.InvertFlags));
        const int SegmentSize = 2;
        if (tcp.Option == 0) return truth;
        return Truths.And(truth, tcp.Option == SegmentSize && scene.Packet.Mss is { } size ? Truths.Of(size > 0 ^ tcp.InvertOption) : Truth.Unknown);
    }

    private static Truth Icmp(XtIcmp icmp, Packet packet)
    {
        if (packet.Protocol != (icmp.V6 ? 58 : 1)) return Truth.No;
        var any = icmp.Type == 0xff && !icmp.V6;
        if (!any && packet.IcmpType < 0) return Truth.Unknown;
        return Truths.Of((any || (packet.IcmpType == icmp.Type && icmp.Code.Contains(packet.IcmpCode))) ^ icmp.Invert);
    }

    private static Truth Multiport(XtMultiport wanted, Scene scene)
    {
        const int Source = 0, Destination = 1;
        if (!scene.View.HasPorts) return Truth.No;
        var truth = Truth.No;
        foreach (var range in wanted.Ports)
        {
            if (wanted.Direction != Destination) truth = Truths.Or(truth, scene.View.Port(true, range.From, range.To));
            if (wanted.Direction != Source) truth = Truths.Or(truth, scene.View.Port(false, range.From, range.To));
        }
        return Truths.Flip(truth, wanted.Invert);
    }

    private static Truth AddressTypes(XtAddrtype types, Scene scene)
    {
        var device = types.LimitIn ? scene.In : types.LimitOut ? scene.Out : null;
        var truth = types.Source == 0 ? Truth.Yes : Truths.Flip(OfType(scene.Packet.Source, types.Source), types.InvertSource);
        return types.Destination == 0 || truth == Truth.No ? truth
            : Truths.And(truth, Truths.Flip(OfType(scene.Packet.Destination, types.Destination), types.InvertDestination));

        Truth OfType(System.Net.IPAddress address, int mask) => scene.Packet.V6 ? OfType6(address, mask, device, scene)
            : scene.Around.AddressType(address, device) is { } type ? Truths.Of((mask & (1 << type)) != 0) : Truth.Unknown;
    }

    // As match_type6: IPv6 asks the address itself, and the routes only for LOCAL, ANYCAST and UNREACHABLE; an own address is UNICAST too.
    private static Truth OfType6(System.Net.IPAddress address, int mask, string? device, Scene scene)
    {
        const int Unspecified = 1 << 0, Unicast = 1 << 1, Local = 1 << 2, Anycast = 1 << 4, Multicast = 1 << 5, Unreachable = 1 << 7;
        if ((mask & Multicast) != 0 && !address.IsIPv6Multicast) return Truth.No;
        if ((mask & Unicast) != 0 && (address.IsIPv6Multicast || address.Equals(System.Net.IPAddress.IPv6Any))) return Truth.No;
        if ((mask & Unspecified) != 0 && !address.Equals(System.Net.IPAddress.IPv6Any)) return Truth.No;
        if ((mask & (Local | Anycast | Unreachable)) == 0) return Truth.Yes;
        return scene.Around.AddressType(address, device) is { } type ? Truths.Of((mask & (1 << type)) != 0) : Truth.Unknown;
    }

    private static Truth AddressRange(XtIprange range, Scene scene)
    {
        var truth = !range.Source ? Truth.Yes : Truths.Of(Between(scene.View.Source, range.SourceFrom, range.SourceTo) ^ range.InvertSource);
        return !range.Destination ? truth
            : Truths.And(truth, Truths.Of(Between(scene.View.Destination, range.DestinationFrom, range.DestinationTo) ^ range.InvertDestination));

        static bool Between(byte[] address, byte[] from, byte[] to) => address.Length == from.Length
            && address.AsSpan().SequenceCompareTo(from) >= 0 && address.AsSpan().SequenceCompareTo(to) <= 0;
    }

    // Packets made here have no link-layer header yet: the match fails whatever its sense.
    private static Truth Mac(XtMac mac, Scene scene)
    {
        if (scene.In is null or "lo") return Truth.No;
        return scene.Packet.SourceMac is { Length: 6 } source ? Truths.Of(mac.Address.AsSpan().SequenceEqual(source) ^ mac.Invert) : Truth.Unknown;
    }

    private static Truth PacketKind(XtPkttype wanted, Scene scene)
    {
        var kind = Operands.PacketType(scene);
        return kind.IsKnown ? Truths.Of((kind.Bits[0] == wanted.Type) ^ wanted.Invert) : Truth.Unknown;
    }

    private static Truth Length(XtLength wanted, Scene scene)
    {
        if (scene.Packet.Length is { } length) return Truths.Of(wanted.Size.Contains(length) ^ wanted.Invert);
        return wanted.Size.From <= 20 && wanted.Size.To == 0xffff ? Truths.Of(!wanted.Invert) : Truth.Unknown;
    }

    private static Truth Sctp(XtSctp sctp, Scene scene)
    {
        const int Source = 1, Destination = 2, Chunks = 4;
        if (scene.Packet.Protocol != 132) return Truth.No;
        var truth = Truth.Yes;
        if ((sctp.Flags & Source) != 0) truth = Port(scene, true, sctp.Source, (sctp.Invert & Source) != 0);
        if ((sctp.Flags & Destination) != 0) truth = Truths.And(truth, Port(scene, false, sctp.Destination, (sctp.Invert & Destination) != 0));
        return (sctp.Flags & Chunks) != 0 ? Truths.And(truth, Truth.Unknown) : truth;
    }

    // As xt_physdev.c: without bridge information only inverted questions hold.
    private static Truth BridgePorts(XtPhysdev wanted, Scene scene)
    {
        const int In = 1, Out = 2, Bridged = 4, IsIn = 8, IsOut = 16;
        var packet = scene.Packet;
        var (portIn, portOut) = (packet.PhysIn, scene.Hook is Hook.Prerouting or Hook.Input ? null : packet.PhysOut);
        if (portIn is null && portOut is null) return Truths.Of((wanted.Ops & ~wanted.Invert) == 0);
        if (Fails(Bridged, portOut is not null) || Fails(IsIn, portIn is not null) || Fails(IsOut, portOut is not null)) return Truth.No;
        if (portIn is not null && Fails(In, Same(portIn, wanted.In, wanted.InMask))) return Truth.No;
        return Truths.Of(!Fails(Out, portOut is not null && Same(portOut, wanted.Out, wanted.OutMask)));

        bool Fails(int what, bool holds) => (wanted.Ops & what) != 0 && holds == ((wanted.Invert & what) != 0);
    }

    private static bool Same(string name, string wanted, byte[] mask)
    {
        byte[] bits = Operands.Name(name).Bits, other = Operands.Name(wanted).Bits;
        for (var i = 0; i < 16; i++)
        {
            if (((bits[i] ^ other[i]) & mask[i]) != 0) return false;
        }
        return true;
    }
}
