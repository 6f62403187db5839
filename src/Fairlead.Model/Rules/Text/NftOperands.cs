using System.Globalization;

namespace Fairlead.Model.Rules.Text;

/// <summary>Operands as text: `ip saddr`, `meta mark &amp; 0x000000ff`, `fib daddr . iif type`, `numgen inc mod 2`.</summary>
internal sealed partial class NftWriter
{
    /// <summary>An operand that is read. Header fields hide the statements that they imply.</summary>
    private NftShown Show(Operand o, bool imply = true)
    {
        if (o is { Tunnel: { } tunnel, Of: { } inside }) return Within(tunnel, () => Show(Inside(o, inside), imply));
        NftShown shown = ShowBare(o, imply);
        return _tunnel is null || o is { Source: ValueSource.Payload, Base: TunnelHeader } ? shown : shown with { Text = _tunnel + " " + shown.Text };
    }

    private NftShown ShowBare(Operand o, bool imply)
    {
        switch (o.Source)
        {
            case ValueSource.Payload:
                return ShowPayload(o, imply);
            case ValueSource.Meta:
                return NftKeys.Meta(o.Key) is { } meta
                    ? Masked(o, new((NftKeys.Unqualified(o.Key) ? "" : "meta ") + meta.Name, meta.Type, meta.Host && !o.Swapped))
                    : Unknown(o, "meta load " + o.Key);
            case ValueSource.Ct:
                return NftKeys.Ct(o.Key, o.Length) is { } ct
                    ? Masked(o, new("ct " + Direction(o) + ct.Name, ct.Type, ct.Host && !o.Swapped))
                    : Unknown(o, "ct load " + o.Key);
            case ValueSource.Fib:
                return ShowFib(o);
            case ValueSource.Rt:
                return NftKeys.Rt(o.Key) is { } rt ? Masked(o, new("rt " + rt.Name, rt.Type, rt.Host && !o.Swapped)) : Unknown(o, "rt load " + o.Key);
            case ValueSource.Socket:
                return NftKeys.Socket(o.Key) is { } socket
                    ? Masked(o, new("socket " + socket.Name + (o.Key == 3 ? " level " + Number(o.Aux) : ""), socket.Type, socket.Host && !o.Swapped))
                    : Unknown(o, "socket load " + o.Key);
            case ValueSource.Xfrm:
                return NftKeys.Xfrm(o.Key) is { } xfrm
                    ? Masked(o, new($"ipsec {(o.Base == 1 ? "out" : "in")} {(o.Aux > 0 ? "spnum " + Number(o.Aux) + " " : "")}{xfrm.Name}", xfrm.Type, xfrm.Host && !o.Swapped))
                    : Unknown(o, "xfrm load " + o.Key);
            case ValueSource.Exthdr:
                return ShowExtension(o);
            case ValueSource.Osf:
                return new("osf " + (o.Key == 1 ? "ttl loose " : o.Key == 2 ? "ttl skip " : "") + ((o.Aux & 1) != 0 ? "version" : "name"), NftType.String, false);
            case ValueSource.Numgen:
                return new($"numgen {(o.Key == 1 ? "random" : "inc")} mod {Number(o.Aux)}{(o.Offset != 0 ? " offset " + Number(o.Offset) : "")}", NftType.Integer, !o.Swapped);
            case ValueSource.Hash:
                return ShowHash(o);
            case ValueSource.Immediate:
                return new(NftValues.Format(NftType.Hex, o.Immediate ?? [], false, _scope.Links), NftType.Hex, false);
            case ValueSource.Map:
                return new(ShowMap(o), MapType(o), false);
            case ValueSource.Tunnel:
                return o.Key switch
                {
                    0 => new("tunnel path", NftType.Boolean, false),
                    1 => new("tunnel id", NftType.Integer, true),
                    _ => Unknown(o, "tunnel load " + o.Key),
                };
            default:
                return Unknown(o, $"{o.Source} {o.Key}");
        }
    }

    private NftShown Unknown(Operand o, string what) =>
        new(_scope.Raw(what.ToLowerInvariant()), NftType.Hex, false, 0, o.Length * 8);

    /// <summary>What stands behind `vxlan` and the like is about the packet within, which has headers of its own.</summary>
    private T Within<T>(string tunnel, Func<T> write)
    {
        if (tunnel is "gre" or "gretap") Imply(2, "gre", null);
        NftProtocols outer = _protocols;
        _inner ??= new NftProtocols(tunnel == "gre" ? TableFamily.Inet : TableFamily.Bridge);
        (_protocols, _tunnel) = (_inner, tunnel);
        T written = write();
        (_protocols, _tunnel) = (outer, null);
        return written;
    }

    /// <summary>What was done to the value is done to what it was read from.</summary>
    private static Operand Inside(Operand o, Operand inside) => inside with { Length = o.Length, Mask = o.Mask, Xor = o.Xor, Shift = o.Shift, Swapped = o.Swapped };

    private static string Direction(Operand o) => o.Base switch
    {
        0 => "original ",
        1 => "reply ",
        _ => "",
    };

    private NftShown ShowPayload(Operand o, bool imply)
    {
        int from = o.Offset * 8, bits = o.Length * 8, right = 0;
        byte[]? mask = o.Mask is { Length: > 0 } m && !AllOnes(m) ? m : null;
        (string header, int start) = HeaderAt(o.Base, from);
        if (header.Length > 0)
        {
            NftField? field = Find(header, from - start, bits);
            if (field is null && mask is not null && o.Length <= 8 && BitRange(mask) is { } range)
            {
                field = Find(header, from - start + range.Skip, range.Ones);
                right = bits - range.Skip - range.Ones + o.Shift;
                if (field is not null) mask = null;
            }
            field ??= NftFields.Of(header)!.FirstOrDefault(f => f.Offset == from - start && NftTypes.HasPrefix(f.Type) && bits < f.Length);
            if (field is not null)
            {
                if (imply) Imply(o.Base, header, field);
                var shown = new NftShown(header + " " + field.Name, PayloadType(field), false, Math.Max(0, right), field.Length)
                    { Header = header, Field = field, Base = o.Base };
                return mask is null ? shown : Masked(o, shown);
            }
        }
        string at = o.Base switch { 0 => "ll", 1 => "nh", 2 => "th", 3 => "ih", _ => "" };
        if (at.Length == 0) return Unknown(o, $"payload load {o.Length}b @ base {o.Base} + {o.Offset}");
        // nft does not cut raw loads: a mask stays one
        return Masked(o, new($"@{at},{Number(from)},{Number(bits)}", NftType.Hex, false, 0, bits));
    }

    // nft has no words for codes, only for the types.
    private static NftType PayloadType(NftField field) =>
        field.Type is NftType.IcmpCode or NftType.Icmp6Code ? NftType.Integer : field.Type;

    /// <summary>The header that a load at a base lies in, and the bit at which it begins.</summary>
    private (string Header, int Start) HeaderAt(int atBase, int bit)
    {
        if (atBase == TunnelHeader && _tunnel is "vxlan" or "geneve") return (_tunnel, 0);
        if (atBase is < 0 or > 2) return ("", 0);
        string? header = _protocols.Header[atBase];
        if (header == "vlan") return bit >= 112 ? ("vlan", 112) : ("ether", 0);
        if (atBase == 0 && bit >= 112 && header == "ether") return ("vlan", 112);
        if (atBase == 2 && header is null) header = "th";
        return (header ?? "", 0);
    }

    private NftField? Find(string header, int offset, int length)
    {
        foreach (NftField field in NftFields.Of(header) ?? [])
        {
            if (field.Offset == offset && field.Length == length && NftProtocols.Possible(header, field.Name, _protocols.IcmpTypes)) return field;
        }
        return null;
    }

    private NftShown ShowFib(Operand o)
    {
        bool present = (o.Aux & 32) != 0;
        (string word, NftType type) = present ? ("check", NftType.Boolean) : o.Key switch
        {
            1 => ("oif", NftType.IfIndex),
            2 => ("oifname", NftType.IfName),
            3 => ("type", NftType.FibAddrType),
            _ => ("", NftType.Hex),
        };
        if (word.Length == 0) return Unknown(o, "fib " + o.Key);
        return Masked(o, new($"fib {NftKeys.FibFlags(o.Aux)} {word}", type, type is NftType.IfIndex or NftType.FibAddrType && !o.Swapped));
    }

    private NftShown ShowHash(Operand o)
    {
        string tail = $" mod {Number(o.Aux)}";
        string offset = o.Offset != 0 ? $" offset {Number(o.Offset)}" : "";
        if (o.Key == 1) return new("symhash" + tail + offset, NftType.Integer, !o.Swapped);
        string key = string.Join(" . ", o.MapKey.Select(k => Show(k).Text));
        uint seed = o.Immediate is { Length: 4 } s ? (uint)NftValues.Number(s, true) : 0;
        return new($"jhash {key}{tail}{(seed != 0 ? " seed 0x" + seed.ToString("x", CultureInfo.InvariantCulture) : "")}{offset}", NftType.Integer, !o.Swapped);
    }

    private NftShown ShowExtension(Operand o)
    {
        bool present = (o.Key & 1) != 0;
        (string Name, NftField[] Fields)? known = o.Aux switch
        {
            0 => NftKeys.Extension(o.Base),
            1 => NftKeys.TcpOption(o.Base),
            2 => NftKeys.IpOption(o.Base),
            3 => NftKeys.SctpChunk(o.Base),
            _ => null,
        };
        string? name = known?.Name ?? (o.Aux == 1 ? Number(o.Base) : null);
        string before = o.Aux switch { 0 => present ? "exthdr " : "", 1 => "tcp option ", 2 => "ip option ", 3 => "sctp chunk ", _ => "" };
        if (name is null) return Unknown(o, $"exthdr load {o.Aux} {o.Length}b @ {o.Base} + {o.Offset}");
        if (o.Aux == 0) Imply(1, "ip6", null);
        if (present || o.Length == 0) return new(before + name, NftType.Boolean, false);
        int bits = o.Length * 8, from = o.Offset * 8;
        if (o is { Aux: 1, Base: 5 } && from >= 80) name += Number((from - 16) / 64);
        if (o is { Aux: 0, Base: 43 } && from >= 32) name = "srh";
        foreach (NftField field in known?.Fields ?? [])
        {
            if (field.Offset == from && field.Length == bits) return Masked(o, new(before + name + " " + field.Name, field.Type, false, 0, field.Length));
            if (o.Mask is { } mask && o.Length <= 8 && BitRange(mask) is { } range && field.Offset == from + range.Skip && field.Length == range.Ones)
                return new(before + name + " " + field.Name, field.Type, false, Math.Max(0, bits - range.Skip - range.Ones + o.Shift), field.Length);
        }
        if (o.Aux == 1) return new($"tcp option @{Number(o.Base)},{Number(from)},{Number(bits)}", NftType.Hex, false, 0, bits);
        return Unknown(o, $"exthdr load {o.Aux} {o.Length}b @ {o.Base} + {o.Offset}");
    }

    /// <summary>Adds the mask, the bits that are flipped and the shift of an operand to its text.</summary>
    private NftShown Masked(Operand o, NftShown shown)
    {
        string text = shown.Text;
        byte[]? mask = o.Mask is { Length: > 0 } m ? m : null;
        byte[]? xor = o.Xor is { Length: > 0 } x && x.Any(b => b != 0) ? x : null;
        byte[]? shownMask = null;
        if (mask is not null)
        {
            // (v & m) ^ x, where x sets bits that m clears, is how the kernel is told v | o.
            byte[] set = new byte[mask.Length], and = new byte[mask.Length], flip = new byte[mask.Length];
            for (int i = 0; i < mask.Length; i++)
            {
                byte flipped = xor is not null && i < xor.Length ? xor[i] : (byte)0;
                set[i] = (byte)(flipped & ~mask[i]);
                flip[i] = (byte)(flipped & mask[i]);
                and[i] = (byte)(mask[i] | set[i]);
            }
            if (!AllOnes(and))
            {
                shownMask = and;
                text += " & " + MaskText(shown, and);
            }
            if (flip.Any(b => b != 0)) text += " ^ " + MaskText(shown, flip);
            if (set.Any(b => b != 0)) text += " | " + MaskText(shown, set);
        }
        if (o.Shift != 0) text = (text.Length > shown.Text.Length ? $"({text})" : text) + (o.Shift > 0 ? " << " : " >> ") + Number(Math.Abs(o.Shift));
        return shown with { Text = text, Mask = shownMask, Changed = text.Length > shown.Text.Length };
    }

    private string MaskText(NftShown shown, byte[] mask)
    {
        NftType type = shown.Type is NftType.Integer or NftType.IfIndex ? NftType.Hex : shown.Type;
        string text = _scope.Format(type, mask, shown.Host);
        return text.Contains(" | ", StringComparison.Ordinal) ? "(" + text + ")" : text;
    }

    private static bool AllOnes(byte[] mask) => mask.All(b => b == 0xff);

    /// <summary>Zeros in front of a mask's only run of ones, and the run's length.</summary>
    private static (int Skip, int Ones)? BitRange(byte[] mask)
    {
        int first = -1, last = -1, ones = 0;
        for (int i = 0; i < mask.Length * 8; i++)
        {
            if ((mask[i / 8] >> (7 - i % 8) & 1) == 0) continue;
            if (first < 0) first = i;
            last = i;
            ones++;
        }
        return first >= 0 && last - first + 1 == ones ? (first, ones) : null;
    }

    private static string Number(long n) => n.ToString(CultureInfo.InvariantCulture);
}
