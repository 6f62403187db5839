using System.Collections.Immutable;
using System.Net;
using Fairlead.Agent;
using Fairlead.Facts;
using Fairlead.LabTests.Lab;

namespace Fairlead.LabTests.Agent;

/// <summary>What a libc's getaddrinfo made of a name (lab/resolve.c): "ok", "none", "again" or "fail", and the addresses in order.</summary>
public sealed record Resolved(string Code, IReadOnlyList<string> Addresses);

/// <summary>
/// A client with odd DNS servers at 192.0.2.2 and .3, a machine without a server at .4 and nobody at .5; and programs made with both libcs that ask
/// from there with the same files.
/// </summary>
public sealed class ResolvePlace : IAsyncLifetime
{
    private readonly List<OddDns> servers = [];
    private string folder = "";

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
        folder = Directory.CreateTempSubdirectory("fairlead-resolve").FullName;
        foreach (var (compiler, program) in new[] { ("gcc", "glibc"), ("musl-gcc", "musl") })
            _ = (await Shell.RunAsync(compiler, program == "musl" ? ["-static", "-O1", "-o", $"{folder}/{program}", Paths.Script("resolve.c")] : ["-O1", "-o", $"{folder}/{program}", Paths.Script("resolve.c")], null)).Text;
        await File.WriteAllTextAsync($"{folder}/nsswitch.conf", "hosts: files dns\n");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var own in new[] { Dual, Four })
        {
            if (own is not null)
                await own.DisposeAsync();
        }
        if (folder.Length > 0)
            Directory.Delete(folder, recursive: true);
    }

    /// <summary>What the servers were asked since <see cref="Forget"/>, each name once.</summary>
    public IReadOnlyList<string> Asked => [.. servers.SelectMany(s => s.Asked).Distinct()];

    public void Forget() => servers.ForEach(s => s.Forget());

    /// <summary>getaddrinfo of that libc with these files.</summary>
    public async Task<Resolved> AskLibcAsync(OwnNetns own, string libc, string hosts, string resolver, string name)
    {
        await File.WriteAllTextAsync($"{folder}/hosts", hosts);
        await File.WriteAllTextAsync($"{folder}/resolv.conf", resolver);
        var ran = await Shell.RunAsync("nsenter", $"--net=/run/netns/{own.Client}", "unshare", "-m", "--propagation", "private", "sh", "-ec",
            "for f in hosts resolv.conf nsswitch.conf; do mount --bind $1/$f /etc/$f; done; exec $1/$2 $3", "sh", folder, libc, name);
        var words = ran.Text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        return new Resolved(words[0], [.. words[1..].Distinct()]);
    }

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
