using System.Collections.Immutable;
using System.Net;

namespace Fairlead.Facts;

/// <summary>Everything that was read in one network namespace at one moment.</summary>
public sealed record NetnsFacts
{
    /// <summary>"dev:ino" of the namespace. Equal ids are one sandbox.</summary>
    public required string Id { get; init; }

    /// <summary>For messages: the container's name or "host".</summary>
    public required string Of { get; init; }

    /// <summary>A process that lives in it, in the engine host's pid numbers; null when it was entered by path.</summary>
    public int? Pid { get; init; }

    public required Reading<ImmutableArray<Link>> Links { get; init; }
    public required Reading<ImmutableArray<LinkAddress>> Addresses { get; init; }
    public required Reading<ImmutableArray<Route>> Routes { get; init; }
    public required Reading<ImmutableArray<RoutingRule>> RoutingRules { get; init; }
    public required Reading<ImmutableArray<Neighbour>> Neighbours { get; init; }
    public required Reading<ImmutableArray<SocketFact>> Sockets { get; init; }

    /// <summary>Keys as below /proc/sys with dots: "net.ipv4.ip_forward", "net.ipv4.conf.eth0.rp_filter", "net.bridge.bridge-nf-call-iptables".</summary>
    public required Reading<ImmutableSortedDictionary<string, string>> Sysctls { get; init; }

    /// <summary>The packet rules as the kernel sent them, undecoded.</summary>
    public required Reading<RulesDump> PacketRules { get; init; }

    public required Reading<string> HostsFile { get; init; }
    public required Reading<string> ResolverFile { get; init; }

    /// <summary>"glibc", "musl" or "none" (a static program without libc files).</summary>
    public required Reading<string> Libc { get; init; }

    public static NetnsFacts Unread(string id, string of, string why, string? needs = null)
    {
        NotRead not(string what) => new(what, of, why, needs, []);
        return new NetnsFacts
        {
            Id = id,
            Of = of,
            Links = not(Readings.Links),
            Addresses = not(Readings.Links),
            Routes = not(Readings.Routes),
            RoutingRules = not(Readings.Routes),
            Neighbours = not(Readings.Neighbours),
            Sockets = not(Readings.Sockets),
            Sysctls = not(Readings.Sysctl),
            PacketRules = not(Readings.Rules),
            HostsFile = not(Readings.HostsFile),
            ResolverFile = not(Readings.Resolver),
            Libc = not(Readings.Resolver),
        };
    }
}

/// <summary>A network interface (RTM_NEWLINK).</summary>
public sealed record Link
{
    public required int Index { get; init; }
    public required string Name { get; init; }

    /// <summary>IFLA_INFO_KIND: "veth", "bridge", "macvlan", "ipvlan", "vxlan", "tun", …; "loopback" for lo; "" for hardware.</summary>
    public required string Kind { get; init; }

    /// <summary>Lower case with colons, or "" where there is none.</summary>
    public required string Mac { get; init; }
    public required int Mtu { get; init; }

    /// <summary>IFF_UP: somebody switched it on.</summary>
    public required bool Up { get; init; }

    /// <summary>IFF_LOWER_UP: it has a carrier.</summary>
    public required bool LowerUp { get; init; }

    /// <summary>The bridge (or other master) it is a port of: its index, else null.</summary>
    public int? Master { get; init; }

    /// <summary>IFLA_LINK: the veth's other end, or the parent of a macvlan; an index in the namespace <see cref="PeerNetns"/>, or here when null.</summary>
    public int? Peer { get; init; }

    /// <summary>IFLA_LINK_NETNSID: the kernel's number for the peer's namespace; null when the peer is here.</summary>
    public int? PeerNetns { get; init; }

    /// <summary>Bridge port option hairpin_mode; null where it is no bridge port.</summary>
    public bool? Hairpin { get; init; }

    /// <summary>"bridge", "private", "vepa", "passthru", "source" for macvlan; "l2", "l3", "l3s" for ipvlan.</summary>
    public string? Mode { get; init; }
}

/// <summary>An address on a link (RTM_NEWADDR).</summary>
public sealed record LinkAddress(int Index, IPAddress Address, int PrefixLength, string Scope, bool Tentative = false, IPAddress? Peer = null);

/// <summary>A route (RTM_NEWROUTE), of every table.</summary>
public sealed record Route
{
    /// <summary>4 or 6.</summary>
    public required int Family { get; init; }

    /// <summary>254 main, 255 local, 253 default.</summary>
    public required uint Table { get; init; }

    /// <summary>"unicast", "local", "broadcast", "anycast", "multicast", "blackhole", "unreachable", "prohibit", "throw", "nat".</summary>
    public required string Type { get; init; }

    /// <summary>The network; 0.0.0.0 or :: with length 0 for a default route.</summary>
    public required IPAddress Destination { get; init; }
    public required int PrefixLength { get; init; }
    public IPAddress? Gateway { get; init; }

    /// <summary>Index of the link it leaves by, or null.</summary>
    public int? Out { get; init; }
    public IPAddress? PreferredSource { get; init; }
    public uint Metric { get; init; }
    public string Scope { get; init; } = "global";
    public int Protocol { get; init; }
    public int Tos { get; init; }

    /// <summary>RTNH_F_LINKDOWN or RTNH_F_DEAD: the kernel itself does not use it.</summary>
    public bool Dead { get; init; }
    public int? Mtu { get; init; }
    public ImmutableArray<NextHop> NextHops { get; init; } = [];
}

/// <summary>One of several next hops of a multipath route.</summary>
public sealed record NextHop(IPAddress? Gateway, int Out, int Weight, bool Dead);

/// <summary>A line of `ip rule` (RTM_NEWRULE).</summary>
public sealed record RoutingRule
{
    public required int Family { get; init; }
    public required uint Priority { get; init; }

    /// <summary>"lookup", "goto", "nop", "blackhole", "unreachable", "prohibit".</summary>
    public required string Action { get; init; }
    public required uint Table { get; init; }
    public IPAddress? Source { get; init; }
    public int SourceLength { get; init; }
    public IPAddress? Destination { get; init; }
    public int DestinationLength { get; init; }
    public string? InInterface { get; init; }
    public string? OutInterface { get; init; }
    public uint? Mark { get; init; }
    public uint? MarkMask { get; init; }
    public bool Invert { get; init; }
    public uint? Goto { get; init; }
    public uint? UidFrom { get; init; }
    public uint? UidTo { get; init; }
    public int? IpProtocol { get; init; }
    public (ushort From, ushort To)? SourcePorts { get; init; }
    public (ushort From, ushort To)? DestinationPorts { get; init; }
    public int? SuppressPrefixLength { get; init; }
    public int Tos { get; init; }

    /// <summary>A selector that this build does not decode is present: the rule may or may not match.</summary>
    public bool Undecoded { get; init; }
}

/// <summary>An ARP or ND entry.</summary>
/// <param name="State">"incomplete", "reachable", "stale", "delay", "probe", "failed", "noarp", "permanent", "none".</param>
public sealed record Neighbour(int Index, IPAddress Address, string? Mac, string State);

/// <summary>A TCP or UDP socket as sock_diag or /proc/net shows it.</summary>
public sealed record SocketFact
{
    /// <summary>"tcp" or "udp".</summary>
    public required string Protocol { get; init; }

    /// <summary>"listen", "established", "syn-sent", "syn-recv", "fin-wait-1", "fin-wait-2", "time-wait", "close", "close-wait", "last-ack", "closing". An unconnected UDP socket is "listen".</summary>
    public required string State { get; init; }
    public required IPAddress Local { get; init; }
    public required int LocalPort { get; init; }
    public required IPAddress Remote { get; init; }
    public required int RemotePort { get; init; }

    /// <summary>IPV6_V6ONLY of an IPv6 listener; null where it could not be read (/proc does not show it) or does not apply.</summary>
    public bool? V6Only { get; init; }
    public ulong Inode { get; init; }
    public uint Uid { get; init; }

    /// <summary>Listener: connections that wait to be accepted.</summary>
    public uint ReceiveQueue { get; init; }

    /// <summary>Listener: the backlog's limit.</summary>
    public uint SendQueue { get; init; }

    /// <summary>SO_BINDTODEVICE index, 0 for none.</summary>
    public int Device { get; init; }
    public int Retransmits { get; init; }

    /// <summary>Who holds it, when that was asked for and found.</summary>
    public ProcessFact? Process { get; init; }
}

/// <summary>The holder of a socket: no arguments and no environment are kept (SAFETY 18).</summary>
public sealed record ProcessFact(int Pid, string Name, string? Executable);
