using System.Collections.Immutable;
using System.Net;

namespace Fairlead.Model.Names;

/// <summary>/etc/hosts as libc reads it: addresses for a name, in the order of the lines.</summary>
public static class HostsFile
{
    /// <summary>Addresses of a name, and the first line that gave one; empty when the file does not know it.</summary>
    public static (ImmutableArray<IPAddress> Addresses, string? Line) Find(string text, string name)
    {
        var wanted = name.TrimEnd('.');
        var found = ImmutableArray.CreateBuilder<IPAddress>();
        string? first = null;
        foreach (var raw in text.Split('\n').Take(20_000))
        {
            var line = raw.Split('#')[0];
            var words = line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length >= 2 && words.Skip(1).Any(w => w.TrimEnd('.').Equals(wanted, StringComparison.OrdinalIgnoreCase)) && IPAddress.TryParse(words[0], out var address))
            {
                first ??= raw.Trim();
                found.Add(address);
            }
        }

        return ([.. found.Distinct()], first);
    }
}
