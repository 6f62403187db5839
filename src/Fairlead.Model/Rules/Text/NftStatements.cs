using System.Globalization;

namespace Fairlead.Model.Rules.Text;

/// <summary>Statements that need nothing but themselves.</summary>
internal static class NftStatements
{
    public static string Verdict(VerdictPart v) => v.Code switch
    {
        VerdictCode.Drop => "drop",
        VerdictCode.Accept => "accept",
        VerdictCode.Queue => "queue",
        VerdictCode.Continue => "continue",
        VerdictCode.Break => "break",
        VerdictCode.Jump => "jump " + NftValues.Clean(v.Chain ?? ""),
        VerdictCode.Goto => "goto " + NftValues.Clean(v.Chain ?? ""),
        VerdictCode.Return => "return",
        _ => "verdict " + ((int)v.Code).ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>`rate over 10 mbytes/second burst 12000 kbytes`; a named limit does not say the burst that is the default.</summary>
    public static string Rate(LimitPart l, bool inObject)
    {
        string text = "rate " + (l.Over ? "over " : "") + (l.Bytes ? Size(l.Rate) : NftValues.Decimal(l.Rate)) + "/" + Unit(l.Unit);
        if (l.Bytes) return l.Burst > 0 ? text + " burst " + Size(l.Burst) : text;
        return l.Burst > 0 && !(inObject && l.Burst == 5) ? text + $" burst {l.Burst} packets" : text;
    }

    public static string Quota(QuotaPart q) => (q.Over ? "over " : "") + Size(q.Bytes) + (q.Used > 0 ? " used " + Size(q.Used) : "");

    public static string Synproxy(SynproxyPart s) =>
        ((s.Flags & 1) != 0 ? $" mss {s.Mss}" : "") + ((s.Flags & 2) != 0 ? $" wscale {s.WindowScale}" : "")
        + ((s.Flags & 8) != 0 ? " timestamp" : "") + ((s.Flags & 4) != 0 ? " sack-perm" : "");

    public static string Log(LogPart l)
    {
        string text = "log";
        if (l.Prefix is { Length: > 0 } prefix) text += " prefix " + NftValues.Quote(prefix);
        if (l.Group is { } group) text += " group " + group.ToString(CultureInfo.InvariantCulture);
        if (l.Snaplen is > 0) text += $" snaplen {l.Snaplen}";
        if (l.Threshold is > 0) text += $" queue-threshold {l.Threshold}";
        if (l.Group is null && l.Level is { } level && level != 4) text += " level " + Level(level);
        uint flags = l.Flags ?? 0;
        if ((flags & 0x2f) == 0x2f) return text + " flags all";
        if ((flags & 3) != 0) text += " flags tcp " + ((flags & 3) switch { 1 => "sequence", 2 => "options", _ => "sequence,options" });
        if ((flags & 4) != 0) text += " flags ip options";
        if ((flags & 8) != 0) text += " flags skuid";
        if ((flags & 0x20) != 0) text += " flags ether";
        return text;
    }

    /// <summary>The word of a reject code.</summary>
    public static string Code(NftType type, int code) => NftSymbols.Of(type, (ulong)(uint)code) ?? code.ToString(CultureInfo.InvariantCulture);

    /// <summary>Bytes with the largest unit that divides them.</summary>
    public static string Size(ulong bytes)
    {
        string[] units = ["bytes", "kbytes", "mbytes"];
        int unit = 0;
        while (bytes != 0 && bytes % 1024 == 0 && unit < units.Length - 1) (bytes, unit) = (bytes / 1024, unit + 1);
        return NftValues.Decimal(bytes) + " " + units[unit];
    }

    private static string Unit(ulong seconds) => seconds switch
    {
        1 => "second",
        60 => "minute",
        3600 => "hour",
        86_400 => "day",
        604_800 => "week",
        _ => NftValues.Decimal(seconds) + "s",
    };

    private static string Level(uint level) => level switch
    {
        0 => "emerg", 1 => "alert", 2 => "crit", 3 => "err", 4 => "warn", 5 => "notice", 6 => "info", 7 => "debug", 8 => "audit",
        _ => level.ToString(CultureInfo.InvariantCulture),
    };
}
