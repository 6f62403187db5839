using System.Globalization;
using System.Net;

namespace Fairlead.Agent.Resolve;

/// <summary>/etc/hosts and resolv.conf as a libc reads them (hosts(5), resolv.conf(5)).</summary>
internal sealed record ResolverSettings(IReadOnlyList<IPAddress> Servers, IReadOnlyList<string> Search, int Ndots, int TimeoutMs, int Attempts)
{
    internal static ResolverSettings Parse(string text, bool musl)
    {
        var servers = new List<IPAddress>();
        IReadOnlyList<string> search = [];
        int ndots = 1, timeout = 5, attempts = 2;
        foreach (var line in text.Split('\n').Take(500))
        {
            var words = line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words is ["nameserver", var server, ..] && servers.Count < 3 && IPAddress.TryParse(server.Split('%')[0], out var address))
                servers.Add(address);
            else if (words is ["search" or "domain", .. var suffixes])
                search = suffixes.Take(6).Where(s => s != ".").Select(s => s.TrimEnd('.')).ToArray();
            else if (words is ["options", .. var options])
            {
                ndots = Option(options, "ndots:", ndots, 15);
                timeout = Option(options, "timeout:", timeout, 30);
                attempts = Math.Max(1, Option(options, "attempts:", attempts, 5));
            }
        }
        // Both libcs ask the machine itself where no server is named.
        if (servers.Count == 0)
            servers.Add(IPAddress.Loopback);
        return new ResolverSettings(servers, search, ndots, Math.Max(1, timeout) * 1000, musl ? 1 : attempts);
    }

    /// <summary>Names in the order in which they are asked; musl does not search for one with enough dots.</summary>
    internal IReadOnlyList<string> Candidates(string name, bool musl = false)
    {
        if (name.EndsWith('.'))
            return [name.TrimEnd('.')];
        var searched = Search.Select(s => $"{name}.{s}");
        return name.Count(c => c == '.') < Ndots ? [.. searched, name] : musl ? [name] : [name, .. searched];
    }

    /// <summary>Addresses of a name in the hosts file, and the first line that has it.</summary>
    internal static (IReadOnlyList<IPAddress> Addresses, string? Line) Hosts(string text, string name)
    {
        var wanted = name.TrimEnd('.');
        var found = new List<IPAddress>();
        string? first = null;
        foreach (var raw in text.Split('\n').Take(20_000))
        {
            var words = raw.Split('#')[0].Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 2 || !words.Skip(1).Any(w => w.TrimEnd('.').Equals(wanted, StringComparison.OrdinalIgnoreCase)) || !IPAddress.TryParse(words[0], out var address))
                continue;
            first ??= raw.Trim();
            if (!found.Contains(address))
                found.Add(address);
        }
        return (found, first);
    }

    private static int Option(string[] options, string key, int otherwise, int most)
    {
        foreach (var option in options)
        {
            if (option.StartsWith(key, StringComparison.Ordinal) && int.TryParse(option[key.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var value))
                return Math.Min(value, most);
        }
        return otherwise;
    }
}
