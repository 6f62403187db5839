using System.Collections.Immutable;
using System.Globalization;

namespace Fairlead.Model.Names;

/// <summary>resolv.conf as libc reads it (resolv.conf(5)): at most three servers, the last search line wins.</summary>
public sealed record ResolverFile(ImmutableArray<string> Servers, ImmutableArray<string> Search, int Ndots)
{
    public const string EmbeddedDns = "127.0.0.11";

    /// <summary>Whom libc asks: the machine itself where no server is named.</summary>
    public ImmutableArray<string> Asked => Servers.IsEmpty ? ["127.0.0.1"] : Servers;

    public bool UsesEmbeddedDns => Servers is [EmbeddedDns, ..];

    public static ResolverFile Parse(string text)
    {
        var servers = ImmutableArray.CreateBuilder<string>();
        ImmutableArray<string> search = [];
        var ndots = 1;
        foreach (var line in text.Split('\n').Take(500))
        {
            var words = line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            switch (words)
            {
                case ["nameserver", var server, ..] when servers.Count < 3:
                    servers.Add(server);
                    break;
                case ["search" or "domain", .. var suffixes]:
                    search = [.. suffixes.Take(6)];
                    break;
                case ["options", .. var options]:
                    foreach (var option in options.Where(o => o.StartsWith("ndots:", StringComparison.Ordinal)))
                    {
                        ndots = int.TryParse(option["ndots:".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? Math.Min(n, 15) : ndots;
                    }

                    break;
            }
        }

        return new ResolverFile(servers.ToImmutable(), search, ndots);
    }

    /// <summary>
    /// The names that libc asks for, in order: with enough dots (or a trailing one) as written first, else through the search list first.
    /// musl does not search for a name with enough dots.
    /// </summary>
    public ImmutableArray<string> Candidates(string name, bool musl = false)
    {
        if (name.EndsWith('.'))
        {
            return [name.TrimEnd('.')];
        }

        var searched = Search.Where(s => s != ".").Select(s => $"{name}.{s.TrimEnd('.')}");
        return name.Count(c => c == '.') < Ndots ? [.. searched, name] : musl ? [name] : [name, .. searched];
    }
}
