using System.Collections.Immutable;
using System.CommandLine;
using Fairlead.Cli.Rendering;
using Fairlead.Cli.State;
using Fairlead.Model.Answer;

namespace Fairlead.Cli.Commands;

/// <summary>`scan`, and `fairlead` alone: the failing connections of the host, found without a question. `map`: the host at one look, alone.</summary>
internal static class ScanCommand
{
    public static Command Make(Func<Settings, CancellationToken, Task<ScanAnswer>> scan, GlobalOptions globals, Surroundings around, Func<string, string, string> say)
    {
        var all = new Option<bool>("--all") { Description = say("show suspicions too", "可疑的也列出来") };
        var command = new Command("scan", say("the host at one look, and the connections that fail", "一眼看清主机，并找出不通的连接")) { all };
        command.SetAction((parsed, cancel) =>
        {
            var settings = globals.Read(parsed, around);
            return RunAsync(scan, settings, around, Shown(parsed, settings) with { Map = true, Suspicions = parsed.GetValue(all) }, cancel);
        });
        return command;
    }

    public static Command MakeMap(Func<Settings, CancellationToken, Task<MapAnswer>> map, GlobalOptions globals, Surroundings around, Func<string, string, string> say)
    {
        var command = new Command("map", say("the host, its networks and containers at one look", "一眼看清主机、网络和容器"));
        command.SetAction(async (parsed, cancel) =>
        {
            var settings = globals.Read(parsed, around);
            var (answer, ms) = await TimedAsync(map, settings, around, settings.Say("looking at the host and its containers …", "正在查看主机和容器 …"), cancel).ConfigureAwait(false);
            if (settings is { Demo: false, SnapshotFile: null }) answer = answer with { ElapsedMs = ms };
            if (settings.Json) around.Out.Write(AnswerJson.Write(answer));
            else Screen.Write(around.Out, MapView.Draw(answer, settings.Width, settings.Quiet), settings.Colour);
            return 0;
        });
        return command;
    }

    /// <summary>What the command line says of how it is shown.</summary>
    public static ScanShown Shown(ParseResult parsed, Settings settings) => new()
    {
        Width = settings.Width, Verbose = settings.Verbose,
        Next = [.. parsed.RootCommandResult.Command.Subcommands.Where(c => c.Name == "map" || (c.Name is "why" or "fix" && c.Arguments.Skip(1).All(a => a.Arity.MinimumNumberOfValues == 0)))
            .OrderBy(c => c.Name == "map").ThenBy(c => c.Name != "why").Select(c => c.Name)],
    };

    /// <summary>Scans, keeps the problems' numbers, and shows.</summary>
    public static async Task<int> RunAsync(
        Func<Settings, CancellationToken, Task<ScanAnswer>> scan, Settings settings, Surroundings around, ScanShown shown, CancellationToken cancel)
    {
        // On a terminal the line would stand in the way of the progress.
        var early = settings is { Json: false, Quiet: false } && !around.OutIsTerminal ? new EarlyHeading(around.Out, settings.Width) : null;
        ScanAnswer answer;
        try
        {
            var (found, ms) = await TimedAsync(scan, settings with { Begun = early is null ? null : early.Write }, around,
                settings.Say("looking at containers, logs and sockets …", "正在查看容器、日志和套接字 …"), cancel).ConfigureAwait(false);
            answer = found with { ElapsedMs = ms };
        }
        catch
        {
            early?.Break();
            throw;
        }
        var kept = new Memory(settings, around).Keep(answer);
        if (settings.Json)
            around.Out.Write(AnswerJson.Write(answer));
        else if (settings.Quiet)
        {
            foreach (var problem in answer.Problems)
                Screen.Write(around.Out, DiagnosisView.DrawQuiet(problem), settings.Colour);
        }
        else if (early?.Said is { } said)
            early.Finish(ScanView.Draw(answer, shown with { Kept = kept, Said = said }));
        else
            Screen.Write(around.Out, ScanView.Draw(answer, shown with { Kept = kept }), settings.Colour);
        // Seen failing, and nobody could say whether it still does: that is no "nothing found".
        return answer.Problems.Length > 0 ? 1 : answer.Unchecked.IsEmpty ? 0 : 3;
    }

    private static async Task<(T Answer, double Ms)> TimedAsync<T>(Func<Settings, CancellationToken, Task<T>> ask, Settings settings, Surroundings around, string doing, CancellationToken cancel)
    {
        using var line = around.Progress.Begin(settings, around, doing);
        var began = around.Clock.GetTimestamp();
        var answer = await ask(settings, cancel).ConfigureAwait(false);
        return (answer, Math.Round(around.Clock.GetElapsedTime(began).TotalMilliseconds, 1));
    }
}
