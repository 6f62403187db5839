using System.CommandLine;
using Fairlead.Cli.Pages;
using Fairlead.Model.Answer;

namespace Fairlead.Cli.Commands;

/// <summary>`explain CODE`: the page of a cause, from inside the binary.</summary>
internal static class ExplainCommand
{
    public static Command Make(GlobalOptions globals, Surroundings around, Func<string, string, string> say)
    {
        var code = new Argument<string?>("CODE") { Arity = ArgumentArity.ZeroOrOne, Description = say("a cause code, such as loopback-to-host", "原因代码，如 loopback-to-host") };
        var command = new Command("explain", say("the page of a cause: what it means, how to see it, what to do", "一个原因的说明页：是什么、怎么看出来、怎么办")) { code };
        command.SetAction(parsed =>
        {
            var settings = globals.Read(parsed, around);
            if (parsed.GetValue(code) is not { } asked)
                throw new CannotAnswerException(ErrorCodes.BadUsage, settings.Say("CODE is missing", "缺少 CODE"), Usage.Form(command, settings.Lang), CausePages.Codes);
            if (CausePages.Find(asked, settings.Lang) is not { } page)
                throw new CannotAnswerException(ErrorCodes.BadUsage,
                    settings.Say($"no page for the code {Printable.Show(asked, 80)}", $"没有代码 {Printable.Show(asked, 80)} 的说明页"),
                    settings.Say("one of these was expected", "应是其中之一"), CausePages.Near(asked));
            around.Out.Write(settings.Json ? AnswerJson.Write(new ExplainAnswer { Code = asked, Lang = settings.Lang, Text = page }) : page);
            return 0;
        });
        return command;
    }
}
