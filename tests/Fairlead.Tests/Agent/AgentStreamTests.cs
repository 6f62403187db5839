using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Fairlead.Agent;
using Fairlead.Agent.Protocol;
using Fairlead.Facts;
using Xunit;

namespace Fairlead.Tests.Agent;

/// <summary>Server and client over a real stream: every request, and what comes of garbage, silence, cuts and deadlines.</summary>
public sealed class AgentStreamTests
{
    private static readonly NetnsRef Netns = new(7, new string('a', 64), "web");
    private static readonly DialRequest Request = new() { Address = IPAddress.Parse("192.0.2.1"), Port = 80, Level = DialLevel.Ask, Speak = "http" };
    private static readonly ResolveRequest Name = new() { Name = "db", HostsFile = Reading.Of("192.0.2.5 db\n"), ResolverFile = Reading.Of("") };

    private static readonly JsonSerializerOptions AsOnTheWire = new() { Converters = { new WireAddressConverter(), new WirePortsConverter() } };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_request_comes_back_as_it_was_answered()
    {
        var agent = new Answering();
        await using var talk = await Talk.StartAsync(agent);
        Assert.Equal(Json(Answering.Facts), Json(await talk.Client.ReadAsync(Netns, ReadWhat.Usual, Cancel)));
        Assert.Equal(ReadWhat.Usual, agent.What);
        Assert.Equal(Answering.Holder, Assert.Single(await talk.Client.HoldersAsync(Netns, [11, 12], Cancel)).Value);
        var dial = await talk.Client.DialAsync(Netns, Request, CancellationToken.None, Cancel);
        Assert.Equal(Answering.Dialled(Request), dial);
        Assert.Equal(Request, agent.Dialling);
        var resolution = await talk.Client.ResolveAsync(Netns, Name, Cancel);
        Assert.Equal((Outcome.Ok, "hosts", "192.0.2.5 db", IPAddress.Parse("192.0.2.5")), (resolution.Outcome, resolution.From, resolution.HostsLine, resolution.Addresses[0]));
        Assert.Equal("192.0.2.1 dev eth0", await talk.Client.RouteGetAsync(Netns, Request.Address, Cancel));
        Assert.Equal(Netns, agent.Netns);
    }

    [Fact]
    public async Task Requests_are_answered_beside_each_other_and_a_dial_is_settled_from_afar()
    {
        await using var talk = await Talk.StartAsync(new Answering { Hangs = true });
        using var settle = new CancellationTokenSource();
        var dial = talk.Client.DialAsync(Netns, Request, settle.Token, Cancel);
        Assert.Equal("192.0.2.1 dev eth0", await talk.Client.RouteGetAsync(Netns, Request.Address, Cancel));
        Assert.False(dial.IsCompleted);
        await settle.CancelAsync();
        Assert.Equal((Outcome.Timeout, true), await dial is var fact ? (fact.Outcome, fact.DecidedEarly) : default);
    }

    [Fact]
    public async Task What_is_cancelled_here_ends_over_there()
    {
        var agent = new Answering { Hangs = true };
        await using var talk = await Talk.StartAsync(agent);
        using var cancel = new CancellationTokenSource();
        var dial = talk.Client.DialAsync(Netns, Request, CancellationToken.None, cancel.Token);
        await agent.Began.Task;
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dial);
        await agent.Cancelled.Task.WaitAsync(Cancel);
    }

    [Theory]
    [InlineData("nonsense"), InlineData("{}"), InlineData("[]"), InlineData("null"), InlineData("{\"id\":1}"), InlineData("{\"id\":\"x\",\"ask\":\"read\"}")]
    [InlineData("{\"id\":1,\"ask\":\"dial\",\"netns\":{\"pid\":0,\"containerId\":null,\"of\":\"x\"},\"dial\":{\"address\":null,\"port\":1}}")]
    [InlineData("{\"id\":1,\"ask\":\"dial\",\"netns\":{\"pid\":0,\"containerId\":null,\"of\":null},\"dial\":{\"address\":\"192.0.2.1\",\"port\":1}}")]
    public async Task A_line_that_is_no_request_ends_the_server(string line)
    {
        var (near, far) = await PairAsync();
        var server = AgentServer.RunAsync(new Answering(), far, far, Cancel);
        await near.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), Cancel);
        Assert.Equal(2, await server);
    }

    [Fact]
    public async Task A_request_that_asks_for_nothing_known_is_told_so_and_the_next_is_answered()
    {
        var (near, far) = await PairAsync();
        var server = AgentServer.RunAsync(new Answering(), far, far, Cancel);
        await near.WriteAsync("{\"id\":1,\"ask\":\"shell\"}\n{\"id\":2,\"ask\":\"read\"}\n{\"id\":3,\"ask\":\"settle\"}\n"u8.ToArray(), Cancel);
        using var reader = new StreamReader(near);
        var said = new[] { await reader.ReadLineAsync(Cancel), await reader.ReadLineAsync(Cancel) };
        Assert.All(said, s => Assert.Contains("not understood", s, StringComparison.Ordinal));
        near.Socket.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await server);
    }

    [Fact]
    public async Task A_line_without_end_ends_the_server()
    {
        var (near, far) = await PairAsync();
        var server = AgentServer.RunAsync(new Answering(), far, far, Cancel);
        var much = new byte[128 << 20];     // more than both ends of a connection may hold
        Array.Fill(much, (byte)'x');
        var writing = near.WriteAsync(much, Cancel).AsTask();
        Assert.Equal(0, await server);
        far.Dispose();
        await Assert.ThrowsAsync<IOException>(() => writing);
        near.Dispose();
    }

    [Fact]
    public async Task The_servers_own_deadline_ends_it_while_something_hangs()
    {
        var (near, far) = await PairAsync();
        using var deadline = new CancellationTokenSource();
        var agent = new Answering { Hangs = true };
        var server = AgentServer.RunAsync(agent, far, far, deadline.Token);
        await using var client = new AgentClient(near, near);
        var dial = client.DialAsync(Netns, Request, CancellationToken.None, Cancel);
        await agent.Began.Task;
        await deadline.CancelAsync();
        Assert.Equal(0, await server);
        far.Dispose();
        Assert.Equal(Outcome.Unknown, (await dial).Outcome);
    }

    /// <summary>What the other side writes in place of an answer to request 1.</summary>
    [Theory]
    [InlineData("garbage\n"), InlineData("{\"id\":1,\n"), InlineData("\n"), InlineData("{\"id\":1}\n"), InlineData("{\"id\":1,\"error\":\"no\"}\n"), InlineData("{\"id\":99}\n{\"id\":1,\"dial\":7}\n")]
    [InlineData("{\"id\":1,\"dial\":{\"address\":\"192.0.2.9\",\"port\":80,\"protocol\":\"tcp\",\"level\":\"ask\",\"outcome\":\"ok\",\"errno\":0,\"elapsedMs\":1}}\n")]
    [InlineData("{\"id\":1,\"dial\":{\"address\":\"192.0.2.1\",\"port\":80,\"protocol\":\"tcp\",\"level\":\"ask\",\"outcome\":\"splendid\",\"errno\":0,\"elapsedMs\":1}}\n")]
    [InlineData("{\"id\":1,\"dial\":{\"address\":\"192.0.2.1\",\"port\":80,\"protocol\":\"tcp\",\"level\":\"ask\",\"outcome\":\"ok\",\"errno\":0,\"elapsedMs\":-1}}\n")]
    [InlineData("{\"id\":1,\"dial\":{\"address\":\"192.0.2.1\",\"port\":80,\"protocol\":\"tcp\",\"level\":\"ask\",\"outcome\":\"ok\",\"errno\":0,\"elapsedMs\":1,\"answer\":{\"kind\":\"gopher\",\"text\":\"\",\"spoken\":\"spoken\"}}}\n")]
    [InlineData("{\"id\":1,\"dial\":{\"address\":\"192.0.2.1\",\"port\":80,\"protocol\":\"tcp\",\"level\":\"ask\",\"outcome\":\"ok\",\"errno\":0,\"elapsedMs\":1,\"answer\":{\"kind\":\"http\",\"text\":null,\"spoken\":\"spoken\"}}}\n")]
    public async Task An_answer_that_does_not_fit_is_no_answer(string said)
    {
        var (near, far) = await PairAsync();
        await using var client = new AgentClient(near, near);
        var dial = client.DialAsync(Netns, Request, CancellationToken.None, Cancel);
        await far.WriteAsync(Encoding.UTF8.GetBytes(said), Cancel);
        far.Dispose();
        Assert.Equal(Outcome.Unknown, (await dial).Outcome);
        // and whoever asks afterwards is told at once
        Assert.Equal(WhyNot.Gone, (await client.ReadAsync(Netns, ReadWhat.Links, Cancel)).Links.Missing?.Why);
        Assert.Equal(Outcome.Unknown, (await client.ResolveAsync(Netns, Name, Cancel)).Outcome);
        Assert.Empty(await client.HoldersAsync(Netns, [11], Cancel));
        Assert.Null(await client.RouteGetAsync(Netns, Request.Address, Cancel));
    }

    [Fact]
    public async Task Words_of_a_server_are_cut_to_their_length()
    {
        var (near, far) = await PairAsync();
        await using var client = new AgentClient(near, near);
        var dial = client.DialAsync(Netns, Request, CancellationToken.None, Cancel);
        var text = new string('x', 5000);
        await far.WriteAsync(Encoding.UTF8.GetBytes("{\"id\":1,\"dial\":{\"address\":\"192.0.2.1\",\"port\":80,\"protocol\":\"tcp\",\"level\":\"ask\",\"outcome\":\"ok\",\"errno\":0,\"elapsedMs\":1,"
            + $"\"answer\":{{\"kind\":\"http\",\"text\":\"{text}\",\"spoken\":\"spoken\"}}}}}}\n"), Cancel);
        Assert.Equal(64, (await dial).Answer?.Text.Length);
        far.Dispose();
    }

    [Theory]
    [InlineData("{\"id\":1,\"resolution\":{\"name\":\"other\",\"asked\":[],\"addresses\":[\"192.0.2.5\"],\"from\":\"hosts\",\"elapsedMs\":1,\"outcome\":\"ok\"}}\n")]
    [InlineData("{\"id\":1,\"resolution\":{\"name\":\"db\",\"asked\":[],\"addresses\":[],\"from\":\"hosts\",\"elapsedMs\":1,\"outcome\":\"ok\"}}\n")]
    [InlineData("{\"id\":1,\"resolution\":{\"name\":\"db\",\"asked\":[],\"addresses\":[\"192.0.2.5\"],\"from\":\"heaven\",\"elapsedMs\":1,\"outcome\":\"ok\"}}\n")]
    [InlineData("{\"id\":1,\"resolution\":{\"name\":\"db\",\"asked\":[],\"addresses\":[\"192.0.2.5\"],\"from\":\"hosts\",\"elapsedMs\":1,\"outcome\":\"ok\",\"hostsLine\":\"192.0.2.5 invented\"}}\n")]
    public async Task A_resolution_that_does_not_fit_is_none(string said)
    {
        var (near, far) = await PairAsync();
        await using var client = new AgentClient(near, near);
        var resolution = client.ResolveAsync(Netns, Name, Cancel);
        await far.WriteAsync(Encoding.UTF8.GetBytes(said), Cancel);
        Assert.Equal(Outcome.Unknown, (await resolution).Outcome);
        far.Dispose();
    }

    [Fact]
    public async Task Who_never_answers_is_not_waited_for_beyond_patience()
    {
        var (near, far) = await PairAsync();
        await using var client = new AgentClient(near, near, TimeSpan.FromMilliseconds(100));
        Assert.Equal(WhyNot.Gone, (await client.ReadAsync(Netns, ReadWhat.Links, Cancel)).Links.Missing?.Why);
        far.Dispose();
    }

    [Fact]
    public async Task A_cut_stream_ends_all_who_wait()
    {
        var (near, far) = await PairAsync();
        await using var client = new AgentClient(near, near);
        var asked = Enumerable.Range(0, 20).Select(_ => client.DialAsync(Netns, Request, CancellationToken.None, Cancel)).ToArray();
        await far.ReadAtLeastAsync(new byte[100], 100, cancellationToken: Cancel);
        far.Socket.LingerState = new LingerOption(true, 0);
        far.Dispose();
        Assert.All(await Task.WhenAll(asked), d => Assert.Equal(Outcome.Unknown, d.Outcome));
    }

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, AsOnTheWire);

    private static async Task<(NetworkStream Near, NetworkStream Far)> PairAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var near = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await near.ConnectAsync(listener.LocalEndpoint, Cancel);
        return (new NetworkStream(near, ownsSocket: true), new NetworkStream(await listener.AcceptSocketAsync(Cancel), ownsSocket: true));
    }

    private sealed class Talk(AgentClient client, Task<int> server, NetworkStream near, NetworkStream far) : IAsyncDisposable
    {
        internal AgentClient Client => client;

        internal static async Task<Talk> StartAsync(IAgent agent)
        {
            var (near, far) = await PairAsync();
            return new Talk(new AgentClient(near, near), AgentServer.RunAsync(agent, far, far, Cancel), near, far);
        }

        public async ValueTask DisposeAsync()
        {
            await client.DisposeAsync();
            near.Dispose();
            Assert.Equal(0, await server);
            far.Dispose();
        }
    }

    /// <summary>Answers each request with something of every kind, and notes what it was asked.</summary>
    private sealed class Answering : IAgent
    {
        internal static readonly ProcessFact Holder = new(42, "server", "server");

        internal static readonly NetnsFacts Facts = NetnsFacts.Unread("4:5", "web", WhyNot.NotAsked) with
        {
            Pid = 7,
            Addresses = Reading.Of<ImmutableArray<LinkAddress>>([new LinkAddress(2, IPAddress.Parse("192.0.2.7"), 24, "global"), new LinkAddress(2, IPAddress.Parse("fe80::1"), 64, "link")]),
            RoutingRules = Reading.Of<ImmutableArray<RoutingRule>>([new RoutingRule { Family = 4, Priority = 1, Action = "lookup", Table = 254, SourcePorts = (1, 65535) }]),
            HostsFile = Reading.Of("127.0.0.1\tlocalhost\n中\u0001"),
            Neighbours = Reading.Not<ImmutableArray<Neighbour>>(Readings.Neighbours, "web", WhyNot.NotPermitted, "root", "EPERM"),
            Sysctls = Reading.Of(ImmutableSortedDictionary<string, string>.Empty.Add("net.ipv4.ip_forward", "1")),
        };

        internal bool Hangs { get; init; }
        internal TaskCompletionSource Began { get; } = new();
        internal TaskCompletionSource Cancelled { get; } = new();
        internal NetnsRef? Netns { get; private set; }
        internal ReadWhat What { get; private set; }
        internal DialRequest? Dialling { get; private set; }

        internal static DialFact Dialled(DialRequest request) => new()
        {
            Address = request.Address,
            Port = request.Port,
            Protocol = request.Protocol,
            Level = request.Level,
            Outcome = Outcome.Ok,
            Errno = 0,
            ElapsedMs = 1.25,
            Connected = true,
            SentSyn = true,
            LocalAddress = IPAddress.Parse("192.0.2.7"),
            LocalPort = 40000,
            From = "helper",
            Answer = new AnswerFact("http", 301, "HTTP/1.1 301 \u0000ÿ", "spoken", "http://elsewhere.test/"),
        };

        public Task<NetnsFacts> ReadAsync(NetnsRef netns, ReadWhat what, CancellationToken cancel)
        {
            (Netns, What) = (netns, what);
            return Task.FromResult(Facts);
        }

        // 99 was not asked for
        public Task<ImmutableDictionary<ulong, ProcessFact>> HoldersAsync(NetnsRef netns, ImmutableArray<ulong> inodes, CancellationToken cancel) =>
            Task.FromResult(ImmutableDictionary<ulong, ProcessFact>.Empty.Add(inodes[0], Holder).Add(99, Holder));

        public async Task<DialFact> DialAsync(NetnsRef netns, DialRequest request, CancellationToken settled, CancellationToken cancel)
        {
            Dialling = request;
            Began.TrySetResult();
            if (!Hangs)
                return Dialled(request);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(settled, cancel);
            await Task.Delay(Timeout.Infinite, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancel.IsCancellationRequested)
                Cancelled.TrySetResult();
            return Dialled(request) with { Outcome = Outcome.Timeout, DecidedEarly = settled.IsCancellationRequested };
        }

        public Task<ResolutionFact> ResolveAsync(NetnsRef netns, ResolveRequest request, CancellationToken cancel) => Task.FromResult(new ResolutionFact
        {
            Name = request.Name,
            Asked = [],
            Addresses = [IPAddress.Parse("192.0.2.5")],
            From = "hosts",
            HostsLine = request.HostsFile.Value!.Trim(),
            ElapsedMs = 0.5,
            Outcome = Outcome.Ok,
        });

        public Task<string?> RouteGetAsync(NetnsRef netns, IPAddress destination, CancellationToken cancel) => Task.FromResult<string?>($"{destination} dev eth0");

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
