using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using Fairlead.Agent.Dial;
using Fairlead.Agent.Namespaces;
using Fairlead.Agent.Native;
using SocketAddress = Fairlead.Agent.Dial.SocketAddress;

namespace Fairlead.Agent.Resolve;

/// <summary>One question on the wire: a name and a type.</summary>
internal sealed record DnsQuestion(byte[] Query, int Type)
{
    /// <summary>Null where the name cannot be asked for at all.</summary>
    internal static DnsQuestion? Of(string name, int type) => DnsMessage.Query(name, type) is { } query ? new DnsQuestion(query, type) : null;

    /// <summary>The answer, or null where that message is none to this question.</summary>
    internal DnsAnswer? Read(ReadOnlySpan<byte> message) => DnsMessage.Read(message, Query, Type);
}

/// <summary>Sockets of the source's namespace to one server, and questions over TCP.</summary>
internal static class DnsExchange
{
    internal static long After(int ms) => Stopwatch.GetTimestamp() + Math.Max(1, ms) * Stopwatch.Frequency / 1000;

    /// <summary>A datagram socket towards the server; null when the kernel says at once that there is no way.</summary>
    internal static SafeFd? Datagrams(SafeFd? netns, IPAddress server)
    {
        var socket = Open(netns, server, Libc.SOCK_DGRAM);
        if (socket is null || SocketAddress.Connect(socket, server, 53) == 0)
            return socket;
        socket.Dispose();
        return null;
    }

    /// <summary>All questions over one connection, one after the other: an answer for each; a null for each from where it broke off.</summary>
    internal static async Task<(DnsAnswer?[] Answers, bool TimedOut)> OverTcpAsync(SafeFd? netns, IPAddress server, IReadOnlyList<DnsQuestion> questions, long deadline, CancellationToken cancel)
    {
        var answers = new DnsAnswer?[questions.Count];
        using var socket = Open(netns, server, Libc.SOCK_STREAM);
        var errno = socket is null ? Errnos.EAFNOSUPPORT : SocketAddress.Connect(socket, server, 53);
        if (socket is null || (errno != 0 && errno != Errnos.EINPROGRESS))
            return (answers, false);
        if (errno == Errnos.EINPROGRESS)
        {
            var end = await PollLoop.Shared.WaitAsync(socket.Number, Libc.POLLOUT, deadline, cancel).ConfigureAwait(false);
            if (end.Returned == 0 || SocketAddress.PendingError(socket) != 0)
                return (answers, end.Returned == 0);
        }
        for (var i = 0; i < questions.Count; i++)
        {
            var wire = new Wire(socket, deadline, cancel, Wire.DnsLimit);
            var query = questions[i].Query;
            if (!await wire.SendAsync((byte[])[(byte)(query.Length >> 8), (byte)query.Length, .. query]).ConfigureAwait(false))
                return (answers, wire.TimedOut);
            var said = await wire.ReceiveUntilAsync(all => all.Length >= 2 && all.Length >= 2 + BinaryPrimitives.ReadUInt16BigEndian(all)).ConfigureAwait(false);
            if (said.Length < 2 || said.Length < 2 + BinaryPrimitives.ReadUInt16BigEndian(said))
                return (answers, wire.TimedOut);
            answers[i] = questions[i].Read(said.AsSpan(2, BinaryPrimitives.ReadUInt16BigEndian(said))) is { } answer
                ? answer with { Truncated = false }
                : new DnsAnswer(DnsAnswer.Malformed, false, []);
        }
        return (answers, false);
    }

    private static SafeFd? Open(SafeFd? netns, IPAddress server, int type)
    {
        using var visit = new Visit();
        var number = visit.Socket(SocketAddress.Family(server), type | Libc.SOCK_NONBLOCK, 0);
        return visit.Go(netns) != 0 ? null : visit.Take(number, out _);
    }
}
