using System.Collections.Immutable;

namespace Fairlead.Model.Rules.Text;

/// <summary>
/// Writes the statements of one rule. State: which headers are established and which statements are hidden because a later one implies them.
/// </summary>
internal sealed partial class NftWriter(NftScope scope)
{
    private const int MaxDepth = 8;
    private readonly NftScope _scope = scope;
    private const int TunnelHeader = 4;
    private NftProtocols _protocols = new(scope.Table.Family);
    private NftProtocols? _inner;
    private string? _tunnel;
    private bool _templates;
    private readonly List<string?> _items = [];

    /// <summary>The rule as nft lists it, comment included.</summary>
    public static string Rule(NftScope scope, Rule rule, int depth)
    {
        var writer = new NftWriter(scope);
        foreach (Part part in rule.Parts) writer.Write(part, depth);
        if (rule.Comment is { Length: > 0 } comment) writer.Add("comment " + NftValues.Quote(comment));
        return writer.Text();
    }

    /// <summary>Statements that stand for themselves: the counters and limits of a set and of its elements.</summary>
    public static string Statements(NftScope scope, ImmutableArray<Part> parts)
    {
        var writer = new NftWriter(scope);
        foreach (Part part in parts) writer.Write(part, MaxDepth);
        return writer.Text();
    }

    /// <summary>What a set gives to each of its elements: a counter of it has no numbers.</summary>
    public static string Templates(NftScope scope, ImmutableArray<Part> parts)
    {
        var writer = new NftWriter(scope) { _templates = true };
        foreach (Part part in parts) writer.Write(part, MaxDepth);
        return writer.Text();
    }

    private string Text() => string.Join(' ', _items.Where(i => i is not null));

    private void Add(string text) => _items.Add(text);

    /// <summary>A field of a header is printed: hide the statements that only said which header it is.</summary>
    private void Imply(int atBase, string header, NftField? field)
    {
        if (header == "th") return;
        foreach (int statement in _protocols.Implied(atBase, header, field).ToArray()) _items[statement] = null;
    }

    private void Write(Part part, int depth)
    {
        switch (part)
        {
            case Match m: Compare(m); break;
            case SetMatch m: LookUp(m); break;
            case VerdictMap m: Branch(m); break;
            case VerdictPart v: Add(Verdict(v, depth)); break;
            case CounterPart c: Add(_templates ? "counter" : $"counter packets {c.Packets} bytes {c.Bytes}"); break;
            case NatPart n: Add(Nat(n)); break;
            case Assign a: Add(Set(a)); break;
            case LimitPart l: Add("limit " + NftStatements.Rate(l, inObject: false)); break;
            case QuotaPart q: Add("quota " + NftStatements.Quota(q)); break;
            case ConnLimitPart c: Add($"ct count {(c.Over ? "over " : "")}{c.Count}"); break;
            case LastPart l: Add("last used " + (l.Set ? NftValues.Duration(l.AgeMs) : "never")); break;
            case LogPart l: Add(NftStatements.Log(l)); break;
            case RejectPart r: Add(Reject(r)); break;
            case DynSetPart d: Add(Dynamic(d)); break;
            case ObjectPart o: Add(Object(o)); break;
            case TproxyPart t: Add(Tproxy(t)); break;
            case QueuePart q: Add(Queue(q)); break;
            case DupPart d: Add(Dup(d)); break;
            case FwdPart f: Add(Fwd(f)); break;
            case SynproxyPart s: Add("synproxy" + NftStatements.Synproxy(s)); break;
            case OffloadPart o: Add("flow add @" + NftValues.Clean(o.Flowtable)); break;
            case NotrackPart: Add("notrack"); break;
            case XtPart x: Add(_scope.Raw($"xt {(x.Target ? "target" : "match")} {NftValues.Clean(x.Name)} rev {x.Revision} {Convert.ToHexStringLower(x.Info)}")); break;
            case UnknownPart u: Add(_scope.Raw($"{NftValues.Clean(u.Name)} {Convert.ToHexStringLower(u.Attributes)}")); break;
            default: Add(_scope.Raw(part.GetType().Name)); break;
        }
    }

    private string Verdict(VerdictPart v, int depth)
    {
        if (v.Code is not (VerdictCode.Jump or VerdictCode.Goto) || v.Chain is not { } name || depth >= MaxDepth || _scope.Enter(name) is not { } chain)
            return NftStatements.Verdict(v);
        // A chain without a name of its own is written where it is used.
        string indent = new('\t', 3 + depth);
        string lines = string.Concat(chain.Rules.Select(r => indent + Rule(_scope, r, depth + 1) + "\n"));
        _scope.Leave(name);
        return (v.Code == VerdictCode.Jump ? "jump" : "goto") + " {\n" + lines + new string('\t', 2 + depth) + "}";
    }

    private string Reject(RejectPart r)
    {
        bool both = _scope.Table.Family is TableFamily.Inet or TableFamily.Bridge or TableFamily.Netdev;
        switch (r.Type)
        {
            case 1:
                if (!both && _protocols.Header[2] == "tcp" && _protocols.TakeTransport() is >= 0 and var tcp) _items[tcp] = null;
                return "reject with tcp reset";
            case 2:
                return both && r.Code == 1 ? "reject" : "reject with icmpx " + NftStatements.Code(NftType.IcmpxCode, r.Code);
        }
        bool six = _scope.Table.Family == TableFamily.Ip6 || (both && _protocols.Header[1] == "ip6");
        if (both && _protocols.TakeNetwork() is >= 0 and var implied) _items[implied] = null;
        if (!both && r.Code == (six ? 4 : 3)) return "reject";
        return six ? "reject with icmpv6 " + NftStatements.Code(NftType.Icmp6Code, r.Code) : "reject with icmp " + NftStatements.Code(NftType.IcmpCode, r.Code);
    }

    private string Dynamic(DynSetPart d)
    {
        (string key, _) = ShowKey(d.Key);
        string text = $"{d.Op switch { 0 => "add", 1 => "update", 2 => "delete", _ => "op" + Number(d.Op) }} @{NftValues.Clean(d.Set)} {{ {key}";
        if (d.TimeoutMs is > 0 and var timeout) text += " timeout " + NftValues.Duration(timeout);
        if (d.Expressions.Length > 0) text += " " + Statements(_scope, d.Expressions);
        if (d.Data.Length > 0) text += " : " + string.Join(" . ", d.Data.Select((o, i) => DynamicData(d.Set, o, i, d.Data.Length)));
        return text + " }";
    }

    private string DynamicData(string setName, Operand o, int index, int count)
    {
        if (o.Source != ValueSource.Immediate || _scope.Set(setName) is not { } set) return Show(o).Text;
        List<NftType> types = NftTypes.Unpack(set.DataType);
        if (count == types.Count) return _scope.Format(types[index], o.Immediate ?? [], NftTypes.HostOrder(types[index]));
        return new NftElements(_scope, set, [], null).Data(o.Immediate ?? [], null);
    }

    private string Object(ObjectPart o)
    {
        string what = o.Type switch
        {
            1 => "counter name", 2 => "quota name", 3 => "ct helper set", 4 => "limit name", 5 => "ct count name", 6 => "tunnel name",
            7 => "ct timeout set", 8 => "meta secmark set", 9 => "ct expectation set", 10 => "synproxy name",
            _ => _scope.Raw("objref type " + Number(o.Type)),
        };
        if (o.Set is { } set)
        {
            (string key, List<NftShown> fields) = ShowKey(o.Key);
            return $"{what} {key} map {SetText(set, fields)}";
        }
        return what + " " + NftValues.Quote(o.Name ?? "");
    }
}
