using System.CommandLine;
using Fairlead.Cli.Rendering;
using Fairlead.Model.Answer;

namespace Fairlead.Cli.Commands;

/// <summary>`why SOURCE TARGET`: one connection explained.</summary>
internal static class WhyCommand
{
    public static Command Make(
        Func<Settings, string, string, CancellationToken, Task<Diagnosis>> why, GlobalOptions globals, Surroundings around, Func<string, string, string> say)
    {
        var source = new Argument<string>("SOURCE") { Description = say("host, or a container: name, part of it, id, Compose service", "host，或容器：名字、名字的一部分、id、Compose 服务") };
        var target = new Argument<string>("TARGET") { Description = say("a URL, host:port, or a name", "URL、host:port，或名字") };
        var command = new Command("why", say("why SOURCE cannot reach TARGET, and what to do", "来源为什么连不上目标，该怎么办")) { source, target };
        command.SetAction(async (parsed, cancel) =>
        {
            var settings = globals.Read(parsed, around);
            var answer = await why(settings, parsed.GetRequiredValue(source), parsed.GetRequiredValue(target), cancel).ConfigureAwait(false);
            Show(answer, settings, around);
            return ExitOf(answer.Verdict);
        });
        return command;
    }

    /// <summary>The contract's exit code of a verdict.</summary>
    public static int ExitOf(string verdict) => verdict switch
    {
        Verdicts.Reachable => 0,
        Verdicts.Unreachable or Verdicts.Degraded => 1,
        _ => 3,
    };

    public static void Show(Diagnosis answer, Settings settings, Surroundings around)
    {
        if (settings.Json) around.Out.Write(AnswerJson.Write(answer));
        else if (settings.Quiet) Screen.Write(around.Out, DiagnosisView.DrawQuiet(answer), settings.Colour);
        else Screen.Write(around.Out, DiagnosisView.Draw(answer, settings.Width, settings.Verbose), settings.Colour);
    }
}
