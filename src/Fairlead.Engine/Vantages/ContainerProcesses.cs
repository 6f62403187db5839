using System.Globalization;
using System.Text;

namespace Fairlead.Engine.Vantages;

/// <summary>
/// First processes of containers, found in /proc by their control groups, whose paths bear the container's id with every engine
/// (…/ID, docker-ID.scope, libpod-ID.scope: cgroups(7) and the engines' cgroup drivers). One look for all containers in place of an inspect of each.
/// Who enters such a process checks again whose it is.
/// </summary>
public static class ContainerProcesses
{
    private const int MaxProcesses = 200_000, IdLength = 64;

    /// <summary>Pid by container id; absent where none was found. Paths are read as this process's /proc shows them.</summary>
    public static IReadOnlyDictionary<string, int> Find(IReadOnlySet<string> ids, CancellationToken cancel)
    {
        var members = new Dictionary<int, string>();
        var buffer = new byte[4096];
        foreach (var pid in Pids().Take(MaxProcesses))
        {
            if (cancel.IsCancellationRequested)
                break;
            if (IdIn(Text($"/proc/{pid}/cgroup", buffer), ids) is { } id)
                members[pid] = id;
        }
        var first = new Dictionary<string, (int Pid, ulong Started)>();
        foreach (var (pid, id) in members)
        {
            // A process whose parent is outside came first, or was put in later (exec): the older one is the container's own.
            if (Origin(Text($"/proc/{pid}/stat", buffer)) is { } origin && members.GetValueOrDefault(origin.Parent) != id
                && (!first.TryGetValue(id, out var known) || origin.Started < known.Started))
                first[id] = (pid, origin.Started);
        }
        return first.ToDictionary(f => f.Key, f => f.Value.Pid);
    }

    /// <summary>The id among these that stands in the text, as a whole run of 64 hexadecimal digits.</summary>
    public static string? IdIn(string text, IReadOnlySet<string> ids)
    {
        for (var from = 0; from < text.Length;)
        {
            var to = from;
            while (to < text.Length && char.IsAsciiHexDigitLower(text[to]))
                to++;
            if (to - from == IdLength && text[from..to] is var id && ids.Contains(id))
                return id;
            from = Math.Max(to, from + 1);
        }
        return null;
    }

    /// <summary>Fields 4 and 22 of /proc/PID/stat (proc(5)); null for what is no such line.</summary>
    public static (int Parent, ulong Started)? Origin(string stat)
    {
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 19 && int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var parent)
            && ulong.TryParse(fields[19], NumberStyles.None, CultureInfo.InvariantCulture, out var started) ? (parent, started) : null;
    }

    private static IEnumerable<int> Pids()
    {
        IEnumerable<string> names;
        try
        {
            names = Directory.EnumerateDirectories("/proc");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            yield break;
        }
        foreach (var name in names)
        {
            if (int.TryParse(Path.GetFileName(name.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
                yield return pid;
        }
    }

    private static string Text(string path, byte[] buffer)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            return Encoding.ASCII.GetString(buffer, 0, RandomAccess.Read(file, buffer, 0));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return "";   // it ended
        }
    }
}
