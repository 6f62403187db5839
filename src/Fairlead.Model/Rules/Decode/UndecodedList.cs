using System.Collections.Immutable;

namespace Fairlead.Model.Rules.Decode;

/// <summary>Pieces that this build does not understand, as lines for the user; bounded, because others may write rules.</summary>
internal sealed class UndecodedList
{
    private const int Most = 1000, MostBytes = 64;
    private readonly List<string> lines = [];

    private int more;

    public ImmutableArray<string> Lines => more == 0 ? [.. lines] : [.. lines, $"and {more} more"];

    public void Add(string line)
    {
        if (lines.Count < Most)
            lines.Add(line);
        else
            more++;
    }

    public void Note(TableFamily family, string table, string chain, ulong? handle, Part part)
    {
        switch (part)
        {
            case UnknownPart unknown:
                Add($"{Where(family, table, chain, handle)}: {unknown.Name} {Hex(unknown.Attributes)}");
                break;
            case XtPart xt when XtReader.Read(xt, family == TableFamily.Ip6) is null:
                Add($"{Where(family, table, chain, handle)}: {(xt.Target ? "target" : "match")} {xt.Name} rev {xt.Revision} {Hex(xt.Info)}");
                break;
        }
    }

    private static string Where(TableFamily family, string table, string chain, ulong? handle)
    {
        var name = family.ToString().ToLowerInvariant();
        return handle is { } h ? $"{name} {table} {chain} handle {h}" : $"{name} {table} {chain}";
    }

    private static string Hex(byte[] bytes) =>
        bytes.Length <= MostBytes ? Convert.ToHexStringLower(bytes) : Convert.ToHexStringLower(bytes.AsSpan(0, MostBytes)) + "…";
}
