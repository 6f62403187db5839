using Fairlead.Agent.Native;

namespace Fairlead.Agent.Namespaces;

/// <summary>The network namespace in which this process runs, opened once.</summary>
internal static class OwnNamespace
{
    private static readonly SafeFd? Handle = SafeFd.Open(null, "/proc/thread-self/ns/net", Libc.O_RDONLY, out _);

    /// <summary>Descriptor of /proc/thread-self/ns/net, or -1 where /proc is not there: then nothing can be entered.</summary>
    internal static int Fd => Handle?.Number ?? -1;

    /// <summary>"dev:ino", or "own" where /proc is not there.</summary>
    internal static string Id => Handle is { } handle && handle.Stat(out var stat) ? NetnsHandle.IdOf(stat) : "own";
}
