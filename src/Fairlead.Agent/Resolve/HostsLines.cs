using System.Net;

namespace Fairlead.Agent.Resolve;

/// <summary>/etc/hosts as a libc reads it (hosts(5)).</summary>
internal static class HostsLines
{
    private const int MostLines = 20_000, MostAddresses = 64;

    /// <summary>
    /// All addresses of a name, in the order of the lines, and the first line that has it. A name with a dot at its end is in no hosts file; glibc
    /// compares without regard to case, musl byte by byte.
    /// </summary>
    internal static (IReadOnlyList<IPAddress> Addresses, string? Line) Find(string text, string name, bool musl)
    {
        var compare = musl ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        var found = new List<IPAddress>();
        string? first = null;
        foreach (var raw in text.Split('\n').Take(MostLines))
        {
            var words = raw.Split('#')[0].Split([' ', '\t', '\r', '\f', '\v'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 2 || found.Count >= MostAddresses || !words.Skip(1).Any(w => w.Equals(name, compare)) || Literal(words[0]) is not { } address)
                continue;
            first ??= raw.Trim();
            if (!found.Contains(address))
                found.Add(address);
        }
        return (found, first);
    }

    /// <summary>An address as inet_aton and inet_pton take it: 127.1 and 0x7f000001 are addresses too.</summary>
    internal static IPAddress? Literal(string text) =>
        text.Length > 0 && (char.IsAsciiDigit(text[0]) || text.Contains(':', StringComparison.Ordinal)) && text[0] != '[' && IPAddress.TryParse(text, out var address) ? address : null;
}
