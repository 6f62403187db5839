using System.Globalization;
using Fairlead.Model.Answer;
using Spectre.Console;

namespace Fairlead.Cli.Rendering;

/// <summary>The walk, a row a hop: where, what, with which flow, and the rule that decided. The hop that ends it is marked.</summary>
internal static class PathView
{
    private const int WidestName = 28, WidestDetail = 46;

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
        var at = Math.Min(WidestName, path.Hops.Select(h => Who(h).GetCellWidth()).DefaultIfEmpty().Max());
        var kind = path.Hops.Select(h => words.HopKind(h.Kind).GetCellWidth()).DefaultIfEmpty().Max();
        var begin = indent + at + 3 + kind + 2 + 2;
        var detail = Math.Min(WidestDetail, path.Hops.Select(h => What(h, words).GetCellWidth()).Where(w => w <= WidestDetail).DefaultIfEmpty().Max());
        (Hop? last, Flow? flow) = (null, null);
        foreach (var hop in path.Hops)
        {
            // Out and in again by the same local route: once is enough for a reader.
            if (last is not null && hop.Rule is null && (hop.At, hop.Kind, hop.Detail, hop.From, hop.Direction) == (last.At, last.Kind, last.Detail, last.From, last.Direction)) continue;
            last = hop;
            var ends = hop.Result is HopResults.Drop or HopResults.Reject or HopResults.Nothing or HopResults.Loop;
            var mark = ends ? "✗" : hop.Result == HopResults.Unknown ? "?" : " ";
            List<Piece> lead =
            [
                .. label.Length > 0 ? Layout.Padded(DiagnosisView.Label(label), indent) : [Layout.Space(indent)],
                Piece.WholeOf(Pad(Who(hop), at + 3), Ink.Value), Piece.WholeOf(Pad(words.HopKind(hop.Kind), kind + 2), Ink.Plain),
                Piece.WholeOf(mark + " ", ends ? Ink.Bad : Ink.Warn),
            ];
            label = "";
            // A rule is shown as its tool prints it, whole, and once.
            if (hop.Rule is { } rule && hop.Detail == rule.Text) page.Verbatim(0, [.. lead, Piece.WholeOf(rule.Text, ends ? Ink.Bad : Ink.Plain), Piece.WholeOf(Place(rule), Ink.Faint)]);
            else
            {
                page.Row(begin, begin + detail + 4, lead, [Piece.Of(What(hop, words), ends ? Ink.Bad : Ink.Plain)], hop.From is { Length: > 0 } from ? [Piece.Of(from, Ink.Faint)] : []);
                if (hop.Rule is { } met) page.Verbatim(begin, Piece.WholeOf(met.Text, ends ? Ink.Bad : Ink.Faint), Piece.WholeOf(Place(met), Ink.Faint));
            }
            if (hop.Flow is { } now && now != flow) page.Verbatim(begin, Piece.WholeOf(Text(now), Ink.Faint));
            flow = hop.Flow ?? flow;
            if (hop.Unread is { } unread) page.Paragraph(begin, [], Piece.Of(words.Of("unread: ", "没读到：") + words.Reading(unread), Ink.Warn));
        }
        return label;
    }

    private static string What(Hop hop, Words words) => hop.Detail is { Length: > 0 } detail ? detail : words.HopResult(hop.Result);

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
        if (port is not > 0) return address;
        var host = address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address;
        return $"{host}:{port.Value.ToString(CultureInfo.InvariantCulture)}";
    }

    private static string Pad(string text, int cells)
    {
        var shown = Printable.Show(text);
        if (shown.GetCellWidth() > WidestName) shown = Cut(shown, WidestName - 1) + "…";
        return shown + new string(' ', Math.Max(1, cells - shown.GetCellWidth()));
    }

    private static string Cut(string text, int cells)
    {
        var length = text.Length;
        while (length > 0 && text[..length].GetCellWidth() > cells) length -= char.IsLowSurrogate(text[length - 1]) ? 2 : 1;
        return text[..length];
    }
}
