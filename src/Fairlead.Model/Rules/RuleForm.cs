using System.Collections.Immutable;
using Fairlead.Facts;

namespace Fairlead.Model.Rules;

// The one form into which nf_tables expressions, xt blobs and legacy tables are decoded: what the evaluator walks and what is printed.
// Values keep the byte order that KERNEL-RULES names for their source; docs/kernel-rules.md says which.

/// <summary>Address family of a table.</summary>
public enum TableFamily { Inet = 1, Ip = 2, Arp = 3, Netdev = 5, Bridge = 7, Ip6 = 10 }

/// <summary>Who wrote a table, which decides how it is printed.</summary>
public enum TableStyle
{
    /// <summary>iptables-nft: printed as iptables-save does.</summary>
    Iptables,
    /// <summary>Native nf_tables: printed as `nft list ruleset` does.</summary>
    Native,
    /// <summary>Legacy x_tables: printed as iptables-legacy-save does.</summary>
    Legacy,
}

/// <summary>Where a value comes from.</summary>
public enum ValueSource { Meta, Ct, Payload, Fib, Rt, Socket, Exthdr, Numgen, Hash, Xfrm, Osf, Tunnel, Inner, Immediate, Map, Unknown }

/// <summary>A value on its way into a comparison: where it comes from and what was done to it.</summary>
/// <param name="Source">Where it comes from.</param>
/// <param name="Key">The kernel's number for the key within that source (NFT_META_*, NFT_CT_*, fib result, …).</param>
/// <param name="Length">Bytes.</param>
public sealed record Operand(ValueSource Source, int Key, int Length)
{
    /// <summary>Payload base (0 link, 1 network, 2 transport, 3 behind it, 4 a tunnel's own header), ct direction (-1: none given), exthdr type.</summary>
    public int Base { get; init; }
    /// <summary>Payload or exthdr offset in bytes, numgen/hash offset; of a map's value, the byte at which this part of it begins.</summary>
    public int Offset { get; init; }
    /// <summary>fib flags, exthdr op, modulus.</summary>
    public int Aux { get; init; }
    public byte[]? Mask { get; init; }
    public byte[]? Xor { get; init; }
    /// <summary>Constant bytes of <see cref="ValueSource.Immediate"/>.</summary>
    public byte[]? Immediate { get; init; }
    /// <summary>Left shift when positive, right when negative.</summary>
    public int Shift { get; init; }
    public bool Swapped { get; init; }
    /// <summary>Set name of <see cref="ValueSource.Map"/>.</summary>
    public string? Set { get; init; }
    public ImmutableArray<Operand> MapKey { get; init; } = [];
    /// <summary>
    /// With <see cref="ValueSource.Unknown"/>: the value that this one was made of, by steps that the form has no words for. With
    /// <see cref="ValueSource.Inner"/>: what is read there, of the packet within the tunnel.
    /// </summary>
    public Operand? Of { get; init; }
    /// <summary>With <see cref="ValueSource.Inner"/>: "vxlan", "geneve", "gre" or "gretap", in whose inner packet <see cref="Of"/> is read.</summary>
    public string? Tunnel { get; init; }
}

/// <summary>One thing a rule says. Closed: every consumer switches over these.</summary>
public abstract record Part;

/// <summary>A comparison.</summary>
/// <param name="Op">0 eq, 1 ne, 2 lt, 3 le, 4 gt, 5 ge; with <paramref name="Upper"/> a range: 0 inside, 1 outside.</param>
public sealed record Match(Operand Left, int Op, byte[] Value, byte[]? Upper) : Part;

public sealed record SetMatch(ImmutableArray<Operand> Key, string Set, bool Inverted) : Part;

public sealed record VerdictMap(ImmutableArray<Operand> Key, string Set) : Part;

public enum VerdictCode { Drop = 0, Accept = 1, Queue = 3, Continue = -1, Break = -2, Jump = -3, Goto = -4, Return = -5 }

public sealed record VerdictPart(VerdictCode Code, string? Chain) : Part;

public sealed record CounterPart(ulong Packets, ulong Bytes) : Part;

/// <param name="Kind">"snat", "dnat", "masquerade", "redirect", "netmap".</param>
/// <param name="Flags">NF_NAT_RANGE_* bits.</param>
public sealed record NatPart(string Kind, int Family, Operand? AddressMin, Operand? AddressMax, Operand? PortMin, Operand? PortMax, uint Flags) : Part;

public sealed record Assign(Operand To, Operand Value) : Part;

/// <param name="Unit">Seconds of the rate's unit.</param>
public sealed record LimitPart(ulong Rate, ulong Unit, uint Burst, bool Bytes, bool Over) : Part;

public sealed record QuotaPart(ulong Bytes, bool Over, ulong Used) : Part;

public sealed record ConnLimitPart(uint Count, bool Over) : Part;

public sealed record LastPart(bool Set, ulong AgeMs) : Part;

public sealed record LogPart(string? Prefix, int? Group, uint? Level, uint? Flags, uint? Snaplen, uint? Threshold) : Part;

/// <param name="Type">0 icmp, 1 tcp reset, 2 icmpx.</param>
public sealed record RejectPart(int Type, int Code) : Part;

public sealed record DynSetPart(string Set, int Op, ImmutableArray<Operand> Key, ImmutableArray<Operand> Data, ulong? TimeoutMs, ImmutableArray<Part> Expressions) : Part;

public sealed record ObjectPart(int Type, string? Name, string? Set, ImmutableArray<Operand> Key) : Part;

public sealed record TproxyPart(int Family, Operand? Address, Operand? Port) : Part;

public sealed record QueuePart(int From, int Total, int Flags, Operand? Number) : Part;

public sealed record DupPart(Operand? Address, Operand? Device) : Part;

public sealed record FwdPart(Operand? Address, Operand? Device, int Family) : Part;

public sealed record SynproxyPart(int Mss, int WindowScale, uint Flags) : Part;

public sealed record OffloadPart(string Flowtable) : Part;

public sealed record NotrackPart : Part;

/// <summary>An xt match or target with its blob in the kernel's layout; the evaluator and the printer lower it by (name, revision, family, length).</summary>
public sealed record XtPart(bool Target, string Name, int Revision, byte[] Info) : Part;

/// <summary>An expression that this build does not know. Never silently dropped: as a match it forks the walk.</summary>
public sealed record UnknownPart(string Name, byte[] Attributes) : Part;

/// <summary>One rule.</summary>
public sealed record Rule
{
    public required TableFamily Family { get; init; }
    public required string Table { get; init; }
    public required string Chain { get; init; }
    /// <summary>The kernel's handle; null for legacy rules.</summary>
    public ulong? Handle { get; init; }
    /// <summary>Position in its chain, from 0.</summary>
    public required int Index { get; init; }
    public required ImmutableArray<Part> Parts { get; init; }
    public string? Comment { get; init; }
    /// <summary>Packets and bytes, when the rule counts.</summary>
    public CounterPart? Counter { get; init; }
    public TableStyle Style { get; init; }
}

/// <summary>The hooks of the IP stack and of the bridge, in the kernel's numbers (ingress and egress of netdev apart).</summary>
public enum Hook { Prerouting = 0, Input = 1, Forward = 2, Output = 3, Postrouting = 4, Ingress = 5, Egress = 6 }

/// <summary>A chain; a base chain when <see cref="Hook"/> is set.</summary>
public sealed record Chain
{
    public required TableFamily Family { get; init; }
    public required string Table { get; init; }
    public required string Name { get; init; }
    public ulong? Handle { get; init; }
    public Hook? Hook { get; init; }
    public int Priority { get; init; }
    /// <summary>"filter", "nat" or "route"; null for a chain that is only jumped to.</summary>
    public string? Type { get; init; }
    public ImmutableArray<string> Devices { get; init; } = [];
    /// <summary>True when the policy accepts; null where there is none.</summary>
    public bool? PolicyAccepts { get; init; }
    public CounterPart? PolicyCounter { get; init; }
    public string? Comment { get; init; }
    /// <summary>Bound to a rule (flag 4): an anonymous chain, not printed by itself.</summary>
    public bool Bound { get; init; }
    public required ImmutableArray<Rule> Rules { get; init; }
    public TableStyle Style { get; init; }
}

/// <summary>An element of a set or map.</summary>
public sealed record SetElement
{
    /// <summary>Lower end, or the value; empty for a catch-all.</summary>
    public required byte[] Key { get; init; }
    /// <summary>Upper end, inclusive; null for a single value.</summary>
    public byte[]? KeyEnd { get; init; }
    public bool CatchAll { get; init; }
    public byte[]? Data { get; init; }
    /// <summary>Upper end of a data interval (NAT ranges).</summary>
    public byte[]? DataEnd { get; init; }
    public VerdictPart? Verdict { get; init; }
    public ulong? TimeoutMs { get; init; }
    public ulong? ExpiresMs { get; init; }
    public string? Comment { get; init; }
    public string? Object { get; init; }
    public ImmutableArray<Part> Expressions { get; init; } = [];
}

/// <summary>An nf_tables set or map.</summary>
public sealed record NfSet
{
    public required TableFamily Family { get; init; }
    public required string Table { get; init; }
    public required string Name { get; init; }
    public uint Flags { get; init; }
    public uint KeyType { get; init; }
    public int KeyLength { get; init; }
    public uint DataType { get; init; }
    public int DataLength { get; init; }
    /// <summary>Lengths of the fields of a concatenated key, in bytes.</summary>
    public ImmutableArray<int> Fields { get; init; } = [];
    public ulong? Handle { get; init; }
    public uint? Size { get; init; }
    public ulong? TimeoutMs { get; init; }
    public uint? GcMs { get; init; }
    public uint Policy { get; init; }
    public uint ObjectType { get; init; }
    public byte[] UserData { get; init; } = [];
    public string? Comment { get; init; }
    public ImmutableArray<Part> Expressions { get; init; } = [];
    /// <summary>Plain intervals are paired and sorted by key; others are in the kernel's order.</summary>
    public required ImmutableArray<SetElement> Elements { get; init; }
    /// <summary>Values are ranges: <see cref="SetElement.Data"/> and <see cref="SetElement.DataEnd"/>.</summary>
    public bool DataIsInterval { get; init; }
    public bool Anonymous => (Flags & 1) != 0;
    public bool Interval => (Flags & 4) != 0;
    public bool IsMap => (Flags & 8) != 0;
    public bool Concatenated => (Flags & 0x80) != 0 || Fields.Length > 1;
}

/// <summary>A named stateful object (counter, quota, ct helper, limit, …).</summary>
public sealed record NfObject(TableFamily Family, string Table, string Name, int Type, ulong? Handle, ImmutableArray<Part> Content, byte[] Raw)
{
    public string? Comment { get; init; }
}

public sealed record NfFlowtable(TableFamily Family, string Table, string Name, int Priority, ImmutableArray<string> Devices, uint Flags);

/// <summary>A table.</summary>
public sealed record Table
{
    public required TableFamily Family { get; init; }
    public required string Name { get; init; }
    public ulong? Handle { get; init; }
    public uint Flags { get; init; }
    public string? Comment { get; init; }
    /// <summary>NFT_TABLE_F_DORMANT: its rules are not in force.</summary>
    public bool Dormant => (Flags & 1) != 0;
    public required TableStyle Style { get; init; }
    public required ImmutableArray<Chain> Chains { get; init; }
    public required ImmutableArray<NfSet> Sets { get; init; }
    public ImmutableArray<NfObject> Objects { get; init; } = [];
    public ImmutableArray<NfFlowtable> Flowtables { get; init; } = [];
}

/// <summary>A member of an ipset, decoded as far as its type is known.</summary>
public sealed record IpSetMember(string Text, byte[]? AddressFrom, byte[]? AddressTo, int? Protocol, int? PortFrom, int? PortTo, string? Interface,
    byte[]? Mac, uint? Mark, string? SetName, bool NoMatch, byte[]? Address2From = null, byte[]? Address2To = null);

/// <param name="Index">The number by which xt_set blobs mean it.</param>
/// <param name="Type">"hash:ip", "hash:net,port", "bitmap:port", "list:set", …</param>
public sealed record IpSet(string Name, int Index, string Type, int Family, ImmutableArray<IpSetMember> Members, bool MembersDecoded);

/// <summary>A hook registered by something that is not one of the tables here (a BPF program, ebtables-legacy, …).</summary>
public sealed record ForeignHook(int Family, Hook Hook, int Priority, string Function);

/// <summary>All packet rules of one namespace, decoded.</summary>
public sealed record RuleSet
{
    public required uint Generation { get; init; }
    public required bool Stable { get; init; }
    public required ImmutableArray<Table> Tables { get; init; }
    public required ImmutableArray<IpSet> IpSets { get; init; }
    /// <summary>Names of the namespace's interface indexes, for rules that name a link by its number.</summary>
    public IReadOnlyDictionary<int, string> LinkNames { get; init; } = ImmutableDictionary<int, string>.Empty;
    public ImmutableArray<ForeignHook> ForeignHooks { get; init; } = [];
    /// <summary>Pieces that the kernel sent and this build does not understand: where, what, and its bytes in hex. Empty when all was understood.</summary>
    public ImmutableArray<string> Undecoded { get; init; } = [];
    /// <summary>What the reader could not read beside what is here: a legacy table, the ipsets. Never "no rules".</summary>
    public ImmutableArray<NotRead> NotRead { get; init; } = [];
    /// <summary>Messages received, and messages that were decoded; equal when nothing was lost.</summary>
    public int Received { get; init; }
    public int Decoded { get; init; }
}
