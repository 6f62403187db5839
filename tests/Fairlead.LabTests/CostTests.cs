using Fairlead.LabTests.Lab;

namespace Fairlead.LabTests;

/// <summary>What a question asks of the engine, counted by a relay in front of it.</summary>
public sealed class CostTests
{
    public static TheoryData<string, int> Scenarios => new()
    {
        { "loopback-to-sibling/published", 2 },
        { "nothing-listens/in-the-container", 2 },
        { "networks-disjoint/by-address", 2 },
        { "networks-disjoint/by-name", 2 },
        { "host-firewall-drops/host-service", 1 },
        { "loopback-to-host/any-address", 1 },
        { "loopback-is-self/nobody-has-the-port", 1 },
        { "loopback-to-sibling/unpublished", 2 },
    };

    /// <summary>As root: the two lists, and the inspects of those whom the question is about, however many containers there are.</summary>
    [Theory, MemberData(nameof(Scenarios))]
    public async Task A_question_reads_the_lists_and_whom_it_is_about(string scenario, int inspects)
    {
        await using var lease = await Fleet.TakeAsync("28");
        var host = lease.Host;
        var expected = await host.BuildAsync(scenario);
        var few = await RequestsAsync(host, expected);
        for (var i = 0; i < 8; i++)
            await host.DockerAsync("run", "-d", "--name", $"more{i}", "bb", "sleep", "1d");
        var many = await RequestsAsync(host, expected);
        Assert.True(few.Count == many.Count, $"{few.Count} requests, with eight containers more {many.Count}:\n{string.Join('\n', many)}");
        Assert.Single(many, r => r.EndsWith("/containers/json?all=1", StringComparison.Ordinal));
        Assert.Single(many, r => r.EndsWith("/networks", StringComparison.Ordinal));
        Assert.True(many.Count <= 2 + inspects, $"more than two lists and {inspects} inspects:\n{string.Join('\n', many)}");
        Assert.All(many, r => Assert.StartsWith("GET ", r, StringComparison.Ordinal));
    }

    private static async Task<IReadOnlyList<string>> RequestsAsync(LabHost host, Expected expected)
    {
        await using var relay = await Relay.StartAsync(host);
        var ran = await FairleadBinary.RunWithAsync(host, false, new Dictionary<string, string> { ["DOCKER_HOST"] = relay.DockerHost },
            "why", expected.Source, expected.Target, "--vantage", "root");
        Assert.True(ran.Exit == expected.Exit, $"exit {ran.Exit}: {ran.Stderr} {ran.Stdout}");
        return relay.Requests;
    }
}
