using System.Collections.Immutable;

namespace Fairlead.Model.Rules.Evaluate;

/// <summary>A base chain, or a hook of somebody else, at its place in the order of a hook.</summary>
internal sealed record BaseEntry(int Priority, CompiledChain? Chain, ForeignHook? Foreign, bool Nat);

/// <summary>The packet rules of one namespace, ready to be walked by packets. Immutable; may be used by several threads at once.</summary>
public sealed class CompiledRules
{
    private const int Conntrack = -200;

    private readonly Dictionary<(Hook, int), ImmutableArray<BaseEntry>> _bases = [];
    private readonly Dictionary<Table, Dictionary<string, CompiledChain>> _chains = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Table, Dictionary<string, Lazy<CompiledSet>>> _sets = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<int, IpSet> _ipSets = [];
    private readonly Dictionary<string, IpSet> _ipSetsByName = new(StringComparer.Ordinal);
    private readonly Func<Table, Chain, Rule, string> _text;

    private CompiledRules(RuleSet rules, Func<Table, Chain, Rule, string> text)
    {
        _text = text;
        foreach (var set in rules.IpSets)
        {
            _ipSets[set.Index] = set;
            _ipSetsByName[set.Name] = set;
        }
        var entries = new List<(Hook Hook, TableFamily Family, BaseEntry Entry)>();
        // Of hooks with one priority the kernel asks the youngest first (nf_hook_entries_grow); handles of tables grow with time.
        foreach (var table in rules.Tables.OrderByDescending(t => t.Handle ?? 0))
        {
            var chains = new Dictionary<string, CompiledChain>(StringComparer.Ordinal);
            foreach (var chain in table.Chains)
            {
                var compiled = new CompiledChain(table, chain);
                chains.TryAdd(chain.Name, compiled);
                if (chain.Hook is not { } hook || table.Dormant) continue;
                var nat = IsNat(table, chain);
                entries.Add((hook, table.Family, new BaseEntry(PriorityOf(table, chain, hook, nat), compiled, null, nat)));
            }
            _chains[table] = chains;
            var sets = new Dictionary<string, Lazy<CompiledSet>>(StringComparer.Ordinal);
            foreach (var set in table.Sets) sets.TryAdd(set.Name, new Lazy<CompiledSet>(() => new CompiledSet(set)));
            _sets[table] = sets;
        }
        foreach (var foreign in rules.ForeignHooks)
            entries.Add((foreign.Hook, (TableFamily)foreign.Family, new BaseEntry(foreign.Priority, null, foreign, false)));
        foreach (var hook in entries.Select(e => e.Hook).Distinct())
        {
            foreach (var family in new[] { TableFamily.Ip, TableFamily.Ip6, TableFamily.Bridge })
            {
                var own = entries.Where(e => e.Hook == hook && (e.Family == family || (e.Family == TableFamily.Inet && family != TableFamily.Bridge)));
                _bases[(hook, (int)family)] = [.. own.Select(e => e.Entry).OrderBy(e => e.Priority).ThenBy(e => e.Nat ? e.Chain!.Chain.Priority : 0)];
            }
        }
    }

    /// <summary>Makes the rules ready. <paramref name="text"/> shows a rule in the steps; by default a raw form.</summary>
    public static CompiledRules Compile(RuleSet rules, Func<Table, Chain, Rule, string>? text = null) => new(rules, text ?? RawText.Of);

    /// <summary>
    /// Sends a packet through all base chains of a hook. One branch when the outcome is certain; several when it hangs on something that is not
    /// known, each naming what it assumed. Never throws on account of what the rules say.
    /// </summary>
    /// <param name="bridgeFamily">Ask the tables of the bridge family instead of those of the packet's own.</param>
    public ImmutableArray<HookBranch> Run(Hook hook, Packet packet, IRuleSurroundings around, bool bridgeFamily = false)
    {
        var family = bridgeFamily ? TableFamily.Bridge : packet.V6 ? TableFamily.Ip6 : TableFamily.Ip;
        if (!_bases.TryGetValue((hook, (int)family), out var bases) || bases.Length == 0) return [Untouched(packet)];
        var scene = new Scene(this, around, hook, bridgeFamily);
        var branches = new RuleWalk(this, scene, bases).Run(packet);
        if (!SharesPriority(bases)) return branches;
        var turned = new RuleWalk(this, scene, Turned(bases)).Run(packet);
        return SameEndings(branches, turned) ? branches : BothOrders(branches, turned, bases);
    }

    /// <summary>True when any table has a chain on this hook for the family: otherwise the walk need not ask.</summary>
    public bool HasRules(Hook hook, bool v6) => _bases.TryGetValue((hook, (int)(v6 ? TableFamily.Ip6 : TableFamily.Ip)), out var bases) && bases.Length > 0;

    /// <summary>True when conntrack has seen a packet that came by <paramref name="inInterface"/> before a chain of this priority runs.</summary>
    internal static bool Tracked(Hook hook, int priority, string? inInterface) =>
        priority > Conntrack || hook is not (Hook.Prerouting or Hook.Output) || (hook is Hook.Prerouting && inInterface == "lo");

    internal CompiledChain? ChainOf(Table table, string name) => _chains.TryGetValue(table, out var chains) ? chains.GetValueOrDefault(name) : null;

    internal CompiledSet? SetOf(Table table, string name) =>
        _sets.TryGetValue(table, out var sets) && sets.TryGetValue(name, out var set) ? set.Value : null;

    internal IpSet? IpSet(int index) => _ipSets.GetValueOrDefault(index);

    internal IpSet? IpSet(string name) => _ipSetsByName.GetValueOrDefault(name);

    internal RuleStep Step(Table table, Chain chain, Rule rule, string did) => new(table, chain, rule, _text(table, chain, rule), did);

    private static HookBranch Untouched(Packet packet) => new() { End = HookEnd.Accept, Packet = packet, Steps = [], Assumed = [] };

    private static bool IsNat(Table table, Chain chain) => chain.Type == "nat" || (table.Style == TableStyle.Legacy && table.Name == "nat");

    private static int PriorityOf(Table table, Chain chain, Hook hook, bool nat)
    {
        const int Destination = -100, Source = 100;
        // nat chains are lists inside one hook of the nat core, which stands at a fixed place whatever priority they give.
        if (nat) return hook is Hook.Prerouting or Hook.Output ? Destination : Source;
        if (table.Style != TableStyle.Legacy) return chain.Priority;
        return table.Name switch { "raw" => -300, "mangle" => -150, "security" => 50, _ => 0 };
    }

    private static bool Matters(BaseEntry entry) =>
        entry.Foreign is not null || entry.Chain!.Count > 0 || entry.Chain.Chain.PolicyAccepts == false;

    private static bool SharesPriority(ImmutableArray<BaseEntry> bases) =>
        bases.Where(Matters).GroupBy(b => (b.Priority, b.Nat ? b.Chain!.Chain.Priority : 0)).Any(g => g.Count() > 1);

    private static ImmutableArray<BaseEntry> Turned(ImmutableArray<BaseEntry> bases) =>
        [.. bases.Reverse().OrderBy(e => e.Priority).ThenBy(e => e.Nat ? e.Chain!.Chain.Priority : 0)];

    private static bool SameEndings(ImmutableArray<HookBranch> one, ImmutableArray<HookBranch> other) =>
        one.Select(Ending).ToHashSet().SetEquals(other.Select(Ending));

    private static (HookEnd, RejectKind, Packet, string?, (int, int)?) Ending(HookBranch b) => (b.End, b.Reject, b.Packet, b.PendingNat, b.PendingPorts);

    // Which of two hooks of one priority runs first is not visible from outside; where it matters both are told.
    private static ImmutableArray<HookBranch> BothOrders(ImmutableArray<HookBranch> one, ImmutableArray<HookBranch> other, ImmutableArray<BaseEntry> bases)
    {
        var pair = bases.Where(Matters).GroupBy(b => (b.Priority, b.Nat ? b.Chain!.Chain.Priority : 0)).First(g => g.Count() > 1).First(b => b.Chain is not null);
        var (table, chain) = (pair.Chain!.Table, pair.Chain.Chain);
        var seen = one.Select(Ending).ToHashSet();
        return
        [
            .. one.Select(b => b with { Assumed = b.Assumed.Add(new RuleStep(table, chain, null, "order of chains with equal priority", "youngest first")) }),
            .. other.Where(b => !seen.Contains(Ending(b)))
                .Select(b => b with { Assumed = b.Assumed.Add(new RuleStep(table, chain, null, "order of chains with equal priority", "oldest first")) }),
        ];
    }
}
