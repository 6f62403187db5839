namespace Fairlead.Model.Rules.Text;

/// <summary>The data types of nft in its own numbers: a set's KEY_TYPE packs them six bits a field, the last field lowest.</summary>
internal enum NftType
{
    Invalid = 0, Verdict = 1, NfProto = 2, Integer = 4, String = 5, LinkAddress = 6, Ipv4 = 7, Ipv6 = 8, Ether = 9, EtherType = 10, ArpOp = 11,
    InetProto = 12, InetService = 13, IcmpType = 14, TcpFlag = 15, DccpType = 16, MhType = 17, Time = 18, Mark = 19, IfIndex = 20, IfType = 21,
    Realm = 22, ClassId = 23, Uid = 24, Gid = 25, CtState = 26, CtDir = 27, CtStatus = 28, Icmp6Type = 29, CtLabel = 30, PktType = 31,
    IcmpCode = 32, Icmp6Code = 33, IcmpxCode = 34, DevGroup = 35, Dscp = 36, Ecn = 37, FibAddrType = 38, Boolean = 39, CtEvent = 40, IfName = 41,
    IgmpType = 42, Date = 43, Hour = 44, Day = 45, CgroupV2 = 46,

    /// <summary>A number that nft prints in hexadecimal (raw payload).</summary>
    Hex = 64,

    /// <summary>What an MPTCP option is about; not a type of sets.</summary>
    MptcpSubtype = 65,
}

/// <summary>What is known of a type without its values: its name, its size and how it behaves.</summary>
internal static class NftTypes
{
    /// <summary>The name after `type` in a set's declaration.</summary>
    public static string Name(NftType type) => type switch
    {
        NftType.Verdict => "verdict",
        NftType.NfProto => "nf_proto",
        NftType.Integer or NftType.Hex or NftType.MptcpSubtype => "integer",
        NftType.String => "string",
        NftType.LinkAddress => "ll_addr",
        NftType.Ipv4 => "ipv4_addr",
        NftType.Ipv6 => "ipv6_addr",
        NftType.Ether => "ether_addr",
        NftType.EtherType => "ether_type",
        NftType.ArpOp => "arp_op",
        NftType.InetProto => "inet_proto",
        NftType.InetService => "inet_service",
        NftType.IcmpType => "icmp_type",
        NftType.TcpFlag => "tcp_flag",
        NftType.DccpType => "dccp_pkttype",
        NftType.MhType => "mh_type",
        NftType.Time => "time",
        NftType.Mark => "mark",
        NftType.IfIndex => "iface_index",
        NftType.IfType => "iface_type",
        NftType.Realm => "realm",
        NftType.ClassId => "classid",
        NftType.Uid => "uid",
        NftType.Gid => "gid",
        NftType.CtState => "ct_state",
        NftType.CtDir => "ct_dir",
        NftType.CtStatus => "ct_status",
        NftType.Icmp6Type => "icmpv6_type",
        NftType.CtLabel => "ct_label",
        NftType.PktType => "pkt_type",
        NftType.IcmpCode => "icmp_code",
        NftType.Icmp6Code => "icmpv6_code",
        NftType.IcmpxCode => "icmpx_code",
        NftType.DevGroup => "devgroup",
        NftType.Dscp => "dscp",
        NftType.Ecn => "ecn",
        NftType.FibAddrType => "fib_addrtype",
        NftType.Boolean => "boolean",
        NftType.CtEvent => "ct_event",
        NftType.IfName => "ifname",
        NftType.IgmpType => "igmp_type",
        NftType.Date => "time",
        NftType.Hour => "hour",
        NftType.Day => "day",
        NftType.CgroupV2 => "cgroupsv2",
        _ => "invalid",
    };

    /// <summary>Bytes of a value; 0 where the type does not say.</summary>
    public static int Bytes(NftType type) => type switch
    {
        NftType.Ipv6 or NftType.IfName or NftType.CtLabel => 16,
        NftType.Date or NftType.CgroupV2 => 8,
        NftType.Time => 8,
        NftType.Ether => 6,
        NftType.Ipv4 or NftType.Mark or NftType.IfIndex or NftType.Realm or NftType.ClassId or NftType.Uid or NftType.Gid or NftType.CtState
            or NftType.CtStatus or NftType.DevGroup or NftType.FibAddrType or NftType.CtEvent or NftType.Hour => 4,
        NftType.EtherType or NftType.ArpOp or NftType.InetService or NftType.IfType => 2,
        NftType.NfProto or NftType.InetProto or NftType.IcmpType or NftType.TcpFlag or NftType.DccpType or NftType.MhType or NftType.CtDir
            or NftType.Icmp6Type or NftType.PktType or NftType.IcmpCode or NftType.Icmp6Code or NftType.IcmpxCode or NftType.Dscp or NftType.Ecn
            or NftType.Boolean or NftType.IgmpType or NftType.Day => 1,
        _ => 0,
    };

    /// <summary>True when values are in the CPU's order wherever the kernel does not need to compare sizes.</summary>
    public static bool HostOrder(NftType type) => type is NftType.Mark or NftType.IfIndex or NftType.IfType or NftType.Realm or NftType.ClassId
        or NftType.Uid or NftType.Gid or NftType.CtState or NftType.CtStatus or NftType.CtEvent or NftType.DevGroup or NftType.FibAddrType
        or NftType.Time or NftType.Date or NftType.Hour or NftType.CgroupV2 or NftType.CtLabel;

    /// <summary>True for types whose values are sets of bits: `established,related`.</summary>
    public static bool IsBits(NftType type) => type is NftType.CtState or NftType.CtStatus or NftType.CtEvent or NftType.TcpFlag or NftType.CtLabel;

    /// <summary>True for types of which an aligned block is printed as a prefix.</summary>
    public static bool HasPrefix(NftType type) => type is NftType.Ipv4 or NftType.Ipv6;

    /// <summary>The fields of a packed key type, first field first.</summary>
    public static List<NftType> Unpack(uint packed)
    {
        var fields = new List<NftType>();
        for (uint rest = packed; rest != 0 && fields.Count < 5; rest >>= 6) fields.Insert(0, (NftType)(rest & 0x3f));
        return fields;
    }
}
