using System.Text.RegularExpressions;
using Fairlead.Model.Words;
using Xunit;

namespace Fairlead.Tests.Words;

/// <summary>English and 中文 carry the same values: in every sentence of the sources, whether a scenario reaches it or not.</summary>
public partial class LanguageTests
{
    private static readonly string Sources = Path.Combine(Path.GetDirectoryName(Shared.Schemas.Folder)!, "..", "src");

    // Written in Chinese as they are in English.
    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
        { "Docker", "Compose", "NAT", "DNS", "hosts", "TLS", "URL", "id", "tar", "gzip", "JSON", "FILE", "demo", "HTTP", "IPv4", "IPv6", "root", "host", "port", "ms" };

    private static IEnumerable<(string File, string Text)> Files(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Sources, folder), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .Select(f => (Path.GetRelativePath(Sources, f), File.ReadAllText(f)));

    [Fact]
    public void Each_sentence_has_both_languages_with_the_same_values()
    {
        var (wrong, seen) = (new List<string>(), 0);
        foreach (var (file, text) in Files("Fairlead.Model").Concat(Files("Fairlead.Engine")).Concat(Files("Fairlead.Cli")))
        {
            foreach (var (line, arguments) in SourceStrings.Calls(file, text, "Text.Of", "words.Of", "Of", "Say", "say"))
            {
                if (arguments.Count < 2 || arguments[^1].Count == 0 || arguments[^2].Count == 0) continue;
                var (en, zh) = (arguments[^2], arguments[^1]);
                if (!zh.Any(l => Chinese().IsMatch(l.Text)) && !en.Any(l => Chinese().IsMatch(l.Text))) continue;
                seen++;
                Compare($"{file}:{line}", string.Concat(en.Select(l => l.Text)), string.Concat(zh.Select(l => l.Text)),
                    en.SelectMany(l => l.Holes), zh.SelectMany(l => l.Holes), wrong);
            }
        }
        Assert.True(seen > 150, $"only {seen} sentences were found: has the way of writing them changed?");
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public void Each_phrase_of_the_walk_and_of_the_evidence_has_its_Chinese()
    {
        var wrong = new List<string>();
        foreach (var (en, zh) in Phrases.All.Concat(Refusals.All))
            Compare("Phrases", en, zh, Holes().Matches(en).Select(m => m.Value), Holes().Matches(zh).Select(m => m.Value), wrong);
        var said = Files("Fairlead.Model").Where(f => f.File.Contains("/Walk/", StringComparison.Ordinal) || f.File.Contains("/Names/", StringComparison.Ordinal)
            || f.File.EndsWith("Shared/Show.cs", StringComparison.Ordinal)).SelectMany(f => SourceStrings.All(f.File, f.Text));
        foreach (var literal in said)
        {
            var plain = HolesOf(literal);
            if (!plain.Contains(' ', StringComparison.Ordinal) || EnglishWords().Count(Paths().Replace(plain, "")) < 2 || Commands().IsMatch(plain)) continue;
            if (Phrases.In("zh", plain) == plain) wrong.Add($"{literal.File}:{literal.Line}: no Chinese for: {literal.Text}");
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public void Each_refusal_has_its_Chinese()
    {
        var (wrong, seen) = (new List<string>(), 0);
        foreach (var (file, text) in Files("Fairlead.Engine"))
        {
            foreach (var (line, arguments) in SourceStrings.Calls(file, text, "AskException", "EngineUnavailableException"))
            {
                foreach (var literal in arguments.SelectMany(a => a))
                {
                    // A hole that follows a word without a space is what the other side said, where it said something.
                    var plain = Regex.Replace(HolesOf(literal), @"(?<=[a-z])V\d$", "");
                    // The engine's and the system's own words are passed on as they are.
                    if (!plain.Contains(' ', StringComparison.Ordinal) || EnglishWords().Count(plain) < 2 || plain[0] == ';' || Chinese().IsMatch(plain)) continue;
                    seen++;
                    if (Refusals.In("zh", plain) == plain) wrong.Add($"{file}:{line}: no Chinese for: {literal.Text}");
                }
            }
        }
        Assert.True(seen > 20, $"only {seen} refusals were found: has the way of writing them changed?");
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Theory]
    [InlineData("nothing on 127.0.0.1:80", "127.0.0.1:80 上没有监听")]
    [InlineData("leaves by eth0 via 192.0.2.1", "经 192.0.2.1 从 eth0 出去")]
    [InlineData("-A INPUT -j DROP", "-A INPUT -j DROP")]
    [InlineData("no tcp listener takes 127.0.0.1:80 in x; listening there: [::]:3000, 0.0.0.0:1", "x 里没有 tcp 监听接收 127.0.0.1:80；那里监听的是 [::]:3000, 0.0.0.0:1")]
    [InlineData("{1} is down", "{1} 没有启用"), InlineData("192.0.2.1 cannot be asked: nothing on x", "没法去问 192.0.2.1：x 上没有监听")]
    public void A_phrase_keeps_its_values(string en, string zh) => Assert.Equal(zh, Phrases.In("zh", en));

    private static void Compare(string at, string en, string zh, IEnumerable<string> inEn, IEnumerable<string> inZh, List<string> wrong)
    {
        var (left, right) = (inEn.Select(Value).Order(StringComparer.Ordinal).Distinct().ToArray(), inZh.Select(Value).Order(StringComparer.Ordinal).Distinct().ToArray());
        if (!left.SequenceEqual(right)) wrong.Add($"{at}: the values differ: {string.Join(" ", left.Except(right))} | {string.Join(" ", right.Except(left))}   {en}");
        if (Chinese().IsMatch(en)) wrong.Add($"{at}: Chinese in the English: {en}");
        if (EnglishWords().IsMatch(Holes().Replace(en, "")) && !Chinese().IsMatch(zh)) wrong.Add($"{at}: no Chinese: {zh}");
        var words = AsciiRuns().Matches(Holes().Replace(en, " ")).Select(m => m.Value.TrimEnd('.')).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var run in AsciiRuns().Matches(Holes().Replace(zh, " ")).Select(m => m.Value.TrimEnd('.')))
            if (!Names.Contains(run) && !words.Contains(run)) wrong.Add($"{at}: '{run}' stands in the Chinese only: {zh}");
    }

    // A value by what it is: which name of a plural or which way of writing a number is the language's own affair.
    private static string Value(string hole) => Regex.Replace(hole, "^\\{?(?:words\\.)?Count\\((.*), \".*$", "$1").Trim('{', '}', '(', ')', '!').Split(['?', ':'])[0].Trim();

    private static string HolesOf(Literal literal)
    {
        var (text, i) = (literal.Text, 0);
        foreach (var hole in literal.Holes) text = text.Replace("{" + hole + "}", $"V{i++}", StringComparison.Ordinal);
        return text;
    }

    [GeneratedRegex("[\u4e00-\u9fff]")]
    private static partial Regex Chinese();

    [GeneratedRegex(@"\{[^{}]*\}")]
    private static partial Regex Holes();

    [GeneratedRegex(@"/\S+")]
    private static partial Regex Paths();

    [GeneratedRegex(@"\b[a-z]{2,}\b")]
    private static partial Regex EnglishWords();

    [GeneratedRegex(@"[A-Za-z0-9_./=-]*[A-Za-z0-9][A-Za-z0-9_./=-]+")]
    private static partial Regex AsciiRuns();

    [GeneratedRegex(@"^(ip|ss|sysctl|docker|bridge|nft|nsenter|cat|via|dev|net|RFC|unreachable|prohibit|blackhole|no such)\b|^ip6?tables|^/|\{\{|^, ")]
    private static partial Regex Commands();
}
