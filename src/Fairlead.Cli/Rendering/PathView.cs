using System.Globalization;
using Fairlead.Model.Answer;
using Spectre.Console;

namespace Fairlead.Cli.Rendering;

/// <summary>The walk, a row a hop: where, what, with which flow, and the rule that decided. The hop that ends it is marked.</summary>
internal static class PathView
{
    public static void Draw(Layout page, Diagnosis answer, Words words, int indent)
    {
        if (answer.Predicted is not { Paths.Length: > 0 } predicted) return;
        page.Blank();
        var label = words.Path;
        foreach (var path in predicted.Paths)
        {
            if (predicted.Paths.Length > 1)
            {
                page.Paragraph(indent, DiagnosisView.Label(label),
                    Piece.WholeOf(path.Address, Ink.Value), words.Colon, Piece.Of(words.Phrase(path.Outcome)));
                label = "";
            }
            label = Rows(page, path, words, indent, label);
        }
    }

    private static string Rows(Layout page, PredictedPath path, Words words, int indent, string label)
    {
        var at = 0;
        var kind = 0;
        foreach (var hop in path.Hops)
        {
            at = Math.Max(at, Who(hop).GetCellWidth());
            kind = Math.Max(kind, words.HopKind(hop.Kind).GetCellWidth());
        }
        at = Math.Min(at, 28);
        Flow? before = null;
        foreach (var hop in path.Hops)
        {
            var bad = hop.Result is HopResults.Drop or HopResults.Reject or HopResults.Nothing or HopResults.Loop;
            var mark = bad ? "✗" : hop.Result == HopResults.Unknown ? "?" : " ";
            var what = hop.Detail is { Length: > 0 } detail ? detail : words.HopResult(hop.Result);
            List<Piece> lead =
            [
                .. label.Length > 0 ? Padded(DiagnosisView.Label(label), indent) : [new Piece(new string(' ', indent), Ink.Plain, true)],
                Piece.WholeOf(Pad(Who(hop), at + 3), Ink.Value), Piece.WholeOf(Pad(words.HopKind(hop.Kind), kind + 2), Ink.Plain),
                Piece.WholeOf(mark + " ", bad ? Ink.Bad : Ink.Warn),
            ];
            label = "";
            List<Piece> text = [Piece.Of(what, bad ? Ink.Bad : Ink.Plain)];
            if (hop.Flow is { } flow && flow != before) text.Add(Piece.WholeOf("   " + Text(flow), Ink.Faint));
            before = hop.Flow ?? before;
            if (hop.From is { Length: > 0 } from) text.Add(Piece.Of("   " + from, Ink.Faint));
            if (hop.Unread is { } unread) text.Add(Piece.Of("   " + words.Of("unread: ", "没读到：") + words.Reading(unread), Ink.Warn));
            page.Paragraph(Layout.Cells(lead), lead, text);
            if (hop.Rule is { } rule)
                page.Verbatim(indent + at + 3 + kind + 4, Piece.WholeOf(rule.Text, bad ? Ink.Bad : Ink.Faint), Piece.WholeOf(Place(rule), Ink.Faint));
        }
        return label;
    }

    private static string Who(Hop hop) => (hop.Direction == Directions.Reply ? "↩ " : "") + hop.At;

    private static string Place(HopRule rule) =>
        $"   {rule.Family} {rule.Table} {rule.Chain}" + (rule.Packets is { } packets ? $" [{packets.ToString(CultureInfo.InvariantCulture)}]" : "");

    private static string Text(Flow flow)
    {
        var from = flow.Src is null ? "" : End(flow.Src, flow.Sport) + " → ";
        return $"{from}{End(flow.Dst, flow.Dport)}/{flow.Proto}";
    }

    private static string End(string address, int? port)
    {
        var host = address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address;
        return port is { } p ? $"{host}:{p.ToString(CultureInfo.InvariantCulture)}" : host;
    }

    private static string Pad(string text, int cells)
    {
        var shown = Printable.Show(text);
        return shown + new string(' ', Math.Max(1, cells - shown.GetCellWidth()));
    }

    private static IReadOnlyList<Piece> Padded(IReadOnlyList<Piece> pieces, int cells)
    {
        var used = Layout.Cells(pieces);
        return used < cells ? [.. pieces, new Piece(new string(' ', cells - used), Ink.Plain, true)] : pieces;
    }
}
