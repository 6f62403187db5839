using System.Collections.Immutable;
using Fairlead.Agent;
using Fairlead.Facts;
using Fairlead.LabTests.Lab;

namespace Fairlead.LabTests.Agent;

/// <summary>
/// Names in real containers, asked of a real engine's DNS: the agent finds what getaddrinfo of each libc finds from there with the same files. The
/// engine is drawn from FAIRLEAD_SEED.
/// </summary>
public sealed class EmbeddedDnsTests
{
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("FAIRLEAD_SEED"), out var given) ? given : Random.Shared.Next(1_000_000);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Names_mean_what_they_mean_to_the_libc_of_the_source()
    {
        Assert.SkipWhen(Engines.Available.Count == 0, "no engine folder: run lab/engines");
        var generation = Engines.Available[Seed % Engines.Available.Count];
        TestContext.Current.TestOutputHelper?.WriteLine($"FAIRLEAD_SEED={Seed}: engine {generation}");
        await using var lease = await Fleet.TakeAsync(generation);
        var host = lease.Host;
        await host.DockerAsync("network", "create", "front");
        await host.DockerAsync("network", "create", "back");
        await host.DockerAsync("run", "-d", "--name", "web", "--network", "front", "--network-alias", "www", "--hostname", "webhost", "bb", "sleep", "1d");
        await host.DockerAsync("run", "-d", "--name", "db", "--network", "back", "--network-alias", "www", "bb", "sleep", "1d");
        await host.DockerAsync("run", "-d", "--name", "lost", "bb", "sleep", "1d");
        await host.DockerAsync("run", "-d", "--name", "client", "--network", "front", "--dns-search", "front", "--add-host", "extra:192.0.2.44", "bb", "sleep", "1d");
        var shortId = await host.DockerAsync("inspect", "-f", "{{slice .Id 0 12}}", "web");
        foreach (var (source, names) in new[]
        {
            ("client", new[] { "web", "WEB", "web.", "www", "webhost", "web.front", shortId, "client", "extra", "localhost", "db", "db.back", "unknown", "unknown.example", "127.1" }),
            ("lost", ["web", "localhost", "unknown.example"]),
        })
            await CompareAsync(host, $"engine {generation} (FAIRLEAD_SEED={Seed})", source, names);
    }

    private static async Task CompareAsync(LabHost host, string where, string source, IEnumerable<string> names)
    {
        var netns = new NetnsRef(await host.PidOfAsync(source), await host.DockerAsync("inspect", "-f", "{{.Id}}", source), source);
        await using var agent = new LocalAgent();
        var facts = await agent.ReadAsync(netns, ReadWhat.Files, Cancel);
        Assert.True(facts.HostsFile.IsKnown && facts.ResolverFile.IsKnown, $"{where}: {facts.HostsFile.Missing} {facts.ResolverFile.Missing}");
        using var libcs = await Libcs.BuildAsync();
        var wrong = ImmutableArray.CreateBuilder<string>();
        foreach (var name in names)
        {
            foreach (var libc in new[] { "glibc", "musl" })
            {
                var told = await libcs.AskAsync($"/proc/{netns.Pid}/ns/net", libc, facts.HostsFile.Value, facts.ResolverFile.Value, name);
                var fact = await agent.ResolveAsync(netns, new ResolveRequest { Name = name, HostsFile = facts.HostsFile, ResolverFile = facts.ResolverFile, Libc = libc, LimitMs = 30_000 }, Cancel);
                var outcome = told.Code switch { "ok" => Outcome.Ok, "none" => Outcome.NameNotFound, _ => "name-failure or -timeout" };
                var same = told.Code is "ok" or "none" ? fact.Outcome == outcome : fact.Outcome is Outcome.NameFailure or Outcome.NameTimeout;
                // several containers of one alias come in any order
                if (!same || !told.Addresses.Order().SequenceEqual(fact.Addresses.Select(a => a.ToString()).Order()))
                    wrong.Add($"{where}, {source}, {libc}: {name}: libc {told.Code} {string.Join(' ', told.Addresses)}, agent {fact.Outcome} {string.Join(' ', fact.Addresses)} ({fact.Rcode})");
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }
}
