using System.Collections.Immutable;
using System.Net;
using Fairlead.Model.Symptoms;

namespace Fairlead.Model.Leads;

/// <summary>Addresses in one value.</summary>
internal static class Values
{
    private const int MostInOne = 8, Longest = 4096;

    /// <summary>URLs, and host:port where the host is an address, localhost or a known name.</summary>
    public static IEnumerable<Lead> In(string value, string kind, string where, ImmutableHashSet<string> known)
    {
        if (value.Length > Longest)
            value = value[..Longest];
        var count = 0;
        var urls = false;
        for (var at = 0; count < MostInOne && (at = value.IndexOf("://", at, StringComparison.Ordinal)) >= 0; at += 3)
        {
            var start = at;
            while (start > 0 && (char.IsAsciiLetterOrDigit(value[start - 1]) || value[start - 1] == '+'))
                start--;
            urls = true;
            if (Shapes.Url(value.AsSpan(start), out var scheme, out var place, out var path) == 0)
                continue;
            scheme = scheme switch { "postgresql" or "postgis" => "postgres", "mariadb" => "mysql", "rediss" => "redis", _ => scheme };
            var port = place.Port > 0 ? place.Port : Schemes.PortOf(scheme);
            if (port == 0)
                continue;
            count++;
            yield return new Lead { Kind = kind, Where = where, Scheme = scheme, Host = place.Host, Port = port, Path = path };
        }
        if (urls)
            yield break;
        // Go's MySQL driver: user@tcp(host:port)/name
        var tcp = value.IndexOf("tcp(", StringComparison.Ordinal);
        if (tcp >= 0 && Shapes.At(value.AsSpan(tcp + 4), out var inside) > 0 && inside.Port > 0)
        {
            yield return new Lead { Kind = kind, Where = where, Host = inside.Host, Port = inside.Port };
            yield break;
        }
        foreach (var piece in value.Split([',', ';', ' ', '|'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (count < MostInOne && Pair(piece, known) is { } pair)
            {
                count++;
                yield return new Lead { Kind = kind, Where = where, Host = pair.Host, Port = pair.Port };
            }
        }
    }

    /// <summary>The whole text as host:port with a believable host.</summary>
    public static HostPort? Pair(string text, ImmutableHashSet<string> known)
    {
        var used = Shapes.At(text, out var at);
        return used > 0 && at.Port > 0 && (used == text.Length || text[used] == '/') && Believable(at.Host, known) ? at : null;
    }

    /// <summary>An address, localhost, or a name that a container bears.</summary>
    public static bool Believable(string host, ImmutableHashSet<string> known) =>
        known.Contains(host) || host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host == "host.docker.internal" || (host.IndexOfAny(['.', ':']) > 0 && IPAddress.TryParse(host, out _)) || host == "::1";
}
