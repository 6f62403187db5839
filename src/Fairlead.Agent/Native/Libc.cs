using System.Runtime.InteropServices;

namespace Fairlead.Agent.Native;

/// <summary>The system calls that .NET does not offer. Numbers are those of Linux on x86_64 and arm64.</summary>
internal static unsafe partial class Libc
{
    internal const int AF_INET = 2, AF_INET6 = 10, AF_NETLINK = 16;
    internal const int SOCK_STREAM = 1, SOCK_DGRAM = 2, SOCK_RAW = 3, SOCK_NONBLOCK = 0x800, SOCK_CLOEXEC = 0x80000;
    internal const int SOL_SOCKET = 1, SO_ERROR = 4, SO_LINGER = 13;
    internal const int IPPROTO_TCP = 6, TCP_NODELAY = 1;
    internal const int MSG_NOSIGNAL = 0x4000, MSG_DONTWAIT = 0x40;
    internal const int POLLIN = 1, POLLOUT = 4, POLLERR = 8, POLLHUP = 16, POLLRDHUP = 0x2000;
    internal const int O_RDONLY = 0, O_WRONLY = 1, O_NOCTTY = 0x100, O_NONBLOCK = 0x800, O_CLOEXEC = 0x80000, O_PATH = 0x200000;
    internal const int CLONE_NEWNET = 0x40000000, EFD_CLOEXEC = 0x80000, EFD_NONBLOCK = 0x800;
    internal const int AT_FDCWD = -100, AT_EMPTY_PATH = 0x1000;
    internal const int SYS_openat2 = 437;
    internal const ulong RESOLVE_NO_XDEV = 0x01, RESOLVE_NO_MAGICLINKS = 0x02, RESOLVE_NO_SYMLINKS = 0x04, RESOLVE_BENEATH = 0x08, RESOLVE_IN_ROOT = 0x10;
    internal const int SIGTERM = 15;

    // These two differ between the architectures.
    internal static readonly int O_DIRECTORY = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000;
    internal static readonly int O_NOFOLLOW = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int openat(int directory, byte* path, int flags, int mode);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int close(int fd);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint read(int fd, byte* buffer, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint write(int fd, byte* buffer, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint readlinkat(int directory, byte* path, byte* buffer, nuint length);

    /// <summary>struct statx is the same on every architecture, struct stat is not.</summary>
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int statx(int directory, byte* path, int flags, uint mask, Statx* result);

    /// <summary>f_type is the first word of struct statfs (120 bytes) on both architectures.</summary>
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fstatfs(int fd, nint* statfs);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint syscall(nint number, nint a, nint b, nint c, nint d);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int eventfd(uint initial, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int poll(PollFd* fds, nuint count, int timeoutMs);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int connect(int fd, byte* address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int getsockname(int fd, byte* address, uint* length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int getsockopt(int fd, int level, int option, void* value, uint* length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int setsockopt(int fd, int level, int option, void* value, uint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint send(int fd, byte* data, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint recv(int fd, byte* data, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint getrandom(byte* buffer, nuint length, uint flags);

    // Below: called on a thread that stands in a foreign namespace. Without the runtime's transition there is nothing between the call and
    // the reading of errno, and nothing that could make the runtime start a thread there (SAFETY 14). All of them are short.
    [LibraryImport("libc", EntryPoint = "setns"), SuppressGCTransition]
    internal static partial int InsideSetns(int fd, int kind);

    [LibraryImport("libc", EntryPoint = "socket"), SuppressGCTransition]
    internal static partial int InsideSocket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "openat"), SuppressGCTransition]
    internal static partial int InsideOpenat(int directory, byte* path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "__errno_location"), SuppressGCTransition]
    internal static partial int* InsideErrno();

    /// <summary>Errno of the last call that was made with SetLastError.</summary>
    internal static int Errno => Marshal.GetLastPInvokeError();

    internal static void Random(Span<byte> into)
    {
        fixed (byte* p = into)
        {
            for (var at = 0; at < into.Length;)
            {
                var got = getrandom(p + at, (nuint)(into.Length - at), 0);
                if (got <= 0)
                    throw new InvalidOperationException("getrandom failed");
                at += (int)got;
            }
        }
    }
}

/// <summary>struct pollfd.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollFd
{
    internal int Fd;
    internal short Events, Returned;
}

/// <summary>struct open_how of openat2.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct OpenHow
{
    internal ulong Flags, Mode, Resolve;
}

/// <summary>struct statx, the fields that are used.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct Statx
{
    [FieldOffset(28)] internal ushort Mode;
    [FieldOffset(32)] internal ulong Inode;
    [FieldOffset(40)] internal ulong Size;
    [FieldOffset(96)] internal long ChangedSeconds;
    [FieldOffset(104)] internal uint ChangedNanoseconds;
    [FieldOffset(136)] internal uint DeviceMajor;
    [FieldOffset(140)] internal uint DeviceMinor;

    internal const uint Basic = 0x7ff;
    internal readonly bool IsRegular => (Mode & 0xf000) == 0x8000;
    internal readonly bool IsDirectory => (Mode & 0xf000) == 0x4000;
}
