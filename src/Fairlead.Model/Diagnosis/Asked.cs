using System.Collections.Immutable;
using System.Globalization;
using System.Net;

namespace Fairlead.Model.Diagnosis;

/// <summary>The target as a person wrote it, taken apart.</summary>
public sealed record Asked
{
    /// <summary>As written, user info masked.</summary>
    public required string Given { get; init; }

    /// <summary>"http", "https", "ws", "wss", "tcp", "udp", "redis", "mysql", "postgres"; null for host:port and bare names.</summary>
    public string? Scheme { get; init; }

    /// <summary>"tcp" or "udp".</summary>
    public required string Protocol { get; init; }

    /// <summary>Host without brackets.</summary>
    public required string Host { get; init; }

    /// <summary>0 where it is not known yet (a bare name).</summary>
    public required int Port { get; init; }

    /// <summary>"given", "scheme" or "listener".</summary>
    public required string PortFrom { get; init; }

    /// <summary>Path of a URL without its query, "" where none was written.</summary>
    public string Path { get; init; } = "";

    /// <summary>The host as an address, or null for a name.</summary>
    public IPAddress? Literal { get; init; }

    /// <summary>What to speak when asked: the scheme, or what the port's number says; "" for plain tcp and udp.</summary>
    public string Speak => Scheme switch
    {
        null => "",
        "tcp" or "udp" => Port == 53 && Scheme == "udp" ? "dns" : "",
        var s => s,
    };

    /// <summary>The same target with another host and port, scheme and path kept.</summary>
    public Asked At(string host, int port)
    {
        var literal = IPAddress.TryParse(host, out var address) ? address : null;
        var shown = literal?.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{host}]" : host;
        var portText = Scheme is not null && DefaultPort(Scheme) == port ? "" : ":" + port.ToString(CultureInfo.InvariantCulture);
        return this with
        {
            Given = (Scheme is null ? "" : Scheme + "://") + shown + portText + Path,
            Host = host,
            Port = port,
            PortFrom = portText.Length == 0 ? "scheme" : "given",
            Literal = literal,
        };
    }

    /// <summary>Port that goes without saying, or 0.</summary>
    public static int DefaultPort(string scheme) => scheme switch
    {
        "http" or "ws" => 80,
        "https" or "wss" => 443,
        "redis" => 6379,
        "mysql" => 3306,
        "postgres" => 5432,
        _ => 0,
    };

    /// <summary>Takes a target apart: URL, host:port, [v6]:port or a bare name.</summary>
    /// <param name="error">What is wrong with it, in one line, when null is returned.</param>
    public static Asked? Parse(string text, out string error) => Parse(text, "en", out error);

    /// <summary>As above, with the complaint in a language ("en" or "zh").</summary>
    public static Asked? Parse(string text, string lang, out string error)
    {
        string say(string en, string zh) => lang == "zh" ? zh : en;
        error = "";
        var given = text.Trim();
        if (given.Length is 0 or > 2048 || given.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)))
        {
            error = say("the target is empty, too long or has spaces in it", "目标是空的、太长，或者里面有空格");
            return null;
        }

        string? scheme = null;
        var rest = given;
        var mark = given.IndexOf("://", StringComparison.Ordinal);
        if (mark >= 0)
        {
            scheme = given[..mark].ToLowerInvariant() switch { "postgresql" => "postgres", "mariadb" => "mysql", var s => s };
            if (scheme is not ("http" or "https" or "ws" or "wss" or "tcp" or "udp" or "redis" or "mysql" or "postgres"))
            {
                var shown = Answer.Printable.Show(scheme, 20);
                const string known = "http https ws wss tcp udp redis mysql postgres";
                error = say($"scheme '{shown}' is not one of {known}", $"协议 {shown} 不在 {known} 之内");
                return null;
            }

            rest = given[(mark + 3)..];
        }

        var cut = rest.IndexOfAny(['/', '?', '#']);
        var authority = cut < 0 ? rest : rest[..cut];
        var path = cut < 0 || rest[cut] != '/' ? "" : rest[cut..].Split('?', '#')[0];
        if (mark < 0 && path.Length > 0)
        {
            error = say("a path needs a scheme: write http://", "带路径就要写协议：http://") + Answer.Printable.Show(rest, 80);
            return null;
        }

        var at = authority.LastIndexOf('@');
        var userInfo = at >= 0;
        authority = authority[(at + 1)..];
        if (!SplitPort(authority, say, out var host, out var port, out error))
        {
            return null;
        }

        var literal = Address(host);
        if (literal is null && !IsName(host))
        {
            error = say($"'{Answer.Printable.Show(host, 80)}' is neither an address nor a name", $"“{Answer.Printable.Show(host, 80)}”既不是地址，也不是名字");
            return null;
        }

        var portFrom = "given";
        if (port == 0)
        {
            port = scheme is null ? 0 : DefaultPort(scheme);
            portFrom = port > 0 ? "scheme" : "listener";
            if (port == 0 && literal is not null)
            {
                error = say($"an address needs a port: {Answer.Printable.Show(host, 80)}:PORT", $"地址后面要写端口：{Answer.Printable.Show(host, 80)}:端口");
                return null;
            }
        }

        return new Asked
        {
            Given = (scheme is null ? "" : given[..(mark + 3)]) + (userInfo ? "‹masked›@" : "") + authority + path,
            Scheme = scheme,
            Protocol = scheme == "udp" ? "udp" : "tcp",
            Host = literal is not null ? literal.ToString() : host,
            Port = port,
            PortFrom = portFrom,
            Path = path,
            Literal = literal,
        };
    }

    private static bool SplitPort(string authority, Func<string, string, string> say, out string host, out int port, out string error)
    {
        (host, port, error) = (authority, 0, "");
        string? portText = null;
        if (authority.StartsWith('['))
        {
            var close = authority.IndexOf(']', StringComparison.Ordinal);
            if (close < 0 || (close + 1 < authority.Length && authority[close + 1] != ':'))
            {
                error = say("an IPv6 address is written [ADDRESS]:PORT", "IPv6 地址要写成 [地址]:端口");
                return false;
            }

            host = authority[1..close];
            portText = close + 1 < authority.Length ? authority[(close + 2)..] : null;
            if (Address(host)?.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6)
            {
                error = say("only an IPv6 address stands in brackets", "方括号里只能是 IPv6 地址");
                return false;
            }
        }
        else if (authority.Count(c => c == ':') > 1)
        {
            error = say("an IPv6 address is written [ADDRESS]:PORT", "IPv6 地址要写成 [地址]:端口");
            return false;
        }
        else if (authority.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon)
        {
            host = authority[..colon];
            portText = authority[(colon + 1)..];
        }

        if (host.Length == 0)
        {
            error = say("the target has no host", "目标里没有写主机");
            return false;
        }

        if (portText is not null && (!int.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535))
        {
            error = say($"'{Answer.Printable.Show(portText, 20)}' is not a port (1 to 65535)", $"“{Answer.Printable.Show(portText, 20)}”不是端口（1 到 65535）");
            return false;
        }

        return true;
    }

    // IPAddress.TryParse takes "1" and "0x7f.1"; a person who writes those into a URL means a name or a mistake.
    private static IPAddress? Address(string host) =>
        (host.Contains(':', StringComparison.Ordinal) || host.Count(c => c == '.') == 3) && IPAddress.TryParse(host, out var a) ? a : null;

    private static bool IsName(string host) => host.Length <= 253
        && host.TrimEnd('.').Split('.').All(label => label.Length is > 0 and <= 63 && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));
}
