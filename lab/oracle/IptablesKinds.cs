using System.Globalization;
using Fairlead.Model.Rules;

namespace Fairlead.Oracle;

/// <summary>Matches of iptables and ip6tables on addresses, ports, protocols and devices.</summary>
public static class IptablesKinds
{
    public static IReadOnlyList<Kind> All { get; } =
    [
        new("protocol", d => d.Either("{!}-p udp", d.Flow().Udp, d.Flow())),
        new("source", d => Sources(d, (from, to) => string.Create(CultureInfo.InvariantCulture, $"{{!}}-s {d.Client(from)}/{(d.V6 ? 128 : 32) - Bits(to - from + 1)}"))),
        new("destination", Destination),
        new("in-interface", d => d.Hook is Hook.Prerouting or Hook.Input or Hook.Forward ? d.Coin() ? d.Always($"{{!}}-i {d.Of(d.In, d.In[..1] + "+", d.In + "+")}", true) : d.Always($"{{!}}-i {d.In}{d.Of("x", "x+", "0")}", false) : null),
        new("out-interface", d => d.Hook is Hook.Forward or Hook.Output or Hook.Postrouting ? d.Coin() ? d.Always($"{{!}}-o {d.Of(d.Out, d.Out[..1] + "+", d.Out + "+")}", true) : d.Always($"{{!}}-o {d.Out}{d.Of("x", "x+", "0")}", false) : null),
        new("tcp", d => Ports(d, "tcp", 6)),
        new("udp", d => Ports(d, "udp", 17)),
        new("sctp", d => Ports(d, "sctp", 132)),
        new("dccp", d => Ports(d, "dccp", 33)),
        new("tcp flags", d => d.Either("-p tcp -m tcp {!}--tcp-flags " + d.Of("SYN,ACK,FIN,RST SYN", "SYN,ACK SYN", "ALL SYN"), d.Flow(), d.Flow() with { TcpFlags = 0x12 }, "tcp")),
        new("tcp option", d => d.Either("-p tcp -m tcp {!}--tcp-option 2", d.Flow() with { Mss = 1460 }, d.Flow(), "tcp")),
        new("multiport", Multiport),
        new("icmp", Icmp),
        new("esp", d => Spi(d, "esp", 50, "espspi")),
        new("ah", d => Spi(d, "ah", 51, "ahspi")),
        new("ipcomp", d => d.V6 ? null : Spi(d, "ipcomp", 108, "ipcompspi")),
        new("iprange", d => Sources(d, (from, to) => $"-m iprange {{!}}--src-range {d.Client(from)}-{d.Client(to)}")),
        new("mac", d => d.Hook is Hook.Prerouting or Hook.Input or Hook.Forward
            ? d.Either("-m mac {!}--mac-source 02:00:00:00:00:0e", d.Flow() with { Mac = "02000000000e" }, d.Flow() with { Mac = "02000000000f" }) : null),
        new("physdev", Physdev),
        new("addrtype", AddressType),
        new("pkttype", d => d.Hook == Hook.Output || d.Bridged ? null : d.Coin() ? d.Always("-m pkttype {!}--pkt-type unicast", true) : d.Always("-m pkttype {!}--pkt-type broadcast", false)),
        new("length", d => d.Coin()
            ? d.Either("-m length {!}--length 60:80", d.Flow() with { Payload = new string('x', d.V6 ? 0 : 40) }, d.Flow() with { Payload = new string('x', 41) })
            : d.Either("-m length {!}--length 60:80", d.Flow() with { Payload = new string('x', d.V6 ? 20 : 20) }, d.Flow() with { Payload = new string('x', 41) })),
        new("ttl", Ttl),
        new("tos", d => d.Either("-m tos {!}--tos 0x10/0x3f", d.Flow() with { Tos = 0x50 }, d.Flow() with { Tos = 0x14 })),
        new("dscp", d => d.Either("-m dscp {!}--dscp 8", d.Flow() with { Tos = 8 << 2 }, d.Flow() with { Tos = 9 << 2 })),
        new("comment", d => d.Either("{!}-p udp -m comment --comment \"as it is\"", d.Flow().Udp, d.Flow())),
        new("rpfilter", d => d.Hook == Hook.Prerouting && !d.Bridged && !d.Local
            ? d.Either($"-m rpfilter{d.Of("", " --loose")}", d.Flow(), null) is var c && c.Text.EndsWith("loose", StringComparison.Ordinal) ? c
                : d.Coin() ? new Case("-m rpfilter", d.Flow(), Strange(d)) : new Case("-m rpfilter --invert", Strange(d), d.Flow()) : null),
        new("u32", d => d.V6 ? null : d.Either("-p udp -m u32 {!}--u32 \"0>>22&0x3C@0&0xFFFF=5353\"", d.Flow().Udp with { DestinationPort = 5353 }, d.Flow().Udp with { DestinationPort = 5354 }, "udp")),
    ];

    private static int Bits(int size) => System.Numerics.BitOperations.Log2((uint)size);

    // A source of the other network: its way back is not by the link it came by.
    private static Flow Strange(Draw d) => d.Flow() with { Source = d.V6 ? "2001:db8:2::99" : "198.51.100.199" };

    private static Case? Sources(Draw d, Func<int, int, string> text)
    {
        if (d.Hook == Hook.Output) return null;
        var size = d.Of(1, 4, 8, 16);
        var from = d.Of(16, 32, 48, 64);
        return d.Either(text(from, from + size - 1), d.Flow() with { Source = d.Client(d.Of(from, from + size - 1)) }, d.Flow() with { Source = d.Client(d.Of(from - 1, from + size)) });
    }

    private static Case Destination(Draw d)
    {
        var from = 192 + 4 * (d.Number % 14);
        var text = d.Coin()
            ? string.Create(CultureInfo.InvariantCulture, $"-d {d.Target(from)}/{(d.V6 ? 126 : 30)}")
            : $"-m iprange --dst-range {d.Target(from)}-{d.Target(from + 3)}";
        return new Case(text, d.Flow() with { Destination = d.Target(d.Of(from, from + 3)) }, d.Flow() with { Destination = d.Target(from + 4) }) { NoTag = true };
    }

    private static Case Ports(Draw d, string name, int protocol)
    {
        var (from, size, source) = (30_000 + d.Next(1000) * 20, d.Of(1, 1, 10), d.Coin());
        var range = size == 1 ? Text(from) : d.Of($"{from}:{from + size - 1}");
        Flow at(int port) => (source ? d.Flow() with { SourcePort = port } : d.Flow() with { DestinationPort = port }) with { Protocol = protocol };
        var miss = d.Coin(80) ? at(d.Of(from - 1, from + size)) : at(from) with { Protocol = protocol == 6 ? 17 : 6 };
        // without its protocol no sense of the question holds
        return miss.Protocol != protocol
            ? new Case($"-p {name} -m {name} --{(source ? "s" : "d")}port {range}", at(from), miss) { Protocol = name }
            : d.Either($"-p {name} -m {name} {{!}}--{(source ? "s" : "d")}port {range}", at(d.Of(from, from + size - 1)), miss, name);
    }

    private static Case Multiport(Draw d)
    {
        var (from, how) = (30_000 + d.Next(1000) * 20, d.Of("sports", "dports", "ports"));
        var protocol = d.Of("tcp", "udp");
        Flow at(int port) => (how == "sports" || how == "ports" && d.Coin() ? d.Flow() with { SourcePort = port } : d.Flow() with { DestinationPort = port })
            with { Protocol = protocol == "tcp" ? 6 : 17 };
        return d.Either($"-p {protocol} -m multiport {{!}}--{how} {from},{from + 5}:{from + 8},{from + 12}", at(from + d.Of(0, 5, 8, 12)), at(from + d.Of(1, 4, 9, 11, 13)), protocol);
    }

    private static Case Icmp(Draw d)
    {
        var (protocol, code) = (d.V6 ? 58 : 1, d.Coin());
        var name = d.V6 ? "icmpv6" : "icmp";
        Flow at(int type, int kode) => d.Flow() with { Protocol = protocol, IcmpType = type, IcmpCode = kode };
        var type = d.V6 ? 128 : 8;
        return d.Either($"-p {name} -m {(d.V6 ? "icmp6" : "icmp")} {{!}}--{name}-type {type}{(code ? "/0" : "")}", at(type, 0), code && d.Coin() ? at(type, 1) : at(d.V6 ? 127 : 13, 0), name);
    }

    private static Case Spi(Draw d, string name, int protocol, string option)
    {
        Flow at(uint spi) => d.Flow() with { Protocol = protocol, Spi = spi };
        var from = (uint)(500 + d.Next(1000) * 10);
        return d.Either($"-p {name} -m {name} {{!}}--{option} {from}:{from + 5}", at(d.Of(from, from + 5)), at(d.Of(from - 1, from + 6)), name);
    }

    private static Case? Physdev(Draw d)
    {
        if (!d.Bridged) return null;
        var at = d.Hook;
        return d.Next(4) switch
        {
            0 => d.Always($"-m physdev {{!}}--physdev-in {Ground.ToClient}", true),
            1 => d.Always($"-m physdev {{!}}--physdev-in {Ground.ToServer}", false),
            2 when at is Hook.Forward or Hook.Postrouting => d.Always($"-m physdev {{!}}--physdev-out {d.Of(Ground.ToServer, "r+")}", true),
            3 when at is Hook.Forward or Hook.Postrouting => d.Always("-m physdev {!}--physdev-is-bridged", true),
            _ => d.Always("-m physdev {!}--physdev-is-in", true),
        };
    }

    private static Case AddressType(Draw d) => d.Next(5) switch
    {
        0 => d.Always("-m addrtype {!}--dst-type LOCAL", d.Local),
        1 => d.Always("-m addrtype {!}--dst-type UNICAST", !d.Local || d.V6),
        2 => d.Always("-m addrtype {!}--src-type LOCAL", d.Hook == Hook.Output),
        3 => d.Always("-m addrtype {!}--src-type UNICAST", d.Hook != Hook.Output || d.V6),
        _ => d.V6 ? d.Always("-m addrtype {!}--dst-type MULTICAST", false) : d.Always("-m addrtype {!}--dst-type BROADCAST", false),
    };

    private static Case Ttl(Draw d)
    {
        // forwarding takes one off before the rules of FORWARD
        var off = d.Hook is Hook.Forward or Hook.Postrouting && !d.Bridged ? 1 : 0;
        var (name, option) = d.V6 ? ("hl", "hl") : ("ttl", "ttl");
        return d.Next(3) switch
        {
            0 => d.Either($"-m {name} {{!}}--{option}-eq 50", d.Flow() with { Ttl = 50 + off }, d.Flow() with { Ttl = 51 + off }),
            1 => new Case($"-m {name} --{option}-lt 50", d.Flow() with { Ttl = 49 + off }, d.Flow() with { Ttl = 50 + off }),
            _ => new Case($"-m {name} --{option}-gt 50", d.Flow() with { Ttl = 51 + off }, d.Flow() with { Ttl = 50 + off }),
        };
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
