using System.Globalization;
using System.Text;
using Fairlead.Engine.Asking;
using Fairlead.Engine.Vantages;
using Fairlead.LabTests.Lab;
using Fairlead.Model.World;

namespace Fairlead.LabTests.Walk;

/// <summary>
/// lab/table: what Docker does, in three columns that must be equal: the table as once measured, a real dial now, and the model over one
/// reading of the host. One engine drawn from a seed, with the userland proxy on; with FAIRLEAD_ALL=1 every engine, with and without it.
/// </summary>
public sealed class TruthTableTests(ITestOutputHelper output)
{
    private static readonly int Seed = Environment.GetEnvironmentVariable("FAIRLEAD_SEED") is { Length: > 0 } given
        ? int.Parse(given, CultureInfo.InvariantCulture) : Environment.TickCount & 0xffff;

    /// <summary>The engine of this run, where not all are asked.</summary>
    private static string Drawn => Engines.Available.Count > 0 ? Engines.Available[Seed % Engines.Available.Count] : "28";

    public static TheoryData<string, bool> Hosts() =>
        ScenarioTests.Everything ? [.. Engines.All.SelectMany(g => new[] { (g, true), (g, false) })] : [(Drawn, true)];

    public static TheoryData<string, bool> Changed() =>
        ScenarioTests.Everything ? [.. Engines.All.Select(g => (g, true)), ("20", false), ("28", false), ("29", false)] : [(Drawn, Seed / 5 % 2 == 0)];

    [Theory, MemberData(nameof(Hosts))]
    public async Task Table_dial_and_model_are_equal(string generation, bool proxy)
    {
        Engines.Need(generation);
        using var place = await Fleet.PlaceAsync();
        await using var host = await BuildAsync(generation, proxy);
        var rows = TableRow.Of(Paths.Script("table/rows"), generation, proxy);
        // Read before anything is dialled: a dial leaves traces in queues and neighbour tables.
        var world = await ReadAsync(host);
        var (wrong, unsure) = await CompareAsync(host, world, [.. rows.Select(r => (r, true))]);
        var named = (await Task.WhenAll(NameRow.Of(Paths.Script("table/names"), generation).GroupBy(r => r.Source).Select(g => ResolveAsync(host, g.Key, [.. g])))).SelectMany(x => x).ToList();
        foreach (var (row, answer) in named)
        {
            var model = row.Resolve(world, out var sure);
            if (answer != row.Answer || model != answer)
                wrong.AppendLine($"  {row.Flow} ({row.Source}: {row.Name}): table {row.Answer}, asked {answer}, model {model}{(sure ? "" : " (not certain)")}");
        }
        var about = $"seed {Seed}: {rows.Count} flows and {named.Count} names on {generation}, proxy {(proxy ? "on" : "off")}; the model was not certain of {unsure.Count}: {string.Join("; ", unsure.Select(Show))}";
        output.WriteLine(about);
        Assert.True(wrong.Length == 0, $"{about}\n{wrong}");
        // From which address a UDP server on all addresses answers is its own doing (IP_PKTINFO).
        Assert.All(unsure, r => Assert.True(r.Protocol == "udp" && r.Port == 9053, Show(r)));
    }

    /// <summary>lab/table/change: the same flows after a firewall or a sysctl was put in the way; three changes drawn from the seed, or all.</summary>
    [Theory, MemberData(nameof(Changed))]
    public async Task Under_firewalls_and_sysctls_too(string generation, bool proxy)
    {
        Engines.Need(generation);
        using var place = await Fleet.PlaceAsync();
        await using var host = await BuildAsync(generation, proxy);
        var flowsOfBase = TableRow.Of(Paths.Script("table/rows"), generation, proxy);
        var all = (await Shell.RunAsync(Paths.Script("table/change"), "list")).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        // Without nat rules and proxy, dockerd's own sockets hold the ports: on 28 the first dial is silent and those after it time out (backlog 0).
        all = [.. all.Where(c => proxy || c != "nat-flushed")];
        var drawn = new Random(Seed);
        var wrong = new StringBuilder();
        var flows = 0;
        foreach (var change in ScenarioTests.Everything ? all : [.. all.OrderBy(_ => drawn.Next()).Take(3)])
        {
            _ = (await Shell.RunAsync(Paths.Script("table/change"), host.Name, generation, change)).Text;
            var stated = TableRow.OfChange(Paths.Script("table/changes"), generation, change);
            var rest = flowsOfBase.Where(r => !stated.Any(s => (s.Source, s.Protocol, s.Address, s.Port) == (r.Source, r.Protocol, r.Address, r.Port)));
            var (differences, unsure) = await CompareAsync(host, await ReadAsync(host), [.. stated.Select(r => (r, proxy)), .. rest.Select(r => (r, false))]);
            flows += stated.Count + rest.Count();
            output.WriteLine($"seed {Seed}: {change} on {generation}, proxy {(proxy ? "on" : "off")}: not certain of {unsure.Count}: {string.Join("; ", unsure.Select(Show))}");
            if (differences.Length > 0)
                wrong.AppendLine($"{change} on {generation}, proxy {(proxy ? "on" : "off")}, not certain of {unsure.Count}:").Append(differences);
            _ = (await Shell.RunAsync(Paths.Script("table/change"), host.Name, generation, "back")).Text;
        }
        output.WriteLine($"{flows} flows");
        Assert.True(wrong.Length == 0, $"seed {Seed}\n{wrong}");
    }

    private static async Task<LabHost> BuildAsync(string generation, bool proxy)
    {
        var host = await LabHost.StartAsync(generation, proxy ? [] : ["--userland-proxy=false"]);
        var built = await Shell.RunAsync(Paths.Script("table/up"), host.Name, generation);
        if (built.Exit == 0)
            return host;
        await host.DisposeAsync();
        throw new InvalidOperationException(built.Stderr);
    }

    private static async Task<HostWorld> ReadAsync(LabHost host) => WhyQuestion.WorldOf(
        await SnapshotTaking.TakeAsync(new WhyOptions { Host = host.DockerHost, Vantage = VantageWish.Root, Version = "test" }, TestContext.Current.CancellationToken));

    /// <summary>Every difference between table (where <c>Stated</c>), dial and model; and what the model was not certain of.</summary>
    private static async Task<(StringBuilder Wrong, List<TableRow> Unsure)> CompareAsync(LabHost host, HostWorld world, IReadOnlyList<(TableRow Row, bool Stated)> rows)
    {
        var dialled = new Dictionary<TableRow, (string Outcome, string SeenAs)>();
        foreach (var answers in await Task.WhenAll(rows.Select(r => r.Row).GroupBy(r => r.Source).Select(g => DialAsync(host, g.Key, [.. g]))))
            foreach (var (row, answer) in answers)
                dialled[row] = answer;

        var (wrong, unsure) = (new StringBuilder(), new List<TableRow>());
        foreach (var (row, stated) in rows)
        {
            var (outcome, seenAs) = dialled[row];
            if (stated && (outcome != row.Outcome || (row.SeenAs is { } expected && seenAs != expected)))
                wrong.AppendLine($"  table and dial: {Show(row)}: table {row.Outcome} {row.SeenAs}, dial {outcome} {seenAs}");
            if (row.Source == "lan")
                continue;
            var model = row.Walk(world, outcome, out var sure);
            if (!sure)
                unsure.Add(row);
            var equal = model.Outcome == outcome || (row.Protocol == "tcp" && model.Outcome == Facts.Outcome.Unknown && !sure);
            if (!equal || (outcome == Facts.Outcome.Ok && row.SeenAs is not null && model.SeenAs != seenAs))
                wrong.AppendLine($"  model and dial: {Show(row)}: model {model.Outcome} {model.SeenAs}{(sure ? "" : " (not certain)")}, dial {outcome} {seenAs}");
        }
        return (wrong, unsure);
    }

    private static async Task<IEnumerable<(TableRow, (string, string))>> DialAsync(LabHost host, string source, TableRow[] rows)
    {
        var lines = await AskAsync(host, "dial", source, rows.Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Protocol} {r.Address} {r.Port}")));
        return rows.Zip(lines.Select(l => l.Split(' ')), (row, words) => (row, (string.Join(' ', words[..^1]), words[^1])));
    }

    private static async Task<IEnumerable<(NameRow, string)>> ResolveAsync(LabHost host, string source, NameRow[] rows) =>
        rows.Zip(await AskAsync(host, "names", source, rows.Select(r => r.Name)), (row, line) => (row, line.StartsWith("name-", StringComparison.Ordinal) ? line : NameRow.Sorted(line)));

    /// <summary>Lines in, as many lines out.</summary>
    private static async Task<string[]> AskAsync(LabHost host, string what, string source, IEnumerable<string> questions)
    {
        var (file, asked) = (Path.Combine(host.Folder, $"{what}.{source}"), questions.ToArray());
        await File.WriteAllLinesAsync(file, asked);
        var answers = (await Shell.RunAsync("bash", "-c", "exec \"$0\" \"$1\" \"$2\" \"$3\" \"$4\" <\"$5\"", Paths.Script("table/up"), host.Name, host.Generation, what, source, file))
            .Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(asked.Length, answers.Length);
        return answers;
    }

    private static string Show(TableRow row) => $"{row.Flow} ({row.Source} {row.Protocol} {row.Address} {row.Port})";
}
