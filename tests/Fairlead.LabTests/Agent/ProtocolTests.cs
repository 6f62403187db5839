using System.Collections.Immutable;
using System.Net;
using Fairlead.Agent;
using Fairlead.Agent.Dial;
using Fairlead.Engine.Asking;
using Fairlead.Engine.Vantages;
using Fairlead.Facts;
using Fairlead.Model.Diagnosis;

namespace Fairlead.LabTests.Agent;

/// <summary>What real servers say when they are asked, in their protocol and in a wrong one.</summary>
public sealed class ProtocolTests(ServerPlace place) : IClassFixture<ServerPlace>
{
    private const string S4 = OwnNetns.Server4, S6 = OwnNetns.Server6;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Address, port, what is spoken, path, kind, status, spoken.</summary>
    public static TheoryData<string, int, string, string, string, int?, string> Talks => new()
    {
        { S4, 80, "http", "/", "http", 200, "spoken" }, { S6, 80, "http", "/", "http", 200, "spoken" },
        { S4, 80, "http", "/none", "http", 404, "spoken" },
        { S4, 80, "http", "/bad", "http", 502, "spoken" },
        { S4, 80, "http", "/moved", "http", 301, "spoken" },
        { S4, 80, "ws", "/", "http", 200, "spoken" },
        { S4, 9000, "ws", "/", "websocket", 101, "spoken" }, { S6, 9000, "ws", "/", "websocket", 101, "spoken" },
        { S4, 9000, "http", "/", "http", 426, "spoken" },
        { S4, 443, "https", "/", "tls", null, "spoken" }, { S6, 443, "tls", "/", "tls", null, "spoken" },
        { S4, 8444, "wss", "/", "tls", null, "spoken" },
        { S4, 443, "ws", "/", "http", 400, "mismatch" },
        { S4, 80, "https", "/", "http", 400, "mismatch" },
        { S4, 9000, "tls", "/", "http", 400, "mismatch" },
        { S4, 6379, "redis", "/", "redis", null, "spoken" }, { S6, 6379, "redis", "/", "redis", null, "spoken" },
        { S4, 6380, "redis", "/", "redis", null, "refused-by-server" },
        { S4, 6381, "redis", "/", "redis", null, "refused-by-server" },
        { S4, 80, "redis", "/", "http", 400, "mismatch" },
        { S4, 3306, "mysql", "/", "mysql", null, "spoken" },
        { S6, 3306, "mysql", "/", "mysql", 1130, "refused-by-server" },
        { S4, 3306, "http", "/", "mysql", null, "mismatch" }, { S4, 3306, "redis", "/", "mysql", null, "mismatch" }, { S4, 3306, "tls", "/", "mysql", null, "mismatch" },
        { S4, 53, "dns", "/", "dns", null, "spoken" },
    };

    [Theory, MemberData(nameof(Talks))]
    public async Task Each_server_is_known_by_what_it_says(string address, int port, string speak, string path, string kind, int? status, string spoken)
    {
        var fact = await AskAsync(address, port, speak, path);
        Assert.Equal((Outcome.Ok, kind, spoken), (fact.Outcome, fact.Answer?.Kind, fact.Answer?.Spoken));
        if (kind != "dns")
            Assert.Equal(status, fact.Answer!.Status);
        Assert.InRange(fact.Answer!.Text.Length, 1, 64);
        Assert.Equal(path == "/moved" ? "http://elsewhere.test/" : null, fact.Answer.Redirect);
    }

    [Fact]
    public async Task PostgreSQL_is_known_whether_it_lets_in_or_not()
    {
        Assert.SkipWhen(place.NoPostgres is not null, place.NoPostgres ?? "");
        var inside = await AskAsync(S4, 5432, "postgres", "/");
        Assert.Equal(("postgres", "spoken"), (inside.Answer?.Kind, inside.Answer?.Spoken));
        var outside = await AskAsync(S6, 5432, "postgres", "/");
        Assert.Equal(("postgres", "refused-by-server"), (outside.Answer?.Kind, outside.Answer?.Spoken));
        Assert.StartsWith("28000", outside.Answer!.Text, StringComparison.Ordinal);
        Assert.Equal("mismatch", (await AskAsync(S4, 3306, "postgres", "/")).Answer?.Spoken);
    }

    [Fact]
    public async Task Redis_hangs_up_on_HTTP_and_waits_for_the_rest_of_what_has_no_line()
    {
        Assert.Equal(Outcome.Cut, (await AskAsync(S4, 6379, "http", "/")).Outcome);
        Assert.Equal(Outcome.Silent, (await AskAsync(S4, 6379, "postgres", "/")).Outcome);
    }

    [Fact]
    public async Task A_name_server_answers_over_UDP()
    {
        var fact = await AskAsync(S4, 53, "dns", "/", "udp");
        Assert.Equal((Outcome.Ok, "dns", "spoken"), (fact.Outcome, fact.Answer?.Kind, fact.Answer?.Spoken));
    }

    [Fact]
    public async Task Who_greets_is_heard_without_being_asked()
    {
        await using var agent = new LocalAgent();
        var fact = await agent.DialAsync(place.Own.ClientRef, new DialRequest { Address = IPAddress.Parse(S4), Port = 3306, Level = DialLevel.Greet }, CancellationToken.None, Cancel);
        Assert.Equal((Outcome.Ok, "mysql"), (fact.Outcome, fact.Answer?.Kind));
        var shy = await agent.DialAsync(place.Own.ClientRef, new DialRequest { Address = IPAddress.Parse(S4), Port = 6379, Level = DialLevel.Greet }, CancellationToken.None, Cancel);
        Assert.Equal((Outcome.Ok, "none", "not-asked"), (shy.Outcome, shy.Answer?.Kind, shy.Answer?.Spoken));
    }

    /// <summary>nginx says 400 to a plain HEAD on its TLS port and no word why; only a ClientHello tells.</summary>
    [Fact]
    public async Task Plain_HTTP_on_a_TLS_port_is_a_mismatch()
    {
        await using var agent = new LocalAgent();
        var probing = new Probing(new Seat(agent, place.Own.ClientRef, "setns", true, true), new WhyOptions { Version = "test" });
        foreach (var (port, spoken, attempts) in new[] { (443, "mismatch", 2), (80, "spoken", 1) })
        {
            var (asked, error) = (Asked.Parse($"http://{S4}:{port}/", out var wrong), wrong);
            Assert.True(asked is not null, error);
            var seen = await probing.DialAsync(asked!, [IPAddress.Parse(S4)], null, CancellationToken.None, Cancel);
            Assert.Equal((Outcome.Ok, "http", spoken), (seen.Outcome, seen.Main?.Answer?.Kind, seen.Main?.Answer?.Spoken));
            // each connection stands among the attempts
            Assert.Equal(attempts, seen.Dials.Length);
        }
    }

    private async Task<DialFact> AskAsync(string address, int port, string speak, string path, string protocol = "tcp")
    {
        await using var agent = new LocalAgent();
        return await agent.DialAsync(place.Own.ClientRef, new DialRequest
        {
            Address = IPAddress.Parse(address),
            Port = port,
            Protocol = protocol,
            Level = DialLevel.Ask,
            Speak = speak,
            Path = path,
            HostHeader = "server.test",
            Version = "test",
        }, CancellationToken.None, Cancel);
    }
}
