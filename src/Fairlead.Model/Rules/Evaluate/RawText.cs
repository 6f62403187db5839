namespace Fairlead.Model.Rules.Evaluate;

/// <summary>How a rule is named where no printer was given: its table, chain, handle or place, and comment.</summary>
internal static class RawText
{
    public static string Of(Table table, Chain chain, Rule rule) =>
        $"{table.Name} {chain.Name} {(rule.Handle is { } handle ? $"handle {handle}" : $"rule {rule.Index + 1}")}{(rule.Comment is null ? "" : $" \"{rule.Comment}\"")}";

    public static string Policy(Table table, Chain chain) => table.Style == TableStyle.Native ? "policy drop" : $"-P {chain.Name} DROP";
}
