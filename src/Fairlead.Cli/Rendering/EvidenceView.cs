using System.Globalization;
using Fairlead.Model.Answer;
using Spectre.Console;

namespace Fairlead.Cli.Rendering;

/// <summary>What shows a cause: the rule that decided always, the rest with -v.</summary>
internal static class EvidenceView
{
    /// <summary>The title of a cause or plan as pieces.</summary>
    public static IReadOnlyList<Piece> Sentence(string title) => [Piece.Of(title)];

    /// <summary>The rules among the evidence, word for word, each on a line of its own, and how their counters moved with the dial.</summary>
    public static void Rules(Layout page, Cause cause, Observation? observed, Words words, int indent)
    {
        foreach (var item in cause.Evidence)
        {
            if (item.Kind != EvidenceKinds.Rule) continue;
            page.Verbatim(indent, Piece.WholeOf(item.Text, Ink.Value), Piece.WholeOf("   " + item.From, Ink.Faint));
        }
        if (observed is null) return;
        foreach (var move in observed.Counters)
            if (move is { Before: { } before, After: { } after } && after > before)
                page.Paragraph(indent, [], Piece.Of(
                    words.Of("Its counter moved with the dial: ", "拨号时它的计数变了：") + Number(before) + " → " + Number(after)
                    + (observed.Counters.Length > 1 ? words.Parens(move.Rule) : "")));
    }

    /// <summary>Every piece of evidence with its place and the command that shows it.</summary>
    public static void Draw(Layout page, Cause cause, Words words, int indent)
    {
        page.Blank();
        List(page, cause, words, indent, words.Shown);
    }

    public static void List(Layout page, Cause cause, Words words, int indent, string label = "")
    {
        var lead = Layout.Padded(label.Length > 0 ? DiagnosisView.Label(label) : [], indent);
        var column = indent + 2 + cause.Evidence.Select(e => words.EvidenceKind(e.Kind).GetCellWidth()).DefaultIfEmpty().Max();
        foreach (var item in cause.Evidence)
        {
            page.Paragraph(column, [.. lead, Piece.WholeOf(words.EvidenceKind(item.Kind), Ink.Plain)], Piece.Of(item.Text, Ink.Value));
            page.Paragraph(column, [], Piece.Of(item.From, Ink.Faint));
            if (item.Check is { Length: > 0 } check)
                page.Verbatim(column, Piece.WholeOf(words.Of("see  ", "查看  "), Ink.Faint), Piece.WholeOf(check, Ink.Command));
            lead = [Layout.Space(indent)];
        }
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
