using System.Text.Json;
using Fairlead.LabTests.Lab;

namespace Fairlead.LabTests.Agent;

/// <summary>Somebody without rights beyond the engine's socket: what /proc shows to anybody is read, and what it does not show is named.</summary>
public sealed class ProcVantageTests
{
    [Fact]
    public async Task Sockets_are_read_nothing_is_dialled_and_the_rest_is_named_as_not_read()
    {
        Assert.SkipWhen(Engines.Available.Count == 0, "no engine folder: run lab/engines");
        await using var lease = await Fleet.TakeAsync(Engines.Available[0]);
        var expected = await lease.Host.BuildAsync("nothing-listens/in-the-container");
        var answer = await FairleadBinary.AskAsync(lease.Host, asUser: true, "why", expected.Source, expected.Target);
        Assert.True(answer.Json.ValueKind == JsonValueKind.Object, $"exit {answer.Exit}: {answer.Stderr} {answer.Stdout}");
        Assert.Equal(("api+proc", "uid 65534"), (answer.In("vantage", "kind"), answer.In("vantage", "as")));
        Assert.Equal(JsonValueKind.Null, answer.Json.GetProperty("observed").ValueKind);
        Assert.Equal("unchecked", answer.Agreement);
        var missing = answer.List("notRead").Select(n => (What: n.GetProperty("what").GetString()!, Of: n.GetProperty("of").GetString()!, Why: n.GetProperty("why").GetString()!)).ToList();
        foreach (var what in new[] { "rules", "routes" })
            Assert.Contains(missing, m => m.What == what && m.Why == "not-permitted");
        Assert.DoesNotContain(missing, m => m.What == "sockets" && m.Of == expected.Source);
        // nothing that was not seen is said to be proven
        Assert.NotEqual("proven", answer.Confidence);
    }
}
