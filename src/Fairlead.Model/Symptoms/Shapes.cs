using System.Buffers;
using System.Globalization;
using System.Net;

namespace Fairlead.Model.Symptoms;

/// <summary>A host and a port as they stand in a text. Port 0: none.</summary>
public readonly record struct HostPort(string Host, int Port)
{
    public bool IsAddress => IPAddress.TryParse(Host, out _);
}

/// <summary>Hosts, ports and URLs at a place of a text. By hand: one pass, never back.</summary>
internal static class Shapes
{
    private const int LongestHost = 253;

    private static readonly SearchValues<char> NameChars =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    private static readonly SearchValues<char> AddressChars = SearchValues.Create("0123456789abcdefABCDEF:.%");
    private static readonly SearchValues<char> AuthorityEnds = SearchValues.Create("/?# \t\r\n\"'<>\\,;`)，。）」”");
    private static readonly SearchValues<char> PathEnds = SearchValues.Create("?# \t\r\n\"'<>\\,;`)，。）」”");
    private static readonly SearchValues<char> SchemeChars = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+");

    // What stands before a colon and a number in traces: files, not hosts.
    private static readonly string[] SourceEndings =
        [".go", ".js", ".ts", ".mjs", ".cjs", ".jsx", ".tsx", ".py", ".java", ".kt", ".rb", ".cs", ".php", ".c", ".cc", ".cpp", ".rs", ".lua", ".scala", ".pl", ".ex", ".erl", ".conf", ".yml", ".yaml", ".json", ".log", ".sh", ".sql"];

    public static int NameLength(ReadOnlySpan<char> text)
    {
        var n = text.IndexOfAnyExcept(NameChars);
        return n < 0 ? text.Length : n;
    }

    /// <summary>A name or address without a port. Bare IPv6 is taken whole.</summary>
    public static int Host(ReadOnlySpan<char> text, out string host)
    {
        host = "";
        if (text.Length > 0 && text[0] == '[')
            return Bracketed(text, out host);
        var wide = text.IndexOfAnyExcept(AddressChars);
        wide = wide < 0 ? text.Length : wide;
        if (wide >= 2 && text[..wide].Count(':') >= 2 && IPAddress.TryParse(text[..wide].TrimEnd(':'), out var v6))
        {
            host = Plain(v6);
            return text[..wide].TrimEnd(':').Length;
        }
        var length = NameLength(text);
        var name = text[..length].TrimEnd('.');
        if (!IsHost(name))
            return 0;
        host = Canonical(name);
        return name.Length;
    }

    /// <summary>host:port, [v6]:port, v6:port as Node writes it, or a host alone.</summary>
    public static int At(ReadOnlySpan<char> text, out HostPort at)
    {
        at = default;
        if (text.Length > 0 && text[0] == '[')
        {
            var closed = Bracketed(text, out var inside);
            if (closed == 0)
                return 0;
            var after = PortAfterColon(text[closed..], out var number);
            at = new HostPort(inside, number);
            return closed + after;
        }
        var wide = text.IndexOfAnyExcept(AddressChars);
        wide = wide < 0 ? text.Length : wide;
        if (text[..wide].Count(':') >= 2)
        {
            var run = text[..wide].TrimEnd(":.");
            var last = run.LastIndexOf(':');
            if (last > 0 && Port(run[(last + 1)..], out var port) == run.Length - last - 1 && port > 0 && IPAddress.TryParse(run[..last], out var before))
            {
                at = new HostPort(Plain(before), port);
                return run.Length;
            }
            if (IPAddress.TryParse(run, out var whole))
            {
                at = new HostPort(Plain(whole), 0);
                return run.Length;
            }
        }
        var length = Host(text, out var host);
        if (length == 0)
            return 0;
        var more = PortAfterColon(text[length..], out var p);
        at = new HostPort(host, p);
        return length + more;
    }

    public static int Port(ReadOnlySpan<char> text, out int port)
    {
        var n = 0;
        while (n < text.Length && n < 6 && char.IsAsciiDigit(text[n]))
            n++;
        // Six digits and more are no port, and nothing of them is one.
        port = n is > 0 and < 6 && int.TryParse(text[..n], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < 65536 ? number : 0;
        return port > 0 ? n : 0;
    }

    /// <summary>A URL that begins here: its length, and its parts. User info is passed over, a query is left out.</summary>
    public static int Url(ReadOnlySpan<char> text, out string scheme, out HostPort at, out string path)
    {
        (scheme, at, path) = ("", default, "");
        var mark = text.IndexOfAnyExcept(SchemeChars);
        if (mark < 2 || !text[mark..].StartsWith("://", StringComparison.Ordinal))
            return 0;
        var rest = text[(mark + 3)..];
        var end = rest.IndexOfAny(AuthorityEnds);
        var authority = end < 0 ? rest : rest[..end];
        var user = authority.LastIndexOf('@');
        var used = At(authority[(user + 1)..], out at);
        if (used == 0)
            return 0;
        scheme = text[..mark].ToString().ToLowerInvariant();
        var position = mark + 3 + user + 1 + used;
        if (end >= 0 && rest[end] == '/' && position == mark + 3 + end)
        {
            var tail = text[position..];
            var stop = tail.IndexOfAny(PathEnds);
            path = tail[..(stop < 0 ? tail.Length : stop)].TrimEnd(".:").ToString();
            position += path.Length;
        }
        return position;
    }

    /// <summary>The beginning of the host (with port) that ends before <paramref name="end"/>; -1 where there is none.</summary>
    public static int StartOfPlaceBefore(ReadOnlySpan<char> text, int end)
    {
        var start = end;
        while (start > 0 && end - start < LongestHost && (NameChars.Contains(text[start - 1]) || text[start - 1] is ':' or '[' or ']' or '/'))
            start--;
        while (start < end && text[start] is ':' or '/' or '.' or '-')
            start++;
        return start < end ? start : -1;
    }

    public static bool IsAddress(ReadOnlySpan<char> host) => host.IndexOfAny('.', ':') >= 0 && IPAddress.TryParse(host, out _);

    public static bool IsHost(ReadOnlySpan<char> name)
    {
        if (name.Length is 0 or > LongestHost || name[0] is '.' or '-')
            return false;
        var letter = name.IndexOfAnyInRange('a', 'z') >= 0 || name.IndexOfAnyInRange('A', 'Z') >= 0;
        return letter ? name.IndexOf("..", StringComparison.Ordinal) < 0 : name.Count('.') == 3 && IPAddress.TryParse(name, out _);
    }

    /// <summary>Whether it may be a host where nothing but its form says so: no file of a source, no word of the runtime.</summary>
    public static bool IsLikelyHost(ReadOnlySpan<char> name)
    {
        foreach (var ending in SourceEndings)
        {
            if (name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
                return false;
        }
        return IsHost(name) && !name.Equals("node", StringComparison.Ordinal) && !name.Equals("line", StringComparison.OrdinalIgnoreCase)
            && !name.Equals("port", StringComparison.OrdinalIgnoreCase) && !name.Equals("pid", StringComparison.OrdinalIgnoreCase);
    }

    private static int PortAfterColon(ReadOnlySpan<char> text, out int port)
    {
        port = 0;
        if (text.Length < 2 || text[0] != ':')
            return 0;
        var n = Port(text[1..], out port);
        return n == 0 ? 0 : n + 1;
    }

    private static int Bracketed(ReadOnlySpan<char> text, out string host)
    {
        host = "";
        var close = text.IndexOf(']');
        if (close is < 3 or > 64)
            return 0;
        var inside = text[1..close];
        if (inside.IndexOf(':') < 0 || inside.IndexOfAnyExcept(AddressChars) is var other and >= 0 && inside[..other].IndexOf('%') < 0)
            return 0;
        host = Canonical(inside);
        return close + 1;
    }

    private static string Canonical(ReadOnlySpan<char> host) =>
        host.IndexOf(':') >= 0 && IPAddress.TryParse(host, out var address) ? Plain(address) : host.ToString();

    private static string Plain(IPAddress address) => (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
}
