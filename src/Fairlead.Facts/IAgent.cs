using System.Collections.Immutable;

namespace Fairlead.Facts;

/// <summary>What to read in a namespace.</summary>
[Flags]
public enum ReadWhat
{
    None = 0,
    Links = 1,
    Addresses = 2,
    Routes = 4,
    Neighbours = 8,
    Sockets = 16,
    Sysctls = 32,
    Rules = 64,
    Files = 128,
    /// <summary>Listening sockets only, not the established ones.</summary>
    Listeners = 256,
    Usual = Links | Addresses | Routes | Neighbours | Sockets | Sysctls | Rules | Files,
}

/// <summary>Which namespace is meant, and how to be sure that it still is the same one.</summary>
/// <param name="Pid">A process in it, in the pid numbers of the agent's /proc; 0 for the agent's own namespace.</param>
/// <param name="ContainerId">The container that the process must belong to (SAFETY 12), or null for the host.</param>
/// <param name="Of">For messages: the container's name or "host".</param>
public sealed record NetnsRef(int Pid, string? ContainerId, string Of);

/// <summary>
/// Reads and dials inside network namespaces. Two implementations: in this process (root), and over a stream to a helper container.
/// Knows neither the model nor the engine.
/// </summary>
public interface IAgent : IAsyncDisposable
{
    /// <summary>Reads what is asked; whatever fails is a <see cref="NotRead"/> inside, never an exception. Parts not asked for are NotRead "not-asked".</summary>
    Task<NetnsFacts> ReadAsync(NetnsRef netns, ReadWhat what, CancellationToken cancel);

    /// <summary>Finds the processes that hold these socket inodes; absent keys were not found.</summary>
    Task<ImmutableDictionary<ulong, ProcessFact>> HoldersAsync(NetnsRef netns, ImmutableArray<ulong> inodes, CancellationToken cancel);

    /// <summary>Makes one dial. When <paramref name="settled"/> is cancelled the dial ends at once as a timeout "decided early".</summary>
    Task<DialFact> DialAsync(NetnsRef netns, DialRequest request, CancellationToken settled, CancellationToken cancel);

    Task<ResolutionFact> ResolveAsync(NetnsRef netns, ResolveRequest request, CancellationToken cancel);

    /// <summary>Kernel's own answer to one route question (RTM_GETROUTE), or null where it cannot be asked. Text as `ip route get` prints it, or the errno's name.</summary>
    Task<string?> RouteGetAsync(NetnsRef netns, System.Net.IPAddress destination, CancellationToken cancel);
}
