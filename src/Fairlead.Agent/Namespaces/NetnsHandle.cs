using Fairlead.Agent.Native;
using Fairlead.Facts;

namespace Fairlead.Agent.Namespaces;

/// <summary>
/// A process and its network namespace, held open. The process's directory is opened first, who it is is checked through that descriptor, and the
/// namespace is opened through it too (SAFETY 12): a pid that is used again cannot lead elsewhere.
/// </summary>
internal sealed class NetnsHandle : IDisposable
{
    private NetnsHandle(SafeFd? process, SafeFd? netns, string id, NetnsRef reference)
    {
        Process = process;
        Netns = netns;
        Id = id;
        Reference = reference;
    }

    /// <summary>O_PATH descriptor of /proc/PID; null for the agent's own namespace.</summary>
    internal SafeFd? Process { get; }

    /// <summary>The namespace to enter; null for the agent's own.</summary>
    internal SafeFd? Netns { get; }

    /// <summary>"dev:ino".</summary>
    internal string Id { get; }

    /// <summary>
    /// Whether the process still lives, in this namespace. A container that was started anew has another first process: so what was read up to
    /// now is of one start, and the engine need not be asked for it. (What is left of an ended process has no namespace any more.)
    /// </summary>
    internal bool Lives
    {
        get
        {
            if (Process is null)
                return true;
            using var netns = SafeFd.Open(Process, "ns/net", Libc.O_RDONLY, out _);
            return netns is not null && netns.Stat(out var stat) && IdOf(stat) == Id;
        }
    }

    internal NetnsRef Reference { get; }

    /// <summary>Opens it, or says why that was not possible.</summary>
    internal static NetnsHandle? Open(NetnsRef reference, out NotRead? missing)
    {
        missing = null;
        if (reference.Pid == 0)
            return new NetnsHandle(null, null, OwnNamespace.Id, reference);
        if (OpenProcess(reference, out missing) is not { } process)
            return null;
        var netns = SafeFd.Open(process, "ns/net", Libc.O_RDONLY, out var errno);
        if (netns is null || !netns.Stat(out var stat))
        {
            missing = Errnos.NotRead(Readings.Netns, reference.Of, errno, "open ns/net");
            netns?.Dispose();
            process.Dispose();
            return null;
        }
        return new NetnsHandle(process, netns, IdOf(stat), reference);
    }

    /// <summary>The O_PATH descriptor of /proc/PID after the check that it is a process of that container.</summary>
    internal static SafeFd? OpenProcess(NetnsRef reference, out NotRead? missing)
    {
        missing = null;
        var process = SafeFd.Open(null, $"/proc/{reference.Pid}", Libc.O_PATH | Libc.O_DIRECTORY, out var errno);
        if (process is null)
        {
            missing = Errnos.NotRead(Readings.Netns, reference.Of, errno, $"open /proc/{reference.Pid}");
            return null;
        }
        if (reference.ContainerId is not { Length: > 0 } id || InCgroup(process, id) || HasItsFiles(process, id))
            return process;
        missing = new NotRead(Readings.Netns, reference.Of, WhyNot.Gone, null, [], $"/proc/{reference.Pid} is not a process of this container");
        process.Dispose();
        return null;
    }

    internal static string IdOf(in Statx stat) => $"{(ulong)stat.DeviceMajor << 8 | stat.DeviceMinor}:{stat.Inode}";

    public void Dispose()
    {
        Netns?.Dispose();
        Process?.Dispose();
    }

    private static bool InCgroup(SafeFd process, string id) => Text(process, "cgroup").Contains(id, StringComparison.Ordinal);

    /// <summary>
    /// Whether its /etc/hosts, /etc/hostname or /etc/resolv.conf is a file of that container. The id anywhere else in mountinfo would prove nothing:
    /// on some engines the host's own mounts name every container.
    /// </summary>
    private static bool HasItsFiles(SafeFd process, string id)
    {
        foreach (var line in Text(process, "mountinfo").Split('\n'))
        {
            var parts = line.Split(' ', 6);
            if (parts.Length == 6 && parts[4] is "/etc/hosts" or "/etc/hostname" or "/etc/resolv.conf" && parts[3].Contains(id, StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    private static string Text(SafeFd process, string file)
    {
        using var fd = SafeFd.Open(process, file, Libc.O_RDONLY, out _);
        return fd?.ReadText(1 << 20, out _) ?? "";
    }
}
