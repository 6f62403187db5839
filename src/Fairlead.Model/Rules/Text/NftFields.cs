namespace Fairlead.Model.Rules.Text;

/// <param name="Offset">Bits from the header's beginning.</param>
/// <param name="Length">Bits.</param>
internal sealed record NftField(string Name, int Offset, int Length, NftType Type);

/// <summary>The fields of the headers that nft names, and which protocol follows from which number.</summary>
internal static class NftFields
{
    /// <summary>The fields of a header; null for one that is not known.</summary>
    public static IReadOnlyList<NftField>? Of(string? header) => header switch
    {
        "ether" => Ether,
        "vlan" => Vlan,
        "arp" => Arp,
        "ip" => Ip,
        "ip6" => Ip6,
        "tcp" => Tcp,
        "udp" => Udp,
        "udplite" => UdpLite,
        "sctp" => Sctp,
        "dccp" => Dccp,
        "icmp" => Icmp,
        "icmpv6" => Icmp6,
        "igmp" => Igmp,
        "esp" => Esp,
        "ah" => Ah,
        "comp" => Comp,
        "gre" => Gre,
        "th" => Th,
        "vxlan" => Vxlan,
        "geneve" => Geneve,
        _ => null,
    };

    /// <summary>The transport header of a protocol number.</summary>
    public static string? Transport(ulong protocol) => protocol switch
    {
        1 => "icmp", 2 => "igmp", 6 => "tcp", 17 => "udp", 33 => "dccp", 47 => "gre", 50 => "esp", 51 => "ah", 58 => "icmpv6", 108 => "comp",
        132 => "sctp", 136 => "udplite",
        _ => null,
    };

    /// <summary>The network header of an Ethernet type.</summary>
    public static string? Network(ulong etherType) => etherType switch
    {
        0x0800 => "ip", 0x0806 => "arp", 0x86dd => "ip6", 0x8100 or 0x88a8 => "vlan",
        _ => null,
    };

    /// <summary>True for the field that names the next header.</summary>
    public static bool NamesProtocol(string header, NftField field) =>
        (header, field.Name) is ("ip", "protocol") or ("ip6", "nexthdr") or ("ether", "type") or ("vlan", "type");

    private static readonly NftField[] Ports = [new("sport", 0, 16, NftType.InetService), new("dport", 16, 16, NftType.InetService)];

    private static readonly NftField[] Ether =
        [new("daddr", 0, 48, NftType.Ether), new("saddr", 48, 48, NftType.Ether), new("type", 96, 16, NftType.EtherType)];

    private static readonly NftField[] Vlan =
        [new("pcp", 0, 3, NftType.Integer), new("dei", 3, 1, NftType.Integer), new("id", 4, 12, NftType.Integer), new("type", 16, 16, NftType.EtherType)];

    private static readonly NftField[] Arp =
        [new("htype", 0, 16, NftType.Integer), new("ptype", 16, 16, NftType.EtherType), new("hlen", 32, 8, NftType.Integer),
         new("plen", 40, 8, NftType.Integer), new("operation", 48, 16, NftType.ArpOp), new("saddr ether", 64, 48, NftType.Ether),
         new("saddr ip", 112, 32, NftType.Ipv4), new("daddr ether", 144, 48, NftType.Ether), new("daddr ip", 192, 32, NftType.Ipv4)];

    private static readonly NftField[] Ip =
        [new("version", 0, 4, NftType.Integer), new("hdrlength", 4, 4, NftType.Integer), new("dscp", 8, 6, NftType.Dscp),
         new("ecn", 14, 2, NftType.Ecn), new("length", 16, 16, NftType.Integer), new("id", 32, 16, NftType.Integer),
         new("frag-off", 48, 16, NftType.Hex), new("ttl", 64, 8, NftType.Integer), new("protocol", 72, 8, NftType.InetProto),
         new("checksum", 80, 16, NftType.Integer), new("saddr", 96, 32, NftType.Ipv4), new("daddr", 128, 32, NftType.Ipv4)];

    private static readonly NftField[] Ip6 =
        [new("version", 0, 4, NftType.Integer), new("dscp", 4, 6, NftType.Dscp), new("ecn", 10, 2, NftType.Ecn),
         new("flowlabel", 12, 20, NftType.Integer), new("length", 32, 16, NftType.Integer), new("nexthdr", 48, 8, NftType.InetProto),
         new("hoplimit", 56, 8, NftType.Integer), new("saddr", 64, 128, NftType.Ipv6), new("daddr", 192, 128, NftType.Ipv6)];

    private static readonly NftField[] Tcp =
        [.. Ports, new("sequence", 32, 32, NftType.Integer), new("ackseq", 64, 32, NftType.Integer), new("doff", 96, 4, NftType.Integer),
         new("reserved", 100, 4, NftType.Integer), new("flags", 104, 8, NftType.TcpFlag), new("window", 112, 16, NftType.Integer),
         new("checksum", 128, 16, NftType.Integer), new("urgptr", 144, 16, NftType.Integer)];

    private static readonly NftField[] Udp =
        [.. Ports, new("length", 32, 16, NftType.Integer), new("checksum", 48, 16, NftType.Integer)];

    private static readonly NftField[] UdpLite =
        [.. Ports, new("csumcov", 32, 16, NftType.Integer), new("checksum", 48, 16, NftType.Integer)];

    private static readonly NftField[] Sctp =
        [.. Ports, new("vtag", 32, 32, NftType.Integer), new("checksum", 64, 32, NftType.Integer)];

    private static readonly NftField[] Dccp = [.. Ports, new("type", 67, 4, NftType.DccpType)];

    private static readonly NftField[] Th = Ports;

    private static readonly NftField[] Icmp =
        [new("type", 0, 8, NftType.IcmpType), new("code", 8, 8, NftType.IcmpCode), new("checksum", 16, 16, NftType.Integer),
         new("id", 32, 16, NftType.Integer), new("sequence", 48, 16, NftType.Integer), new("mtu", 48, 16, NftType.Integer),
         new("gateway", 32, 32, NftType.Integer)];

    private static readonly NftField[] Icmp6 =
        [new("type", 0, 8, NftType.Icmp6Type), new("code", 8, 8, NftType.Icmp6Code), new("checksum", 16, 16, NftType.Integer),
         new("id", 32, 16, NftType.Integer), new("sequence", 48, 16, NftType.Integer), new("max-delay", 32, 16, NftType.Integer),
         new("parameter-problem", 32, 32, NftType.Integer), new("mtu", 32, 32, NftType.Integer), new("taddr", 64, 128, NftType.Ipv6),
         new("daddr", 192, 128, NftType.Ipv6)];

    private static readonly NftField[] Igmp =
        [new("type", 0, 8, NftType.IgmpType), new("mrt", 8, 8, NftType.Integer), new("checksum", 16, 16, NftType.Integer),
         new("group", 32, 32, NftType.Ipv4)];

    private static readonly NftField[] Esp = [new("spi", 0, 32, NftType.Integer), new("sequence", 32, 32, NftType.Integer)];

    private static readonly NftField[] Ah =
        [new("nexthdr", 0, 8, NftType.InetProto), new("hdrlength", 8, 8, NftType.Integer), new("reserved", 16, 16, NftType.Integer),
         new("spi", 32, 32, NftType.Integer), new("sequence", 64, 32, NftType.Integer)];

    private static readonly NftField[] Comp =
        [new("nexthdr", 0, 8, NftType.InetProto), new("flags", 8, 8, NftType.Hex), new("cpi", 16, 16, NftType.Integer)];

    private static readonly NftField[] Vxlan = [new("flags", 0, 8, NftType.Integer), new("vni", 32, 24, NftType.Integer)];

    private static readonly NftField[] Geneve = [new("type", 16, 16, NftType.Integer), new("vni", 32, 24, NftType.Integer)];

    private static readonly NftField[] Gre =
        [new("flags", 0, 5, NftType.Integer), new("version", 13, 3, NftType.Integer), new("protocol", 16, 16, NftType.EtherType)];
}
