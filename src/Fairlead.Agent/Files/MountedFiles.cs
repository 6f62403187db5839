using System.Collections.Immutable;
using Fairlead.Agent.Namespaces;
using Fairlead.Agent.Native;
using Fairlead.Facts;

namespace Fairlead.Agent.Files;

/// <summary>A small file of a mounted directory: where it stands below the mount ("" for a mounted file), and its text.</summary>
public sealed record MountedFile(string Path, string Text);

/// <summary>What was read of one container's mounts, and what was left out.</summary>
public sealed record MountedRead(ImmutableArray<MountedFile> Files, NotRead? Missing);

/// <summary>
/// Reads small files of a bind mount or volume on the engine's host (SAFETY 4): the directory is the user's, what lies in it is the container's.
/// Below it no link is followed and no other file system entered; depth, number and bytes are bounded. Needs root.
/// </summary>
public static class MountedFiles
{
    /// <summary>Most of one container, over all its mounts.</summary>
    public const int MostDepth = 4, MostFiles = 200, MostBytes = 8 << 20;

    /// <summary>Largest file.</summary>
    public const int Largest = 1 << 20;

    private const int MostEntries = 4000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <param name="engine">The engine's process: its root is where the paths of mounts begin. 0: our own.</param>
    /// <param name="sources">Mounts by their place on the host.</param>
    /// <param name="wanted">Whether a file of that name is worth reading.</param>
    /// <param name="of">Container's name, for messages.</param>
    public static ImmutableArray<MountedRead> Read(int engine, IReadOnlyList<string> sources, Func<string, bool> wanted, string of)
    {
        ImmutableArray<MountedRead> result = default;
        var done = new TaskCompletionSource();
        // A file system that does not answer holds a thread of its own, not us.
        new Thread(() =>
        {
            var budget = new Budget();
            var found = sources.Select(s => One(engine, s, wanted, of, budget)).ToImmutableArray();
            ImmutableInterlocked.InterlockedExchange(ref result, found);
            done.SetResult();
        }, maxStackSize: 256 * 1024) { IsBackground = true, Name = "mounts" }.Start();
        return done.Task.Wait(Patience) ? result
            : [.. sources.Select(_ => new MountedRead([], new NotRead(Readings.ConfigFile, of, WhyNot.Timeout, null, [], "its file system does not answer")))];
    }

    /// <summary>One file of the engine's own: the hosts and resolver files that it writes for a container, whether that runs or not. Needs root.</summary>
    /// <param name="path">As the engine names it.</param>
    public static Reading<string> OfEngine(int engine, string path, string what, string of)
    {
        using var process = engine == 0 ? null : SafeFd.Open(null, $"/proc/{engine}", Libc.O_PATH | Libc.O_DIRECTORY, out _);
        using var root = engine != 0 && process is null ? null : ContainerFile.RootOf(process, out _);
        return root is null || path.Length < 2 ? new NotRead(what, of, WhyNot.Gone) : ContainerFile.Read(root, path.TrimStart('/'), ContainerFile.SmallLimit, what, of);
    }

    private sealed class Budget
    {
        internal int Files = MostFiles, Bytes = MostBytes, Entries = MostEntries;
        internal bool Cut;
    }

    private static MountedRead One(int engine, string source, Func<string, bool> wanted, string of, Budget budget)
    {
        using var process = engine == 0 ? null : SafeFd.Open(null, $"/proc/{engine}", Libc.O_PATH | Libc.O_DIRECTORY, out _);
        using var root = engine != 0 && process is null ? null : ContainerFile.RootOf(process, out _);
        if (root is null)
            return new MountedRead([], new NotRead(Readings.ConfigFile, of, WhyNot.Gone, null, [], "the engine's root"));
        using var mount = ContainerFile.Resolve(root, source.TrimStart('/'), out var errno);
        if (mount is null || !mount.Stat(out var stat))
            return new MountedRead([], Errnos.NotRead(Readings.ConfigFile, of, errno, "open a mount"));
        var found = ImmutableArray.CreateBuilder<MountedFile>();
        if (stat.IsRegular)
            Take(mount, "", of, budget, found);
        else if (stat.IsDirectory)
            Directories(mount, wanted, of, budget, found);
        var missing = budget.Cut ? new NotRead(Readings.ConfigFile, of, WhyNot.TooBig, null, [], "more or larger files than are looked at") : null;
        return new MountedRead(found.ToImmutable(), missing);
    }

    /// <summary>Directory after directory, the upper ones first: what a person edits lies near the top.</summary>
    private static void Directories(SafeFd mount, Func<string, bool> wanted, string of, Budget budget, ImmutableArray<MountedFile>.Builder found)
    {
        var waiting = new Queue<(SafeFd Directory, string Path, int Depth)>([(mount, "", 0)]);
        while (waiting.TryDequeue(out var at))
        {
            foreach (var name in budget.Files > 0 && budget.Entries > 0 ? Names(at.Directory, budget) : [])
            {
                var file = wanted(name);
                if (!file && (name[0] == '.' || name == "node_modules" || at.Depth + 1 >= MostDepth))
                    continue;
                var entry = ContainerFile.Beneath(at.Directory, name, out _);
                var path = at.Path.Length == 0 ? name : $"{at.Path}/{name}";
                if (entry is null || !entry.Stat(out var stat))
                {
                    entry?.Dispose();
                    continue;
                }
                if (stat.IsDirectory && at.Depth + 1 < MostDepth)
                {
                    waiting.Enqueue((entry, path, at.Depth + 1));
                    continue;
                }
                using (entry)
                {
                    if (file && stat.IsRegular)
                        Take(entry, path, of, budget, found);
                }
            }
            if (!ReferenceEquals(at.Directory, mount))
                at.Directory.Dispose();
        }
    }

    private static ImmutableArray<string> Names(SafeFd directory, Budget budget)
    {
        try
        {
            // The descriptor's own link: that very directory, whatever stands at its path by now.
            var names = Directory.EnumerateFileSystemEntries($"/proc/self/fd/{directory.Number}").Take(budget.Entries).Select(p => p[(p.LastIndexOf('/') + 1)..])
                .Where(n => n.Length > 0).Order(StringComparer.Ordinal).ToImmutableArray();
            GC.KeepAlive(directory);
            budget.Entries -= names.Length;
            budget.Cut |= budget.Entries <= 0;
            return names;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static void Take(SafeFd file, string path, string of, Budget budget, ImmutableArray<MountedFile>.Builder found)
    {
        var limit = Math.Min(Largest, budget.Bytes);
        if (budget.Files <= 0 || limit <= 0)
        {
            budget.Cut = true;
            return;
        }
        // What is being written to just now is no configuration that is in use.
        if (ContainerFile.ReadFound(file, path, limit, Readings.ConfigFile, of) is not { } reading)
            return;
        if (!reading.IsKnown)
        {
            budget.Cut |= reading.Missing.Why == WhyNot.TooBig;
            return;
        }
        budget.Files--;
        budget.Bytes -= reading.Value.Length;
        if (!reading.Value.Contains('\0'))
            found.Add(new MountedFile(path, reading.Value));
    }
}
