using System.Globalization;
using System.Numerics;
using System.Text;
using Fairlead.Model.Rules.Decode;
using static Fairlead.Model.Rules.Text.IptablesText;

namespace Fairlead.Model.Rules.Text;

/// <summary>Matches in iptables-save's words. One that is not known here is printed by name, revision and bytes, never left out.</summary>
internal static class IptablesMatches
{
    private static readonly string[] AddressTypes =
        ["UNSPEC", "UNICAST", "LOCAL", "BROADCAST", "ANYCAST", "MULTICAST", "BLACKHOLE", "UNREACHABLE", "PROHIBIT", "THROW", "NAT", "XRESOLVE"];
    private static readonly string[] Flags = ["FIN", "SYN", "RST", "PSH", "ACK", "URG"];

    public static string Of(RuleSet set, XtPart part, bool v6) => XtReader.Read(part, v6) switch
    {
        XtAddrtype a => Addrtype(a),
        XtConntrack c => Conntrack(c),
        XtState s => " -m state --state " + States(s.State),
        XtTcp t => Ports("tcp", t.Source, t.InvertSource, t.Destination, t.InvertDestination)
            + (t.FlagMask == 0 && !t.InvertFlags ? "" : $" {Not(t.InvertFlags)}--tcp-flags {TcpFlags(t.FlagMask)} {TcpFlags(t.FlagValue)}")
            + (t.Option == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" {Not(t.InvertOption)}--tcp-option {t.Option}")),
        XtUdp u => Ports("udp", u.Source, u.InvertSource, u.Destination, u.InvertDestination),
        XtIcmp i => Icmp(i),
        XtMultiport m => string.Create(CultureInfo.InvariantCulture,
            $" -m multiport {Not(m.Invert)}--{(m.Direction == 0 ? "sports" : m.Direction == 1 ? "dports" : "ports")} {string.Join(',', m.Ports.Select(p => Range(p.From, p.To)))}"),
        XtMark m => string.Create(CultureInfo.InvariantCulture, $" -m {(m.Connection ? "connmark" : "mark")} {Not(m.Invert)}--mark {Masked(m.Mark, m.Mask)}"),
        XtComment c => " -m comment --comment " + Quoted(c.Text),
        XtSet s => $" -m set {Not(s.Invert)}--match-set {SetName(set, s.Index)} {Directions(s.Dimensions, s.SourceFields)}{(s.ReturnNoMatch ? " --return-nomatch" : "")}" + SetCounters(s),
        XtPhysdev p => Physdev(p),
        XtIprange r => (r.Source ? $" -m iprange {Not(r.InvertSource)}--src-range {Ip(r.SourceFrom)}-{Ip(r.SourceTo)}" : " -m iprange")
            + (r.Destination ? $" {Not(r.InvertDestination)}--dst-range {Ip(r.DestinationFrom)}-{Ip(r.DestinationTo)}" : ""),
        XtMac m => $" -m mac {Not(m.Invert)}--mac-source {string.Join(':', m.Address.Select(b => b.ToString("x2", CultureInfo.InvariantCulture)))}",
        XtLimit l => Limit(l.Period, l.Burst),
        XtRecent r => Recent(r),
        XtOwner o => Owner(o),
        XtPkttype p => $" -m pkttype {Not(p.Invert)}--pkt-type {p.Type switch { 0 => "unicast", 1 => "broadcast", 2 => "multicast", _ => p.Type.ToString(CultureInfo.InvariantCulture) }}",
        XtLength l => $" -m length {Not(l.Invert)}--length {Range(l.Size.From, l.Size.To)}",
        XtTcpmss t => $" -m tcpmss {Not(t.Invert)}--mss {Range(t.Size.From, t.Size.To)}",
        XtTtl t when part.Name is "ttl" or "hl" => string.Create(CultureInfo.InvariantCulture,
            $" -m {part.Name} {Not(t.Mode == 1)}--{part.Name}-{(t.Mode == 2 ? "lt" : t.Mode == 3 ? "gt" : "eq")} {t.Value}"),
        XtHelper h => $" -m helper {Not(h.Invert)}--helper {Quoted(h.Name)}",
        XtRpfilter f => " -m rpfilter" + ((f.Flags & 1) != 0 ? " --loose" : "") + ((f.Flags & 2) != 0 ? " --validmark" : "") + ((f.Flags & 4) != 0 ? " --accept-local" : "")
            + ((f.Flags & 8) != 0 ? " --invert" : ""),
        var other => IptablesRareMatches.Of(other) ?? Raw(part),
    };

    public static string Raw(XtPart part) => $" <{part.Name} {part.Revision.ToString(CultureInfo.InvariantCulture)} {Convert.ToHexStringLower(part.Info)}>";

    /// <summary>Native limit, as iptables-nft writes `-m limit`.</summary>
    public static string Limit(LimitPart l)
    {
        var unit = l.Unit switch { 1 => "sec", 60 => "min", 3600 => "hour", 86400 => "day", _ => "sec" };
        return string.Create(CultureInfo.InvariantCulture, $" -m limit --limit {l.Rate}/{unit}{(l.Burst == 5 ? "" : $" --limit-burst {l.Burst}")}");
    }

    public static string TcpFlags(int bits)
    {
        var names = Flags.Where((_, i) => (bits & 1 << i) != 0).ToArray();
        return names.Length == 0 ? "NONE" : (bits & 63) == 63 ? "FIN,SYN,RST,PSH,ACK,URG" : string.Join(',', names);
    }

    public static string Ip(byte[] bytes) => bytes.Length == 4 ? NftValues.Ipv4(bytes) : bytes.Length == 16 ? NftValues.Ipv6(bytes) : Convert.ToHexStringLower(bytes);

    /// <summary>Length of a mask that is a prefix; null for another.</summary>
    public static int? PrefixOf(byte[] mask)
    {
        var bits = mask.Sum(b => BitOperations.PopCount(b));
        for (var i = 0; i < bits; i++)
        {
            if ((mask[i / 8] & 0x80 >> i % 8) == 0)
            {
                return null;
            }
        }

        return bits;
    }

    public static string SetName(RuleSet set, int index) =>
        set.IpSets.FirstOrDefault(s => s.Index == index)?.Name ?? "#" + index.ToString(CultureInfo.InvariantCulture);

    public static string Masked(uint value, uint mask) => mask == uint.MaxValue
        ? string.Create(CultureInfo.InvariantCulture, $"0x{value:x}") : string.Create(CultureInfo.InvariantCulture, $"0x{value:x}/0x{mask:x}");

    private static string Ports(string name, XtRange source, bool notSource, XtRange destination, bool notDestination) => $" -m {name}"
        + (source.Any(65535) && !notSource ? "" : $" {Not(notSource)}--sport {Range(source.From, source.To)}")
        + (destination.Any(65535) && !notDestination ? "" : $" {Not(notDestination)}--dport {Range(destination.From, destination.To)}");

    private static string Addrtype(XtAddrtype a) => " -m addrtype"
        + (a.Source == 0 ? "" : $" {Not(a.InvertSource)}--src-type {Types(a.Source)}")
        + (a.Destination == 0 ? "" : $" {Not(a.InvertDestination)}--dst-type {Types(a.Destination)}")
        + (a.LimitIn ? " --limit-iface-in" : "") + (a.LimitOut ? " --limit-iface-out" : "");

    private static string Types(int mask) => string.Join(',', AddressTypes.Where((_, i) => (mask & 1 << i) != 0));

    private static string Conntrack(XtConntrack c)
    {
        if (c.Has(XtConntrackFlags.WrittenAsState))
        {
            return $" -m state {Not(c.Inverted(XtConntrackFlags.State))}--state {States(c.State)}";
        }

        var text = new StringBuilder(" -m conntrack");
        void add(XtConntrackFlags flag, string option, Func<string> value)
        {
            if (c.Has(flag))
            {
                text.Append(' ').Append(Not(c.Inverted(flag))).Append("--").Append(option).Append(' ').Append(value());
            }
        }

        add(XtConntrackFlags.State, "ctstate", () => States(c.State));
        add(XtConntrackFlags.Protocol, "ctproto", () => c.Protocol.ToString(CultureInfo.InvariantCulture));
        add(XtConntrackFlags.OriginalSource, "ctorigsrc", () => Net(c.OriginalSource));
        add(XtConntrackFlags.OriginalDestination, "ctorigdst", () => Net(c.OriginalDestination));
        add(XtConntrackFlags.ReplySource, "ctreplsrc", () => Net(c.ReplySource));
        add(XtConntrackFlags.ReplyDestination, "ctrepldst", () => Net(c.ReplyDestination));
        add(XtConntrackFlags.OriginalSourcePort, "ctorigsrcport", () => Range(c.OriginalSourcePort.From, c.OriginalSourcePort.To));
        add(XtConntrackFlags.OriginalDestinationPort, "ctorigdstport", () => Range(c.OriginalDestinationPort.From, c.OriginalDestinationPort.To));
        add(XtConntrackFlags.ReplySourcePort, "ctreplsrcport", () => Range(c.ReplySourcePort.From, c.ReplySourcePort.To));
        add(XtConntrackFlags.ReplyDestinationPort, "ctrepldstport", () => Range(c.ReplyDestinationPort.From, c.ReplyDestinationPort.To));
        add(XtConntrackFlags.Status, "ctstatus", () => Status(c.Status));
        add(XtConntrackFlags.Expires, "ctexpire", () => Range((int)c.ExpiresFrom, (int)c.ExpiresTo));
        if (c.Has(XtConntrackFlags.Direction))
        {
            text.Append(" --ctdir ").Append(c.Inverted(XtConntrackFlags.Direction) ? "REPLY" : "ORIGINAL");
        }

        return text.ToString();
    }

    private static string Net(XtAddress a) => PrefixOf(a.Mask) is { } bits
        ? bits == 8 * a.Mask.Length ? Ip(a.Address) : string.Create(CultureInfo.InvariantCulture, $"{Ip(a.Address)}/{bits}") : $"{Ip(a.Address)}/{Ip(a.Mask)}";

    // In the order in which iptables prints them.
    private static string States(int bits) => string.Join(',', new[] { (1, "INVALID"), (8, "NEW"), (4, "RELATED"), (2, "ESTABLISHED"), (0x100, "UNTRACKED"), (0x40, "SNAT"), (0x80, "DNAT") }
        .Where(s => (bits & s.Item1) != 0).Select(s => s.Item2));

    private static string Status(int bits) => bits == 0 ? "NONE"
        : string.Join(',', new[] { (1, "EXPECTED"), (2, "SEEN_REPLY"), (4, "ASSURED"), (8, "CONFIRMED") }.Where(s => (bits & s.Item1) != 0).Select(s => s.Item2));

    private static string Icmp(XtIcmp i)
    {
        var name = i.V6 ? "icmp6" : "icmp";
        var option = i.V6 ? "--icmpv6-type" : "--icmp-type";
        return i is { V6: false, Type: 255 } ? $" -m {name} {Not(i.Invert)}{option} any"
            : string.Create(CultureInfo.InvariantCulture, $" -m {name} {Not(i.Invert)}{option} {i.Type}{(i.Code.Any(255) ? "" : $"/{Range(i.Code.From, i.Code.To).Replace(':', '-')}")}");
    }

    // Bits 3 and 4 of the flags: counters are not to be updated.
    private static string SetCounters(XtSet s)
    {
        static string compared(string what, (ulong Value, int Op) c) => c.Op switch
        {
            1 => $" --{what}-eq {c.Value.ToString(CultureInfo.InvariantCulture)}",
            2 => $" ! --{what}-eq {c.Value.ToString(CultureInfo.InvariantCulture)}",
            3 => $" --{what}-lt {c.Value.ToString(CultureInfo.InvariantCulture)}",
            4 => $" --{what}-gt {c.Value.ToString(CultureInfo.InvariantCulture)}",
            _ => "",
        };
        return ((s.Extra & 8) != 0 ? " ! --update-counters" : "") + ((s.Extra & 16) != 0 ? " ! --update-subcounters" : "")
            + compared("packets", s.Packets) + compared("bytes", s.Bytes);
    }

    internal static string Directions(int dimensions, int sources) =>
        string.Join(',', Enumerable.Range(1, dimensions).Select(k => (sources & 1 << k) != 0 ? "src" : "dst"));

    private static string Physdev(XtPhysdev p) => " -m physdev"
        + ((p.Ops & 8) != 0 ? $" {Not((p.Invert & 8) != 0)}--physdev-is-in" : "") + ((p.Ops & 1) != 0 ? $" {Not((p.Invert & 1) != 0)}--physdev-in {p.In}" : "")
        + ((p.Ops & 16) != 0 ? $" {Not((p.Invert & 16) != 0)}--physdev-is-out" : "") + ((p.Ops & 2) != 0 ? $" {Not((p.Invert & 2) != 0)}--physdev-out {p.Out}" : "")
        + ((p.Ops & 4) != 0 ? $" {Not((p.Invert & 4) != 0)}--physdev-is-bridged" : "");

    // The kernel keeps a period in units of 1/10000 s.
    private static string Limit(uint period, uint burst)
    {
        var (times, unit, _) = IptablesRareMatches.Times(period, 10_000);
        return string.Create(CultureInfo.InvariantCulture, $" -m limit --limit {times}/{unit}{(burst == 5 ? "" : $" --limit-burst {burst}")}");
    }

    private static string Recent(XtRecent r)
    {
        var what = (r.Check & 2) != 0 ? "--set" : (r.Check & 4) != 0 ? "--update" : (r.Check & 8) != 0 ? "--remove" : "--rcheck";
        return string.Create(CultureInfo.InvariantCulture,
            $" -m recent {Not(r.Invert)}{what}{(r.Seconds == 0 ? "" : $" --seconds {r.Seconds}")}{(r.Hits == 0 ? "" : $" --hitcount {r.Hits}")}{((r.Check & 32) != 0 ? " --reap" : "")}{((r.Check & 16) != 0 ? " --rttl" : "")}")
            + $" --name {r.Name}{(r.Mask is { } mask ? $" --mask {Ip(mask)}" : "")} --r{(r.Destination ? "dest" : "source")}";
    }

    private static string Owner(XtOwner o) => " -m owner"
        + ((o.Match & 4) != 0 ? $" {Not((o.Invert & 4) != 0)}--socket-exists" : "")
        + ((o.Match & 1) != 0 ? $" {Not((o.Invert & 1) != 0)}--uid-owner {Ids(o.UidFrom, o.UidTo)}" : "")
        + ((o.Match & 2) != 0 ? $" {Not((o.Invert & 2) != 0)}--gid-owner {Ids(o.GidFrom, o.GidTo)}" : "")
        + ((o.Match & 8) != 0 ? " --suppl-groups" : "");

    private static string Ids(uint from, uint to) => from == to ? from.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{from}-{to}");
}
