using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Fairlead.Agent.Netlink;

/// <summary>How one netlink request ended.</summary>
/// <param name="Errno">0, or the kernel's (or the socket's) errno: ETIMEDOUT when nothing came in time, EMSGSIZE for a datagram longer than the buffer, EFBIG beyond <see cref="NetlinkSocket.MaxBytes"/>.</param>
/// <param name="Interrupted">NLM_F_DUMP_INTR was set: what was dumped changed while it was dumped.</param>
/// <param name="Messages">Messages handed to the visitor.</param>
public readonly record struct NetlinkEnd(int Errno, bool Interrupted, int Messages)
{
    public bool Ok => Errno == 0;
}

/// <summary>Called for each message of an answer; the span begins with the 16 bytes of the header and is valid during the call only.</summary>
public delegate void NetlinkVisitor(int type, ReadOnlySpan<byte> message);

/// <summary>
/// A netlink socket. It belongs to the network namespace of the thread that called <see cref="Open"/>, for ever: opened inside another namespace
/// it can be used from any thread afterwards, by one at a time.
/// </summary>
public sealed unsafe class NetlinkSocket : IDisposable
{
    public const int Route = 0, SockDiag = 4, Netfilter = 12;

    /// <summary>NETLINK_GET_STRICT_CHK, NETLINK_EXT_ACK: options of level SOL_NETLINK.</summary>
    public const int StrictCheck = 12, ExtendedAck = 11;

    /// <summary>The kernel puts at most 32 KiB in one datagram of a dump; measured, see docs/kernel-rules.md.</summary>
    private const int BufferSize = 64 * 1024;

    private const int DumpFlags = 0x300, FlagInterrupted = 0x10, TypeNoop = 1, TypeError = 2, TypeDone = 3, TypeOverrun = 4;

    private readonly SafeFileHandle handle;
    private readonly byte[] buffer = GC.AllocateUninitializedArray<byte>(BufferSize, pinned: true);
    private uint sequence;

    /// <param name="handle">From <see cref="Open"/>; owned from now on.</param>
    public NetlinkSocket(SafeFileHandle handle)
    {
        this.handle = handle;
        SetTimeout(TimeSpan.FromSeconds(2));
    }

    /// <summary>Opens a netlink socket in the calling thread's network namespace; null with the errno where that is refused.</summary>
    /// <param name="protocol"><see cref="Route"/>, <see cref="SockDiag"/> or <see cref="Netfilter"/>.</param>
    public static SafeFileHandle? Open(int protocol, out int errno) =>
        NetlinkLibc.Open(NetlinkLibc.AF_NETLINK, NetlinkLibc.SOCK_RAW, protocol, out errno);

    /// <summary>Opens a raw IP socket (only for reading legacy tables) in the calling thread's network namespace.</summary>
    /// <param name="family">4 or 6.</param>
    public static SafeFileHandle? OpenRaw(int family, out int errno) =>
        NetlinkLibc.Open(family == 6 ? NetlinkLibc.AF_INET6 : NetlinkLibc.AF_INET, NetlinkLibc.SOCK_RAW, NetlinkLibc.IPPROTO_RAW, out errno);

    /// <summary>The longest that one receive may wait; two seconds unless set.</summary>
    public void SetTimeout(TimeSpan timeout)
    {
        var ticks = Math.Max(timeout.Ticks, TimeSpan.TicksPerMillisecond);
        var value = stackalloc long[2] { ticks / TimeSpan.TicksPerSecond, ticks % TimeSpan.TicksPerSecond / 10 };
        _ = NetlinkLibc.setsockopt(handle, NetlinkLibc.SOL_SOCKET, NetlinkLibc.SO_RCVTIMEO, value, 16);
        _ = NetlinkLibc.setsockopt(handle, NetlinkLibc.SOL_SOCKET, NetlinkLibc.SO_SNDTIMEO, value, 16);
    }

    /// <summary>Sets an option of level SOL_NETLINK; false where the kernel does not know it.</summary>
    public bool SetOption(int option, bool on)
    {
        var value = on ? 1 : 0;
        return NetlinkLibc.setsockopt(handle, NetlinkLibc.SOL_NETLINK, option, &value, 4) == 0;
    }

    /// <summary>Sends a request that has one answer and hands that to the visitor. An acknowledgement (errno 0 without data) visits nothing.</summary>
    public NetlinkEnd Ask(NetlinkRequest request, NetlinkVisitor visit) => Exchange(request, dump: false, visit);

    /// <summary>Sends a dump request (NLM_F_DUMP is added) and hands each message to the visitor, DONE left out.</summary>
    public NetlinkEnd Dump(NetlinkRequest request, NetlinkVisitor visit) => Exchange(request, dump: true, visit);

    /// <summary>As the other Dump, keeping copies of the messages.</summary>
    public NetlinkEnd Dump(NetlinkRequest request, List<byte[]> into) => Exchange(request, dump: true, (_, message) => into.Add(message.ToArray()));

    /// <summary>An answer longer than this in all is given up (EFBIG); the socket is of no more use then.</summary>
    public long MaxBytes { get; set; } = 256L * 1024 * 1024;

    public void Dispose() => handle.Dispose();

    private NetlinkEnd Exchange(NetlinkRequest request, bool dump, NetlinkVisitor visit)
    {
        if (!request.Complete(++sequence, dump ? DumpFlags : 0))
            return new NetlinkEnd(NetlinkLibc.EMSGSIZE, false, 0);
        if (Send(request.Bytes) is var failed and not 0)
            return new NetlinkEnd(failed, false, 0);
        var messages = 0;
        var interrupted = false;
        long total = 0;
        while (true)
        {
            var errno = Receive(out var length);
            if (errno != 0)
                return new NetlinkEnd(errno, interrupted, messages);
            if ((total += length) > MaxBytes)
                return new NetlinkEnd(NetlinkLibc.EFBIG, interrupted, messages);
            var rest = buffer.AsSpan(0, length);
            while (rest.Length >= NetlinkRequest.HeaderSize)
            {
                var size = (int)Math.Min(MemoryMarshal.Read<uint>(rest), int.MaxValue);
                if (size < NetlinkRequest.HeaderSize || size > rest.Length)
                    return new NetlinkEnd(NetlinkLibc.EPROTO, interrupted, messages);
                var message = rest[..size];
                rest = rest[Math.Min(rest.Length, (size + 3) & ~3)..];
                // an answer to an earlier request that timed out
                if (MemoryMarshal.Read<uint>(message[8..]) != sequence)
                    continue;
                int type = MemoryMarshal.Read<ushort>(message[4..]), flags = MemoryMarshal.Read<ushort>(message[6..]);
                interrupted |= dump && (flags & FlagInterrupted) != 0;
                switch (type)
                {
                    case TypeError or TypeDone:
                        // both begin with an errno: DONE's tells that the dump broke off
                        var code = size >= 20 ? MemoryMarshal.Read<int>(message[16..]) : 0;
                        return new NetlinkEnd(code < 0 ? -code : 0, interrupted, messages);
                    case TypeOverrun:
                        return new NetlinkEnd(NetlinkLibc.EMSGSIZE, interrupted, messages);
                    case TypeNoop:
                        continue;
                }
                visit(type, message);
                messages++;
                // Some single answers (conntrack) carry NLM_F_MULTI and no DONE follows: outside a dump the first message is the last.
                if (!dump)
                    return new NetlinkEnd(0, false, messages);
            }
        }
    }

    private int Send(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* data = bytes)
        {
            while (true)
            {
                if (NetlinkLibc.sendto(handle, data, (nuint)bytes.Length, 0, null, 0) >= 0)
                    return 0;
                var errno = Marshal.GetLastPInvokeError();
                if (errno != NetlinkLibc.EINTR)
                    return errno;
            }
        }
    }

    private int Receive(out int length)
    {
        length = 0;
        var sender = stackalloc uint[3];
        while (true)
        {
            uint senderLength = 12;
            nint got;
            fixed (byte* data = buffer)
                got = NetlinkLibc.recvfrom(handle, data, BufferSize, NetlinkLibc.MSG_TRUNC, (byte*)sender, &senderLength);
            if (got < 0)
            {
                var errno = Marshal.GetLastPInvokeError();
                if (errno == NetlinkLibc.EINTR)
                    continue;
                return errno == NetlinkLibc.EAGAIN ? NetlinkLibc.ETIMEDOUT : errno;
            }
            // port 0 is the kernel; nobody else is believed
            if (senderLength >= 8 && sender[1] != 0)
                continue;
            if (got > BufferSize)
                return NetlinkLibc.EMSGSIZE;
            length = (int)got;
            return 0;
        }
    }
}
