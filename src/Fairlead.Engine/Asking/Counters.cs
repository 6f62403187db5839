using Fairlead.Facts;
using Fairlead.Model.Rules;
using Fairlead.Model.Walk;
using Fairlead.Model.World;

namespace Fairlead.Engine.Asking;

/// <summary>Reads the counter of the very rule at which the walk stops, again, in a newer world.</summary>
internal static class Counters
{
    /// <summary>The same rule's (or policy's) packets now: by handle, else by place and text. Null when it is gone or does not count.</summary>
    public static ulong? Now(HostWorld world, Step stop)
    {
        if (stop is not { Rule: { } step, Sandbox: { } sandbox })
        {
            return null;
        }

        var now = sandbox.IsHost ? world.Host : world.Sandboxes.Values.FirstOrDefault(s => s.Id == sandbox.Id);
        if (now is null || now.Rules is not { IsKnown: true } rules)
        {
            return null;
        }

        var chain = rules.Value.Tables.Where(t => t.Family == step.Table.Family && t.Name == step.Table.Name && t.Style == step.Table.Style)
            .SelectMany(t => t.Chains).FirstOrDefault(c => c.Name == step.Chain.Name);
        return chain is null ? null
            : step.Rule is null ? chain.PolicyCounter?.Packets
            : chain.Rules.FirstOrDefault(r => step.Rule.Handle is { } h ? r.Handle == h : r.Index == step.Rule.Index)?.Counter?.Packets;
    }

    public static ulong? Then(Step stop) => stop.Rule is not { } step ? null : step.Rule is null ? step.Chain.PolicyCounter?.Packets : step.Rule.Counter?.Packets;
}
