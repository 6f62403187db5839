using System.Text;
using Fairlead.Agent;
using Fairlead.Facts;
using Fairlead.LabTests.Lab;
using Fairlead.Model.Rules;
using Fairlead.Model.Rules.Decode;

namespace Fairlead.LabTests.RuleReading;

/// <summary>Rules of a namespace without an engine: while somebody changes them, and many of them.</summary>
public sealed class ChangingRulesTests : IAsyncLifetime
{
    private readonly string _name = $"flrules-{Environment.ProcessId}";
    private readonly RuleTools _tools = new("28");
    private System.Diagnostics.Process? _within;

    public async ValueTask InitializeAsync()
    {
        Engines.Need("28");
        _ = (await Shell.RunAsync("ip", "netns", "add", _name)).Text;
        _within = System.Diagnostics.Process.Start("nsenter", [$"--net=/run/netns/{_name}", "sleep", "600"]);
    }

    public async ValueTask DisposeAsync()
    {
        _within?.Kill();
        _within?.Dispose();
        await Shell.RunAsync("ip", "netns", "del", _name);
    }

    [Fact]
    public async Task A_reading_that_is_called_stable_is_of_one_moment_while_the_rules_change()
    {
        await LoadAsync(r => r.AppendLine("table ip t { chain a { }").AppendLine(" chain b { }").AppendLine(" chain filler {")
            .AppendJoin('\n', Enumerable.Range(1, 1500).Select(i => $"tcp dport {i} counter accept")).AppendLine("\n}\n}"));
        // each transaction adds one rule to both chains, or flushes both: at any moment they have as many
        var change = new StringBuilder();
        var script = Path.Combine(Path.GetTempPath(), _name + ".nft");
        for (var i = 0; i < 4; i++)
            change.AppendLine("add rule ip t a counter").AppendLine("add rule ip t b counter");
        await File.WriteAllTextAsync(script, "flush chain ip t a\nflush chain ip t b\n" + change, TestContext.Current.CancellationToken);
        using var over = new CancellationTokenSource();
        var changing = Task.Run(async () =>
        {
            var changes = 0;
            for (; !over.IsCancellationRequested; changes++)
                _ = (await _tools.NftAsync(_within!.Id, "-f", script)).Text;
            return changes;
        });
        int stable = 0, marked = 0;
        uint? first = null, last = null;
        while (stable + marked < 40 || first == last && stable + marked < 4000)
        {
            var set = await ReadAsync();
            (first, last) = (first ?? set.Generation, set.Generation);
            if (!set.Stable)
            {
                marked++;
                continue;
            }
            stable++;
            var chains = set.Tables.Single().Chains.ToDictionary(c => c.Name, c => c.Rules.Length);
            Assert.Equal(chains["a"], chains["b"]);
            Assert.Equal(1500, chains["filler"]);
        }
        await over.CancelAsync();
        Assert.True(await changing > 0);
        File.Delete(script);
        TestContext.Current.TestOutputHelper?.WriteLine($"{stable} stable, {marked} marked as not, generations {first} to {last}");
    }

    [Fact]
    public async Task Fifty_thousand_rules_are_all_read_in_their_order()
    {
        await LoadAsync(r =>
        {
            r.AppendLine("table inet many {").AppendLine("chain first {");
            for (var i = 0; i < 30_000; i++)
                r.AppendLine($"ip daddr 10.{i >> 16}.{i >> 8 & 255}.{i & 255} tcp dport {i % 60000 + 1} counter accept");
            r.AppendLine("}").AppendLine("chain second {");
            for (var i = 0; i < 20_000; i++)
                r.AppendLine($"tcp dport {i % 60000 + 1} drop");
            r.AppendLine("}").AppendLine("}");
        });
        var set = await ReadAsync();
        var chains = set.Tables.Single().Chains;
        Assert.Equal([30_000, 20_000], chains.Select(c => c.Rules.Length));
        Assert.All(chains, c => Assert.Equal(c.Rules.Select(r => r.Handle).Order(), c.Rules.Select(r => r.Handle)));
        Assert.Equal(set.Received, set.Decoded);
        Assert.Empty(set.Undecoded);
        Assert.True(set.Stable);
    }

    private async Task LoadAsync(Action<StringBuilder> write)
    {
        var file = Path.Combine(Path.GetTempPath(), _name + ".load");
        var rules = new StringBuilder();
        write(rules);
        await File.WriteAllTextAsync(file, rules.ToString(), TestContext.Current.CancellationToken);
        _ = (await _tools.NftAsync(_within!.Id, "-f", file)).Text;
        File.Delete(file);
    }

    private async Task<RuleSet> ReadAsync()
    {
        await using var agent = new LocalAgent();
        var facts = await agent.ReadAsync(new NetnsRef(_within!.Id, null, _name), ReadWhat.Rules, TestContext.Current.CancellationToken);
        Assert.True(facts.PacketRules.IsKnown, facts.PacketRules.Missing?.Detail);
        return RuleSetDecoder.Decode(facts.PacketRules.Value, new Dictionary<int, string>());
    }
}
