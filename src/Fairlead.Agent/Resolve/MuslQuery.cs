using System.Diagnostics;
using System.Net;
using Fairlead.Agent.Dial;
using Fairlead.Agent.Namespaces;

namespace Fairlead.Agent.Resolve;

/// <summary>
/// One name asked as musl asks (res_msend.c): A and AAAA of all servers at once, again after each part of the one timeout; the first yes or no
/// counts. A failing server is asked again at once, a refusing one is not heard, and who is not there is waited for.
/// </summary>
internal sealed class MuslQuery(SafeFd? netns, ResolverSettings settings, long deadline, CancellationToken cancel)
{
    private readonly DnsAnswer?[] answers = new DnsAnswer?[2];
    private DnsAnswer? bad;
    private IPAddress? badFrom;
    private bool nobody;
    private IPAddress? decided;

    internal async Task<LibcAnswer> AskAsync(string name)
    {
        if (DnsQuestion.Of(name, DnsMessage.A) is not { } four || DnsQuestion.Of(name, DnsMessage.Aaaa) is not { } six)
            return new LibcAnswer(Verdict.NotFound, [], null, null);
        DnsQuestion[] questions = [four, six];
        var end = Math.Min(deadline, DnsExchange.After(settings.TimeoutMs));
        var sockets = settings.Servers.Select(s => (Server: s, Socket: DnsExchange.Datagrams(netns, s))).ToList();
        try
        {
            await RoundsAsync(questions, [.. sockets.Where(s => s.Socket is not null).Select(s => (s.Server, s.Socket!))], end).ConfigureAwait(false);
        }
        finally
        {
            sockets.ForEach(s => s.Socket?.Dispose());
        }
        return Judge(sockets.All(s => s.Socket is null));
    }

    private bool Complete => answers[0] is not null && answers[1] is not null;

    private async Task RoundsAsync(DnsQuestion[] questions, (IPAddress Server, SafeFd Socket)[] servers, long end)
    {
        var part = (long)settings.TimeoutMs / settings.Attempts * Stopwatch.Frequency / 1000;
        var failuresLeft = 2 * questions.Length;
        while (!Complete && Stopwatch.GetTimestamp() < end && !cancel.IsCancellationRequested)
        {
            var until = Math.Min(end, Stopwatch.GetTimestamp() + part);
            using var settled = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            var wires = servers.Select(s => (s.Server, Wire: new Wire(s.Socket, until, settled.Token, Wire.DnsLimit))).ToArray();
            foreach (var (_, wire) in wires)
            {
                for (var i = 0; i < questions.Length; i++)
                {
                    if (answers[i] is null)
                        await wire.SendAsync(questions[i].Query).ConfigureAwait(false);
                }
            }
            var gate = new SemaphoreSlim(1, 1);
            await Task.WhenAll(wires.Select(w => HearAsync(w.Server, w.Wire))).ConfigureAwait(false);
            gate.Dispose();
            // without a single way to a server musl waits all the same
            if (!Complete)
                await SleepAsync(until).ConfigureAwait(false);

            async Task HearAsync(IPAddress server, Wire wire)
            {
                while (!Complete)
                {
                    var message = await wire.ReceiveAsync(until).ConfigureAwait(false);
                    await gate.WaitAsync(CancellationToken.None).ConfigureAwait(false);
                    try
                    {
                        if (message is null)
                        {
                            nobody |= wire.Errno != 0;
                            if (wire.TimedOut || wire.Ended || Stopwatch.GetTimestamp() >= until)
                                return;
                            continue;
                        }
                        var (i, answer) = Match(questions, message);
                        if (answer is null)
                            continue;
                        if (answer.Rcode is not (0 or DnsAnswer.NxDomain))
                        {
                            (bad, badFrom) = (answer, server);
                            if (answer.Rcode == DnsAnswer.ServFail && failuresLeft-- > 0)
                                await wire.SendAsync(questions[i].Query).ConfigureAwait(false);
                            continue;
                        }
                        if (answer.Truncated)
                        {
                            var (whole, _) = await DnsExchange.OverTcpAsync(netns, server, [questions[i]], end, settled.Token).ConfigureAwait(false);
                            answer = whole[0];
                        }
                        answers[i] ??= answer;
                        decided = server;
                        if (Complete)
                            await settled.CancelAsync().ConfigureAwait(false);
                    }
                    finally
                    {
                        gate.Release();
                    }
                }
            }
        }
    }

    private (int Which, DnsAnswer? Answer) Match(DnsQuestion[] questions, byte[] message)
    {
        for (var i = 0; i < questions.Length; i++)
        {
            if (answers[i] is null && questions[i].Read(message) is { } answer)
                return (i, answer);
        }
        return (-1, null);
    }

    private async Task SleepAsync(long until)
    {
        var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), until);
        if (left > TimeSpan.Zero)
            await Task.Delay(left, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>name_from_dns: each answer in turn decides; IPv6 addresses come before IPv4 ones.</summary>
    private LibcAnswer Judge(bool noWay)
    {
        foreach (var answer in answers)
        {
            if (answer is null)
                return bad is not null ? new LibcAnswer(Verdict.Failed, [], badFrom, bad.RcodeName)
                    : nobody || noWay ? new LibcAnswer(Verdict.Nobody, [], settings.Servers[0], "REFUSED-BY-HOST")
                    : new LibcAnswer(Verdict.TimedOut, [], settings.Servers[0], "TIMEOUT");
            if (answer.Rcode == DnsAnswer.ServFail)
                return new LibcAnswer(Verdict.Failed, [], decided, answer.RcodeName);
            if (answer.Rcode == DnsAnswer.NxDomain)
                return new LibcAnswer(Verdict.NotFound, [], decided, answer.RcodeName);
            if (answer.Rcode != 0)
                return new LibcAnswer(Verdict.Fatal, [], decided, answer.RcodeName);
        }
        IReadOnlyList<IPAddress> addresses = [.. answers[1]!.Addresses, .. answers[0]!.Addresses];
        return new LibcAnswer(addresses.Count > 0 ? Verdict.Found : Verdict.NoData, addresses, decided, "NOERROR");
    }
}
