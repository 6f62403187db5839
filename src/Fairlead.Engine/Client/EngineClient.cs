using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Fairlead.Engine.Client;

/// <summary>One answer of the engine.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">At most the call's limit; the engine's own JSON.</param>
public sealed record EngineAnswer(int Status, byte[] Body)
{
    public bool Ok => Status is >= 200 and < 300;

    /// <summary>The engine's sentence in an error answer, at most 300 characters, untrusted; "" where there is none.</summary>
    public string Message
    {
        get
        {
            if (EngineJson.Parse(Body) is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("message", out var text) && text.ValueKind == JsonValueKind.String)
                return Cut(text.GetString() ?? "");
            return Cut(Encoding.UTF8.GetString(Body.AsSpan(0, Math.Min(Body.Length, 300))));
        }
    }

    private static string Cut(string text) => text.ReplaceLineEndings(" ").Trim() is var line && line.Length > 300 ? line[..300] : line;
}

/// <summary>
/// A thin client of the Docker Engine API over one kind of stream. The API version is negotiated from the `Api-Version` header that every answer
/// of an engine carries (moby: server/middleware/version.go), so that no call is spent on it; paths without a version give the engine's newest.
/// </summary>
public sealed partial class EngineClient(EngineDialler dialler, TimeSpan callLimit, string version) : IAsyncDisposable
{
    /// <summary>The newest API whose answers were tried against this build: Engine 28.5.</summary>
    public static readonly Version Newest = new(1, 51);

    /// <summary>The oldest: below it answers are not understood. Engine 19.03.</summary>
    public static readonly Version Oldest = new(1, 40);

    private const int BodyLimit = 64 << 20;

    /// <summary>Set once at start: "fairlead/0.1.0".</summary>
    public static string Agent { get; set; } = "fairlead";

    private readonly Stack<HttpConnection> _idle = new();
    private readonly Lock _lock = new();
    private volatile Version? _api;
    private volatile string? _server;
    private volatile int _peer;
    private bool _disposed;

    public EngineEndpoint Endpoint => dialler.Endpoint;

    /// <summary>This program's version, for User-Agent and snapshots.</summary>
    public string Tool => version;

    /// <summary>min(own, engine's); null before the first answer.</summary>
    public Version? Api => _api;

    /// <summary>Engine version from the `Server` header ("Docker/28.5.2 (linux)"); null where the engine does not say.</summary>
    public string? ServerVersion => _server is { } text && text.IndexOf('/') is > 0 and var slash ? text[(slash + 1)..].Split(' ')[0] : null;

    /// <summary>"Docker", "Libpod", …; "" before the first answer.</summary>
    public string ServerName => _server is { } text && text.IndexOf('/') is > 0 and var slash ? text[..slash] : "";

    /// <summary>Who listens on the socket; 0 where unknown.</summary>
    public int PeerPid => _peer;

    /// <summary>Bytes and answers so far, for -v and tests: how many calls were made.</summary>
    public int Calls { get; private set; }

    /// <summary>Opens the first connection without asking anything: who listens is known from then on, and the first call finds it ready.</summary>
    public async Task ConnectAsync(CancellationToken cancel)
    {
        var connection = await FreshAsync(cancel);
        _peer = connection.PeerPid;
        lock (_lock)
            _idle.Push(connection);
    }

    public Task<EngineAnswer> GetAsync(string path, CancellationToken cancel) => CallAsync("GET", path, "", null, callLimit, cancel);

    public Task<EngineAnswer> DeleteAsync(string path, CancellationToken cancel) => CallAsync("DELETE", path, "", null, callLimit, cancel);

    public Task<EngineAnswer> PostAsync(string path, ReadOnlyMemory<byte>? json, CancellationToken cancel, TimeSpan? limit = null) =>
        CallAsync("POST", path, json is null ? "" : "Content-Type: application/json\r\n", json, limit ?? callLimit, cancel);

    /// <summary>Answers that are no success are values; only an engine that cannot be reached throws.</summary>
    public async Task<EngineAnswer> CallAsync(string method, string path, string headers, ReadOnlyMemory<byte>? body, TimeSpan limit, CancellationToken cancel)
    {
        for (var attempt = 0; ; attempt++)
        {
            HttpConnection? connection = null;
            using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            timed.CancelAfter(limit);
            try
            {
                connection = await TakeAsync(timed.Token);
                var head = await connection.SendAsync(method, Versioned(path), headers, body, timed.Token);
                Note(head, connection);
                var answer = new EngineAnswer(head.Status, await connection.BodyAsync(method, head, BodyLimit, timed.Token));
                Calls++;
                Return(connection);
                return answer;
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
            {
                // An idle connection may have been closed by the engine before the request reached it: once more on a new one.
                var stale = connection is { Reused: true } && e is not HttpFormatException && method == "GET" && attempt == 0;
                connection?.Dispose();
                if (!stale)
                    throw Lost(e, connection);
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                connection?.Dispose();
                throw Slow(limit);
            }
            catch (OperationCanceledException)
            {
                connection?.Dispose();
                throw;
            }
        }
    }

    /// <summary>An endless or large body (logs, events). The caller disposes the stream, which ends the connection.</summary>
    public async Task<(int Status, Stream Body)> OpenAsync(string path, CancellationToken cancel)
    {
        var connection = await FreshAsync(cancel);
        try
        {
            using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            timed.CancelAfter(callLimit);
            var head = await connection.SendAsync("GET", Versioned(path), "", null, timed.Token);
            Note(head, connection);
            return (head.Status, connection.BodyStream(head));
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            connection.Dispose();
            throw Lost(e, connection);
        }
        catch (OperationCanceledException)
        {
            connection.Dispose();
            if (cancel.IsCancellationRequested)
                throw;
            throw Slow(callLimit);
        }
    }

    /// <summary>Takes a connection over (attach): the stream is bare both ways afterwards. Null when the engine refused.</summary>
    public async Task<Stream?> HijackAsync(string path, CancellationToken cancel)
    {
        var connection = await FreshAsync(cancel);
        try
        {
            using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            timed.CancelAfter(callLimit);
            var head = await connection.SendAsync("POST", Versioned(path), "Connection: Upgrade\r\nUpgrade: tcp\r\n", null, timed.Token);
            if (head.Status is 101 or 200)
                return connection.Hijack();
            connection.Dispose();
            return null;
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            connection.Dispose();
            throw Lost(e, connection);
        }
        catch (OperationCanceledException)
        {
            connection.Dispose();
            if (cancel.IsCancellationRequested)
                throw;
            throw Slow(callLimit);
        }
    }

    public ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _disposed = true;
            while (_idle.TryPop(out var connection))
                connection.Dispose();
        }
        return ValueTask.CompletedTask;
    }

    private string Versioned(string path) =>
        _api is { } api && path != "/_ping" && path != "/version" ? string.Create(CultureInfo.InvariantCulture, $"/v{api.Major}.{api.Minor}{path}") : path;

    private async Task<HttpConnection> TakeAsync(CancellationToken cancel)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_idle.TryPop(out var idle))
                return idle;
        }
        return await FreshAsync(cancel);
    }

    private async Task<HttpConnection> FreshAsync(CancellationToken cancel)
    {
        var stream = await dialler.OpenAsync(cancel);
        var host = Endpoint.Kind == EndpointKind.Tcp ? $"{(Endpoint.Host.Contains(':') ? $"[{Endpoint.Host}]" : Endpoint.Host)}:{Endpoint.Port}" : "docker";
        return new HttpConnection(stream, host);
    }

    private void Return(HttpConnection connection)
    {
        lock (_lock)
        {
            if (connection.Reusable && !_disposed)
            {
                _idle.Push(connection);
                return;
            }
        }
        connection.Dispose();
    }

    private void Note(HttpHead head, HttpConnection connection)
    {
        _peer = connection.PeerPid;
        _server ??= head["Server"];
        if (_api is null && head["Api-Version"] is { } text && System.Version.TryParse(text, out var offered))
        {
            if (offered < Oldest)
                throw new EngineUnavailableException(EngineFailure.Unreachable, $"{Endpoint.Display}: its API {offered} is older than {Oldest}", "Engine 20.10 or newer is needed.");
            _api = offered < Newest ? offered : Newest;
        }
    }

    private EngineUnavailableException Lost(Exception e, HttpConnection? connection)
    {
        var said = connection?.Complaint is { Length: > 0 } text ? ": " + text : "";
        if (e is HttpFormatException)
            return new EngineUnavailableException(EngineFailure.Unreachable, $"{Endpoint.Display}: {e.Message}{said}", "Is it a Docker engine that answers there?", e);
        return _api is null
            ? new EngineUnavailableException(EngineFailure.Unreachable, $"{Endpoint.Display}: the connection ended before an answer{said}", "Is it a Docker engine that answers there?", e)
            : new EngineUnavailableException(EngineFailure.Gone, $"{Endpoint.Display}: the engine went away in the middle of an answer{said}", "Ask again once the engine is back.", e);
    }

    private EngineUnavailableException Slow(TimeSpan limit) =>
        new(EngineFailure.Busy, $"{Endpoint.Display}: no answer within {limit.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)} s", "The engine may be overloaded; try again.");
}
