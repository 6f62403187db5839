using System.Buffers.Binary;

namespace Fairlead.Model.Rules.Text;

/// <summary>The elements of a set or map, in a rule (`{ 80, 443 }`) or in its declaration (`elements = { … }`, broken into lines as nft does).</summary>
internal sealed class NftElements
{
    private readonly NftScope _scope;
    private readonly NfSet _set;
    private readonly List<NftField> _key;
    private readonly List<NftField> _data;
    private readonly IReadOnlyList<NftShown> _shown;
    private readonly NftShown? _to;
    private readonly bool _hostKey;
    private readonly bool _hostData;

    /// <param name="shown">What the key is compared with, which knows more of its type than the set; empty for a declaration.</param>
    /// <param name="to">What a map's value is assigned to, for the same reason.</param>
    public NftElements(NftScope scope, NfSet set, IReadOnlyList<NftShown> shown, NftShown? to)
    {
        (_scope, _set, _shown, _to) = (scope, set, shown, to);
        NftUserData user = NftUserData.Of(set);
        (_hostKey, _hostData) = (user.KeyInHostOrder, user.DataInHostOrder);
        _key = Layout(NftTypes.Unpack(set.KeyType), set.Fields, shown, set.KeyLength);
        _data = Layout(NftTypes.Unpack(set.DataType), [], [], set.DataLength);
    }

    /// <summary>On one line, with braces.</summary>
    public string Inline() => "{ " + string.Join(", ", Sorted().Select(Element)) + " }";

    /// <summary>As in a declaration.</summary>
    public string Lines()
    {
        int across = Across();
        var lines = new List<string>();
        string[] texts = [.. Sorted().Select(Element)];
        for (int i = 0; i < texts.Length; i += across) lines.Add(string.Join(", ", texts[i..Math.Min(texts.Length, i + across)]));
        return "{ " + string.Join(",\n\t\t\t     ", lines) + " }";
    }

    private IEnumerable<SetElement> Sorted()
    {
        IEnumerable<SetElement> all = _set.Elements.Where(e => !e.CatchAll);
        if (!_set.Interval) all = all.OrderBy(e => Order(e.Key), ByteOrder.Instance);
        return all.Concat(_set.Elements.Where(e => e.CatchAll));
    }

    /// <summary>The key as bytes that sort as its numbers do.</summary>
    private byte[] Order(byte[] key)
    {
        byte[] order = [.. key];
        int at = 0;
        foreach (NftField field in _key)
        {
            int length = Math.Min(field.Length / 8, order.Length - at);
            if (length <= 0) break;
            if (HostKey(field.Type) || (_key.Count > 1 && field.Type == NftType.IfName)) Array.Reverse(order, at, length);
            at += Padded(length);
        }
        // of several flags nft takes the first for the order
        if (_key is [{ Type: var type }] && NftTypes.IsBits(type) && order.Length <= 8)
        {
            ulong bits = NftValues.Number(order, false);
            BinaryPrimitives.WriteUInt64BigEndian(order = new byte[8], bits & (~bits + 1));
        }
        return order;
    }

    private int Across()
    {
        if (_set.IsMap || _key.Count != 1 || _set.Expressions.Length > 0) return 1;
        if (_set.Elements.Any(e => e.Comment is not null || e.TimeoutMs is not null || e.ExpiresMs is not null || e.Expressions.Length > 0)) return 1;
        return _key[0].Type switch
        {
            NftType.Ipv4 or NftType.LinkAddress or NftType.CtState or NftType.CtStatus or NftType.CtDir or NftType.PktType => 2,
            NftType.Integer or NftType.Hex or NftType.NfProto or NftType.ArpOp or NftType.InetProto or NftType.InetService or NftType.TcpFlag
                or NftType.DccpType or NftType.Mark or NftType.IfIndex or NftType.ClassId or NftType.Uid or NftType.Gid => 5,
            _ => 1,
        };
    }

    private string Element(SetElement e)
    {
        string text = e.CatchAll ? "*" : Fields(_key, e.Key, e.KeyEnd, key: true);
        if (e.Expressions.Length > 0) text += " " + NftWriter.Statements(_scope, e.Expressions);
        if (e.TimeoutMs is > 0 and var timeout) text += " timeout " + NftValues.Duration(timeout);
        if (e.ExpiresMs is > 0 and var expires) text += " expires " + NftValues.Duration(expires);
        if (e.Comment is { Length: > 0 } comment) text += " comment " + NftValues.Quote(comment);
        if (!_set.IsMap && (_set.Flags & 0x40) == 0) return text;
        if (e.Verdict is { } verdict) return text + " : " + NftStatements.Verdict(verdict);
        if (e.Object is { } name) return text + " : " + NftValues.Quote(name);
        return e.Data is { } data ? text + " : " + Data(data, e.DataEnd) : text;
    }

    /// <summary>A map's value.</summary>
    public string Data(byte[] data, byte[]? end)
    {
        if (_to is { } to && _data.Count <= 1 && !NftTypes.IsBits(to.Type)) return to.Value(_scope, data);
        return Fields(_data, data, end, key: false);
    }

    private string Fields(List<NftField> fields, byte[] low, byte[]? high, bool key)
    {
        if (fields.Count == 0) return _scope.Format(NftType.Hex, low, false);
        var texts = new List<string>(fields.Count);
        int at = 0;
        for (int i = 0; i < fields.Count; i++)
        {
            int length = fields.Count == 1 ? low.Length : Math.Min(fields[i].Length / 8, low.Length - at);
            if (length <= 0) break;
            byte[]? end = high is not null && high.Length >= at + length ? high[at..(at + length)] : null;
            texts.Add(One(fields[i].Type, low[at..(at + length)], end, key, key && i < _shown.Count ? _shown[i] : null));
            at += Padded(length);
        }
        return string.Join(" . ", texts);
    }

    private string One(NftType type, byte[] low, byte[]? high, bool key, NftShown? shown)
    {
        bool host = key ? HostKey(type) : type == NftType.Integer ? _hostData : NftTypes.HostOrder(type);
        if (type == NftType.Integer && _key.Count > 1 && shown is { } field) host = field.Host && !_set.Interval;
        if (shown is { } s) type = s.Type;
        if (high is null || high.AsSpan().SequenceEqual(low)) return Single(low);
        if (type == NftType.IfName && NftValues.PrefixLength(low, high) is { } bits && bits % 8 == 0) return NftValues.Quote(NftValues.Text(low) + "*");
        if (NftTypes.HasPrefix(type) && NftValues.PrefixLength(low, high) is { } prefix) return Single(low) + "/" + prefix;
        return NftValues.RangeEnd(type, low, host, _scope.Links) + "-" + NftValues.RangeEnd(type, high, host, _scope.Links);

        string Single(byte[] value) => shown is { Right: > 0 } moved ? moved.Value(_scope, value) : _scope.Format(type, value, host);
    }

    /// <summary>Keys of interval sets are big-endian, whatever their type: the kernel has to compare them.</summary>
    private bool HostKey(NftType type) => !_set.Interval && (type == NftType.Integer ? _hostKey : NftTypes.HostOrder(type));

    private static int Padded(int length) => (length + 3) & ~3;

    private static List<NftField> Layout(List<NftType> types, IReadOnlyList<int> lengths, IReadOnlyList<NftShown> shown, int total)
    {
        var fields = new List<NftField>(types.Count);
        for (int i = 0; i < types.Count; i++)
        {
            int bytes = lengths.Count == types.Count ? lengths[i] : NftTypes.Bytes(types[i]);
            if (bytes == 0 && i < shown.Count) bytes = (shown[i].Bits + 7) / 8;
            if (bytes == 0) bytes = types.Count == 1 ? total : 4;
            fields.Add(new NftField("", 0, bytes * 8, types[i]));
        }
        return fields;
    }

    private sealed class ByteOrder : IComparer<byte[]>
    {
        public static readonly ByteOrder Instance = new();

        public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
    }
}
