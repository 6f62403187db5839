using System.Diagnostics;
using Fairlead.Facts;

namespace Fairlead.Agent.Dial;

/// <summary>Asks once in the application's protocol, and tells what came back.</summary>
internal static class Asking
{
    /// <summary>After an answer has begun, the rest of it is waited for no longer than this.</summary>
    private const int RestMs = 1000;

    internal static Task<AnswerFact> AskAsync(Wire wire, DialRequest request) => request.Speak switch
    {
        "http" => HttpAsync(wire, request),
        "ws" => WebSocketAsync(wire, request),
        "https" or "wss" or "tls" => TlsAsync(wire, request),
        "redis" => RedisAsync(wire),
        "mysql" => Greeting.ReadAsync(wire, "mysql", wire.At),
        "postgres" => PostgresAsync(wire),
        "dns" => DnsAsync(wire),
        _ => Greeting.ReadAsync(wire, "", wire.At),
    };

    private static long Rest => Stopwatch.GetTimestamp() + RestMs * Stopwatch.Frequency / 1000;

    /// <summary>HEAD; where that is not liked, GET over the same connection, if the server lets it live.</summary>
    private static async Task<AnswerFact> HttpAsync(Wire wire, DialRequest request)
    {
        var head = await ExchangeAsync(wire, HttpHead.Request("HEAD", request), HttpHead.IsComplete).ConfigureAwait(false);
        var answer = HttpHead.Answer(head);
        if (answer is not { Spoken: Spoken.Done, Status: >= 400 } || wire.Ended || !HttpHead.StaysOpen(head))
            return answer;
        var get = await ExchangeAsync(wire, HttpHead.Request("GET", request), HttpHead.IsComplete).ConfigureAwait(false);
        return get.AsSpan().StartsWith("HTTP/"u8) ? HttpHead.Answer(get) : answer;
    }

    private static async Task<AnswerFact> WebSocketAsync(Wire wire, DialRequest request)
    {
        var said = await ExchangeAsync(wire, HttpHead.Upgrade(request), HttpHead.IsCompleteWithBody).ConfigureAwait(false);
        var answer = HttpHead.Answer(said);
        return answer is { Kind: "http", Status: 101 } ? answer with { Kind = "websocket" } : answer;
    }

    private static async Task<AnswerFact> TlsAsync(Wire wire, DialRequest request)
    {
        var said = await ExchangeAsync(wire, TlsHello.Build(request.HostHeader), s => s.Length >= 11).ConfigureAwait(false);
        return said.Length == 0 ? Answers.None(Spoken.Done) : TlsHello.Recognise(said) ?? Recogniser.Mismatch(said);
    }

    private static async Task<AnswerFact> RedisAsync(Wire wire)
    {
        var said = await ExchangeAsync(wire, "*1\r\n$4\r\nPING\r\n"u8.ToArray(), s => s.AsSpan().IndexOf("\r\n"u8) >= 0).ConfigureAwait(false);
        if (said.Length == 0)
            return Answers.None(Spoken.Done);
        if (!Recogniser.IsRedis(said))
            return Recogniser.Mismatch(said);
        var line = said.AsSpan();
        if (line.IndexOf("\r\n"u8) is var end and > 0)
            line = line[..end];
        var refused = line.StartsWith("-NOAUTH"u8) || line.StartsWith("-DENIED"u8) || line.StartsWith("-NOPERM"u8)
            || line.StartsWith("-ERR max number of clients"u8);
        return new AnswerFact("redis", null, Answers.Text(line), refused ? Spoken.RefusedByServer : Spoken.Done);
    }

    /// <summary>SSLRequest; where TLS is not offered, a start that shows whether the server's access rules let this address in.</summary>
    private static async Task<AnswerFact> PostgresAsync(Wire wire)
    {
        var said = await ExchangeAsync(wire, Postgres.SslRequest, s => s.Length >= 1).ConfigureAwait(false);
        if (said.Length == 0)
            return Answers.None(Spoken.Done);
        if (said is [(byte)'S'])
            return new AnswerFact("postgres", null, "S", Spoken.Done);
        if (said is not [(byte)'N'])
            return Postgres.Recognise(said) ?? Recogniser.Mismatch(said);
        var start = await ExchangeAsync(wire, Postgres.Startup, Postgres.IsComplete).ConfigureAwait(false);
        return Postgres.Recognise(start) ?? new AnswerFact("postgres", null, "N", Spoken.Done);
    }

    private static async Task<AnswerFact> DnsAsync(Wire wire)
    {
        var query = DnsProbe.Query();
        byte[] framed = [(byte)(query.Length >> 8), (byte)query.Length, .. query];
        var said = await ExchangeAsync(wire, framed, s => s.Length >= 14).ConfigureAwait(false);
        if (said.Length == 0)
            return Answers.None(Spoken.Done);
        return said.Length < 14 ? Recogniser.Mismatch(said) : DnsProbe.Recognise(said.AsSpan(2).ToArray());
    }

    /// <summary>
    /// Sends and hears the answer. A server that spoke before it was asked (SSH, MySQL) is heard too, and one that answers by closing is no answer.
    /// </summary>
    private static async Task<byte[]> ExchangeAsync(Wire wire, byte[] question, Func<byte[], bool> enough)
    {
        if (!await wire.SendAsync(question).ConfigureAwait(false) && wire.TimedOut)
            return [];
        var first = await wire.ReceiveAsync().ConfigureAwait(false);
        if (first is null)
            return [];
        if (enough(first))
            return first;
        var until = Rest;
        while (await wire.ReceiveAsync(until).ConfigureAwait(false) is { } more)
        {
            first = [.. first, .. more];
            if (enough(first))
                break;
        }
        return first;
    }
}
