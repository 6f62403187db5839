using System.Globalization;
using Fairlead.Model.Answer;

namespace Fairlead.Cli.Rendering;

/// <summary>The answer to `address`: best first, one a line.</summary>
internal static class AddressView
{
    public static Layout Draw(AddressAnswer answer, string lang, int width, bool quiet)
    {
        var words = Words.For(lang);
        var page = new Layout(width);
        if (quiet)
        {
            foreach (var choice in answer.Addresses.Take(1))
                page.Verbatim(0, Piece.WholeOf(choice.Value, Ink.Command), Piece.Of(answer.Demo ? words.Of("  (demo)", "  （演示）") : "", Ink.Faint));
            return page;
        }
        if (answer.Demo)
            page.Paragraph(0, [], Piece.Of(words.Of("Demo: a recorded host, not this one.", "演示：这是录下的主机，不是这一台。"), Ink.Warn));
        if (answer.Addresses.Length == 0)
        {
            page.Paragraph(0, [], Piece.WholeOf(answer.From, Ink.Value), " → ", Piece.WholeOf(answer.Target, Ink.Value), words.Colon,
                Piece.Of(words.Of("no address that works was found.", "没有找到能用的地址。"), Ink.Bad));
            return page;
        }
        var column = 4 + answer.Addresses.Max(a => Layout.Cells([Piece.WholeOf(a.Value, Ink.Command)]));
        foreach (var choice in answer.Addresses)
        {
            var proof = choice.Proof == ProofNames.Observed ? words.Of("dialled just now: ", "刚试过：") : words.Of("predicted: ", "预计：");
            var plan = choice.Plan is { } n
                ? words.Semicolon + words.Of($"after plan {n.ToString(CultureInfo.InvariantCulture)} of fairlead why", $"先做 fairlead why 的方案 {n.ToString(CultureInfo.InvariantCulture)}")
                : "";
            page.Row(2, Math.Min(column, 60), [], [Piece.WholeOf(choice.Value, Ink.Command)],
                [Piece.Of(proof + words.Short(choice.Outcome) + plan, choice.Proof == ProofNames.Observed && plan.Length == 0 ? Ink.Good : Ink.Plain)]);
            if (choice.Premises.Length > 0)
                page.Paragraph(2, [], Piece.Of(words.Of("depends on: ", "前提：") + string.Join(words.Semicolon, choice.Premises), Ink.Faint));
        }
        return page;
    }
}
