using System.Text;
using Fairlead.Agent.Namespaces;
using Fairlead.Agent.Native;
using Fairlead.Facts;

namespace Fairlead.Agent.Files;

/// <summary>
/// Files as a process sees them, whatever its owner made of them (SAFETY part 1): resolved below its root without links of /proc, regular files
/// only, with a limit.
/// </summary>
internal static unsafe class ContainerFile
{
    /// <summary>hosts, resolv.conf, nsswitch.conf.</summary>
    internal const int SmallLimit = 256 * 1024;

    private const long ProcMagic = 0x9fa0, SysMagic = 0x62656572;
    private const int MaxDepth = 16, MostAttempts = 3;

    /// <summary>What kernels before 5.6 answer to openat2; tests set it to walk the other way.</summary>
    internal static bool WithoutOpenat2 { get; set; }

    /// <summary>The root of a process as a directory, or null with the errno.</summary>
    internal static SafeFd? RootOf(SafeFd? process, out int errno) => process is null
        ? SafeFd.Open(null, "/", Libc.O_PATH | Libc.O_DIRECTORY, out errno)
        : SafeFd.Open(process, "root", Libc.O_PATH | Libc.O_DIRECTORY, out errno);

    /// <summary>Reads a file below the root. One that is written to meanwhile is read again, three times at most.</summary>
    /// <param name="path">Without a leading slash.</param>
    /// <param name="what">One of <see cref="Readings"/>.</param>
    internal static Reading<string> Read(SafeFd root, string path, int limit, string what, string of)
    {
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            if (ReadOnce(root, path, limit, what, of) is { } reading)
                return reading;
        }
        return Reading.Not<string>(what, of, WhyNot.Damaged, detail: $"{path}: changes while it is read");
    }

    /// <summary>As <see cref="Read"/>; where there is no such file it is empty, as it is for a libc.</summary>
    internal static Reading<string> ReadIfThere(SafeFd root, string path, int limit, string what, string of)
    {
        using var found = Resolve(root, path, out var errno);
        return found is null && errno == Errnos.ENOENT ? Reading.Of("") : Read(root, path, limit, what, of);
    }

    /// <summary>Null when it was written to while it was read.</summary>
    private static Reading<string>? ReadOnce(SafeFd root, string path, int limit, string what, string of)
    {
        using var found = Resolve(root, path, out var errno);
        return found is null ? Errnos.NotRead(what, of, errno, $"open {path}") : ReadFound(found, path, limit, what, of);
    }

    /// <summary>
    /// Reads exactly what an O_PATH descriptor stands for. Null when it was written to while it was read. The inode is looked at before it is opened
    /// for reading: opening a device can already do something.
    /// </summary>
    internal static Reading<string>? ReadFound(SafeFd found, string path, int limit, string what, string of)
    {
        if (!found.Stat(out var stat))
            return Errnos.NotRead(what, of, Libc.Errno, $"stat {path}");
        if (!stat.IsRegular || IsPseudo(found))
            return Reading.Not<string>(what, of, WhyNot.Unsupported, detail: $"{path}: not a regular file");
        if (stat.Size > (ulong)limit)
            return Reading.Not<string>(what, of, WhyNot.TooBig, detail: $"{path}: {stat.Size} bytes");
        // exactly that inode, whatever stands at the path by now
        using var file = SafeFd.Open(null, $"/proc/self/fd/{found.Number}", Libc.O_RDONLY | Libc.O_NONBLOCK | Libc.O_NOCTTY, out var errno);
        if (file?.Read(limit, out errno) is not { } bytes)
            return Errnos.NotRead(what, of, errno, $"read {path}");
        var still = file.Stat(out var after) && after.ChangedSeconds == stat.ChangedSeconds && after.ChangedNanoseconds == stat.ChangedNanoseconds && after.Size == (ulong)bytes.Length;
        return still ? Reading.Of(Encoding.UTF8.GetString(bytes)) : null;
    }

    /// <summary>Whether something stands at the path; nothing is opened for reading.</summary>
    internal static bool Exists(SafeFd root, string path)
    {
        using var found = Resolve(root, path, out _);
        return found is not null;
    }

    /// <summary>An O_PATH descriptor of what the process itself would find at that path.</summary>
    internal static SafeFd? Resolve(SafeFd root, string path, out int errno) =>
        Openat2(root, path, Libc.RESOLVE_IN_ROOT | Libc.RESOLVE_NO_MAGICLINKS, out errno, out var undone) is var found && undone ? Walk(root, path, out errno) : found;

    /// <summary>An O_PATH descriptor of an entry of a directory: no link, and on the same file system (SAFETY 4).</summary>
    internal static SafeFd? Beneath(SafeFd directory, string name, out int errno)
    {
        const ulong Strictly = Libc.RESOLVE_BENEATH | Libc.RESOLVE_NO_SYMLINKS | Libc.RESOLVE_NO_MAGICLINKS | Libc.RESOLVE_NO_XDEV;
        if (Openat2(directory, name, Strictly, out errno, out var undone) is var found && !undone)
            return found;
        found = Walk(directory, name, out errno);
        if (found is not null && !(found.Stat(out var inside) && directory.Stat(out var outside) && inside.DeviceMajor == outside.DeviceMajor && inside.DeviceMinor == outside.DeviceMinor))
        {
            errno = Errnos.ELOOP;
            found.Dispose();
            return null;
        }
        return found;
    }

    /// <param name="undone">True where this kernel, or what filters its calls, does not know openat2: another way finds out what is there.</param>
    private static SafeFd? Openat2(SafeFd directory, string path, ulong resolve, out int errno, out bool undone)
    {
        (errno, undone) = (Errnos.ENOSYS, true);
        if (WithoutOpenat2)
            return null;
        var how = new OpenHow { Flags = (ulong)(Libc.O_PATH | Libc.O_CLOEXEC), Resolve = resolve };
        nint fd;
        fixed (byte* p = Encoding.UTF8.GetBytes(path + "\0"))
            fd = Libc.syscall(Libc.SYS_openat2, directory.Number, (nint)p, (nint)(&how), sizeof(OpenHow));
        errno = fd < 0 ? Libc.Errno : 0;
        GC.KeepAlive(directory);
        // a seccomp profile that does not know it says EPERM; then the other way finds out whether it is really forbidden
        undone = errno is Errnos.ENOSYS or Errnos.EPERM;
        return fd >= 0 ? new SafeFd((int)fd) : null;
    }

    /// <summary>Component by component; any link ends it, because it cannot be followed safely by hand.</summary>
    private static SafeFd? Walk(SafeFd root, string path, out int errno)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        errno = Errnos.EINVAL;
        if (parts.Length is 0 or > MaxDepth || parts.Contains(".."))
            return null;
        SafeFd? at = null;
        for (var i = 0; i < parts.Length; i++)
        {
            var last = i == parts.Length - 1;
            var next = SafeFd.Open(at ?? root, parts[i], Libc.O_PATH | Libc.O_NOFOLLOW | (last ? 0 : Libc.O_DIRECTORY), out errno);
            at?.Dispose();
            if (next is null)
                return null;
            at = next;
        }
        if (at is not null && at.Stat(out var stat) && (stat.Mode & 0xf000) == 0xa000)
        {
            errno = Errnos.ELOOP;
            at.Dispose();
            return null;
        }
        return at;
    }

    /// <summary>/proc and /sys files call themselves regular too.</summary>
    private static bool IsPseudo(SafeFd file)
    {
        var buffer = stackalloc nint[32];
        return Libc.fstatfs(file.Number, buffer) == 0 && buffer[0] is (nint)ProcMagic or (nint)SysMagic;
    }
}
