using System.Collections.Immutable;

namespace Fairlead.Model.Rules.Decode;

/// <summary>Turns a rule's list of nf_tables expressions into parts, following values through the registers. One instance reads many rules.</summary>
internal sealed partial class ExpressionDecoder(TableFamily family, IReadOnlyDictionary<string, NfSet> sets)
{
    private const int MaxDepth = 3;
    private readonly Registers registers = new();
    private readonly ImmutableArray<Part>.Builder parts = ImmutableArray.CreateBuilder<Part>();
    private int protocol = -1;

    /// <summary>The parts of one rule.</summary>
    public ImmutableArray<Part> Rule(ReadOnlySpan<byte> expressions)
    {
        registers.Clear();
        protocol = -1;
        parts.Clear();
        List(expressions, 0);
        return parts.DrainToImmutable();
    }

    /// <summary>Stateful expressions that belong to a set, an element or a dynset; they use no registers.</summary>
    public ImmutableArray<Part> Nested(ReadOnlySpan<byte> expressions, bool list, int depth)
    {
        if (depth > MaxDepth)
            return [new UnknownPart("nested too deep", expressions.ToArray())];
        var inner = new ExpressionDecoder(family, sets);
        if (list)
            inner.List(expressions, depth);
        else
            inner.One(expressions, depth);
        return inner.parts.ToImmutable();
    }

    private void List(ReadOnlySpan<byte> expressions, int depth)
    {
        var list = new NfAttributes(expressions);
        while (list.Next())
            if (list.Type == 1)
                One(list.Value, depth);
        if (list.Damaged)
            parts.Add(new UnknownPart("damaged", expressions.ToArray()));
    }

    private void One(ReadOnlySpan<byte> expression, int depth)
    {
        ReadOnlySpan<byte> name = default, data = default;
        var attributes = new NfAttributes(expression);
        while (attributes.Next())
        {
            if (attributes.Type == 1)
                name = attributes.Value;
            else if (attributes.Type == 2)
                data = attributes.Value;
        }
        if (!attributes.Damaged && Known(name.TrimEnd((byte)0), data, depth))
            return;
        parts.Add(new UnknownPart(NfAttributes.TextOf(name), data.ToArray()));
        // it may have written to any register: what lies there now is not known any more
        registers.Clear();
    }

    private bool Known(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, int depth)
    {
        if (name.SequenceEqual("payload"u8)) return Payload(data);
        if (name.SequenceEqual("cmp"u8)) return Compare(data);
        if (name.SequenceEqual("meta"u8)) return Meta(data);
        if (name.SequenceEqual("counter"u8)) return Counter(data);
        if (name.SequenceEqual("immediate"u8)) return Immediate(data);
        if (name.SequenceEqual("match"u8)) return Xt(data, target: false);
        if (name.SequenceEqual("target"u8)) return Xt(data, target: true);
        if (name.SequenceEqual("lookup"u8)) return Lookup(data);
        if (name.SequenceEqual("bitwise"u8)) return Bitwise(data);
        if (name.SequenceEqual("ct"u8)) return Ct(data);
        if (name.SequenceEqual("range"u8)) return Range(data);
        if (name.SequenceEqual("byteorder"u8)) return ByteOrder(data);
        return Loaded(name, data) || Action(name, data, depth);
    }

    private bool Payload(ReadOnlySpan<byte> data)
    {
        int to = 0, from = 0, layer = 0, offset = 0, length = 0;
        var a = new NfAttributes(data);
        while (a.Next())
        {
            switch (a.Type)
            {
                case 1: to = a.Int; break;
                case 2: layer = a.Int; break;
                case 3: offset = a.Int; break;
                case 4: length = a.Int; break;
                case 5: from = a.Int; break;
            }
        }
        if (a.Damaged || length is < 1 or > 64 || offset is < 0 or > 65535)
            return false;
        var field = new Operand(ValueSource.Payload, 0, length) { Base = layer, Offset = offset };
        if (from != 0)
            parts.Add(new Assign(field, registers.Get(from, length)));
        else
            registers.Put(to, field);
        return from != 0 || to != 0;
    }

    private bool Meta(ReadOnlySpan<byte> data)
    {
        int to = 0, key = -1, from = 0;
        var a = new NfAttributes(data);
        while (a.Next())
        {
            switch (a.Type)
            {
                case 1: to = a.Int; break;
                case 2: key = a.Int; break;
                case 3: from = a.Int; break;
            }
        }
        if (a.Damaged || key < 0)
            return false;
        var value = new Operand(ValueSource.Meta, key, MetaLength(key));
        if (from != 0)
            parts.Add(new Assign(value, registers.Get(from, value.Length)));
        else
            registers.Put(to, value);
        return from != 0 || to != 0;
    }

    /// <summary>Bytes that NFT_META_* fills; other keys are u32.</summary>
    private static int MetaLength(int key) => key switch
    {
        6 or 7 or 17 or 18 or 26 or 27 or 34 => 16,
        1 or 8 or 9 or 28 or 29 => 2,
        12 or 15 or 16 or 19 or 25 or 31 => 1,
        30 => 8,
        _ => 4,
    };

    private bool Compare(ReadOnlySpan<byte> data)
    {
        int from = 0, op = -1;
        byte[] value = [];
        var a = new NfAttributes(data);
        while (a.Next())
        {
            switch (a.Type)
            {
                case 1: from = a.Int; break;
                case 2: op = a.Int; break;
                case 3: value = a.Data; break;
            }
        }
        if (a.Damaged || op is < 0 or > 5 || value.Length == 0)
            return false;
        var left = registers.Get(from, value.Length);
        if (op == 0 && PayloadFields.Split(family, protocol, left) is { } first)
        {
            parts.Add(new Match(left with { Length = first }, 0, value[..first], null));
            parts.Add(new Match(left with { Offset = left.Offset + first, Length = left.Length - first }, 0, value[first..], null));
            return true;
        }
        if (op == 0 && value.Length == 1 && PayloadFields.IsProtocol(family, left))
            protocol = value[0];
        parts.Add(new Match(left, op, value, null));
        return true;
    }

    private bool Range(ReadOnlySpan<byte> data)
    {
        int from = 0, op = -1;
        byte[] low = [], high = [];
        var a = new NfAttributes(data);
        while (a.Next())
        {
            switch (a.Type)
            {
                case 1: from = a.Int; break;
                case 2: op = a.Int; break;
                case 3: low = a.Data; break;
                case 4: high = a.Data; break;
            }
        }
        if (a.Damaged || op is < 0 or > 1 || low.Length == 0 || low.Length != high.Length)
            return false;
        parts.Add(new Match(registers.Get(from, low.Length), op, low, high));
        return true;
    }

    private bool Lookup(ReadOnlySpan<byte> data)
    {
        string? set = null;
        int from = 0, flags = 0;
        int? to = null;
        var a = new NfAttributes(data);
        while (a.Next())
        {
            switch (a.Type)
            {
                case 1: set = a.Text; break;
                case 2: from = a.Int; break;
                case 3: to = a.Int; break;
                case 5: flags = a.Int; break;
            }
        }
        if (a.Damaged || set is null)
            return false;
        var known = sets.GetValueOrDefault(set);
        var key = known is { KeyLength: > 0 and <= 64 } ? registers.Gather(from, known.KeyLength) : [registers.Get(from)];
        // a destination of 0 is there and means the verdict: presence decides, not the value
        if (to is null)
            parts.Add(new SetMatch(key, set, (flags & 1) != 0));
        else if (to == 0)
            parts.Add(new VerdictMap(key, set));
        else
            Mapped(to.Value, set, key, known);
        return true;
    }

    private void Mapped(int to, string set, ImmutableArray<Operand> key, NfSet? known)
    {
        var length = known is { DataLength: > 0 and <= 64 } ? known.DataLength : 4;
        if (known is { DataIsInterval: true } && length % 8 == 0)
        {
            // the lower ends, and behind them the upper ends: the same map, of which SetElement has Data and DataEnd
            var half = new Operand(ValueSource.Map, 0, length / 2) { Set = set, MapKey = key };
            registers.Put(to, half);
            registers.Put(to, half, length / 2);
            return;
        }
        registers.Put(to, new Operand(ValueSource.Map, 0, length) { Set = set, MapKey = key });
    }

    private bool Immediate(ReadOnlySpan<byte> data)
    {
        var to = 0;
        byte[]? value = null;
        VerdictPart? verdict = null;
        var a = new NfAttributes(data);
        while (a.Next())
        {
            if (a.Type == 1)
                to = a.Int;
            else if (a.Type == 2)
                (value, verdict) = Data(a.Value);
        }
        if (a.Damaged)
            return false;
        if (verdict is not null)
            parts.Add(verdict);
        else if (value is { Length: > 0 and <= 64 })
            registers.Put(to, new Operand(ValueSource.Immediate, 0, value.Length) { Immediate = value });
        else
            return false;
        return true;
    }

    /// <summary>NFTA_DATA: a value or a verdict.</summary>
    internal static (byte[]? Value, VerdictPart? Verdict) Data(ReadOnlySpan<byte> data)
    {
        var a = new NfAttributes(data);
        while (a.Next())
        {
            if (a.Type == 1)
                return (a.Value.ToArray(), null);
            if (a.Type != 2)
                continue;
            int? code = null;
            string? chain = null;
            var v = new NfAttributes(a.Value);
            while (v.Next())
            {
                if (v.Type == 1)
                    code = v.Int;
                else if (v.Type == 2)
                    chain = v.Text;
            }
            // a queue verdict carries its number in the upper half
            return code is { } c ? (null, new VerdictPart(c > 0xff ? (VerdictCode)(c & 0xff) : (VerdictCode)c, chain)) : default;
        }
        return default;
    }

    private bool Xt(ReadOnlySpan<byte> data, bool target)
    {
        string? name = null;
        var revision = 0;
        byte[] info = [];
        var a = new NfAttributes(data);
        while (a.Next())
        {
            switch (a.Type)
            {
                case 1: name = a.Text; break;
                case 2: revision = a.Int; break;
                case 3: info = a.Value.ToArray(); break;
            }
        }
        if (a.Damaged || name is null)
            return false;
        parts.Add(new XtPart(target, name, revision, info));
        return true;
    }

    private bool Counter(ReadOnlySpan<byte> data)
    {
        ulong bytes = 0, packets = 0;
        var a = new NfAttributes(data);
        while (a.Next())
        {
            if (a.Type == 1)
                bytes = a.Number;
            else if (a.Type == 2)
                packets = a.Number;
        }
        parts.Add(new CounterPart(packets, bytes));
        return !a.Damaged;
    }
}
