using System.Text.Json;

namespace Fairlead.Engine.Client;

/// <summary>
/// Chooses the engine: --host, --context, DOCKER_HOST, DOCKER_CONTEXT, the CLI's current context, then the usual sockets
/// (the order of the docker CLI's own documentation, "docker context").
/// </summary>
public static class EndpointFinder
{
    private const string DefaultSocket = "/var/run/docker.sock";
    private const int MaxContexts = 256;

    /// <summary>The endpoint, or a sentence why there is none (bad usage).</summary>
    public static (EngineEndpoint? Endpoint, string? Error) Find(string? host, string? context, IEndpointSurroundings around)
    {
        if (!string.IsNullOrEmpty(host))
            return Parse(host, "--host", around);
        if (!string.IsNullOrEmpty(context))
            return OfContext(context, around);
        if (around.Variable("DOCKER_HOST") is { Length: > 0 } variable)
            return Parse(variable, "DOCKER_HOST", around);
        var named = around.Variable("DOCKER_CONTEXT") is { Length: > 0 } fromVariable ? fromVariable : CurrentContext(around);
        if (named is { Length: > 0 } and not "default")
            return OfContext(named, around);
        return (Usual(around), null);
    }

    private static EngineEndpoint Usual(IEndpointSurroundings around)
    {
        var home = around.Variable("HOME");
        string?[] candidates =
        [
            DefaultSocket,
            around.Variable("XDG_RUNTIME_DIR") is { Length: > 0 } run ? run + "/docker.sock" : null,
            home is { Length: > 0 } ? home + "/.docker/run/docker.sock" : null,
            home is { Length: > 0 } ? home + "/.docker/desktop/docker.sock" : null,
        ];
        var found = candidates.FirstOrDefault(c => c is not null && around.SocketExists(c)) ?? DefaultSocket;
        return OfSocket(found, "default");
    }

    private static EngineEndpoint OfSocket(string path, string from) =>
        new() { Kind = EndpointKind.Unix, Path = path, Display = "unix://" + path, From = from };

    private static (EngineEndpoint?, string?) Parse(string text, string from, IEndpointSurroundings around, string? contextName = null, bool tls = false)
    {
        if (text.StartsWith("unix://", StringComparison.Ordinal))
        {
            var path = text["unix://".Length..];
            return path.StartsWith('/') ? (OfSocket(path, from), null) : (null, $"{from}: a unix socket needs an absolute path");
        }
        if (text.StartsWith('/'))
            return (OfSocket(text, from), null);
        if (text.StartsWith("ssh://", StringComparison.Ordinal))
            return OfSsh(text, from, around);
        if (text.StartsWith("tcp://", StringComparison.Ordinal) || text.StartsWith("http://", StringComparison.Ordinal))
            return OfTcp(text, from, around, contextName, tls);
        return (null, $"{from}: only unix://, tcp:// and ssh:// are known");
    }

    private static (EngineEndpoint?, string?) OfTcp(string text, string from, IEndpointSurroundings around, string? contextName, bool tls)
    {
        if (!Uri.TryCreate(text.Replace("tcp://", "http://", StringComparison.Ordinal), UriKind.Absolute, out var uri) || uri.Host.Length == 0)
            return (null, $"{from}: not an address");
        var authority = text[(text.IndexOf("://", StringComparison.Ordinal) + 3)..].TrimEnd('/');
        var port = authority.EndsWith(']') || !authority.Contains(':') ? 2375 : uri.Port;
        var host = uri.Host.Trim('[', ']');
        var remote = !(uri.IsLoopback || host == "localhost");
        var display = $"tcp://{uri.Host}:{port}";
        tls = tls || port == 2376 || around.Variable("DOCKER_TLS_VERIFY") is { Length: > 0 } || around.Variable("DOCKER_TLS") is { Length: > 0 };
        if (!tls)
            return (new EngineEndpoint { Kind = EndpointKind.Tcp, Host = host, Port = port, Display = display, From = from, Remote = remote }, null);

        // The static binary has no TLS of its own; the docker CLI carries the stream, with the certificates it already knows.
        if (around.Program("docker") is not { } docker)
            return (null, $"{from}: a TLS endpoint needs the docker command on PATH (it carries the connection)");
        string[] command = contextName is null
            ? [docker, "-H", display, "system", "dial-stdio"]
            : [docker, "--context", contextName, "system", "dial-stdio"];
        return (new EngineEndpoint { Kind = EndpointKind.Process, Command = command, Display = display, From = from, Remote = remote }, null);
    }

    private static (EngineEndpoint?, string?) OfSsh(string text, string from, IEndpointSurroundings around)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0 || uri.Host.StartsWith('-'))
            return (null, $"{from}: not an ssh address");
        if (uri.UserInfo.StartsWith('-') || uri.UserInfo.Contains(':'))
            return (null, $"{from}: a user name only, no password, can stand in an ssh address");
        var display = $"ssh://{uri.Host}" + (uri.Port > 0 ? $":{uri.Port}" : "");
        List<string> command = [];
        if (around.Program("docker") is { } docker)
        {
            command.AddRange([docker, "-H", text, "system", "dial-stdio"]);
        }
        else if (around.Program("ssh") is { } ssh)
        {
            command.AddRange([ssh, "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10"]);
            if (uri.UserInfo.Length > 0)
                command.AddRange(["-l", uri.UserInfo]);
            if (uri.Port > 0)
                command.AddRange(["-p", uri.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            command.AddRange(["--", uri.Host, "docker system dial-stdio"]);
        }
        else
        {
            return (null, $"{from}: an ssh endpoint needs docker or ssh on PATH");
        }
        return (new EngineEndpoint { Kind = EndpointKind.Process, Command = command, Display = display, From = from, Remote = true }, null);
    }

    private static string ConfigFolder(IEndpointSurroundings around) =>
        around.Variable("DOCKER_CONFIG") is { Length: > 0 } set ? set : (around.Variable("HOME") ?? "/root") + "/.docker";

    private static string? CurrentContext(IEndpointSurroundings around)
    {
        if (around.Text(ConfigFolder(around) + "/config.json") is not { } text || Document(text) is not { } root)
            return null;
        return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("currentContext", out var name) && name.ValueKind == JsonValueKind.String
            ? name.GetString()
            : null;
    }

    /// <summary>Context folders are named by a SHA-256 that a static binary cannot compute: the names inside are compared instead.</summary>
    private static (EngineEndpoint?, string?) OfContext(string name, IEndpointSurroundings around)
    {
        if (name == "default")
            return around.Variable("DOCKER_HOST") is { Length: > 0 } variable ? Parse(variable, "DOCKER_HOST", around) : (Usual(around), null);
        var meta = ConfigFolder(around) + "/contexts/meta";
        foreach (var folder in around.Folders(meta).Take(MaxContexts))
        {
            if (around.Text($"{meta}/{folder}/meta.json") is not { } text || Document(text) is not { ValueKind: JsonValueKind.Object } root)
                continue;
            if (!root.TryGetProperty("Name", out var called) || called.ValueKind != JsonValueKind.String || called.GetString() != name)
                continue;
            if (!root.TryGetProperty("Endpoints", out var ends) || ends.ValueKind != JsonValueKind.Object
                || !ends.TryGetProperty("docker", out var docker) || docker.ValueKind != JsonValueKind.Object
                || !docker.TryGetProperty("Host", out var host) || host.ValueKind != JsonValueKind.String)
                return (null, $"context {name}: it has no docker endpoint");
            var tls = around.Folders($"{ConfigFolder(around)}/contexts/tls/{folder}").Contains("docker");
            return Parse(host.GetString() ?? "", $"context {name}", around, name, tls);
        }
        return (null, $"context {name}: no such context");
    }

    private static JsonElement? Document(string text)
    {
        try
        {
            return JsonDocument.Parse(text).RootElement;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
