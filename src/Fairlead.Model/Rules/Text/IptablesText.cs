using System.Globalization;
using System.Text;
using Fairlead.Model.Rules.Decode;

namespace Fairlead.Model.Rules.Text;

/// <summary>Rules as iptables-save prints them (iptables 1.8): addresses and interfaces first, then matches in their order, then the target.</summary>
public static class IptablesText
{
    private static readonly string[] TableOrder = ["mangle", "security", "raw", "filter", "nat"];
    private const int Network = 1, Transport = 2, MetaIn = 6, MetaOut = 7, MetaMark = 3, MetaTrace = 12, MetaProtocol = 16;

    /// <summary>"-A CHAIN …", without counters. What iptables has no words for stands in brackets.</summary>
    public static string Rule(RuleSet set, Table table, Chain chain, Rule rule) => Written(set, table, rule).Finish(chain.Name);

    /// <summary>
    /// The same; null when the rule was not written by iptables: it says something that iptables has no words for, or has two targets. iptables-save then
    /// calls the whole table incompatible and shows nothing of it.
    /// </summary>
    public static string? OwnRule(RuleSet set, Table table, Chain chain, Rule rule) =>
        Written(set, table, rule) is { Foreign: false } line ? line.Finish(chain.Name) : null;

    private static Line Written(RuleSet set, Table table, Rule rule)
    {
        var line = new Line(set, table.Family == TableFamily.Ip6);
        foreach (var part in rule.Parts)
        {
            line.Add(part);
        }

        return line;
    }

    /// <summary>"-P INPUT DROP".</summary>
    public static string Policy(Chain chain) => $"-P {chain.Name} {(chain.PolicyAccepts == false ? "DROP" : "ACCEPT")}";

    /// <summary>A whole family as iptables-save, ip6tables-save or iptables-legacy-save prints it, comment lines left out.</summary>
    public static string Save(RuleSet set, TableFamily family, TableStyle style, bool counters)
    {
        var text = new StringBuilder();
        foreach (var table in Ordered(set.Tables.Where(t => t.Family == family && t.Style == style), style))
        {
            var chains = Chains(table);
            text.Append('*').Append(table.Name).Append('\n');
            foreach (var (name, chain) in chains)
            {
                var policy = chain is { Hook: null } ? "-" : chain?.PolicyAccepts == false ? "DROP" : "ACCEPT";
                var count = counters && chain?.PolicyCounter is { } c ? $"[{c.Packets}:{c.Bytes}]" : "[0:0]";
                text.Append(':').Append(name).Append(' ').Append(policy).Append(' ').Append(count).Append('\n');
            }

            foreach (var chain in chains.Select(c => c.Chain).OfType<Chain>())
            {
                foreach (var rule in chain.Rules)
                {
                    text.Append(counters && rule.Counter is { } c ? $"[{c.Packets}:{c.Bytes}] " : "").Append(Rule(set, table, chain, rule)).Append('\n');
                }
            }

            text.Append("COMMIT\n");
        }

        return text.ToString();
    }

    /// <summary>iptables-nft lists the tables in the order of its own list; the legacy tool in the kernel's.</summary>
    private static IEnumerable<Table> Ordered(IEnumerable<Table> tables, TableStyle style) =>
        style == TableStyle.Legacy ? tables : tables.OrderBy(t => Array.IndexOf(TableOrder, t.Name));

    /// <summary>
    /// The built-in chains by hook, and behind them the others by name. iptables-nft lists built-in chains that the kernel does not have (yet) too: they
    /// are null.
    /// </summary>
    private static List<(string Name, Chain? Chain)> Chains(Table table)
    {
        var all = table.Chains.Where(c => !c.Bound).ToList();
        var builtIn = all.Where(c => c.Hook is not null).ToDictionary(c => c.Name, c => c);
        string[] names = table.Name switch
        {
            "nat" => ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"],
            "mangle" => ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"],
            "raw" => ["PREROUTING", "OUTPUT"],
            _ => ["INPUT", "FORWARD", "OUTPUT"],
        };
        return [.. names.Where(n => table.Style == TableStyle.Iptables || builtIn.ContainsKey(n)).Select(n => (n, builtIn.GetValueOrDefault(n))),
            .. all.Where(c => c.Hook is null).OrderBy(c => c.Name, StringComparer.Ordinal).Select(c => (c.Name, (Chain?)c))];
    }

    internal static string Not(bool inverted) => inverted ? "! " : "";

    /// <summary>The names that iptables has built in; others it takes from /etc/protocols of whatever file system it is run in, or prints as numbers.</summary>
    internal static string Protocol(int protocol) => protocol switch
    {
        1 => "icmp",
        6 => "tcp",
        17 => "udp",
        33 => "dccp",
        50 => "esp",
        51 => "ah",
        58 => "ipv6-icmp",
        108 => "ipcomp",
        132 => "sctp",
        135 => "mobility-header",
        136 => "udplite",
        _ => protocol.ToString(CultureInfo.InvariantCulture),
    };

    internal static string Range(int from, int to) => from == to
        ? from.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{from}:{to}");

    internal static string Quoted(string text) => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
        ? text : "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal) + "\"";

    /// <summary>Collects a line's pieces, which are printed in another order than the kernel keeps them.</summary>
    private sealed class Line(RuleSet set, bool v6)
    {
        private readonly StringBuilder matches = new();
        private string source = "", destination = "", input = "", output = "", protocol = "", target = "", fragment = "";
        private int number = -1;

        public bool Foreign { get; private set; }

        public void Add(Part part)
        {
            Foreign |= target.Length > 0 && part is not CounterPart || part is LogPart { Group: null };
            switch (part)
            {
                case Match match:
                    Native(match);
                    break;
                case LimitPart limit:
                    matches.Append(IptablesMatches.Limit(limit));
                    break;
                case XtPart { Target: false } xt:
                    matches.Append(IptablesMatches.Of(set, xt, v6));
                    break;
                case XtPart xt:
                    target = IptablesTargets.Of(set, xt, v6);
                    break;
                case VerdictPart verdict:
                    target = Verdict(verdict);
                    break;
                case LogPart log:
                    target = IptablesTargets.Nflog(log);
                    break;
                case RejectPart reject:
                    Foreign = true;
                    target = $" -j REJECT [ reject type {reject.Type} code {reject.Code} ]";
                    break;
                case CounterPart:
                    break;
                case Assign { To: { Source: ValueSource.Meta, Key: MetaTrace } }:
                    target = " -j TRACE";
                    break;
                default:
                    Foreign |= part is not UnknownPart;
                    matches.Append(" [ ").Append(part is UnknownPart unknown ? unknown.Name : part.GetType().Name).Append(" ]");
                    break;
            }
        }

        public string Finish(string chain) => $"-A {chain}{source}{destination}{input}{output}{protocol}{fragment}{matches}{target}";

        private void Native(Match m)
        {
            var not = Not(m.Op == 1);
            switch (m.Left)
            {
                case { Source: ValueSource.Meta, Key: MetaIn }:
                    input = $" {not}-i {Interface(m)}";
                    break;
                case { Source: ValueSource.Meta, Key: MetaOut }:
                    output = $" {not}-o {Interface(m)}";
                    break;
                case { Source: ValueSource.Meta, Key: MetaProtocol }:
                case { Source: ValueSource.Payload, Base: Network, Length: 1 } when PayloadFields.IsProtocol(v6 ? TableFamily.Ip6 : TableFamily.Ip, m.Left):
                    number = m.Value[0];
                    protocol = $" {not}-p {Protocol(number)}";
                    break;
                case { Source: ValueSource.Payload, Base: Network } when m.Left.Offset == (v6 ? 8 : 12):
                    source = $" {not}-s {Address(m)}";
                    break;
                case { Source: ValueSource.Payload, Base: Network } when m.Left.Offset == (v6 ? 24 : 16):
                    destination = $" {not}-d {Address(m)}";
                    break;
                case { Source: ValueSource.Payload, Base: Network, Offset: 6, Length: 2 }:
                    fragment = $" {Not(m.Op == 0)}-f";
                    break;
                case { Source: ValueSource.Payload, Base: Transport, Offset: 0 or 2, Length: 2 }:
                    matches.Append(Ports(m));
                    break;
                // both ports compared in one load, negated: iptables writes it as if each were
                case { Source: ValueSource.Payload, Base: Transport, Offset: 0, Length: 4 } when m is { Op: 0 or 1, Upper: null, Value.Length: 4 }:
                    matches.Append(Ports(m with { Left = m.Left with { Length = 2 }, Value = m.Value[..2] }))
                        .Append(Ports(m with { Left = m.Left with { Length = 2, Offset = 2 }, Value = m.Value[2..] }));
                    break;
                case { Source: ValueSource.Payload, Base: Transport, Offset: 13, Length: 1, Mask: [var mask] }:
                    matches.Append(CultureInfo.InvariantCulture, $"{Module()} {not}--tcp-flags {IptablesMatches.TcpFlags(mask)} {IptablesMatches.TcpFlags(m.Value[0])}");
                    break;
                case { Source: ValueSource.Meta, Key: MetaMark }:
                    var mark = m.Value.Length == 4 ? BitConverter.ToUInt32(m.Value) : 0;
                    var only = m.Left.Mask is { Length: 4 } bits ? BitConverter.ToUInt32(bits) : uint.MaxValue;
                    matches.Append(CultureInfo.InvariantCulture, $" -m mark {not}--mark 0x{mark:x}{(only == uint.MaxValue ? "" : $"/0x{only:x}")}");
                    break;
                default:
                    Foreign = true;
                    matches.Append(CultureInfo.InvariantCulture, $" [ {m.Left.Source} {m.Left.Key} base {m.Left.Base} offset {m.Left.Offset} op {m.Op} {Convert.ToHexStringLower(m.Value)} ]");
                    break;
            }
        }

        private string Module() => matches.ToString().Contains($" -m {Protocol(number)}", StringComparison.Ordinal) ? "" : $" -m {Protocol(number)}";

        private string Ports(Match m)
        {
            var option = m.Left.Offset == 0 ? "--sport" : "--dport";
            var from = m.Value.Length == 2 ? m.Value[0] << 8 | m.Value[1] : 0;
            var to = m.Upper is { Length: 2 } upper ? upper[0] << 8 | upper[1] : from;
            return (m.Op, m.Upper) switch
            {
                (0 or 1, _) => $"{Module()} {Not(m.Op == 1)}{option} {Range(from, to)}",
                (3, null) => $"{Module()} {option} {Range(0, from)}",
                (5, null) => $"{Module()} {option} {Range(from, 65535)}",
                (2, null) => $"{Module()} {option} {Range(0, from - 1)}",
                _ => $"{Module()} {option} {Range(from + 1, 65535)}",
            };
        }

        /// <summary>A name without its NUL compares a beginning only: "eth+".</summary>
        private static string Interface(Match m)
        {
            var end = Array.IndexOf(m.Value, (byte)0);
            return end >= 0 ? Encoding.ASCII.GetString(m.Value, 0, end) : Encoding.ASCII.GetString(m.Value) + "+";
        }

        private string Address(Match m)
        {
            var length = v6 ? 16 : 4;
            var address = new byte[length];
            m.Value.AsSpan(0, Math.Min(length, m.Value.Length)).CopyTo(address);
            var prefix = m.Left.Mask is { } mask ? IptablesMatches.PrefixOf(mask) : 8 * m.Left.Length;
            return prefix is { } bits ? $"{IptablesMatches.Ip(address)}/{bits}" : $"{IptablesMatches.Ip(address)}/{IptablesMatches.Ip(m.Left.Mask!)}";
        }

        private static string Verdict(VerdictPart v) => v.Code switch
        {
            VerdictCode.Accept => " -j ACCEPT",
            VerdictCode.Drop => " -j DROP",
            VerdictCode.Return => " -j RETURN",
            VerdictCode.Queue => " -j QUEUE",
            VerdictCode.Jump => " -j " + v.Chain,
            VerdictCode.Goto => " -g " + v.Chain,
            _ => "",
        };
    }
}
