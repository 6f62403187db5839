using System.Collections.Immutable;

namespace Fairlead.Model.Leads;

/// <summary>Where a lead stands: the contract's seenIn.kind.</summary>
public static class LeadKinds
{
    public const string Env = "env", Command = "command", Label = "label", ConfigFile = "config-file";
}

/// <summary>An address that a container's configuration names, and that it may dial. Not a failure; not even a dial.</summary>
public sealed record Lead
{
    /// <summary>One of <see cref="LeadKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>The variable, label, option, or file and line.</summary>
    public required string Where { get; init; }

    /// <summary>"" where none was written.</summary>
    public string Scheme { get; init; } = "";
    public required string Host { get; init; }

    /// <summary>Written, or the scheme's.</summary>
    public required int Port { get; init; }
    public string Path { get; init; } = "";

    /// <summary>As a target of `why`: a URL where the scheme is one that it knows, else host:port.</summary>
    public string Target
    {
        get
        {
            var pair = $"{(Host.Contains(':') ? $"[{Host}]" : Host)}:{Port}";
            return Scheme is "http" or "https" or "ws" or "wss" or "redis" or "mysql" or "postgres" or "tcp" or "udp" ? $"{Scheme}://{pair}{Path}" : pair;
        }
    }
}

/// <summary>What of a container can hold leads. Values are masked already.</summary>
public sealed record LeadSource
{
    /// <summary>Name and value.</summary>
    public ImmutableArray<(string Name, string Value)> Env { get; init; } = [];

    /// <summary>Entry point and command, one after another.</summary>
    public ImmutableArray<string> Command { get; init; } = [];
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Path and text of small files mounted into it.</summary>
    public ImmutableArray<(string Path, string Text)> Files { get; init; } = [];

    /// <summary>Names that containers of this host bear; a bare `name:port` counts only with one of them.</summary>
    public ImmutableHashSet<string> Known { get; init; } = [];

    /// <summary>Its own names.</summary>
    public ImmutableHashSet<string> Own { get; init; } = [];

    /// <summary>Ports that it serves itself: exposed, published, listened on.</summary>
    public ImmutableHashSet<int> OwnPorts { get; init; } = [];
}
