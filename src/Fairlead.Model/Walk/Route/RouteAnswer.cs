using System.Net;
using Fairlead.Facts;
using FactLink = Fairlead.Facts.Link;
using FactRoute = Fairlead.Facts.Route;

namespace Fairlead.Model.Walk.Routing;

/// <summary>What the routing tables say about a destination.</summary>
internal enum RouteKind
{
    /// <summary>By a link, to a gateway or to the destination itself.</summary>
    Unicast,
    /// <summary>To this very stack.</summary>
    Local,
    Broadcast,
    Multicast,
    /// <summary>An "unreachable" route: host-unreachable.</summary>
    Unreachable,
    /// <summary>A "prohibit" route.</summary>
    Prohibit,
    /// <summary>A "blackhole" route: dropped without a word.</summary>
    Blackhole,
    /// <summary>Nothing matches.</summary>
    None,
    /// <summary>The family is switched off in this stack: EADDRNOTAVAIL.</summary>
    FamilyOff,
}

/// <summary>What is asked of the routing tables.</summary>
/// <param name="In">The link it came in by; null for a packet made here.</param>
internal sealed record RouteKey(IPAddress Destination, IPAddress? Source, uint Mark, string? In, int Protocol = 0, int DestinationPort = 0);

/// <summary>One answer of the routing tables.</summary>
internal sealed record RouteAnswer
{
    public required RouteKind Kind { get; init; }

    /// <summary>The link it leaves by; lo for local ones; null where nothing was found.</summary>
    public FactLink? Out { get; init; }

    /// <summary>Next hop when it is not the destination itself.</summary>
    public IPAddress? Gateway { get; init; }
    public IPAddress? PreferredSource { get; init; }
    public FactRoute? Route { get; init; }

    /// <summary>Where a person finds it: "ip rule 0, table local".</summary>
    public string From { get; init; } = "";

    /// <summary>A routing rule that could not be decided stood before it.</summary>
    public bool Unsure { get; init; }

    /// <summary>Other next hops of equal right: the kernel picks one by a hash.</summary>
    public IReadOnlyList<RouteAnswer> Alternatives { get; init; } = [];
}
