using System.Text;
using Fairlead.Cli.Commands;
using Fairlead.Cli.Rendering;
using Fairlead.Model.Answer;
using Spectre.Console;
using Layout = Fairlead.Cli.Rendering.Layout;
using Xunit;

namespace Fairlead.Tests.Cli;

/// <summary>`why` as it is drawn: every kind of answer in both languages, at widths a terminal has.</summary>
public class RenderingTests
{
    private static readonly int[] Widths = [60, 80, 120];

    private static readonly Dictionary<string, Func<string, Diagnosis>> Answers = new()
    {
        ["stacked"] = Samples.Sibling, ["firewall"] = Samples.Firewall, ["unknown"] = Samples.Unknown, ["several-addresses"] = Samples.SeveralAddresses,
        ["differ"] = Samples.Differ, ["reachable"] = Samples.Reachable, ["degraded"] = Samples.Degraded, ["long-names"] = Samples.LongNames,
        ["hostile-names"] = Samples.HostileNames,
    };

    public static TheoryData<string, string> Cases => Expectation.InBothLanguages(Answers.Keys);

    [Theory, MemberData(nameof(Cases))]
    public void An_answer_is_drawn_as_recorded(string name, string lang)
    {
        var answer = Answers[name](lang);
        var all = new StringBuilder();
        foreach (var width in Widths) Part(all, $"{width} columns", Text(answer, new Settings { Lang = lang, Width = width }));
        Part(all, "100 columns, -v", Text(answer, new Settings { Lang = lang, Width = 100, Verbose = true }));
        Part(all, "-q", Text(answer, new Settings { Lang = lang, Quiet = true }));
        Expectation.Matches($"why-{name}.{lang}", all.ToString());
    }

    [Theory, MemberData(nameof(Cases))]
    public void No_line_is_wider_than_asked_but_what_is_copied_whole(string name, string lang)
    {
        foreach (var width in Widths)
        {
            var page = DiagnosisView.Draw(Answers[name](lang), width, verbose: false);
            foreach (var line in page.Lines.Where(l => Layout.Cells(l) > width))
            {
                var text = string.Concat(line.Select(p => p.Text));
                Assert.True(line.Any(p => p.Ink == Ink.Command) || text.Split(' ').Any(w => w.GetCellWidth() > width - 24) || text.Contains("   host: ip table", StringComparison.Ordinal), $"{width}: {text}");
            }
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Nothing_drawn_can_steer_a_terminal(string name, string lang)
    {
        foreach (var verbose in (bool[])[false, true])
            foreach (var rune in Text(Answers[name](lang), new Settings { Lang = lang, Width = 80, Verbose = verbose }).EnumerateRunes())
                Assert.True(rune.Value == '\n' || Printable.IsPlain(rune), $"U+{rune.Value:x4} came through");
    }

    [Theory, InlineData("en"), InlineData("zh")]
    public void Colour_is_added_and_nothing_else(string lang)
    {
        var answer = Samples.Sibling(lang);
        var coloured = Text(answer, new Settings { Lang = lang, Width = 80, Colour = true });
        Expectation.Matches($"why-colour.{lang}", coloured.Replace("\u001b", "\\e", StringComparison.Ordinal));
        var bare = System.Text.RegularExpressions.Regex.Replace(coloured, "\u001b\\[[0-9;]*m", "");
        Assert.Equal(Text(answer, new Settings { Lang = lang, Width = 80 }), string.Join('\n', bare.Split('\n').Select(l => l.TrimEnd())));
    }

    private static string Text(Diagnosis answer, Settings settings)
    {
        using var to = new StringWriter { NewLine = "\n" };
        WhyCommand.Show(answer, settings, new Surroundings
        {
            Out = to, Error = to, OutStream = () => Stream.Null, Variable = _ => null, OutIsTerminal = settings.Colour, Columns = () => settings.Width,
        });
        return to.ToString();
    }

    private static void Part(StringBuilder all, string title, string text) => all.Append("=== ").Append(title).Append('\n').Append(text);
}
