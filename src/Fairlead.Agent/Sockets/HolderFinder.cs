using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Fairlead.Agent.Namespaces;
using Fairlead.Agent.Native;
using Fairlead.Facts;

namespace Fairlead.Agent.Sockets;

/// <summary>
/// Finds who holds a socket: the descriptors of the processes that live in its namespace, then, for those not found, of all others (a listener that
/// was handed over, docker's resolver inside a container). Of a process only its name and the base name of its program are kept (SAFETY 18).
/// </summary>
internal static unsafe class HolderFinder
{
    private const int MaxProcesses = 65_536, MaxDescriptors = 1_000_000;

    internal static ImmutableDictionary<ulong, ProcessFact> Find(string netnsId, ImmutableArray<ulong> inodes, CancellationToken cancel)
    {
        var wanted = inodes.Where(i => i != 0).ToHashSet();
        var found = ImmutableDictionary.CreateBuilder<ulong, ProcessFact>();
        var elsewhere = new List<int>();
        var budget = MaxDescriptors;
        foreach (var pid in Processes())
        {
            if (wanted.Count == 0 || cancel.IsCancellationRequested)
                return found.ToImmutable();
            if (NetnsOf(pid) == netnsId)
                Search(pid, wanted, found, ref budget);
            else
                elsewhere.Add(pid);
        }
        foreach (var pid in elsewhere)
        {
            if (wanted.Count == 0 || budget <= 0 || cancel.IsCancellationRequested)
                break;
            Search(pid, wanted, found, ref budget);
        }
        return found.ToImmutable();
    }

    private static IEnumerable<int> Processes()
    {
        IEnumerable<string> names;
        try
        {
            names = Directory.EnumerateDirectories("/proc").Take(MaxProcesses * 2);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            yield break;
        }
        foreach (var name in names)
        {
            if (int.TryParse(Path.GetFileName(name), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
                yield return pid;
        }
    }

    private static string? NetnsOf(int pid)
    {
        using var netns = SafeFd.Open(null, $"/proc/{pid}/ns/net", Libc.O_RDONLY, out _);
        return netns is not null && netns.Stat(out var stat) ? NetnsHandle.IdOf(stat) : null;
    }

    private static void Search(int pid, HashSet<ulong> wanted, ImmutableDictionary<ulong, ProcessFact>.Builder found, ref int budget)
    {
        using var process = SafeFd.Open(null, $"/proc/{pid}", Libc.O_PATH | Libc.O_DIRECTORY, out _);
        if (process is null)
            return;
        string[] descriptors;
        try
        {
            descriptors = Directory.GetFileSystemEntries($"/proc/{pid}/fd");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return;
        }
        ProcessFact? fact = null;
        foreach (var descriptor in descriptors)
        {
            if (--budget <= 0 || wanted.Count == 0)
                return;
            if (Link(process, "fd/" + Path.GetFileName(descriptor)) is not { } link || !link.StartsWith("socket:[", StringComparison.Ordinal)
                || !ulong.TryParse(link.AsSpan(8).TrimEnd(']'), NumberStyles.None, CultureInfo.InvariantCulture, out var inode) || !wanted.Remove(inode))
                continue;
            fact ??= Describe(pid, process);
            found[inode] = fact;
        }
    }

    private static ProcessFact Describe(int pid, SafeFd process)
    {
        using var comm = SafeFd.Open(process, "comm", Libc.O_RDONLY, out _);
        var name = comm?.ReadText(256, out _)?.TrimEnd('\n') ?? "";
        var executable = Link(process, "exe");
        if (executable is not null)
        {
            const string gone = " (deleted)";
            if (executable.EndsWith(gone, StringComparison.Ordinal))
                executable = executable[..^gone.Length];
            executable = executable[(executable.LastIndexOf('/') + 1)..];
        }
        return new ProcessFact(pid, name, executable);
    }

    private static string? Link(SafeFd directory, string path)
    {
        var buffer = stackalloc byte[4096];
        fixed (byte* p = Encoding.UTF8.GetBytes(path + "\0"))
        {
            var length = Libc.readlinkat(directory.Number, p, buffer, 4096);
            return length is > 0 and < 4096 ? Encoding.UTF8.GetString(buffer, (int)length) : null;
        }
    }
}
