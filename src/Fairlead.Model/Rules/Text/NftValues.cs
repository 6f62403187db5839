using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace Fairlead.Model.Rules.Text;

/// <summary>Values as nft writes them. Bytes are as long as the kernel sent them: shorter or longer than the type says is possible and printed.</summary>
internal static class NftValues
{
    /// <summary>One value.</summary>
    /// <param name="host">The bytes are in the CPU's order (little-endian), not the network's.</param>
    /// <param name="links">Names of interface indexes; an index without a name is printed as a number.</param>
    public static string Format(NftType type, ReadOnlySpan<byte> value, bool host, IReadOnlyDictionary<int, string> links)
    {
        switch (type)
        {
            case NftType.Ipv4: return Ipv4(value);
            case NftType.Ipv6: return Ipv6(value);
            case NftType.Ether or NftType.LinkAddress: return Hardware(value);
            case NftType.IfName: return InterfaceName(value);
            case NftType.String: return Quote(Text(value));
            case NftType.CtLabel: return Labels(value);
        }
        if (value.Length > 8) return "0x" + Big(value, host).ToString("x", CultureInfo.InvariantCulture).TrimStart('0').PadLeft(1, '0');
        ulong n = Number(value, host);
        if (NftTypes.IsBits(type)) return Flags(type, n, " | ");
        if (NftSymbols.Of(type, n) is { } word && type is not (NftType.IcmpCode or NftType.Icmp6Code or NftType.IcmpxCode)) return word;
        return type switch
        {
            NftType.Mark => "0x" + n.ToString("x8", CultureInfo.InvariantCulture),
            NftType.EtherType => "0x" + n.ToString("x4", CultureInfo.InvariantCulture),
            NftType.Dscp => "0x" + n.ToString("x2", CultureInfo.InvariantCulture),
            NftType.Hex or NftType.ArpOp or NftType.DccpType or NftType.Ecn or NftType.IfType => "0x" + n.ToString("x", CultureInfo.InvariantCulture),
            NftType.IfIndex => n <= int.MaxValue && links.TryGetValue((int)n, out string? name) ? Quote(name) : Decimal(n),
            NftType.DevGroup => n == 0 ? "\"default\"" : Decimal(n),
            NftType.ClassId => ClassId(n),
            NftType.Time => Duration(n),
            NftType.Hour => Hour(n),
            NftType.Day => n < 7 ? Quote(((DayOfWeek)n).ToString()) : Decimal(n),
            NftType.Date => Date(n),
            _ => Decimal(n),
        };
    }

    /// <summary>One end of a range, where nft writes numbers instead of words.</summary>
    public static string RangeEnd(NftType type, ReadOnlySpan<byte> value, bool host, IReadOnlyDictionary<int, string> links)
    {
        if (value.Length > 8) return Format(type, value, host, links);
        ulong n = Number(value, host);
        return type switch
        {
            NftType.Time => Decimal(n / 1000) + "s",
            NftType.InetProto or NftType.NfProto or NftType.IcmpType or NftType.Icmp6Type or NftType.PktType or NftType.FibAddrType
                or NftType.CtDir or NftType.IgmpType or NftType.MhType or NftType.Boolean or NftType.Day => Decimal(n),
            NftType.Dscp => "0x" + n.ToString("x2", CultureInfo.InvariantCulture),
            NftType.EtherType => "0x" + n.ToString("x4", CultureInfo.InvariantCulture),
            _ => Format(type, value, host, links),
        };
    }

    /// <summary>The number that up to eight bytes hold.</summary>
    public static ulong Number(ReadOnlySpan<byte> value, bool host)
    {
        ulong n = 0;
        if (value.Length > 8) value = host ? value[..8] : value[^8..];
        for (int i = 0; i < value.Length; i++) n = (n << 8) | value[host ? value.Length - 1 - i : i];
        return n;
    }

    public static BigInteger Big(ReadOnlySpan<byte> value, bool host) => new(value, isUnsigned: true, isBigEndian: !host);

    public static string Decimal(ulong n) => n.ToString(CultureInfo.InvariantCulture);

    /// <summary>The names of the bits that are set, and what is left over in hexadecimal.</summary>
    public static string Flags(NftType type, ulong value, string between)
    {
        if (value == 0) return "0x" + new string('0', type == NftType.TcpFlag ? 1 : 1);
        var names = new List<string>();
        ulong rest = value;
        foreach ((ulong bit, string name) in NftSymbols.Bits(type))
        {
            if ((value & bit) == 0) continue;
            names.Add(name);
            rest &= ~bit;
        }
        if (rest != 0) names.Add("0x" + rest.ToString("x", CultureInfo.InvariantCulture));
        return string.Join(between, names);
    }

    /// <summary>Dotted quad; a shorter value is filled with zeros.</summary>
    public static string Ipv4(ReadOnlySpan<byte> value)
    {
        Span<byte> a = stackalloc byte[4];
        value[..Math.Min(4, value.Length)].CopyTo(a);
        return string.Create(CultureInfo.InvariantCulture, $"{a[0]}.{a[1]}.{a[2]}.{a[3]}");
    }

    /// <summary>As inet_ntop writes it, which is not how .NET does for addresses that embed IPv4.</summary>
    public static string Ipv6(ReadOnlySpan<byte> value)
    {
        Span<byte> a = stackalloc byte[16];
        value[..Math.Min(16, value.Length)].CopyTo(a);
        int best = -1, length = 0;
        for (int i = 0; i < 8; i++)
        {
            int j = i;
            while (j < 8 && a[2 * j] == 0 && a[2 * j + 1] == 0) j++;
            if (j - i >= 2 && j - i > length) (best, length) = (i, j - i);
            if (j > i) i = j;
        }
        bool mapped = best == 0 && (length == 6 || (length == 5 && a[10] == 0xff && a[11] == 0xff) || (length == 7 && (a[14] | a[15]) != 1 && a[14] != 0));
        var text = new StringBuilder();
        for (int i = 0; i < 8; i++)
        {
            if (i == best) { text.Append("::"); i += length - 1; continue; }
            if (i > 0 && text[^1] != ':') text.Append(':');
            if (i == 6 && mapped && length <= 6) return text.Append(Ipv4(a[12..])).ToString();
            text.Append(BinaryPrimitives.ReadUInt16BigEndian(a[(2 * i)..]).ToString("x", CultureInfo.InvariantCulture));
        }
        return text.ToString();
    }

    /// <summary>A text in quotes: cut at the NUL; quotes and control characters, which nft cannot have written, are escaped.</summary>
    public static string Quote(string text) => "\"" + Clean(text) + "\"";

    /// <summary>Text from outside without control characters.</summary>
    public static string Clean(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\0', '\x1f') && !text.Contains('\x7f')) return text;
        var clean = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            if (char.IsControl(c)) clean.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}");
            else clean.Append(c);
        }
        return clean.ToString();
    }

    /// <summary>Milliseconds as `1d2h3m4s5ms`.</summary>
    public static string Duration(ulong ms)
    {
        if (ms == 0) return "0s";
        var text = new StringBuilder();
        void Add(ulong n, string unit)
        {
            if (n != 0) text.Append(CultureInfo.InvariantCulture, $"{n}{unit}");
        }
        Add(ms / 86_400_000, "d");
        Add(ms / 3_600_000 % 24, "h");
        Add(ms / 60_000 % 60, "m");
        Add(ms / 1000 % 60, "s");
        Add(ms % 1000, "ms");
        return text.ToString();
    }

    /// <summary>The length of the prefix that begins at <paramref name="low"/> and ends at <paramref name="high"/>; null when it is none.</summary>
    public static int? PrefixLength(ReadOnlySpan<byte> low, ReadOnlySpan<byte> high)
    {
        if (low.Length != high.Length) return null;
        int length = low.Length * 8;
        for (int bit = 0; bit < low.Length * 8; bit++)
        {
            bool l = (low[bit / 8] >> (7 - bit % 8) & 1) != 0, h = (high[bit / 8] >> (7 - bit % 8) & 1) != 0;
            if (l == h && length == low.Length * 8) continue;
            if (l || !h) return null;
            if (length == low.Length * 8) length = bit;
        }
        return length;
    }

    /// <summary>The number of leading ones of a mask; null when ones follow zeros.</summary>
    public static int? MaskLength(ReadOnlySpan<byte> mask)
    {
        int ones = 0;
        bool ended = false;
        foreach (byte b in mask)
        {
            for (int bit = 7; bit >= 0; bit--)
            {
                bool one = (b >> bit & 1) != 0;
                if (one && ended) return null;
                if (one) ones++; else ended = true;
            }
        }
        return ones;
    }

    /// <summary>Text up to the NUL, as UTF-8 or, where it is none, byte by byte.</summary>
    public static string Text(ReadOnlySpan<byte> value)
    {
        int end = value.IndexOf((byte)0);
        if (end >= 0) value = value[..end];
        return Encoding.UTF8.GetString(value);
    }

    private static string InterfaceName(ReadOnlySpan<byte> value)
    {
        // A name without its NUL that is shorter than the field is the beginning of names.
        bool wildcard = value.Length is > 0 and < 16 && !value.Contains((byte)0);
        string text = Text(value);
        // a star that is part of the name, where it could be taken for a wildcard
        if (!wildcard && text.EndsWith('*')) text = text[..^1] + "\\*";
        return Quote(text + (wildcard ? "*" : ""));
    }

    private static string Hardware(ReadOnlySpan<byte> value)
    {
        var text = new StringBuilder();
        foreach (byte b in value)
        {
            if (text.Length > 0) text.Append(':');
            text.Append(b.ToString("x2", CultureInfo.InvariantCulture));
        }
        return text.ToString();
    }

    private static string Labels(ReadOnlySpan<byte> value)
    {
        var bits = new List<string>();
        for (int i = 0; i < value.Length * 8; i++)
            if ((value[i / 8] >> (i % 8) & 1) != 0) bits.Add(Decimal((ulong)i));
        return bits.Count == 0 ? "0x0" : string.Join(',', bits);
    }

    private static string ClassId(ulong n) => n switch
    {
        0 => "none",
        0xffffffff => "root",
        _ => string.Create(CultureInfo.InvariantCulture, $"{n >> 16:x}:{n & 0xffff:x}"),
    };

    private static string Hour(ulong seconds)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:00}:{seconds / 60 % 60:00}");
        return Quote(seconds % 60 == 0 ? text : text + string.Create(CultureInfo.InvariantCulture, $":{seconds % 60:00}"));
    }

    private static string Date(ulong nanoseconds)
    {
        ulong seconds = nanoseconds / 1_000_000_000;
        if (seconds > 253_402_300_799) return Decimal(nanoseconds);
        return Quote(DateTimeOffset.FromUnixTimeSeconds((long)seconds).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));
    }
}
