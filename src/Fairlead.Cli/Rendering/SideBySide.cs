namespace Fairlead.Cli.Rendering;

/// <summary>
/// Boxes of lines laid side by side where the width allows, else below each other. They begin at sixths of the width, so that rows look alike, or
/// closer where only that has room.
/// </summary>
internal static class SideBySide
{
    internal const int Gap = 4;
    private const int Sixths = 6;

    public static void Draw(Layout page, IEnumerable<IReadOnlyList<IReadOnlyList<Piece>>> boxes)
    {
        var unit = Math.Max(1, page.Width / Sixths);
        var row = new List<(int At, IReadOnlyList<IReadOnlyList<Piece>> Box)>();
        var used = 0;
        foreach (var box in boxes)
        {
            var cells = box.Max(Layout.Cells);
            var at = used == 0 ? 0 : (used + Gap + unit - 1) / unit * unit;
            if (at + cells > page.Width)
                at = used == 0 ? 0 : used + Gap;
            if (row.Count > 0 && at + cells > page.Width)
            {
                Row(page, row);
                (row, at) = ([], 0);
            }
            row.Add((at, box));
            used = at + cells;
        }
        if (row.Count > 0)
            Row(page, row);
    }

    private static void Row(Layout page, List<(int At, IReadOnlyList<IReadOnlyList<Piece>> Box)> row)
    {
        page.Blank();
        for (var i = 0; i < row.Max(r => r.Box.Count); i++)
        {
            var line = new List<Piece>();
            foreach (var (at, box) in row.Where(r => r.Box.Count > i))
            {
                line.Add(Layout.Space(at - Layout.Cells(line)));
                line.AddRange(box[i]);
            }
            page.Verbatim(0, line);
        }
    }
}
