using System.Collections.Immutable;

namespace Fairlead.Model.Rules.Evaluate;

/// <summary>A set or map ready for look-ups: exact keys by hash, plain intervals by bisection, everything else one by one.</summary>
internal sealed class CompiledSet
{
    private const int WorthAnIndex = 32;
    private const uint Concatenation = 0x80;

    private readonly Dictionary<string, SetElement>? _exact;
    private readonly ImmutableArray<(int At, int Length)> _fields;
    private readonly SetElement? _catchAll;
    private readonly bool _bisect;

    public CompiledSet(NfSet set)
    {
        Set = set;
        _fields = Layout(set);
        foreach (var element in set.Elements)
        {
            if (element.CatchAll) _catchAll = element;
        }
        if (set.Elements.Length < WorthAnIndex) return;
        if (set.Elements.All(e => e.CatchAll || e.KeyEnd is null))
        {
            _exact = new(set.Elements.Length);
            foreach (var element in set.Elements)
            {
                if (!element.CatchAll) _exact.TryAdd(Convert.ToHexString(element.Key), element);
            }
        }
        _bisect = set.Interval && _fields.Length == 1 && _catchAll is null;
    }

    public NfSet Set { get; }

    /// <summary>The elements that a key may meet: one when certain, several when the key is not fully known; null stands for none.</summary>
    public List<SetElement?> Candidates(in Value key)
    {
        if (key.IsKnown && _exact is not null) return [_exact.GetValueOrDefault(Convert.ToHexString(Padded(key.Bits))) ?? _catchAll];
        if (key.IsKnown && _bisect) return [Bisect(key)];
        var found = new List<SetElement?>();
        foreach (var element in Set.Elements)
        {
            if (element.CatchAll) continue;
            var truth = Holds(element, key);
            if (truth == Truth.Yes) { found.Add(element); return found; }
            if (truth == Truth.Unknown) found.Add(element);
        }
        found.Add(_catchAll);
        return found;
    }

    private SetElement? Bisect(in Value key)
    {
        int low = 0, high = Set.Elements.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var element = Set.Elements[middle];
            var order = key.Bits.AsSpan().SequenceCompareTo(element.Key);
            if (order < 0) { high = middle - 1; continue; }
            if (order == 0 || (element.KeyEnd is { } end && key.Bits.AsSpan().SequenceCompareTo(end) <= 0)) return element;
            low = middle + 1;
        }
        return null;
    }

    private Truth Holds(SetElement element, in Value key)
    {
        var truth = Truth.Yes;
        foreach (var (at, length) in _fields)
        {
            if (at + length > element.Key.Length || at + length > key.Length) return Truth.Unknown;
            var field = key.Cut(at, length);
            var one = element.KeyEnd is { } end && at + length <= end.Length
                ? field.Inside(element.Key.AsSpan(at, length), end.AsSpan(at, length))
                : field.EqualTo(element.Key.AsSpan(at, length));
            truth = Truths.And(truth, one);
            if (truth == Truth.No) return Truth.No;
        }
        return truth;
    }

    private byte[] Padded(byte[] bits) => bits.Length >= Set.KeyLength || Set.KeyLength > 64 ? bits : [.. bits, .. new byte[Set.KeyLength - bits.Length]];

    // Fields of a concatenation begin on whole registers of four bytes.
    private static ImmutableArray<(int, int)> Layout(NfSet set)
    {
        if (set.Fields.Length < 2)
        {
            var length = set.Elements.FirstOrDefault(e => !e.CatchAll)?.Key.Length ?? set.KeyLength;
            if ((set.Flags & Concatenation) == 0 || !set.Interval) return [(0, length)];
            return [.. Enumerable.Range(0, length / 4).Select(i => (i * 4, 4))];
        }
        var fields = ImmutableArray.CreateBuilder<(int, int)>();
        var at = 0;
        foreach (var length in set.Fields)
        {
            fields.Add((at, length));
            at += (length + 3) / 4 * 4;
        }
        return fields.ToImmutable();
    }
}
