using System.Collections.Immutable;
using System.Text.Json;

namespace Fairlead.Facts;

/// <summary>
/// An immutable, serialisable record of one host at one moment (fairlead.snapshot/1). Secrets are masked before it is built.
/// The engine's own JSON is kept raw, unknown fields included.
/// </summary>
public sealed record Snapshot
{
    public const string CurrentSchema = "fairlead.snapshot/1";

    public string Schema { get; init; } = CurrentSchema;
    public required DateTimeOffset At { get; init; }
    public required string Tool { get; init; }
    public required EngineFacts Engine { get; init; }

    /// <summary>"root", "helper", "api+proc", "api" or "file".</summary>
    public required string Vantage { get; init; }

    /// <summary>Who looked: "uid 0".</summary>
    public required string As { get; init; }

    /// <summary>Bodies of GET /containers/json?all=1, one element a container.</summary>
    public required ImmutableArray<JsonElement> Containers { get; init; }

    /// <summary>GET /containers/ID/json by full id, for those that were inspected.</summary>
    public required ImmutableDictionary<string, JsonElement> Inspects { get; init; }

    /// <summary>GET /networks, one element a network.</summary>
    public required ImmutableArray<JsonElement> Networks { get; init; }

    /// <summary>Namespaces by id.</summary>
    public required ImmutableDictionary<string, NetnsFacts> Namespaces { get; init; }

    /// <summary>Id of the engine host's namespace; NotRead where its process cannot be found.</summary>
    public required Reading<string> HostNetns { get; init; }

    /// <summary>Host's name as the engine gives it, or "host".</summary>
    public string HostName { get; init; } = "host";

    /// <summary>Container id → namespace id, for those that were looked at.</summary>
    public required ImmutableDictionary<string, Reading<string>> ContainerNetns { get; init; }

    /// <summary>Answers of resolvers that were needed.</summary>
    public ImmutableArray<ResolutionFact> Resolutions { get; init; } = [];

    public ImmutableArray<NotRead> NotRead { get; init; } = [];

    /// <summary>True for the embedded demonstration host.</summary>
    public bool Demo { get; init; }
}

/// <summary>The engine itself.</summary>
public sealed record EngineFacts
{
    /// <summary>"28.5.2".</summary>
    public required string Version { get; init; }

    /// <summary>"1.51".</summary>
    public required string Api { get; init; }

    /// <summary>native|desktop|rootless|podman|snap|remote|unknown.</summary>
    public required string Kind { get; init; }

    /// <summary>"unix:///var/run/docker.sock" without user info.</summary>
    public required string Endpoint { get; init; }

    /// <summary>Body of GET /info where it was asked; null otherwise.</summary>
    public JsonElement? Info { get; init; }

    /// <summary>Body of GET /version; null where it was not asked.</summary>
    public JsonElement? VersionBody { get; init; }
}
