using System.Globalization;
using System.Runtime.InteropServices;

namespace Fairlead.Engine.Vantages;

/// <summary>The process of the engine on this machine, and what this user may do with it.</summary>
/// <param name="Pid">0 where it cannot be found: another machine, another pid namespace.</param>
/// <param name="Name">Its name as /proc/PID/comm gives it: "dockerd", "podman", "systemd" (socket activation).</param>
/// <param name="Enterable">True when /proc/PID/ns/net can be opened: then, as root, all of its host can be read from here.</param>
/// <param name="Rootless">It does not run as the user 0 of this machine.</param>
public sealed partial record EngineProcess(int Pid, string Name, bool Enterable, bool Rootless)
{
    public static readonly EngineProcess None = new(0, "", false, false);

    /// <summary>
    /// Who listens on the socket (SO_PEERCRED names the process that called listen()). Where that is an init that only hands the socket on, the
    /// engine's pid file is asked (dockerd --pidfile, default /var/run/docker.pid), and init stands in when there is none: both live on the host.
    /// </summary>
    public static EngineProcess Find(int peerPid)
    {
        if (peerPid <= 0)
            return None;
        var name = Comm(peerPid);
        if (name is "systemd" or "init" && PidFile("/var/run/docker.pid") is > 0 and var pid && Comm(pid) == "dockerd")
            (peerPid, name) = (pid, "dockerd");
        if (name.Length == 0)
            return None;
        return new EngineProcess(peerPid, name, CanEnter(peerPid), Uid(peerPid) is > 0);
    }

    /// <summary>The user this program acts as: geteuid(2).</summary>
    public static uint EffectiveUser => GetEuid();

    private static string Comm(int pid) => Small($"/proc/{pid}/comm").Trim();

    private static int PidFile(string path) => int.TryParse(Small(path).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0;

    private static int? Uid(int pid)
    {
        foreach (var line in Small($"/proc/{pid}/status").Split('\n'))
        {
            if (line.StartsWith("Uid:", StringComparison.Ordinal))
                return int.TryParse(line[4..].Trim().Split('\t')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var uid) ? uid : null;
        }
        return null;
    }

    private static string Small(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 0);
            Span<byte> buffer = stackalloc byte[4096];
            return System.Text.Encoding.UTF8.GetString(buffer[..file.Read(buffer)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static bool CanEnter(int pid)
    {
        const int readOnlyCloseOnExec = 0x80000;
        var fd = Open($"/proc/{pid}/ns/net", readOnlyCloseOnExec, 0);
        if (fd < 0)
            return false;
        _ = Close(fd);
        return true;
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEuid();

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int fd);
}
