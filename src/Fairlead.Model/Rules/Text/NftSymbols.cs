using System.Collections.Frozen;

namespace Fairlead.Model.Rules.Text;

/// <summary>The words that nft prints instead of numbers.</summary>
internal static class NftSymbols
{
    /// <summary>The word for a value; null where there is none.</summary>
    public static string? Of(NftType type, ulong value) => Table(type)?.GetValueOrDefault(value);

    /// <summary>The bits of a type with their names, lowest first; empty for types that are not sets of bits.</summary>
    public static IReadOnlyList<(ulong Bit, string Name)> Bits(NftType type) => type switch
    {
        NftType.CtState => CtState,
        NftType.CtStatus => CtStatus,
        NftType.CtEvent => CtEvent,
        NftType.TcpFlag => TcpFlags,
        _ => [],
    };

    private static FrozenDictionary<ulong, string>? Table(NftType type) => type switch
    {
        NftType.NfProto => NfProto,
        NftType.InetProto => Protocols,
        NftType.EtherType => EtherTypes,
        NftType.ArpOp => ArpOps,
        NftType.IcmpType => IcmpTypes,
        NftType.Icmp6Type => Icmp6Types,
        NftType.IgmpType => IgmpTypes,
        NftType.DccpType => DccpTypes,
        NftType.MhType => MhTypes,
        NftType.IfType => IfTypes,
        NftType.CtDir => CtDirs,
        NftType.PktType => PktTypes,
        NftType.FibAddrType => FibAddrTypes,
        NftType.Boolean => Booleans,
        NftType.MptcpSubtype => MptcpSubtypes,
        NftType.Dscp => Dscp,
        NftType.Ecn => Ecn,
        NftType.IcmpCode => RejectCodes4,
        NftType.Icmp6Code => RejectCodes6,
        NftType.IcmpxCode => RejectCodesX,
        _ => null,
    };

    private static readonly (ulong, string)[] CtState = [(1, "invalid"), (2, "established"), (4, "related"), (8, "new"), (0x40, "untracked")];

    private static readonly (ulong, string)[] CtStatus =
        [(1, "expected"), (2, "seen-reply"), (4, "assured"), (8, "confirmed"), (0x10, "snat"), (0x20, "dnat"), (0x40, "seq-adjust"),
         (0x80, "snat-done"), (0x100, "dnat-done"), (0x200, "dying"), (0x400, "fixed-timeout")];

    private static readonly (ulong, string)[] CtEvent =
        [(1, "new"), (2, "related"), (4, "destroy"), (8, "reply"), (0x10, "assured"), (0x20, "protoinfo"), (0x40, "helper"), (0x80, "mark"),
         (0x100, "seqadj"), (0x200, "secmark"), (0x400, "label")];

    private static readonly (ulong, string)[] TcpFlags =
        [(1, "fin"), (2, "syn"), (4, "rst"), (8, "psh"), (0x10, "ack"), (0x20, "urg"), (0x40, "ecn"), (0x80, "cwr")];

    private static readonly FrozenDictionary<ulong, string> NfProto = Of((2, "ipv4"), (10, "ipv6"));
    private static readonly FrozenDictionary<ulong, string> EtherTypes =
        Of((0x0800, "ip"), (0x0806, "arp"), (0x86dd, "ip6"), (0x8100, "8021q"), (0x88a8, "8021ad"));
    private static readonly FrozenDictionary<ulong, string> ArpOps =
        Of((1, "request"), (2, "reply"), (3, "rrequest"), (4, "rreply"), (8, "inrequest"), (9, "inreply"), (10, "nak"));
    private static readonly FrozenDictionary<ulong, string> IcmpTypes =
        Of((0, "echo-reply"), (3, "destination-unreachable"), (4, "source-quench"), (5, "redirect"), (8, "echo-request"),
           (9, "router-advertisement"), (10, "router-solicitation"), (11, "time-exceeded"), (12, "parameter-problem"), (13, "timestamp-request"),
           (14, "timestamp-reply"), (15, "info-request"), (16, "info-reply"), (17, "address-mask-request"), (18, "address-mask-reply"));
    private static readonly FrozenDictionary<ulong, string> Icmp6Types =
        Of((1, "destination-unreachable"), (2, "packet-too-big"), (3, "time-exceeded"), (4, "parameter-problem"), (128, "echo-request"),
           (129, "echo-reply"), (130, "mld-listener-query"), (131, "mld-listener-report"), (132, "mld-listener-done"),
           (133, "nd-router-solicit"), (134, "nd-router-advert"), (135, "nd-neighbor-solicit"), (136, "nd-neighbor-advert"), (137, "nd-redirect"),
           (138, "router-renumbering"), (141, "ind-neighbor-solicit"), (142, "ind-neighbor-advert"), (143, "mld2-listener-report"));
    private static readonly FrozenDictionary<ulong, string> IgmpTypes =
        Of((17, "membership-query"), (18, "membership-report-v1"), (22, "membership-report-v2"), (34, "membership-report-v3"), (23, "leave-group"));
    private static readonly FrozenDictionary<ulong, string> DccpTypes =
        Of((0, "request"), (1, "response"), (2, "data"), (3, "ack"), (4, "dataack"), (5, "closereq"), (6, "close"), (7, "reset"), (8, "sync"),
           (9, "syncack"));
    private static readonly FrozenDictionary<ulong, string> MhTypes =
        Of((0, "binding-refresh-request"), (1, "home-test-init"), (2, "careof-test-init"), (3, "home-test"), (4, "careof-test"),
           (5, "binding-update"), (6, "binding-acknowledgement"), (7, "binding-error"), (8, "fast-binding-update"),
           (9, "fast-binding-acknowledgement"), (10, "fast-binding-advertisement"), (11, "experimental-mobility-header"),
           (12, "home-agent-switch-message"));
    private static readonly FrozenDictionary<ulong, string> IfTypes =
        Of((1, "ether"), (0x200, "ppp"), (0x300, "ipip"), (0x301, "ipip6"), (0x304, "loopback"), (0x308, "sit"), (0x30a, "ipgre"));
    private static readonly FrozenDictionary<ulong, string> CtDirs = Of((0, "original"), (1, "reply"));
    private static readonly FrozenDictionary<ulong, string> PktTypes = Of((0, "host"), (1, "broadcast"), (2, "multicast"), (3, "other"));
    private static readonly FrozenDictionary<ulong, string> FibAddrTypes =
        Of((0, "unspec"), (1, "unicast"), (2, "local"), (3, "broadcast"), (4, "anycast"), (5, "multicast"), (6, "blackhole"), (7, "unreachable"),
           (8, "prohibit"));
    private static readonly FrozenDictionary<ulong, string> Booleans = Of((0, "missing"), (1, "exists"));
    private static readonly FrozenDictionary<ulong, string> MptcpSubtypes =
        Of((0, "mp-capable"), (1, "mp-join"), (2, "dss"), (3, "add-addr"), (4, "remove-addr"), (5, "mp-prio"), (6, "mp-fail"), (7, "mp-fastclose"),
           (8, "mp-tcprst"));
    private static readonly FrozenDictionary<ulong, string> Ecn = Of((0, "not-ect"), (1, "ect1"), (2, "ect0"), (3, "ce"));
    private static readonly FrozenDictionary<ulong, string> Dscp =
        Of((0x00, "cs0"), (0x08, "cs1"), (0x10, "cs2"), (0x18, "cs3"), (0x20, "cs4"), (0x28, "cs5"), (0x30, "cs6"), (0x38, "cs7"),
           (0x01, "lephb"), (0x0a, "af11"), (0x0c, "af12"), (0x0e, "af13"), (0x12, "af21"), (0x14, "af22"), (0x16, "af23"), (0x1a, "af31"),
           (0x1c, "af32"), (0x1e, "af33"), (0x22, "af41"), (0x24, "af42"), (0x26, "af43"), (0x2c, "va"), (0x2e, "ef"));
    private static readonly FrozenDictionary<ulong, string> RejectCodes4 =
        Of((0, "net-unreachable"), (1, "host-unreachable"), (2, "prot-unreachable"), (3, "port-unreachable"), (4, "frag-needed"),
           (9, "net-prohibited"), (10, "host-prohibited"), (13, "admin-prohibited"));
    private static readonly FrozenDictionary<ulong, string> RejectCodes6 =
        Of((0, "no-route"), (1, "admin-prohibited"), (3, "addr-unreachable"), (4, "port-unreachable"), (5, "policy-fail"), (6, "reject-route"));
    private static readonly FrozenDictionary<ulong, string> RejectCodesX =
        Of((0, "no-route"), (1, "port-unreachable"), (2, "host-unreachable"), (3, "admin-prohibited"));

    // As /etc/protocols of Debian has them: nft asks the tool's own file system, so copies of the tool differ.
    private static readonly FrozenDictionary<ulong, string> Protocols = Of(
        (0, "ip"), (1, "icmp"), (2, "igmp"), (3, "ggp"), (4, "ipencap"), (5, "st"), (6, "tcp"), (8, "egp"), (9, "igp"), (12, "pup"),
        (17, "udp"), (20, "hmp"), (22, "xns-idp"), (27, "rdp"), (29, "iso-tp4"), (33, "dccp"), (36, "xtp"), (37, "ddp"),
        (38, "idpr-cmtp"), (41, "ipv6"), (43, "ipv6-route"), (44, "ipv6-frag"), (45, "idrp"), (46, "rsvp"), (47, "gre"), (50, "esp"),
        (51, "ah"), (57, "skip"), (58, "ipv6-icmp"), (59, "ipv6-nonxt"), (60, "ipv6-opts"), (73, "rspf"), (81, "vmtp"), (88, "eigrp"),
        (89, "ospf"), (93, "ax.25"), (94, "ipip"), (97, "etherip"), (98, "encap"), (103, "pim"), (108, "ipcomp"), (112, "vrrp"),
        (115, "l2tp"), (124, "isis"), (132, "sctp"), (133, "fc"), (135, "mobility-header"), (136, "udplite"), (137, "mpls-in-ip"),
        (138, "manet"), (139, "hip"), (140, "shim6"), (141, "wesp"), (142, "rohc"), (143, "ethernet"), (262, "mptcp"));

    private static FrozenDictionary<ulong, string> Of(params (ulong, string)[] words) => words.ToFrozenDictionary(w => w.Item1, w => w.Item2);
}
