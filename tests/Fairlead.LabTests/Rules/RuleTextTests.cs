using System.Text;
using Fairlead.Agent;
using Fairlead.Facts;
using Fairlead.LabTests.Lab;
using Fairlead.Model.Rules;
using Fairlead.Model.Rules.Decode;
using Fairlead.Model.Rules.Text;
using Fairlead.RuleFiles;

namespace Fairlead.LabTests.RuleReading;

/// <summary>
/// Rules as we read them from the kernel and write them, against what iptables-save, ip6tables-save, iptables-legacy-save and nft list at the same time, line
/// by line: of the host and of every container, as the engine made them and with rules of nearly every kind added (lab/rulesets).
/// </summary>
public sealed class RuleTextTests
{
    public static TheoryData<string> Generations => [.. Engines.All];

    [Theory, MemberData(nameof(Generations))]
    public async Task Every_rule_is_written_as_the_tools_write_it(string generation)
    {
        Engines.Need(generation);
        Engines.Need("28");
        using var place = await Fleet.PlaceAsync();
        // a host of its own: the rules that are added here must not be another test's
        await using var host = await LabHost.StartAsync(generation);
        var tools = new RuleTools(generation);
        List<(string Name, int Pid)> namespaces = [("host", host.EnginePid)];
        foreach (var (name, pid) in await PopulateAsync(host))
            namespaces.Add((name, pid));

        var wrong = new StringBuilder();
        var lines = 0;
        foreach (var (name, pid) in namespaces)
            lines += await CompareAsync(tools, name, pid, wrong);
        await AddRulesAsync(host, tools);
        lines += await CompareAsync(tools, "host with rules of every kind", host.EnginePid, wrong);
        Assert.True(wrong.Length == 0, $"on {generation}:\n{wrong}");
        TestContext.Current.TestOutputHelper?.WriteLine($"{generation}: {lines} lines equal");
        Assert.True(lines > 700, $"only {lines} lines were compared on {generation}");
    }

    private static async Task<List<(string, int)>> PopulateAsync(LabHost host)
    {
        // Engine 29's nftables backend does not turn IPv6 forwarding on by itself
        _ = (await host.AtAsync("sysctl", "-qw", "net.ipv6.conf.all.forwarding=1", "net.ipv6.conf.default.forwarding=1")).Text;
        await host.DockerAsync("network", "create", "--ipv6", "--subnet", "fd00:7::/64", "six");
        await host.DockerAsync("network", "create", "user");
        await host.DockerAsync("network", "create", "--internal", "inside");
        await host.DockerAsync("network", "create", "-o", "com.docker.network.bridge.enable_icc=false", "apart");
        string[][] containers =
        [
            ["web", "-p", "8080:80"], ["two", "-p", "127.0.0.1:9000:90/udp", "-p", "7000-7003:7000-7003"], ["app", "--network", "user", "-p", "8443:443"],
            ["six", "--network", "six", "-p", "8888:80"], ["shut", "--network", "inside"], ["alone", "--network", "apart"],
        ];
        var made = new List<(string, int)>();
        foreach (var c in containers)
        {
            await host.DockerAsync(["run", "-d", "--name", c[0], .. c[1..], "bb", "sleep", "1000"]);
            made.Add((c[0], await host.PidOfAsync(c[0])));
        }
        return made;
    }

    private static async Task AddRulesAsync(LabHost host, RuleTools tools)
    {
        var pid = host.EnginePid;
        var sets = Path.Combine(Paths.Repository, "lab", "rulesets");
        _ = (await tools.NftAsync(pid, "-f", Path.Combine(sets, "native.nft"))).Text;
        _ = (await tools.IptablesAsync(pid, "iptables-restore", "--noflush", Path.Combine(sets, "iptables.rules"))).Text;
        _ = (await tools.IptablesAsync(pid, "ip6tables-restore", "--noflush", Path.Combine(sets, "ip6tables.rules"))).Text;
        _ = (await host.AtAsync("ipset", "create", "barred", "hash:ip,port")).Text;
        _ = (await host.AtAsync("ipset", "add", "barred", "192.0.2.1,tcp:80")).Text;
        _ = (await tools.IptablesAsync(pid, "iptables", "-A", "LAB", "-m", "set", "--match-set", "barred", "src,dst", "-j", "DROP")).Text;
        _ = (await tools.LegacyAsync(pid, "iptables-legacy-restore", Path.Combine(sets, "iptables.rules"))).Text;
        _ = (await tools.LegacyAsync(pid, "ip6tables-legacy-restore", Path.Combine(sets, "ip6tables.rules"))).Text;
    }

    /// <summary>Compares one namespace; how many lines were equal.</summary>
    private static async Task<int> CompareAsync(RuleTools tools, string name, int pid, StringBuilder wrong)
    {
        await using var agent = new LocalAgent();
        var facts = await agent.ReadAsync(new NetnsRef(pid, null, name), ReadWhat.Rules | ReadWhat.Links, TestContext.Current.CancellationToken);
        Assert.True(facts.PacketRules.IsKnown, $"{name}: {facts.PacketRules.Missing?.Detail}");
        var set = RuleSetDecoder.Decode(facts.PacketRules.Value, facts.Links.Value.ToDictionary(l => l.Index, l => l.Name));
        Assert.Empty(facts.PacketRules.Value.NotRead);
        Assert.Equal(set.Received, set.Decoded);
        var lines = 0;
        void compare(string what, IReadOnlyList<string> tool, IReadOnlyList<string> ours)
        {
            lines += tool.Count;
            if (RuleLines.Difference(tool, ours) is { } difference)
                wrong.AppendLine($"{name}, {what}:\n{difference}");
        }
        foreach (var (tool, family) in new[] { ("iptables", TableFamily.Ip), ("ip6tables", TableFamily.Ip6) })
        {
            compare(tool + "-save", RuleLines.Of((await tools.IptablesAsync(pid, tool + "-save", "-c")).Text),
                RuleLines.Of(IptablesText.Save(set, family, TableStyle.Iptables, counters: true)));
            compare(tool + "-legacy-save", RuleLines.Of((await tools.LegacyAsync(pid, tool + "-legacy-save", "-c")).Text),
                RuleLines.Of(IptablesText.Save(set, family, TableStyle.Legacy, counters: true)));
        }
        var listed = RuleLines.Tables((await tools.NftAsync(pid, "list", "ruleset")).Text);
        foreach (var table in set.Tables.Where(t => t.Style == TableStyle.Native))
        {
            var ours = RuleLines.Tables(NftText.Table(set, table, links: set.LinkNames)).Single();
            compare(ours.Key, listed.GetValueOrDefault(ours.Key) ?? [], ours.Value);
        }
        // each table was compared with one tool or the other
        Assert.Equal(listed.Keys.Order(), set.Tables.Where(t => t.Style != TableStyle.Legacy).Select(t => $"table {NftText.Family(t.Family)} {t.Name}").Order());
        Assert.Empty(set.Undecoded);
        return lines;
    }
}
