using System.Collections.Immutable;

namespace Fairlead.Model.Rules.Evaluate;

/// <summary>Set tests, verdict maps and data maps.</summary>
internal static class SetLookup
{
    public static Truth Contains(SetMatch match, Scene scene)
    {
        var found = Find(match.Key, match.Set, scene, out var absent);
        if (absent) return Truth.No;
        if (found is null) return Truth.Unknown;
        var truth = found.TrueForAll(e => e is null) ? Truth.No : found.Contains(null) ? Truth.Unknown : Truth.Yes;
        Note(found, match.Set, scene);
        return Truths.Flip(truth, match.Inverted);
    }

    /// <summary>Null when the set is not there to be asked; empty when the packet has no such key, so that the kernel leaves the rule.</summary>
    public static List<SetElement?>? Find(ImmutableArray<Operand> key, string set, Scene scene, out bool absent)
    {
        absent = false;
        if (scene.Rules.SetOf(scene.Table, set) is not { } compiled) return null;
        var value = Key(key, scene);
        if (value.IsAbsent) { absent = true; return []; }
        return compiled.Candidates(value);
    }

    /// <summary>What a map gives, where all elements that may be meant give the same; otherwise unknown.</summary>
    public static Value Data(Operand operand, Scene scene)
    {
        var possible = Possible(operand, scene, 64);
        if (possible is null || possible.Count == 0) return Value.Unknown(Math.Clamp(operand.Length, 1, 64));
        var first = possible[0];
        foreach (var other in possible)
        {
            if (first is null != other is null || first is not null && !first.AsSpan().SequenceEqual(other))
                return Value.Unknown(Math.Clamp(operand.Length, 1, 64));
        }
        return first is null ? Value.Absent : Value.Of(first);
    }

    /// <summary>All values an operand may have; null among them for "no such value", null instead of them when they are too many to try.</summary>
    public static List<byte[]?>? Possible(Operand operand, Scene scene, int most)
    {
        if (operand.Source is ValueSource.Numgen or ValueSource.Hash && operand.Aux > 0 && operand.Aux <= most
            && operand.Mask is null && operand.Xor is null && operand.Shift == 0)
        {
            return [.. Enumerable.Range(operand.Offset, operand.Aux).Select(n => operand.Swapped ? Operands.Host(n).Reversed().Bits : Operands.Host(n).Bits)];
        }
        if (operand.Source is ValueSource.Map && operand.Set is not null) return PossibleData(operand, scene, most);
        var value = Operands.Read(operand, scene);
        return value.IsAbsent ? [null] : value.IsKnown ? [value.Bits] : null;
    }

    /// <summary>The elements of a data map that may be meant, each once; null among them for none.</summary>
    public static List<SetElement?>? PossibleElements(Operand operand, Scene scene, int most)
    {
        if (operand.Set is null || scene.Rules.SetOf(scene.Table, operand.Set) is not { } set) return null;
        var keys = new List<Value>();
        if (operand.MapKey.Length == 1 && Possible(operand.MapKey[0], scene, most) is { } values)
            keys.AddRange(values.Select(v => v is null ? Value.Absent : Value.Of(v)));
        else keys.Add(Key(operand.MapKey, scene));
        var found = new List<SetElement?>();
        foreach (var key in keys)
        {
            foreach (var element in key.IsAbsent ? [null] : set.Candidates(key))
            {
                if (!found.Contains(element)) found.Add(element);
                if (found.Count > most) return null;
            }
        }
        return found;
    }

    private static List<byte[]?>? PossibleData(Operand operand, Scene scene, int most)
    {
        if (PossibleElements(operand, scene, most) is not { } elements) return null;
        var results = new List<byte[]?>();
        foreach (var data in elements.Select(e => Cut(e?.Data, operand)))
        {
            if (!results.Exists(r => r is null ? data is null : data is not null && r.AsSpan().SequenceEqual(data))) results.Add(data);
        }
        return results;
    }

    /// <summary>The part of an element's data that an operand means: maps to "address . port" are read in pieces.</summary>
    public static byte[]? Cut(byte[]? data, Operand operand)
    {
        if (data is null) return null;
        if (operand.Length <= 0 || operand.Offset < 0 || operand.Offset >= data.Length) return data;
        return data.AsSpan(operand.Offset, Math.Min(operand.Length, data.Length - operand.Offset)).ToArray();
    }

    /// <summary>The fields of a key behind one another, each filled up to a register of four bytes.</summary>
    public static Value Key(ImmutableArray<Operand> operands, Scene scene)
    {
        if (operands.Length == 1) return Operands.Read(operands[0], scene);
        var fields = new Value[operands.Length];
        var length = 0;
        for (var i = 0; i < fields.Length; i++)
        {
            fields[i] = Operands.Read(operands[i], scene);
            if (fields[i].IsAbsent) return Value.Absent;
            length += (fields[i].Length + 3) / 4 * 4;
        }
        return Value.Joined(fields, length);
    }

    public static void Note(List<SetElement?> found, string set, Scene scene)
    {
        foreach (var element in found)
        {
            if (element is null) continue;
            foreach (var part in element.Expressions)
            {
                if (part is LimitPart or QuotaPart or ConnLimitPart) scene.Notes.Add($"an element of set {set} has a limit; taken as not reached");
            }
        }
    }
}
