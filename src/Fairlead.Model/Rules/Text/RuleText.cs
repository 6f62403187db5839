namespace Fairlead.Model.Rules.Text;

/// <summary>A rule's line as the tool of its owner prints it: the one entry point for evidence.</summary>
public static class RuleText
{
    public static string Of(RuleSet set, Table table, Chain chain, Rule rule) =>
        table.Style == TableStyle.Native ? NftText.Rule(set, table, chain, rule, set.LinkNames) : IptablesText.Rule(set, table, chain, rule);
}
