namespace Fairlead.Model.Rules.Text;

/// <summary>The names and types of the keys of `meta`, `ct` and the other loads that are not header fields.</summary>
internal static class NftKeys
{
    /// <summary>NFT_META_*: name, type, whether values are in the CPU's order. Null for a key that is not known.</summary>
    public static (string Name, NftType Type, bool Host)? Meta(int key) => key switch
    {
        0 => ("length", NftType.Integer, true),
        1 => ("protocol", NftType.EtherType, false),
        2 => ("priority", NftType.ClassId, true),
        3 => ("mark", NftType.Mark, true),
        4 => ("iif", NftType.IfIndex, true),
        5 => ("oif", NftType.IfIndex, true),
        6 => ("iifname", NftType.IfName, false),
        7 => ("oifname", NftType.IfName, false),
        8 => ("iiftype", NftType.IfType, true),
        9 => ("oiftype", NftType.IfType, true),
        10 => ("skuid", NftType.Uid, true),
        11 => ("skgid", NftType.Gid, true),
        12 => ("nftrace", NftType.Integer, false),
        13 => ("rtclassid", NftType.Realm, true),
        14 => ("secmark", NftType.Integer, true),
        15 => ("nfproto", NftType.NfProto, false),
        16 => ("l4proto", NftType.InetProto, false),
        17 => ("ibrname", NftType.IfName, false),
        18 => ("obrname", NftType.IfName, false),
        19 => ("pkttype", NftType.PktType, false),
        20 => ("cpu", NftType.Integer, true),
        21 => ("iifgroup", NftType.DevGroup, true),
        22 => ("oifgroup", NftType.DevGroup, true),
        23 => ("cgroup", NftType.Integer, true),
        24 => ("random", NftType.Integer, false),
        25 => ("ipsec", NftType.Boolean, false),
        26 => ("iifkind", NftType.IfName, false),
        27 => ("oifkind", NftType.IfName, false),
        28 => ("ibrpvid", NftType.Integer, true),
        29 => ("ibrvproto", NftType.EtherType, false),
        30 => ("time", NftType.Date, true),
        31 => ("day", NftType.Day, false),
        32 => ("hour", NftType.Hour, true),
        33 => ("sdif", NftType.IfIndex, true),
        34 => ("sdifname", NftType.IfName, false),
        35 => ("broute", NftType.Integer, false),
        36 => ("ibrhwaddr", NftType.Ether, false),
        _ => null,
    };

    /// <summary>True for keys that nft writes without the word `meta`.</summary>
    public static bool Unqualified(int key) => key is 4 or 5 or 6 or 7 or 21 or 22;

    /// <summary>NFT_CT_*; <paramref name="bytes"/> tells an IPv4 address from an IPv6 one.</summary>
    public static (string Name, NftType Type, bool Host)? Ct(int key, int bytes) => key switch
    {
        0 => ("state", NftType.CtState, true),
        1 => ("direction", NftType.CtDir, false),
        2 => ("status", NftType.CtStatus, true),
        3 => ("mark", NftType.Mark, true),
        4 => ("secmark", NftType.Integer, true),
        5 => ("expiration", NftType.Time, true),
        6 => ("helper", NftType.String, false),
        7 => ("l3proto", NftType.NfProto, false),
        8 => ("saddr", bytes > 4 ? NftType.Ipv6 : NftType.Ipv4, false),
        9 => ("daddr", bytes > 4 ? NftType.Ipv6 : NftType.Ipv4, false),
        10 => ("protocol", NftType.InetProto, false),
        11 => ("proto-src", NftType.InetService, false),
        12 => ("proto-dst", NftType.InetService, false),
        13 => ("label", NftType.CtLabel, true),
        14 => ("packets", NftType.Integer, true),
        15 => ("bytes", NftType.Integer, true),
        16 => ("avgpkt", NftType.Integer, true),
        17 => ("zone", NftType.Integer, true),
        18 => ("event", NftType.CtEvent, true),
        19 => ("ip saddr", NftType.Ipv4, false),
        20 => ("ip daddr", NftType.Ipv4, false),
        21 => ("ip6 saddr", NftType.Ipv6, false),
        22 => ("ip6 daddr", NftType.Ipv6, false),
        23 => ("id", NftType.Integer, false),
        _ => null,
    };

    /// <summary>NFT_RT_*.</summary>
    public static (string Name, NftType Type, bool Host)? Rt(int key) => key switch
    {
        0 => ("classid", NftType.Realm, true),
        1 => ("ip nexthop", NftType.Ipv4, false),
        2 => ("ip6 nexthop", NftType.Ipv6, false),
        3 => ("mtu", NftType.Integer, true),
        4 => ("ipsec", NftType.Boolean, false),
        _ => null,
    };

    /// <summary>NFT_SOCKET_*.</summary>
    public static (string Name, NftType Type, bool Host)? Socket(int key) => key switch
    {
        0 => ("transparent", NftType.Integer, false),
        1 => ("mark", NftType.Mark, true),
        2 => ("wildcard", NftType.Integer, false),
        3 => ("cgroupv2", NftType.CgroupV2, true),
        _ => null,
    };

    /// <summary>NFT_XFRM_KEY_*: `ipsec in reqid`.</summary>
    public static (string Name, NftType Type, bool Host)? Xfrm(int key) => key switch
    {
        1 => ("ip daddr", NftType.Ipv4, false),
        2 => ("ip6 daddr", NftType.Ipv6, false),
        3 => ("ip saddr", NftType.Ipv4, false),
        4 => ("ip6 saddr", NftType.Ipv6, false),
        5 => ("reqid", NftType.Integer, true),
        6 => ("spi", NftType.Integer, false),
        _ => null,
    };

    /// <summary>The words of fib's flags in nft's order.</summary>
    public static string FibFlags(int flags)
    {
        var words = new List<string>(3);
        if ((flags & 1) != 0) words.Add("saddr");
        if ((flags & 2) != 0) words.Add("daddr");
        if ((flags & 4) != 0) words.Add("mark");
        if ((flags & 8) != 0) words.Add("iif");
        if ((flags & 16) != 0) words.Add("oif");
        return string.Join(" . ", words);
    }

    /// <summary>The fields of a TCP option: its name and its fields in bits.</summary>
    public static (string Name, NftField[] Fields)? TcpOption(int kind) => kind switch
    {
        0 => ("eol", [Kind]),
        1 => ("nop", [Kind]),
        2 => ("maxseg", [Kind, OptionLength, new("size", 16, 16, NftType.Integer)]),
        3 => ("window", [Kind, OptionLength, new("count", 16, 8, NftType.Integer)]),
        4 => ("sack-perm", [Kind, OptionLength]),
        5 => ("sack", [Kind, OptionLength, ..Sacks]),
        8 => ("timestamp", [Kind, OptionLength, new("tsval", 16, 32, NftType.Integer), new("tsecr", 48, 32, NftType.Integer)]),
        19 => ("md5sig", [Kind, OptionLength]),
        30 => ("mptcp", [Kind, OptionLength, new("subtype", 16, 4, NftType.MptcpSubtype)]),
        34 => ("fastopen", [Kind, OptionLength]),
        _ => null,
    };

    /// <summary>An IPv6 extension header: its name and its fields in bits.</summary>
    public static (string Name, NftField[] Fields)? Extension(int type) => type switch
    {
        0 => ("hbh", [NextHeader, HeaderLength]),
        43 => ("rt", [NextHeader, HeaderLength, new("type", 16, 8, NftType.Integer), new("seg-left", 24, 8, NftType.Integer), ..SegmentRouting]),
        44 => ("frag", [NextHeader, new("reserved", 8, 8, NftType.Integer), new("frag-off", 16, 13, NftType.Integer),
                        new("reserved2", 29, 2, NftType.Integer), new("more-fragments", 31, 1, NftType.Integer), new("id", 32, 32, NftType.Integer)]),
        60 => ("dst", [NextHeader, HeaderLength]),
        135 => ("mh", [NextHeader, HeaderLength, new("type", 16, 8, NftType.MhType), new("reserved", 24, 8, NftType.Integer),
                       new("checksum", 32, 16, NftType.Integer)]),
        _ => null,
    };

    /// <summary>The chunk types of SCTP that nft names, with their fields in bits.</summary>
    public static (string Name, NftField[] Fields)? SctpChunk(int type) => type switch
    {
        0 => ("data", Chunk("tsn", 32, "stream", 16, "ssn", 16, "ppid", 32)),
        1 or 2 => (type == 1 ? "init" : "init-ack", Chunk("init-tag", 32, "a-rwnd", 32, "num-outbound-streams", 16, "num-inbound-streams", 16, "initial-tsn", 32)),
        3 => ("sack", Chunk("cum-tsn-ack", 32, "a-rwnd", 32, "num-gap-ack-blocks", 16, "num-dup-tsns", 16)),
        4 => ("heartbeat", Chunk()),
        5 => ("heartbeat-ack", Chunk()),
        6 => ("abort", Chunk()),
        7 => ("shutdown", Chunk("cum-tsn-ack", 32)),
        8 => ("shutdown-ack", Chunk()),
        9 => ("error", Chunk()),
        10 => ("cookie-echo", Chunk()),
        11 => ("cookie-ack", Chunk()),
        12 or 13 => (type == 12 ? "ecne" : "cwr", Chunk("lowest-tsn", 32)),
        14 => ("shutdown-complete", Chunk()),
        0x80 or 0xc1 => (type == 0x80 ? "asconf-ack" : "asconf", Chunk("seqno", 32)),
        0xc0 => ("forward-tsn", Chunk("new-cum-tsn", 32)),
        _ => null,
    };

    /// <summary>The fields that all chunks have, and those given by name and bits, one behind the other.</summary>
    private static NftField[] Chunk(params object[] more)
    {
        var fields = new List<NftField> { OptionType, new("flags", 8, 8, NftType.Integer), new("length", 16, 16, NftType.Integer) };
        for (int i = 0, at = 32; i + 1 < more.Length; at += (int)more[i + 1], i += 2)
            fields.Add(new((string)more[i], at, (int)more[i + 1], NftType.Integer));
        return [.. fields];
    }

    /// <summary>The IPv4 options that nft names, with their fields in bits.</summary>
    public static (string Name, NftField[] Fields)? IpOption(int type) => type switch
    {
        7 => ("rr", RouteOption),
        131 => ("lsrr", RouteOption),
        137 => ("ssrr", RouteOption),
        148 => ("ra", [OptionType, OptionLength, new("value", 16, 16, NftType.Integer)]),
        _ => null,
    };

    private static NftField[] RouteOption => [OptionType, OptionLength, new("ptr", 16, 8, NftType.Integer), new("addr", 24, 32, NftType.Ipv4)];
    private static NftField OptionType => new("type", 0, 8, NftType.Integer);

    // A selective acknowledgement has up to four blocks; the second is written `sack1 left`.
    private static IEnumerable<NftField> Sacks => Enumerable.Range(0, 4).SelectMany(i => new NftField[]
        { new("left", 16 + i * 64, 32, NftType.Integer), new("right", 48 + i * 64, 32, NftType.Integer) });

    // Type 4 of the routing header, which nft calls `srh`; types 0 and 2 lie the same way.
    private static IEnumerable<NftField> SegmentRouting =>
        [new("last-entry", 32, 8, NftType.Integer), new("flags", 40, 8, NftType.Integer), new("tag", 48, 16, NftType.Integer),
         new("sid[1]", 64, 128, NftType.Ipv6), new("sid[2]", 192, 128, NftType.Ipv6)];

    private static NftField Kind => new("kind", 0, 8, NftType.Integer);
    private static NftField OptionLength => new("length", 8, 8, NftType.Integer);
    private static NftField NextHeader => new("nexthdr", 0, 8, NftType.InetProto);
    private static NftField HeaderLength => new("hdrlength", 8, 8, NftType.Integer);
}
