using System.Collections.Immutable;
using Fairlead.Facts;
using Fairlead.Model.Rules;
using Fairlead.Model.Rules.Decode;

namespace Fairlead.Oracle;

/// <summary>One packet's comparison.</summary>
/// <param name="Kernel">What the kernel did.</param>
/// <param name="KernelMatched">Whether the aimed rule's counter went on; null where it has none of its own.</param>
public sealed record Trial(Plan Plan, Aim Aim, Flow Flow, bool Hit, Fate Kernel, bool? KernelMatched, Said Model)
{
    public bool Disagrees => Model.Fate.How != "unknown" && Model.Fate != Kernel
        || KernelMatched is { } caught && Model.Matched is { } said and not Truth.Unknown && said == Truth.Yes != caught;

    public bool Unknown => !Disagrees && (Model.Fate.How == "unknown" || KernelMatched is not null && Model.Matched == Truth.Unknown);

    /// <summary>The packet was aimed well: the kernel caught what should be caught and missed what should be missed.</summary>
    public bool OnTarget => KernelMatched == Hit;

    public override string ToString() => $"{Plan}, {Aim.Id} ({Aim.Kind.Name}, {Aim.Deed.Name}, {Aim.Hook}: {Aim.Case.Text}), {(Hit ? "hit" : "miss")}: kernel {Kernel}{(KernelMatched is { } c ? c ? ", counted" : ", not counted" : "")}; "
        + $"model {Model.Fate}{(Model.Matched is { } m ? $", {m}" : "")}{(Model.Undecided.IsEmpty ? "" : " (" + string.Join(", ", Model.Undecided) + ")")}";
}

/// <summary>Builds hosts, sends, reads, asks the model and compares.</summary>
public sealed class Campaign(string wire)
{
    private readonly HashSet<string> missing = [];
    private int grounds;

    /// <summary>Kinds and actions that this machine's kernel or tools lack, by name with what they said.</summary>
    public SortedDictionary<string, string> Lacking { get; } = [];

    /// <summary>Loads every kind and every action once, each alone, to learn which there are.</summary>
    public void LearnWhatThereIs()
    {
        using var ground = new Ground(++grounds, false, wire);
        using var bridge = new Ground(++grounds, true, wire);
        foreach (var kind in (IEnumerable<Kind>)[.. IptablesKinds.All, .. StateKinds.All, .. NativeKinds.All]) Try(kind.Name, (d, h) => (kind.Make(d), "DROP", "drop"), kind.Native);
        foreach (var deed in Deed.All.DistinctBy(d => d.Name))
        {
            if (deed.Iptables(new Draw(new Random(1), false, Hook.Forward, false, 0)) is not null)
                Try("action " + deed.Name, (d, h) => deed.Hooks.Contains(h.ToString(), StringComparison.Ordinal) ? (new Case(deed.Needs is null ? "" : "-p tcp --tcp-flags SYN,RST SYN", null, null) { Sets = deed.Name == "SET" ? ["ipset create added0 hash:ip"] : [] }, deed.Iptables(d)!, "") : (null, "", ""), false, deed.Tables.Split(' ')[^1]);
        }

        void Try(string name, Func<Draw, Hook, (Case? Case, string Iptables, string Native)> make, bool native, string table = "mangle")
        {
            foreach (var hook in new[] { Hook.Forward, Hook.Prerouting, Hook.Output, Hook.Postrouting, Hook.Input })
            {
                foreach (var (v6, bridged, seed) in new[] { (false, false, 1), (true, false, 2), (false, true, 3), (true, true, 4) })
                {
                    var d = new Draw(new Random(seed), v6, hook, bridged, 0);
                    if (make(d, hook) is not ({ } made, var words, var nft)) continue;
                    var sets = native ? string.Concat(made.Sets.Select(s => s + "\n")) : string.Concat(made.Sets.Select(s => s + " || exit 1\n"));
                    var script = native ? $"nft -c -f - <<'END'\ntable inet try {{\n{sets}chain c {{ type filter hook {hook.ToString().ToLowerInvariant()} priority 0; {made.Text} counter {nft}\n}}\n}}\nEND\n"
                        : $"{sets}{(v6 ? "ip6tables" : "iptables")}-legacy-restore <<'END'\n*{table}\n-A {hook.ToString().ToUpperInvariant()} {made.Text} -j {words}\nCOMMIT\nEND\nr=$?\nipset destroy list0 2>/dev/null; ipset destroy 2>/dev/null; exit $r\n";
                    if ((bridged ? bridge : ground).Load(script) is not { } complaint)
                    {
                        Load("iptables-legacy -t " + table + " -F; ip6tables-legacy -t " + table + " -F; ipset destroy");
                        return;
                    }
                    if (missing.Add(name)) Lacking[name] = complaint.Trim().Split('\n')[0];
                    return;
                }
            }
        }

        void Load(string script)
        {
            ground.Load(script);
            bridge.Load(script);
        }
    }

    public Plan Draw(int seed, int rules) => new Planner(k => !missing.Contains(k.Name), d => !missing.Contains("action " + d.Name)).Draw(seed, rules);

    /// <summary>Runs one host; <paramref name="keep"/> is given what a fixture needs.</summary>
    public IReadOnlyList<Trial> Run(Plan plan, Action<Snapshot, IReadOnlyList<Trial>>? keep = null)
    {
        using var ground = new Ground(++grounds, plan.Bridged, wire);
        if (ground.Load(plan.Script) is { } complaint) throw new InvalidOperationException($"{plan}: the rules do not load: {complaint}\n{plan.Script}");
        if (ground.Load($"nft -f - <<'END'\ntable inet {Ground.EndTable} {{ chain input {{ type filter hook input priority 1000; iifname \"lo\" counter accept; counter drop; }}; }}\nEND\n") is { } other)
            throw new InvalidOperationException(other);
        ground.Wire.Ask($"listen 4 203.0.113.250 7777");
        ground.Wire.Ask($"listen 6 2001:db8:3::fa 7777");
        ground.Wire.Ask($"listen 4 0.0.0.0 7779");
        var facts = ground.Read(ReadWhat.Links | ReadWhat.Addresses | ReadWhat.Routes | ReadWhat.Neighbours | ReadWhat.Listeners | ReadWhat.Sysctls | ReadWhat.Rules);
        var snapshot = Judge.SnapshotOf(facts);
        var judge = new Judge(snapshot, plan.Bridged);
        var trials = new List<Trial>();
        foreach (var aim in plan.Aims)
        {
            foreach (var (flow, hit) in new[] { (aim.Case.Hit, true), (aim.Case.Miss, false) })
            {
                if (flow is not null && One(ground, judge, plan, aim, flow, hit) is { } trial) trials.Add(trial);
            }
        }
        keep?.Invoke(snapshot, trials);
        return trials;
    }

    private static Trial? One(Ground ground, Judge judge, Plan plan, Aim aim, Flow flow, bool hit)
    {
        if (flow.After is { } asked)
        {
            var passed = ground.Wire.Send(asked, plan.Bridged);
            // the answer goes to whom the server saw
            if (passed.Frames.FirstOrDefault(f => f.At == Side.Server && f.Protocol == asked.Protocol && f.RefusalOf(asked) is null) is not { } came) return null;
            flow = flow with { Source = $"{came.Destination}", SourcePort = came.DestinationPort, Destination = $"{came.Source}", DestinationPort = came.SourcePort };
        }
        var before = Counters(ground, aim.Id);
        var said = judge.Ask(flow, aim.Id);
        var sent = ground.Wire.Send(flow, plan.Bridged);
        var after = Counters(ground, aim.Id);
        var kernel = KernelFate(flow, sent, after.End > before.End);
        if (said.Fate != kernel && kernel == Fate.Dropped && said.Fate.How is not "unknown")
        {
            // a busy machine may be late; who waits in vain loses nothing
            sent = ground.Wire.More(300);
            after = Counters(ground, aim.Id);
            kernel = KernelFate(flow, sent, after.End > before.End);
        }
        return new Trial(plan, aim, flow, hit, kernel, before.Aimed is { } b && after.Aimed is { } a ? a > b : null, said);
    }

    private static Fate KernelFate(Flow flow, Sent sent, bool ended)
    {
        var refusal = sent.Frames.Select(f => f.RefusalOf(flow)).FirstOrDefault(r => r is not null);
        if (flow.From == Side.Router && sent.Errno != 0) return Fate.Dropped;
        if (sent.Frames.FirstOrDefault(f => f.Protocol == flow.Protocol && f.RefusalOf(flow) is null && (flow.Protocol is not (1 or 58) || f.IcmpType == flow.IcmpType)) is { } left)
            return Fate.Leaves(left.At, left.Protocol, left.Source, left.SourcePort, left.Destination, left.DestinationPort);
        return refusal is not null ? new Fate("rejected", flow.After is null ? refusal : "who answered") : ended ? Fate.Arrives : Fate.Dropped;
    }

    private static (ulong? Aimed, ulong End) Counters(Ground ground, string id)
    {
        var rules = RuleSetDecoder.Decode(ground.Read(ReadWhat.Rules).PacketRules.Value!, ImmutableDictionary<int, string>.Empty);
        var end = rules.Tables.First(t => t.Name == Ground.EndTable).Chains[0].Rules;
        return (Judge.Find(rules, id)?.Counter?.Packets, end[1].Counter?.Packets ?? 0);
    }
}
