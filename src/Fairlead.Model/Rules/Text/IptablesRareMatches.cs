using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Fairlead.Model.Rules.Decode;
using static Fairlead.Model.Rules.Text.IptablesText;

namespace Fairlead.Model.Rules.Text;

/// <summary>Matches on rates, contents, times and rarer headers, in iptables-save's words; null for one that is not known here.</summary>
internal static class IptablesRareMatches
{
    private static readonly string[] DccpTypes =
        ["REQUEST", "RESPONSE", "DATA", "ACK", "DATAACK", "CLOSEREQ", "CLOSE", "RESET", "SYNC", "SYNCACK", "INVALID"];
    private static readonly (int Type, string Name)[] Chunks =
        [(0, "DATA"), (1, "INIT"), (2, "INIT_ACK"), (3, "SACK"), (4, "HEARTBEAT"), (5, "HEARTBEAT_ACK"), (6, "ABORT"), (7, "SHUTDOWN"),
         (8, "SHUTDOWN_ACK"), (9, "ERROR"), (10, "COOKIE_ECHO"), (11, "COOKIE_ACK"), (12, "ECN_ECNE"), (13, "ECN_CWR"), (14, "SHUTDOWN_COMPLETE"),
         (64, "I_DATA"), (130, "RE_CONFIG"), (132, "PAD"), (193, "ASCONF"), (128, "ASCONF_ACK"), (192, "FORWARD_TSN"), (194, "I_FORWARD_TSN")];

    public static string? Of(XtView? view) => view switch
    {
        XtHashlimit h => Hashlimit(h),
        XtStatistic { Mode: 0 } s => string.Create(CultureInfo.InvariantCulture, $" -m statistic --mode random {Not(s.Invert)}--probability {s.Value / 2147483648.0:F11}"),
        XtStatistic { Mode: 1 } s => string.Create(CultureInfo.InvariantCulture, $" -m statistic --mode nth {Not(s.Invert)}--every {s.Value + 1} --packet {s.Packet}"),
        XtConnlimit c => string.Create(CultureInfo.InvariantCulture,
            $" -m connlimit --connlimit-{((c.Flags & 1) != 0 ? "upto" : "above")} {c.Limit} --connlimit-mask {IptablesMatches.PrefixOf(c.Mask) ?? 0} --connlimit-{((c.Flags & 2) != 0 ? "daddr" : "saddr")}"),
        XtConnbytes c => Connbytes(c),
        XtQuota q => $" -m quota {Not(q.Invert)}--quota {Text(q.Bytes)}",
        XtTos t => string.Create(CultureInfo.InvariantCulture, $" -m tos {Not(t.Invert)}--tos 0x{t.Value:x2}/0x{t.Mask:x2}"),
        XtDscp d => string.Create(CultureInfo.InvariantCulture, $" -m dscp {Not(d.Invert)}--dscp 0x{d.Value:x2}"),
        XtEcn e => " -m ecn" + ((e.Operation & 0x10) != 0 ? $" {Not((e.Invert & 0x10) != 0)}--ecn-tcp-ece" : "")
            + ((e.Operation & 0x20) != 0 ? $" {Not((e.Invert & 0x20) != 0)}--ecn-tcp-cwr" : "")
            + ((e.Operation & 1) != 0 ? $" {Not((e.Invert & 1) != 0)}--ecn-ip-ect {Text(e.Ect)}" : ""),
        XtRealm r => $" -m realm {Not(r.Invert)}--realm {IptablesMatches.Masked(r.Id, r.Mask)}",
        XtDevgroup d => " -m devgroup" + ((d.Flags & 1) != 0 ? $" {Not((d.Flags & 2) != 0)}--src-group {IptablesMatches.Masked(d.SourceGroup, d.SourceMask)}" : "")
            + ((d.Flags & 4) != 0 ? $" {Not((d.Flags & 8) != 0)}--dst-group {IptablesMatches.Masked(d.DestinationGroup, d.DestinationMask)}" : ""),
        XtCpu c => $" -m cpu {Not(c.Invert)}--cpu {Text(c.Cpu)}",
        XtCgroup c => " -m cgroup" + (c.Path is { } path ? $" {Not(c.InvertPath)}--path {Quoted(path)}" : "")
            + (c.ClassId is { } id ? $" {Not(c.InvertClassId)}--cgroup {Text(id)}" : ""),
        XtConnlabel c => $" -m connlabel {Not((c.Options & 1) != 0)}--label \"{Text(c.Bit)}\"" + ((c.Options & 2) != 0 ? " --set" : ""),
        XtSocket s => " -m socket" + ((s.Flags & 1) != 0 ? " --transparent" : "") + ((s.Flags & 2) != 0 ? " --nowildcard" : "")
            + ((s.Flags & 4) != 0 ? " --restore-skmark" : ""),
        XtSpi s => $" -m {(s.Ah ? "ah" : "esp")} {Not(s.Invert)}--{(s.Ah ? "ahspi" : "espspi")} {Numbers(s.From, s.To)}",
        XtRt r => Rt(r),
        XtFrag f => " -m frag" + ((f.Flags & 1) != 0 ? $" {Not((f.Invert & 1) != 0)}--fragid {Numbers(f.From, f.To)}" : "")
            + ((f.Flags & 2) != 0 ? $" {Not((f.Invert & 2) != 0)}--fraglen {Text(f.HeaderLength)}" : "") + ((f.Flags & 4) != 0 ? " --fragres" : "")
            + ((f.Flags & 8) != 0 ? " --fragfirst" : "") + ((f.Flags & 16) != 0 ? " --fragmore" : "") + ((f.Flags & 32) != 0 ? " --fraglast" : ""),
        XtSctp { ChunkFlags.Length: 0 } s => Sctp(s),
        XtDccp { Flags: < 8 } d => Dccp(d),
        XtTime t => Time(t),
        XtString s => Contents(s),
        XtU32 u => $" -m u32 {Not(u.Invert)}--u32 \"" + string.Join("&&", u.Tests.Select(U32)) + "\"",
        XtPolicy p => Policy(p),
        _ => IptablesExtensions.Match(view),
    };

    private static string Hashlimit(XtHashlimit h)
    {
        var text = new StringBuilder($" -m hashlimit --hashlimit-{((h.Mode & 16) != 0 ? "above" : "upto")} ");
        // what an entry lives when nothing is said: the unit of the rate
        ulong quantum;
        if ((h.Mode & 32) != 0)
        {
            var rate = ((h.Period == 0 ? uint.MaxValue : uint.MaxValue / h.Period) - 1) << 4;
            text.Append(Rate(rate)).Append("b/s");
            if (h.Burst > 0)
                text.Append(" --hashlimit-burst ").Append(Rate(rate * h.Burst)).Append('b');
            quantum = 15_000;
        }
        else
        {
            var (times, unit, seconds) = Times(h.Period, h.Scale);
            text.Append(CultureInfo.InvariantCulture, $"{times}/{unit}{((h.Mode & 64) != 0 ? "" : $" --hashlimit-burst {h.Burst}")}");
            quantum = seconds * 1000;
        }
        string[] modes = [.. new[] { (4u, "srcip"), (8u, "srcport"), (1u, "dstip"), (2u, "dstport") }.Where(m => (h.Mode & m.Item1) != 0).Select(m => m.Item2)];
        if (modes.Length > 0)
            text.Append(" --hashlimit-mode ").AppendJoin(',', modes);
        text.Append(" --hashlimit-name ").Append(h.Name);
        void add(string name, ulong value, ulong usual)
        {
            if (value != usual)
                text.Append(CultureInfo.InvariantCulture, $" --hashlimit-{name} {value}");
        }
        add("htable-size", h.Size, 0);
        add("htable-max", h.Max, 0);
        add("htable-gcinterval", h.GcMs, 1000);
        add("htable-expire", h.ExpireMs, quantum);
        // a mask that is all of the family's bits is not said; 32 and 128 are the two that can be
        add("srcmask", (ulong)h.SourceMask, h.SourceMask is 32 or 128 ? (ulong)h.SourceMask : 0);
        add("dstmask", (ulong)h.DestinationMask, h.DestinationMask is 32 or 128 ? (ulong)h.DestinationMask : 0);
        return text.ToString();
    }

    private static string Rate(ulong bytes) => bytes >= 1024 * 1024 ? Text(bytes / (1024 * 1024)) + "m" : bytes >= 1024 ? Text(bytes / 1024) + "k" : Text(bytes);

    /// <summary>A period in the longest unit that it divides well enough, as iptables chooses it.</summary>
    internal static (ulong Times, string Unit, ulong Seconds) Times(ulong period, ulong scale)
    {
        var best = (0ul, "day", 86_400ul);
        foreach (var (unit, seconds) in new[] { ("day", 86_400ul), ("hour", 3600ul), ("min", 60ul), ("sec", 1ul) })
        {
            var ticks = scale * seconds;
            if (period == 0 || unit != "day" && (period > ticks || ticks / period < ticks % period))
                break;
            best = (ticks / period, unit, seconds);
        }
        return best;
    }

    private static string Connbytes(XtConnbytes c)
    {
        // an inverted range is kept with its ends exchanged
        var inverted = c.From > c.To;
        var (low, high) = inverted ? (c.To, c.From) : (c.From, c.To);
        return $" -m connbytes {Not(inverted)}--connbytes {Text(low)}{(high == ulong.MaxValue ? "" : ":" + Text(high))}"
            + $" --connbytes-mode {c.What switch { 0 => "packets", 1 => "bytes", _ => "avgpkt" }} --connbytes-dir {c.Direction switch { 0 => "original", 1 => "reply", _ => "both" }}";
    }

    private static string Rt(XtRt r) => " -m rt" + ((r.Flags & 1) != 0 ? $" {Not((r.Invert & 1) != 0)}--rt-type {Text(r.Type)}" : "")
        + ((r.Flags & 2) != 0 ? $" {Not((r.Invert & 2) != 0)}--rt-segsleft {Numbers(r.SegmentsFrom, r.SegmentsTo)}" : "")
        + ((r.Flags & 4) != 0 ? $" {Not((r.Invert & 4) != 0)}--rt-len {Text(r.HeaderLength)}" : "") + ((r.Flags & 8) != 0 ? " --rt-0-res" : "");

    private static string Sctp(XtSctp s)
    {
        var text = " -m sctp" + ((s.Flags & 1) != 0 ? $" {Not((s.Invert & 1) != 0)}--sport {Range(s.Source.From, s.Source.To)}" : "")
            + ((s.Flags & 2) != 0 ? $" {Not((s.Invert & 2) != 0)}--dport {Range(s.Destination.From, s.Destination.To)}" : "");
        if ((s.Flags & 4) == 0)
            return text;
        bool on(int type) => (s.ChunkMap[type / 8] >> type % 8 & 1) != 0;
        var which = Enumerable.Range(0, 256).All(on) ? "ALL" : Enumerable.Range(0, 256).Any(on)
            ? string.Join(',', Chunks.Where(c => on(c.Type)).Select(c => c.Name)) : "NONE";
        return text + $" {Not((s.Invert & 4) != 0)}--chunk-types {s.ChunkMatch switch { 1 => "any", 2 => "all", _ => "only" }} {which}";
    }

    private static string Dccp(XtDccp d) => " -m dccp" + ((d.Flags & 1) != 0 ? $" {Not((d.Invert & 1) != 0)}--sport {Range(d.Source.From, d.Source.To)}" : "")
        + ((d.Flags & 2) != 0 ? $" {Not((d.Invert & 2) != 0)}--dport {Range(d.Destination.From, d.Destination.To)}" : "")
        + ((d.Flags & 4) != 0 ? $" {Not((d.Invert & 4) != 0)}--dccp-types {string.Join(',', DccpTypes.Where((_, i) => (d.TypeMask >> i & 1) != 0))}" : "");

    private static string Time(XtTime t)
    {
        var text = new StringBuilder(" -m time");
        if (t.DayStart != 0 || t.DayStop != 86_399)
            text.Append(CultureInfo.InvariantCulture, $" --timestart {TimeSpan.FromSeconds(t.DayStart):hh\\:mm\\:ss} --timestop {TimeSpan.FromSeconds(t.DayStop):hh\\:mm\\:ss}");
        if (t.MonthDays != 0xfffffffe)
            text.Append(" --monthdays ").AppendJoin(',', Enumerable.Range(1, 31).Where(d => (t.MonthDays >> d & 1) != 0));
        string[] days = ["", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        if (t.Weekdays != 0xfe)
            text.Append(" --weekdays ").AppendJoin(',', Enumerable.Range(1, 7).Where(d => (t.Weekdays >> d & 1) != 0).Select(d => days[d]));
        foreach (var (name, at) in new[] { ("datestart", t.DateStart), ("datestop", t.DateStop) })
            if (at != 0)
                text.Append(CultureInfo.InvariantCulture, $" --{name} {DateTimeOffset.FromUnixTimeSeconds(at):yyyy-MM-ddTHH:mm:ss}");
        return text.Append((t.Flags & 1) != 0 ? " --kerneltz" : "").Append((t.Flags & 2) != 0 ? " --contiguous" : "").ToString();
    }

    private static string Contents(XtString s)
    {
        // whatever is not printable makes all of it hexadecimal
        var plain = s.Pattern.All(b => b is >= 0x20 and < 0x7f and not (byte)'|') && s.Pattern is not [.., (byte)'\\'];
        var text = plain
            ? "--string \"" + Encoding.ASCII.GetString(s.Pattern).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
                .Replace("'", "\\'", StringComparison.Ordinal) + "\""
            : $"--hex-string \"|{Convert.ToHexStringLower(s.Pattern)}|\"";
        return $" -m string {Not((s.Flags & 1) != 0)}{text} --algo {s.Algorithm}{(s.From != 0 ? " --from " + Text(s.From) : "")}"
            + (s.To != 65535 ? " --to " + Text(s.To) : "") + ((s.Flags & 2) != 0 ? " --icase" : "");
    }

    private static string U32(XtU32Test test)
    {
        static string hex(uint n) => "0x" + n.ToString("x", CultureInfo.InvariantCulture);
        // an operator stands before its number; the first number has none
        var location = string.Concat(test.Location.Select((l, i) => (i == 0 ? "" : l.Op switch { 0 => "&", 1 => "<<", 2 => ">>", _ => "@" }) + hex(l.Number)));
        return location + "=" + string.Join(',', test.Values.Select(v => v.From == v.To ? hex(v.From) : hex(v.From) + ":" + hex(v.To)));
    }

    private static string Policy(XtPolicy p)
    {
        var text = new StringBuilder($" -m policy --dir {((p.Flags & 1) != 0 ? "in" : "out")}");
        if ((p.Flags & 4) != 0)
            return text.Append(" --pol none").ToString();
        text.Append(" --pol ipsec").Append((p.Flags & 8) != 0 ? " --strict" : "");
        foreach (var (i, e) in p.Elements.Index())
        {
            if (i > 0)
                text.Append(" --next");
            void add(int bit, string option, Func<string> value)
            {
                if ((e.Match & bit) != 0)
                    text.Append(' ').Append(Not((e.Invert & bit) != 0)).Append("--").Append(option).Append(' ').Append(value());
            }
            add(32, "reqid", () => Text(e.ReqId));
            add(16, "spi", () => "0x" + e.Spi.ToString("x", CultureInfo.InvariantCulture));
            add(4, "proto", () => Protocol(e.Protocol));
            add(8, "mode", () => e.Mode == 1 ? "tunnel" : "transport");
            add(2, "tunnel-dst", () => Host(e.Destination));
            add(1, "tunnel-src", () => Host(e.Source));
        }
        return text.ToString();
    }

    private static string Host(XtAddress a) => IptablesMatches.PrefixOf(a.Mask) is { } bits && bits == 8 * a.Mask.Length ? IptablesMatches.Ip(a.Address)
        : string.Create(CultureInfo.InvariantCulture, $"{IptablesMatches.Ip(a.Address)}/{IptablesMatches.PrefixOf(a.Mask)}");

    private static string Numbers(uint from, uint to) => from == to ? Text(from) : Text(from) + ":" + Text(to);

    private static string Text<T>(T number) where T : IFormattable => number.ToString(null, CultureInfo.InvariantCulture);
}
