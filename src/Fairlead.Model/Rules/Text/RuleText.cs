namespace Fairlead.Model.Rules.Text;

/// <summary>A rule's line as the tool of its owner prints it: the one entry point for evidence.</summary>
public static class RuleText
{
    public static string Of(RuleSet set, Table table, Chain chain, Rule rule) =>
        // a rule that somebody put into a table of iptables with nft is nft's
        (table.Style == TableStyle.Native ? null : IptablesText.OwnRule(set, table, chain, rule)) ?? NftText.Rule(set, table, chain, rule, set.LinkNames);
}
