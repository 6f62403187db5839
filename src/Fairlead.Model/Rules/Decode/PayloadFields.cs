namespace Fairlead.Model.Rules.Decode;

/// <summary>Borders of header fields, for loads that took two neighbours at once.</summary>
internal static class PayloadFields
{
    private const int Network = 1, Transport = 2;

    /// <summary>
    /// How many bytes of a joined load belong to its first field: source and destination address, or source and destination port. Null when the
    /// load is one field, or which header it lies in is not certain.
    /// </summary>
    /// <param name="protocol">The IP protocol that the rule asked for before, or -1.</param>
    public static int? Split(TableFamily family, int protocol, Operand load)
    {
        if (load.Source != ValueSource.Payload || load.Mask is not null || load.Xor is not null || load.Shift != 0 || load.Swapped)
            return null;
        return (load.Base, load.Offset, load.Length) switch
        {
            (Network, 12, > 4 and <= 8) when family == TableFamily.Ip => 4,
            (Network, 8, > 16 and <= 32) when family == TableFamily.Ip6 => 16,
            (Transport, 0, 4) when protocol is 6 or 17 or 33 or 132 or 136 => 2,
            _ => null,
        };
    }

    /// <summary>True for the field (or meta l4proto) that says which protocol the transport header is.</summary>
    public static bool IsProtocol(TableFamily family, Operand load) => load.Source switch
    {
        ValueSource.Meta => load.Key == 16,
        ValueSource.Payload => load.Base == Network && load.Length == 1 && (load.Offset == 9 && family == TableFamily.Ip || load.Offset == 6 && family == TableFamily.Ip6),
        _ => false,
    };
}
