using Fairlead.LabTests.Lab;

namespace Fairlead.LabTests;

/// <summary>A scan by somebody who is not root: what the helper finds, what is said without it, and that an end leaves nothing.</summary>
public sealed class ScanVantageTests
{
    private const string Label = "label=io.fairlead.helper";

    public static TheoryData<string> Generations => Scanned.Generations;

    [Theory, MemberData(nameof(Generations))]
    public async Task The_helper_finds_what_root_finds_and_without_it_nothing_is_claimed(string generation)
    {
        await using var lease = await Fleet.TakeAsync(generation);
        var host = lease.Host;
        await FailingAsync(host);
        string[] expected = ["asks 127.0.0.1:8123 loopback-to-sibling"];
        var root = await Scanned.AskUntilAsync(host, a => Scanned.Problems(a).SequenceEqual(expected));
        var helper = await FairleadBinary.AskAsync(host, true, "scan", "--vantage", "helper");
        Assert.Equal(expected, Scanned.Problems(root));
        Assert.Equal(expected, Scanned.Problems(helper));
        Assert.Equal(root.List("problems")[0].GetProperty("key").GetString(), helper.List("problems")[0].GetProperty("key").GetString());

        var without = await FairleadBinary.AskAsync(host, true, "scan");
        Assert.DoesNotContain(without.List("problems"), p => p.GetProperty("cause").GetProperty("confidence").GetString() == "proven");
        Assert.Equal(1, without.List("problems").Count + without.List("unchecked").Count);
    }

    [Theory, MemberData(nameof(Generations))]
    public async Task An_interrupted_scan_leaves_nothing_behind(string generation)
    {
        await using var lease = await Fleet.TakeAsync(generation);
        var host = lease.Host;
        await FailingAsync(host);
        using var running = FairleadBinary.Start(host, asUser: true, "scan", "--vantage", "helper");
        while (!running.HasExited && await host.DockerAsync("ps", "-q", "--filter", Label) == "")
        {
            // until a helper runs
        }
        _ = await Shell.RunAsync("kill", "-INT", running.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await running.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal("", await host.DockerAsync("ps", "-aq", "--filter", Label));
        Assert.Equal("", await host.DockerAsync("images", "-aq", "--filter", Label));
    }

    private static async Task FailingAsync(LabHost host)
    {
        await host.DockerAsync("run", "-d", "--name", "api", "-p", "8123:8123", "bb", "httpd", "-f", "-p", "8123", "-h", "/www");
        await host.DockerAsync("run", "-d", "--name", "asks", "bb", "sh", "-c", "while :; do wget -O /dev/null http://127.0.0.1:8123/; sleep 1; done");
    }
}
