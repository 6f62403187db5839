using System.Diagnostics;
using System.Net;
using Fairlead.Agent.Namespaces;
using Fairlead.Agent.Native;
using Fairlead.Facts;

namespace Fairlead.Agent.Dial;

/// <summary>Makes one dial with a socket of the source's namespace. It knows nothing of what should come of it.</summary>
internal sealed class Dialler
{
    /// <summary>How long a peer has after the handshake to take it back (contract part 3).</summary>
    private const int CutWithinMs = 200;
    private const int Smtp = 25;

    private readonly SafeFd? netns;
    private readonly DialRequest request;
    private readonly string from;
    private readonly CancellationToken settled;
    private readonly CancellationToken cancel;
    private long started = Stopwatch.GetTimestamp();
    private bool sent;
    private (IPAddress? Address, int Port) local;

    /// <param name="netns">The namespace, or null for our own.</param>
    /// <param name="from">DialFact.From.</param>
    internal Dialler(SafeFd? netns, DialRequest request, string from, CancellationToken settled, CancellationToken cancel)
    {
        this.netns = netns;
        this.request = request;
        this.from = from;
        this.settled = settled;
        this.cancel = cancel;
    }

    private long Deadline => started + (long)Math.Clamp(request.LimitMs, 1, 60_000) * Stopwatch.Frequency / 1000;

    internal async Task<DialFact> RunAsync()
    {
        if (request.Port is < 1 or > 65535)
            return Fact(Outcome.InvalidTarget, 0, started);
        // a mail server counts strangers who hang up (SAFETY 35)
        if (request.Port == Smtp)
            return Fact(Outcome.Unknown, 0, started);
        var udp = request.Protocol == "udp";
        using var socket = Open(udp, out var errno);
        if (socket is null)
            return Fact(errno == Errnos.EAFNOSUPPORT ? Outcome.AddressUnavailable : Outcome.Unknown, errno, started);
        return udp ? await DatagramAsync(socket).ConfigureAwait(false) : await StreamAsync(socket).ConfigureAwait(false);
    }

    /// <summary>A non-blocking socket of the namespace.</summary>
    private SafeFd? Open(bool udp, out int errno)
    {
        using var visit = new Visit();
        var number = visit.Socket(SocketAddress.Family(request.Address), (udp ? Libc.SOCK_DGRAM : Libc.SOCK_STREAM) | Libc.SOCK_NONBLOCK, 0);
        errno = visit.Go(netns);
        return errno != 0 ? null : visit.Take(number, out errno);
    }

    private async Task<DialFact> StreamAsync(SafeFd socket)
    {
        SocketAddress.ResetOnClose(socket);
        started = Stopwatch.GetTimestamp();
        var errno = SocketAddress.Connect(socket, request.Address, request.Port);
        var at = Stopwatch.GetTimestamp();
        local = SocketAddress.Local(socket);
        // before a SYN the kernel gives the socket a port; where it found no route or address it gave none
        sent = local.Port != 0;
        if (errno == Errnos.EINPROGRESS)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(settled, cancel);
            var end = await PollLoop.Shared.WaitAsync(socket.Number, Libc.POLLOUT, Deadline, either.Token).ConfigureAwait(false);
            at = end.At;
            if (end.Returned == 0)
                return Fact(Outcome.Timeout, Errnos.ETIMEDOUT, at) with { DecidedEarly = end.Cancelled && settled.IsCancellationRequested };
            errno = SocketAddress.PendingError(socket);
        }
        // Reset so soon after the handshake that connect tells of it: a RST that answers a SYN is ECONNREFUSED.
        if (errno is Errnos.ECONNRESET or Errnos.EPIPE)
        {
            var fact = Fact(Outcome.Cut, errno, at) with { Connected = true };
            return request.Level == DialLevel.Connect ? fact : fact with { Answer = Answers.None(request.Level == DialLevel.Ask ? Spoken.Done : Spoken.NotAsked) };
        }
        if (errno != 0)
            return Fact(Outcomes.Of(errno), errno, at);
        return request.Level == DialLevel.Connect || (request.Level == DialLevel.Ask && request.Speak.Length == 0)
            ? await TakenBackAsync(socket, at).ConfigureAwait(false)
            : await SpeakAsync(socket, at).ConfigureAwait(false);
    }

    /// <summary>The handshake counts, unless the peer takes it back at once. What it says first is not looked at.</summary>
    private async Task<DialFact> TakenBackAsync(SafeFd socket, long connected)
    {
        var until = Math.Min(connected + CutWithinMs * Stopwatch.Frequency / 1000, Math.Max(Deadline, connected + 1));
        var wire = new Wire(socket, until, cancel);
        var said = await wire.ReceiveAsync().ConfigureAwait(false);
        return said is null && !wire.TimedOut
            ? Fact(Outcome.Cut, wire.Errno, wire.At) with { Connected = true }
            : Fact(Outcome.Ok, 0, connected) with { Connected = true };
    }

    private async Task<DialFact> SpeakAsync(SafeFd socket, long connected)
    {
        SocketAddress.Set(socket, Libc.IPPROTO_TCP, Libc.TCP_NODELAY, 1);
        var wire = new Wire(socket, Deadline, cancel);
        var answer = request.Level == DialLevel.Greet
            ? await Greeting.ReadAsync(wire, request.Speak, connected).ConfigureAwait(false)
            : await Asking.AskAsync(wire, request).ConfigureAwait(false);
        var connectedFact = Fact(Outcome.Ok, 0, connected) with { Connected = true, Answer = answer };
        if (wire.HeardAnything)
            return connectedFact;
        if (!wire.TimedOut)
            return Fact(Outcome.Cut, wire.Errno, wire.At) with { Connected = true, Answer = answer };
        // who was asked nothing owes no answer
        return answer.Spoken == Spoken.NotAsked
            ? connectedFact
            : Fact(Outcome.Silent, 0, wire.At) with { Connected = true, Answer = answer };
    }

    private async Task<DialFact> DatagramAsync(SafeFd socket)
    {
        // as a plain client's: without IP_RECVERR the kernel keeps "net unreachable" and "host unreachable" from it, and tells of the harder refusals
        started = Stopwatch.GetTimestamp();
        var errno = SocketAddress.Connect(socket, request.Address, request.Port);
        if (errno != 0)
            return Fact(Outcomes.Of(errno), errno, Stopwatch.GetTimestamp());
        local = SocketAddress.Local(socket);
        var dns = request.Port == 53 || request.Speak == "dns";
        using var either = CancellationTokenSource.CreateLinkedTokenSource(settled, cancel);
        var wire = new Wire(socket, Deadline, either.Token);
        sent = await wire.SendAsync(dns ? DnsProbe.Query() : "\r\n"u8.ToArray()).ConfigureAwait(false);
        var said = sent ? await wire.ReceiveAsync().ConfigureAwait(false) : null;
        if (said is not null)
            return Fact(Outcome.Ok, 0, wire.At) with { Connected = true, Answer = dns ? DnsProbe.Recognise(said) : Answers.Other(said, Spoken.Done) };
        // an empty datagram is an answer too
        if (wire.Ended)
            return Fact(Outcome.Ok, 0, wire.At) with { Connected = true, Answer = Answers.None(Spoken.Done) };
        return wire.TimedOut
            ? Fact(Outcome.Silent, 0, wire.At) with { DecidedEarly = settled.IsCancellationRequested }
            : Fact(Outcomes.Of(wire.Errno), wire.Errno, wire.At);
    }

    /// <summary>The fact of a dial that could not be made.</summary>
    internal static DialFact NotMade(DialRequest request, string from, int errno) =>
        new Dialler(null, request, from, CancellationToken.None, CancellationToken.None).Fact(Outcome.Unknown, errno, 0) with { ElapsedMs = 0 };

    private DialFact Fact(string outcome, int errno, long at) => new()
    {
        Address = request.Address,
        Port = request.Port,
        Protocol = request.Protocol,
        Level = request.Level,
        Outcome = outcome,
        Errno = errno,
        ElapsedMs = Math.Round((at - started) * 1000.0 / Stopwatch.Frequency, 2),
        SentSyn = sent,
        LocalAddress = local.Address,
        LocalPort = local.Port,
        From = from,
    };
}
