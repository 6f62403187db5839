using System.Collections.Immutable;
using System.Text.Json;
using Fairlead.Engine.Client;
using Fairlead.Engine.Vantages;
using Fairlead.Facts;

namespace Fairlead.Engine.Capture;

/// <summary>
/// Reads one host piece by piece, as the question needs it, into a <see cref="Snapshot"/>. What cannot be read stands in it as NotRead; only an
/// engine that cannot be reached throws. Safe to call from several tasks at once.
/// </summary>
public sealed partial class HostCapture(EngineClient client, VantageSession session, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly DateTimeOffset _at = clock.GetUtcNow();
    private Task? _networking;
    private ImmutableArray<JsonElement> _containers = [], _networks = [];
    private ImmutableDictionary<string, JsonElement> _inspects = ImmutableDictionary<string, JsonElement>.Empty;
    private ImmutableDictionary<string, NetnsFacts> _namespaces = ImmutableDictionary<string, NetnsFacts>.Empty;
    private ImmutableDictionary<string, Reading<string>> _containerNetns = ImmutableDictionary<string, Reading<string>>.Empty;
    private Reading<string> _host = new NotRead(Readings.Netns, "host", WhyNot.NotAsked, null, []);
    private ImmutableArray<ResolutionFact> _resolutions = [];
    private ImmutableArray<NotRead> _notRead = [];
    private JsonElement? _info, _version;
    private string _kind = "";

    public EngineClient Client => client;

    public VantageSession Session => session;

    /// <summary>What was read so far.</summary>
    public Snapshot Current
    {
        get
        {
            lock (_lock)
            {
                return new Snapshot
                {
                    At = _at,
                    Tool = client.Tool,
                    Engine = new EngineFacts
                    {
                        Version = _version?.Text("Version") is { Length: > 0 } told ? told : client.ServerVersion ?? "unknown",
                        Api = client.Api?.ToString(2) ?? "unknown",
                        Kind = _kind.Length > 0 ? _kind : EngineKind.Of(client, session.Process, _info),
                        Endpoint = client.Endpoint.Display,
                        Info = _info,
                        VersionBody = _version,
                    },
                    Vantage = session.Kind,
                    As = session.As,
                    Containers = _containers,
                    Inspects = _inspects,
                    Networks = _networks,
                    Namespaces = _namespaces,
                    HostNetns = _host,
                    HostName = _info?.Text("Name") is { Length: > 0 } name ? name : "host",
                    ContainerNetns = _containerNetns,
                    Resolutions = _resolutions,
                    NotRead = _notRead,
                };
            }
        }
    }

    /// <summary>GET /networks, once. Its entries name no containers.</summary>
    public Task EnsureNetworksAsync(CancellationToken cancel)
    {
        lock (_lock)
            return _networking ??= ListNetworksAsync(cancel);
    }

    private async Task ListNetworksAsync(CancellationToken cancel)
    {
        var list = Elements(await client.NetworksAsync(cancel), "/networks");
        lock (_lock)
            _networks = list;
    }

    /// <summary>GET /containers/ID/json, masked; read once unless <paramref name="fresh"/>. Null when the container is gone, which is noted.</summary>
    public async Task<JsonElement?> InspectAsync(string id, CancellationToken cancel, bool fresh = false)
    {
        lock (_lock)
        {
            if (!fresh && _inspects.TryGetValue(id, out var known))
                return known;
        }
        if (await client.InspectAsync(id, cancel) is not { } body)
        {
            Note(new NotRead(Readings.Engine, NameOf(id), WhyNot.Gone, null, [], "no such container any more"));
            return null;
        }
        if (Masked(body) is not { ValueKind: JsonValueKind.Object } inspect || inspect.Text("Id") is not { Length: > 0 } full)
        {
            Note(new NotRead(Readings.Engine, NameOf(id), WhyNot.Damaged, null, [], "the inspect is no JSON object"));
            return null;
        }
        lock (_lock)
            _inspects = _inspects.SetItem(full, inspect);
        return inspect;
    }

    /// <summary>
    /// The container with exactly that name or full id, before any list is read; null where there is none. (The engine also takes the beginning of
    /// an id; what is meant by less than a whole name is for the list to say.)
    /// </summary>
    public async Task<InspectedContainer?> NamedAsync(string name, CancellationToken cancel)
    {
        if (name.Length == 0 || await client.InspectAsync(name, cancel) is not { } body || Masked(body) is not { ValueKind: JsonValueKind.Object } inspect)
            return null;
        var container = InspectedContainer.Of(inspect);
        if (container.Id.Length == 0 || (container.Name != name && container.Id != name) || inspect.At("Config", "Labels", HelperSpec.Label) is not null)
            return null;
        lock (_lock)
            _inspects = _inspects.SetItem(container.Id, inspect);
        return container;
    }

    /// <summary>GET /networks/ID with its running containers, put in the place of the list's entry. False when it is gone.</summary>
    public async Task<bool> InspectNetworkAsync(string id, CancellationToken cancel)
    {
        if (await client.NetworkAsync(id, cancel) is not { } body || Masked(body) is not { ValueKind: JsonValueKind.Object } network)
            return false;
        lock (_lock)
        {
            var full = network.Text("Id");
            var at = _networks.ToList().FindIndex(n => n.Text("Id") == full);
            _networks = at < 0 ? _networks.Add(network) : _networks.SetItem(at, network);
        }
        return true;
    }

    /// <summary>GET /info and /version, where a question needs them (the firewall's driver, the kind of engine).</summary>
    public async Task EnsureInfoAsync(CancellationToken cancel)
    {
        if (_info is not null)
            return;
        try
        {
            var (info, version) = (client.InfoAsync(cancel), client.GetAsync("/version", cancel));
            var (told, answer) = (await info, await version);
            lock (_lock)
            {
                _info = Masked(told);
                _version = answer.Ok ? Masked(answer.Body) : null;
                _kind = EngineKind.Of(client, session.Process, _info);
            }
        }
        catch (EngineUnavailableException e) when (e.Failure == EngineFailure.Forbidden)
        {
            Note(new NotRead(Readings.Engine, "info", WhyNot.NotPermitted, "engine", [], e.Message));
        }
    }

    public void AddResolution(ResolutionFact resolution)
    {
        lock (_lock)
            _resolutions = [.. _resolutions.Where(r => r.Name != resolution.Name), resolution];
    }

    /// <summary>Notes something that was wanted and not read.</summary>
    public void Note(NotRead missing)
    {
        lock (_lock)
        {
            if (!_notRead.Any(n => n.What == missing.What && n.Of == missing.Of && n.Why == missing.Why))
                _notRead = _notRead.Add(missing);
        }
    }

    /// <summary>A container's name by its inspect or the list; its short id where it is in neither.</summary>
    public string NameOf(string id)
    {
        lock (_lock)
        {
            if (_inspects.TryGetValue(id, out var inspect))
                return SourceFinder.NameOf(inspect);
            foreach (var container in _containers)
            {
                if (container.Text("Id") == id)
                    return SourceFinder.NameOf(container);
            }
        }
        return id.Length > 12 ? id[..12] : id;
    }

    private ImmutableArray<JsonElement> Elements(byte[] body, string what) => Masked(body) is { ValueKind: JsonValueKind.Array } list
        ? [.. list.EnumerateArray()]
        : throw new EngineUnavailableException(EngineFailure.Unreachable, $"{client.Endpoint.Display}: {what}: the answer is no JSON list",
            "Is it a Docker engine that answers there?");

    private static JsonElement? Masked(byte[] body) => MaskedJson.Apply(body) is { } masked ? EngineJson.Parse(masked) : null;
}
