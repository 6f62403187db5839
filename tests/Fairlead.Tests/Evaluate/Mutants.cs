using System.Buffers.Binary;
using System.Collections.Immutable;
using Fairlead.Model.Rules;

namespace Fairlead.Tests.Evaluate;

/// <summary>
/// Wrong evaluators, made by changing what the right one is given: "asks the port negated" is the evaluator on rules whose ports are negated. Each changes one thing
/// everywhere in a rule set.
/// </summary>
internal static class Mutants
{
    public static IEnumerable<(string Name, Func<RuleSet, RuleSet> Change)> All => [.. Native, .. Xt, .. Structure];

    private static readonly (string Name, Func<Operand, bool> Is)[] Values =
    [
        ("protocol", o => o is { Source: ValueSource.Meta, Key: 16 }), ("interface in", o => o is { Source: ValueSource.Meta, Key: 6 }), ("interface out", o => o is { Source: ValueSource.Meta, Key: 7 }),
        ("index in", o => o is { Source: ValueSource.Meta, Key: 4 }), ("mark", o => o is { Source: ValueSource.Meta, Key: 3 }), ("length", o => o is { Source: ValueSource.Meta, Key: 0 }),
        ("user", o => o is { Source: ValueSource.Meta, Key: 10 }), ("group", o => o is { Source: ValueSource.Meta, Key: 11 }), ("ct state", o => o is { Source: ValueSource.Ct, Key: 0 }),
        ("ct direction", o => o is { Source: ValueSource.Ct, Key: 1 }), ("ct mark", o => o is { Source: ValueSource.Ct, Key: 3 }), ("fib", o => o.Source == ValueSource.Fib),
        ("source port", o => o is { Source: ValueSource.Payload, Base: 2, Offset: 0, Length: 2 }), ("destination port", o => o is { Source: ValueSource.Payload, Base: 2, Offset: 2, Length: 2 }),
        ("tcp flags", o => o is { Source: ValueSource.Payload, Base: 2, Offset: 13 }), ("source", o => o is { Source: ValueSource.Payload, Base: 1, Offset: 8 or 12 }),
        ("destination", o => o is { Source: ValueSource.Payload, Base: 1, Offset: 16 or 24 }), ("hardware address", o => o is { Source: ValueSource.Payload, Base: 0 }),
    ];

    private static IEnumerable<(string, Func<RuleSet, RuleSet>)> Native =>
    [
        .. Values.Select(v => ($"{v.Name} negated", Parts(p => p is Match m && v.Is(m.Left) ? m with { Op = m.Op ^ 1 } : p))),
        .. Values.Where(v => v.Name is not ("interface in" or "interface out" or "fib" or "ct state" or "protocol"))
            .Select(v => ($"{v.Name} off by one", Parts(p => p is Match m && v.Is(m.Left) ? m with { Value = Plus(m.Value, 1), Upper = m.Upper is null ? null : Plus(m.Upper, 1) } : p))),
        ("range's end left out", Parts(p => p is Match { Upper: { } upper } m ? m with { Upper = Plus(upper, -1) } : p)),
        ("range's end passed", Parts(p => p is Match { Upper: { } upper } m ? m with { Upper = Plus(upper, 1) } : p)),
        ("less or equal for less", Parts(p => p is Match { Op: 2, Upper: null } m ? m with { Op = 3 } : p)),
        ("less for less or equal", Parts(p => p is Match { Op: 3, Upper: null } m ? m with { Op = 2 } : p)),
        ("greater or equal for greater", Parts(p => p is Match { Op: 4, Upper: null } m ? m with { Op = 5 } : p)),
        ("masks ignored", Parts(p => p is Match { Left: { Mask: not null, Source: not ValueSource.Ct } left } m ? m with { Left = left with { Mask = null } } : p)),
        ("set tests negated", Parts(p => p is SetMatch s ? s with { Inverted = !s.Inverted } : p)),
        ("set elements off by one", set => set with { Tables = [.. set.Tables.Select(t => t with { Sets = [.. t.Sets.Select(s => s with { Elements = [.. s.Elements.Select(e => e with { Key = Plus(e.Key, 1) })] })] })] }),
        ("upper ends of elements off by one", set => set with { Tables = [.. set.Tables.Select(t => t with { Sets = [.. t.Sets.Select(s => s with { Elements = [.. s.Elements.Select(e => e.KeyEnd is null ? e : e with { KeyEnd = Plus(e.KeyEnd, -1) })] })] })] }),
        ("rate limits negated", Parts(p => p is LimitPart l ? l with { Over = !l.Over } : p)),
        ("connection counts negated", Parts(p => p is ConnLimitPart l ? l with { Over = !l.Over } : p)),
        ("quotas negated", Parts(p => p is QuotaPart l ? l with { Over = !l.Over } : p)),
    ];

    // Where each blob says "not", and where it has a number of which one more is another answer.
    private static IEnumerable<(string, Func<RuleSet, RuleSet>)> Xt =>
    [
        Flip("tcp", 11, 1), Flip("tcp", 11, 2), Flip("tcp", 11, 4), Flip("tcp", 11, 8), Flip("udp", 8, 1), Flip("udp", 8, 2), Flip("icmp", 3, 1), Flip("icmp6", 3, 1), Flip("multiport", 47, 1),
        Flip("mark", 8, 1), Flip("connmark", 8, 1), Flip("set", 3, 1), Flip("physdev", 64, 0x1f), Flip("mac", 8, 1), Flip("owner", 17, 1), Flip("owner", 17, 2), Flip("owner", 17, 4),
        Flip("tcpmss", 4, 1), Flip("length", 4, 1), Flip("pkttype", 4, 1), Flip("dscp", 1, 1), Flip("tos", 2, 1), Flip("string", 149, 1), Flip("statistic", 2, 1), Flip("rpfilter", 0, 8),
        Flip("policy", 304, 4), Flip("helper", 0, 1), Flip("recent", 9, 1), Flip("quota", 0, 1), Flip("connlimit", 20, 1),
        ("iprange negated", Blob("iprange", b => b[64] ^= (byte)((b[64] & 3) << 4))),
        ("addrtype source negated", Blob("addrtype", b => b[4] ^= 1)), ("addrtype destination negated", Blob("addrtype", b => b[4] ^= 2)),
        ("addrtype LOCAL taken for UNICAST", Blob("addrtype", b => { for (var i = 0; i < 4; i += 2) if ((b[i] & 6) is 2 or 4) b[i] ^= 6; })),
        ("conntrack state negated", Blob("conntrack", b => b[148] ^= (byte)(b[146] & 1))), ("conntrack protocol negated", Blob("conntrack", b => b[148] ^= (byte)(b[146] & 2))),
        ("conntrack original source negated", Blob("conntrack", b => b[148] ^= (byte)(b[146] & 4))), ("conntrack reply destination negated", Blob("conntrack", b => b[148] ^= (byte)(b[146] & 0x20))),
        ("conntrack status negated", Blob("conntrack", b => b[148] ^= (byte)(b[146] & 0x40))), ("conntrack direction negated", Blob("conntrack", b => b[149] ^= (byte)(b[147] & 0x10))),
        ("conntrack port negated", Blob("conntrack", b => b[149] ^= (byte)(b[147] & 2))),
        ("NEW taken for ESTABLISHED", Blob("conntrack", b => { if ((b[150] & 10) is 2 or 8) b[150] ^= 10; })),
        Next("tcp", 0), Next("tcp", 2, -1), Next("tcp", 4), Next("tcp", 6, -1), Next("udp", 0), Next("udp", 2, -1), Next("udp", 4), Next("udp", 6, -1), Next("multiport", 2), Next("multiport", 4), Next("multiport", 6, -1),
        Next("length", 0), Next("length", 2, -1), Next("tcpmss", 0), Next("tcpmss", 2, -1), Next("dscp", 0), Next("ttl", 1), Next("hl", 1), Next("owner", 0), Next("owner", 4, -1), Next("owner", 8), Next("mark", 0), Next("connmark", 0),
        Next("icmp", 0), Next("icmp6", 0), Next("mac", 5), Next("conntrack", 140), Next("conntrack", 156, -1), Next("string", 20),
        ("iprange begins one later", Blob("iprange", b => Bump(b, 0, 1))), ("iprange ends one earlier", Blob("iprange", b => Bump(b, 16, -1))),
        ("iprange of destinations begins one later", Blob("iprange", b => Bump(b, 32, 1))), ("iprange of destinations ends one earlier", Blob("iprange", b => Bump(b, 48, -1))),
        ("multiport source and destination exchanged", Blob("multiport", b => { if (b[0] < 2) b[0] ^= 1; })),
        ("set source and destination exchanged", Blob("set", b => b[3] ^= 2)),
        ("addresses of sets off by one", set => set with { IpSets = [.. set.IpSets.Select(s => s with { Members = [.. s.Members.Select(m => m.AddressFrom is null ? m : m with { AddressFrom = Plus(m.AddressFrom, 1), AddressTo = m.AddressTo is null ? null : Plus(m.AddressTo, 1) })] })] }),
        ("ports of sets off by one", set => set with { IpSets = [.. set.IpSets.Select(s => s with { Members = [.. s.Members.Select(m => m.PortFrom is null ? m : m with { PortFrom = m.PortFrom + 1, PortTo = m.PortTo + 1 })] })] }),
        ("nomatch ignored", set => set with { IpSets = [.. set.IpSets.Select(s => s with { Members = [.. s.Members.Select(m => m with { NoMatch = false })] })] }),
    ];

    private static IEnumerable<(string, Func<RuleSet, RuleSet>)> Structure =>
    [
        ("accept taken for drop", Parts(p => p is VerdictPart { Code: VerdictCode.Accept } ? new VerdictPart(VerdictCode.Drop, null) : p)),
        ("drop taken for accept", Parts(p => p is VerdictPart { Code: VerdictCode.Drop } ? new VerdictPart(VerdictCode.Accept, null) : p)),
        ("return taken for accept", Parts(p => p is VerdictPart { Code: VerdictCode.Return } ? new VerdictPart(VerdictCode.Accept, null) : p)),
        ("return ignored", Parts(p => p is VerdictPart { Code: VerdictCode.Return } ? new CounterPart(0, 0) : p)),
        ("goto taken for jump", Parts(p => p is VerdictPart { Code: VerdictCode.Goto } v ? v with { Code = VerdictCode.Jump } : p)),
        ("jumps ignored", Parts(p => p is VerdictPart { Code: VerdictCode.Jump or VerdictCode.Goto } ? new CounterPart(0, 0) : p)),
        ("policies turned", Chains(c => c.PolicyAccepts is { } a ? c with { PolicyAccepts = !a } : c)),
        ("policies ignored", Chains(c => c.PolicyAccepts == false ? c with { PolicyAccepts = true } : c)),
        ("priorities turned", Chains(c => c with { Priority = -c.Priority })),
        ("legacy tables in the wrong order", set => set with { Tables = [.. set.Tables.Select(t => t.Style == TableStyle.Legacy && t.Name == "mangle" ? t with { Name = "security" } : t)] }),
        ("rules asked from the last", Chains(c => c with { Rules = [.. c.Rules.Reverse()] })),
        ("rejects only drop", Parts(p => p is RejectPart or XtPart { Target: true, Name: "REJECT" } ? new VerdictPart(VerdictCode.Drop, null) : p)),
        ("rejects ignored", Parts(p => p is RejectPart or XtPart { Target: true, Name: "REJECT" } ? new CounterPart(0, 0) : p)),
        ("reject codes off by one", Parts(p => p switch { RejectPart { Type: 2 } r => r with { Code = (r.Code + 1) & 3 }, XtPart { Target: true, Name: "REJECT" } x => With(x, b => b[0] = (byte)(b[0] == 3 ? 0 : 3)), _ => p })),
        ("nat ignored", Parts(p => p is NatPart or XtPart { Target: true, Name: "DNAT" or "SNAT" or "MASQUERADE" or "REDIRECT" or "NETMAP" } ? new CounterPart(0, 0) : p)),
        ("DNAT's port off by one", Parts(p => p is XtPart { Target: true, Name: "DNAT" } x ? With(x, b => { if ((b[0] & 2) != 0) { Bump(b, 36, 1, 2); Bump(b, 38, 1, 2); } }) : p)),
        ("marks set off by one", Parts(p => p switch { XtPart { Target: true, Name: "MARK" } x => With(x, b => b[0]++), Assign { To: { Source: ValueSource.Meta, Key: 3 } } a when a.Value.Immediate is { } v => a with { Value = a.Value with { Immediate = Plus(v, 1) } }, _ => p })),
        ("marks not set", Parts(p => p is XtPart { Target: true, Name: "MARK" } or Assign { To: { Source: ValueSource.Meta, Key: 3 } } ? new CounterPart(0, 0) : p)),
        ("connection marks not set", Parts(p => p is XtPart { Target: true, Name: "CONNMARK" } or Assign { To: { Source: ValueSource.Ct, Key: 3 } } ? new CounterPart(0, 0) : p)),
        ("notrack ignored", Parts(p => p is NotrackPart or XtPart { Target: true, Name: "CT" } ? new CounterPart(0, 0) : p)),
        ("logging ends the packet", Parts(p => p is LogPart or XtPart { Target: true, Name: "LOG" or "NFLOG" } ? new VerdictPart(VerdictCode.Drop, null) : p)),
        ("verdict maps empty", Parts(p => p is VerdictMap ? new CounterPart(0, 0) : p)),
        ("tests left out", set => Each(set, r => r with { Parts = [.. r.Parts.Where(p => p is not (Match or SetMatch or XtPart { Target: false } ) || p is XtPart { Name: "comment" })] })),
    ];

    private static (string, Func<RuleSet, RuleSet>) Flip(string match, int at, byte bits) => ($"{match} negated ({bits})", Blob(match, b => { if (at < b.Length) b[at] ^= bits; }));

    private static (string, Func<RuleSet, RuleSet>) Next(string match, int at, int step = 1) => ($"{match} {(step > 0 ? "begins" : "ends")} off by one (byte {at})", Blob(match, b =>
    {
        if (match == "multiport" && at / 2 > b[1] || at >= b.Length) return;
        if (at is 2 or 6 && match is "tcp" or "udp" && b[at] == 0xff && b[at + 1] == 0xff) return;
        b[at] = (byte)(b[at] + step);
    }));

    private static Func<RuleSet, RuleSet> Blob(string match, Action<byte[]> change) => Parts(p => p is XtPart { Target: false } xt && xt.Name == match ? With(xt, change) : p);

    private static XtPart With(XtPart part, Action<byte[]> change)
    {
        var info = (byte[])part.Info.Clone();
        change(info);
        return part with { Info = info };
    }

    private static void Bump(byte[] blob, int at, int step, int bytes = 4)
    {
        // an address is four bytes here, or sixteen where all of them are used
        if (bytes == 4 && blob.AsSpan(at + 4, 12).ContainsAnyExcept((byte)0)) bytes = 16;
        var last = at + bytes - 1;
        blob[last] = (byte)(blob[last] + step);
    }

    private static byte[] Plus(byte[] value, int step)
    {
        var other = (byte[])value.Clone();
        if (other.Length == 4 && other[0] != 0 && other[3] == 0) BinaryPrimitives.WriteUInt32LittleEndian(other, BinaryPrimitives.ReadUInt32LittleEndian(other) + (uint)step);
        else if (other.Length > 0) other[^1] = (byte)(other[^1] + step);
        return other;
    }

    private static Func<RuleSet, RuleSet> Parts(Func<Part, Part> change) => set => Each(set, r => r with { Parts = [.. r.Parts.Select(change)] });

    private static Func<RuleSet, RuleSet> Chains(Func<Chain, Chain> change) => set => set with { Tables = [.. set.Tables.Select(t => t with { Chains = [.. t.Chains.Select(change)] })] };

    private static RuleSet Each(RuleSet set, Func<Rule, Rule> change) => Chains(c => c with { Rules = [.. c.Rules.Select(change)] })(set);
}
