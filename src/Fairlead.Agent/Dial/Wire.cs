using System.Diagnostics;
using Fairlead.Agent.Namespaces;
using Fairlead.Agent.Native;

namespace Fairlead.Agent.Dial;

/// <summary>Bytes over one non-blocking socket until a deadline. At most <paramref name="limit"/> bytes are ever received (SAFETY 11).</summary>
internal sealed class Wire(SafeFd socket, long deadline, CancellationToken cancel, int limit = Wire.Limit)
{
    /// <summary>For what a service says.</summary>
    internal const int Limit = 4096;

    /// <summary>For DNS: a message over TCP with its length before it.</summary>
    internal const int DnsLimit = 65537;

    private int received;

    /// <summary>What ended the conversation: 0, or an errno; ETIMEDOUT when the deadline came or it was cancelled.</summary>
    internal int Errno { get; private set; }

    /// <summary>The other end closed.</summary>
    internal bool Ended { get; private set; }

    /// <summary>The deadline came, or it was cancelled.</summary>
    internal bool TimedOut { get; private set; }

    /// <summary>When the last thing happened, in Stopwatch ticks.</summary>
    internal long At { get; private set; } = Stopwatch.GetTimestamp();

    /// <summary>Something was received at some time.</summary>
    internal bool HeardAnything => received > 0;

    internal async Task<bool> SendAsync(ReadOnlyMemory<byte> data)
    {
        while (data.Length > 0)
        {
            var sent = Send(data.Span);
            if (sent > 0)
                data = data[sent..];
            else if (sent == 0)
            {
                if (!await WaitAsync(Libc.POLLOUT, deadline).ConfigureAwait(false))
                    return false;
            }
            else
                return false;
        }
        return true;
    }

    /// <summary>Receives something: null when the other end closed, an error came, the deadline passed or the limit is used up.</summary>
    /// <param name="until">An earlier deadline, in Stopwatch ticks.</param>
    internal async Task<byte[]?> ReceiveAsync(long until = long.MaxValue)
    {
        var buffer = new byte[limit - received];
        while (received < limit)
        {
            var got = Receive(buffer);
            if (got > 0)
            {
                received += got;
                return buffer[..got];
            }
            if (got < 0 || Ended)
                return null;
            if (!await WaitAsync(Libc.POLLIN, Math.Min(until, deadline)).ConfigureAwait(false))
                return null;
        }
        return null;
    }

    /// <summary>Receives until what was said satisfies, the end, or the limit; what came in any case.</summary>
    internal async Task<byte[]> ReceiveUntilAsync(Func<byte[], bool> enough, long until = long.MaxValue)
    {
        byte[] all = [];
        while (all.Length < limit && !enough(all))
        {
            if (await ReceiveAsync(until).ConfigureAwait(false) is not { } part)
                break;
            all = [.. all, .. part];
        }
        return all;
    }

    private async Task<bool> WaitAsync(int events, long until)
    {
        var end = await PollLoop.Shared.WaitAsync(socket.Number, events, until, cancel).ConfigureAwait(false);
        At = end.At;
        if (end.Returned != 0)
            return true;
        TimedOut = true;
        return false;
    }

    private unsafe int Send(ReadOnlySpan<byte> data)
    {
        fixed (byte* p = data)
        {
            while (true)
            {
                var sent = Libc.send(socket.Number, p, (nuint)data.Length, Libc.MSG_NOSIGNAL);
                if (sent >= 0)
                    return (int)sent;
                var errno = Libc.Errno;
                if (errno == Errnos.EINTR)
                    continue;
                if (errno == Errnos.EAGAIN)
                    return 0;
                Errno = errno;
                return -1;
            }
        }
    }

    private unsafe int Receive(Span<byte> into)
    {
        fixed (byte* p = into)
        {
            while (true)
            {
                var got = Libc.recv(socket.Number, p, (nuint)into.Length, 0);
                if (got > 0)
                    return (int)got;
                if (got == 0)
                {
                    Ended = true;
                    return 0;
                }
                var errno = Libc.Errno;
                if (errno == Errnos.EINTR)
                    continue;
                if (errno == Errnos.EAGAIN)
                    return 0;
                Errno = errno;
                return -1;
            }
        }
    }
}
