using Fairlead.Facts;
using Fairlead.Model.Rules;
using Fairlead.Model.Rules.Decode;
using Fairlead.Model.Rules.Text;
using Fairlead.RuleFiles;

namespace Fairlead.Tests.RuleReading;

/// <summary>The recordings beside this file: what a kernel answered, and what the tools printed of the same rules (made by lab/rulesets/record).</summary>
internal static class RuleRecordings
{
    private static readonly string Folder = Path.Combine(Root(), "tests", "Fairlead.Tests", "Rules", "Recordings");

    public static IEnumerable<string> All => Directory.GetDirectories(Folder).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal);

    public static (RulesDump Dump, IReadOnlyDictionary<int, string> Links) Read(string name) => RuleRecording.Read(Path.Combine(Folder, name));

    public static RuleSet Decoded(string name)
    {
        var (dump, links) = Read(name);
        return RuleSetDecoder.Decode(dump, links);
    }

    /// <summary>What a tool printed; empty where it had nothing to print.</summary>
    public static string Tool(string name, string file) =>
        Path.Combine(Folder, name, file) is var path && File.Exists(path) ? File.ReadAllText(path) : "";

    /// <summary>All text of a rule set, in every tool's words.</summary>
    public static string Text(RuleSet set) => NftText.Ruleset(set, withIptablesTables: true, links: set.LinkNames)
        + string.Concat(from f in new[] { TableFamily.Ip, TableFamily.Ip6 } from s in new[] { TableStyle.Iptables, TableStyle.Legacy } select IptablesText.Save(set, f, s, counters: false));

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Fairlead.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("Fairlead.slnx not found above " + AppContext.BaseDirectory);
    }
}
