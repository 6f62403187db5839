using System.Collections.Immutable;
using System.Reflection;

namespace Fairlead.Cli.Pages;

/// <summary>docs/causes/*.md as they were when the binary was built.</summary>
internal static class CausePages
{
    private const string Prefix = "causes/";
    private const string ChineseHead = "\n## 中文";

    /// <summary>All codes that have a page, sorted.</summary>
    public static ImmutableArray<string> Codes { get; } =
    [
        .. typeof(CausePages).Assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal) && n.EndsWith(".md", StringComparison.Ordinal) && !n.EndsWith("/index.md", StringComparison.Ordinal))
            .Select(n => n[Prefix.Length..^3])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The page's part in the language; null when there is no such page. A page without a Chinese part is shown as it is.</summary>
    public static string? Find(string code, string lang)
    {
        if (!Codes.Contains(code)) return null;
        using var stream = typeof(CausePages).Assembly.GetManifestResourceStream(Prefix + code + ".md");
        if (stream is null) return null;
        using var reader = new StreamReader(stream);
        var text = reader.ReadToEnd().ReplaceLineEndings("\n");
        var at = text.IndexOf(ChineseHead, StringComparison.Ordinal);
        if (at < 0) return text.TrimEnd() + "\n";
        if (lang != "zh") return text[..at].TrimEnd() + "\n";
        var end = text.IndexOf('\n', at + 1);
        var title = text.StartsWith("# ", StringComparison.Ordinal) ? text[..text.IndexOf('\n', StringComparison.Ordinal)] + "\n\n" : "";
        return title + (end < 0 ? "" : text[end..].Trim()) + "\n";
    }

    /// <summary>Codes that share a word with what was asked, else all of them.</summary>
    public static ImmutableArray<string> Near(string asked)
    {
        var words = asked.Split('-', StringSplitOptions.RemoveEmptyEntries).Where(w => w.Length > 3).ToHashSet(StringComparer.OrdinalIgnoreCase);
        ImmutableArray<string> near = [.. Codes.Where(c => c.Split('-').Any(words.Contains))];
        return near.Length > 0 ? near : Codes;
    }
}
