using System.Globalization;
using Fairlead.Model.Rules;

namespace Fairlead.Oracle;

/// <summary>Matches in nft's own words.</summary>
public static class NativeKinds
{
    public static IReadOnlyList<Kind> All { get; } =
    [
        N("meta l4proto", d => d.Either("meta l4proto {=}udp", d.Flow().Udp, d.Flow())),
        N("meta nfproto", d => d.Always($"meta nfproto {d.Of("ipv4", "ipv6")}", true) is var c && c.Text.Contains("ipv6", StringComparison.Ordinal) == d.V6 ? c : new Case(c.Text, null, c.Hit)),
        N("meta iifname", d => Interface(d, "iifname", d.In, d.Hook is Hook.Prerouting or Hook.Input or Hook.Forward)),
        N("meta oifname", d => Interface(d, "oifname", d.Out, d.Hook is Hook.Forward or Hook.Output or Hook.Postrouting)),
        N("meta iif", d => d.Hook is Hook.Prerouting or Hook.Input or Hook.Forward ? d.Always($"iif {{=}}{d.In}", true) : null),
        N("meta mark", d => d.Hook == Hook.Output ? d.Either("meta mark and 0xf {=}0x5", d.Flow() with { Mark = 0x15 }, d.Flow() with { Mark = 0x16 }) : Marked(d, "meta mark")),
        N("ct mark", d => d.Hook is Hook.Forward or Hook.Input or Hook.Postrouting ? Marked(d, "ct mark") : null),
        N("meta length", d => d.Either("meta length {=}60-80", d.Flow() with { Payload = new string('x', 20) }, d.Flow() with { Payload = new string('x', 41) })),
        N("meta pkttype", d => d.Bridged ? null : d.Always("meta pkttype {=}unicast", d.Hook != Hook.Output)  is var c && d.Hook == Hook.Output ? null : c),
        N("meta skuid", d => d.Hook == Hook.Output ? d.Either("meta skuid {=}1000-1004", d.Flow() with { Uid = d.Of(1000u, 1004u) }, d.Flow() with { Uid = d.Of(999u, 1005u) }) : null),
        N("meta skgid", d => d.Hook == Hook.Output ? d.Either("meta skgid {=}2000", d.Flow() with { Gid = 2000 }, d.Flow() with { Gid = 2001 }) : null),
        N("meta iiftype", d => d.Hook is Hook.Prerouting or Hook.Forward ? d.Always("meta iiftype {=}ether", true) : null),
        N("saddr", d => Sources(d, (from, to) => $"{Ip(d)} saddr {{=}}{d.Client(from)}-{d.Client(to)}")),
        N("saddr prefix", d => Sources(d, (from, to) => string.Create(CultureInfo.InvariantCulture, $"{Ip(d)} saddr {{=}}{d.Client(from)}/{(d.V6 ? 128 : 32) - System.Numerics.BitOperations.Log2((uint)(to - from + 1))}"))),
        N("saddr mask", d => d.V6 || d.Hook == Hook.Output ? null : d.Either("ip saddr and 0.0.0.15 {=}0.0.0.7", d.Flow() with { Source = d.Client(d.Of(23, 55)) }, d.Flow() with { Source = d.Client(d.Of(22, 24)) })),
        N("ttl", d => Ttl(d)),
        N("dscp", d => d.Either($"{Ip(d)} dscp {{=}}cs1", d.Flow() with { Tos = 8 << 2 }, d.Flow() with { Tos = 9 << 2 })),
        N("protocol", d => d.V6 ? d.Either("ip6 nexthdr {=}udp", d.Flow().Udp, d.Flow()) : d.Either("ip protocol {=}udp", d.Flow().Udp, d.Flow())),
        N("tcp port", d => Ports(d, "tcp", 6)),
        N("udp port", d => Ports(d, "udp", 17)),
        N("th port", d => d.Either("meta l4proto { tcp, udp } th dport {=}4242", d.Flow().Udp with { DestinationPort = 4242 }, d.Flow() with { DestinationPort = 4243 })),
        N("port compared", d => d.Coin() ? new Case("tcp dport > 40000", d.Flow() with { DestinationPort = 40001 }, d.Flow() with { DestinationPort = 40000 }) { Protocol = "tcp" }
            : new Case("tcp dport <= 40000", d.Flow() with { DestinationPort = 40000 }, d.Flow() with { DestinationPort = 40001 }) { Protocol = "tcp" }),
        N("port mask", d => d.Either("tcp sport and 3 {=}1", d.Flow() with { SourcePort = 20001 + d.Next(500) * 4 }, d.Flow() with { SourcePort = 20002 + d.Next(500) * 4 }, "tcp")),
        N("tcp flags", d => d.Either("tcp flags & (syn|ack|rst|fin) {==}syn".Replace("{==}", d.Coin(30) ? "!= " : "== ", StringComparison.Ordinal), d.Flow(), d.Flow() with { TcpFlags = 0x12 }, "tcp") is var c
            && c.Text.Contains("!=", StringComparison.Ordinal) ? c with { Hit = c.Miss, Miss = c.Hit } : c),
        N("icmp type", d => Icmp(d)),
        N("ct state", d => States(d)),
        N("ct direction", d => d.Always("ct direction {=}original", true)),
        N("ct status", d => d.Always("ct status dnat", false)),
        N("ct original", d => d.Hook == Hook.Output ? null : d.Either($"ct original {Ip(d)} saddr {{=}}{d.Client(44)}", d.Flow() with { Source = d.Client(44) }, d.Flow() with { Source = d.Client(45) })),
        N("ct proto-dst", d => d.Either("meta l4proto tcp ct original proto-dst {=}4242", d.Flow() with { DestinationPort = 4242 }, d.Flow() with { DestinationPort = 4243 }, "tcp")),
        N("fib type", d => d.Hook is Hook.Prerouting or Hook.Input or Hook.Forward ? d.Always("fib daddr type {=}local", d.Local) : null),
        N("fib oif", d => d.Hook == Hook.Prerouting && !d.Bridged && !d.Local ? d.Coin() ? new Case("fib saddr . iif oif exists", d.Flow(), Strange(d)) : new Case("fib saddr . iif oif missing", Strange(d), d.Flow()) : null),
        N("ether saddr", d => d.Hook is Hook.Prerouting or Hook.Input or Hook.Forward ? d.Either("ether saddr {=}02:00:00:00:00:0e", d.Flow() with { Mac = "02000000000e" }, d.Flow() with { Mac = "02000000000f" }) : null),
        N("anonymous set", d => d.Either("tcp dport {=}{ 4242, 4250-4260, 5000 }", d.Flow() with { DestinationPort = d.Of(4242, 4250, 4260, 5000) }, d.Flow() with { DestinationPort = d.Of(4243, 4249, 4261, 5001) }, "tcp")),
        N("named set", d => Named(d, "type inet_service; flags interval; elements = { 4242, 4250-4260 };", "tcp dport {=}@", d.Flow() with { DestinationPort = d.Of(4242, 4260) }, d.Flow() with { DestinationPort = d.Of(4241, 4261) })),
        N("large set", d => Named(d, $"type inet_service; elements = {{ {string.Join(", ", Enumerable.Range(2000, 60).Select(i => i * 2))} }};", "tcp dport {=}@", d.Flow() with { DestinationPort = 4100 }, d.Flow() with { DestinationPort = 4101 })),
        N("address set", d => d.Hook == Hook.Output ? null : Named(d, $"type {Ip(d).Replace("ip6", "ipv6", StringComparison.Ordinal).Replace("ip ", "", StringComparison.Ordinal)}{(d.V6 ? "" : "v4")}_addr; flags interval; elements = {{ {d.Client(32)}-{d.Client(40)}, {d.Client(60)} }};",
            $"{Ip(d)} saddr {{=}}@", d.Flow() with { Source = d.Client(d.Of(32, 40, 60)) }, d.Flow() with { Source = d.Client(d.Of(31, 41, 61)) })),
        N("concatenation", d => Named(d, $"type {(d.V6 ? "ipv6_addr" : "ipv4_addr")} . inet_service; elements = {{ {d.Tag} . 4242 }};", $"{Ip(d)} daddr . tcp dport {{=}}@", d.Flow() with { DestinationPort = 4242 }, d.Flow() with { DestinationPort = 4243 })),
        N("interval concatenation", d => d.Hook == Hook.Output ? null : Named(d, $"type {(d.V6 ? "ipv6_addr" : "ipv4_addr")} . inet_service; flags interval; elements = {{ {d.Client(32)}-{d.Client(40)} . 4242-4250 }};",
            $"{Ip(d)} saddr . tcp dport {{=}}@", d.Flow() with { Source = d.Client(40), DestinationPort = d.Of(4242, 4250) }, d.Flow() with { Source = d.Client(d.Of(40, 41)), DestinationPort = 4251 })),
        N("limit", d => new Case("meta l4proto udp limit rate 1000/second burst 100 packets", d.Flow().Udp, d.Flow()) { Protocol = "udp" }),
        N("limit over", d => d.Always("limit rate over 1000/second burst 100 packets", false)),
        N("quota", d => new Case("meta l4proto udp quota 1000 mbytes", d.Flow().Udp, d.Flow()) { Protocol = "udp" }),
        N("ct count", d => d.Always("ct count over 1000", false)),
        N("numgen", d => d.Coin() ? d.Always("numgen inc mod 1 0", true) : d.Always("numgen random mod 1 1", false)),
        N("exthdr", d => d.V6 ? d.Either("exthdr dst exists", d.Flow().Udp with { Extension = 60 }, d.Flow().Udp) : null),
        N("tcp option", d => d.Either("tcp option maxseg size {=}1400", d.Flow() with { Mss = 1400 }, d.Flow() with { Mss = 1401 }, "tcp")),
        N("socket", d => d.Hook == Hook.Prerouting && d.Local ? d.Always("socket transparent 1", false) : null),
        N("rt", d => d.V6 || d.Hook != Hook.Postrouting || d.Bridged ? null : d.Always("rt classid 7", false)),
    ];

    private static Kind N(string name, Func<Draw, Case?> make) => new("nft " + name, make) { Native = true };

    private static string Ip(Draw d) => d.V6 ? "ip6" : "ip";

    private static Flow Strange(Draw d) => d.Flow() with { Source = d.V6 ? "2001:db8:2::99" : "198.51.100.199" };

    private static Case? Interface(Draw d, string key, string name, bool here) => !here ? null
        : d.Coin() ? d.Always($"{key} {{=}}\"{d.Of(name, name[..1] + "*")}\"", true) : d.Always($"{key} {{=}}\"{name}{d.Of("x", "x*")}\"", false);

    private static Case? Sources(Draw d, Func<int, int, string> text)
    {
        if (d.Hook == Hook.Output) return null;
        var (size, from) = (d.Of(4, 8, 16), d.Of(16, 32, 48, 64));
        return d.Either(text(from, from + size - 1), d.Flow() with { Source = d.Client(d.Of(from, from + size - 1)) }, d.Flow() with { Source = d.Client(d.Of(from - 1, from + size)) });
    }

    private static Case Ttl(Draw d)
    {
        var off = d.Hook is Hook.Forward or Hook.Postrouting && !d.Bridged ? 1 : 0;
        var name = d.V6 ? "ip6 hoplimit" : "ip ttl";
        return d.Coin() ? new Case($"{name} < 50", d.Flow() with { Ttl = 49 + off }, d.Flow() with { Ttl = 50 + off })
            : d.Either($"{name} {{=}}50", d.Flow() with { Ttl = 50 + off }, d.Flow() with { Ttl = 51 + off });
    }

    private static Case Ports(Draw d, string name, int protocol)
    {
        var (from, size, source) = (30_000 + d.Next(1000) * 20, d.Of(1, 10), d.Coin());
        Flow at(int port) => (source ? d.Flow() with { SourcePort = port } : d.Flow() with { DestinationPort = port }) with { Protocol = protocol };
        var range = size == 1 ? $"{from}" : $"{from}-{from + size - 1}";
        return d.Either($"{name} {(source ? "s" : "d")}port {{=}}{range}", at(d.Of(from, from + size - 1)), at(d.Of(from - 1, from + size)), name);
    }

    private static Case Icmp(Draw d)
    {
        Flow at(int type) => d.Flow() with { Protocol = d.V6 ? 58 : 1, IcmpType = type };
        return d.Either($"{(d.V6 ? "icmpv6" : "icmp")} type {{=}}echo-request", at(d.V6 ? 128 : 8), at(d.V6 ? 127 : 13), "icmp");
    }

    private static Case States(Draw d)
    {
        if (d.Hook is Hook.Forward or Hook.Prerouting && !d.Local && d.Coin())
        {
            var asked = d.Flow();
            var answer = asked with { From = Side.Server, Source = asked.Destination, SourcePort = asked.DestinationPort, Destination = asked.Source, DestinationPort = asked.SourcePort, TcpFlags = 0x12, After = asked };
            var plain = d.Flow();
            return new Case($"{Ip(d)} saddr {d.Tag} ct state {d.Of("established", "established,related")}", answer, plain with { From = Side.Server, Source = plain.Destination, Destination = plain.Source }) { NoTag = true };
        }
        return d.Next(3) switch { 0 => d.Always("ct state {=}new", true), 1 => d.Always("ct state established,related", false), _ => d.Always("ct state {=}invalid", false) };
    }

    private static Case? Marked(Draw d, string what)
    {
        if (d.Hook is not (Hook.Forward or Hook.Input or Hook.Postrouting)) return null;
        var value = string.Create(CultureInfo.InvariantCulture, $"0x{0x105 + d.Number * 16:x}");
        return d.Either($"{what} {{=}}{value}", d.Flow().Udp, d.Flow()) with { Before = ("meta l4proto udp", $"{what} set {value}") };
    }

    private static Case Named(Draw d, string declaration, string text, Flow hit, Flow miss) =>
        d.Either(text.Replace("@", $"@set{d.Number}", StringComparison.Ordinal), hit, miss, text.Contains("tcp", StringComparison.Ordinal) ? "tcp" : null) with { Sets = [$"set set{d.Number} {{ {declaration} }}"] };
}
