namespace Fairlead.Model.Rules.Evaluate;

/// <summary>Arithmetic on <see cref="Truth"/>.</summary>
internal static class Truths
{
    public static Truth Of(bool yes) => yes ? Truth.Yes : Truth.No;

    public static Truth And(Truth a, Truth b) =>
        a == Truth.No || b == Truth.No ? Truth.No : a == Truth.Unknown || b == Truth.Unknown ? Truth.Unknown : Truth.Yes;

    public static Truth Or(Truth a, Truth b) =>
        a == Truth.Yes || b == Truth.Yes ? Truth.Yes : a == Truth.Unknown || b == Truth.Unknown ? Truth.Unknown : Truth.No;

    public static Truth Not(Truth a) => a switch { Truth.Yes => Truth.No, Truth.No => Truth.Yes, _ => Truth.Unknown };

    /// <summary>The opposite when <paramref name="inverted"/> is set, as the `!` of iptables.</summary>
    public static Truth Flip(Truth a, bool inverted) => inverted ? Not(a) : a;
}
