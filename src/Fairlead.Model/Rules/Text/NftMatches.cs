namespace Fairlead.Model.Rules.Text;

/// <summary>Comparisons: `ip saddr 10.0.0.0/8`, `tcp flags &amp; (syn | ack) == syn`, `ct state established,related`, `iifname . oifname @pairs`.</summary>
internal sealed partial class NftWriter
{
    private void Compare(Match m)
    {
        if (m.Left is { Tunnel: { } tunnel, Of: { } inside })
        {
            Within(tunnel, () => { Compare(m with { Left = Inside(m.Left, inside) }); return true; });
            return;
        }
        if (m.Left.Source == ValueSource.Payload && CompareFields(m)) return;
        int at = _items.Count;
        NftShown shown = Show(m.Left);
        Add(Comparison(m, shown));
        if (m.Op == 0 && m.Upper is null && m.Left is { Source: ValueSource.Meta, Mask: null }) NoteMeta(m.Left.Key, m.Value, at);
    }

    private void NoteMeta(int key, byte[] value, int at)
    {
        switch (key)
        {
            case 1 when value.Length == 2: _protocols.Established(1, NftFields.Network(NftValues.Number(value, false)), at, false); break;
            case 8 or 9 when value.Length == 2 && NftValues.Number(value, true) == 1: _protocols.Established(0, "ether", at, false); break;
            case 15 when value.Length == 1: _protocols.Established(1, value[0] switch { 2 => "ip", 10 => "ip6", _ => null }, at, false); break;
            case 16 when value.Length == 1: _protocols.Established(2, NftFields.Transport(value[0]), at, false); break;
        }
    }

    /// <summary>
    /// A load of header bytes: one field, a prefix of one, or several neighbours compared at once, which nft cuts at their borders.
    /// False when it is none of them and is to be printed raw.
    /// </summary>
    private bool CompareFields(Match m)
    {
        Operand o = m.Left;
        if (o.Mask is not null || m.Upper is not null || m.Op > 1 || m.Value.Length < o.Length) return CompareOne(m);
        int from = o.Offset * 8, bits = o.Length * 8;
        (string header, int start) = HeaderAt(o.Base, from);
        if (header.Length == 0 || Find(header, from - start, bits) is not null) return CompareOne(m);
        var cut = new List<(Match Match, int Bits)>();
        for (int done = 0; done < bits;)
        {
            NftField? field = NftFields.Of(header)?.FirstOrDefault(f =>
                f.Offset == from + done - start && f.Offset % 8 == 0 && (f.Length % 8 == 0) && (f.Length <= bits - done || NftTypes.HasPrefix(f.Type)));
            if (field is null) return CompareOne(m);
            int take = Math.Min(field.Length, bits - done);
            cut.Add((new Match(o with { Offset = o.Offset + done / 8, Length = take / 8 }, m.Op, m.Value[(done / 8)..((done + take) / 8)], null), take));
            done += take;
        }
        // "not (a and b)" cannot be said in two statements.
        if (cut.Count > 1 && m.Op != 0) return false;
        foreach ((Match part, _) in cut) CompareOne(part);
        return true;
    }

    private bool CompareOne(Match m)
    {
        int at = _items.Count;
        // `vlan type` is only said to name the next header: it does not make the statement before it superfluous
        bool silent = m.Left is { Base: 0, Offset: 16, Length: 2 } && _protocols.Header[0] == "vlan";
        NftShown shown = Show(m.Left, imply: !silent);
        Add(Comparison(m, shown));
        if (m.Op != 0 || m.Upper is not null || shown.Mask is not null || shown.Field is not { } field || shown.Header is not { } header) return true;
        ulong value = m.Value.Length <= 8 ? NftValues.Number(m.Value, false) : 0;
        switch (header, field.Name)
        {
            case ("ip", "protocol") or ("ip6", "nexthdr"): _protocols.Established(2, NftFields.Transport(value), at, true); break;
            case ("ether", "type"):
                if (NftFields.Network(value) == "vlan") _protocols.Vlan(at, said: value != 0x8100);
                else _protocols.Established(1, NftFields.Network(value), at, false);
                break;
            case ("vlan", "type"): _protocols.Established(1, NftFields.Network(value), at, false); break;
            case ("icmp" or "icmpv6", "type"): (_protocols.IcmpStatement, _protocols.IcmpTypes) = (at, [(int)value]); break;
        }
        return true;
    }

    private string Comparison(Match m, NftShown shown)
    {
        if (m.Upper is not null)
        {
            // hours that go over midnight are "not between the others"
            if (shown.Type == NftType.Hour && m.Op == 1) return shown.Text + " " + shown.Value(_scope, m.Upper, rangeEnd: true) + "-" + shown.Value(_scope, m.Value, rangeEnd: true);
            string range = shown.Value(_scope, m.Value, rangeEnd: true) + "-" + shown.Value(_scope, m.Upper, rangeEnd: true);
            return shown.Text + (m.Op == 1 ? " != " : " ") + range;
        }
        if (NftTypes.IsBits(shown.Type) && shown.Right == 0) return BitComparison(m, shown);
        string op = m.Op switch { 0 => " ", 1 => " != ", 2 => " < ", 3 => " <= ", 4 => " > ", 5 => " >= ", _ => " ? " };
        if (NftTypes.HasPrefix(shown.Type) && m.Op <= 1 && Prefix(m, shown) is { } prefix) return prefix;
        if (shown.Changed && m.Op == 0) op = " == ";
        return shown.Text + op + shown.Value(_scope, m.Value);
    }

    private string BitComparison(Match m, NftShown shown)
    {
        bool zero = m.Value.All(b => b == 0);
        string bare = shown.Mask is { } mask ? shown.Text[..shown.Text.LastIndexOf(" & ", StringComparison.Ordinal)] : shown.Text;
        if (shown.Mask is { } bits && zero && m.Op <= 1)
            return bare + (m.Op == 1 ? " " : " ! ") + (bits.Length <= 8 ? NftValues.Flags(shown.Type, NftValues.Number(bits, shown.Host), ",") : _scope.Format(shown.Type, bits, shown.Host));
        string op = m.Op switch { 0 => shown.Type == NftType.CtLabel ? " " : " == ", 1 => " != ", 2 => " < ", 3 => " <= ", 4 => " > ", 5 => " >= ", _ => " ? " };
        return shown.Text + op + shown.Value(_scope, m.Value);
    }

    private string? Prefix(Match m, NftShown shown)
    {
        int full = NftTypes.Bytes(shown.Type);
        int? length = null;
        string text = shown.Text;
        if (shown.Mask is { } mask)
        {
            if (mask.Length != full || NftValues.MaskLength(mask) is not { } ones) return null;
            length = ones;
            text = text[..text.LastIndexOf(" & ", StringComparison.Ordinal)];
        }
        else if (m.Value.Length < full || m.Left.Length < full)
            length = Math.Min(m.Value.Length, m.Left.Length) * 8;
        if (length is null) return null;
        return text + (m.Op == 1 ? " != " : " ") + _scope.Format(shown.Type, m.Value, false) + "/" + Number(length.Value);
    }

    private void LookUp(SetMatch m)
    {
        int at = _items.Count;
        (string text, List<NftShown> fields) = ShowKey(m.Key);
        Add(text + (m.Inverted ? " != " : fields is [{ Changed: true }] ? " == " : " ") + SetText(m.Set, fields));
        if (!m.Inverted && fields is [{ Header: "icmp" or "icmpv6", Field.Name: "type" }] && _scope.Set(m.Set) is { Anonymous: true } set)
            (_protocols.IcmpStatement, _protocols.IcmpTypes) = (at, [.. set.Elements.Where(e => e.Key.Length > 0).Select(e => (int)e.Key[0])]);
    }

    private void Branch(VerdictMap m)
    {
        (string text, List<NftShown> fields) = ShowKey(m.Key);
        Add(text + " vmap " + SetText(m.Set, fields));
    }

    private (string Text, List<NftShown> Fields) ShowKey(IReadOnlyList<Operand> key)
    {
        var fields = new List<NftShown>(key.Count);
        foreach (Operand o in key)
        {
            if (o.Source == ValueSource.Payload && o.Mask is null && Split(o) is { } parts) fields.AddRange(parts.Select(p => Show(p)));
            else
            {
                NftShown shown = Show(o);
                fields.Add(shown.Bits == 0 ? shown with { Bits = o.Length * 8 } : shown);
            }
        }
        return (string.Join(" . ", fields.Select(f => f.Text)), fields);
    }

    /// <summary>A load of several neighbouring fields as part of a key, cut at their borders; null when it is one field or cannot be cut.</summary>
    private List<Operand>? Split(Operand o)
    {
        int from = o.Offset * 8, bits = o.Length * 8;
        (string header, int start) = HeaderAt(o.Base, from);
        if (header.Length == 0 || Find(header, from - start, bits) is not null) return null;
        var parts = new List<Operand>();
        for (int done = 0; done < bits;)
        {
            NftField? field = NftFields.Of(header)?.FirstOrDefault(f => f.Offset == from + done - start && f.Length % 8 == 0 && f.Length <= bits - done);
            if (field is null) return null;
            parts.Add(o with { Offset = o.Offset + done / 8, Length = field.Length / 8 });
            done += field.Length;
        }
        return parts.Count > 1 ? parts : null;
    }

    /// <summary>`@name` of a named set, or the elements of an anonymous one.</summary>
    private string SetText(string name, IReadOnlyList<NftShown> fields, NftShown? data = null)
    {
        if (_scope.Set(name) is not { } set) return _scope.Raw("lookup set " + NftValues.Clean(name));
        return set.Anonymous ? new NftElements(_scope, set, fields, data).Inline() : "@" + NftValues.Clean(name);
    }

    private string ShowMap(Operand o, NftShown? data = null)
    {
        (string text, List<NftShown> fields) = ShowKey(o.MapKey);
        return text + " map " + SetText(o.Set ?? "", fields, data);
    }

    private NftType MapType(Operand o) =>
        o.Set is { } name && _scope.Set(name) is { } set && NftTypes.Unpack(set.DataType) is [var only] ? only : NftType.Hex;
}
