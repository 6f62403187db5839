using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Fairlead.Agent.Namespaces;
using Fairlead.Agent.Native;

namespace Fairlead.Agent.Dial;

/// <summary>struct sockaddr_in and sockaddr_in6.</summary>
internal static unsafe class SocketAddress
{
    internal static int Family(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? Libc.AF_INET6 : Libc.AF_INET;

    internal static byte[] Of(IPAddress address, int port)
    {
        var six = Family(address) == Libc.AF_INET6;
        var bytes = new byte[six ? 28 : 16];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)Family(address));
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), (ushort)port);
        address.TryWriteBytes(bytes.AsSpan(six ? 8 : 4), out _);
        if (six)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(24), (uint)address.ScopeId);
        return bytes;
    }

    /// <summary>connect(2): 0 or the errno.</summary>
    internal static int Connect(SafeFd socket, IPAddress address, int port)
    {
        var bytes = Of(address, port);
        fixed (byte* p = bytes)
        {
            var result = Libc.connect(socket.Number, p, (uint)bytes.Length);
            return result == 0 ? 0 : Libc.Errno;
        }
    }

    /// <summary>The address and port that the kernel gave the socket; port 0 when it gave none.</summary>
    internal static (IPAddress? Address, int Port) Local(SafeFd socket)
    {
        var bytes = stackalloc byte[28];
        uint length = 28;
        if (Libc.getsockname(socket.Number, bytes, &length) != 0 || length < 16)
            return (null, 0);
        int family = *(ushort*)bytes, port = BinaryPrimitives.ReadUInt16BigEndian(new ReadOnlySpan<byte>(bytes + 2, 2));
        var address = family == Libc.AF_INET6 && length >= 28 ? new IPAddress(new ReadOnlySpan<byte>(bytes + 8, 16))
            : family == Libc.AF_INET ? new IPAddress(new ReadOnlySpan<byte>(bytes + 4, 4))
            : null;
        return port == 0 ? (null, 0) : (address, port);
    }

    /// <summary>SO_ERROR, which clears it.</summary>
    internal static int PendingError(SafeFd socket)
    {
        int value;
        uint length = 4;
        return Libc.getsockopt(socket.Number, Libc.SOL_SOCKET, Libc.SO_ERROR, &value, &length) == 0 ? value : Libc.Errno;
    }

    internal static void Set(SafeFd socket, int level, int option, int value) => _ = Libc.setsockopt(socket.Number, level, option, &value, 4);

    /// <summary>Closing resets the connection instead of ending it politely.</summary>
    internal static void ResetOnClose(SafeFd socket)
    {
        var linger = stackalloc int[2] { 1, 0 };
        _ = Libc.setsockopt(socket.Number, Libc.SOL_SOCKET, Libc.SO_LINGER, linger, 8);
    }
}
