using Fairlead.LabTests.Lab;

namespace Fairlead.LabTests;

/// <summary>
/// Programs of other people (lab/clients/table) failing for real, all at once on one host, and one `fairlead scan` that was told nothing: each
/// of them is found, with the right cause, and nobody else. One engine drawn from a printed seed; with FAIRLEAD_ALL=1 every one.
/// </summary>
public sealed class ClientsTests
{
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("FAIRLEAD_SEED"), out var given) ? given : Random.Shared.Next(1_000_000);

    public static TheoryData<string> Generations =>
        ScenarioTests.Everything ? [.. Engines.All] : [Engines.Available.Count > 0 ? Engines.Available[Seed % Engines.Available.Count] : "28"];

    [Theory, MemberData(nameof(Generations))]
    public async Task Each_failing_program_is_found_with_its_cause(string generation)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Seed}: engine {generation}");
        await using var lease = await Fleet.TakeAsync(generation);
        var host = lease.Host;
        await host.LoadAsync("clients", "node", "redis", "mariadb", "nginx");
        var started = await Shell.RunAsync(Paths.Script("clients/run"), [host.Name, generation], null, TimeSpan.FromMinutes(10));
        Assert.True(started.Exit == 0, "a client did not fail as the table says: " + started.Stderr);
        var expected = started.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal).ToArray();
        Assert.True(expected.Length >= 40, $"{expected.Length} clients in the table");

        var answer = await FairleadBinary.AskAsync(host, false, "scan");
        Assert.Equal(expected, answer.List("problems").Select(Scans.Told).Order(StringComparer.Ordinal));
        Assert.Equal(1, answer.Exit);
        Assert.All(answer.List("problems"), p => Assert.Equal("proven", p.GetProperty("cause").GetProperty("confidence").GetString()));
        Assert.All(answer.List("problems"), p => Assert.NotEmpty(p.GetProperty("seenIn").EnumerateArray()));
    }
}
