using System.Collections.Immutable;
using System.Net;

namespace Fairlead.Model.Rules;

/// <summary>true, false or unknown; false and unknown is false.</summary>
public enum Truth { No, Yes, Unknown }

/// <summary>Connection-tracking state of a packet, as `ct state` shows it.</summary>
[Flags]
public enum CtState { None = 0, Invalid = 1, Established = 2, Related = 4, New = 8, Untracked = 64 }

/// <summary>A packet at one point of its way: what the rules can ask about.</summary>
public sealed record Packet
{
    /// <summary>6 tcp, 17 udp, 1 icmp, 58 icmpv6.</summary>
    public required int Protocol { get; init; }
    public required IPAddress Source { get; init; }
    public required int SourcePort { get; init; }
    public required IPAddress Destination { get; init; }
    public required int DestinationPort { get; init; }

    /// <summary>True when the source port was not chosen by anybody: an ephemeral port that rules on ports can only match with "unknown".</summary>
    public bool SourcePortFree { get; init; }
    public bool DestinationPortFree { get; init; }

    /// <summary>Name of the interface it came in by; null for packets made here.</summary>
    public string? In { get; init; }

    /// <summary>Name of the interface it will leave by; null before routing and for local delivery.</summary>
    public string? Out { get; init; }

    /// <summary>Bridge port in and out when the packet is bridged (br_netfilter), or the port behind the bridge interface it came by.</summary>
    public string? PhysIn { get; init; }
    public string? PhysOut { get; init; }
    public bool Bridged { get; init; }
    public uint Mark { get; init; }
    public uint ConnMark { get; init; }
    public CtState State { get; init; } = CtState.New;

    /// <summary>The flow's destination (source) was rewritten.</summary>
    public bool DestinationNatted { get; init; }
    public bool SourceNatted { get; init; }

    /// <summary>True for packets of the answer's direction.</summary>
    public bool Reply { get; init; }

    /// <summary>The flow's first packet as it was before any NAT; equal to this packet where nothing was rewritten yet.</summary>
    public (IPAddress Source, int SourcePort, IPAddress Destination, int DestinationPort)? Original { get; init; }

    /// <summary>What answers look like: source is who answers.</summary>
    public (IPAddress Source, int SourcePort, IPAddress Destination, int DestinationPort)? ReplyTuple { get; init; }

    /// <summary>TCP flags; SYN 2 for the first packet, SYN+ACK 0x12 for its answer.</summary>
    public int TcpFlags { get; init; } = 2;
    public int IcmpType { get; init; } = -1;
    public int IcmpCode { get; init; }

    /// <summary>Bytes of the IP packet; null where it does not matter which.</summary>
    public int? Length { get; init; }
    public byte[]? SourceMac { get; init; }

    /// <summary>Time to live (hop limit) as it is at this point; null when not known.</summary>
    public int? Ttl { get; init; }

    /// <summary>Type of service (traffic class); ordinary dials have 0.</summary>
    public int Tos { get; init; }

    /// <summary>The segment size that a SYN announces: 0 when it announces none, null when not known.</summary>
    public int? Mss { get; init; }

    /// <summary>Security parameter index of ESP or AH, compression index of IPComp; null when not known or none.</summary>
    public uint? Spi { get; init; }

    /// <summary>Type of an IPv6 extension header that it carries (0, 43, 44, 60); null for none, as ordinary dials have it.</summary>
    public int? Extension { get; init; }

    /// <summary>What is behind the transport header; null when not known.</summary>
    public byte[]? Payload { get; init; }

    /// <summary>User id of the sending process for packets made here; null when not known.</summary>
    public uint? Uid { get; init; }

    /// <summary>Its group id, likewise.</summary>
    public uint? Gid { get; init; }

    /// <summary>Delivered to a process on this very host (type local)?</summary>
    public bool V6 => Destination.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
}

/// <summary>What the evaluator asks about the namespace whose rules it walks. All pure look-ups.</summary>
public interface IRuleSurroundings
{
    /// <summary>RTN_* of an address as seen here (addrtype, fib type): 1 unicast, 2 local, 3 broadcast, 5 multicast, 6 blackhole, 7 unreachable, 8 prohibit; null when routes are unread.</summary>
    int? AddressType(IPAddress address, string? onlyInterface);

    /// <summary>Interface index and name by which an address would be reached; (null, null) where there is no route; null when routes are unread.</summary>
    (int? Index, string? Name)? RouteOut(IPAddress destination, IPAddress? source, uint mark, string? inInterface);

    /// <summary>Index of a link's name, or null.</summary>
    int? IndexOf(string name);

    /// <summary>ARPHRD_* of a link: 1 ethernet, 772 loopback; null when not known.</summary>
    int? HardwareOf(string name);

    /// <summary>Whether a socket here would take this packet (socket match); Unknown when sockets are unread.</summary>
    /// <param name="wildcard">Sockets that are bound to no address count too.</param>
    Truth HasSocket(Packet packet, bool wildcard);
}

/// <summary>What one rule (or policy) did, for hops and evidence.</summary>
/// <param name="Rule">The rule, or null for a chain's policy.</param>
public sealed record RuleStep(Table Table, Chain Chain, Rule? Rule, string Text, string Did);

/// <summary>How a hook let a packet go, in one branch.</summary>
public enum HookEnd { Accept, Drop, Reject, Queue, Tproxy, Stolen }

/// <summary>How a reject answers.</summary>
public enum RejectKind { None, TcpReset, PortUnreachable, HostUnreachable, NetUnreachable, HostProhibited, NetProhibited, AdminProhibited, ProtocolUnreachable, NoRoute, AddressUnreachable }

/// <summary>One way through a hook.</summary>
public sealed record HookBranch
{
    public required HookEnd End { get; init; }
    public RejectKind Reject { get; init; }

    /// <summary>The packet as it leaves the hook (NAT, marks).</summary>
    public required Packet Packet { get; init; }

    /// <summary>The rule or policy that ended or rewrote the packet: steps in order; the last is the deciding one. Plain accepts of a policy are left out.</summary>
    public required ImmutableArray<RuleStep> Steps { get; init; }

    /// <summary>Rules whose match could not be decided and that this branch assumed one way; empty when certain.</summary>
    public required ImmutableArray<RuleStep> Assumed { get; init; }

    /// <summary>Rate matches that were taken on their normal branch and the like.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>A NAT kind to be finished by the walk: "masquerade" needs the outgoing address, "redirect" the incoming one. Null when done.</summary>
    public string? PendingNat { get; init; }
    public (int From, int To)? PendingPorts { get; init; }
}
