using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Fairlead.Agent.Netlink;

/// <summary>The few socket calls that netlink needs and .NET does not offer. Numbers are those of Linux on x86_64 and arm64.</summary>
internal static unsafe partial class NetlinkLibc
{
    internal const int AF_INET = 2, AF_INET6 = 10, AF_NETLINK = 16;
    internal const int SOCK_RAW = 3, SOCK_CLOEXEC = 0x80000, IPPROTO_RAW = 255;
    internal const int SOL_SOCKET = 1, SO_RCVTIMEO = 20, SO_SNDTIMEO = 21, SOL_NETLINK = 270;
    internal const int MSG_TRUNC = 0x20;
    internal const int EPERM = 1, ENOENT = 2, EINTR = 4, EAGAIN = 11, EACCES = 13, EINVAL = 22, EFBIG = 27, EMSGSIZE = 90, EOPNOTSUPP = 95, ETIMEDOUT = 110, EPROTO = 71;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint sendto(SafeFileHandle fd, byte* data, nuint length, int flags, byte* address, uint addressLength);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint recvfrom(SafeFileHandle fd, byte* data, nuint length, int flags, byte* address, uint* addressLength);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int setsockopt(SafeFileHandle fd, int level, int option, void* value, uint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int getsockopt(SafeFileHandle fd, int level, int option, void* value, uint* length);

    /// <summary>A socket of the calling thread's network namespace, or null with the errno.</summary>
    internal static SafeFileHandle? Open(int domain, int type, int protocol, out int errno)
    {
        var fd = socket(domain, type | SOCK_CLOEXEC, protocol);
        errno = fd < 0 ? Marshal.GetLastPInvokeError() : 0;
        return fd < 0 ? null : new SafeFileHandle(fd, ownsHandle: true);
    }
}
