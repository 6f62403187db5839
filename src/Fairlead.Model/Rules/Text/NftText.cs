using System.Globalization;
using System.Text;

namespace Fairlead.Model.Rules.Text;

/// <summary>
/// Native nf_tables rules in the words of `nft list ruleset` (nft 1.1.7 was the measure). Output only: nothing in the product reads this text back.
/// What has no words is printed raw in brackets and, where a list is given, noted there; nothing is left out and nothing is thrown.
/// </summary>
public static class NftText
{
    /// <summary>One rule, without indentation and handle. An anonymous chain that it jumps to makes it more than one line.</summary>
    /// <param name="links">Names of the namespace's interface indexes; an index without one is printed as a number, as nft does.</param>
    /// <param name="raw">Receives what was printed raw.</param>
    public static string Rule(RuleSet set, Table table, Chain chain, Rule rule, IReadOnlyDictionary<int, string>? links = null, ICollection<string>? raw = null)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(chain);
        return NftWriter.Rule(new NftScope(table, links, raw), rule, 0);
    }

    /// <summary>One rule as `nft -a` prints it: with ` # handle N`.</summary>
    public static string RuleWithHandle(RuleSet set, Table table, Chain chain, Rule rule, IReadOnlyDictionary<int, string>? links = null,
        ICollection<string>? raw = null) =>
        Rule(set, table, chain, rule, links, raw) + Handle(rule.Handle, true);

    /// <summary>A table with its objects, sets, flowtables and chains.</summary>
    /// <param name="handles">With handles, as `nft -a`.</param>
    public static string Table(RuleSet set, Table table, bool handles = false, IReadOnlyDictionary<int, string>? links = null, ICollection<string>? raw = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        var scope = new NftScope(table, links, raw);
        var blocks = new List<string>();
        blocks.AddRange(table.Objects.Select(o => NftDeclarations.Object(scope, o, handles)));
        blocks.AddRange(table.Sets.Where(s => !s.Anonymous).Select(s => NftDeclarations.Set(scope, s, handles)));
        blocks.AddRange(table.Flowtables.Select(f => NftDeclarations.Flowtable(f)));
        blocks.AddRange(table.Chains.Where(c => !c.Bound).Select(c => NftDeclarations.Chain(scope, c, handles)));
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"table {Family(table.Family)} {NftValues.Clean(table.Name)} {{{Handle(table.Handle, handles)}\n");
        string flags = TableFlags(table);
        if (flags.Length > 0) text.Append("\tflags ").Append(flags).Append(table.Comment is null && blocks.Count > 0 ? "\n\n" : "\n");
        if (table.Comment is { Length: > 0 } comment) text.Append("\tcomment ").Append(NftValues.Quote(comment)).Append('\n');
        return text.AppendJoin("\n", blocks).Append("}\n").ToString();
    }

    /// <summary>The whole listing. iptables' own tables are printed by <c>IptablesText</c> and left out here unless asked for.</summary>
    public static string Ruleset(RuleSet set, bool withIptablesTables, bool handles = false, IReadOnlyDictionary<int, string>? links = null,
        ICollection<string>? raw = null)
    {
        ArgumentNullException.ThrowIfNull(set);
        return string.Concat(set.Tables
            .Where(t => t.Style == TableStyle.Native || (withIptablesTables && t.Style == TableStyle.Iptables))
            .Select(t => Table(set, t, handles, links, raw)));
    }

    /// <summary>The family's word in nft.</summary>
    public static string Family(TableFamily family) => family switch
    {
        TableFamily.Inet => "inet",
        TableFamily.Ip => "ip",
        TableFamily.Ip6 => "ip6",
        TableFamily.Arp => "arp",
        TableFamily.Bridge => "bridge",
        TableFamily.Netdev => "netdev",
        _ => ((int)family).ToString(CultureInfo.InvariantCulture),
    };

    internal static string Handle(ulong? handle, bool wanted) => wanted && handle is { } h ? string.Create(CultureInfo.InvariantCulture, $" # handle {h}") : "";

    private static string TableFlags(Table table)
    {
        var words = new List<string>(3);
        if ((table.Flags & 1) != 0) words.Add("dormant");
        if ((table.Flags & 2) != 0) words.Add("owner");
        if ((table.Flags & 4) != 0) words.Add("persist");
        return string.Join(',', words);
    }
}
