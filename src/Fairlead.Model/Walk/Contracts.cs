using System.Collections.Immutable;
using System.Net;
using Fairlead.Facts;
using Fairlead.Model.Rules;
using Fairlead.Model.World;

namespace Fairlead.Model.Walk;

/// <summary>hop.kind of the contract.</summary>
public enum HopKind { Source, Resolve, Route, Neighbour, Link, Nat, Filter, Bridge, Proxy, Listen, Accept, Protocol, Outside }

/// <summary>hop.result of the contract.</summary>
public enum HopResult { Pass, Rewrite, Deliver, Drop, Reject, Nothing, Loop, Unknown }

/// <summary>A flow as it is at one hop.</summary>
public sealed record Flow(IPAddress Source, int SourcePort, IPAddress Destination, int DestinationPort, string Protocol);

/// <summary>One step of the way.</summary>
public sealed record Step
{
    public required HopKind Kind { get; init; }

    /// <summary>"host" or the container's name.</summary>
    public required string At { get; init; }
    public required HopResult Result { get; init; }

    /// <summary>True on the answer's way back.</summary>
    public bool Reply { get; init; }

    /// <summary>1, or 2 behind docker-proxy.</summary>
    public int Leg { get; init; } = 1;
    public Flow? Flow { get; init; }

    /// <summary>One short English phrase in standard terms: "local, dev lo", "nothing on 127.0.0.1:80".</summary>
    public required string Detail { get; init; }

    /// <summary>Where a person finds it: "ip rule 0, table local", "/proc/1/net/tcp".</summary>
    public string From { get; init; } = "";
    public RuleStep? Rule { get; init; }

    /// <summary>What was not read, when <see cref="Result"/> is unknown.</summary>
    public NotRead? Unread { get; init; }

    /// <summary>The listener met, the route taken, the neighbour found: for evidence.</summary>
    public SocketFact? Listener { get; init; }
    public Route? Route { get; init; }
    public Neighbour? Neighbour { get; init; }

    /// <summary>Of a neighbour step: the link by which, and whom, the packet is handed to.</summary>
    public (int Link, IPAddress Address)? Next { get; init; }

    /// <summary>The stack in which this step happens.</summary>
    public Sandbox? Sandbox { get; init; }
}

/// <summary>One way through the model to one address.</summary>
public sealed record WalkPath
{
    public required IPAddress Address { get; init; }

    /// <summary>One of the contract's outcomes; "unknown" when it depends on something unread.</summary>
    public required string Outcome { get; init; }

    /// <summary>False when branches end differently or something that matters was not read.</summary>
    public required bool Certain { get; init; }
    public required ImmutableArray<Step> Steps { get; init; }

    /// <summary>The step at which it stopped (a drop, reject, nothing, …) or was delivered; always one of <see cref="Steps"/>.</summary>
    public required Step Stop { get; init; }

    /// <summary>Everything unread that mattered.</summary>
    public ImmutableArray<NotRead> Unread { get; init; } = [];

    /// <summary>Rules on which the ending depends and whose match could not be decided.</summary>
    public ImmutableArray<RuleStep> Undecided { get; init; } = [];

    /// <summary>The stack in which the last listener was looked for, the address and port there.</summary>
    public Sandbox? Target { get; init; }
    public IPAddress? TargetAddress { get; init; }
    public int TargetPort { get; init; }
    public bool ThroughProxy { get; init; }

    /// <summary>Rate limits passed on their normal branch and the like.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];
}

/// <summary>What to walk.</summary>
/// <param name="From">The stack that dials.</param>
/// <param name="Dialler">The container that dials, or null for the host.</param>
public sealed record WalkQuestion(Sandbox From, Container? Dialler, IPAddress Address, int Port, string Protocol);

/// <summary>How a name resolves in the model.</summary>
public sealed record NameAnswer
{
    /// <summary>Addresses in the order in which this client would try them; empty when the name does not resolve.</summary>
    public required ImmutableArray<IPAddress> Addresses { get; init; }

    /// <summary>"ok", "name-not-found", "name-failure", "name-timeout" or "unknown".</summary>
    public required string Outcome { get; init; }

    /// <summary>"literal", "hosts", "embedded-dns", "upstream", "search".</summary>
    public required string How { get; init; }

    /// <summary>False when the answer is an upstream server's business, or something was unread.</summary>
    public required bool Certain { get; init; }
    public required ImmutableArray<Step> Steps { get; init; }

    /// <summary>The hosts line that answered.</summary>
    public string? HostsLine { get; init; }

    /// <summary>Nameserver lines in force.</summary>
    public ImmutableArray<string> Servers { get; init; } = [];
    public ImmutableArray<NotRead> Unread { get; init; } = [];

    /// <summary>The containers that bear the name on a network of the source.</summary>
    public ImmutableArray<Container> Bearers { get; init; } = [];
}
