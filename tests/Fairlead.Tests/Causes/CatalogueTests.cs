using System.Text.Json;
using Fairlead.Model.Answer;
using Fairlead.Model.Causes;
using Fairlead.Tests.Shared;
using Xunit;

namespace Fairlead.Tests.Causes;

/// <summary>Each cause has its page, its scenario and its twin, and the order among causes says who is named when several hold.</summary>
public class CatalogueTests
{
    private static readonly string Repository = Path.GetFullPath(Path.Combine(Schemas.Folder, "..", ".."));

    public static TheoryData<string> Codes => [.. CauseCatalogue.All.Select(c => c.Code)];

    [Fact]
    public void The_first_fifteen_are_built() => Assert.Empty(
        new[]
        {
            "loopback-to-host", "loopback-to-sibling", "loopback-is-self", "host-alias-missing", "host-service-bound-to-loopback", "server-bound-to-loopback",
            "published-port-used-inside", "container-port-used-from-host-address", "default-bridge-no-dns", "networks-disjoint", "target-not-running",
            "target-crash-looping", "nothing-listens", "name-unknown", "host-firewall-drops",
        }.Except(CauseCatalogue.All.Select(c => c.Code)));

    [Theory, MemberData(nameof(Codes))]
    public void A_cause_has_a_page_in_both_languages(string code)
    {
        var file = Path.Combine(Repository, "docs", "causes", code + ".md");
        Assert.True(File.Exists(file), file);
        var text = File.ReadAllText(file);
        Assert.StartsWith($"# {code}\n", text, StringComparison.Ordinal);
        Assert.Contains("\n## 中文", text, StringComparison.Ordinal);
        // A page that explains names what is done about it.
        foreach (var fix in CauseCatalogue.Of(code)!.Fixes) Assert.Contains(fix, FixIds.All);
    }

    [Theory, MemberData(nameof(Codes))]
    public void A_cause_has_scenarios_each_with_a_healthy_twin(string code)
    {
        var folder = Path.Combine(Repository, "lab", "scenarios", code);
        Assert.True(Directory.Exists(folder), folder);
        var variants = Directory.GetDirectories(folder);
        Assert.NotEmpty(variants);
        foreach (var variant in variants)
        {
            var expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(variant, "expected.json"))).RootElement;
            Assert.True(File.Exists(Path.Combine(variant, "up")) || File.Exists(Path.Combine(variant, "twin")), variant);
            // The twin differs by a script, or by the question alone.
            Assert.True(File.Exists(Path.Combine(variant, "twin")) || expected.GetProperty("twin").EnumerateObject().Any(), $"{variant}: no twin");
            Assert.Contains("Twin", expected.GetProperty("about").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_scenario_and_page_belongs_to_a_cause()
    {
        var codes = CauseCatalogue.All.Select(c => c.Code).Append("unknown").ToArray();
        Assert.Empty(Directory.GetDirectories(Path.Combine(Repository, "lab", "scenarios")).Select(d => Path.GetFileName(d)!).Except(codes));
        Assert.Empty(Directory.GetFiles(Path.Combine(Repository, "docs", "causes"), "*.md").Select(f => Path.GetFileNameWithoutExtension(f)!).Except(codes).Except(["index"]));
    }

    [Fact]
    public void The_order_has_no_circle()
    {
        foreach (var a in CauseCatalogue.All)
            foreach (var b in CauseCatalogue.All)
                Assert.False(CauseCatalogue.GoesBefore(a, b) && CauseCatalogue.GoesBefore(b, a), $"{a.Code} and {b.Code} go before each other");
        foreach (var cause in CauseCatalogue.All) Walk(cause, []);

        static void Walk(CauseKind cause, List<string> path)
        {
            Assert.DoesNotContain(cause.Code, path);
            foreach (var next in cause.Outranks.Select(CauseCatalogue.Of).OfType<CauseKind>()) Walk(next, [.. path, cause.Code]);
        }
    }

    [Fact]
    public void Two_causes_of_one_stop_and_rank_have_an_order_or_exclude_each_other()
    {
        var wrong = new List<string>();
        foreach (var (i, a) in CauseCatalogue.All.Index())
        {
            foreach (var b in CauseCatalogue.All.Skip(i + 1))
            {
                var meet = a.StopsAt.Intersect(b.StopsAt).Any();
                var declared = a.Excludes.Contains(b.Code) || b.Excludes.Contains(a.Code);
                if (meet && CauseCatalogue.Ties(a, b) && !declared) wrong.Add($"{a.Code} = {b.Code}: neither goes before the other, and neither says that they exclude each other");
                if (declared && !(meet && CauseCatalogue.Ties(a, b))) wrong.Add($"{a.Code} = {b.Code}: said to exclude each other, yet never compared");
            }
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public void Nobody_outranks_itself_or_a_cause_twice()
    {
        foreach (var cause in CauseCatalogue.All)
        {
            Assert.DoesNotContain(cause.Code, cause.Outranks);
            Assert.Equal(cause.Outranks.Distinct(), cause.Outranks);
        }
    }
}
