using System.Net;
using Fairlead.Agent;
using Fairlead.Agent.Dial;
using Fairlead.Facts;

namespace Fairlead.LabTests.Agent;

/// <summary>Every outcome of a dial, really produced between two namespaces, and compared with what a plain C program is told there.</summary>
public sealed class DialTests(DialPlace place) : IClassFixture<DialPlace>
{
    private const string S4 = OwnNetns.Server4, S6 = OwnNetns.Server6;

    private static readonly CancellationToken Never = new(false);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Address, port, protocol, outcome, errno.</summary>
    public static TheoryData<string, int, string, string, int> Ways => new()
    {
        { S4, 7000, "tcp", Outcome.Ok, 0 }, { S6, 7000, "tcp", Outcome.Ok, 0 },
        { S4, 7001, "tcp", Outcome.Refused, 111 }, { S6, 7001, "tcp", Outcome.Refused, 111 },
        { S4, 7002, "tcp", Outcome.Timeout, 110 }, { S6, 7002, "tcp", Outcome.Timeout, 110 },
        { S4, 7003, "tcp", Outcome.Refused, 111 }, { S6, 7003, "tcp", Outcome.Refused, 111 },
        { S4, 7004, "tcp", Outcome.Refused, 111 }, { S6, 7004, "tcp", Outcome.Refused, 111 },
        { S4, 7005, "tcp", Outcome.HostUnreachable, 113 }, { S6, 7005, "tcp", Outcome.HostUnreachable, 113 },
        { S4, 7006, "tcp", Outcome.NetUnreachable, 101 }, { S6, 7006, "tcp", Outcome.NetUnreachable, 101 },
        { S4, 7007, "tcp", Outcome.HostUnreachable, 113 }, { S6, 7007, "tcp", Outcome.Denied, 13 },
        { S4, 7008, "tcp", Outcome.HostUnreachable, 113 },
        { S4, 7009, "tcp", Outcome.NetUnreachable, 101 },
        { S4, 7010, "tcp", Outcome.HostUnreachable, 92 },
        { S4, 7011, "tcp", Outcome.Cut, 0 }, { S6, 7011, "tcp", Outcome.Cut, 0 },
        { S4, 7012, "tcp", Outcome.Cut, 104 }, { S6, 7012, "tcp", Outcome.Cut, 104 },
        { S4, 7013, "tcp", Outcome.Ok, 0 },
        { S4, 7015, "tcp", Outcome.Ok, 0 },
        { S4, 7016, "tcp", Outcome.Timeout, 110 }, { S6, 7016, "tcp", Outcome.Timeout, 110 },
        { S4, 7020, "tcp", Outcome.Timeout, 110 }, { S6, 7020, "tcp", Outcome.Timeout, 110 },
        { "192.0.2.99", 7000, "tcp", Outcome.HostUnreachable, 113 }, { "2001:db8:1::99", 7000, "tcp", Outcome.HostUnreachable, 113 },
        { "198.51.100.1", 7000, "tcp", Outcome.NetUnreachable, 101 }, { "2001:db8:2::1", 7000, "tcp", Outcome.NetUnreachable, 101 },
        { "203.0.113.1", 7000, "tcp", Outcome.Denied, 13 }, { "2001:db8:3::1", 7000, "tcp", Outcome.Denied, 13 },
        { "203.0.113.2", 7000, "tcp", Outcome.HostUnreachable, 113 }, { "2001:db8:3::2", 7000, "tcp", Outcome.HostUnreachable, 113 },
        { "203.0.113.3", 7000, "tcp", Outcome.NetUnreachable, 22 }, { "2001:db8:3::3", 7000, "tcp", Outcome.NetUnreachable, 22 },
        { S4, 8000, "udp", Outcome.Ok, 0 }, { S6, 8000, "udp", Outcome.Ok, 0 },
        { S4, 8003, "udp", Outcome.Ok, 0 },
        { S4, 8001, "udp", Outcome.Refused, 111 }, { S6, 8001, "udp", Outcome.Refused, 111 },
        { S4, 8002, "udp", Outcome.Silent, 0 }, { S6, 8002, "udp", Outcome.Silent, 0 },
        { S4, 8004, "udp", Outcome.Refused, 111 }, { S6, 8004, "udp", Outcome.Refused, 111 },
        { S4, 8005, "udp", Outcome.Silent, 0 }, { S6, 8005, "udp", Outcome.Silent, 0 },
        { S4, 8006, "udp", Outcome.Silent, 0 }, { S6, 8006, "udp", Outcome.Silent, 0 },
        { S4, 8007, "udp", Outcome.HostUnreachable, 113 }, { S6, 8007, "udp", Outcome.Denied, 13 },
        { S4, 8010, "udp", Outcome.HostUnreachable, 92 },
        { S4, 8013, "udp", Outcome.Silent, 0 },
        { S4, 8020, "udp", Outcome.Denied, 1 }, { S6, 8020, "udp", Outcome.Denied, 1 },
        { "192.0.2.98", 8000, "udp", Outcome.Silent, 0 }, { "2001:db8:1::98", 8000, "udp", Outcome.Silent, 0 },
        { "198.51.100.1", 8000, "udp", Outcome.NetUnreachable, 101 }, { "2001:db8:2::1", 8000, "udp", Outcome.NetUnreachable, 101 },
        { "203.0.113.1", 8000, "udp", Outcome.Denied, 13 },
    };

    [Theory, MemberData(nameof(Ways))]
    public async Task Every_way_of_ending_is_told_as_the_kernel_tells_a_plain_program(string address, int port, string protocol, string outcome, int errno)
    {
        // neighbours that do not answer are given up after three seconds; everything else needs no such patience
        var limit = outcome is Outcome.Timeout or Outcome.Silent ? 700 : 20_000;
        await using var agent = Agent();
        var beside = place.Own.WitnessAsync(address, port, protocol, limit);
        var fact = await agent.DialAsync(place.Own.ClientRef, Request(address, port) with { Protocol = protocol, LimitMs = limit }, Never, Cancel);
        var witness = await beside;
        // a reset may come in time for connect to tell of it, or a moment later
        Assert.Equal((outcome, port == 7011 ? fact.Errno : errno), (fact.Outcome, fact.Errno));
        Assert.Equal("setns", fact.From);
        Assert.Equal(outcome is Outcome.Ok or Outcome.Cut, fact.Connected);
        if (protocol == "tcp")
            Assert.Equal(errno is not (101 or 13 or 22 or 113) || address is S4 or S6 || address.EndsWith("99", StringComparison.Ordinal), fact.SentSyn);
        // connect's errno: what a C program is told before it reads. A reset after the handshake it learns only by reading.
        Assert.Equal(fact.Connected && protocol == "tcp" ? 0 : errno, witness.Errno);
        Assert.Equal(outcome, witness.Outcome);
    }

    /// <summary>Port, level, what is spoken, outcome, answer kind, spoken.</summary>
    public static TheoryData<int, string, string, string, string> Talks => new()
    {
        { 7000, "http", Outcome.Ok, "http", "spoken" },
        { 7011, "http", Outcome.Cut, "none", "spoken" },
        { 7012, "http", Outcome.Cut, "none", "spoken" },
        { 7013, "http", Outcome.Silent, "none", "spoken" },
        { 7013, "tls", Outcome.Silent, "none", "spoken" },
        { 7013, "redis", Outcome.Silent, "none", "spoken" },
        { 7013, "mysql", Outcome.Silent, "none", "spoken" },
        { 7013, "postgres", Outcome.Silent, "none", "spoken" },
        { 7013, "ws", Outcome.Silent, "none", "spoken" },
        { 7014, "http", Outcome.Cut, "none", "spoken" },
        { 7015, "http", Outcome.Ok, "other", "mismatch" },
    };

    [Theory, MemberData(nameof(Talks))]
    public async Task Who_was_asked_and_says_nothing_is_silent_and_who_hangs_up_cuts(int port, string speak, string outcome, string kind, string spoken)
    {
        await using var agent = Agent();
        var fact = await agent.DialAsync(place.Own.ClientRef, Request(S4, port) with { Level = DialLevel.Ask, Speak = speak, LimitMs = 1200 }, Never, Cancel);
        Assert.Equal((outcome, kind, spoken), (fact.Outcome, fact.Answer?.Kind, fact.Answer?.Spoken));
        Assert.True(fact.Connected);
    }

    [Fact]
    public async Task Nothing_is_dialled_at_no_port_and_at_a_mail_server()
    {
        await using var agent = Agent();
        foreach (var (port, outcome) in new[] { (0, Outcome.InvalidTarget), (65536, Outcome.InvalidTarget), (25, Outcome.Unknown) })
        {
            var fact = await agent.DialAsync(place.Own.ClientRef, Request(S4, port), Never, Cancel);
            Assert.Equal((outcome, false), (fact.Outcome, fact.SentSyn));
        }
    }

    [Fact]
    public async Task A_family_that_the_source_lacks_has_no_address_to_dial_from()
    {
        await using var own = await OwnNetns.MakeAsync();
        await own.InClientAsync("sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.lo.disable_ipv6=1");
        await using var agent = Agent();
        foreach (var address in new[] { S6, "::1" })
        {
            var fact = await agent.DialAsync(own.ClientRef, Request(address, 7000), Never, Cancel);
            Assert.Equal((Outcome.AddressUnavailable, 99, false), (fact.Outcome, fact.Errno, fact.SentSyn));
            Assert.Equal((Outcome.AddressUnavailable, 99), (await own.WitnessAsync(address, 7000)) is var w ? (w.Outcome, w.Errno) : default);
        }
    }

    [Fact]
    public async Task A_process_that_is_gone_is_not_dialled_from()
    {
        await using var agent = Agent();
        var fact = await agent.DialAsync(new NetnsRef(int.MaxValue - 1, null, "gone"), Request(S4, 7000), Never, Cancel);
        Assert.Equal((Outcome.Unknown, 3, false), (fact.Outcome, fact.Errno, fact.SentSyn));
        var other = await agent.DialAsync(place.Own.ClientRef with { ContainerId = new string('a', 64) }, Request(S4, 7000), Never, Cancel);
        Assert.Equal((Outcome.Unknown, false), (other.Outcome, other.SentSyn));
    }

    [Fact]
    public async Task A_silent_drop_ends_when_it_is_settled_and_not_before()
    {
        await using var agent = Agent();
        using var settle = new CancellationTokenSource();
        var before = await DroppedAsync();
        var dial = agent.DialAsync(place.Own.ClientRef, Request(S4, 7002) with { LimitMs = 60_000 }, settle.Token, Cancel);
        // the SYN and its first retransmission
        while (await DroppedAsync() < before + 2 && !dial.IsCompleted)
            await Task.Yield();
        var neighbours = await agent.ReadAsync(place.Own.ClientRef, ReadWhat.Neighbours, Cancel);
        Assert.Contains(neighbours.Neighbours.Value, n => n.Address.ToString() == S4 && n.Mac is not null && n.State is not ("failed" or "incomplete"));
        Assert.False(dial.IsCompleted);
        await settle.CancelAsync();
        var fact = await dial;
        Assert.Equal((Outcome.Timeout, 110, true), (fact.Outcome, fact.Errno, fact.DecidedEarly));
        Assert.True(fact.ElapsedMs >= 1000);
    }

    [Fact]
    public async Task A_neighbour_that_does_not_answer_is_seen_while_it_is_waited_for()
    {
        await using var agent = Agent();
        var dial = agent.DialAsync(place.Own.ClientRef, Request("192.0.2.97", 7000) with { LimitMs = 20_000 }, Never, Cancel);
        var neighbours = await agent.ReadAsync(place.Own.ClientRef, ReadWhat.Neighbours, Cancel);
        Assert.Contains(neighbours.Neighbours.Value, n => n.Address.ToString() == "192.0.2.97" && n.State is "failed" or "incomplete");
        Assert.Equal((Outcome.HostUnreachable, false), await dial is var fact ? (fact.Outcome, fact.DecidedEarly) : default);
    }

    [Fact]
    public async Task No_more_than_the_limit_is_dialled()
    {
        await using var agent = new LocalAgent(limits: new DialLimits { PerTarget = 2 });
        List<string> outcomes = [];
        for (var i = 0; i < 3; i++)
            outcomes.Add((await agent.DialAsync(place.Own.ClientRef, Request(S4, 7001), Never, Cancel)).Outcome);
        Assert.Equal([Outcome.Refused, Outcome.Refused, Outcome.Unknown], outcomes);
    }

    [Fact]
    public async Task No_thread_of_ours_is_ever_left_in_a_foreign_namespace()
    {
        await using var agent = Agent();
        var own = new FileInfo("/proc/self/ns/net").LinkTarget;
        var dials = Enumerable.Range(0, 500).Select(i => agent.DialAsync(place.Own.ClientRef, Request(S4, i % 2 == 0 ? 7000 : 7001), Never, Cancel));
        var outcomes = (await Task.WhenAll(dials)).GroupBy(d => d.Outcome).ToDictionary(g => g.Key, g => g.Count());
        Assert.Equal(250, outcomes[Outcome.Ok]);
        Assert.Equal(250, outcomes[Outcome.Refused]);
        GC.Collect();
        List<string> elsewhere = [];
        foreach (var task in Directory.GetDirectories("/proc/self/task"))
        {
            if (new FileInfo(task + "/ns/net") is { } link && Target(link) is { } target && target != own)
                elsewhere.Add($"{File.ReadAllText(task + "/comm").Trim()} in {target}");
        }
        // a visitor of a test beside this one may be on its way; the runtime's own threads never are
        Assert.DoesNotContain(elsewhere, t => !t.StartsWith("visit", StringComparison.Ordinal));
    }

    private static string? Target(FileInfo link)
    {
        try
        {
            return link.LinkTarget;
        }
        catch (IOException)
        {
            return null;        // it has ended meanwhile
        }
    }

    private async Task<long> DroppedAsync()
    {
        var listing = await place.Own.InServerAsync("iptables -w -nvxL INPUT");
        return long.Parse(listing.Split('\n').First(l => l.Contains("dpt:7002", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[0],
            System.Globalization.CultureInfo.InvariantCulture);
    }

    private static LocalAgent Agent() => new(limits: new DialLimits { PerTarget = 1000, PerRun = 1000 });

    private static DialRequest Request(string address, int port) => new() { Address = IPAddress.Parse(address), Port = port, Version = "test" };
}
