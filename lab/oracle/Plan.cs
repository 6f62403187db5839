using System.Globalization;
using System.Text;
using Fairlead.Model.Rules;

namespace Fairlead.Oracle;

/// <summary>Who loads the rules of a host.</summary>
public enum Backend { Nft, IptablesNft, IptablesLegacy }

/// <summary>A rule of a host and what is aimed at it.</summary>
public sealed record Aim(string Id, Kind Kind, Deed Deed, Hook Hook, Case Case)
{
    /// <summary>The rule has a counter of its own that only it advances.</summary>
    public bool Counted { get; init; } = true;
}

/// <summary>One host drawn from a seed: its shape, its rules, and the packets.</summary>
public sealed record Plan(int Seed, Backend Backend, bool V6, bool Bridged, string Script, IReadOnlyList<Aim> Aims)
{
    public override string ToString() => $"host {Seed}: {Backend}{(V6 ? " IPv6" : "")}{(Bridged ? " bridged" : "")}";
}

/// <summary>Draws hosts.</summary>
public sealed class Planner(Func<Kind, bool> available, Func<Deed, bool> possible)
{
    private static readonly Hook[] Hooks = [Hook.Prerouting, Hook.Input, Hook.Forward, Hook.Output, Hook.Postrouting];

    private static readonly Dictionary<Hook, string> TablesAt = new()
    {
        [Hook.Prerouting] = "raw mangle nat", [Hook.Input] = "mangle filter", [Hook.Forward] = "mangle filter", [Hook.Output] = "raw mangle filter nat", [Hook.Postrouting] = "mangle nat",
    };

    public Plan Draw(int seed, int rules)
    {
        var random = new Random(seed);
        var backend = (Backend)random.Next(3);
        bool v6 = random.Next(100) < 35, bridged = random.Next(100) < 25;
        var host = backend == Backend.Nft ? (IHost)new NftHost(v6, random) : new IptablesHost(v6, backend == Backend.IptablesLegacy, random);
        var kinds = (backend == Backend.Nft ? NativeKinds.All : [.. IptablesKinds.All, .. StateKinds.All]).Where(available).SelectMany(k => Enumerable.Repeat(k, k.Weight)).ToArray();
        var deeds = Deed.All.Where(possible).SelectMany(d => Enumerable.Repeat(d, d.Weight)).ToArray();
        var aims = new List<Aim>();
        for (var tries = 0; aims.Count < rules && tries < 400; tries++)
        {
            var hook = Hooks[random.Next(Hooks.Length)];
            if (bridged && hook == Hook.Output) continue;
            var draw = new Draw(random, v6, hook, bridged, aims.Count);
            var (kind, deed) = (kinds[random.Next(kinds.Length)], deeds[random.Next(deeds.Length)]);
            if (!deed.Hooks.Contains(hook.ToString(), StringComparison.Ordinal) || bridged && deed.Nat) continue;
            var tables = TablesAt[hook].Split(' ').Where(t => deed.Tables.Split(' ').Contains(t)).ToArray();
            if (tables.Length == 0 || kind.Make(draw) is not { } made || Suited(made, deed) is not { } suited) continue;
            if ((backend == Backend.Nft ? deed.Native(draw) : deed.Iptables(draw)) is not { } words) continue;
            if (NeedsTracking(kind) && (tables[0] == "raw" || deed.Nat && suited.Hit?.After is not null)) tables = tables.Where(t => t is not ("raw" or "nat")).ToArray();
            // what is answered must have been let through, and its state must be the kernel's to give
            if (tables.Length == 0) continue;
            if (deed.Nat && kind.Name is "nft meta nfproto" or "rpfilter") continue;
            if (suited.Hit?.After is not null && deed.Name is "NOTRACK" or "REDIRECT") continue;
            host.Add(draw, tables[random.Next(tables.Length)], deed, suited, words, random);
            aims.Add(new Aim($"k{draw.Number}", kind, deed, hook, suited));
        }
        return new Plan(seed, backend, v6, bridged, host.Script(), aims);
    }

    private static bool NeedsTracking(Kind kind) => kind.Name.Contains("conntrack", StringComparison.Ordinal) || kind.Name is "state" or "connmark" or "connbytes" or "connlimit"
        || kind.Name.StartsWith("nft ct", StringComparison.Ordinal);

    // What an action needs must be asked by the rule.
    private static Case? Suited(Case made, Deed deed)
    {
        if (deed.Needs is not { } needs) return made;
        var wanted = needs == "syn" ? "tcp" : needs;
        if (made.Protocol is { } asked) return wanted.Split('|').Contains(asked) && needs != "syn" ? made : null;
        // where the match asks for none, TCP is asked beside it; both packets are TCP then
        if (made.Text.Contains("-p ", StringComparison.Ordinal) || made.Text.Contains("l4proto", StringComparison.Ordinal) || made.Text.Contains("protocol", StringComparison.Ordinal)
            || made.Text.Contains("nexthdr", StringComparison.Ordinal) || made.Hit is { Protocol: not 6 } || made.Miss is { Protocol: not 6 }) return null;
        return made with { Protocol = needs == "syn" ? "syn" : "tcp" };
    }

    internal static string Policy(Random random) => random.Next(5) == 0 ? "DROP" : "ACCEPT";

    internal interface IHost
    {
        void Add(Draw draw, string table, Deed deed, Case made, string words, Random random);

        string Script();
    }
}

/// <summary>Rules of one host in the words of iptables-restore.</summary>
internal sealed class IptablesHost(bool v6, bool legacy, Random random) : Planner.IHost
{
    private readonly Dictionary<string, StringBuilder> tables = [];
    private readonly List<string> sets = [], before = [];
    private readonly string input = Planner.Policy(random), forward = Planner.Policy(random);

    public void Add(Draw draw, string table, Deed deed, Case made, string words, Random random)
    {
        sets.AddRange(made.Sets);
        if (deed.Name == "SET") sets.Add($"ipset create added{draw.Number} hash:ip family {(v6 ? "inet6" : "inet")}");
        var tag = made.NoTag ? "" : $"-d {draw.Tag} ";
        var asked = made.Text.Contains("-p ", StringComparison.Ordinal) ? "" : made.Protocol switch { "syn" => "-p tcp --tcp-flags SYN,RST SYN ", { } p => $"-p {p} ", _ => "" };
        if (made.Before is { } earlier) In("mangle", $"-A PREROUTING {tag}{earlier.Match} -j {earlier.Action}");
        var base_ = draw.Hook.ToString().ToUpperInvariant();
        var rule = $"{tag}{asked}{made.Text} -m comment --comment k{draw.Number} -j {words}";
        if (deed.Name == "RETURN" || random.Next(4) == 0)
        {
            var chain = $"u{draw.Number}";
            In(table, $":{chain} - [0:0]");
            In(table, $"-A {chain} {rule}");
            if (deed.Name == "RETURN") In(table, $"-A {chain} {tag}-j ACCEPT");
            In(table, $"-A {base_} {tag}-{(deed.Name != "RETURN" && random.Next(3) == 0 ? "g" : "j")} {chain}");
            if (deed.Name is "RETURN" or "ACCEPT" && tag.Length > 0) In(table, $"-A {base_} {tag}-j DROP");
            return;
        }
        In(table, $"-A {base_} {rule}");
        if (deed.Name == "ACCEPT" && tag.Length > 0) In(table, $"-A {base_} {tag}-j DROP");
    }

    public string Script()
    {
        var program = (v6 ? "ip6tables" : "iptables") + (legacy ? "-legacy" : "-nft") + "-restore";
        var text = new StringBuilder();
        foreach (var set in sets) text.Append(set).Append(" || exit 1\n");
        text.Append(program).Append(" <<'END' || exit 1\n");
        foreach (var (table, rules) in tables)
        {
            text.Append(CultureInfo.InvariantCulture, $"*{table}\n");
            if (table == "filter") text.Append(CultureInfo.InvariantCulture, $":INPUT {input} [0:0]\n:FORWARD {forward} [0:0]\n");
            var lines = rules.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            foreach (var line in lines.Where(l => l[0] == ':')) text.Append(line).Append('\n');
            // a refusal of the router's own packet comes back this way
            if (table == "filter" && input == "DROP") text.Append("-A INPUT -i lo -j ACCEPT\n");
            foreach (var line in lines.Where(l => l[0] != ':')) text.Append(line).Append('\n');
            text.Append("COMMIT\n");
        }
        return text.Append("END\n").ToString();
    }

    private void In(string table, string line)
    {
        if (!tables.TryGetValue(table, out var rules)) tables[table] = rules = new StringBuilder();
        rules.Append(line).Append('\n');
    }
}

/// <summary>Rules of one host in nft's words.</summary>
internal sealed class NftHost : Planner.IHost
{
    private static readonly Dictionary<string, int[]> Priorities = new() { ["raw"] = [-300, -310], ["mangle"] = [-150, -140], ["filter"] = [0, 10, -10], ["nat"] = [-100] };

    private readonly bool v6;
    private readonly string family, forward;
    private readonly Dictionary<string, (string Head, StringBuilder Rules)> chains = [];
    private readonly List<string> sets = [];
    private readonly StringBuilder others = new();

    public NftHost(bool v6, Random random)
    {
        this.v6 = v6;
        family = random.Next(2) == 0 ? "inet" : v6 ? "ip6" : "ip";
        forward = Planner.Policy(random).ToLowerInvariant();
    }

    public void Add(Draw draw, string table, Deed deed, Case made, string words, Random random)
    {
        sets.AddRange(made.Sets);
        var tag = made.NoTag ? "" : $"{(v6 ? "ip6" : "ip")} daddr {draw.Tag} ";
        var asked = deed.Needs is "tcp|udp" && made.Protocol is "tcp" or "udp" ? $"meta l4proto {made.Protocol} "
            : made.Text.Contains("tcp ", StringComparison.Ordinal) || made.Text.Contains("udp", StringComparison.Ordinal) ? ""
            : made.Protocol switch { "syn" => "tcp flags & (syn|rst) == syn ", "tcp" => "meta l4proto tcp ", _ => "" };
        if (made.Before is { } earlier) In("mangle", Hook.Prerouting, random, $"{tag}{earlier.Match} {earlier.Action}");
        var rule = $"{tag}{asked}{made.Text} counter {words.Replace(" continue", "", StringComparison.Ordinal)} comment \"k{draw.Number}\"";
        if (deed.Name == "RETURN" || random.Next(4) == 0)
        {
            var chain = $"u{draw.Number}";
            others.Append(CultureInfo.InvariantCulture, $"chain {chain} {{\n{rule}\n{(deed.Name == "RETURN" ? "accept\n" : "")}}}\n");
            var goes = deed.Name != "RETURN" && random.Next(3) == 0 ? "goto" : "jump";
            In(table, draw.Hook, random, random.Next(3) == 0 && tag.Length > 0 ? $"{(v6 ? "ip6" : "ip")} daddr vmap {{ {draw.Tag} : {goes} {chain} }}" : $"{tag}{goes} {chain}");
            if (deed.Name is "RETURN" or "ACCEPT" && tag.Length > 0) In(table, draw.Hook, random, $"{tag}drop");
            return;
        }
        In(table, draw.Hook, random, rule);
        if (deed.Name == "ACCEPT" && tag.Length > 0) In(table, draw.Hook, random, $"{tag}drop");
    }

    public string Script()
    {
        var asksFamily = others.ToString()is var apart && Only(apart) || chains.Values.Any(c => Only(c.Rules.ToString()));
        // said of both families, these exist in their common table only
        static bool Only(string rules) => rules.Contains("nfproto", StringComparison.Ordinal) || rules.Contains("icmpx", StringComparison.Ordinal);
        var text = new StringBuilder("nft -f - <<'END' || exit 1\n").Append(CultureInfo.InvariantCulture, $"table {(asksFamily ? "inet" : family)} oracle {{\n");
        foreach (var set in sets) text.Append(set).Append('\n');
        text.Append(others);
        foreach (var (_, (head, rules)) in chains) text.Append(head).Append(rules).Append("}\n");
        return text.Append("}\nEND\n").ToString();
    }

    private void In(string table, Hook hook, Random random, string rule)
    {
        var key = $"{table}-{hook}".ToLowerInvariant();
        if (!chains.TryGetValue(key, out var chain))
        {
            var priorities = Priorities[table];
            var priority = table == "nat" && hook == Hook.Postrouting ? 100 : priorities[random.Next(priorities.Length)];
            var type = table == "nat" ? "nat" : table == "mangle" && hook == Hook.Output ? "route" : "filter";
            var policy = table == "filter" && hook == Hook.Forward ? $" policy {forward};" : "";
            chains[key] = chain = ($"chain {key} {{\ntype {type} hook {hook.ToString().ToLowerInvariant()} priority {priority};{policy}\n", new StringBuilder());
        }
        chain.Rules.Append(rule).Append('\n');
    }
}
