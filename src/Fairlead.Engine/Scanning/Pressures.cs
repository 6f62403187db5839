using System.Collections.Immutable;
using System.Globalization;
using Fairlead.Model.Answer;

namespace Fairlead.Engine.Scanning;

/// <summary>What of the host is so full that dials may fail for it. Said beside the problems; never the cause of one. Pure.</summary>
public static class Pressures
{
    // Twice as many waiting as there are processors; four fifths of a table.
    private const int Waiting = 2, Full = 80;

    /// <param name="host">As CounterReader.OfHost gives it.</param>
    /// <param name="asked">Questions to the embedded DNS whose series had both answers and none.</param>
    /// <param name="lost">How many of them had none.</param>
    public static ImmutableArray<Pressure> Of(IReadOnlyDictionary<string, long> host, int asked, int lost)
    {
        var found = ImmutableArray.CreateBuilder<Pressure>();
        if (host.TryGetValue("load", out var load) && host.TryGetValue("cpus", out var cpus) && load >= cpus * 100 * Waiting)
            found.Add(new Pressure("load", load / 100.0, cpus));
        foreach (var table in (string[])["conntrack", "neighbours"])
        {
            if (host.TryGetValue(table, out var used) && host.TryGetValue(table + ".max", out var most) && most > 0 && used * 100 >= most * Full)
                found.Add(new Pressure(table, used, most));
        }
        if (lost > 0)
            found.Add(new Pressure("embedded-dns", lost, asked));
        return found.ToImmutable();
    }

    /// <summary>Counters of a namespace that moved between two readings, as evidence beside what is failing there anyway.</summary>
    public static ImmutableArray<Sighting> Moved(IReadOnlyDictionary<string, long> before, IReadOnlyDictionary<string, long> after) =>
        [.. after.Where(a => before.TryGetValue(a.Key, out var then) && a.Value > then).OrderBy(a => a.Key, StringComparer.Ordinal)
            .Select(a => new Sighting { Kind = "socket", Text = string.Create(CultureInfo.InvariantCulture, $"TcpExt{a.Key} +{a.Value - before[a.Key]}") })];
}
