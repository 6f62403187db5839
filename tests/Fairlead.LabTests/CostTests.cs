using Fairlead.LabTests.Lab;

namespace Fairlead.LabTests;

/// <summary>What a question asks of the engine, counted by a relay in front of it.</summary>
public sealed class CostTests
{
    /// <summary>Inspects, parts of the list, and whether the whole list is needed: only to find who listens on a port that nobody publishes.</summary>
    public static TheoryData<string, int, int, bool> Scenarios => new()
    {
        { "loopback-to-sibling/published", 2, 6, false },
        { "nothing-listens/in-the-container", 2, 6, false },
        { "networks-disjoint/by-address", 2, 6, false },
        { "networks-disjoint/by-name", 2, 6, false },
        { "published-port-used-inside/same-network", 2, 6, false },
        { "server-bound-to-loopback/same-network", 2, 6, false },
        { "host-firewall-drops/host-service", 1, 4, false },
        { "loopback-to-host/any-address", 1, 4, false },
        { "loopback-is-self/nobody-has-the-port", 1, 4, true },
        { "loopback-to-sibling/unpublished", 2, 6, true },
    };

    /// <summary>
    /// As root: the networks, the inspects of those whom the question is about, and as much of the list of containers as it asks for, however many there
    /// are. The whole list costs an engine with 500 containers more than all the rest of the question.
    /// </summary>
    [Theory, MemberData(nameof(Scenarios))]
    public async Task A_question_asks_for_whom_it_is_about(string scenario, int inspects, int parts, bool whole)
    {
        await using var lease = await Fleet.TakeAsync("28");
        var host = lease.Host;
        var expected = await host.BuildAsync(scenario);
        var few = await RequestsAsync(host, expected);
        for (var i = 0; i < 8; i++)
            await host.DockerAsync("run", "-d", "--name", $"more{i}", "bb", "sleep", "1d");
        var many = await RequestsAsync(host, expected);
        var told = $"{few.Count} requests, with eight containers more {many.Count}:\n{string.Join('\n', many)}";
        Assert.True(few.Count == many.Count, told);
        Assert.True(many.Count(r => r.EndsWith("/containers/json?all=1", StringComparison.Ordinal)) == (whole ? 1 : 0), told);
        Assert.Single(many, r => r.EndsWith("/networks", StringComparison.Ordinal));
        Assert.True(many.Count(r => r.Contains("/containers/json?all=1&filters=", StringComparison.Ordinal)) <= parts, told);
        Assert.True(many.Count(r => r.EndsWith("/json", StringComparison.Ordinal)) <= inspects, told);
        Assert.True(many.Count <= 1 + inspects + parts + (whole ? 1 : 0), told);
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
