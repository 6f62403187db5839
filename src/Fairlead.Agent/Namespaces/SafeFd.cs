using System.Text;
using Fairlead.Agent.Native;
using Microsoft.Win32.SafeHandles;

namespace Fairlead.Agent.Namespaces;

/// <summary>A file descriptor that is closed once.</summary>
internal sealed unsafe class SafeFd : SafeHandleMinusOneIsInvalid
{
    internal SafeFd(int fd)
        : base(ownsHandle: true) => SetHandle(fd);

    internal int Number => (int)handle;

    protected override bool ReleaseHandle() => Libc.close((int)handle) == 0;

    /// <summary>Hands the descriptor over to a handle that owns it from now on.</summary>
    internal SafeFileHandle ToFileHandle()
    {
        var fd = (int)handle;
        SetHandleAsInvalid();
        return new SafeFileHandle(fd, ownsHandle: true);
    }

    /// <summary>Opens below a directory (null: the process's own); null with the errno.</summary>
    internal static SafeFd? Open(SafeFd? directory, string path, int flags, out int errno)
    {
        fixed (byte* p = Encoding.UTF8.GetBytes(path + "\0"))
        {
            var fd = Libc.openat(directory?.Number ?? Libc.AT_FDCWD, p, flags | Libc.O_CLOEXEC, 0);
            errno = fd < 0 ? Libc.Errno : 0;
            GC.KeepAlive(directory);
            return fd < 0 ? null : new SafeFd(fd);
        }
    }

    /// <summary>Reads at most <paramref name="limit"/> bytes; null with the errno, EFBIG when there is more.</summary>
    internal byte[]? Read(int limit, out int errno)
    {
        var buffer = new byte[Math.Min(limit + 1, 4096)];
        var used = 0;
        while (true)
        {
            if (used == buffer.Length)
            {
                if (used > limit)
                {
                    errno = Errnos.EFBIG;
                    return null;
                }
                Array.Resize(ref buffer, Math.Min(limit + 1, buffer.Length * 4));
            }
            nint got;
            fixed (byte* p = buffer)
                got = Libc.read(Number, p + used, (nuint)(buffer.Length - used));
            GC.KeepAlive(this);
            if (got < 0 && Libc.Errno == Errnos.EINTR)
                continue;
            errno = got < 0 ? Libc.Errno : 0;
            if (got < 0)
                return null;
            if (got == 0)
                break;
            used += (int)got;
        }
        if (used > limit)
        {
            errno = Errnos.EFBIG;
            return null;
        }
        return used == buffer.Length ? buffer : buffer[..used];
    }

    /// <summary>As <see cref="Read"/>, as text.</summary>
    internal string? ReadText(int limit, out int errno) => Read(limit, out errno) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    internal bool Stat(out Statx stat)
    {
        Statx result;
        byte empty = 0;
        var ok = Libc.statx(Number, &empty, Libc.AT_EMPTY_PATH, Statx.Basic, &result) == 0;
        GC.KeepAlive(this);
        stat = result;
        return ok;
    }
}
