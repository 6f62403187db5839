using System.CommandLine;
using Fairlead.Cli.Commands;
using Fairlead.Cli.Rendering;
using Fairlead.Model.Answer;

namespace Fairlead.Cli;

/// <summary>From arguments to an exit code. The only place that catches what was not expected; nothing here becomes "no problem found".</summary>
internal static class Entry
{
    public static async Task<int> RunAsync(string[] given, Backend backend, Surroundings around, CancellationToken cancel)
    {
        var args = WithoutPluginName(given, around.Variable);
        var language = LanguageOf(args, around);
        try
        {
            // Asked for at every prompt and by scripts: answered before a command line is parsed.
            if (args is [WithinCommand.Name, ..]) return WithinCommand.Run(args, around.Error);
            if (args is ["--version"] or ["version"]) return Flushed(VersionCommand.Run(new Settings(), around), around);
            var parsed = CommandTree.Build(backend, around, language).Parse(Plain(args), new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (parsed.Errors.Count > 0 && parsed.Action is not HelpPage) throw Usage.Wrong(parsed, language);
            var how = new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = around.Out, Error = around.Error };
            return Flushed(await parsed.InvokeAsync(how, cancel).ConfigureAwait(false), around);
        }
        catch (CannotAnswerException e)
        {
            return Fail(e.Answer, args, language, around);
        }
        catch (OperationCanceledException)
        {
            around.Error.WriteLine(language == "zh" ? "fairlead：已中断" : "fairlead: interrupted");
            return 3;
        }
        catch (OutputException e)
        {
            return Unwritten(e, language, around);
        }
        catch (Exception e)
        {
            // A fault of Fairlead's own: said in one line, and never as an answer.
            var what = $"{e.GetType().Name}: {e.Message}";
            return Fail(
                new ErrorAnswer
                {
                    Code = ErrorCodes.Gone,
                    Message = language == "zh" ? "内部错误，没有得出答案：" + what : "internal error, no answer was reached: " + what,
                    Hint = language == "zh" ? "请带着这一行报告问题" : "please report this line",
                },
                args, language, around);
        }
    }

    /// <summary>`--yes` takes names behind `=` only: a bare one must not swallow the word that follows it.</summary>
    private static string[] Plain(string[] args)
    {
        var end = Array.IndexOf(args, "--") is >= 0 and var at ? at : args.Length;
        return [.. args.Select((a, i) => a == "--yes" && i < end ? "--yes=true" : a)];
    }

    private static int Fail(ErrorAnswer error, string[] args, string language, Surroundings around)
    {
        if (!WantsJson(args))
        {
            around.Error.WriteLine(Screen.ErrorLine(error, language));
            return ErrorCodes.ExitCode(error.Code);
        }
        try
        {
            around.Out.Write(AnswerJson.Write(error));
            return Flushed(ErrorCodes.ExitCode(error.Code), around);
        }
        catch (OutputException e)
        {
            return Unwritten(e, language, around);
        }
    }

    // The answer did not get out: whoever asked has none.
    private static int Unwritten(OutputException e, string language, Surroundings around)
    {
        around.Error.WriteLine(language == "zh" ? "fairlead：答案写不出去：" + e.Message : "fairlead: the answer could not be written: " + e.Message);
        return 3;
    }

    private static int Flushed(int code, Surroundings around)
    {
        around.Out.Flush();
        return code;
    }

    /// <summary>
    /// `docker fairlead why …` starts the plugin as `docker-fairlead [docker's options] fairlead why …`. Of docker's own options those that say which
    /// engine are ours too; the others (how much it logs, where its configuration lies) are its own affair.
    /// </summary>
    internal static string[] WithoutPluginName(string[] args, Func<string, string?> variable)
    {
        var plugin = variable("DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND") is { Length: > 0 }
            || Path.GetFileName(Environment.GetCommandLineArgs()[0]) == "docker-fairlead";
        if (args is [PluginMetadataCommand.Name, ..]) return args;
        var at = plugin ? Array.IndexOf(args, "fairlead") : args is ["fairlead", ..] ? 0 : -1;
        return at < 0 ? args : [.. Ours(args[..at]), .. args[(at + 1)..]];
    }

    private static IEnumerable<string> Ours(string[] dockers)
    {
        for (var i = 0; i < dockers.Length; i++)
        {
            var (name, value) = dockers[i].Split('=', 2) is [var before, var after] ? (before, after) : (dockers[i], null);
            if (name is "-D" or "--debug" or "--tls" or "--tlsverify") continue;
            if (name is "-l" or "--log-level" or "--config" or "--tlscacert" or "--tlscert" or "--tlskey")
            {
                if (value is null) i++;
                continue;
            }
            var ours = name switch { "-H" => "--host", "-c" => "--context", _ => name };
            yield return value is null ? ours : $"{ours}={value}";
        }
    }

    /// <summary>Known before parsing, because a faulty command line is answered in that form too.</summary>
    private static bool WantsJson(string[] args)
    {
        for (var i = 0; i < args.Length && args[i] != "--"; i++)
            if (args[i] is "--format=json" or "--format:json" || (args[i] == "--format" && i + 1 < args.Length && args[i + 1] == "json"))
                return true;
        return false;
    }

    private static string LanguageOf(string[] args, Surroundings around)
    {
        string? given = null;
        for (var i = 0; i < args.Length && args[i] != "--"; i++)
        {
            if (args[i].StartsWith("--lang=", StringComparison.Ordinal)) given = args[i]["--lang=".Length..];
            else if (args[i] == "--lang" && i + 1 < args.Length) given = args[i + 1];
        }
        return GlobalOptions.Language(given is "en" or "zh" ? given : null, around.Variable);
    }
}
