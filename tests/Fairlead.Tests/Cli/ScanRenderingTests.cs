using System.Text;
using Fairlead.Cli.Commands;
using Fairlead.Cli.Rendering;
using Fairlead.Model.Answer;
using Fairlead.Tests.Shared;
using Layout = Fairlead.Cli.Rendering.Layout;
using Xunit;

namespace Fairlead.Tests.Cli;

/// <summary>`fairlead`, `scan` and `map` as they are drawn: with 6, 60 and 600 containers, at 60 and at 120 columns, in both languages.</summary>
public class ScanRenderingTests
{
    private static readonly int[] Widths = [60, 120];

    private static readonly Dictionary<string, Func<string, ScanAnswer>> Answers = new()
    {
        ["6"] = ScanSamples.Six, ["60"] = ScanSamples.Sixty, ["600"] = ScanSamples.SixHundred, ["healthy"] = ScanSamples.Healthy, ["strained"] = ScanSamples.Strained, ["hostile"] = ScanSamples.Hostile,
    };

    public static TheoryData<string, string> Cases => Expectation.InBothLanguages(Answers.Keys);

    [Theory, MemberData(nameof(Cases))]
    public void A_scan_is_drawn_as_recorded(string name, string lang)
    {
        var answer = Answers[name](lang);
        var all = new StringBuilder();
        foreach (var width in Widths)
            Part(all, $"fairlead scan, {width} columns", ScanView.Draw(answer, Shown(width)));
        Part(all, "fairlead, 120 columns", ScanView.Draw(answer, Shown(120) with { Map = false }));
        if (name == "6")
        {
            Part(all, "fairlead scan --all, 120 columns", ScanView.Draw(answer, Shown(120) with { Map = false, Suspicions = true }));
            Part(all, "fairlead, not kept, without fix", ScanView.Draw(answer, Shown(120) with { Map = false, Kept = false, Next = ["why", "map"] }));
            Part(all, "fairlead map, 120 columns", MapView.Draw(answer.Map(), 120, quiet: false));
            Part(all, "fairlead map -q", MapView.Draw(answer.Map(), 120, quiet: true));
        }
        Expectation.Matches($"scan-{name}.{lang}", all.ToString());
    }

    [Theory, MemberData(nameof(Cases))]
    public void No_line_is_wider_than_asked_but_what_is_copied_whole(string name, string lang)
    {
        foreach (var width in Widths)
        {
            foreach (var line in ScanView.Draw(Answers[name](lang), Shown(width)).Lines.Where(l => Layout.Cells(l) > width))
                Assert.True(line.Any(p => p.Ink == Ink.Command), $"{width}: {string.Concat(line.Select(p => p.Text))}");
        }
    }

    [Theory, InlineData(60), InlineData(120)]
    public void Each_container_is_drawn_once(int width)
    {
        var answer = ScanSamples.Sixty("en").Map();
        var words = string.Concat(MapView.Draw(answer, width, quiet: false).Lines.Select(l => string.Concat(l.Select(p => p.Text)) + "\n")).Split([' ', ',', '\n', ':', '(', ')'], StringSplitOptions.RemoveEmptyEntries);
        // "proxy" is named once more, as the one whose network another container shares.
        Assert.Empty(answer.Containers.Where(c => words.Count(w => w == c.Name) != (c.Name == "proxy" ? 2 : 1)).Select(c => c.Name));
    }

    [Fact]
    public void A_fold_hides_no_container_that_fails()
    {
        var answer = ScanSamples.SixHundred("en");
        var text = Text(ScanView.Draw(answer, Shown(120)));
        var map = text[..text.IndexOf("connections fail", StringComparison.Ordinal)];
        Assert.All(answer.Problems, p => Assert.Contains($"{p.Source.Name} ✗ {p.N}", map, StringComparison.Ordinal));
        Assert.True(map.Count(c => c == '\n') < 120, $"{map.Count(c => c == '\n')} lines are no look");
        Assert.Contains("stack59-svc9-1", Text(ScanView.Draw(answer, Shown(120) with { Verbose = true })), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Nothing_drawn_can_steer_a_terminal(string name, string lang)
    {
        foreach (var rune in Text(ScanView.Draw(Answers[name](lang), Shown(80))).EnumerateRunes())
            Assert.True(rune.Value == '\n' || Printable.IsPlain(rune), $"U+{rune.Value:x4} came through");
    }

    [Theory, MemberData(nameof(Cases))]
    public void The_shapes_are_valid(string name, string lang)
    {
        Assert.Equal("", Schemas.Faults(AnswerJson.Write(Answers[name](lang))));
        Assert.Equal("", Schemas.Faults(AnswerJson.Write(Answers[name](lang).Map() with { Demo = true })));
    }

    [Theory, InlineData("en"), InlineData("zh")]
    public async Task Quiet_is_a_line_a_problem_and_nothing_else(string lang)
    {
        async Task<RanLine> ask(ScanAnswer answer) => await CommandLine.RunAsync([], ["scan", "-q", "--lang", lang], new Backend { Scan = (_, _) => Task.FromResult(answer) });
        var failing = await ask(ScanSamples.Six(lang));
        Assert.Equal((1, 2), (failing.Exit, failing.Out.Count(c => c == '\n')));
        Assert.All(failing.Out.TrimEnd('\n').Split('\n'), line => Assert.Contains(" → ", line, StringComparison.Ordinal));
        Assert.Equal(new RanLine(0, "", ""), await ask(ScanSamples.Healthy(lang)));
    }

    [Theory, InlineData(60), InlineData(95), InlineData(120)]
    public async Task A_heading_written_early_is_continued_and_not_repeated(int width)
    {
        foreach (var lang in (string[])["en", "zh"])
        {
            var clock = new ManualTime();
            Task<RanLine> ask(bool early) => CommandLine.RunAsync([], ["scan", "--lang", lang, "--width", $"{width}", "--state", "/dev/null/none"],
                new Backend
                {
                    Scan = (settings, _) =>
                    {
                        if (early) settings.Begun!(ScanSamples.Six(lang).Map() with { ElapsedMs = 0 });
                        clock.Now += TimeSpan.FromSeconds(0.21);
                        return Task.FromResult(ScanSamples.Six(lang));
                    },
                }, clock);
            Assert.Equal(await ask(false), await ask(true));
        }
    }

    [Fact]
    public async Task A_scan_that_fails_after_its_heading_ends_the_line()
    {
        var ran = await CommandLine.RunAsync([], ["scan"], new Backend
        {
            Scan = (settings, _) =>
            {
                settings.Begun!(ScanSamples.Six("en").Map() with { ElapsedMs = 0 });
                throw new CannotAnswerException(ErrorCodes.Gone, "the engine is gone");
            },
        });
        Assert.Equal((3, "fairlead: the engine is gone\n"), (ran.Exit, ran.Error));
        Assert.Equal("Docker 28.5.2 on vps (ens17 172.16.0.24) · 6 containers, 2 networks · looked from inside as root\n", ran.Out);
    }

    private static ScanShown Shown(int width) => new() { Width = width, Map = true, Kept = true, Next = ["why", "fix", "map"], Zone = TimeZoneInfo.Utc };

    private static string Text(Layout page)
    {
        using var to = new StringWriter { NewLine = "\n" };
        Screen.Write(to, page, colour: false);
        return to.ToString();
    }

    private static void Part(StringBuilder all, string title, Layout page) => all.Append("=== ").Append(title).Append('\n').Append(Text(page));
}
