using System.Globalization;
using System.Net;

namespace Fairlead.Agent.Resolve;

/// <summary>resolv.conf as a libc reads it (resolv.conf(5), glibc's res_init.c, musl's resolvconf.c).</summary>
/// <param name="Servers">At most three; the machine itself where none is named.</param>
/// <param name="Search">Without dots at the end; "" stands for the root.</param>
/// <param name="Attempts">glibc: rounds over all servers. musl: questions within the one timeout.</param>
internal sealed record ResolverSettings(IReadOnlyList<IPAddress> Servers, IReadOnlyList<string> Search, int Ndots, int TimeoutMs, int Attempts)
{
    private const int MostLines = 500, MostSearched = 32;

    /// <summary>glibc only: TCP from the start; never ask for IPv6; one question at a time; a name without a dot is never asked as it is.</summary>
    internal bool UseTcp { get; private init; }
    internal bool NoIPv6 { get; private init; }
    internal bool SingleRequest { get; private init; }
    internal bool NoTldQuery { get; private init; }

    internal static ResolverSettings Parse(string text, bool musl)
    {
        var servers = new List<IPAddress>();
        IReadOnlyList<string> search = [];
        var given = new List<string>();
        int ndots = 1, timeout = 5, attempts = 2;
        foreach (var line in text.Split('\n').Take(MostLines))
        {
            // a keyword counts at the very start of a line only
            if (line.Length == 0 || !char.IsAsciiLetter(line[0]))
                continue;
            var words = line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            switch (words)
            {
                case ["nameserver", var server, ..] when servers.Count < 3 && IPAddress.TryParse(server.Split('%')[0], out var address):
                    servers.Add(address);
                    break;
                case ["search", .. var suffixes]:
                    search = Suffixes(suffixes);
                    break;
                case ["domain", .. var suffixes]:
                    search = Suffixes(musl ? suffixes : suffixes.Take(1));
                    break;
                case ["options", .. var options]:
                    ndots = Option(options, "ndots:", ndots, 15);
                    timeout = Option(options, "timeout:", timeout, musl ? 60 : 30);
                    attempts = Option(options, "attempts:", attempts, musl ? 10 : 5);
                    given.AddRange(options);
                    break;
            }
        }
        // Both libcs ask the machine itself where no server is named.
        if (servers.Count == 0)
            servers.Add(IPAddress.Loopback);
        return new ResolverSettings(servers, search, ndots, Math.Max(1, timeout) * 1000, Math.Max(1, attempts))
        {
            UseTcp = !musl && given.Contains("use-vc"),
            NoIPv6 = !musl && given.Contains("no-aaaa"),
            SingleRequest = !musl && (given.Contains("single-request") || given.Contains("single-request-reopen")),
            NoTldQuery = !musl && given.Contains("no-tld-query"),
        };
    }

    private static string[] Suffixes(IEnumerable<string> words) => [.. words.Take(MostSearched).Select(w => w.TrimEnd('.'))];

    private static int Option(string[] options, string key, int otherwise, int most)
    {
        foreach (var option in options)
        {
            if (option.StartsWith(key, StringComparison.Ordinal) && int.TryParse(option[key.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var value))
                otherwise = Math.Min(value, most);
        }
        return otherwise;
    }
}
