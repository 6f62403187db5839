using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using Fairlead.Agent.Dial;
using Fairlead.Agent.Namespaces;
using Fairlead.Agent.Native;
using SocketAddress = Fairlead.Agent.Dial.SocketAddress;

namespace Fairlead.Agent.Resolve;

/// <param name="Answer">Null when there was none.</param>
/// <param name="Silent">True when the time was over; false when the kernel said at once that nobody is there.</param>
internal sealed record DnsReply(DnsAnswer? Answer, bool Silent);

/// <summary>One question to one server over a socket of the source's namespace: UDP, and TCP where the answer did not fit.</summary>
internal static class DnsExchange
{
    internal static async Task<DnsReply> AskAsync(SafeFd? netns, IPAddress server, string name, int type, int limitMs, CancellationToken cancel)
    {
        var deadline = Stopwatch.GetTimestamp() + Math.Max(1, limitMs) * Stopwatch.Frequency / 1000;
        if (DnsMessage.Query(name, type) is not { } query)
            return new DnsReply(new DnsAnswer(3, false, []), false);
        var reply = await UdpAsync(netns, server, query, type, deadline, cancel).ConfigureAwait(false);
        return reply.Answer is { Truncated: true } ? await TcpAsync(netns, server, query, type, deadline, cancel).ConfigureAwait(false) : reply;
    }

    private static async Task<DnsReply> UdpAsync(SafeFd? netns, IPAddress server, byte[] query, int type, long deadline, CancellationToken cancel)
    {
        using var socket = Open(netns, server, Libc.SOCK_DGRAM);
        if (socket is null || SocketAddress.Connect(socket, server, 53) != 0)
            return new DnsReply(null, false);
        var wire = new Wire(socket, deadline, cancel);
        if (!await wire.SendAsync(query).ConfigureAwait(false))
            return new DnsReply(null, false);
        for (var stray = 0; stray < 8; stray++)
        {
            if (await wire.ReceiveAsync().ConfigureAwait(false) is not { } message)
                return new DnsReply(null, wire.TimedOut);
            if (DnsMessage.Read(message, query, type) is { } answer)
                return new DnsReply(answer, false);
        }
        return new DnsReply(new DnsAnswer(-1, false, []), false);
    }

    private static async Task<DnsReply> TcpAsync(SafeFd? netns, IPAddress server, byte[] query, int type, long deadline, CancellationToken cancel)
    {
        using var socket = Open(netns, server, Libc.SOCK_STREAM);
        var errno = socket is null ? Errnos.EAFNOSUPPORT : SocketAddress.Connect(socket, server, 53);
        if (socket is null || (errno != 0 && errno != Errnos.EINPROGRESS))
            return new DnsReply(null, false);
        if (errno == Errnos.EINPROGRESS)
        {
            var end = await PollLoop.Shared.WaitAsync(socket.Number, Libc.POLLOUT, deadline, cancel).ConfigureAwait(false);
            if (end.Returned == 0 || SocketAddress.PendingError(socket) != 0)
                return new DnsReply(null, end.Returned == 0);
        }
        var framed = new byte[query.Length + 2];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)query.Length);
        query.CopyTo(framed, 2);
        var wire = new Wire(socket, deadline, cancel);
        if (!await wire.SendAsync(framed).ConfigureAwait(false))
            return new DnsReply(null, wire.TimedOut);
        var said = await wire.ReceiveUntilAsync(all => all.Length >= 2 && all.Length >= 2 + BinaryPrimitives.ReadUInt16BigEndian(all)).ConfigureAwait(false);
        return said.Length > 2 && DnsMessage.Read(said.AsSpan(2), query, type) is { } answer
            ? new DnsReply(answer with { Truncated = false }, false)
            : new DnsReply(new DnsAnswer(-1, false, []), wire.TimedOut);
    }

    private static SafeFd? Open(SafeFd? netns, IPAddress server, int type)
    {
        using var visit = new Visit();
        var number = visit.Socket(SocketAddress.Family(server), type | Libc.SOCK_NONBLOCK, 0);
        return visit.Go(netns) != 0 ? null : visit.Take(number, out _);
    }
}
