using System.Buffers;
using System.Text;

namespace Fairlead.Engine.Capture;

/// <summary>Secrets that are known by their shape, wherever they stand.</summary>
public static partial class Masking
{
    /// <summary>Beginnings of keys that issuers document; at least 12 more characters follow.</summary>
    private static readonly string[] KeyBeginnings =
    [
        "sk-", "sk_", "pk_live_", "pk_test_", "rk_live_", "rk_test_", "AKIA", "ASIA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-",
        "xoxb-", "xoxp-", "xoxa-", "xoxs-", "xoxr-", "hf_", "AIza", "ya29.", "npm_", "dop_v1_", "LTAI", "AKID", "eyJ",
    ];

    /// <summary>One of these occurs in every text that <see cref="Text"/> would change: most texts are passed on after this one look.</summary>
    private static readonly SearchValues<string> Hints = SearchValues.Create(
        [.. Words, .. KeyBeginnings, "://", "@", "-----BEGIN"], StringComparison.OrdinalIgnoreCase);

    /// <summary>Free text (a command line, a message, a log line): user info in URLs, keys by shape, and values after a telling name.</summary>
    public static string Text(string text)
    {
        if (text.AsSpan().IndexOfAny(Hints) < 0)
            return text;
        var result = Armour(text);
        result = Assignments(result);
        return MapTokens(result, static token => Token(token));
    }

    /// <summary>A URL with its user info hidden, and values of its query that are telling or dense.</summary>
    public static string Url(string url) => MapUrl(url) ?? url;

    /// <summary>The path of a URL, with or without its query: dense parts (a hook's token) and telling values hidden.</summary>
    public static string Path(string path) => Tail(path);

    private static string? Token(ReadOnlySpan<char> token)
    {
        if (token.IndexOf("://", StringComparison.Ordinal) >= 0)
            return MapUrl(token.ToString());
        if (KeyAt(token) is >= 0 and var at)
            return string.Concat(token[..at], Mask);
        // user:password@host without a scheme, as Go's MySQL driver and proxies write it
        var sign = token.LastIndexOf('@');
        var colon = token.IndexOf(':');
        return sign > 0 && colon > 0 && colon < sign ? string.Concat(Mask, token[sign..]) : null;
    }

    /// <summary>Where a key by its documented beginning starts in a token; -1 for nowhere.</summary>
    private static int KeyAt(ReadOnlySpan<char> token)
    {
        foreach (var beginning in KeyBeginnings)
        {
            var at = token.IndexOf(beginning, StringComparison.Ordinal);
            if (at < 0 || (at > 0 && char.IsAsciiLetterOrDigit(token[at - 1])))
                continue;
            var rest = token[(at + beginning.Length)..];
            var length = rest.IndexOfAnyExcept(KeyCharacters);
            if ((length < 0 ? rest.Length : length) >= 12)
                return at;
        }
        return -1;
    }

    private static readonly SearchValues<char> KeyCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.+/=");

    /// <summary>PEM blocks: from BEGIN to END, or to the end of the text.</summary>
    private static string Armour(string text)
    {
        const string begin = "-----BEGIN", end = "-----END";
        for (var round = 0; round < 64; round++)
        {
            var from = text.IndexOf(begin, StringComparison.Ordinal);
            if (from < 0)
                return text;
            var to = text.IndexOf(end, from, StringComparison.Ordinal);
            if (to >= 0)
            {
                var close = text.IndexOf("-----", to + end.Length, StringComparison.Ordinal);
                to = close < 0 ? text.Length : close + 5;
            }
            text = string.Concat(text.AsSpan(0, from), Mask, to < 0 ? "" : text.AsSpan(to));
        }
        return text.IndexOf(begin, StringComparison.Ordinal) is >= 0 and var rest ? text[..rest] + Mask : text;
    }

    /// <summary>`password=x`, `"token": "x"`, `--api-key x`, `Authorization: Bearer x` inside free text.</summary>
    private static string Assignments(string text)
    {
        StringBuilder? result = null;
        var done = 0;
        for (var i = 0; i < text.Length;)
        {
            var word = text.AsSpan(i).IndexOfAny(SecretWords);
            if (word < 0)
                break;
            word += i;
            var end = word;
            while (end < text.Length && NameCharacter(text[end]))
                end++;
            var start = word;
            while (start > done && NameCharacter(text[start - 1]))
                start--;
            i = Math.Max(end, word + 1);
            if (ValueAfter(text, start, end) is not { } value || !SecretName(text.AsSpan(start, end - start)))
                continue;
            (result ??= new StringBuilder(text.Length)).Append(text, done, value.Start - done).Append(HideAllButHosts(text[value.Start..value.End]));
            done = value.End;
            i = Math.Max(i, done);
        }
        return result is null ? text : result.Append(text, done, text.Length - done).ToString();
    }

    private static bool NameCharacter(char c) => char.IsLetterOrDigit(c) || c is '_' or '-' or '.';

    /// <summary>The value that is given to a name: after = or :, or after a blank when the name is an option; quoted or up to the next blank.</summary>
    private static (int Start, int End)? ValueAfter(string text, int name, int end)
    {
        var i = end;
        if (i < text.Length && text[i] is '"' or '\'')
            i++;
        var option = text[name] == '-';
        var spaced = i;
        while (i < text.Length && text[i] == ' ')
            i++;
        if (i < text.Length && text[i] is '=' or ':' && !(i + 2 < text.Length && text[i] == ':' && text[i + 1] == '/' && text[i + 2] == '/'))
        {
            var colon = text[i++] == ':';
            while (i < text.Length && text[i] == ' ')
                i++;
            if (colon)
                i = SkipScheme(text, i);
        }
        else if (!option || spaced == i)
        {
            // redis-server and its like take options without dashes.
            if (text.AsSpan(name, end - name) is not ("requirepass" or "masterauth") && !text.AsSpan(name, end - name).Equals("bearer", StringComparison.OrdinalIgnoreCase) || spaced == i)
                return null;
        }
        if (i >= text.Length)
            return null;
        if (text[i] is '"' or '\'')
        {
            var close = text.IndexOf(text[i], i + 1);
            return (i + 1, close < 0 ? text.Length : close) is var quoted && quoted.Item2 > quoted.Item1 ? quoted : null;
        }
        var stop = text.AsSpan(i).IndexOfAny(ValueEnds);
        var to = stop < 0 ? text.Length : i + stop;
        return to > i ? (i, to) : null;
    }

    private static readonly SearchValues<char> ValueEnds = SearchValues.Create(" \t\r\n\"',;&");

    /// <summary>"Authorization: Bearer x": the secret is the word after the scheme.</summary>
    private static int SkipScheme(string text, int i)
    {
        foreach (var scheme in (ReadOnlySpan<string>)["Bearer ", "Basic ", "Token ", "Digest "])
        {
            if (string.Compare(text, i, scheme, 0, scheme.Length, StringComparison.OrdinalIgnoreCase) == 0)
                return i + scheme.Length;
        }
        return i;
    }

    /// <summary>scheme://user:password@host:port/path?query → user info hidden; telling or dense parts of path and query too. Null when nothing changes.</summary>
    private static string? MapUrl(string url)
    {
        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
            return null;
        var from = scheme + 3;
        var authority = url.AsSpan(from).IndexOfAny('/', '?', '#');
        var end = authority < 0 ? url.Length : from + authority;
        // A password may hold / ? # unescaped: the last @ before the next blank ends the user info.
        var sign = url.LastIndexOf('@');
        if (sign >= end && url.IndexOf(':', from) is var colon && (colon < 0 || colon > end || !Password(url, colon, end)))
            sign = url.LastIndexOf('@', Math.Max(end - 1, 0));
        var host = sign >= from ? sign : from;
        if (host > end)
        {
            authority = url.AsSpan(host).IndexOfAny('/', '?', '#');
            end = authority < 0 ? url.Length : host + authority;
        }
        var tail = Tail(url[end..]);
        var head = string.Concat(url.AsSpan(0, from), sign >= from ? Mask : "", url.AsSpan(host, end - host));
        var all = head + tail;
        return all == url ? null : all;
    }

    /// <summary>Whether what follows the first colon can be no port, so that it begins a password.</summary>
    private static bool Password(string url, int colon, int end) => url.AsSpan(colon + 1, end - colon - 1).ContainsAnyExceptInRange('0', '9') || end == colon + 1;

    private static string Tail(string tail)
    {
        if (tail.Length < 2)
            return tail;
        var result = new StringBuilder(tail.Length);
        var from = 0;
        for (var i = 1; i <= tail.Length; i++)
        {
            if (i < tail.Length && tail[i] is not ('/' or '?' or '&' or '#' or ';'))
                continue;
            var part = tail.AsSpan(from + 1, i - from - 1);
            var equals = part.IndexOf('=');
            result.Append(tail[from]);
            if (equals > 0 && part.Length > equals + 1 && (SecretName(part[..equals]) || KeyAt(part) >= 0 || Dense(part[(equals + 1)..])))
                result.Append(part[..(equals + 1)]).Append(Mask);
            else if (equals <= 0 && (KeyAt(part) >= 0 || Dense(part)))
                result.Append(Mask);
            else
                result.Append(part);
            from = i;
        }
        return result.ToString();
    }

    /// <summary>A value that is secret as a whole: hidden but for the hosts and ports by which it names a server.</summary>
    private static string HideAllButHosts(string value)
    {
        var scheme = value.IndexOf("://", StringComparison.Ordinal);
        if (scheme > 0 && value.AsSpan(0, scheme).IndexOfAnyExcept(SchemeCharacters) < 0)
        {
            var from = scheme + 3;
            var sign = value.LastIndexOf('@');
            var host = sign >= from ? sign + 1 : from;
            var length = value.AsSpan(host).IndexOfAny('/', '?', '#');
            var authority = length < 0 ? value[host..] : value.Substring(host, length);
            return HostLike(authority) ? string.Concat(value.AsSpan(0, from), Mask, "@", authority) + (length < 0 ? "" : "/" + Mask) : Mask;
        }
        // user:password@tcp(host:port)/base of Go's MySQL driver
        var open = value.IndexOf("@tcp(", StringComparison.Ordinal);
        if (open >= 0 && value.IndexOf(')', open) is > 0 and var close && HostLike(value[(open + 5)..close]))
            return string.Concat(Mask, value.AsSpan(open, close + 1 - open), "/", Mask);
        // host=db port=5432 user=… of libpq, Server=db;Port=…;Password=… of ADO
        if (value.Contains('=') && KeepHosts(value) is { } kept)
            return kept;
        return Mask;
    }

    private static string? KeepHosts(string value)
    {
        var separator = value.Contains(';') ? ';' : ' ';
        var parts = value.Split(separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var kept = parts.Where(p => p.IndexOf('=') is > 0 and var at
            && p[..at].Trim().ToUpperInvariant() is "HOST" or "HOSTADDR" or "PORT" or "SERVER" or "DATA SOURCE" or "ADDRESS" or "ADDR"
            && HostLike(p[(at + 1)..].Trim())).ToArray();
        return kept.Length == 0 ? null : string.Join(separator, kept) + separator + Mask;
    }

    private static readonly SearchValues<char> SchemeCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.");
    private static readonly SearchValues<char> HostCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:[],%");

    private static bool HostLike(string text) => text.Length is > 0 and <= 255 && text.AsSpan().IndexOfAnyExcept(HostCharacters) < 0;
}
