using System.CommandLine;
using System.Globalization;
using Fairlead.Cli.Rendering;
using Fairlead.Cli.State;
using Fairlead.Model.Answer;

namespace Fairlead.Cli.Commands;

/// <summary>`why SOURCE TARGET`: one connection explained. `why N`: problem N of the last scan. `again`: the last question.</summary>
internal static class WhyCommand
{
    public static Command Make(
        Func<Settings, string, string, CancellationToken, Task<Diagnosis>> why, GlobalOptions globals, Surroundings around, Func<string, string, string> say)
    {
        var source = new Argument<string>("SOURCE") { Description = say("host, or a container: name, part of it, id, Compose service; a number without TARGET is a problem of the last scan", "host，或容器：名字、名字的一部分、id、Compose 服务；只写一个数字，就是上次扫描的第几个问题") };
        var target = new Argument<string?>("TARGET") { Description = say("a URL, host:port, or a name", "URL、host:port，或名字"), Arity = ArgumentArity.ZeroOrOne };
        var wait = WaitOption(say);
        var command = new Command("why", say("why SOURCE cannot reach TARGET, and what to do", "来源为什么连不上目标，该怎么办")) { source, target, wait };
        command.SetAction((parsed, cancel) =>
        {
            var settings = globals.Read(parsed, around);
            var (from, to) = (parsed.GetRequiredValue(source), parsed.GetValue(target));
            var span = GlobalOptions.Duration(parsed.GetValue(wait), "--wait", Waiting.Most, settings);
            if (to is not null)
                return RunAsync(why, settings, from, to, [], span, around, cancel);
            if (NumberOf(from) is not { } n)
                throw Usage.Missing(command, target.Name, settings.Lang);
            var (problem, towards) = new Memory(settings, around).Problem(n);
            return RunAsync(why, towards, problem.Source, problem.Target, problem.Log, span, around, cancel);
        });
        return command;
    }

    public static Command MakeAgain(
        Func<Settings, string, string, CancellationToken, Task<Diagnosis>> why, GlobalOptions globals, Surroundings around, Func<string, string, string> say)
    {
        var wait = WaitOption(say);
        var command = new Command("again", say("ask the last question again", "把上一个问题再问一次")) { wait };
        command.SetAction((parsed, cancel) =>
        {
            var settings = globals.Read(parsed, around);
            var span = GlobalOptions.Duration(parsed.GetValue(wait), "--wait", Waiting.Most, settings);
            if (settings.Demo || settings.SnapshotFile is not null)
                throw GlobalOptions.Bad("again asks a running engine: leave out --demo and --snapshot", "again 问的是正在运行的引擎：去掉 --demo 和 --snapshot", settings.Lang);
            var (question, towards) = new Memory(settings, around).Question();
            return RunAsync(why, towards, question.Source, question.Target, [], span, around, cancel);
        });
        return command;
    }

    /// <summary>The number of a problem, where that is what was written: a container of such a name is asked as container:NAME, or with a target.</summary>
    public static int? NumberOf(string source) =>
        source.Length is > 0 and <= 4 && int.TryParse(source, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : null;

    private static Option<string?> WaitOption(Func<string, string, string> say) =>
        new("--wait") { HelpName = "DURATION", Description = say("ask until it works, at most so long", "一直问到能通为止，最多等这么久") };

    private static async Task<int> RunAsync(
        Func<Settings, string, string, CancellationToken, Task<Diagnosis>> why, Settings settings, string source, string target, IReadOnlyList<KeptSaying> log,
        TimeSpan? wait, Surroundings around, CancellationToken cancel)
    {
        Diagnosis answer;
        using (around.Progress.Begin(settings, around, settings.Say($"asking why {source} cannot reach {target} …", $"正在查 {source} 为什么连不上 {target} …")))
            answer = await Waiting.AskAsync(how => why(how, source, target, cancel), settings, wait, around, cancel).ConfigureAwait(false);
        Show(answer, settings, around, log);
        new Memory(settings, around).Keep(answer);
        return ExitOf(answer.Verdict);
    }

    /// <summary>The contract's exit code of a verdict.</summary>
    public static int ExitOf(string verdict) => verdict switch
    {
        Verdicts.Reachable => 0,
        Verdicts.Unreachable or Verdicts.Degraded => 1,
        _ => 3,
    };

    /// <param name="log">How the source's log calls the failure, where it was found there.</param>
    public static void Show(Diagnosis answer, Settings settings, Surroundings around, IReadOnlyList<KeptSaying>? log = null)
    {
        if (settings.Json) around.Out.Write(AnswerJson.Write(answer));
        else if (settings.Quiet) Screen.Write(around.Out, DiagnosisView.DrawQuiet(answer), settings.Colour);
        else Screen.Write(around.Out, DiagnosisView.Draw(answer, settings.Width, settings.Verbose, log ?? []), settings.Colour);
    }
}
