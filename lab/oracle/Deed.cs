using Fairlead.Model.Rules;

namespace Fairlead.Oracle;

/// <summary>What a rule does: an action with the places where it may stand.</summary>
/// <param name="Iptables">Its words after -j; null where iptables has none.</param>
/// <param name="Native">Its words in nft; null where it has none.</param>
/// <param name="Tables">Tables of iptables in which it may stand.</param>
/// <param name="Hooks">The hooks.</param>
public sealed record Deed(string Name, Func<Draw, string?> Iptables, Func<Draw, string?> Native, string Tables, string Hooks)
{
    /// <summary>"tcp" or "tcp|udp": the rule must ask for such a protocol.</summary>
    public string? Needs { get; init; }

    /// <summary>The packet goes on as if nothing had been.</summary>
    public bool Passive { get; init; }
    public bool Nat => Tables == "nat";

    private const string Any = "raw mangle filter", Everywhere = "Prerouting Input Forward Output Postrouting", Filter = "Input Forward Output";

    public static IReadOnlyList<Deed> All { get; } =
    [
        new("DROP", _ => "DROP", _ => "drop", Any, Everywhere),
        new("DROP", _ => "DROP", _ => "drop", Any, Everywhere),
        new("ACCEPT", _ => "ACCEPT", _ => "accept", Any, Everywhere),
        new("RETURN", _ => "RETURN", _ => "return", Any, Everywhere),
        new("REJECT", d => "REJECT" + d.Of("", d.V6 ? " --reject-with icmp6-no-route" : " --reject-with icmp-net-unreachable", d.V6 ? " --reject-with icmp6-adm-prohibited" : " --reject-with icmp-host-unreachable",
            d.V6 ? " --reject-with icmp6-addr-unreachable" : " --reject-with icmp-proto-unreachable", d.V6 ? " --reject-with icmp6-port-unreachable" : " --reject-with icmp-admin-prohibited",
            d.V6 ? " --reject-with icmp6-policy-fail" : " --reject-with icmp-host-prohibited", d.V6 ? " --reject-with icmp6-reject-route" : " --reject-with icmp-net-prohibited"),
            d => "reject" + d.Of("", " with icmpx port-unreachable", " with icmpx admin-prohibited", " with icmpx no-route", " with icmpx host-unreachable"), "filter", Filter),
        new("REJECT tcp-reset", _ => "REJECT --reject-with tcp-reset", _ => "reject with tcp reset", "filter", Filter) { Needs = "tcp" },
        new("LOG", d => $"LOG --log-prefix \"o{d.Number} \"", d => $"log prefix \"o{d.Number} \" continue", Any, Everywhere) { Passive = true },
        new("NFLOG", d => $"NFLOG --nflog-group {d.Number + 50}", d => $"log group {d.Number + 50} continue", Any, Everywhere) { Passive = true },
        new("MARK", d => "MARK --set-xmark 0x80000000/0x80000000", d => "meta mark set meta mark or 0x80000000", "mangle", Everywhere) { Passive = true },
        new("CONNMARK", d => "CONNMARK " + d.Of("--set-xmark 0x40000000/0x40000000", "--save-mark"), _ => "ct mark set ct mark or 0x40000000", "mangle", "Input Forward Postrouting") { Passive = true },
        new("TCPMSS", d => "TCPMSS " + d.Of("--set-mss 1300", "--clamp-mss-to-pmtu"), _ => "tcp option maxseg size set 1300", "mangle", "Forward Postrouting") { Needs = "syn", Passive = true },
        new("DSCP", _ => "DSCP --set-dscp 0x0a", _ => null, "mangle", Everywhere) { Passive = true },
        new("TOS", _ => "TOS --set-tos 0x08", _ => null, "mangle", Everywhere) { Passive = true },
        new("TTL", d => d.V6 ? "HL --hl-set 33" : "TTL --ttl-set 33", _ => null, "mangle", "Prerouting Forward Postrouting Output") { Passive = true },
        new("CLASSIFY", _ => "CLASSIFY --set-class 1:2", _ => "meta priority set 1:2", "mangle", "Forward Output Postrouting") { Passive = true },
        new("NOTRACK", _ => "CT --notrack", _ => "notrack", "raw", "Prerouting Output") { Passive = true },
        new("SET", d => $"SET --add-set added{d.Number} src", _ => null, Any, Everywhere) { Passive = true },
        new("HMARK", d => "HMARK --hmark-tuple src,dst --hmark-mod 8 --hmark-offset 100 --hmark-rnd 7", _ => null, "mangle", "Prerouting Forward") { Passive = true },
        new("TRACE", _ => "TRACE", _ => null, "raw", "Prerouting Output") { Passive = true },
        new("CHECKSUM", _ => "CHECKSUM --checksum-fill", _ => null, "mangle", "Postrouting") { Passive = true },
        new("IDLETIMER", d => $"IDLETIMER --timeout 600 --label o{d.Number}", _ => null, "filter", Filter) { Passive = true },
        new("DNAT", d => $"DNAT --to-destination {To(d)}", d => $"dnat {(d.V6 ? "ip6" : "ip")} to {To(d)}", "nat", "Prerouting Output") { Needs = "tcp|udp" },
        new("DNAT address", d => $"DNAT --to-destination {Moved(d)}", d => $"dnat {(d.V6 ? "ip6" : "ip")} to {Moved(d)}", "nat", "Prerouting Output"),
        new("REDIRECT", _ => "REDIRECT --to-ports 8080", _ => "redirect to :8080", "nat", "Prerouting") { Needs = "tcp|udp" },
        new("NETMAP", d => d.V6 ? null : "NETMAP --to 198.51.100.64/28", _ => null, "nat", "Prerouting"),
        new("MASQUERADE", _ => "MASQUERADE", _ => "masquerade", "nat", "Postrouting"),
        new("SNAT", d => $"SNAT --to-source {Source(d)}", d => $"snat {(d.V6 ? "ip6" : "ip")} to {Source(d)}", "nat", "Postrouting"),
        new("SNAT ports", d => $"SNAT --to-source {Bracketed(d, Source(d))}:4000", d => $"snat {(d.V6 ? "ip6" : "ip")} to {Bracketed(d, Source(d))}:4000", "nat", "Postrouting") { Needs = "tcp|udp" },
        new("NFQUEUE", _ => "NFQUEUE --queue-num 9", _ => null, Any, "Forward Input"),
    ];

    /// <summary>How often it takes part in the draw: what people have comes more, what only a program decides less.</summary>
    public int Weight => Name is "NFQUEUE" or "HMARK" ? 1 : Name is "DROP" ? 12 : Nat ? 10 : 6;

    private static string Moved(Draw d) => d.V6 ? "2001:db8:2::f0" : "198.51.100.240";

    private static string Source(Draw d) => d.V6 ? "2001:db8:2::77" : "198.51.100.77";

    private static string Bracketed(Draw d, string address) => d.V6 ? $"[{address}]" : address;

    private static string To(Draw d) => $"{Bracketed(d, Moved(d))}:8080";
}
