using System.Collections.Immutable;

namespace Fairlead.Model.Rules.Decode;

/// <summary>
/// The registers of nf_tables while one rule is read: which value lies where. Numbers 1-4 name 16 bytes each, 8-23 the same 64 bytes in words of 4;
/// the kernel answers with either kind, so both are brought to the word's number.
/// </summary>
internal sealed class Registers
{
    private const int Words = 16;
    private readonly (Operand? Value, int Offset)[] words = new (Operand?, int)[Words];

    public void Clear() => Array.Clear(words);

    /// <summary>The word that a register begins at, or -1 for a number that is none.</summary>
    public static int Word(int register) => register switch
    {
        >= 1 and <= 4 => (register - 1) * 4,
        >= 8 and < 8 + Words => register - 8,
        _ => -1,
    };

    /// <param name="further">Bytes behind the register's beginning, a multiple of 4.</param>
    public void Put(int register, Operand value, int further = 0)
    {
        var word = Word(register);
        if (word < 0)
            return;
        word += further / 4;
        var count = Math.Max(1, (value.Length + 3) / 4);
        for (var i = 0; i < count && word + i < Words; i++)
            words[word + i] = (value, i * 4);
    }

    /// <summary>One value of that many bytes; a part of a longer value is cut out of it.</summary>
    public Operand Get(int register, int length)
    {
        var word = Word(register);
        if (word < 0 || words[word].Value is not { } value)
            return new Operand(ValueSource.Unknown, register, length);
        return Slice(value, words[word].Offset, length);
    }

    /// <summary>The whole value that lies there, whatever its length.</summary>
    public Operand Get(int register)
    {
        var word = Word(register);
        if (word < 0 || words[word].Value is not { } value)
            return new Operand(ValueSource.Unknown, register, 4);
        return Slice(value, words[word].Offset, value.Length - words[word].Offset);
    }

    /// <summary>The values that make up a key of that many bytes, in order, each beginning at a word.</summary>
    public ImmutableArray<Operand> Gather(int register, int length)
    {
        var word = Word(register);
        if (word < 0)
            return [new Operand(ValueSource.Unknown, register, length)];
        var key = ImmutableArray.CreateBuilder<Operand>(1);
        var taken = 0;
        while (word < Words && (taken < length || key.Count == 0))
        {
            var left = Math.Max(length - taken, 1);
            var (value, offset) = words[word];
            if (value is null)
            {
                key.Add(new Operand(ValueSource.Unknown, register, left));
                break;
            }
            var here = Math.Min(value.Length - offset, left);
            if (here <= 0)
                break;
            key.Add(Slice(value, offset, here));
            var step = (here + 3) / 4;
            word += step;
            taken += step * 4;
        }
        return key.Count > 0 ? key.ToImmutable() : [new Operand(ValueSource.Unknown, register, length)];
    }

    private static Operand Slice(Operand value, int offset, int length)
    {
        if (offset == 0 && length == value.Length)
            return value;
        if (length <= 0 || offset + length > value.Length)
            return offset == 0 ? value : new Operand(ValueSource.Unknown, 0, Math.Max(length, 1)) { Of = value };
        if (value.Source is ValueSource.Immediate && value.Immediate is { } bytes && offset + length <= bytes.Length)
            return value with { Length = length, Immediate = bytes[offset..(offset + length)] };
        var plain = value.Mask is null && value.Xor is null && value.Shift == 0 && !value.Swapped;
        if (plain && value.Source is ValueSource.Payload or ValueSource.Map or ValueSource.Exthdr)
            return value with { Length = length, Offset = value.Offset + offset };
        if (offset == 0)
            return value with { Length = length, Mask = value.Mask?[..Math.Min(length, value.Mask.Length)], Xor = value.Xor?[..Math.Min(length, value.Xor.Length)] };
        return new Operand(ValueSource.Unknown, 0, length) { Of = value, Offset = offset };
    }
}
