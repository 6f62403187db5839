using System.Collections.Immutable;

namespace Fairlead.Model.Rules.Decode;

/// <summary>Masks have bit 1 &lt;&lt; RTN_*: 4 is LOCAL. A mask of 0 asks nothing.</summary>
public sealed record XtAddrtype(int Source, int Destination, bool InvertSource, bool InvertDestination, bool LimitIn, bool LimitOut) : XtView;

/// <summary>What a conntrack match compares; the kernel's XT_CONNTRACK_* bits.</summary>
[Flags]
public enum XtConntrackFlags
{
    None = 0, State = 1, Protocol = 2, OriginalSource = 4, OriginalDestination = 8, ReplySource = 0x10, ReplyDestination = 0x20, Status = 0x40,
    Expires = 0x80, OriginalSourcePort = 0x100, OriginalDestinationPort = 0x200, ReplySourcePort = 0x400, ReplyDestinationPort = 0x800,
    Direction = 0x1000, WrittenAsState = 0x2000,
}

/// <param name="Flags">What is compared.</param>
/// <param name="Invert">Which comparisons are negated; with <see cref="XtConntrackFlags.Direction"/> the direction is REPLY.</param>
/// <param name="State">Bits: 1 invalid, 2 established, 4 related, 8 new, 0x40 snat, 0x80 dnat, 0x100 untracked.</param>
/// <param name="Status">IPS_* bits: 1 expected, 2 seen reply, 4 assured, 8 confirmed.</param>
public sealed record XtConntrack(XtConntrackFlags Flags, XtConntrackFlags Invert, int State, int Status, int Protocol,
    XtAddress OriginalSource, XtAddress OriginalDestination, XtAddress ReplySource, XtAddress ReplyDestination,
    XtRange OriginalSourcePort, XtRange OriginalDestinationPort, XtRange ReplySourcePort, XtRange ReplyDestinationPort,
    uint ExpiresFrom, uint ExpiresTo) : XtView
{
    public bool Has(XtConntrackFlags flag) => (Flags & flag) != 0;
    public bool Inverted(XtConntrackFlags flag) => (Invert & flag) != 0;
}

/// <summary>The old `state` match; bits as in <see cref="XtConntrack"/>.</summary>
public sealed record XtState(int State) : XtView;

/// <param name="Option">TCP option that must be present; 0 for none.</param>
public sealed record XtTcp(XtRange Source, XtRange Destination, int Option, int FlagMask, int FlagValue, bool InvertSource, bool InvertDestination,
    bool InvertFlags, bool InvertOption) : XtView;

public sealed record XtUdp(XtRange Source, XtRange Destination, bool InvertSource, bool InvertDestination) : XtView;

/// <param name="Type">255 in IPv4 is any.</param>
public sealed record XtIcmp(bool V6, int Type, XtRange Code, bool Invert) : XtView;

/// <param name="Direction">0 source, 1 destination, 2 either.</param>
public sealed record XtMultiport(int Direction, ImmutableArray<XtRange> Ports, bool Invert) : XtView;

public sealed record XtSctp(XtRange Source, XtRange Destination, int Flags, int Invert, byte[] ChunkMap, int ChunkMatch,
    ImmutableArray<(int Chunk, int Flag, int Mask)> ChunkFlags) : XtView;

public sealed record XtDccp(XtRange Source, XtRange Destination, int Flags, int Invert, int TypeMask, int Option) : XtView;

/// <summary>`mark` (of the packet) or `connmark`: value &amp; mask == mark.</summary>
public sealed record XtMark(bool Connection, uint Mark, uint Mask, bool Invert) : XtView;

public sealed record XtComment(string Text) : XtView;

/// <summary>A test against an ipset.</summary>
/// <param name="Index">Number of the ipset; its name is not in the blob.</param>
/// <param name="Dimensions">How many fields are looked up.</param>
/// <param name="SourceFields">Bit k (from 1) set: field k is taken from the source.</param>
/// <param name="Extra">Flags of revision 3 and 4: counters and such; 0 otherwise.</param>
public sealed record XtSet(int Index, int Dimensions, int SourceFields, bool Invert, bool ReturnNoMatch, uint Extra,
    (ulong Value, int Op) Packets, (ulong Value, int Op) Bytes) : XtView
{
    public bool IsSource(int field) => (SourceFields >> field & 1) != 0;
}

/// <param name="In">Interface, without its wildcard's "+" ; empty for any.</param>
/// <param name="InMask">Bytes that are compared.</param>
/// <param name="Ops">1 in, 2 out, 4 bridged, 8 is-in, 16 is-out.</param>
/// <param name="Invert">The same bits.</param>
public sealed record XtPhysdev(string In, byte[] InMask, string Out, byte[] OutMask, int Ops, int Invert) : XtView
{
    /// <summary>True where only the beginning of the name is compared.</summary>
    public bool InWildcard => Wildcard(In, InMask);
    public bool OutWildcard => Wildcard(Out, OutMask);

    private static bool Wildcard(string name, byte[] mask) => name.Length < mask.Length && mask[name.Length] == 0;
}

public sealed record XtIprange(byte[] SourceFrom, byte[] SourceTo, byte[] DestinationFrom, byte[] DestinationTo, bool Source, bool Destination,
    bool InvertSource, bool InvertDestination) : XtView;

public sealed record XtMac(byte[] Address, bool Invert) : XtView;

/// <param name="Period">10,000 is one a second.</param>
public sealed record XtLimit(uint Period, uint Burst) : XtView;

/// <param name="Mode">1 dstip, 2 dstport, 4 srcip, 8 srcport, 16 above, 32 bytes, 64 rate match.</param>
/// <param name="Period">1 a second is <paramref name="Scale"/>.</param>
public sealed record XtHashlimit(int Revision, string Name, ulong Period, ulong Burst, uint Mode, uint Size, uint Max, uint GcMs, uint ExpireMs,
    uint Interval, int SourceMask, int DestinationMask, ulong Scale) : XtView;

/// <param name="Check">1 rcheck, 2 set, 4 update, 8 remove, 16 ttl, 32 reap.</param>
public sealed record XtRecent(uint Seconds, uint Hits, int Check, bool Invert, string Name, bool Destination, byte[]? Mask) : XtView;

/// <param name="Match">1 uid, 2 gid, 4 socket, 8 supplementary groups.</param>
public sealed record XtOwner(uint UidFrom, uint UidTo, uint GidFrom, uint GidTo, int Match, int Invert) : XtView;

public sealed record XtTcpmss(XtRange Size, bool Invert) : XtView;

public sealed record XtLength(XtRange Size, bool Invert) : XtView;

/// <param name="Type">0 unicast (host), 1 broadcast, 2 multicast.</param>
public sealed record XtPkttype(int Type, bool Invert) : XtView;

/// <param name="Mode">`ttl`: 0 eq, 1 ne, 2 lt, 3 gt; `hl` the same.</param>
public sealed record XtTtl(int Mode, int Value) : XtView;

public sealed record XtDscp(int Value, bool Invert) : XtView;

public sealed record XtTos(int Value, int Mask, bool Invert) : XtView;

public sealed record XtEcn(int Operation, int Invert, int Ect) : XtView;

/// <param name="Flags">1 upto (inverted), 2 by destination.</param>
public sealed record XtConnlimit(byte[] Mask, uint Limit, uint Flags) : XtView;

/// <param name="Mode">0 random, 1 nth.</param>
/// <param name="Value">Probability * 2^31, or every (minus one).</param>
public sealed record XtStatistic(int Mode, bool Invert, uint Value, uint Packet) : XtView;

/// <param name="Flags">1 transparent, 2 nowildcard, 4 restore-skmark.</param>
public sealed record XtSocket(int Flags) : XtView;

public sealed record XtHelper(string Name, bool Invert) : XtView;

public sealed record XtRt(uint Type, uint SegmentsFrom, uint SegmentsTo, uint HeaderLength, int Flags, int Invert) : XtView;

public sealed record XtFrag(uint From, uint To, uint HeaderLength, int Flags, int Invert) : XtView;

/// <summary>`esp` or `ah`.</summary>
public sealed record XtSpi(bool Ah, uint From, uint To, bool Invert) : XtView;

/// <param name="Bits">1 ipvs, 2 proto, 4 vaddr, 8 vport, 16 direction, 32 method, 64 vportctl.</param>
public sealed record XtIpvs(XtAddress Address, int Port, int Protocol, int Method, int ControlPort, int Invert, int Bits) : XtView;

/// <param name="Flags">1 loose, 2 validmark, 4 accept-local, 8 invert.</param>
public sealed record XtRpfilter(int Flags) : XtView;

public sealed record XtQuota(ulong Bytes, bool Invert) : XtView;

public sealed record XtCpu(uint Cpu, bool Invert) : XtView;

public sealed record XtConnbytes(ulong From, ulong To, int What, int Direction) : XtView;

public sealed record XtRealm(uint Id, uint Mask, bool Invert) : XtView;

/// <param name="Flags">1 source, 2 invert source, 4 destination, 8 invert destination.</param>
public sealed record XtDevgroup(uint Flags, uint SourceGroup, uint SourceMask, uint DestinationGroup, uint DestinationMask) : XtView;

public sealed record XtConnlabel(int Bit, int Options) : XtView;

public sealed record XtCgroup(string? Path, uint? ClassId, bool InvertPath, bool InvertClassId) : XtView;

/// <param name="DateStart">Seconds since 1970; 0 and 0x7fffffff as stop for always.</param>
/// <param name="DayStart">Seconds of the day.</param>
/// <param name="Weekdays">Bit 1 Monday … bit 7 Sunday; 0xfe all.</param>
/// <param name="Flags">1 kernel's time zone, 2 contiguous.</param>
public sealed record XtTime(uint DateStart, uint DateStop, uint DayStart, uint DayStop, uint MonthDays, int Weekdays, int Flags) : XtView;

/// <param name="Flags">1 invert, 2 ignore case.</param>
public sealed record XtString(int From, int To, string Algorithm, byte[] Pattern, int Flags) : XtView;

public sealed record XtU32Test(ImmutableArray<(uint Number, int Op)> Location, ImmutableArray<(uint From, uint To)> Values);

public sealed record XtU32(ImmutableArray<XtU32Test> Tests, bool Invert) : XtView;

/// <param name="Match">1 saddr, 2 daddr, 4 proto, 8 mode, 16 spi, 32 reqid.</param>
public sealed record XtPolicyElement(XtAddress Source, XtAddress Destination, uint Spi, uint ReqId, int Protocol, int Mode, int Match, int Invert);

/// <param name="Flags">1 in, 2 out, 4 none, 8 strict.</param>
public sealed record XtPolicy(ImmutableArray<XtPolicyElement> Elements, int Flags) : XtView;
