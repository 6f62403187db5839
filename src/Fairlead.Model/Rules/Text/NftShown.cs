namespace Fairlead.Model.Rules.Text;

/// <summary>An operand as text, and how the values that it is compared with are to be read.</summary>
/// <param name="Host">Values are in the CPU's order.</param>
/// <param name="Right">Bits by which values are moved right before printing (bit fields within a byte).</param>
/// <param name="Bits">Bits of the value itself; 0 when not known.</param>
internal readonly record struct NftShown(string Text, NftType Type, bool Host, int Right = 0, int Bits = 0)
{
    /// <summary>The header and field, where it is one.</summary>
    public string? Header { get; init; }

    public NftField? Field { get; init; }

    /// <summary>The mask that is part of the text, or null.</summary>
    public byte[]? Mask { get; init; }

    /// <summary>The text has an operator in it: a comparison is written `==`.</summary>
    public bool Changed { get; init; }

    /// <summary>The header base whose dependency this operand implies; -1 for none.</summary>
    public int Base { get; init; } = -1;

    /// <summary>A value of this operand.</summary>
    public string Value(NftScope scope, ReadOnlySpan<byte> value, bool rangeEnd = false)
    {
        if (Right > 0 && value.Length <= 8)
        {
            ulong n = NftValues.Number(value, Host) >> Right;
            byte[] moved = new byte[value.Length];
            for (int i = 0; i < moved.Length; i++, n >>= 8) moved[Host ? i : moved.Length - 1 - i] = (byte)n;
            value = moved;
        }
        NftType type = Mask is not null && Type == NftType.Integer ? NftType.Hex : Type;
        return rangeEnd ? NftValues.RangeEnd(type, value, Host, scope.Links) : scope.Format(type, value, Host);
    }
}
