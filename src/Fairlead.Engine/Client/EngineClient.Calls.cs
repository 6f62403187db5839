using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Fairlead.Engine.Client;

/// <summary>The calls that Fairlead makes. None of them changes anything but those on images and helper containers of our own.</summary>
public sealed partial class EngineClient
{
    /// <summary>Largest body of one log (SAFETY 10).</summary>
    public const int LogLimit = 1 << 20;

    public async Task PingAsync(CancellationToken cancel) => Must(await GetAsync("/_ping", cancel), "/_ping");

    public async Task<JsonElement> VersionAsync(CancellationToken cancel) => MustJson(await GetAsync("/version", cancel), "/version");

    public async Task<byte[]> InfoAsync(CancellationToken cancel) => Must(await GetAsync("/info", cancel), "/info").Body;

    /// <summary>GET /containers/json, raw. Filters as the API has them: ("publish", "80/tcp"), ("network", id), ("label", …).</summary>
    public async Task<byte[]> ContainersAsync(CancellationToken cancel, params (string Key, string Value)[] filters)
    {
        var path = "/containers/json?all=1" + (filters.Length == 0 ? "" : "&filters=" + EngineJson.Segment(Filters(filters)));
        return Must(await GetAsync(path, cancel), "/containers/json").Body;
    }

    /// <summary>GET /containers/ID/json, raw; null when there is no such container (or the id is ambiguous).</summary>
    public async Task<byte[]?> InspectAsync(string idOrName, CancellationToken cancel)
    {
        var answer = await GetAsync($"/containers/{EngineJson.Segment(idOrName)}/json", cancel);
        return answer.Status is 404 or 400 or 409 or 500 ? null : Must(answer, "inspect").Body;
    }

    public async Task<byte[]> NetworksAsync(CancellationToken cancel) => Must(await GetAsync("/networks", cancel), "/networks").Body;

    /// <summary>GET /networks/ID, raw, with the running and paused containers; null when there is no such network.</summary>
    public async Task<byte[]?> NetworkAsync(string id, CancellationToken cancel)
    {
        var answer = await GetAsync("/networks/" + EngineJson.Segment(id), cancel);
        return answer.Status == 404 ? null : Must(answer, "/networks/ID").Body;
    }

    /// <summary>Newest lines of both streams, framed as the engine sends them (8-byte heads unless the container has a terminal). Null when there are none to be had.</summary>
    public async Task<Stream?> LogsAsync(string id, int tail, bool timestamps, CancellationToken cancel, long sinceSeconds = 0)
    {
        var path = string.Create(CultureInfo.InvariantCulture,
            $"/containers/{EngineJson.Segment(id)}/logs?stdout=1&stderr=1&tail={tail}{(timestamps ? "&timestamps=1" : "")}{(sinceSeconds > 0 ? $"&since={sinceSeconds}" : "")}");
        var (status, body) = await OpenAsync(path, cancel);
        if (status == 200)
            return body;
        await body.DisposeAsync();
        return null;
    }

    /// <summary>GET /containers/ID/archive of one regular file: its text, or null where it is none, is longer than that, or the engine gives none.</summary>
    public async Task<string?> FileAsync(string id, string path, int limit, CancellationToken cancel)
    {
        var (status, body) = await OpenAsync($"/containers/{EngineJson.Segment(id)}/archive?path={EngineJson.Segment(path)}", cancel);
        await using (body)
        {
            if (status != 200)
                return null;
            var tar = new byte[SingleFileTar.Block + limit];
            try
            {
                var used = await body.ReadAtLeastAsync(tar, tar.Length, throwOnEndOfStream: false, cancel);
                return SingleFileTar.Text(tar.AsSpan(0, used));
            }
            catch (IOException)
            {
                return null;
            }
        }
    }

    /// <summary>Events as JSON objects one after another, until disposed; with <paramref name="until"/> it ends by itself.</summary>
    public async Task<Stream?> EventsAsync(string? since, string? until, CancellationToken cancel)
    {
        var path = "/events" + (since is null && until is null ? "" : $"?since={EngineJson.Segment(since ?? "0")}" + (until is null ? "" : $"&until={EngineJson.Segment(until)}"));
        var (status, body) = await OpenAsync(path, cancel);
        if (status == 200)
            return body;
        await body.DisposeAsync();
        return null;
    }

    /// <summary>Imports a tar as an image. Nothing is pulled. The result carries the engine's sentence when it failed.</summary>
    public Task<EngineAnswer> ImportImageAsync(ReadOnlyMemory<byte> tar, string repository, string tag, IReadOnlyList<string> changes, CancellationToken cancel)
    {
        var query = $"/images/create?fromSrc=-&repo={EngineJson.Segment(repository)}&tag={EngineJson.Segment(tag)}";
        foreach (var change in changes)
            query += "&changes=" + EngineJson.Segment(change);
        return CallAsync("POST", query, "Content-Type: application/x-tar\r\n", tar, TimeSpan.FromSeconds(60), cancel);
    }

    /// <summary>GET /images/json with those that have no name too, raw.</summary>
    public async Task<byte[]> ImagesAsync(CancellationToken cancel, params (string Key, string Value)[] filters) =>
        Must(await GetAsync("/images/json?all=1&filters=" + EngineJson.Segment(Filters(filters)), cancel), "/images/json").Body;

    public Task<EngineAnswer> RemoveImageAsync(string reference, CancellationToken cancel) => DeleteAsync($"/images/{EngineJson.Segment(reference)}?force=1", cancel);

    public Task<EngineAnswer> CreateContainerAsync(string name, ReadOnlyMemory<byte> body, CancellationToken cancel) =>
        PostAsync("/containers/create?name=" + EngineJson.Segment(name), body, cancel);

    public Task<EngineAnswer> StartContainerAsync(string id, CancellationToken cancel) =>
        PostAsync($"/containers/{EngineJson.Segment(id)}/start", null, cancel, TimeSpan.FromSeconds(30));

    public Task<EngineAnswer> RemoveContainerAsync(string id, CancellationToken cancel) =>
        DeleteAsync($"/containers/{EngineJson.Segment(id)}?force=1&v=1", cancel);

    /// <summary>Waits until the container has ended; at most <paramref name="limit"/>.</summary>
    public Task<EngineAnswer> WaitContainerAsync(string id, TimeSpan limit, CancellationToken cancel) =>
        PostAsync($"/containers/{EngineJson.Segment(id)}/wait", null, cancel, limit);

    /// <summary>Standard input, output and error of a created container. Null when the engine refused.</summary>
    public Task<Stream?> AttachAsync(string id, CancellationToken cancel) =>
        HijackAsync($"/containers/{EngineJson.Segment(id)}/attach?stream=1&stdin=1&stdout=1&stderr=1", cancel);

    private static string Filters((string Key, string Value)[] filters)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var group in filters.GroupBy(f => f.Key, StringComparer.Ordinal))
            {
                writer.WriteStartArray(group.Key);
                foreach (var (_, value) in group)
                    writer.WriteStringValue(value);
                writer.WriteEndArray();
            }
            writer.WriteEndObject();
        }
        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private EngineAnswer Must(EngineAnswer answer, string what)
    {
        if (answer.Ok)
            return answer;
        throw answer.Status switch
        {
            401 or 403 => new EngineUnavailableException(EngineFailure.Forbidden, $"{Endpoint.Display}: {what}: {answer.Message}", "What stands before the engine does not allow this call."),
            429 or 503 => new EngineUnavailableException(EngineFailure.Busy, $"{Endpoint.Display}: {what}: {answer.Message}", "The engine may be starting or overloaded; try again."),
            _ => new EngineUnavailableException(EngineFailure.Unreachable, $"{Endpoint.Display}: {what}: HTTP {answer.Status} {answer.Message}", "Is it a Docker engine that answers there?"),
        };
    }

    private JsonElement MustJson(EngineAnswer answer, string what) =>
        EngineJson.Parse(Must(answer, what).Body)
        ?? throw new EngineUnavailableException(EngineFailure.Unreachable, $"{Endpoint.Display}: {what}: the answer is no JSON", "Is it a Docker engine that answers there?");
}
