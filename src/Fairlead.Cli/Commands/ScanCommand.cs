using System.CommandLine;
using Fairlead.Cli.Rendering;
using Fairlead.Model.Answer;

namespace Fairlead.Cli.Commands;

/// <summary>`scan`, and `fairlead` alone: the failing connections of the host, found without a question.</summary>
internal static class ScanCommand
{
    public static Command Make(Func<Settings, CancellationToken, Task<ScanAnswer>> scan, GlobalOptions globals, Surroundings around, Func<string, string, string> say)
    {
        var all = new Option<bool>("--all") { Description = say("show suspicions too", "可疑的也列出来") };
        var command = new Command("scan", say("the host at one look, and the connections that fail", "一眼看清主机，并找出不通的连接")) { all };
        command.SetAction((parsed, cancel) => RunAsync(scan, globals.Read(parsed, around), around, map: true, parsed.GetValue(all), cancel));
        return command;
    }

    /// <summary>Scans and shows.</summary>
    /// <param name="map">Whether the host and its networks are drawn above the problems.</param>
    /// <param name="suspicions">Whether suspicions are shown whole; else one line names them.</param>
    public static async Task<int> RunAsync(
        Func<Settings, CancellationToken, Task<ScanAnswer>> scan, Settings settings, Surroundings around, bool map, bool suspicions, CancellationToken cancel)
    {
        var answer = await scan(settings, cancel).ConfigureAwait(false);
        if (settings.Json)
            around.Out.Write(AnswerJson.Write(answer));
        else if (settings.Quiet)
        {
            foreach (var problem in answer.Problems)
                Screen.Write(around.Out, DiagnosisView.DrawQuiet(problem), settings.Colour);
        }
        else
            Screen.Write(around.Out, ScanView.Draw(answer, settings.Width, map, suspicions), settings.Colour);
        return answer.Problems.Length > 0 ? 1 : 0;
    }
}
