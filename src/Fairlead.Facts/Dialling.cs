using System.Collections.Immutable;
using System.Net;

namespace Fairlead.Facts;

/// <summary>How far a dial goes (SAFETY 35 to 37).</summary>
public static class DialLevel
{
    /// <summary>SYN, then RST at once.</summary>
    public const string Connect = "connect";

    /// <summary>Reads what the server says first; sends nothing.</summary>
    public const string Greet = "greet";

    /// <summary>Asks in the application's protocol.</summary>
    public const string Ask = "ask";
    public static readonly ImmutableArray<string> All = [Connect, Greet, Ask];
}

/// <summary>The outcomes of the contract (part 3).</summary>
public static class Outcome
{
    public const string Ok = "ok", Refused = "refused", Timeout = "timeout", HostUnreachable = "host-unreachable", NetUnreachable = "net-unreachable",
        Denied = "denied", AddressUnavailable = "address-unavailable", NameNotFound = "name-not-found", NameFailure = "name-failure",
        NameTimeout = "name-timeout", Cut = "cut", Silent = "silent", Stalled = "stalled", Mixed = "mixed", LeavesHost = "leaves-host",
        InvalidTarget = "invalid-target", Unknown = "unknown";
    public static readonly ImmutableArray<string> All =
    [
        Ok, Refused, Timeout, HostUnreachable, NetUnreachable, Denied, AddressUnavailable, NameNotFound, NameFailure, NameTimeout, Cut, Silent, Stalled,
        Mixed, LeavesHost, InvalidTarget, Unknown,
    ];
}

/// <summary>One dial to make. Carries no name: names are resolved before.</summary>
public sealed record DialRequest
{
    public required IPAddress Address { get; init; }
    public required int Port { get; init; }

    /// <summary>"tcp" or "udp".</summary>
    public string Protocol { get; init; } = "tcp";
    public string Level { get; init; } = DialLevel.Connect;

    /// <summary>What to speak at level ask or greet: "http", "https", "ws", "wss", "tls", "redis", "mysql", "postgres", "dns", "" (nothing).</summary>
    public string Speak { get; init; } = "";

    /// <summary>Host header and SNI: the host as it was written, without user info.</summary>
    public string HostHeader { get; init; } = "";

    /// <summary>Path of the given URL, without its query; "/" when none.</summary>
    public string Path { get; init; } = "/";
    public int LimitMs { get; init; } = 4000;
    public string Version { get; init; } = "";
}

/// <summary>What a dial gave.</summary>
public sealed record DialFact
{
    public required IPAddress Address { get; init; }
    public required int Port { get; init; }
    public required string Protocol { get; init; }
    public required string Level { get; init; }

    /// <summary>One of <see cref="Facts.Outcome"/>.</summary>
    public required string Outcome { get; init; }

    /// <summary>Linux errno, 0 for none.</summary>
    public required int Errno { get; init; }
    public required double ElapsedMs { get; init; }

    /// <summary>The handshake completed (also true for cut and silent).</summary>
    public bool Connected { get; init; }

    /// <summary>Whether a SYN left: false when the kernel refused at once for want of a route or address.</summary>
    public bool SentSyn { get; init; }

    /// <summary>True when it was ended early because other readings had settled it.</summary>
    public bool DecidedEarly { get; init; }
    public IPAddress? LocalAddress { get; init; }
    public int LocalPort { get; init; }

    /// <summary>"setns", "helper" or "self".</summary>
    public string From { get; init; } = "setns";
    public AnswerFact? Answer { get; init; }
}

/// <summary>What the server said.</summary>
/// <param name="Kind">http websocket tls redis mysql postgres dns other none.</param>
/// <param name="Status">HTTP status, or the protocol's own number; null where there is none.</param>
/// <param name="Text">At most 64 bytes of what it said, as it came.</param>
/// <param name="Spoken">"spoken", "refused-by-server", "mismatch" or "not-asked".</param>
/// <param name="Redirect">Location header of a 3xx; never followed.</param>
public sealed record AnswerFact(string Kind, int? Status, string Text, string Spoken, string? Redirect = null);

/// <summary>A name to resolve as the source's libc would.</summary>
public sealed record ResolveRequest
{
    public required string Name { get; init; }
    public required Reading<string> HostsFile { get; init; }
    public required Reading<string> ResolverFile { get; init; }

    /// <summary>"glibc", "musl" or "none" (taken as glibc).</summary>
    public string Libc { get; init; } = "glibc";
    public int LimitMs { get; init; } = 4000;
}

/// <summary>What a resolution gave.</summary>
public sealed record ResolutionFact
{
    public required string Name { get; init; }

    /// <summary>The names that were asked, in order.</summary>
    public required ImmutableArray<string> Asked { get; init; }
    public string? Server { get; init; }

    /// <summary>"NOERROR", "NXDOMAIN", "SERVFAIL", "REFUSED", "TIMEOUT", …; null when no server was asked.</summary>
    public string? Rcode { get; init; }
    public required ImmutableArray<IPAddress> Addresses { get; init; }

    /// <summary>"literal", "hosts", "embedded-dns", "upstream" or "search".</summary>
    public required string From { get; init; }
    public required double ElapsedMs { get; init; }

    /// <summary>"ok", "name-not-found", "name-failure" or "name-timeout".</summary>
    public required string Outcome { get; init; }

    /// <summary>The line of the hosts file that answered, if one did.</summary>
    public string? HostsLine { get; init; }
}
