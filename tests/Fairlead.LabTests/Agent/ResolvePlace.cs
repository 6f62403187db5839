using Fairlead.Agent;
using Fairlead.Facts;

namespace Fairlead.LabTests.Agent;

/// <summary>
/// A client with odd DNS servers at 192.0.2.2 and .3, a machine without a server at .4 and nobody at .5; and programs made with both libcs that ask
/// from there with the same files.
/// </summary>
public sealed class ResolvePlace : IAsyncLifetime
{
    private readonly List<OddDns> servers = [];
    private Libcs? libcs;

    /// <summary>IPv4 and IPv6.</summary>
    public OwnNetns Dual { get; private set; } = null!;

    /// <summary>No IPv6 beyond loopback, as in a container of an IPv4 network.</summary>
    public OwnNetns Four { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Dual = await OwnNetns.MakeAsync();
        Four = await OwnNetns.MakeAsync();
        await Four.InClientAsync("sysctl -qw net.ipv6.conf.c0.disable_ipv6=1");
        await Dual.InClientAsync("ip addr add fd00:1::1/64 dev c0 nodad");
        foreach (var own in new[] { Dual, Four })
        {
            await own.InServerAsync("ip addr add 192.0.2.3/24 dev s0; ip addr add 192.0.2.4/24 dev s0; ip addr add 2001:db8:1::3/64 dev s0 nodad");
            servers.Add(OddDns.Start(own, "192.0.2.2", 1));
            servers.Add(OddDns.Start(own, "192.0.2.3", 2));
            servers.Add(OddDns.Start(own, "2001:db8:1::3", 2));
        }
        libcs = await Libcs.BuildAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var own in new[] { Dual, Four })
        {
            if (own is not null)
                await own.DisposeAsync();
        }
        libcs?.Dispose();
    }

    /// <summary>What the servers were asked since <see cref="Forget"/>, each name once.</summary>
    public IReadOnlyList<string> Asked => [.. servers.SelectMany(s => s.Asked).Distinct()];

    public void Forget() => servers.ForEach(s => s.Forget());

    /// <summary>getaddrinfo of that libc with these files.</summary>
    public Task<Resolved> AskLibcAsync(OwnNetns own, string libc, string hosts, string resolver, string name) =>
        libcs!.AskAsync($"/run/netns/{own.Client}", libc, hosts, resolver, name);

    public static async Task<ResolutionFact> AskAgentAsync(OwnNetns own, string libc, string hosts, string resolver, string name, int limitMs = 30_000)
    {
        await using var agent = new LocalAgent();
        return await agent.ResolveAsync(own.ClientRef, new ResolveRequest
        {
            Name = name,
            HostsFile = Reading.Of(hosts),
            ResolverFile = Reading.Of(resolver),
            Libc = libc,
            LimitMs = limitMs,
        }, TestContext.Current.CancellationToken);
    }
}
