using System.Collections.Immutable;
using System.Net;

namespace Fairlead.Model.World;

/// <summary>How a container is joined to the network.</summary>
public enum NetworkMode
{
    /// <summary>One or more networks of its own.</summary>
    Bridge,
    /// <summary>The host's namespace.</summary>
    Host,
    /// <summary>Loopback only, as asked.</summary>
    None,
    /// <summary>Another container's namespace.</summary>
    Shared,
    Macvlan,
    Ipvlan,
    Overlay,
    Other,
}

/// <summary>A container as the engine shows it. Fields that only an inspect gives are null where it was not inspected.</summary>
public sealed record Container
{
    /// <summary>64 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>Without the leading slash. Untrusted.</summary>
    public required string Name { get; init; }
    public required string Image { get; init; }

    /// <summary>Compose project and service, from labels; null where there are none.</summary>
    public string? Project { get; init; }
    public string? Service { get; init; }

    /// <summary>"created", "running", "paused", "restarting", "exited", "dead", "removing".</summary>
    public required string State { get; init; }

    /// <summary>"Up 3 minutes", "Exited (1) 2 seconds ago".</summary>
    public required string Status { get; init; }
    public required NetworkMode Mode { get; init; }

    /// <summary>Full id (or, where the engine gives only that, the name) of the container whose namespace it shares.</summary>
    public string? SharesWith { get; init; }
    public required ImmutableArray<Endpoint> Endpoints { get; init; }

    /// <summary>What is bound now.</summary>
    public required ImmutableArray<Publish> Published { get; init; }

    /// <summary>Ports named by the image or by --expose, whether published or not.</summary>
    public ImmutableArray<(int Port, string Protocol)> Exposed { get; init; } = [];
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    public bool Inspected { get; init; }
    public int? Pid { get; init; }
    public string? StartedAt { get; init; }
    public int? RestartCount { get; init; }
    public int? ExitCode { get; init; }
    public bool? OomKilled { get; init; }
    public string? StateError { get; init; }
    public string? HostName { get; init; }
    public ImmutableArray<string>? ExtraHosts { get; init; }

    /// <summary>What was asked for at creation (HostConfig.PortBindings), also of stopped containers.</summary>
    public ImmutableArray<Publish>? Wished { get; init; }

    /// <summary>Has processes and a network stack now.</summary>
    public bool Running => State is "running" or "paused";
    public bool Restarting => State == "restarting";

    public override string ToString() => Name;
}

/// <summary>A container's place on one network.</summary>
public sealed record Endpoint
{
    public required string NetworkName { get; init; }

    /// <summary>Empty for a container that was never started.</summary>
    public required string NetworkId { get; init; }
    public IPAddress? IPv4 { get; init; }
    public IPAddress? IPv6 { get; init; }
    public IPAddress? Gateway { get; init; }
    public string Mac { get; init; } = "";
    public ImmutableArray<string> Aliases { get; init; } = [];

    /// <summary>All names that the embedded DNS answers, where the engine says (26 and later).</summary>
    public ImmutableArray<string> DnsNames { get; init; } = [];
    public int GatewayPriority { get; init; }
}

/// <summary>A host port that leads to a container port.</summary>
/// <param name="HostIp">0.0.0.0, ::, or one address.</param>
public sealed record Publish(IPAddress HostIp, int HostPort, int ContainerPort, string Protocol);

/// <summary>A network as the engine shows it.</summary>
public sealed record Network
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string Driver { get; init; }
    public required string Scope { get; init; }
    public required ImmutableArray<Subnet> Subnets { get; init; }
    public bool Internal { get; init; }
    public bool EnableIPv6 { get; init; }
    public bool Attachable { get; init; }

    /// <summary>In a changed world only: the engine has no such network yet.</summary>
    public bool ToCome { get; init; }
    public ImmutableDictionary<string, string> Options { get; init; } = ImmutableDictionary<string, string>.Empty;
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The bridge's interface on the host: an option, docker0 for the default network, else br- and twelve digits.</summary>
    public string? BridgeName => Driver != "bridge" ? null
        : Options.GetValueOrDefault("com.docker.network.bridge.name") is { Length: > 0 } named ? named
        : IsDefaultBridge ? "docker0" : "br-" + (Id.Length >= 12 ? Id[..12] : Id);

    /// <summary>The network that has no names: `bridge`.</summary>
    public bool IsDefaultBridge => Name == "bridge" && Driver == "bridge";
    public bool IsUserDefined => Driver is not ("host" or "null") && !IsDefaultBridge;
    public bool IccDisabled => Options.GetValueOrDefault("com.docker.network.bridge.enable_icc") == "false";
    public string? GatewayMode4 => Options.GetValueOrDefault("com.docker.network.bridge.gateway_mode_ipv4");
    public bool Contains(IPAddress address) =>
        Subnets.Any(s => s.Range.BaseAddress.AddressFamily == address.AddressFamily && s.Range.Contains(address));
}

public sealed record Subnet(IPNetwork Range, IPAddress? Gateway);
