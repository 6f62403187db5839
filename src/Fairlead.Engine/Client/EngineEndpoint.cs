namespace Fairlead.Engine.Client;

/// <summary>How the engine's stream is reached.</summary>
public enum EndpointKind
{
    /// <summary>A unix socket of this machine.</summary>
    Unix,

    /// <summary>Plain TCP.</summary>
    Tcp,

    /// <summary>Through a process that carries the stream on its standard input and output: `docker … system dial-stdio`, or ssh.</summary>
    Process,
}

/// <summary>Where the engine is.</summary>
public sealed record EngineEndpoint
{
    public required EndpointKind Kind { get; init; }

    /// <summary>As written, without user info: "unix:///var/run/docker.sock".</summary>
    public required string Display { get; init; }

    /// <summary>Path of the unix socket; "" for other kinds.</summary>
    public string Path { get; init; } = "";

    /// <summary>Host and port of a TCP endpoint.</summary>
    public string Host { get; init; } = "";
    public int Port { get; init; }

    /// <summary>Program and arguments of a process endpoint; never a shell.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>True when the engine runs on another machine as far as the endpoint says: ssh, or an address that is not loopback.</summary>
    public bool Remote { get; init; }

    /// <summary>Where the choice came from, for messages: "--host", "DOCKER_HOST", "context NAME", "default".</summary>
    public string From { get; init; } = "default";
}

/// <summary>What of the surroundings decides the endpoint. Passed in, so that the choice itself is pure.</summary>
public interface IEndpointSurroundings
{
    string? Variable(string name);

    /// <summary>Text of a small file, or null where it cannot be read.</summary>
    string? Text(string path);

    IEnumerable<string> Folders(string path);

    bool SocketExists(string path);

    /// <summary>Full path of a program on PATH, or null.</summary>
    string? Program(string name);
}
