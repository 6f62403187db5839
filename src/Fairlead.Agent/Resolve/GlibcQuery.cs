using System.Net;
using Fairlead.Agent.Dial;
using Fairlead.Agent.Namespaces;

namespace Fairlead.Agent.Resolve;

/// <summary>
/// One name asked as glibc asks (res_send.c): A and AAAA at once over one socket, one server after another, the whole round as often as
/// `attempts` says. The next server is asked when one fails, refuses, is silent or not there; what a server does not know ends the search.
/// </summary>
internal sealed class GlibcQuery(SafeFd? netns, ResolverSettings settings, long deadline, CancellationToken cancel)
{
    /// <summary>What one server gave to the two questions.</summary>
    /// <param name="Truncated">It wants TCP.</param>
    /// <param name="Heard">Something came, or nothing came in time; false when the kernel knew at once.</param>
    private sealed record Round(DnsAnswer? Four, DnsAnswer? Six, bool Truncated, bool Heard, DnsAnswer? Bad)
    {
        internal bool Usable => Four is not null || Six is not null;
    }

    /// <summary>How the two questions are sent; a server that answers only one of them makes glibc go on to the next way, for good.</summary>
    private enum Way
    {
        Together,
        OneByOne,
        OneByOneReopened,
    }

    private Way way = settings.SingleRequest ? Way.OneByOne : Way.Together;

    internal async Task<LibcAnswer> AskAsync(string name)
    {
        if (DnsQuestion.Of(name, DnsMessage.A) is not { } four || DnsQuestion.Of(name, DnsMessage.Aaaa) is not { } six)
            return new LibcAnswer(Verdict.NotFound, [], null, null);
        IReadOnlyList<DnsQuestion> questions = settings.NoIPv6 ? [four] : [four, six];
        var tcp = settings.UseTcp;
        var heard = false;
        IPAddress? last = null;
        DnsAnswer? bad = null;
        for (var attempt = 0; attempt < settings.Attempts; attempt++)
        {
            for (var i = 0; i < settings.Servers.Count; i++)
            {
                if (Late)
                    return Unanswered(Verdict.TimedOut, last, bad);
                last = settings.Servers[i];
                var limit = Math.Min(deadline, DnsExchange.After(TimeoutOf(i)));
                var round = tcp ? await TcpAsync(last, questions, limit).ConfigureAwait(false) : await UdpAsync(last, questions, limit, i).ConfigureAwait(false);
                if (round.Truncated)
                {
                    // the same server over TCP, and from here on no second round
                    tcp = true;
                    attempt = settings.Attempts;
                    round = await TcpAsync(last, questions, Math.Min(deadline, DnsExchange.After(TimeoutOf(i)))).ConfigureAwait(false);
                }
                heard |= round.Heard;
                bad = round.Bad ?? bad;
                if (round.Usable)
                    return Judge(last, round);
            }
        }
        return Unanswered(bad is not null ? Verdict.Failed : heard ? Verdict.TimedOut : Verdict.Nobody, last, bad);
    }

    private bool Late => System.Diagnostics.Stopwatch.GetTimestamp() >= deadline || cancel.IsCancellationRequested;

    /// <summary>The first server has the whole time, the later ones a growing share of it.</summary>
    private int TimeoutOf(int server) => server == 0 ? settings.TimeoutMs : Math.Max(1, (settings.TimeoutMs / 1000 << server) / settings.Servers.Count) * 1000;

    private async Task<Round> TcpAsync(IPAddress server, IReadOnlyList<DnsQuestion> questions, long limit)
    {
        var (answers, timedOut) = await DnsExchange.OverTcpAsync(netns, server, questions, limit, cancel).ConfigureAwait(false);
        // over TCP a failure is taken as it is
        return new Round(answers[0], answers.Length > 1 ? answers[1] : null, false, timedOut || answers[0] is not null, null);
    }

    private async Task<Round> UdpAsync(IPAddress server, IReadOnlyList<DnsQuestion> questions, long limit, int index)
    {
        var got = new DnsAnswer?[questions.Count];
        while (true)
        {
            var alone = way != Way.Together && questions.Count > 1;
            var round = await ExchangeAsync(server, questions, got, alone, limit).ConfigureAwait(false);
            if (round is not null)
                return round;
            // One of the two came and the other did not. Broken servers and firewalls: tried again one by one, then over two sockets.
            var partial = new Round(got[0], got.Length > 1 ? got[1] : null, false, true, null);
            if (!partial.Usable || way == Way.OneByOneReopened || Late)
                return partial;
            way++;
            Array.Clear(got);
            limit = Math.Min(deadline, DnsExchange.After(TimeoutOf(index)));
        }
    }

    /// <summary>Null when the time is over; what came until then stands in <paramref name="got"/>.</summary>
    private async Task<Round?> ExchangeAsync(IPAddress server, IReadOnlyList<DnsQuestion> questions, DnsAnswer?[] got, bool alone, long limit)
    {
        var socket = DnsExchange.Datagrams(netns, server);
        try
        {
            if (socket is null)
                return new Round(null, null, false, false, null);
            var wire = new Wire(socket, limit, cancel, Wire.DnsLimit);
            var done = new bool[questions.Count];
            DnsAnswer? bad = null;
            for (var i = 0; i < (alone ? 1 : questions.Count); i++)
            {
                if (!await wire.SendAsync(questions[i].Query).ConfigureAwait(false))
                    return wire.TimedOut ? null : new Round(null, null, false, false, null);
            }
            while (done.Contains(false))
            {
                if (await wire.ReceiveAsync().ConfigureAwait(false) is not { } message)
                    return wire.TimedOut ? null : new Round(got[0], got.Length > 1 ? got[1] : null, false, got.Any(g => g is not null) || bad is not null, bad);
                var which = -1;
                DnsAnswer? answer = null;
                for (var i = 0; i < questions.Count && which < 0; i++)
                {
                    if (!done[i] && (answer = questions[i].Read(message)) is not null)
                        which = i;
                }
                if (which < 0)
                    continue;       // not ours
                if (answer!.Truncated)
                    return new Round(null, null, true, true, null);
                done[which] = true;
                if (answer.Rcode is DnsAnswer.ServFail or DnsAnswer.NotImplemented or DnsAnswer.Refused || answer.Lame)
                    bad = answer;
                else
                    got[which] = answer;
                if (!alone || done.All(d => d))
                    continue;
                var next = Array.IndexOf(done, false);
                if (way == Way.OneByOneReopened)
                {
                    socket.Dispose();
                    socket = DnsExchange.Datagrams(netns, server);
                    if (socket is null)
                        return null;
                    wire = new Wire(socket, limit, cancel, Wire.DnsLimit);
                }
                if (!await wire.SendAsync(questions[next].Query).ConfigureAwait(false))
                    return null;
            }
            return new Round(got[0], got.Length > 1 ? got[1] : null, false, true, bad);
        }
        finally
        {
            socket?.Dispose();
        }
    }

    /// <summary>Of two answers: records win; else the first one's failure counts before the second's (res_query.c).</summary>
    private static LibcAnswer Judge(IPAddress server, Round round)
    {
        IReadOnlyList<IPAddress> addresses = [.. round.Four?.Addresses ?? [], .. round.Six?.Addresses ?? []];
        if ((round.Four is { Rcode: 0, Records: > 0 }) || (round.Six is { Rcode: 0, Records: > 0 }))
            return new LibcAnswer(Verdict.Found, addresses, server, "NOERROR");
        // a failure of the first question is still what counts when the second one was answered with nothing
        var first = round.Four ?? (round.Bad is { Rcode: not 0 } ? round.Bad : null);
        var deciding = first is { Rcode: not 0 } ? first : round.Six ?? first ?? round.Four!;
        var verdict = deciding.Rcode switch
        {
            0 => Verdict.NoData,
            DnsAnswer.NxDomain => Verdict.NotFound,
            DnsAnswer.ServFail => Verdict.Failed,
            _ => Verdict.Fatal,
        };
        return new LibcAnswer(verdict, [], server, deciding.RcodeName);
    }

    private static LibcAnswer Unanswered(Verdict verdict, IPAddress? server, DnsAnswer? bad) =>
        new(verdict, [], server, verdict == Verdict.Nobody ? "REFUSED-BY-HOST" : bad is not null && verdict == Verdict.Failed ? bad.RcodeName : "TIMEOUT");
}
