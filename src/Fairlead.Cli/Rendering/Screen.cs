using Fairlead.Model.Answer;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Fairlead.Cli.Rendering;

/// <summary>Draws a layout: in colour on a terminal, plain anywhere else.</summary>
internal static class Screen
{
    public static void Write(TextWriter to, Layout page, bool colour)
    {
        if (!colour)
        {
            foreach (var line in page.Lines) to.WriteLine(string.Concat(line.Select(p => p.Text)).TrimEnd());
            return;
        }
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes, ColorSystem = ColorSystemSupport.Standard, Interactive = InteractionSupport.No, Out = new Wide(to),
        });
        console.Write(new Drawing(page));
    }

    /// <summary>The layout has been cut to the width already; the console must not wrap it again.</summary>
    private sealed class Wide(TextWriter to) : IAnsiConsoleOutput
    {
        public TextWriter Writer { get; } = to;
        public bool IsTerminal => true;
        public int Width => 100_000;
        public int Height => 1000;

        public void SetEncoding(System.Text.Encoding encoding)
        {
        }
    }

    private sealed class Drawing(Layout page) : Renderable
    {
        protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
        {
            foreach (var line in page.Lines)
            {
                foreach (var piece in line) yield return new Segment(piece.Text, StyleOf(piece.Ink));
                yield return Segment.LineBreak;
            }
        }
    }

    private static Style StyleOf(Ink ink) => ink switch
    {
        Ink.Label => new Style(decoration: Decoration.Bold),
        Ink.Bad => new Style(Color.Red, decoration: Decoration.Bold),
        Ink.Good => new Style(Color.Green, decoration: Decoration.Bold),
        Ink.Warn => new Style(Color.Olive, decoration: Decoration.Bold),
        Ink.Value => new Style(Color.Teal),
        Ink.Command => new Style(decoration: Decoration.Bold),
        Ink.Faint => new Style(decoration: Decoration.Dim),
        _ => Style.Plain,
    };

    /// <summary>One line for an error: what was wrong; what to do; what may have been meant.</summary>
    public static string ErrorLine(ErrorAnswer error, string lang)
    {
        var words = Words.For(lang);
        var line = "fairlead" + words.Of(": ", "：") + Printable.Show(error.Message, 400);
        // A message that names them already says it all.
        if (error.Candidates.Length > 0 && !error.Candidates.All(c => error.Message.Contains(c, StringComparison.Ordinal) || error.Hint?.Contains(c, StringComparison.Ordinal) == true))
        {
            var some = error.Candidates.Take(12).Select(c => Printable.Show(c, 80));
            line += words.Colon + string.Join(words.List, some) + (error.Candidates.Length > 12 ? "…" : "");
        }
        return error.Hint is { Length: > 0 } hint ? line + words.Semicolon + Small(Printable.Show(hint, 400).TrimEnd('.', '。')) : line;
    }

    // A sentence of its own becomes the second half of one.
    private static string Small(string text) => text is [>= 'A' and <= 'Z', >= 'a' and <= 'z' or ' ', ..] ? char.ToLowerInvariant(text[0]) + text[1..] : text;
}
