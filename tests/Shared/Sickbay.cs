namespace Fairlead.RuleFiles;

/// <summary>docs/sickbay.md: what the model of the rules cannot say, or says otherwise than the kernel, with the reason. A test fails on what is not there.</summary>
public static class Sickbay
{
    private static readonly Lazy<HashSet<string>> Listed = new(() => Rows("Unknown"));
    private static readonly Lazy<HashSet<string>> Ill = new(() => Rows("Disagrees"));

    public static bool AllowsUnknown(string kind) => Listed.Value.Contains(kind);

    public static bool AllowsDifference(string kind) => Ill.Value.Contains(kind);

    // First cells of the table under a heading.
    private static HashSet<string> Rows(string heading)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Fairlead.slnx"))) folder = folder.Parent;
        var lines = File.ReadAllLines(Path.Combine(folder!.FullName, "docs", "sickbay.md"));
        return [.. lines.SkipWhile(l => l != "## " + heading).Skip(1).TakeWhile(l => !l.StartsWith("## ", StringComparison.Ordinal))
            .Where(l => l.StartsWith("| `", StringComparison.Ordinal)).SelectMany(l => l.Split('|')[1].Split(',')).Select(c => c.Trim().Trim('`'))];
    }
}
