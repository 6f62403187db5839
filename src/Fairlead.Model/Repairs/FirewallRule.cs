using System.Collections.Immutable;
using System.Globalization;
using System.Net.Sockets;
using Fairlead.Model.Causes;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Rules;
using Fairlead.Model.Walk;
using Fairlead.Model.Words;
using Fairlead.Model.World;
using RuleChain = Fairlead.Model.Rules.Chain;

namespace Fairlead.Model.Repairs;

/// <summary>The narrowest rule that lets through what a rule of the host dropped: one interface, one port, one protocol, in front of the chain that dropped it (SAFETY 32).</summary>
/// <param name="Chain">The base chain before whose rules it stands.</param>
/// <param name="Interface">The bridge by which the packets come (or leave, for an answer); "lo" from the host itself; null where it is neither.</param>
/// <param name="Answer">What was dropped is the answer, which is known by its source port.</param>
/// <param name="Tool">"iptables", "ip6tables", "iptables-legacy", "ip6tables-legacy", "nft", "ufw" or "firewalld".</param>
public sealed record FirewallRule(RuleChain Chain, string? Interface, string Protocol, int Port, bool Answer, string Tool)
{
    private const string Comment = "fairlead";

    /// <summary>firewalld's zone and the client's network, which its rules name instead of an interface.</summary>
    private (string Zone, string Source, string Family) Zone { get; init; }

    /// <summary>A manager keeps the host's rules: it is asked, not gone round.</summary>
    public bool Managed => Tool is "ufw" or "firewalld";

    /// <summary>The rule for the stop of this question; null where no rule of a filter chain can be put before it.</summary>
    public static FirewallRule? For(Question q)
    {
        if (q.Stop is not { Rule: { } step, Flow: { } flow, Sandbox.IsHost: true } stop || step.Table.Style == TableStyle.Native && step.Table.Family is not (TableFamily.Inet or TableFamily.Ip or TableFamily.Ip6)
            || BaseOf(step, stop.Reply) is not { } chain)
        {
            return null;
        }

        var six = flow.Destination.AddressFamily == AddressFamily.InterNetworkV6;
        var rule = new FirewallRule(chain, Bridge(q), flow.Protocol, stop.Reply ? flow.SourcePort : flow.DestinationPort, stop.Reply,
            chain.Style == TableStyle.Native ? "nft" : (six ? "ip6tables" : "iptables") + (chain.Style == TableStyle.Legacy ? "-legacy" : ""));
        if (InChargeOfUfw(q.World.Host, step, chain))
        {
            return rule with { Tool = "ufw" };
        }

        return ZoneOf(step) is { } zone && q.World.Networks.FirstOrDefault(n => n.BridgeName == rule.Interface)?.Subnets
                .FirstOrDefault(s => s.Range.BaseAddress.AddressFamily == flow.Destination.AddressFamily) is { } subnet && !stop.Reply
            ? rule with { Tool = "firewalld", Zone = (zone, subnet.Range.ToString(), six ? "ipv6" : "ipv4") } : rule;
    }

    /// <summary>As programs are given them.</summary>
    public ImmutableArray<ImmutableArray<string>> Adding => Tool switch
    {
        "ufw" => [["ufw", "allow", .. Ufw, "comment", Comment]],
        "firewalld" => [["firewall-cmd", "--zone=" + Zone.Zone, "--add-rich-rule=" + Rich], ["firewall-cmd", "--permanent", "--zone=" + Zone.Zone, "--add-rich-rule=" + Rich]],
        "nft" => [["nft", "insert", "rule", .. NftChain, .. Nft]],
        _ => [[Tool, "-w", .. Chain.Table == "filter" ? [] : new[] { "-t", Chain.Table }, "-I", Chain.Name, .. Iptables]],
    };

    /// <summary>For a POSIX shell. nft deletes by handle only, and the handle exists once the rule does.</summary>
    public ImmutableArray<string> Removing => Tool switch
    {
        "ufw" => [Shell.Command(["ufw", "delete", "allow", .. Ufw])],
        "firewalld" => [.. Adding.Select(a => Shell.Command(a.Select(w => w.Replace("--add-", "--remove-", StringComparison.Ordinal))))],
        "nft" => [$"{Shell.Command(["nft", "-a", "list", "chain", .. NftChain])} | sed -n 's/.*{(Answer ? "sport" : "dport")} {Number} accept comment \"{Comment}\" # handle //p' | head -n 1 | xargs -r {Shell.Command(["nft", "delete", "rule", .. NftChain])} handle"],
        _ => [Shell.Command([Tool, "-w", .. Chain.Table == "filter" ? [] : new[] { "-t", Chain.Table }, "-D", Chain.Name, .. Iptables])],
    };

    /// <summary>How it is carried out; null where it is only printed.</summary>
    public StepAction? Action => Answer || Chain.Hook != Hook.Input || (Tool != "nft" && Chain.Table != "filter") ? null
        : new StepAction.AllowInFirewall(Tool, Interface, Protocol, Port, Tool == "nft" ? [.. NftChain] : []);

    private string Number => Port.ToString(CultureInfo.InvariantCulture);

    private string[] NftChain => [Show.FamilyName(Chain.Family), Chain.Table, Chain.Name];

    private string[] Nft => [.. Interface is null ? [] : new[] { Answer ? "oifname" : "iifname", Interface }, Protocol, Answer ? "sport" : "dport", Number, "accept", "comment", Comment];

    private string[] Iptables =>
        [.. Interface is null ? [] : new[] { Answer ? "-o" : "-i", Interface }, "-p", Protocol, Answer ? "--sport" : "--dport", Number, "-m", "comment", "--comment", Comment, "-j", "ACCEPT"];

    private string[] Ufw => Answer
        ? [.. Interface is null ? ["out"] : new[] { "out", "on", Interface }, "from", "any", "port", Number, "proto", Protocol]
        : [.. Interface is null ? [] : new[] { "in", "on", Interface }, "to", "any", "port", Number, "proto", Protocol];

    private string Rich => $"rule family=\"{Zone.Family}\" source address=\"{Zone.Source}\" port port=\"{Number}\" protocol=\"{Protocol}\" accept";

    private static string? Bridge(Question q) => q.Source is null ? "lo"
        : q.World.EndpointsOf(q.Source) is [var only] ? q.World.NetworkOf(only)?.BridgeName
        : q.Path?.Steps.LastOrDefault(s => s.Flow is not null && ReferenceEquals(s.Sandbox, q.From))?.Flow?.Source is { } src ? q.World.NetworkContaining(src)?.BridgeName : null;

    // The base chain through which the packet came to the rule: itself, or one of the same table from which it is reached by jumps.
    private static RuleChain? BaseOf(RuleStep step, bool answer)
    {
        if (step.Chain.Hook is not null)
        {
            return step.Chain.Type == "nat" ? null : step.Chain;
        }

        Hook[] order = answer ? [Hook.Output, Hook.Postrouting] : [Hook.Input, Hook.Prerouting];
        return step.Table.Chains.Where(c => c.Hook is { } hook && order.Contains(hook) && c.Type != "nat" && Reaches(step.Table, c, step.Chain.Name, 0))
            .OrderBy(c => Array.IndexOf(order, c.Hook!.Value)).FirstOrDefault();
    }

    private static bool Reaches(Table table, RuleChain from, string name, int depth) => depth < 8 && from.Rules.SelectMany(r => r.Parts.OfType<VerdictPart>())
        .Concat(from.Rules.SelectMany(r => r.Parts.OfType<VerdictMap>()).SelectMany(m => table.Sets.Where(s => s.Name == m.Set)).SelectMany(s => s.Elements).Select(e => e.Verdict).OfType<VerdictPart>())
        .Any(v => v.Chain is { } to && (to == name || (table.Chains.FirstOrDefault(c => c.Name == to) is { } next && Reaches(table, next, name, depth + 1))));

    // ufw names its chains. What drops before its own are asked is not for ufw to allow.
    private static bool InChargeOfUfw(Sandbox host, RuleStep step, RuleChain chain) =>
        step.Chain.Name.StartsWith("ufw", StringComparison.Ordinal)
        || (chain.Table == "filter" && step.Rule is null && (host.Rules.Or(null)?.Tables.Any(t => t.Chains.Any(c => c.Name == "ufw-user-input")) ?? false));

    // filter_IN_public, filter_IN_public_deny (nftables) or IN_public (iptables): the zone that decided.
    private static string? ZoneOf(RuleStep step)
    {
        var name = step.Chain.Name;
        var rest = name.StartsWith("filter_IN_", StringComparison.Ordinal) ? name["filter_IN_".Length..] : name.StartsWith("IN_", StringComparison.Ordinal) ? name["IN_".Length..] : null;
        foreach (var end in new[] { "_pre", "_log", "_deny", "_allow", "_post" })
        {
            rest = rest is not null && rest.EndsWith(end, StringComparison.Ordinal) ? rest[..^end.Length] : rest;
        }

        return rest is { Length: > 0 } && Shell.IsBare(rest) ? rest : null;
    }
}
