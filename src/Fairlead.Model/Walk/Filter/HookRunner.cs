using System.Runtime.CompilerServices;
using Fairlead.Model.Rules;
using Fairlead.Model.Rules.Evaluate;
using Fairlead.Model.Rules.Text;

namespace Fairlead.Model.Walk;

/// <summary>Runs a stack's rules, compiled once; nat chains see only the first packet of a flow.</summary>
internal static class HookRunner
{
    private static readonly ConditionalWeakTable<RuleSet, Compiled> Cache = [];

    public static IReadOnlyList<HookBranch> Run(RuleSet rules, Stack stack, Hook hook, Packet packet, bool withNat, bool bridgeFamily)
    {
        var compiled = Cache.GetValue(rules, r => new Compiled(CompiledRules.Compile(r, Words(r)), CompiledRules.Compile(WithoutNat(r), Words(r))));
        return (withNat ? compiled.All : compiled.NoNat).Run(hook, packet, new StackSurroundings(stack), bridgeFamily);
    }

    private static Func<Table, Chain, Rule, string> Words(RuleSet rules) => (table, chain, rule) => RuleText.Of(rules, table, chain, rule);

    private static RuleSet WithoutNat(RuleSet rules) => rules with
    {
        Tables = [.. rules.Tables.Select(t => t with
        {
            Chains = [.. t.Chains.Where(c => !(c.Hook is not null && (c.Type == "nat" || (t.Style == TableStyle.Legacy && t.Name == "nat"))))],
        })],
    };

    private sealed record Compiled(CompiledRules All, CompiledRules NoNat);
}
