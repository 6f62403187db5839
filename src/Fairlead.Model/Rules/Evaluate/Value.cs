namespace Fairlead.Model.Rules.Evaluate;

/// <summary>
/// Bytes of which some bits may not be known, with the bounds between which they lie when read as one big-endian number.
/// <see cref="IsAbsent"/> stands for a value that this packet does not have: the kernel then leaves the rule, whatever the comparison.
/// </summary>
internal readonly struct Value
{
    public static readonly Value Absent = new() { IsAbsent = true, Bits = [] };

    public byte[] Bits { get; private init; }

    /// <summary>Set bits are known; null when all are.</summary>
    public byte[]? Known { get; private init; }

    public byte[]? LowBound { get; private init; }
    public byte[]? HighBound { get; private init; }
    public bool IsAbsent { get; private init; }
    public bool IsKnown => !IsAbsent && Known is null;
    public int Length => Bits.Length;

    public static Value Of(byte[] bits) => new() { Bits = bits };

    public static Value Unknown(int length) => new() { Bits = new byte[length], Known = new byte[length] };

    public static Value Partly(byte[] bits, byte[] known) => Array.TrueForAll(known, k => k == 0xff) ? Of(bits) : new() { Bits = bits, Known = known };

    /// <summary>Partly known bits that are also known to lie between two values, both included.</summary>
    public static Value Between(byte[] bits, byte[] known, byte[] low, byte[] high) =>
        new() { Bits = bits, Known = known, LowBound = low, HighBound = high };

    public byte[] Low() => LowBound ?? Bound(false);

    public byte[] High() => HighBound ?? Bound(true);

    /// <summary>mask, then xor: what the bitwise expression does.</summary>
    public Value Masked(byte[]? mask, byte[]? xor)
    {
        if (IsAbsent || ((mask is null || Array.TrueForAll(mask, m => m == 0xff)) && (xor is null || Array.TrueForAll(xor, x => x == 0)))) return this;
        var bits = (byte[])Bits.Clone();
        var known = (byte[]?)Known?.Clone();
        for (var i = 0; i < bits.Length; i++)
        {
            var m = mask is null ? (byte)0xff : i < mask.Length ? mask[i] : (byte)0;
            bits[i] = (byte)((bits[i] & m) ^ (xor is not null && i < xor.Length ? xor[i] : 0));
            if (known is not null) known[i] |= (byte)~m;
        }
        return known is null ? Of(bits) : Partly(bits, known);
    }

    /// <summary>Shifts a number in host order (what marks are); anything longer than eight bytes becomes unknown.</summary>
    public Value Shifted(int left)
    {
        if (IsAbsent || left == 0) return this;
        if (Length > 8 || Known is not null) return Unknown(Length);
        ulong number = 0;
        for (var i = Length - 1; i >= 0; i--) number = (number << 8) | Bits[i];
        number = left > 0 ? (left > 63 ? 0 : number << left) : (left < -63 ? 0 : number >> -left);
        var bits = new byte[Length];
        for (var i = 0; i < bits.Length; i++, number >>= 8) bits[i] = (byte)number;
        return Of(bits);
    }

    /// <summary>Byte order turned round.</summary>
    public Value Reversed()
    {
        if (IsAbsent) return this;
        var bits = (byte[])Bits.Clone();
        Array.Reverse(bits);
        if (Known is null) return Of(bits);
        var known = (byte[])Known.Clone();
        Array.Reverse(known);
        return Partly(bits, known);
    }

    public Value Cut(int at, int length)
    {
        if (at == 0 && length == Length) return this;
        var bits = Bits.AsSpan(at, length).ToArray();
        if (Known is null) return Of(bits);
        var known = Known.AsSpan(at, length).ToArray();
        if (LowBound is null || HighBound is null) return Partly(bits, known);
        // Bounds of a longer number say something about its front only.
        return Whole(at, length) ? Between(bits, known, LowBound.AsSpan(at, length).ToArray(), HighBound.AsSpan(at, length).ToArray()) : Partly(bits, known);
    }

    /// <summary>Fields behind one another, each filled up with known zeros to four bytes.</summary>
    public static Value Joined(Value[] fields, int length)
    {
        byte[] bits = new byte[length], known = new byte[length], low = new byte[length], high = new byte[length];
        known.AsSpan().Fill(0xff);
        var at = 0;
        foreach (var field in fields)
        {
            field.Bits.CopyTo(bits, at);
            field.Known?.CopyTo(known, at);
            field.Low().CopyTo(low, at);
            field.High().CopyTo(high, at);
            at += (field.Length + 3) / 4 * 4;
        }
        return Array.TrueForAll(known, k => k == 0xff) ? Of(bits) : new() { Bits = bits, Known = known, LowBound = low, HighBound = high };
    }

    // A field may take its bounds along when all bytes in front of it inside its register are its own.
    private bool Whole(int at, int length) => at % 4 == 0 && at + length <= Length;

    /// <summary>The comparison of a <see cref="Match"/>: over as many bytes as the rule gives (interface wildcards give fewer).</summary>
    public Truth Compare(int op, byte[] value, byte[]? upper)
    {
        if (IsAbsent) return Truth.No;
        if (value.Length > Length) return Truth.Unknown;
        if (upper is not null) return Truths.Flip(Inside(value, upper), op == 1);
        return op switch
        {
            0 => EqualTo(value),
            1 => Truths.Not(EqualTo(value)),
            2 => Truths.Not(AtLeast(value)),
            3 => Truths.Not(Above(value)),
            4 => Above(value),
            5 => AtLeast(value),
            _ => Truth.Unknown,
        };
    }

    public Truth EqualTo(ReadOnlySpan<byte> value)
    {
        if (Known is null) return Truths.Of(Bits.AsSpan(0, value.Length).SequenceEqual(value));
        var all = true;
        for (var i = 0; i < value.Length; i++)
        {
            if (((Bits[i] ^ value[i]) & Known[i]) != 0) return Truth.No;
            all &= Known[i] == 0xff;
        }
        if (all) return Truth.Yes;
        if (LowBound is not null && Order(LowBound, value) > 0 || HighBound is not null && Order(HighBound, value) < 0) return Truth.No;
        return Truth.Unknown;
    }

    public Truth Inside(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        if (Known is null) return Truths.Of(Order(Bits, from) >= 0 && Order(Bits, to) <= 0);
        byte[] low = Low(), high = High();
        if (Order(low, from) >= 0 && Order(high, to) <= 0) return Truth.Yes;
        return Order(high, from) < 0 || Order(low, to) > 0 ? Truth.No : Truth.Unknown;
    }

    private Truth AtLeast(ReadOnlySpan<byte> value) =>
        Order(Low(), value) >= 0 ? Truth.Yes : Order(High(), value) < 0 ? Truth.No : Truth.Unknown;

    private Truth Above(ReadOnlySpan<byte> value) =>
        Order(Low(), value) > 0 ? Truth.Yes : Order(High(), value) <= 0 ? Truth.No : Truth.Unknown;

    private static int Order(ReadOnlySpan<byte> a, ReadOnlySpan<byte> value) => a[..Math.Min(a.Length, value.Length)].SequenceCompareTo(value);

    private byte[] Bound(bool high)
    {
        if (Known is null) return Bits;
        var bound = new byte[Length];
        for (var i = 0; i < bound.Length; i++) bound[i] = (byte)((Bits[i] & Known[i]) | (high ? ~Known[i] : 0));
        return bound;
    }
}
