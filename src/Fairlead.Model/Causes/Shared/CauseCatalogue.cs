using System.Collections.Immutable;

namespace Fairlead.Model.Causes;

/// <summary>All causes that this build knows, and which is named first when several hold.</summary>
public static partial class CauseCatalogue
{
    public static ImmutableArray<CauseKind> All { get; } = [.. Make().OrderBy(c => c.Code, StringComparer.Ordinal)];

    public static CauseKind? Of(string code) => All.FirstOrDefault(c => c.Code == code);

    /// <summary>True when <paramref name="a"/> is named before <paramref name="b"/>: by a declared pair, directly or through others, else by rank.</summary>
    public static bool GoesBefore(CauseKind a, CauseKind b) => Reaches(a, b.Code) || (!Reaches(b, a.Code) && a.Rank < b.Rank);

    /// <summary>Neither goes before the other: a tie.</summary>
    public static bool Ties(CauseKind a, CauseKind b) => a.Code != b.Code && !GoesBefore(a, b) && !GoesBefore(b, a);

    private static bool Reaches(CauseKind from, string code, int depth = 0) =>
        from.Outranks.Contains(code) || (depth < 8 && from.Outranks.Any(c => Of(c) is { } next && Reaches(next, code, depth + 1)));
}
