using System.Globalization;
using System.Text;
using Fairlead.Agent.Native;
using Fairlead.Facts;

namespace Fairlead.Agent.Dial;

/// <summary>The first lines of an HTTP/1.1 request and of its answer.</summary>
internal static class HttpHead
{
    internal static byte[] Request(string method, DialRequest request) => Encoding.ASCII.GetBytes(
        $"{method} {PathOf(request)} HTTP/1.1\r\nHost: {HostOf(request)}\r\nUser-Agent: {AgentOf(request)}\r\nAccept: */*\r\n\r\n");

    /// <summary>A WebSocket upgrade without headers that would identify anybody (SAFETY 37).</summary>
    internal static byte[] Upgrade(DialRequest request)
    {
        Span<byte> key = stackalloc byte[16];
        Libc.Random(key);
        return Encoding.ASCII.GetBytes(
            $"GET {PathOf(request)} HTTP/1.1\r\nHost: {HostOf(request)}\r\nUser-Agent: {AgentOf(request)}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + $"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {Convert.ToBase64String(key)}\r\n\r\n");
    }

    internal static AnswerFact Answer(ReadOnlySpan<byte> said)
    {
        if (said.Length == 0)
            return Answers.None(Spoken.Done);
        if (StatusOf(said) is not { } status)
            return Recogniser.Mismatch(said);
        var line = said.IndexOfAny((byte)'\r', (byte)'\n') is var end and >= 0 ? said[..end] : said;
        // how TLS servers answer somebody who speaks plain HTTP to them: nginx, Go, Apache, HAProxy, Jetty and others
        var text = Encoding.Latin1.GetString(said);
        var wantsTls = status == 400 && (text.Contains("HTTPS", StringComparison.OrdinalIgnoreCase) || text.Contains("SSL-enabled", StringComparison.OrdinalIgnoreCase)
            || text.Contains("requires TLS", StringComparison.OrdinalIgnoreCase));
        return new AnswerFact("http", status, Answers.Text(line), wantsTls ? Spoken.Mismatch : Spoken.Done, status is >= 300 and < 400 ? Location(text) : null);
    }

    /// <summary>The status of "HTTP/1.1 200 OK", or null where that is not what was said.</summary>
    internal static int? StatusOf(ReadOnlySpan<byte> said)
    {
        if (said.Length < 12 || !said.StartsWith("HTTP/"u8) || said[8] != ' ')
            return null;
        return int.TryParse(said.Slice(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status) ? status : null;
    }

    internal static bool IsComplete(byte[] said) => said.AsSpan().IndexOf("\r\n\r\n"u8) >= 0 || (said.Length >= 5 && !said.AsSpan().StartsWith("HTTP/"u8));

    /// <summary>A 400 is listened to a little longer: its body may say that TLS was expected.</summary>
    internal static bool IsCompleteWithBody(byte[] said)
    {
        var end = said.AsSpan().IndexOf("\r\n\r\n"u8);
        return StatusOf(said) == 400 ? end >= 0 && said.Length > end + 40 : IsComplete(said);
    }

    /// <summary>Whether a second request may follow the answer to a HEAD.</summary>
    internal static bool StaysOpen(ReadOnlySpan<byte> said) =>
        said.StartsWith("HTTP/1.1"u8) && !Encoding.Latin1.GetString(said).Contains("connection: close", StringComparison.OrdinalIgnoreCase);

    private static string? Location(string head)
    {
        foreach (var line in head.Split("\r\n").Skip(1))
        {
            if (line.Length == 0)
                return null;
            if (line.StartsWith("location:", StringComparison.OrdinalIgnoreCase))
                return line[9..].Trim() is var value && value.Length > 512 ? value[..512] : value;
        }
        return null;
    }

    /// <summary>The path without query; anything that could end the line early is percent-encoded.</summary>
    private static string PathOf(DialRequest request)
    {
        var path = request.Path.Split('?', '#')[0];
        var safe = new StringBuilder(path.Length + 1);
        if (!path.StartsWith('/'))
            safe.Append('/');
        foreach (var b in Encoding.UTF8.GetBytes(path.Length > 2048 ? path[..2048] : path))
            _ = b is > 0x20 and < 0x7f ? safe.Append((char)b) : safe.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        return safe.ToString();
    }

    private static string HostOf(DialRequest request)
    {
        var host = request.HostHeader.Length > 0 ? request.HostHeader
            : request.Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{request.Address}]"
            : request.Address.ToString();
        host = new string([.. host.Where(c => c is > ' ' and < (char)0x7f)]);
        // written with its port already, or by default the one of the scheme
        var bare = host.EndsWith(']') || !host.Contains(':');
        return bare && request.Port != 80 ? $"{host}:{request.Port}" : host;
    }

    private static string AgentOf(DialRequest request) =>
        $"fairlead/{new string([.. request.Version.Where(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-')])} (connection check)";
}
