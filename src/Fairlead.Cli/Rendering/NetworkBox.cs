using System.Collections.Immutable;

namespace Fairlead.Cli.Rendering;

/// <summary>A container in its network's box.</summary>
/// <param name="Problems">"✗ 2" where problem 2 is its; else "".</param>
/// <param name="Notes">Doors, ports, other addresses, state: what stands behind the address.</param>
internal sealed record BoxRow(string Name, string? Project, string Problems, string Address, ImmutableArray<Piece> Notes);

/// <summary>A network as a tree: its heading, its containers by Compose project, name, address and doors in columns.</summary>
internal static class NetworkBox
{
    private const int NoteCells = 26, Gap = 2;

    private readonly record struct Item(string First, string Next, IReadOnlyList<Piece> Name, BoxRow? Row);

    /// <summary>
    /// Lines of half the page's width where name, address and notes stand side by side in it; else of at most its whole width, but for a name that is
    /// longer by itself.
    /// </summary>
    /// <param name="last">A closing line of the tree, such as how many are not shown.</param>
    public static IReadOnlyList<IReadOnlyList<Piece>> Draw(IReadOnlyList<Piece> heading, IReadOnlyList<BoxRow> rows, string? last, int width, Words words)
    {
        var items = Items(rows, last, words);
        var half = (width / 2) - SideBySide.Gap;
        var columns = Beside(items, half);
        if (columns.Concat(Heading(heading, half)).All(l => Layout.Cells(l) <= half))
            return [.. Heading(heading, half), .. columns];
        foreach (var form in (Func<List<Item>, int, List<IReadOnlyList<Piece>>>[])[Beside, Below, Narrow])
        {
            var lines = form(items, width);
            if (form == Narrow || lines.All(l => Layout.Cells(l) <= width))
                return [.. Heading(heading, width), .. lines];
        }
        return [];
    }

    private static IReadOnlyList<IReadOnlyList<Piece>> Heading(IReadOnlyList<Piece> heading, int width)
    {
        var page = new Layout(width);
        if (Layout.Cells(heading) <= width)
            page.Verbatim(0, heading);
        else
            page.HangingParagraph(3, [.. heading.Select(p => string.IsNullOrWhiteSpace(p.Text) ? Piece.Of(" ") : p with { Whole = false })]);
        return page.Lines;
    }

    private static List<Item> Items(IReadOnlyList<BoxRow> rows, string? last, Words words)
    {
        var groups = rows.GroupBy(r => r.Project).ToArray();
        // A project of one, or one that is the whole network, is no group to be told apart.
        var named = groups.Length > 1 ? groups.Where(g => g.Key is not null && g.Count() > 1).ToArray() : [];
        var loose = rows.Where(r => named.All(g => g.Key != r.Project)).ToArray();
        var items = new List<Item>();
        var left = named.Length + loose.Length + (last is null ? 0 : 1);
        foreach (var group in named)
        {
            var open = --left > 0;
            items.Add(new Item(open ? "├─ " : "└─ ", open ? "│  " : "   ", [Piece.WholeOf(group.Key, Ink.Label), Piece.Of(words.Of(" (Compose)", "（Compose）"), Ink.Faint)], null));
            var inner = group.ToArray();
            for (var i = 0; i < inner.Length; i++)
                items.Add(Of(inner[i], open ? "│  " : "   ", i < inner.Length - 1));
        }
        foreach (var row in loose)
            items.Add(Of(row, "", --left > 0));
        if (last is not null)
            items.Add(new Item("└─ ", "   ", [Piece.Of(last, Ink.Faint)], null));
        return items;
    }

    private static Item Of(BoxRow row, string before, bool open) =>
        new(before + (open ? "├─ " : "└─ "), before + (open ? "│  " : "   "),
            row.Problems.Length == 0 ? [Piece.WholeOf(row.Name, Ink.Value)] : [Piece.WholeOf(row.Name, Ink.Value), " ", Piece.WholeOf(row.Problems, Ink.Bad)], row);

    /// <summary>Name, address and notes in columns; notes that are many go on below each other.</summary>
    private static List<IReadOnlyList<Piece>> Beside(List<Item> items, int width)
    {
        var (name, address) = Columns(items);
        var lines = new List<IReadOnlyList<Piece>>();
        foreach (var item in items)
        {
            if (item.Row is not { } row)
            {
                lines.Add([item.First, .. item.Name]);
                continue;
            }
            var notes = Wrapped(row.Notes, NoteCells);
            lines.Add([.. Layout.Padded([item.First, .. item.Name], name), .. Layout.Padded([Piece.WholeOf(row.Address, Ink.Plain)], address), .. notes.FirstOrDefault() ?? []]);
            lines.AddRange(notes.Skip(1).Select(more => (IReadOnlyList<Piece>)[.. Layout.Padded([item.Next], name + address), .. more]));
        }
        return lines;
    }

    /// <summary>Name and address in columns, the notes below the name.</summary>
    private static List<IReadOnlyList<Piece>> Below(List<Item> items, int width)
    {
        var (name, _) = Columns(items);
        var lines = new List<IReadOnlyList<Piece>>();
        foreach (var item in items)
        {
            if (item.Row is not { } row)
            {
                lines.Add([item.First, .. item.Name]);
                continue;
            }
            lines.Add([.. Layout.Padded([item.First, .. item.Name], name), Piece.WholeOf(row.Address, Ink.Plain)]);
            var begin = item.Next + "  ";
            lines.AddRange(Wrapped(row.Notes, width - begin.Length).Select(more => (IReadOnlyList<Piece>)[begin, .. more]));
        }
        return lines;
    }

    /// <summary>The name alone, all else below it.</summary>
    private static List<IReadOnlyList<Piece>> Narrow(List<Item> items, int width)
    {
        var lines = new List<IReadOnlyList<Piece>>();
        foreach (var item in items)
        {
            lines.Add([item.First, .. item.Name]);
            if (item.Row is not { } row)
                continue;
            var begin = item.Next + "  ";
            lines.AddRange(Wrapped([Piece.WholeOf(row.Address, Ink.Plain), .. row.Notes], width - begin.Length).Select(more => (IReadOnlyList<Piece>)[begin, .. more]));
        }
        return lines;
    }

    private static (int Name, int Address) Columns(List<Item> items) =>
        (items.Where(i => i.Row is not null).Select(i => Layout.Cells([i.First, .. i.Name])).DefaultIfEmpty().Max() + Gap,
            items.Where(i => i.Row is not null).Select(i => Layout.Cells([i.Row!.Address])).DefaultIfEmpty().Max() + Gap);

    /// <summary>As many a line as fit, two blanks between.</summary>
    private static List<IReadOnlyList<Piece>> Wrapped(IReadOnlyList<Piece> notes, int width)
    {
        var lines = new List<IReadOnlyList<Piece>>();
        var line = new List<Piece>();
        foreach (var note in notes.Where(n => n.Text.Length > 0))
        {
            if (line.Count > 0 && Layout.Cells(line) + Gap + Layout.Cells([note]) > width)
            {
                lines.Add(line);
                line = [];
            }
            if (line.Count > 0)
                line.Add(Layout.Space(Gap));
            line.Add(note);
        }
        if (line.Count > 0)
            lines.Add(line);
        return lines;
    }
}
