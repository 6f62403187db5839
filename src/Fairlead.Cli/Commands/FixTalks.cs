using System.Globalization;
using Fairlead.Cli.Rendering;
using Fairlead.Engine.Apply;
using Fairlead.Model.Answer;

namespace Fairlead.Cli.Commands;

/// <summary>What `fix` and `undo` say and ask on the way. Questions and progress go to standard error's terminal; the plan and its steps are part of the answer.</summary>
internal static class FixTalks
{
    public static FixTalk Of(Settings settings, Surroundings around)
    {
        var asks = around.CanAsk() && !settings.Json;
        var words = Words.For(settings.Lang);
        void Show(Layout page)
        {
            if (settings.Json) return;
            Screen.Write(around.Out, page, settings.Colour);
            around.Out.Flush();
        }
        return new FixTalk
        {
            Choose = asks ? diagnosis => Choose(diagnosis, settings, around) : null,
            Confirm = asks ? offer => Confirm(offer, settings, around) : null,
            ConfirmUndo = asks ? offer =>
            {
                Show(FixView.Undoing(offer, settings.Lang, settings.Width));
                return Yes(settings.Say("Undo? [y/N] ", "撤回吗？[y/N] "), around);
            }
            : null,
            Offered = offer => Show(FixView.Offer(offer, settings.Lang, settings.Width)),
            Journalled = id => Show(FixView.Tick(words.Of($"journalled as {Number(id)}", $"已记入日志，编号 {Number(id)}"), true, settings.Width)),
            Did = step => Show(FixView.Step(step, words, settings.Width)),
            Recovered = undone =>
            {
                if (!settings.Json) around.Error.WriteLine(settings.Say($"Change {Number(undone.Journal ?? 0)} had been interrupted; what was begun is undone.", $"编号 {Number(undone.Journal ?? 0)} 的改动中断过；已经做的部分撤回了。"));
            },
            Note = text =>
            {
                if (!settings.Json && !settings.Quiet) around.Error.WriteLine(text);
            },
        };
    }

    private static Plan? Choose(Diagnosis diagnosis, Settings settings, Surroundings around)
    {
        Screen.Write(around.Out, DiagnosisView.Draw(diagnosis, settings.Width, settings.Verbose), settings.Colour);
        around.Out.Flush();
        around.Error.Write(settings.Say($"Which one? [1-{Number(diagnosis.Plans.Length)}, Enter for none] ", $"用哪个？[1-{Number(diagnosis.Plans.Length)}，回车表示不用] "));
        var typed = (around.ReadLine() ?? "").Trim();
        return diagnosis.Plans.FirstOrDefault(p => Number(p.N) == typed || p.Key == typed);
    }

    // What --yes does not cover is agreed to by its name.
    private static bool Confirm(FixOffer offer, Settings settings, Surroundings around)
    {
        if (offer.Missing.IsEmpty) return Yes(settings.Say("Apply? [y/N] ", "执行吗？[y/N] "), around);
        var names = string.Join(',', offer.Missing);
        around.Error.Write(settings.Say($"Apply? Type {names} to go on: ", $"执行吗？输入 {names} 才会继续："));
        return (around.ReadLine() ?? "").Trim() == names;
    }

    private static bool Yes(string question, Surroundings around)
    {
        around.Error.Write(question);
        return (around.ReadLine() ?? "").Trim().ToLowerInvariant() is "y" or "yes" or "是";
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
