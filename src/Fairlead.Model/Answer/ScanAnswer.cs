using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Fairlead.Model.Answer;

/// <summary>The answer to `scan`: fairlead.scan/1 (contract, part 5).</summary>
public sealed record ScanAnswer
{
    public const string CurrentSchema = "fairlead.scan/1";

    public string Schema { get; init; } = CurrentSchema;
    public required DateTimeOffset At { get; init; }

    /// <summary>"en" or "zh".</summary>
    public required string Lang { get; init; }
    public required string Tool { get; init; }
    public required EngineInfo Engine { get; init; }
    public required VantageInfo Vantage { get; init; }
    public required ScanHost Host { get; init; }
    public ImmutableArray<ScanNetwork> Networks { get; init; } = [];
    public ImmutableArray<ScanContainer> Containers { get; init; } = [];
    public ImmutableArray<Problem> Problems { get; init; } = [];
    public ImmutableArray<Problem> Suspicions { get; init; } = [];

    /// <summary>Connections that are established now.</summary>
    public ImmutableArray<WorkingPair> Working { get; init; } = [];

    /// <summary>Seen failing in a log, and neither a dial nor the model could tell whether it still fails.</summary>
    public ImmutableArray<UncheckedSight> Unchecked { get; init; } = [];

    /// <summary>What of the host is so full that connections may fail for it; beside the problems, never the cause of one.</summary>
    public ImmutableArray<Pressure> Pressure { get; init; } = [];
    public ImmutableArray<NotReadInfo> NotRead { get; init; } = [];

    /// <summary>How much was looked at.</summary>
    public required ScanLooked Looked { get; init; }

    /// <summary>From the question to the answer, milliseconds.</summary>
    public double ElapsedMs { get; init; }

    /// <summary>The host, its networks and containers alone.</summary>
    public MapAnswer Map() => new()
    {
        At = At, Lang = Lang, Tool = Tool, Engine = Engine, Vantage = Vantage, Host = Host, Networks = Networks, Containers = Containers, NotRead = NotRead, ElapsedMs = ElapsedMs,
    };
}

/// <summary>The answer to `map`: fairlead.map/1, the part of a scan that needs no log and no dial.</summary>
public sealed record MapAnswer
{
    public const string CurrentSchema = "fairlead.map/1";

    public string Schema { get; init; } = CurrentSchema;
    public required DateTimeOffset At { get; init; }

    /// <summary>"en" or "zh".</summary>
    public required string Lang { get; init; }
    public required string Tool { get; init; }

    /// <summary>Written only when true: the answer comes from the embedded demonstration host.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Demo { get; init; }
    public required EngineInfo Engine { get; init; }
    public required VantageInfo Vantage { get; init; }
    public required ScanHost Host { get; init; }
    public ImmutableArray<ScanNetwork> Networks { get; init; } = [];
    public ImmutableArray<ScanContainer> Containers { get; init; } = [];
    public ImmutableArray<NotReadInfo> NotRead { get; init; } = [];

    /// <summary>From the question to the answer, milliseconds.</summary>
    public double ElapsedMs { get; init; }
}

/// <summary>A failing (or suspected) connection: a whole diagnosis, and where it was seen.</summary>
public sealed record Problem : Diagnosis
{
    [JsonConstructor]
    public Problem()
    {
    }

    [SetsRequiredMembers]
    public Problem(Diagnosis diagnosis)
        : base(diagnosis)
    {
    }

    /// <summary>From 1 on, as it is shown.</summary>
    public int N { get; init; }

    /// <summary>12 hex digits of XxHash64 over source service (else name), target without query, and code: the same from scan to scan.</summary>
    public string Key { get; init; } = "";

    /// <summary>The outcomes of all dials of this scan, in their order; empty where none was made. The last is <see cref="Diagnosis.Observed"/>'s.</summary>
    public ImmutableArray<string> Series { get; init; } = [];

    /// <summary>Some of the dials worked and some did not: degraded, whatever the last one gave.</summary>
    public bool Intermittent { get; init; }
    public ImmutableArray<Sighting> SeenIn { get; init; } = [];
}

/// <summary>Where a failing or suspected address was seen.</summary>
public sealed record Sighting
{
    /// <summary>"log", "socket", "env", "command", "label" or "config-file".</summary>
    public required string Kind { get; init; }

    /// <summary>The line, the variable, the socket; masked.</summary>
    public required string Text { get; init; }

    /// <summary>host:port as it was seen there; null where it says none.</summary>
    public string? Address { get; init; }

    /// <summary>How it failed by its own words: an outcome, "mismatch" or "refused-by-server"; null where nothing failed there.</summary>
    public string? Class { get; init; }
    public int Count { get; init; } = 1;
    public DateTimeOffset? First { get; init; }
    public DateTimeOffset? Last { get; init; }

    /// <summary>Whether a dial of now fails too; null where none was made.</summary>
    public bool? StillHappening { get; init; }
}

/// <summary>Lines of logs, sockets and configured addresses that were looked at.</summary>
public sealed record ScanLooked(int Lines, int Sockets, int Leads)
{
    /// <summary>Logs of which only the newest lines were looked at.</summary>
    public int CutLogs { get; init; }
}

/// <summary>A failure of an application's own that could not be checked from here.</summary>
/// <param name="Source">Container's name.</param>
/// <param name="Target">As `why` takes it.</param>
public sealed record UncheckedSight(string Source, string Target, ImmutableArray<Sighting> SeenIn);

/// <summary>How full something of the host is.</summary>
/// <param name="What">"load" (of a minute, against processors), "conntrack", "neighbours" (entries against the table's most), "embedded-dns" (questions without an answer, of those asked).</param>
public sealed record Pressure(string What, double Value, double Limit);

/// <summary>A connection that is established.</summary>
/// <param name="Source">Container's name.</param>
/// <param name="Target">Container's or host's name and port.</param>
public sealed record WorkingPair(string Source, string Target);

/// <summary>The host at one look.</summary>
/// <param name="Forwarding">net.ipv4.ip_forward; null where it was not read.</param>
public sealed record ScanHost(string Name, ImmutableArray<ScanInterface> Interfaces, bool? Forwarding, ScanFirewall Firewall);

/// <summary>An interface of the host.</summary>
/// <param name="Kind">"uplink", "docker-bridge", "veth", "tunnel", "loopback" or "other".</param>
/// <param name="Network">Name of the engine's network whose bridge it is.</param>
/// <param name="DefaultVia">Gateways of the default routes that leave by it, IPv4 first; "on-link" where a route names none.</param>
public sealed record ScanInterface(string Name, ImmutableArray<string> Addresses, string Kind, string? Network, ImmutableArray<string> DefaultVia);

/// <summary>Who filters.</summary>
/// <param name="Backends">"iptables-nft", "iptables-legacy", "nftables".</param>
/// <param name="Manager">"ufw", "firewalld" or null.</param>
/// <param name="InputPolicy">"ACCEPT" or "DROP"; null where it was not read.</param>
public sealed record ScanFirewall(ImmutableArray<string> Backends, string? Manager, string? InputPolicy, string? ForwardPolicy);

/// <summary>A network and its members.</summary>
public sealed record ScanNetwork
{
    public required string Name { get; init; }
    public required string Id { get; init; }
    public required string Driver { get; init; }
    public required string Scope { get; init; }
    public ImmutableArray<string> Subnets { get; init; } = [];
    public string? Gateway { get; init; }
    public bool Internal { get; init; }
    public int? Mtu { get; init; }
    public bool Icc { get; init; } = true;
    public bool Masquerade { get; init; } = true;
    public bool Ipv6 { get; init; }
    public bool Attachable { get; init; }
    public string? Project { get; init; }
    public ImmutableArray<ScanMember> Containers { get; init; } = [];
}

/// <summary>A container on a network.</summary>
public sealed record ScanMember(string Name, string Id, string? Ipv4, string? Ipv6, ImmutableArray<string> Aliases);

/// <summary>A container at one look.</summary>
public sealed record ScanContainer
{
    public required string Name { get; init; }
    public required string Id { get; init; }
    public required string Image { get; init; }
    public string? Project { get; init; }
    public string? Service { get; init; }
    public required string State { get; init; }

    /// <summary>"healthy", "unhealthy", "starting"; null where it has no check.</summary>
    public string? Health { get; init; }
    public int? Restarts { get; init; }
    public string? StartedAt { get; init; }

    /// <summary>One of <see cref="SourceModes"/>.</summary>
    public required string Mode { get; init; }

    /// <summary>Name of the container whose network stack it uses (mode "shared").</summary>
    public string? SharesWith { get; init; }
    public ImmutableArray<string> Networks { get; init; } = [];

    /// <summary>The network of its default route and of its published ports; null where it has none.</summary>
    public string? GatewayNetwork { get; init; }
    public ImmutableArray<ScanPublish> Published { get; init; } = [];

    /// <summary>Null where its sockets were not read.</summary>
    public ImmutableArray<ScanListener>? Listeners { get; init; }
}

/// <summary>A door of the host.</summary>
public sealed record ScanPublish(string HostIp, int HostPort, int Port, string Protocol);

/// <summary>A listening socket of a container.</summary>
public sealed record ScanListener(string Address, int Port, string Protocol, string? Process);
