using System.Collections.Immutable;
using System.CommandLine;
using Fairlead.Cli.Rendering;
using Fairlead.Cli.State;
using Fairlead.Engine.Apply;
using Fairlead.Model.Answer;

namespace Fairlead.Cli.Commands;

/// <summary>`fix SOURCE TARGET`: a plan carried out, verified, and journalled so that it can be taken back.</summary>
internal static class FixCommand
{
    public static Command Make(Func<Settings, FixWish, FixTalk, CancellationToken, Task<FixResult>> fix, GlobalOptions globals, Surroundings around, Func<string, string, string> say)
    {
        var source = new Argument<string>("SOURCE") { Description = say("host, or a container: name, part of it, id, Compose service; a number without TARGET is a problem of the last scan", "host，或容器：名字、名字的一部分、id、Compose 服务；只写一个数字，就是上次扫描的第几个问题") };
        var target = new Argument<string?>("TARGET") { Arity = ArgumentArity.ZeroOrOne, Description = say("a URL, host:port, or a name", "URL、host:port，或名字") };
        var apply = new Option<string?>("--apply") { HelpName = "N|ID|KEY", Description = say("which plan of `why`", "用 why 的哪个方案") };
        var yes = new Option<string?>("--yes")
        {
            Arity = ArgumentArity.ZeroOrOne, HelpName = "NAMES",
            Description = say("do not ask; what is dear has to be named: interrupts, lan, internet, recreate, daemon-restart", "不再询问；有代价的要点名：interrupts、lan、internet、recreate、daemon-restart"),
        };
        var dryRun = new Option<bool>("--dry-run") { Description = say("show what would be done, and do nothing", "只显示会做什么，不动手") };
        var recreate = new Option<bool>("--recreate") { Description = say("a container may be made anew", "允许重建容器") };
        var compose = new Option<bool>("--compose") { Description = say("only the Compose lines that keep it", "只给出要写进 Compose 的内容") };
        var command = new Command("fix", say("carry out a repair, verify it, and keep how to take it back", "执行修复并验证，记下怎么撤回")) { source, target, apply, yes, dryRun, recreate, compose };
        command.SetAction(async (parsed, cancel) =>
        {
            var settings = globals.Read(parsed, around);
            if (settings.Demo || settings.SnapshotFile is not null)
                throw new CannotAnswerException(ErrorCodes.BadUsage, settings.Say("a repair needs a running engine", "修复要有正在运行的引擎"), settings.Say("leave out --snapshot and --demo", "去掉 --snapshot 和 --demo"));
            var (from, to) = (parsed.GetRequiredValue(source), parsed.GetValue(target));
            if (to is null)
            {
                var n = WhyCommand.NumberOf(from) ?? throw Usage.Missing(command, target.Name, settings.Lang);
                (var problem, settings) = new Memory(settings, around).Problem(n);
                (from, to) = (problem.Source, problem.Target);
            }
            var wish = new FixWish
            {
                Source = from,
                Target = to,
                Apply = parsed.GetValue(apply),
                Yes = parsed.GetResult(yes) is not null,
                Allowed = Named(parsed.GetValue(yes), settings),
                DryRun = parsed.GetValue(dryRun),
                Recreate = parsed.GetValue(recreate),
                Compose = parsed.GetValue(compose),
                State = new StateFolder(settings.StateFolder, around.Variable).Path,
            };
            var result = await fix(settings, wish, FixTalks.Of(settings, around), cancel).ConfigureAwait(false);
            new Memory(settings, around).Keep(result.Diagnosis);
            if (settings.Json) around.Out.Write(AnswerJson.Write(result.Answer));
            else Screen.Write(around.Out, FixView.End(result, wish, settings.Lang, settings.Width), settings.Colour);
            return result.Exit;
        });
        return command;
    }

    private static ImmutableHashSet<string> Named(string? given, Settings settings)
    {
        if (given == "true") return [];
        var names = (given ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (names.FirstOrDefault(n => !Consents.All.Contains(n)) is { } wrong)
            throw GlobalOptions.Bad($"--yes={Printable.Show(wrong, 80)}: of {string.Join(", ", Consents.All)} was expected",
                $"--yes={Printable.Show(wrong, 80)}：应是 {string.Join("、", Consents.All)} 里的", settings.Lang);
        return [.. names];
    }
}

/// <summary>`undo [ID]`: what a repair did at the engine is taken back, as far as it is still ours.</summary>
internal static class UndoCommand
{
    public static Command Make(Func<Settings, UndoWish, FixTalk, CancellationToken, Task<UndoAnswer?>> undo, GlobalOptions globals, Surroundings around, Func<string, string, string> say)
    {
        var id = new Argument<int?>("ID") { Arity = ArgumentArity.ZeroOrOne, Description = say("the number that fix printed; the last change when left out", "fix 给出的编号；不写就是最近一次") };
        var yes = new Option<bool>("--yes") { Description = say("do not ask", "不再询问") };
        var command = new Command("undo", say("take back what fix did", "撤回 fix 做过的改动")) { id, yes };
        command.SetAction(async (parsed, cancel) =>
        {
            var settings = globals.Read(parsed, around);
            if (settings.Demo || settings.SnapshotFile is not null)
                throw new CannotAnswerException(ErrorCodes.BadUsage, settings.Say("an undo needs a running engine", "撤回要有正在运行的引擎"), settings.Say("leave out --snapshot and --demo", "去掉 --snapshot 和 --demo"));
            var wish = new UndoWish(parsed.GetValue(id), parsed.GetValue(yes), new StateFolder(settings.StateFolder, around.Variable).Path);
            if (await undo(settings, wish, FixTalks.Of(settings, around), cancel).ConfigureAwait(false) is not { } answer)
            {
                around.Error.WriteLine(settings.Say("Nothing was done.", "什么也没做。"));
                return 1;
            }
            if (settings.Json) around.Out.Write(AnswerJson.Write(answer));
            else Screen.Write(around.Out, FixView.Undone(answer, settings.Lang, settings.Width), settings.Colour);
            return answer.Left.IsEmpty ? 0 : 1;
        });
        return command;
    }
}
