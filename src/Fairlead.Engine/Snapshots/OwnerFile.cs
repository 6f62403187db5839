using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Fairlead.Engine.Snapshots;

/// <summary>Files that hold what was read of a host: mode 0600, written whole or not at all (SAFETY 20).</summary>
public static partial class OwnerFile
{
    private const int WriteOnly = 1, Create = 0x40, Exclusive = 0x80, NonBlocking = 0x800, CloseOnExec = 0x80000;

    // These two differ between the architectures.
    private static readonly int NoFollow = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;
    private static readonly int Directory = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000;
    private const int OwnerOnly = 0x180; // 0600

    /// <summary>Writes beside the path, syncs, renames over it, syncs the folder. Null, or one line why not.</summary>
    public static string? Write(string path, ReadOnlySpan<byte> content)
    {
        var full = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(full) ?? "/";
        var fresh = $"{full}.{Environment.ProcessId:x}.new";
        var fd = Open(fresh, WriteOnly | Create | Exclusive | NoFollow | CloseOnExec, OwnerOnly);
        if (fd < 0)
            return $"{path}: {Reason()}";
        try
        {
            if (!All(fd, content) || Sync(fd) != 0)
                return Fail(path, fresh);
        }
        finally
        {
            _ = Close(fd);
        }
        if (Rename(fresh, full) != 0)
            return Fail(path, fresh);
        var place = Open(folder, Directory | CloseOnExec, 0);
        if (place >= 0)
        {
            _ = Sync(place);
            _ = Close(place);
        }
        return null;
    }

    /// <summary>Opens a file for reading without waiting for anybody (a FIFO without a writer). Null, or one line why not.</summary>
    /// <param name="follow">False: a link in the file's place is not followed.</param>
    public static (FileStream? File, string? Error) Read(string path, bool follow = true)
    {
        var fd = Open(path, NonBlocking | CloseOnExec | (follow ? 0 : NoFollow), 0);
        return fd < 0 ? (null, $"{path}: {Reason()}") : (new FileStream(new SafeFileHandle(fd, ownsHandle: true), FileAccess.Read), null);
    }

    /// <summary>Whether it can be opened as a file or folder: a socket cannot (ENXIO, open(2)).</summary>
    public static bool Opens(string path)
    {
        var fd = Open(path, NonBlocking | CloseOnExec, 0);
        return fd >= 0 && Close(fd) == 0;
    }

    private static bool All(int fd, ReadOnlySpan<byte> content)
    {
        while (content.Length > 0)
        {
            var wrote = Write(fd, in MemoryMarshal.GetReference(content), (nuint)content.Length);
            if (wrote <= 0)
                return false;
            content = content[(int)wrote..];
        }
        return true;
    }

    private static string Fail(string path, string fresh)
    {
        var reason = Reason();
        _ = Unlink(fresh);
        return $"{path}: {reason}";
    }

    private static string Reason() => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int fd, in byte content, nuint length);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int fd);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(string from, string to);

    [LibraryImport("libc", EntryPoint = "unlink", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unlink(string path);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int fd);
}
