using System.Text;
using System.Text.RegularExpressions;

namespace Fairlead.RuleFiles;

/// <summary>
/// Lines of a rule listing for a comparison. What differs from one reading to the next without a change of the rules is put at 0: counters of rules, chains,
/// elements and quotas go on with every packet, and what expires does. Comment lines (the time, hints to the reader) are no rules.
/// </summary>
public static partial class RuleLines
{
    public static string[] Of(string text) =>
    [
        .. text.Split('\n').Where(l => l.Length > 0 && !l.StartsWith('#'))
            .Select(l => Ages().Replace(Counters().Replace(Policies().Replace(l, "[0:0]"), "packets 0 bytes 0"), "$1 0s")),
    ];

    /// <summary>The tables of `nft list ruleset` by their first line.</summary>
    public static Dictionary<string, string[]> Tables(string ruleset)
    {
        var tables = new Dictionary<string, string[]>();
        foreach (var block in TableStart().Split(string.Join('\n', Of(ruleset))).Where(b => b.StartsWith("table ", StringComparison.Ordinal)))
        {
            var lines = block.TrimEnd('\n').Split('\n');
            tables.Add(lines[0].TrimEnd('{', ' '), lines);
        }
        return tables;
    }

    /// <summary>The first lines that differ, side by side; null when both are equal line by line.</summary>
    public static string? Difference(IReadOnlyList<string> tool, IReadOnlyList<string> ours)
    {
        if (tool.SequenceEqual(ours))
            return null;
        var text = new StringBuilder();
        for (var (i, shown) = (0, 0); i < Math.Max(tool.Count, ours.Count) && shown < 12; i++)
        {
            var (theirs, mine) = (i < tool.Count ? tool[i] : "(end)", i < ours.Count ? ours[i] : "(end)");
            if (theirs == mine)
                continue;
            text.AppendLine($"  line {i + 1}\n    tool {theirs}\n    ours {mine}");
            shown++;
        }
        return text.ToString();
    }

    [GeneratedRegex(@"\[\d+:\d+\]")]
    private static partial Regex Policies();

    [GeneratedRegex(@"packets \d+ bytes \d+")]
    private static partial Regex Counters();

    [GeneratedRegex(@"\b(expires|used) (?:[0-9]+(?:d|h|ms|m|s))+")]
    private static partial Regex Ages();

    [GeneratedRegex(@"(?m)^(?=table )")]
    private static partial Regex TableStart();
}
