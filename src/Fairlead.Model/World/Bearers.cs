using System.Collections.Immutable;

namespace Fairlead.Model.World;

/// <summary>Who bears a name on this host, whether or not a source can resolve it there.</summary>
public static class Bearers
{
    /// <summary>
    /// Containers whose name, service, alias, hostname or short id it is; running ones first. A service that is written in another case counts only
    /// where nobody else is called so.
    /// </summary>
    public static ImmutableArray<Container> Anywhere(HostWorld world, string name)
    {
        var wanted = name.TrimEnd('.');
        if (wanted.Length == 0)
        {
            return [];
        }

        world.Roster.Ask(Lookup.Named(wanted));
        var called = world.Listed.Where(c => c.Service == wanted || NotOfCompose(c).Any(n => n.Equals(wanted, StringComparison.OrdinalIgnoreCase)));
        if (!called.Any() && !MeansHost(wanted))
        {
            called = world.Containers.Where(c => wanted.Equals(c.Service, StringComparison.OrdinalIgnoreCase));
        }

        return called.OrderBy(c => !c.Running).ThenBy(c => c.Name, StringComparer.Ordinal).ToImmutableArray();
    }

    private static bool MeansHost(string name) =>
        name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".internal", StringComparison.OrdinalIgnoreCase);

    /// <summary>Containers with a name at most two edits away, nearest first.</summary>
    public static IEnumerable<(Container Container, string Name)> Near(HostWorld world, string name)
    {
        var wanted = Plain(name.TrimEnd('.'));
        return world.Containers.SelectMany(c => Names(c).Select(n => (Container: c, Name: n, Distance: Distance(Plain(n), wanted))))
            .Where(x => x.Distance <= (wanted.Length > 4 ? 2 : 1)).OrderBy(x => x.Distance).ThenBy(x => x.Name, StringComparer.Ordinal)
            .DistinctBy(x => x.Container.Id).Select(x => (x.Container, x.Name));
    }

    /// <summary>All names of a container that some embedded DNS may answer.</summary>
    public static IEnumerable<string> Names(Container c) =>
        (c.Service is { Length: > 0 } service ? NotOfCompose(c).Append(service) : NotOfCompose(c)).Distinct(StringComparer.OrdinalIgnoreCase);

    private static List<string> NotOfCompose(Container c)
    {
        var names = new List<string> { c.Name };

        foreach (var endpoint in c.Endpoints)
        {
            names.AddRange(endpoint.DnsNames);
            names.AddRange(endpoint.Aliases);
        }

        if (c.HostName is { Length: > 0 } host)
        {
            names.Add(host);
        }

        if (c.Id.Length >= 12)
        {
            names.Add(c.Id[..12]);
        }

        return names;
    }

    private static string Plain(string name) => name.Replace('_', '-').ToLowerInvariant();

    private static int Distance(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > 2 || a.Length > 64 || b.Length > 64)
        {
            return int.MaxValue;
        }

        // Optimal string alignment: a swap of neighbours is one edit, as people make it.
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            d[i, 0] = i;
        }

        for (var j = 0; j <= b.Length; j++)
        {
            d[0, j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var same = a[i - 1] == b[j - 1] ? 0 : 1;
                d[i, j] = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + same);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }

        return d[a.Length, b.Length];
    }
}
