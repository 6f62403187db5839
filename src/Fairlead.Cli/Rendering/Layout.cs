using Spectre.Console;

namespace Fairlead.Cli.Rendering;

/// <summary>Lines of pieces at a given width. Widths are cells of the terminal: a Chinese character takes two.</summary>
internal sealed class Layout(int width)
{
    private const string NoLineBegins = "，。；：、！？）】》”’,.;:!?)…";
    private const string NoLineEnds = "（【《“‘(";

    private readonly List<List<Piece>> lines = [];

    public int Width { get; } = width;
    public IReadOnlyList<IReadOnlyList<Piece>> Lines => lines;

    public void Blank()
    {
        if (lines.Count > 0 && lines[^1].Count > 0) lines.Add([]);
    }

    /// <summary>A paragraph: <paramref name="lead"/> stands before the first line, the rest hangs at <paramref name="indent"/> cells.</summary>
    public void Paragraph(int indent, IReadOnlyList<Piece> lead, params IReadOnlyList<Piece> text)
    {
        var used = Cells(lead);
        var line = new List<Piece>(lead);
        if (used < indent) line.Add(Space(indent - used));
        Lay(indent, line, Math.Max(used, indent), text);
    }

    private void Lay(int indent, List<Piece> line, int used, IReadOnlyList<Piece> text)
    {
        var begun = false;
        foreach (var token in Tokens(text))
        {
            var space = begun && token.SpaceBefore ? 1 : 0;
            if (begun && token.MayBreakBefore && used + space + token.Tail > Width)
            {
                lines.Add(line);
                line = [Space(indent)];
                (used, space) = (indent, 0);
            }
            Append(line, new string(' ', space) + token.Text, token.Ink);
            used += space + token.Cells;
            begun = true;
        }
        lines.Add(line);
    }

    /// <summary>
    /// A row whose right part begins at <paramref name="column"/>; where there is no room, left and right are paragraphs of their own that hang
    /// at <paramref name="indent"/> cells. <paramref name="lead"/> stands before the left part.
    /// </summary>
    public void Row(int indent, int column, IReadOnlyList<Piece> lead, IReadOnlyList<Piece> left, IReadOnlyList<Piece> right)
    {
        var begin = Math.Max(Cells(lead), lead.Count > 0 ? indent : 0);
        var used = begin + Cells(left);
        var at = Math.Max(column, used + 4);
        if (right.Count > 0 && at + Cells(right) <= Width)
        {
            lines.Add([.. lead, Space(begin - Cells(lead)), .. left, Space(at - used), .. right]);
            return;
        }
        if (lead.Count > 0) Paragraph(indent, lead, left);
        else HangingParagraph(indent, left);
        if (right.Count > 0) Paragraph(indent, [], right);
    }

    /// <summary>A paragraph whose first line begins at the edge; the rest hangs at <paramref name="indent"/> cells.</summary>
    public void HangingParagraph(int indent, IReadOnlyList<Piece> text) => Lay(indent, [], 0, text);

    /// <summary>One line as it stands, whatever its length: commands must be copied whole.</summary>
    public void Verbatim(int indent, params IReadOnlyList<Piece> text) =>
        lines.Add([Space(indent), .. text]);

    /// <summary>So many blank cells.</summary>
    public static Piece Space(int cells) => new(new string(' ', Math.Max(0, cells)), Ink.Plain, true);

    /// <summary>The pieces, filled up with blanks to so many cells.</summary>
    public static IReadOnlyList<Piece> Padded(IReadOnlyList<Piece> pieces, int cells) => [.. pieces, Space(cells - Cells(pieces))];

    public static int Cells(IReadOnlyList<Piece> pieces)
    {
        var cells = 0;
        foreach (var piece in pieces) cells += piece.Text.GetCellWidth();
        return cells;
    }

    private static void Append(List<Piece> line, string text, Ink ink)
    {
        if (line.Count > 0 && line[^1].Ink == ink) line[^1] = line[^1] with { Text = line[^1].Text + text };
        else line.Add(new Piece(text, ink, true));
    }

    /// <param name="Tail">Cells of this token and of those glued behind it, which must stay on one line with it.</param>
    private readonly record struct Token(string Text, Ink Ink, int Cells, bool SpaceBefore, bool MayBreakBefore, int Tail);

    private static List<Token> Tokens(IReadOnlyList<Piece> pieces)
    {
        var tokens = new List<Token>();
        var space = false;
        foreach (var piece in pieces)
        {
            if (piece.Whole)
            {
                Add(piece.Text, piece.Ink);
                continue;
            }
            var start = 0;
            for (var i = 0; i <= piece.Text.Length; i++)
            {
                var end = i == piece.Text.Length;
                if (!end && piece.Text[i] != ' ' && !IsWide(piece.Text[i]) && (i == start || !IsWide(piece.Text[i - 1]))) continue;
                if (i > start) Add(piece.Text[start..i], piece.Ink);
                start = i;
                if (!end && piece.Text[i] == ' ') (space, start) = (true, i + 1);
            }
        }
        for (var i = tokens.Count - 2; i >= 0; i--)
            if (!tokens[i + 1].MayBreakBefore)
                tokens[i] = tokens[i] with { Tail = tokens[i].Cells + (tokens[i + 1].SpaceBefore ? 1 : 0) + tokens[i + 1].Tail };
        return tokens;

        void Add(string text, Ink ink)
        {
            if (text.Length == 0) return;
            var before = tokens.Count > 0 ? tokens[^1].Text[^1] : ' ';
            var mayBreak = space
                || ((IsWide(before) || IsWide(text[0])) && !NoLineBegins.Contains(text[0]) && !NoLineEnds.Contains(before));
            var cells = text.GetCellWidth();
            tokens.Add(new Token(text, ink, cells, space, mayBreak, cells));
            space = false;
        }
    }

    private static bool IsWide(char c) => c >= 0x1100 && c.GetCellWidth() == 2;
}
