namespace Fairlead.Model.Rules.Decode;

/// <summary>A NAT target.</summary>
/// <param name="Kind">"snat", "dnat", "masquerade", "redirect", "netmap".</param>
/// <param name="Flags">1 address, 2 ports, 4 random, 8 persistent, 16 fully random, 32 offset (see <paramref name="BasePort"/>).</param>
/// <param name="AddressMin">4 or 16 bytes; meaningful with flag 1.</param>
/// <param name="Ports">Meaningful with flag 2.</param>
/// <param name="BasePort">Where a shifted port map begins, or 0.</param>
public sealed record XtNat(string Kind, uint Flags, byte[] AddressMin, byte[] AddressMax, XtRange Ports, int BasePort) : XtView
{
    public bool HasAddress => (Flags & 1) != 0;
    public bool HasPorts => (Flags & 2) != 0;
}

/// <param name="With">The blob's own number, which differs between IPv4 and IPv6.</param>
/// <param name="Kind">What it means.</param>
/// <param name="Name">As `--reject-with` spells it.</param>
public sealed record XtReject(int With, RejectKind Kind, string Name) : XtView;

/// <param name="Flags">1 tcp-sequence, 2 tcp-options, 4 ip-options, 8 uid, 32 mac.</param>
public sealed record XtLog(int Level, int Flags, string Prefix) : XtView;

public sealed record XtNflog(uint Length, int Group, int Threshold, int Flags, string Prefix) : XtView;

/// <summary>MARK: new = (old &amp; ~mask) ^ mark.</summary>
public sealed record XtSetMark(uint Mark, uint Mask) : XtView;

/// <summary>CONNMARK.</summary>
/// <param name="Mode">0 set, 1 save (packet to connection), 2 restore (connection to packet).</param>
/// <param name="ShiftRight">Direction of <paramref name="Shift"/>.</param>
public sealed record XtSetConnmark(int Mode, uint Mark, uint ConnectionMask, uint PacketMask, int Shift, bool ShiftRight) : XtView;

/// <param name="Size">0xffff: clamp to the path's MTU.</param>
public sealed record XtSetTcpmss(int Size) : XtView;

/// <param name="Flags">1 notrack, 2 written as NOTRACK, 4 zone of original direction, 8 zone of reply direction, 16 zone from mark.</param>
public sealed record XtCt(int Flags, int Zone, uint Events, uint ExpectEvents, string Helper, string Timeout) : XtView;

public sealed record XtTproxy(uint MarkMask, uint Mark, byte[] Address, int Port) : XtView;

/// <summary>What the SET target adds to (deletes from, maps by) which ipset; index 65535 for none.</summary>
public readonly record struct XtSetUse(int Index, int Dimensions, int Flags);

/// <param name="Timeout">Seconds; 0xffffffff for none given.</param>
public sealed record XtSetTarget(int Revision, XtSetUse Add, XtSetUse Delete, XtSetUse Map, uint Flags, uint Timeout) : XtView;

public sealed record XtClassify(uint Class) : XtView;

public sealed record XtSetDscp(int Value) : XtView;

public sealed record XtSetTos(int Value, int Mask) : XtView;

/// <param name="Mode">0 set, 1 increase, 2 decrease.</param>
public sealed record XtSetTtl(int Mode, int Value) : XtView;

/// <param name="Flags">1 bypass, 2 by CPU.</param>
public sealed record XtNfqueue(int Number, int Total, int Flags) : XtView;

public sealed record XtChecksum(int Operation) : XtView;

public sealed record XtTee(byte[] Gateway, string Interface) : XtView;

public sealed record XtSetEcn(int Operation, int Ect, int Tcp) : XtView;

public sealed record XtAudit(int Type) : XtView;

/// <param name="Options">1 mss, 2 wscale, 4 sack-perm, 8 timestamp, 16 ecn.</param>
public sealed record XtSynproxy(int Options, int WindowScale, int Mss) : XtView;

/// <summary>TRACE, which only makes later rules log.</summary>
public sealed record XtTrace : XtView;

public sealed record XtTcpOptStrip(byte[] Options) : XtView;
