using System.Collections.Immutable;

namespace Fairlead.Model.Rules.Decode;

/// <summary>Sets, their elements, and the pairing of interval ends.</summary>
internal static class SetDecoder
{
    private const int IntervalEnd = 1, CatchAll = 2;

    /// <summary>A set without its elements; null when the message has no names.</summary>
    public static NfSet? Set(TableFamily family, ReadOnlySpan<byte> attributes)
    {
        string? table = null, name = null;
        uint flags = 0, keyType = 0, dataType = 0, policy = 0, objectType = 0;
        int keyLength = 0, dataLength = 0;
        ulong? handle = null, timeout = null;
        uint? size = null, gc = null;
        byte[] userData = [];
        ImmutableArray<int> fields = [];
        ReadOnlySpan<byte> single = default, list = default;
        var a = new NfAttributes(attributes);
        while (a.Next())
        {
            switch (a.Type)
            {
                case 1: table = a.Text; break;
                case 2: name = a.Text; break;
                case 3: flags = a.UInt; break;
                case 4: keyType = a.UInt; break;
                case 5: keyLength = a.Int; break;
                case 6: dataType = a.UInt; break;
                case 7: dataLength = a.Int; break;
                case 8: policy = a.UInt; break;
                case 9: (size, fields) = Description(a.Value); break;
                case 11: timeout = a.Number; break;
                case 12: gc = a.UInt; break;
                case 13: userData = a.Value.ToArray(); break;
                case 15: objectType = a.UInt; break;
                case 16: handle = a.Number; break;
                case 17: single = a.Value; break;
                case 18: list = a.Value; break;
            }
        }
        if (a.Damaged || table is null || name is null)
            return null;
        var decoder = new ExpressionDecoder(family, ImmutableDictionary<string, NfSet>.Empty);
        return new NfSet
        {
            Family = family,
            Table = table,
            Name = name,
            Flags = flags,
            KeyType = keyType,
            KeyLength = keyLength,
            DataType = dataType,
            DataLength = dataLength,
            Fields = fields,
            Handle = handle,
            Size = size,
            TimeoutMs = timeout,
            GcMs = gc,
            Policy = policy,
            ObjectType = objectType,
            UserData = userData,
            DataIsInterval = NfAttributes.UserData(userData, 6).ContainsAnyExcept((byte)0),
            Comment = NfAttributes.Comment(userData, 7),
            Expressions = !list.IsEmpty ? decoder.Nested(list, true, 1) : !single.IsEmpty ? decoder.Nested(single, false, 1) : [],
            Elements = [],
        };
    }

    private static (uint?, ImmutableArray<int>) Description(ReadOnlySpan<byte> data)
    {
        uint? size = null;
        var fields = ImmutableArray.CreateBuilder<int>();
        var a = new NfAttributes(data);
        while (a.Next())
        {
            if (a.Type == 1)
                size = a.UInt;
            if (a.Type != 2)
                continue;
            // a list of fields, each with its length
            var list = new NfAttributes(a.Value);
            while (list.Next())
            {
                var field = new NfAttributes(list.Value);
                while (field.Next())
                    if (field.Type == 1 && fields.Count < 16)
                        fields.Add(field.Int);
            }
        }
        return (size, fields.ToImmutable());
    }

    /// <summary>Adds the elements of one message to a set's list; false when a part was damaged.</summary>
    /// <param name="data">Value of NFTA_SET_ELEM_LIST_ELEMENTS.</param>
    public static bool Elements(NfSet set, ReadOnlySpan<byte> data, List<(SetElement Element, bool End)> into)
    {
        var list = new NfAttributes(data);
        var whole = true;
        while (list.Next())
        {
            if (list.Type == 1)
                whole &= Element(set, list.Value, into);
        }
        return whole && !list.Damaged;
    }

    private static bool Element(NfSet set, ReadOnlySpan<byte> data, List<(SetElement, bool)> into)
    {
        byte[] key = [];
        byte[]? keyEnd = null, value = null, valueEnd = null;
        VerdictPart? verdict = null;
        var flags = 0;
        ulong? timeout = null, expires = null;
        string? comment = null, name = null;
        ReadOnlySpan<byte> single = default, list = default;
        var a = new NfAttributes(data);
        while (a.Next())
        {
            switch (a.Type)
            {
                case 1: key = a.Data; break;
                case 2: (value, verdict) = ExpressionDecoder.Data(a.Value); break;
                case 3: flags = a.Int; break;
                case 4: timeout = a.Number; break;
                case 5: expires = a.Number; break;
                case 6: comment = NfAttributes.Comment(a.Value); break;
                case 7: single = a.Value; break;
                case 9: name = a.Text; break;
                case 10: keyEnd = a.Data; break;
                case 11: list = a.Value; break;
            }
        }
        if (a.Damaged)
            return false;
        if (set.DataIsInterval && value is { Length: > 0 } && value.Length % 2 == 0)
            (value, valueEnd) = (value[..(value.Length / 2)], value[(value.Length / 2)..]);
        ImmutableArray<Part> expressions = [];
        if (!list.IsEmpty || !single.IsEmpty)
        {
            var decoder = new ExpressionDecoder(set.Family, ImmutableDictionary<string, NfSet>.Empty);
            expressions = !list.IsEmpty ? decoder.Nested(list, true, 1) : decoder.Nested(single, false, 1);
        }
        into.Add((new SetElement
        {
            Key = key,
            KeyEnd = keyEnd,
            CatchAll = (flags & CatchAll) != 0,
            Data = value,
            DataEnd = valueEnd,
            Verdict = verdict,
            TimeoutMs = timeout,
            ExpiresMs = expires,
            Comment = comment,
            Object = name,
            Expressions = expressions,
        }, (flags & IntervalEnd) != 0));
        return true;
    }

    /// <summary>
    /// The set's elements sorted by key, with interval ends paired: the kernel hands out beginnings and exclusive ends as single elements. An interval
    /// without an end reaches to the highest value.
    /// </summary>
    public static ImmutableArray<SetElement> Paired(NfSet set, List<(SetElement Element, bool End)> raw)
    {
        // only plain intervals come as single ends; the others stay as the kernel has them
        if (!set.Interval || set.Concatenated)
            return [.. raw.Where(r => !r.End).Select(r => Narrowed(r.Element))];
        // equal keys: the end of one interval before the beginning of the next
        raw.Sort((x, y) => x.Element.Key.AsSpan().SequenceCompareTo(y.Element.Key) is var order and not 0 ? order : y.End.CompareTo(x.End));
        var result = ImmutableArray.CreateBuilder<SetElement>(raw.Count);
        for (var i = 0; i < raw.Count; i++)
        {
            var (element, end) = raw[i];
            if (end)
                continue;
            if (set.Interval && set.Fields.Length < 2 && element.KeyEnd is null && !element.CatchAll && element.Key.Length > 0)
            {
                var last = i + 1 < raw.Count && raw[i + 1].Element.Key.Length == element.Key.Length ? Before(raw[i + 1].Element.Key) : Highest(element.Key.Length);
                element = last.AsSpan().SequenceCompareTo(element.Key) > 0 ? element with { KeyEnd = last } : element;
            }
            result.Add(Narrowed(element));
        }
        return result.ToImmutable();
    }

    /// <summary>An interval whose ends are equal is one value.</summary>
    private static SetElement Narrowed(SetElement element) =>
        element.KeyEnd is { } same && same.AsSpan().SequenceEqual(element.Key) ? element with { KeyEnd = null } : element;

    private static byte[] Before(byte[] key)
    {
        var result = (byte[])key.Clone();
        for (var i = result.Length - 1; i >= 0 && result[i]-- == 0; i--)
        {
        }
        return result;
    }

    private static byte[] Highest(int length)
    {
        var result = new byte[length];
        Array.Fill(result, (byte)0xff);
        return result;
    }
}
