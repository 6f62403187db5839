using System.Buffers.Binary;

namespace Fairlead.Model.Rules.Decode;

/// <summary>Expressions that put a value into a register, or change one there.</summary>
internal sealed partial class ExpressionDecoder
{
    private bool Loaded(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        if (name.SequenceEqual("fib"u8)) return Simple(data, ValueSource.Fib);
        if (name.SequenceEqual("rt"u8)) return Simple(data, ValueSource.Rt);
        if (name.SequenceEqual("socket"u8)) return Simple(data, ValueSource.Socket);
        if (name.SequenceEqual("exthdr"u8)) return Exthdr(data);
        if (name.SequenceEqual("numgen"u8)) return Simple(data, ValueSource.Numgen);
        if (name.SequenceEqual("hash"u8)) return Hash(data);
        if (name.SequenceEqual("xfrm"u8)) return Simple(data, ValueSource.Xfrm);
        if (name.SequenceEqual("osf"u8)) return Simple(data, ValueSource.Osf);
        if (name.SequenceEqual("inner"u8)) return Inner(data);
        return name.SequenceEqual("tunnel"u8) && Simple(data, ValueSource.Tunnel);
    }

    private bool Simple(ReadOnlySpan<byte> data, ValueSource source)
    {
        Span<int> n = stackalloc int[6];
        n[1] = -1;
        n[2] = -1;
        var a = new NfAttributes(data);
        while (a.Next())
            if (a.Type is > 0 and < 6)
                n[a.Type] = a.Int;
        if (a.Damaged)
            return false;
        // attribute numbers differ from one expression to the next; see docs/kernel-rules.md, section 4
        var (to, value) = source switch
        {
            ValueSource.Fib => (n[1], new Operand(source, n[2], FibLength(n[2], n[3])) { Aux = n[3] }),
            ValueSource.Rt => (n[1], new Operand(source, n[2], n[2] switch { 2 => 16, 3 => 2, 4 => 1, _ => 4 })),
            ValueSource.Socket => (n[2], new Operand(source, n[1], n[1] switch { 0 or 2 => 1, 3 => 8, _ => 4 }) { Aux = n[3] }),
            ValueSource.Numgen => (n[1], new Operand(source, n[3], 4) { Aux = n[2], Offset = n[4] }),
            ValueSource.Xfrm => (n[1], new Operand(source, n[2], n[2] switch { 2 or 4 => 16, _ => 4 }) { Base = n[3], Aux = n[4] }),
            ValueSource.Osf => (n[1], new Operand(source, Math.Max(n[2], 0), 16) { Aux = n[3] }),
            _ => (n[2], new Operand(source, n[1], n[1] == 0 ? 1 : 4)),
        };
        if (Registers.Word(to) < 0 || value.Key < 0)
            return false;
        registers.Put(to, value);
        return true;
    }

    private static int FibLength(int result, int flags) => (flags & 32) != 0 ? 1 : result == 2 ? 16 : 4;

    private bool Ct(ReadOnlySpan<byte> data)
    {
        int to = 0, key = -1, direction = -1, from = 0;
        var a = new NfAttributes(data);
        while (a.Next())
        {
            switch (a.Type)
            {
                case 1: to = a.Int; break;
                case 2: key = a.Int; break;
                case 3: direction = a.Int; break;
                case 4: from = a.Int; break;
            }
        }
        if (a.Damaged || key < 0)
            return false;
        var length = key switch
        {
            6 or 13 or 21 or 22 => 16,
            8 or 9 => family == TableFamily.Ip ? 4 : 16,
            1 or 7 or 10 => 1,
            11 or 12 or 17 => 2,
            14 or 15 or 16 => 8,
            _ => 4,
        };
        var value = new Operand(ValueSource.Ct, key, length) { Base = direction };
        if (from != 0)
            parts.Add(new Assign(value, registers.Get(from, length)));
        else
            registers.Put(to, value);
        return from != 0 || to != 0;
    }

    private bool Exthdr(ReadOnlySpan<byte> data)
    {
        int to = 0, type = 0, offset = 0, length = 0, flags = 0, op = 0, from = 0;
        var a = new NfAttributes(data);
        while (a.Next())
        {
            switch (a.Type)
            {
                case 1: to = a.Int; break;
                case 2: type = a.Int; break;
                case 3: offset = a.Int; break;
                case 4: length = a.Int; break;
                case 5: flags = a.Int; break;
                case 6: op = a.Int; break;
                case 7: from = a.Int; break;
            }
        }
        if (a.Damaged || length is < 0 or > 64)
            return false;
        // a TCP option that is to be removed has neither register: it is "set" to nothing
        if (to == 0 && from == 0)
            return op == 1 && Add(new Assign(new Operand(ValueSource.Exthdr, 0, 0) { Base = type, Aux = op }, new Operand(ValueSource.Immediate, 0, 0)));
        var present = (flags & 1) != 0;
        var value = new Operand(ValueSource.Exthdr, flags, present ? 1 : Math.Max(length, 1)) { Base = type, Offset = offset, Aux = op };
        if (from != 0)
            parts.Add(new Assign(value, registers.Get(from, value.Length)));
        else
            registers.Put(to, value);
        return true;
    }

    /// <summary>A load from the packet within a tunnel: its payload or meta expression is nested.</summary>
    private bool Inner(ReadOnlySpan<byte> data)
    {
        var type = 0;
        ReadOnlySpan<byte> expression = default;
        var a = new NfAttributes(data);
        while (a.Next())
        {
            switch (a.Type)
            {
                case 2: type = a.Int; break;
                case 5: expression = a.Value; break;
            }
        }
        var tunnel = type switch { 1 => "vxlan", 2 => "geneve", 3 => "gre", 4 => "gretap", _ => null };
        ReadOnlySpan<byte> name = default, inside = default;
        var e = new NfAttributes(expression);
        while (e.Next())
        {
            if (e.Type == 1)
                name = e.Value;
            else if (e.Type == 2)
                inside = e.Value;
        }
        name = name.TrimEnd((byte)0);
        if (a.Damaged || e.Damaged || tunnel is null || !name.SequenceEqual("payload"u8) && !name.SequenceEqual("meta"u8))
            return false;
        var known = name.SequenceEqual("meta"u8) ? Meta(inside) : Payload(inside);
        var to = 0;
        var n = new NfAttributes(inside);
        while (n.Next())
            if (n.Type == 1)
                to = n.Int;
        if (!known || Registers.Word(to) < 0)
            return false;
        var loaded = registers.Get(to);
        registers.Put(to, new Operand(ValueSource.Inner, type, loaded.Length) { Of = loaded, Tunnel = tunnel });
        return true;
    }

    private bool Hash(ReadOnlySpan<byte> data)
    {
        int from = 0, to = 0, length = 0, modulus = 0, offset = 0, type = 0;
        byte[]? seed = null;
        var a = new NfAttributes(data);
        while (a.Next())
        {
            switch (a.Type)
            {
                case 1: from = a.Int; break;
                case 2: to = a.Int; break;
                case 3: length = a.Int; break;
                case 4: modulus = a.Int; break;
                case 5:
                    seed = new byte[4];
                    BinaryPrimitives.WriteUInt32LittleEndian(seed, a.UInt);
                    break;
                case 6: offset = a.Int; break;
                case 7: type = a.Int; break;
            }
        }
        if (a.Damaged || Registers.Word(to) < 0 || length is < 0 or > 64)
            return false;
        registers.Put(to, new Operand(ValueSource.Hash, type, 4)
        {
            Aux = modulus,
            Offset = offset,
            Immediate = seed,
            MapKey = type == 0 ? registers.Gather(from, length) : [],
        });
        return true;
    }

    private bool Bitwise(ReadOnlySpan<byte> data)
    {
        int from = 0, to = 0, length = 0, op = 0;
        byte[] mask = [], xor = [], argument = [];
        var a = new NfAttributes(data);
        while (a.Next())
        {
            switch (a.Type)
            {
                case 1: from = a.Int; break;
                case 2: to = a.Int; break;
                case 3: length = a.Int; break;
                case 4: mask = a.Data; break;
                case 5: xor = a.Data; break;
                case 6: op = a.Int; break;
                case 7: argument = a.Data; break;
            }
        }
        if (a.Damaged || length is < 1 or > 64 || Registers.Word(to) < 0)
            return false;
        var value = registers.Get(from, length);
        Operand? result = op switch
        {
            0 when mask.Length == length && xor.Length == length => Masked(value, mask, xor),
            1 or 2 when argument.Length == 4 => Shifted(value, op == 1, BinaryPrimitives.ReadUInt32LittleEndian(argument)),
            // and, or, xor with a second register: newer kernels
            _ => new Operand(ValueSource.Unknown, op, length) { Of = value },
        };
        registers.Put(to, result);
        return result.Source != ValueSource.Unknown || op is >= 0 and <= 5;
    }

    private static Operand Masked(Operand value, byte[] mask, byte[] xor)
    {
        // the form says: masked, then shifted, then swapped; another order has no words
        if (value.Shift != 0 || value.Swapped || value.Source == ValueSource.Unknown)
            return new Operand(ValueSource.Unknown, 0, value.Length) { Of = value, Mask = mask, Xor = xor };
        var newMask = (byte[])mask.Clone();
        var newXor = (byte[])xor.Clone();
        // ((x & m1) ^ x1) & m2 ^ x2  =  x & (m1 & m2) ^ ((x1 & m2) ^ x2)
        for (var i = 0; i < mask.Length; i++)
        {
            if (value.Mask is { } old && i < old.Length)
                newMask[i] &= old[i];
            if (value.Xor is { } oldXor && i < oldXor.Length)
                newXor[i] ^= (byte)(oldXor[i] & mask[i]);
        }
        if (value is { Source: ValueSource.Immediate, Immediate: { } bytes } && bytes.Length == mask.Length)
        {
            var folded = new byte[bytes.Length];
            for (var i = 0; i < bytes.Length; i++)
                folded[i] = (byte)(bytes[i] & newMask[i] ^ newXor[i]);
            return value with { Immediate = folded };
        }
        return value with { Mask = newMask, Xor = newXor.AsSpan().ContainsAnyExcept((byte)0) ? newXor : null };
    }

    private static Operand Shifted(Operand value, bool left, uint bits)
    {
        if (value.Shift != 0 || value.Swapped || value.Source == ValueSource.Unknown || bits > 511)
            return new Operand(ValueSource.Unknown, 0, value.Length) { Of = value };
        return value with { Shift = left ? (int)bits : -(int)bits };
    }

    private bool ByteOrder(ReadOnlySpan<byte> data)
    {
        int from = 0, to = 0, length = 0, size = 0;
        var a = new NfAttributes(data);
        while (a.Next())
        {
            switch (a.Type)
            {
                case 1: from = a.Int; break;
                case 2: to = a.Int; break;
                case 4: length = a.Int; break;
                case 5: size = a.Int; break;
            }
        }
        if (a.Damaged || length is < 1 or > 64 || Registers.Word(to) < 0)
            return false;
        var value = registers.Get(from, length);
        registers.Put(to, length == size || size == 0
            ? value with { Swapped = !value.Swapped }
            : new Operand(ValueSource.Unknown, size, length) { Of = value });
        return true;
    }
}
