using System.Buffers;
using System.Net;

namespace Fairlead.Model.Symptoms;

/// <summary>Lines that hold words of failure and are none of this container's: somebody left, somebody knocked, a setting was printed.</summary>
internal static class Quiet
{
    // Each of them names the other end as the one who dialled, or the event as wished.
    private static readonly SearchValues<string> Served = SearchValues.Create(
        [
            "while reading client", "while sending to client", "while sending response to client", "while waiting for request", "while keepalive", "client closed", "client disconnected", "client prematurely",
            "client timed out", "client has disconnected", "client connection", "connection from ", "connection reset by client", "closed by client", "lost connection from", "from client",
            "could not receive data from client", "could not send data to client", "unexpected EOF on client", "Aborted connection", "Got an error reading communication packets",
            "Got timeout reading communication packets", "http: TLS handshake error from", "http: proxy error: context canceled", "http2: server", "peer closed", "idle timeout", "session timed out", "session timeout",
            "客户端断开", "客户端超时", "来自客户端", "已断开连接的客户端", "用户断开", "remote client", "Timeout: client", "disconnecting client", "exceeded timeout, disconnecting", "has exceeded timeout",
            "broken pipe", "user request", "login timeout", "lock wait timeout", "statement timeout", "canceling statement", "slow query", "job timed out", "task timed out", "query timed out",
            "script timed out", "Invalid HTTP_HOST header of ", "kex_exchange_identification", "Did not receive identification string", "--- PASS", "✓",
        ],
        StringComparison.OrdinalIgnoreCase);

    // Settings that are printed at a start, and lines that say what will be done.
    private static readonly SearchValues<string> Printed = SearchValues.Create(
        [
            "listening on", "listening at", "now listening", "server started", "started server", "serving on", "will retry on", "retries on", "retry-on", "retry_on", "retry policy", "when connection", "if connection", "in case of", "on connection refused",
            "simulat", "expected error", "ignoring ", "test passed", "passed:", "http_code_on", "超时时间", "超时设置", "超时配置", "超时阈值", "timeout is set", "timeout set", "resolved:", "recovered", "reconnected", "已恢复", "重连成功", "已重新连接", "no longer",
        ],
        StringComparison.OrdinalIgnoreCase);

    // Go's "read tcp local->far": whose connection it is, a form of words decides by the ports.
    private static readonly SearchValues<string> Ends = SearchValues.Create(["read tcp ", "write tcp "], StringComparison.Ordinal);

    private static readonly SearchValues<string> Checks = SearchValues.Create(
        ["health check", "healthcheck", "health-check", "liveness", "readiness", "健康检查"], StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a line is to be passed over whatever else stands in it.</summary>
    public static bool IsQuiet(ReadOnlySpan<char> text, bool named) =>
        text.IndexOfAny(Served) >= 0 || (!named && (text.IndexOfAny(Printed) >= 0 || text.IndexOfAny(Ends) >= 0)) || (IsAccess(text) && !named);

    /// <summary>A check of oneself: a loopback address or none, and the word.</summary>
    public static bool IsOwnCheck(ReadOnlySpan<char> text, string host) =>
        text.IndexOfAny(Checks) >= 0 && (host.Length == 0 || host == "localhost" || (IPAddress.TryParse(host, out var ip) && IPAddress.IsLoopback(ip)));

    /// <summary>An access log: a quoted request line and a status.</summary>
    private static bool IsAccess(ReadOnlySpan<char> text)
    {
        var at = text.IndexOf(" HTTP/", StringComparison.Ordinal);
        if (at < 0)
            return false;
        var quote = text[at..].IndexOf('"');
        return quote is > 0 and < 12 && text[(at + quote + 1)..] is [' ', >= '1' and <= '5', >= '0' and <= '9', ..];
    }
}
