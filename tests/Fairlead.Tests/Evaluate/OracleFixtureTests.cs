using Fairlead.Model.Rules;
using Fairlead.Oracle;
using Fairlead.RuleFiles;
using Fairlead.Tests.Walk;
using Xunit;

namespace Fairlead.Tests.Evaluate;

/// <summary>Hosts, packets and their fates as bench/oracle --record kept them: the kernel's word, and the model must agree or say unknown.</summary>
public sealed class OracleFixtureTests(ITestOutputHelper output)
{
    private static readonly string Folder = Path.Combine(Recorded.Folder, "oracle");
    private static readonly Lazy<IReadOnlyList<(string Name, KeptHost Host, Facts.Snapshot Snapshot)>> Hosts = new(() =>
        [.. Directory.GetFiles(Folder, "*.flows").Order(StringComparer.Ordinal).Select(f => f[..^6]).Select(f => (Path.GetFileName(f), Fixture.Read(f)))
            .Select(h => (h.Item1, h.Item2.Host, h.Item2.Snapshot))]);

    public static TheoryData<string> Names => [.. Hosts.Value.Select(h => h.Name)];

    [Theory, MemberData(nameof(Names))]
    public void The_model_says_what_the_kernel_did_or_that_it_cannot_say(string name)
    {
        var (_, host, snapshot) = Hosts.Value.Single(h => h.Name == name);
        var judge = new Judge(snapshot, host.Bridged);
        Assert.NotEmpty(host.Flows);
        foreach (var kept in host.Flows)
        {
            var said = judge.Ask(kept.Flow, kept.Aimed);
            Assert.False(Differs(kept, said), $"{kept.Kind}, {kept.Deed}, {kept.Hook}, {kept.Aimed}: kernel {kept.How} {kept.As} {kept.Counted}, model {said.Fate} {said.Matched}");
            if (IsUnknown(kept, said)) Assert.True(Sickbay.AllowsUnknown(kept.Kind) || kept.Deed is "NFQUEUE" or "HMARK" || said.Undecided.Any(u => Named(host, u) is { } by && (Sickbay.AllowsUnknown(by.Kind) || by.Deed is "NFQUEUE" or "HMARK")),
                $"{kept.Kind} is unknown and not on the list of docs/sickbay.md: {string.Join(", ", said.Undecided)}");
        }
    }

    [Fact]
    public void At_least_95_of_100_wrong_evaluators_are_found_out()
    {
        var (caught, all) = (0, 0);
        var missed = new List<string>();
        foreach (var (name, change) in Mutants.All)
        {
            var (applies, found) = (false, false);
            foreach (var (_, host, snapshot) in Hosts.Value)
            {
                if (!Changes(snapshot, host, change)) continue;
                applies = true;
                var judge = new Judge(snapshot, host.Bridged, change);
                found = host.Flows.Any(k => Differs(k, judge.Ask(k.Flow, k.Aimed)));
                if (found) break;
            }
            if (!applies) continue;
            all++;
            if (found) caught++;
            else missed.Add(name);
        }
        var skipsReplies = Hosts.Value.SelectMany(h => h.Host.Flows.Where(k => k.Flow.After is not null).Select(k => (h, k)))
            .Any(x => Differs(x.k, new Judge(x.h.Snapshot, x.h.Host.Bridged).Ask(x.k.Flow with { After = null }, x.k.Aimed)));
        (caught, all) = (caught + (skipsReplies ? 1 : 0), all + 1);
        output.WriteLine($"{caught} of {all} wrong evaluators found out; not: {string.Join(", ", missed)}");
        Assert.True(all >= 100, $"only {all} apply");
        Assert.True(caught >= all * 0.95, $"{caught} of {all}; not found out: {string.Join(", ", missed)}");
    }

    private static Kept? Named(KeptHost host, string id) => host.Flows.FirstOrDefault(f => f.Aimed == id);

    private static bool Differs(Kept kept, Said said) => said.Fate.How != "unknown" && said.Fate != new Fate(kept.How, kept.As)
        || kept.Counted is { } counted && said.Matched is { } matched and not Truth.Unknown && counted != (matched == Truth.Yes);

    private static bool IsUnknown(Kept kept, Said said) => said.Fate.How == "unknown" || kept.Counted is not null && said.Matched == Truth.Unknown;

    private static readonly Dictionary<string, RuleSet> Plain = [];

    private static bool Changes(Facts.Snapshot snapshot, KeptHost host, Func<RuleSet, RuleSet> change)
    {
        var key = $"{host.Seed} {host.Bridged} {snapshot.HostNetns.Value}";
        if (!Plain.TryGetValue(key, out var rules)) Plain[key] = rules = new Judge(snapshot, host.Bridged).Rules;
        var other = change(rules);
        static string Shape(RuleSet set) => string.Join('\n', set.Tables.SelectMany(t => t.Chains.SelectMany(c => c.Rules.Select(r => $"{t.Name} {c.Name} {c.Priority} {c.PolicyAccepts} {string.Join(' ', r.Parts.Select(Told))}"))
            .Concat(t.Sets.Select(s => string.Join(' ', s.Elements.Select(e => Convert.ToHexString(e.Key) + (e.KeyEnd is null ? "" : Convert.ToHexString(e.KeyEnd)))))))
            .Concat(set.IpSets.SelectMany(s => s.Members.Select(m => $"{s.Name} {(m.AddressFrom is null ? "" : Convert.ToHexString(m.AddressFrom))} {m.PortFrom} {m.NoMatch}"))));
        static string Told(Part p) => p switch
        {
            XtPart x => x.Name + Convert.ToHexString(x.Info),
            Match m => $"{m.Op} {Convert.ToHexString(m.Value)} {(m.Upper is null ? "" : Convert.ToHexString(m.Upper))} {(m.Left.Mask is null ? "" : Convert.ToHexString(m.Left.Mask))}",
            Assign a => a.Value.Immediate is null ? "assign" : Convert.ToHexString(a.Value.Immediate),
            _ => p.ToString()!,
        };
        return Shape(rules) != Shape(other);
    }
}
