using System.Collections.Immutable;

namespace Fairlead.Model.Rules.Decode;

/// <summary>Blobs of matches to their views.</summary>
internal static class XtMatchReader
{
    internal static XtView? Read(string name, int revision, XtBlob b) => (name, revision) switch
    {
        ("addrtype", 0 or 1) => Addrtype(revision, b),
        ("conntrack", >= 1 and <= 3) => Conntrack(revision, b),
        ("state", 0) when b.Length >= 4 => new XtState((int)b.Host32(0)),
        ("tcp", 0) when b.Length >= 12 => new XtTcp(b.Ports(0), b.Ports(4), b.Byte(8), b.Byte(9), b.Byte(10), Bit(b.Byte(11), 1), Bit(b.Byte(11), 2),
            Bit(b.Byte(11), 4), Bit(b.Byte(11), 8)),
        ("udp" or "udplite", 0) when b.Length >= 9 => new XtUdp(b.Ports(0), b.Ports(4), Bit(b.Byte(8), 1), Bit(b.Byte(8), 2)),
        ("icmp" or "icmp6", 0) when b.Length >= 4 => new XtIcmp(name == "icmp6", b.Byte(0), new XtRange(b.Byte(1), b.Byte(2)), Bit(b.Byte(3), 1)),
        ("multiport", 1) when b.Length >= 48 => Multiport(b),
        ("mark" or "connmark", 1) when b.Length >= 9 => new XtMark(name == "connmark", b.Host32(0), b.Host32(4), b.Byte(8) != 0),
        ("comment", 0) => new XtComment(b.Text(0, 256)),
        ("set", >= 1 and <= 4) when b.Length >= (revision < 3 ? 4 : 44) => Set(revision, b),
        ("physdev", 0) when b.Length >= 66 => new XtPhysdev(b.Text(0, 16), b.Bytes(16, 16), b.Text(32, 16), b.Bytes(48, 16), b.Byte(65), b.Byte(64)),
        ("iprange", 1) when b.Length >= 65 => new XtIprange(b.Address(0), b.Address(16), b.Address(32), b.Address(48), Bit(b.Byte(64), 1),
            Bit(b.Byte(64), 2), Bit(b.Byte(64), 16), Bit(b.Byte(64), 32)),
        ("mac", 0) when b.Length >= 12 => new XtMac(b.Bytes(0, 6), b.Host32(8) != 0),
        ("limit", 0) when b.Length >= 8 => new XtLimit(b.Host32(0), b.Host32(4)),
        ("owner", 1) when b.Length >= 18 => new XtOwner(b.Host32(0), b.Host32(4), b.Host32(8), b.Host32(12), b.Byte(16), b.Byte(17)),
        ("tcpmss", 0) when b.Length >= 5 => new XtTcpmss(b.Ports(0), b.Byte(4) != 0),
        ("length", 0) when b.Length >= 5 => new XtLength(b.Ports(0), b.Byte(4) != 0),
        ("pkttype", 0) when b.Length >= 8 => new XtPkttype((int)b.Host32(0), b.Host32(4) != 0),
        ("ttl" or "hl", 0) when b.Length >= 2 => new XtTtl(b.Byte(0), b.Byte(1)),
        ("dscp", 0) when b.Length >= 2 => new XtDscp(b.Byte(0), b.Byte(1) != 0),
        ("tos", 1) when b.Length >= 3 => new XtTos(b.Byte(1), b.Byte(0), b.Byte(2) != 0),
        ("ecn", 0) when b.Length >= 3 => new XtEcn(b.Byte(0), b.Byte(1), b.Byte(2)),
        ("helper", 0) when b.Length >= 5 => new XtHelper(b.Text(4, 30), b.Host32(0) != 0),
        ("esp", 0) when b.Length >= 9 => new XtSpi(false, b.Host32(0), b.Host32(4), Bit(b.Byte(8), 1)),
        ("ah", 0) when !b.V6 && b.Length >= 9 => new XtSpi(true, b.Host32(0), b.Host32(4), Bit(b.Byte(8), 1)),
        ("ipvs", 0) when b.Length >= 40 => new XtIpvs(b.Masked(0), b.Net16(32), b.Byte(34), b.Byte(35), b.Net16(36), b.Byte(38), b.Byte(39)),
        ("rpfilter", 0) when b.Length >= 1 => new XtRpfilter(b.Byte(0)),
        ("cpu", 0) when b.Length >= 8 => new XtCpu(b.Host32(0), b.Host32(4) != 0),
        ("realm", 0) when b.Length >= 9 => new XtRealm(b.Host32(0), b.Host32(4), b.Byte(8) != 0),
        ("devgroup", 0) when b.Length >= 20 => new XtDevgroup(b.Host32(0), b.Host32(4), b.Host32(8), b.Host32(12), b.Host32(16)),
        ("connlabel", 0) when b.Length >= 4 => new XtConnlabel(b.Host16(0), b.Host16(2)),
        ("rt", 0) when b.Length >= 18 => new XtRt(b.Host32(0), b.Host32(4), b.Host32(8), b.Host32(12), b.Byte(16), b.Byte(17)),
        ("frag", 0) when b.V6 && b.Length >= 14 => new XtFrag(b.Host32(0), b.Host32(4), b.Host32(8), b.Byte(12), b.Byte(13)),
        ("sctp", 0) when b.Length >= 292 => Sctp(b),
        ("dccp", 0) when b.Length >= 15 => new XtDccp(b.Ports(4), b.Ports(0), b.Host16(8), b.Host16(10), b.Host16(12), b.Byte(14)),
        _ => XtRateReader.Read(name, revision, b),
    };

    internal static bool Bit(int value, int bit) => (value & bit) != 0;

    private static XtAddrtype? Addrtype(int revision, XtBlob b)
    {
        if (b.Length < (revision == 1 ? 8 : 12))
            return null;
        int source = b.Host16(0), destination = b.Host16(2);
        if (revision == 0)
            return new XtAddrtype(source, destination, b.Host32(4) != 0, b.Host32(8) != 0, false, false);
        var flags = (int)b.Host32(4);
        return new XtAddrtype(source, destination, Bit(flags, 1), Bit(flags, 2), Bit(flags, 4), Bit(flags, 8));
    }

    private static XtConntrack? Conntrack(int revision, XtBlob b)
    {
        if (b.Length < revision switch { 1 => 152, 2 => 154, _ => 162 })
            return null;
        var state = revision == 1 ? b.Byte(150) : b.Host16(150);
        var status = revision == 1 ? b.Byte(151) : b.Host16(152);
        return new XtConntrack((XtConntrackFlags)b.Host16(146), (XtConntrackFlags)b.Host16(148), state, status, b.Host16(136),
            b.Masked(0), b.Masked(32), b.Masked(64), b.Masked(96),
            ports(b, 138, 154), ports(b, 140, 156), ports(b, 142, 158), ports(b, 144, 160), b.Host32(128), b.Host32(132));

        // only revision 3 has upper ends, and only it has them in the CPU's order
        XtRange ports(XtBlob blob, int low, int high) =>
            revision == 3 ? new XtRange(blob.Host16(low), blob.Host16(high)) : new XtRange(blob.Net16(low), blob.Net16(low));
    }

    private static XtMultiport Multiport(XtBlob b)
    {
        var ports = ImmutableArray.CreateBuilder<XtRange>();
        for (int i = 0, count = Math.Min((int)b.Byte(1), 15); i < count; i++)
        {
            int from = b.Host16(2 + i * 2), to = from;
            if (b.Byte(32 + i) != 0 && i + 1 < count)
                to = b.Host16(2 + ++i * 2);
            ports.Add(new XtRange(from, to));
        }
        return new XtMultiport(b.Byte(0), ports.ToImmutable(), b.Byte(47) != 0);
    }

    private static XtSet Set(int revision, XtBlob b)
    {
        int dimensions = b.Byte(2), flags = b.Byte(3);
        // bit 0 is "inverted", bit k says "field k from the source"; revision 3 has a counter's comparison before its value
        var extra = revision < 3 ? 0 : b.Host32(40);
        return new XtSet(b.Host16(0), dimensions, flags & 0x0e, Bit(flags, 1), Bit(flags, 0x80) || (extra & 0x80) != 0, extra,
            counter(b, 8), counter(b, 24));

        (ulong, int) counter(XtBlob blob, int at) => revision switch
        {
            3 => (blob.Host64(at + 8), blob.Byte(at)),
            4 => (blob.Host64(at), blob.Byte(at + 8)),
            _ => default,
        };
    }

    private static XtSctp Sctp(XtBlob b)
    {
        var flags = ImmutableArray.CreateBuilder<(int, int, int)>();
        var count = Math.Min((int)Math.Min(b.Host32(280), 4u), 4);
        for (var i = 0; i < count; i++)
            flags.Add((b.Byte(268 + i * 3), b.Byte(269 + i * 3), b.Byte(270 + i * 3)));
        return new XtSctp(b.Ports(4), b.Ports(0), (int)b.Host32(284), (int)b.Host32(288), b.Bytes(8, 256), (int)b.Host32(264), flags.ToImmutable());
    }
}
