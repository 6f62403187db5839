using System.Text;
using Fairlead.Model.Causes;
using Fairlead.Model.Walk;
using Xunit;

namespace Fairlead.Tests.Docs;

/// <summary>Each cause has a page in both languages, with the same parts in the same order, and what it says of the code is so.</summary>
public class CausePageTests
{
    private const string ChineseHead = "\n## 中文\n";

    private static readonly string[] Parts =
        ["What you see", "Why it happens", "How to check by hand", "Repairs, best first", "What does not help", "How Fairlead proves it", "Confused with"];

    private static readonly string[] ChineseParts = ["现象", "原因", "手工验证", "修法（从好到次）", "没用的做法", "Fairlead 怎么证实", "容易混淆"];

    public static TheoryData<string> Codes => [.. CauseCatalogue.All.Select(c => c.Code)];

    private static string PageOf(string code) => Repository.At($"docs/causes/{code}.md");

    [Fact]
    public void No_page_is_left_over() => Assert.Equal(CauseCatalogue.All.Select(c => c.Code).Append("index").Order(StringComparer.Ordinal),
        Directory.GetFiles(Repository.At("docs/causes"), "*.md").Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(Codes))]
    public void A_page_has_all_its_parts_in_both_languages(string code)
    {
        var text = Repository.Text(PageOf(code));
        Assert.StartsWith($"# {code}\n\n", text, StringComparison.Ordinal);
        var halves = text.Split(ChineseHead);
        Assert.Equal(2, halves.Length);
        Assert.Equal(Parts, Heads(halves[0], "## "));
        Assert.Equal(ChineseParts, Heads(halves[1], "### "));
    }

    [Theory, MemberData(nameof(Codes))]
    public void The_line_about_the_code_is_so(string code)
    {
        var text = Repository.Text(PageOf(code));
        var kind = CauseCatalogue.Of(code)!;
        var now = WithLine(WithLine(text, "Asked where the walk ends at", English(kind), "\n## Confused with\n"), "推算停在", Chinese(kind), "\n### 容易混淆\n");
        if (Repository.Writes) File.WriteAllText(PageOf(code), now);
        else Assert.True(now == text, $"docs/causes/{code}.md does not say what the class says; {Repository.HowToWrite}");
    }

    [Fact]
    public void The_index_lists_each_cause_with_its_first_sentences()
    {
        var file = Repository.At("docs/causes/index.md");
        var now = Index();
        if (Repository.Writes) File.WriteAllText(file, now);
        else Assert.True(File.Exists(file) && Repository.Text(file) == now, $"docs/causes/index.md is not what the pages give; {Repository.HowToWrite}");
    }

    private static string English(CauseKind kind) =>
        $"Asked where the walk ends at {Stops(kind, ", ")}. Named before {Codes_(kind.Outranks, ", ", "no other")}. "
        + $"Repairs of which plans are made: {Codes_(kind.Fixes, ", ", "none")}.";

    private static string Chinese(CauseKind kind) =>
        $"推算停在 {Stops(kind, "、")} 时才考虑它。排在它后面的：{Codes_(kind.Outranks, "、", "无")}。给方案时用到的修法：{Codes_(kind.Fixes, "、", "无")}。";

    private static string Stops(CauseKind kind, string comma) => string.Join(comma, kind.StopsAt.Select(s => $"`{Word(s.Kind)}/{Word(s.Result)}`"));

    private static string Codes_(IEnumerable<string> codes, string comma, string none) => codes.Any() ? string.Join(comma, codes.Select(c => $"`{c}`")) : none;

    private static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    /// <summary>The text with that line as the last paragraph before the next head.</summary>
    private static string WithLine(string text, string begin, string line, string before)
    {
        var kept = string.Join('\n', text.Split('\n').Where(l => !l.StartsWith(begin, StringComparison.Ordinal)));
        var at = kept.IndexOf(before, StringComparison.Ordinal);
        return kept[..at].TrimEnd('\n') + "\n\n" + line + "\n" + kept[at..];
    }

    private static string Index()
    {
        var index = new StringBuilder("# Causes\n\nWhat `fairlead why` can name. Each page is also in the program: `fairlead explain CODE`.\n\n")
            .Append("When several hold at the place where the walk ends, a cause about the state of the target goes first, then one about the address that was\n")
            .Append("written, then one about a setting, then one that only describes what was found; the pairs that each page names come before that order.\n");
        foreach (var rank in CauseCatalogue.All.GroupBy(c => c.Rank).OrderBy(g => g.Key))
        {
            index.Append(System.Globalization.CultureInfo.InvariantCulture, $"\n## {Title(rank.Key)}\n\n");
            foreach (var kind in rank)
            {
                var halves = Repository.Text(PageOf(kind.Code)).Split(ChineseHead);
                index.Append(System.Globalization.CultureInfo.InvariantCulture, $"- [{kind.Code}]({kind.Code}.md): {First(halves[0].Split("\n\n", 2)[1])}\n  {First(halves[1])}\n");
            }
        }
        return index.ToString();
    }

    private static string Title(CauseRank rank) => rank switch
    {
        CauseRank.State => "State of the target · 目标的状态",
        CauseRank.Address => "The address that was written · 写下的地址",
        CauseRank.Setting => "A setting of the network or the host · 网络或宿主机的设置",
        _ => "What was found · 只描述看到的情况",
    };

    private static string First(string text) => string.Join(' ', text.Trim().Split("\n\n")[0].Split('\n').Select(l => l.Trim()));

    private static string[] Heads(string text, string mark) =>
        [.. text.Split('\n').Where(l => l.StartsWith(mark, StringComparison.Ordinal)).Select(l => l[mark.Length..])];
}
