using System.Runtime.InteropServices;
using System.Text;
using Fairlead.Agent.Native;
using Fairlead.Facts;

namespace Fairlead.Agent.Namespaces;

/// <summary>Kernel settings of another network namespace, read and written: opened inside, used from outside.</summary>
public static unsafe class HostFile
{
    /// <summary>The value of a key such as "net.ipv4.ip_forward", without its line end; null where it cannot be read.</summary>
    /// <param name="pid">A process of that namespace.</param>
    public static string? ReadSysctl(int pid, string key)
    {
        using var file = Open(pid, key, write: false, out _);
        return file?.Read(4096, out _) is { } bytes ? Encoding.ASCII.GetString(bytes).Trim() : null;
    }

    /// <summary>Null, or one line why it was not written.</summary>
    public static string? WriteSysctl(int pid, string key, string value)
    {
        using var file = Open(pid, key, write: true, out var error);
        if (file is null)
            return $"{key}: {error}";
        var bytes = Encoding.ASCII.GetBytes(value);
        fixed (byte* p = bytes)
        {
            var wrote = Libc.write(file.Number, p, (nuint)bytes.Length);
            return wrote == bytes.Length ? null : $"{key}: {Marshal.GetPInvokeErrorMessage(Libc.Errno)}";
        }
    }

    private static SafeFd? Open(int pid, string key, bool write, out string error)
    {
        error = "";
        using var there = NetnsHandle.Open(new NetnsRef(pid, null, "host"), out var missing);
        if (there is null)
        {
            error = missing?.Detail ?? "the namespace cannot be entered";
            return null;
        }
        using var visit = new Visit();
        var path = "/proc/sys/" + key.Replace('.', '/');
        var number = write ? visit.FileToWrite(path) : visit.File(path);
        var entered = visit.Go(there.Netns);
        var file = visit.Take(number, out var errno);
        if (file is null)
            error = Marshal.GetPInvokeErrorMessage(entered != 0 ? entered : errno);
        return file;
    }
}

/// <summary>This process becomes another program in another network namespace.</summary>
public static partial class Within
{
    /// <summary>Enters the namespace of <paramref name="pid"/> and becomes the program. Comes back only when that failed, with one line why.</summary>
    public static string Exec(int pid, string[] argv)
    {
        using var there = NetnsHandle.Open(new NetnsRef(pid, null, "host"), out var missing);
        if (there?.Netns is not { } netns)
            return missing?.Detail ?? "the namespace cannot be entered";
        // Nothing of the runtime may be started in there: the next call replaces the process.
        if (Libc.InsideSetns(netns.Number, Libc.CLONE_NEWNET) == 0)
            _ = Execv(argv[0], [.. argv, null]);
        return $"{argv[0]}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}";
    }

    [LibraryImport("libc", EntryPoint = "execv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execv(string path, string?[] argv);
}
