using System.Globalization;
using Fairlead.Engine.Apply;
using Fairlead.Facts;
using Fairlead.Model.Answer;
using Fairlead.Model.Words;

namespace Fairlead.Cli.Rendering;

/// <summary>What `fix` and `undo` show: the plan with its price, a tick a step, and what came of it.</summary>
internal static class FixView
{
    private const int Indent = 9;

    /// <summary>The plan before anything is done.</summary>
    public static Layout Offer(FixOffer offer, string lang, int width)
    {
        var (words, plan) = (Words.For(lang), offer.Plan);
        var page = new Layout(width);
        var label = words.Of("Plan", "方案");
        foreach (var step in plan.Steps.Where(s => s.Argv.Length > 0))
        {
            page.Verbatim(0, [.. Layout.Padded(label.Length > 0 ? DiagnosisView.Label(label) : [], Indent), Piece.WholeOf(Shell.Command(step.Argv), Ink.Command)]);
            label = "";
        }
        if (label.Length > 0) page.Paragraph(Indent, DiagnosisView.Label(label), Piece.Of(plan.Title));
        var target = plan.NewTarget ?? offer.Diagnosis.Target.Given;
        Row(page, words.Of("predicted", "预计"), [Piece.WholeOf(offer.Diagnosis.Source.Name, Ink.Value), " → ", Piece.WholeOf(target, Ink.Value), "   ",
            Piece.Of(words.Short(plan.Predicted), plan.Predicted == Outcome.Ok ? Ink.Good : Ink.Warn)]);
        Row(page, words.Of("changes", "影响"), [Piece.Of(Changes(plan, words))]);
        Row(page, words.Of("interrupts", "会中断"), [Piece.Of(plan.Interrupts ?? (Consents.Of(plan).Any(c => c is Consents.Recreate or Consents.Interrupts)
            ? words.Of("the connections of the container that is made anew or restarted", "被重建或重启的容器上的连接") : words.Of("nothing", "无")))]);
        var undo = plan.Undo is { IsDefaultOrEmpty: false } commands ? words.Parens(string.Join(words.Semicolon, commands)) : "";
        Row(page, words.Of("undo", "撤销"), [Piece.WholeOf("fairlead undo " + offer.Entry.ToString(CultureInfo.InvariantCulture), Ink.Command), Piece.Of("  " + undo.Trim())]);
        return page;
    }

    /// <summary>One thing that is done, or is not.</summary>
    public static Layout Tick(string text, bool ok, int width)
    {
        var page = new Layout(width);
        page.Paragraph(4, [Layout.Space(2), Piece.WholeOf(ok ? "✓ " : "✗ ", ok ? Ink.Good : Ink.Bad)], Piece.Of(text));
        return page;
    }

    public static Layout Step(FixStep step, Words words, int width) => Tick(
        (step.Argv.IsDefaultOrEmpty ? words.Of("container made anew", "容器已重建") : Shell.Command(step.Argv)) + words.Comma + (step.Ok ? words.Time(step.Ms) : step.Error ?? ""), step.Ok, width);

    /// <summary>What came of it.</summary>
    public static Layout End(FixResult result, FixWish wish, string lang, int width)
    {
        var (words, answer) = (Words.For(lang), result.Answer);
        var page = new Layout(width);
        switch (result.End)
        {
            case FixEnd.WorksAlready:
                page.Paragraph(0, [], Piece.WholeOf(result.Diagnosis.Target.Given, Ink.Value), words.Of(" can be reached already: nothing to repair.", " 现在就能通：不用修。"));
                break;
            case FixEnd.NoPlan:
                page.Paragraph(0, [], Piece.Of(words.Of("No repair is known for this.", "不知道怎么修。"), Ink.Warn), words.Of(" What is wrong: ", "查看原因："),
                    Piece.WholeOf(Shell.Command("fairlead", "why", wish.Source, wish.Target), Ink.Command));
                break;
            case FixEnd.Declined or FixEnd.DryRun:
                page.Paragraph(0, [], Piece.Of(words.Of("Nothing was done.", "什么也没做。")));
                break;
            case FixEnd.Compose:
                Compose(page, answer.Plan!, words);
                break;
            case FixEnd.Setting:
                page.Paragraph(0, [], Piece.Of(words.Of("This plan cannot be applied: it only changes what is yours.", "这个方案没法代为执行：要改的是你自己的设置。")));
                Remaining(page, result, words);
                break;
            case FixEnd.ByHand:
                page.Paragraph(0, [], Piece.Of(words.Of("Not carried out: ", "没有代为执行：") + result.Why + words.Stop, Ink.Warn));
                ByHand(page, answer.Plan!, words);
                break;
            case FixEnd.Works:
                Verified(page, result, words);
                page.Paragraph(0, [], Piece.Of(words.Of("Works.", "通了。"), Ink.Good), Piece.Of(answer.Remaining.IsEmpty ? "" : words.Of(" Still to do by you:", "还需要你做：")));
                Remaining(page, result, words);
                break;
            case FixEnd.Unverified:
                page.Paragraph(0, [], Piece.Of(words.Of("Applied, and not verified: nobody may dial from the source (--vantage helper can).", "已执行，但没有验证：没有人能从来源里拨号（--vantage helper 可以）。"), Ink.Warn));
                Remaining(page, result, words);
                break;
            default:
                page.Paragraph(0, [], Piece.Of(words.Of("Did not work", "没有修好") + words.Parens(result.Why ?? words.Short(answer.After ?? Outcome.Unknown)).TrimEnd()
                    + words.Of("; undone. ", "；已撤回。") + (answer.CanonicalEqual == false
                        ? words.Of("Not all is as before: somebody else has changed it meanwhile.", "并非全部复原：期间有别人改过。") : words.Of("The host is as before.", "主机和之前一样。")), Ink.Bad));
                break;
        }
        return page;
    }

    /// <summary>What an undo would do.</summary>
    public static Layout Undoing(UndoOffer offer, string lang, int width)
    {
        var words = Words.For(lang);
        var page = new Layout(width);
        var label = words.Of("Undo", "撤回");
        foreach (var command in offer.Commands)
        {
            page.Verbatim(0, [.. Layout.Padded(label.Length > 0 ? DiagnosisView.Label(label) : [], Indent), Piece.WholeOf(command, Ink.Command)]);
            label = "";
        }
        Row(page, words.Of("interrupts", "会中断"), [Piece.Of(offer.Cuts.IsEmpty ? words.Of("nothing but what goes through it", "只有经过它的连接") : string.Join(words.Semicolon, offer.Cuts))]);
        return page;
    }

    public static Layout Undone(UndoAnswer answer, string lang, int width)
    {
        var words = Words.For(lang);
        var page = new Layout(width);
        foreach (var command in answer.Undone)
            page.Paragraph(4, [Layout.Space(2), Piece.WholeOf("✓ ", Ink.Good)], Piece.WholeOf(command, Ink.Command));
        foreach (var left in answer.Left)
            page.Paragraph(4, [Layout.Space(2), Piece.WholeOf("✗ ", Ink.Warn)], Piece.Of(words.Of("left: ", "没有动：") + left.What + words.Colon + left.Why));
        var what = answer.Journal is null ? words.Of("There is nothing to undo.", "没有可撤回的改动。")
            : answer.Undone.IsEmpty && answer.Left.IsEmpty ? words.Of($"Nothing of change {Number(answer.Journal.Value)} was left to undo.", $"编号 {Number(answer.Journal.Value)} 的改动已经没有要撤的。")
            : answer.CanonicalEqual ? words.Of("Undone. The host is as before.", "已撤回。主机和之前一样。")
            : answer.Left.IsEmpty ? words.Of("Undone. What it touched has been changed by somebody else meanwhile, and stays so.", "已撤回。它碰过的东西期间被别人改过，那些保持不变。")
            : words.Of("Undone as far as it was still ours.", "还归我们管的部分已撤回。");
        page.Paragraph(0, [], Piece.Of(what, answer.CanonicalEqual ? Ink.Good : Ink.Warn));
        return page;
    }

    private static void Row(Layout page, string name, IReadOnlyList<Piece> text) =>
        page.Paragraph(Indent + 13, [Layout.Space(Indent), .. Layout.Padded([Piece.WholeOf(name, Ink.Faint)], 13)], text);

    private static string Changes(Plan plan, Words words)
    {
        var beyond = plan.Exposes.Where(e => e.Scope != Scopes.Siblings).ToArray();
        var pairs = plan.Exposes.Length - beyond.Length;
        var opens = pairs == 0 ? words.Of("no other pair becomes reachable", "没有别的连接放开")
            : words.Of(pairs == 1 ? "1 pair becomes reachable" : $"{Number(pairs)} pairs become reachable", $"新增 {Number(pairs)} 对可以互通")
                + words.Parens(string.Join(words.List, plan.Exposes.Where(e => e.Scope == Scopes.Siblings).Take(6).Select(e => $"{e.Source} → {e.Target}")) + (pairs > 6 ? ", …" : ""));
        return opens + words.Semicolon + (beyond.Length == 0 ? words.Of("nothing new is open to the LAN", "对局域网没有新开放")
            : words.Of("open beyond this host: ", "对外开放：") + string.Join(words.List, beyond.Select(e => $"{e.Target} ({e.Scope})")));
    }

    private static void Verified(Layout page, FixResult result, Words words)
    {
        if (result.Answer.Verified is not { } dial) return;
        var target = result.Answer.Plan?.NewTarget ?? result.Diagnosis.Target.Given;
        List<Piece> text = [Piece.Of(words.Of("dialled ", "从 ")), .. words.Chinese ? [Piece.WholeOf(result.Diagnosis.Source.Name, Ink.Value), Piece.Of(" 里拨 "), Piece.WholeOf(target, Ink.Value)]
            : new[] { Piece.WholeOf(target, Ink.Value), Piece.Of(" from "), Piece.WholeOf(result.Diagnosis.Source.Name, Ink.Value) }, Piece.Of(words.Colon)];
        text.AddRange(dial.Answer is { Spoken: not SpokenNames.NotAsked } said ? PlanView.Said(said, result.Diagnosis.Target.Path, words) : [Piece.Of(words.Phrase(dial.Outcome))]);
        text.Add(Piece.Of(words.Comma + words.Time(dial.ElapsedMs)));
        page.Paragraph(4, [Layout.Space(2), Piece.WholeOf("✓ ", Ink.Good)], text);
    }

    private static void Remaining(Layout page, FixResult result, Words words)
    {
        var plan = result.Answer.Plan!;
        if (plan.NewTarget is { } target && !result.Answer.Remaining.IsEmpty)
        {
            page.Paragraph(0, [], Piece.Of(words.Of($"In {result.Diagnosis.Source.Name} change the address to", $"在 {result.Diagnosis.Source.Name} 里把地址改成")));
            page.Verbatim(Indent, Piece.WholeOf(target, Ink.Command));
        }
        foreach (var step in result.Answer.Remaining.Where(s => plan.NewTarget is null || !s.What.Contains(plan.NewTarget, StringComparison.Ordinal)))
            page.Paragraph(Indent, [], Piece.Of(step.What));
        if (result.End != FixEnd.Setting && plan.Persist is { Compose.Length: > 0 })
        {
            page.Paragraph(0, [], Piece.Of(words.Of("To keep it when the container is recreated, write in Compose:", "容器重建后也要保留的话，写进 Compose：")));
            Lines(page, plan.Persist.Compose);
        }
    }

    private static void ByHand(Layout page, Plan plan, Words words)
    {
        page.Paragraph(0, [], Piece.Of(words.Of("To do, in this order:", "请按顺序做：")));
        foreach (var step in plan.Steps)
        {
            if (step.Argv.Length > 0) page.Verbatim(Indent, Piece.WholeOf(Shell.Command(step.Argv), Ink.Command));
            else page.Paragraph(Indent, [], Piece.Of(step.What));
        }
        Compose(page, plan, words);
    }

    private static void Compose(Layout page, Plan plan, Words words)
    {
        if (plan.Persist is { Compose.Length: > 0 } persist)
        {
            page.Paragraph(0, [], Piece.Of(words.Of("In Compose:", "在 Compose 里：")));
            Lines(page, persist.Compose);
        }
        else page.Paragraph(0, [], Piece.Of(words.Of("There is nothing to write in Compose.", "Compose 里没有要写的。")));
    }

    private static void Lines(Layout page, string yaml)
    {
        foreach (var line in yaml.TrimEnd('\n').Split('\n')) page.Verbatim(Indent, Piece.WholeOf(line, Ink.Command));
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
