using System.Globalization;
using System.Net;
using Fairlead.Facts;
using Fairlead.Model.Walk;
using Fairlead.Model.World;

namespace Fairlead.LabTests.Walk;

/// <summary>One flow of lab/table/rows on one engine and proxy mode.</summary>
/// <param name="Outcome">In the contract's words.</param>
/// <param name="SeenAs">Address at which the target sees whoever dials; null where nothing is said.</param>
public sealed record TableRow(string Flow, string Source, string Protocol, IPAddress Address, int Port, string Outcome, string? SeenAs)
{
    private static readonly string[] Generations = ["20", "26", "28", "29", "29n"];

    public static IReadOnlyList<TableRow> Of(string file, string generation, bool proxy) =>
        [.. File.ReadLines(file).Where(l => l.Length > 0 && l[0] != '#').Select(l => Parse(l, generation, proxy)).Where(r => r is not null).Select(r => r!)];

    /// <summary>What lab/table/changes says of a change: flows of their own, and flows that end otherwise.</summary>
    public static IReadOnlyList<TableRow> OfChange(string file, string generation, string change) =>
        [.. File.ReadLines(file).Where(l => l.StartsWith(change + " |", StringComparison.Ordinal)).Select(l => Parse(l[(l.IndexOf('|', StringComparison.Ordinal) + 1)..], generation, true))
            .Where(r => r is not null).Select(r => r!)];

    /// <summary>The model's answer in the table's terms; <paramref name="sure"/> is false where it says itself that it does not know.</summary>
    /// <param name="outside">What came of it, where it leaves the host.</param>
    public (string Outcome, string? SeenAs) Walk(HostWorld world, string outside, out bool sure)
    {
        var dialler = Source == "host" ? null : world.Containers.Single(c => c.Name == Source);
        var path = Walker.Walk(world, new WalkQuestion(dialler is null ? world.Host : world.SandboxOf(dialler), dialler, Address, Port, Protocol));
        sure = path.Certain;
        // Beyond its own host the model knows nobody; that it got there is not known where the silence may be the host's doing.
        var outcome = path.Outcome == Facts.Outcome.LeavesHost && outside is not (Facts.Outcome.NetUnreachable or Facts.Outcome.Denied) ? outside : path.Outcome;
        return (Protocol == "udp" && outcome == Facts.Outcome.Silent ? Facts.Outcome.Timeout : outcome, path.Stop.Flow?.Source.ToString());
    }

    private static TableRow? Parse(string line, string generation, bool proxy)
    {
        var cells = line.Split('|', StringSplitOptions.TrimEntries);
        var target = cells[2].Split(' ');
        var value = Value(proxy || cells.Length < 5 || cells[4] == "=" ? cells[3] : cells[4], generation);
        var seen = cells.Length < 6 || cells[5].Length == 0 ? null : cells[5].Split(" / ") is [var on, var off] ? proxy ? on : off : cells[5];
        return value is null or "-" ? null : new TableRow(cells[0], cells[1], target[0], IPAddress.Parse(target[1]), int.Parse(target[2], CultureInfo.InvariantCulture), Word(value),
            value == "ok" && seen is not null ? Value(seen, generation) : null);
    }

    /// <summary>"20-28:T 29-29n:ok" for one generation; null where it says nothing of it.</summary>
    internal static string? Value(string text, string generation)
    {
        foreach (var part in text.Split(' '))
        {
            var colon = part.IndexOf(':', StringComparison.Ordinal);
            var range = colon < 0 ? [] : part[..colon].Split('-');
            if (colon < 0 || !range.All(Generations.Contains))
                return part;
            var (at, from, to) = (Array.IndexOf(Generations, generation), Array.IndexOf(Generations, range[0]), Array.IndexOf(Generations, range[^1]));
            if (at >= from && at <= to)
                return part[(colon + 1)..];
        }
        return null;
    }

    private static string Word(string value) => value switch
    {
        "ok" => Facts.Outcome.Ok,
        "R" => Facts.Outcome.Refused,
        "T" => Facts.Outcome.Timeout,
        "HU" => Facts.Outcome.HostUnreachable,
        "NU" => Facts.Outcome.NetUnreachable,
        "AN" => Facts.Outcome.AddressUnavailable,
        "SIL" => Facts.Outcome.Silent,
        "CC" => Facts.Outcome.Cut,
        "denied" => Facts.Outcome.Denied,
        _ => throw new FormatException($"no outcome: {value}"),
    };
}
