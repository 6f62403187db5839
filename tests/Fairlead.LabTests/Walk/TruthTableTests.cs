using System.Globalization;
using System.Text;
using Fairlead.Engine.Asking;
using Fairlead.Engine.Vantages;
using Fairlead.LabTests.Lab;

namespace Fairlead.LabTests.Walk;

/// <summary>
/// lab/table: what Docker does, in three columns that must be equal: the table as once measured, a real dial now, and the model over one
/// reading of the host. One engine drawn from a seed, with the userland proxy on; with FAIRLEAD_ALL=1 every engine, with and without it.
/// </summary>
public sealed class TruthTableTests(ITestOutputHelper output)
{
    public static TheoryData<string, bool> Hosts()
    {
        if (ScenarioTests.Everything)
            return [.. Engines.All.SelectMany(g => new[] { (g, true), (g, false) })];
        var seed = Environment.GetEnvironmentVariable("FAIRLEAD_SEED") is { Length: > 0 } given
            ? int.Parse(given, CultureInfo.InvariantCulture) : Environment.TickCount & 0xffff;
        return [(Engines.Available.Count > 0 ? Engines.Available[seed % Engines.Available.Count] : "28", true)];
    }

    [Theory, MemberData(nameof(Hosts))]
    public async Task Table_dial_and_model_are_equal(string generation, bool proxy)
    {
        Engines.Need(generation);
        using var place = await Fleet.PlaceAsync();
        await using var host = await LabHost.StartAsync(generation, proxy ? [] : ["--userland-proxy=false"]);
        _ = (await Shell.RunAsync(Paths.Script("table/up"), host.Name, generation)).Text;
        var rows = TableRow.Of(Paths.Script("table/rows"), generation, proxy);

        // Read before anything is dialled: a dial leaves traces in queues and neighbour tables.
        var options = new WhyOptions { Host = host.DockerHost, Vantage = VantageWish.Root, Version = "test" };
        var world = WhyQuestion.WorldOf(await SnapshotTaking.TakeAsync(options, TestContext.Current.CancellationToken));
        var dialled = new Dictionary<TableRow, (string Outcome, string SeenAs)>();
        foreach (var answers in await Task.WhenAll(rows.GroupBy(r => r.Source).Select(g => DialAsync(host, g.Key, [.. g]))))
            foreach (var (row, answer) in answers)
                dialled[row] = answer;

        var named = new List<(NameRow, string)>();
        foreach (var answers in await Task.WhenAll(NameRow.Of(Paths.Script("table/names"), generation).GroupBy(r => r.Source).Select(g => ResolveAsync(host, g.Key, [.. g]))))
            named.AddRange(answers);

        var wrong = new StringBuilder();
        var unsure = new List<TableRow>();
        foreach (var row in rows)
        {
            var (outcome, seenAs) = dialled[row];
            if (outcome != row.Outcome || (row.SeenAs is { } expected && seenAs != expected))
                wrong.AppendLine($"  table and dial: {Show(row)}: table {row.Outcome} {row.SeenAs}, dial {outcome} {seenAs}");
            if (row.Source == "lan")
                continue;
            var model = row.Walk(world, out var sure);
            if (!sure)
                unsure.Add(row);
            if (model.Outcome != outcome || (outcome == Facts.Outcome.Ok && row.SeenAs is not null && model.SeenAs != seenAs))
                wrong.AppendLine($"  model and dial: {Show(row)}: model {model.Outcome} {model.SeenAs}{(sure ? "" : " (not certain)")}, dial {outcome} {seenAs}");
        }
        foreach (var (row, answer) in named)
        {
            var model = row.Resolve(world, out var sure);
            if (answer != row.Answer || model != answer)
                wrong.AppendLine($"  {row.Flow} ({row.Source}: {row.Name}): table {row.Answer}, asked {answer}, model {model}{(sure ? "" : " (not certain)")}");
        }
        var about = $"{rows.Count} flows and {named.Count} names on {generation}, proxy {(proxy ? "on" : "off")}; the model was not certain of {unsure.Count}: {string.Join("; ", unsure.Select(Show))}";
        output.WriteLine(about);
        Assert.True(wrong.Length == 0, $"{about}\n{wrong}");
        // From which address a UDP server on all addresses answers is its own doing (IP_PKTINFO).
        Assert.All(unsure, r => Assert.True(r.Protocol == "udp" && r.Port == 9053, Show(r)));
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
