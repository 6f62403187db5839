using System.Globalization;
using System.Net;
using Fairlead.Engine.Asking;
using Fairlead.Engine.Vantages;
using Fairlead.LabTests.Lab;
using Fairlead.Model.Repairs;
using Fairlead.Model.Walk;
using Fairlead.Model.World;

namespace Fairlead.LabTests;

/// <summary>
/// What joining and leaving a network moves (SEMANTICS 3.5), predicted on the model, then done, then compared with the host as it is: default route, where
/// the published port leads, what every pair sees, and whether a connection that was open through the port lives on.
/// </summary>
public sealed class JoinTests
{
    /// <param name="Name">Sorts before or behind the container's own network, "mid".</param>
    public sealed record Way(string Name, int? Priority, bool Internal);

    public static TheoryData<string> Generations => [.. Engines.All];

    [Theory, MemberData(nameof(Generations))]
    public async Task Routes_ports_and_open_connections_move_as_predicted(string generation)
    {
        await using var lease = await Fleet.TakeAsync(generation);
        var host = lease.Host;
        List<Way> ways = [new("aaa", null, false), new("zzz", null, false), new("aai", null, true)];
        if (generation is "28" or "29" or "29n")
            ways.AddRange([new("aab", -1, false), new("zzy", 5, false)]);
        await host.DockerAsync("network", "create", "mid");
        foreach (var way in ways)
            await host.DockerAsync(["network", "create", .. way.Internal ? new[] { "--internal" } : [], way.Name]);
        await host.DockerAsync("run", "-d", "--name", "server", "--network", "mid", "-p", "7000:7", "bb", "nc", "-ll", "-p", "7", "-e", "cat");
        await host.DockerAsync("run", "-d", "--name", "near", "--network", "mid", "bb", "sleep", "1d");
        await host.DockerAsync("run", "-d", "--name", "far", "--network", "zzz", "bb", "sleep", "1d");
        var wrong = new List<string>();
        foreach (var way in ways)
        {
            var before = await ReadAsync(host);
            var (server, network) = (before.Containers.Single(c => c.Name == "server"), before.Networks.Single(n => n.Name == way.Name));
            var joined = Worlds.Guard(Worlds.Join(before, server, network, way.Priority), server, network);
            var cut = Interruption.OfJoining(before, server, network, way.Priority) is not null;
            await using (var open = await OpenAsync(host))
            {
                await host.DockerAsync(["network", "connect", .. way.Priority is { } p ? new[] { "--gw-priority", p.ToString(CultureInfo.InvariantCulture) } : [], way.Name, "server"]);
                wrong.AddRange(Differences($"{way}, joined", joined, await ReadAsync(host)));
                if (cut == await open.LivesAsync())
                    wrong.Add($"{way}: predicted {(cut ? "cut" : "nothing cut")}, and the open connection {(cut ? "lives on" : "is gone")}");
            }
            var real = await ReadAsync(host);
            var left = Worlds.Leave(real, real.Containers.Single(c => c.Name == "server"), network);
            await host.DockerAsync("network", "disconnect", way.Name, "server");
            wrong.AddRange(Differences($"{way}, left", left, await ReadAsync(host)));
        }
        Assert.True(wrong.Count == 0, $"{generation}\n  {string.Join("\n  ", wrong)}");
    }

    private static IEnumerable<string> Differences(string about, HostWorld predicted, HostWorld real)
    {
        foreach (var (what, of) in new (string, Func<HostWorld, string>)[] { ("default route", DefaultRoute), ("where port 7000 leads", PortLeads), ("what pairs see", Pairs) })
        {
            if (of(predicted) != of(real))
                yield return $"{about}: {what}: predicted {of(predicted)}, is {of(real)}";
        }
    }

    // A network's addresses are given out by the engine: what counts is the network.
    private static string DefaultRoute(HostWorld world)
    {
        var routes = world.SandboxOf(Server(world)).Facts.Routes.Value.Where(r => r is { Family: 4, PrefixLength: 0, Table: 254 });
        return string.Join(' ', routes.Select(r => world.NetworkContaining(r.Gateway!)?.Name));
    }

    private static string PortLeads(HostWorld world)
    {
        var path = Walker.Walk(world, new WalkQuestion(world.Host, null, HostAddresses.Main(world)!, 7000, "tcp"));
        return $"{path.Outcome} {string.Join(' ', path.Steps.Where(s => s is { Reply: false, Flow.DestinationPort: 7 }).Select(s => world.NetworkContaining(s.Flow!.Destination)?.Name).Distinct())}";
    }

    private static string Pairs(HostWorld world)
    {
        string Seen(string from, IPAddress to, int port) => Walker.Walk(world, new WalkQuestion(world.SandboxOf(Named(world, from)), Named(world, from), to, port, "tcp")).Outcome;
        var addresses = Server(world).Endpoints.Select(e => (e.NetworkName, e.IPv4!));
        return string.Join(", ", new[] { "near", "far" }.SelectMany(f => addresses.Select(a => $"{f} to {a.NetworkName} {Seen(f, a.Item2, 7)}").Append($"{f} to 7000 {Seen(f, HostAddresses.Main(world)!, 7000)}")));
    }

    private static Container Server(HostWorld world) => Named(world, "server");

    private static Container Named(HostWorld world, string name) => world.Containers.Single(c => c.Name == name);

    private static async Task<HostWorld> ReadAsync(LabHost host) => WhyQuestion.WorldOf(
        await SnapshotTaking.TakeAsync(new WhyOptions { Host = host.DockerHost, Vantage = VantageWish.Root, Version = "test" }, TestContext.Current.CancellationToken));

    /// <summary>A connection from the LAN through the published port to an echo, held open.</summary>
    private static async Task<Held> OpenAsync(LabHost host)
    {
        var start = new System.Diagnostics.ProcessStartInfo("nsenter", ["--net=/run/netns/" + host.Lan, "busybox", "nc", host.Address, "7000"])
            { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        var held = new Held(System.Diagnostics.Process.Start(start)!);
        Assert.True(await held.LivesAsync(), "the connection that is to be watched is not open");
        return held;
    }

    private sealed class Held(System.Diagnostics.Process process) : IAsyncDisposable
    {
        /// <summary>Whether a line comes back.</summary>
        public async Task<bool> LivesAsync()
        {
            try
            {
                await process.StandardInput.WriteLineAsync("hello");
                await process.StandardInput.FlushAsync();
                using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(4));
                return await process.StandardOutput.ReadLineAsync(limit.Token) == "hello";
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                return false;
            }
        }

        public ValueTask DisposeAsync()
        {
            if (!process.HasExited)
                process.Kill();
            process.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
