using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using Fairlead.Engine.Capture;
using Fairlead.Model.Answer;

namespace Fairlead.Cli.Commands;

/// <summary>A command line that cannot be understood, said in one line: what is wrong, and the nearest that is right.</summary>
internal static class Usage
{
    public static CannotAnswerException Wrong(ParseResult parsed, string lang)
    {
        string Say(string en, string zh) => lang == "zh" ? zh : en;
        var command = parsed.CommandResult.Command;
        var help = Say($"see {Path(command)} --help", $"用法见 {Path(command)} --help");
        if (parsed.UnmatchedTokens is [var token, ..])
        {
            var shown = Printable.Show(token, 80);
            if (token.StartsWith('-'))
                return Bad(Say($"no option {shown}", $"没有选项 {shown}"), Near(token, Options(parsed).SelectMany(o => o.Aliases.Append(o.Name))), help, lang);
            if (command.Subcommands.Count > 0)
                return Bad(Say($"no command {shown}", $"没有命令 {shown}"), Near(token, command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name)), help, lang);
            return Bad(Say($"{command.Name} takes no {shown} after its arguments", $"{command.Name} 的参数后面不能再有 {shown}"), [], Form(command, lang), lang);
        }
        var missing = parsed.Errors.Select(e => e.SymbolResult).OfType<ArgumentResult>().FirstOrDefault();
        if (missing?.Parent is OptionResult { IdentifierToken.Value: var option })
            return Bad(Say($"{option} needs a value", $"{option} 后面要跟一个值"), [], help, lang);
        if (parsed.Errors.Select(e => e.SymbolResult).OfType<OptionResult>().FirstOrDefault() is { } lone)
            return lone.IdentifierToken is null ? Bad(Say($"{lone.Option.Name} is missing", $"缺少 {lone.Option.Name}"), [], Form(command, lang), lang)
                : lone.Tokens.Count > 0 ? Bad(Say($"{lone.Option.Name} is given more than once", $"{lone.Option.Name} 给了不止一次"), [], help, lang)
                : Bad(Say($"{lone.Option.Name} needs a value", $"{lone.Option.Name} 后面要跟一个值"), [], help, lang);
        if (command.Subcommands.Count > 0)
        {
            var names = string.Join(Say(", ", "、"), command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name));
            return Bad(Say($"{command.Name} needs one of its commands: {names}", $"{command.Name} 后面要跟一个命令：{names}"), [], help, lang);
        }
        var wanted = missing?.Argument ?? command.Arguments.FirstOrDefault(a => parsed.GetResult(a) is null or { Tokens.Count: 0 });
        return wanted is null ? Bad(Say("the command line cannot be understood", "命令行看不懂"), [], Form(command, lang), lang) : Missing(command, wanted.Name, lang);
    }

    /// <summary>An argument that was not given.</summary>
    public static CannotAnswerException Missing(Command command, string argument, string lang) =>
        Bad(lang == "zh" ? $"缺少 {argument}" : $"{argument} is missing", [], Form(command, lang), lang);

    /// <summary>"fairlead why SOURCE TARGET".</summary>
    public static string Form(Command command, string lang)
    {
        var required = command.Options.Where(o => o.Required).Select(o => $"{o.Name} {o.HelpName}");
        return (lang == "zh" ? "写法：" : "write: ") + string.Join(' ', [Path(command), .. command.Arguments.Select(a => a.Name), .. required]);
    }

    /// <summary>"fairlead snapshot save".</summary>
    public static string Path(Command command)
    {
        var names = new Stack<string>();
        for (Symbol? at = command; at is not null; at = at.Parents.FirstOrDefault()) names.Push(at.Name);
        return string.Join(' ', names);
    }

    /// <summary>What may have been meant: a few edits away, or the beginning of it.</summary>
    public static ImmutableArray<string> Near(string given, IEnumerable<string> known) =>
    [
        .. known.Distinct().Select(k => (Name: k, Far: k.StartsWith(given, StringComparison.OrdinalIgnoreCase) ? 0 : SourceFinder.Distance(given.ToLowerInvariant(), k)))
            .Where(k => k.Far <= Math.Max(1, given.Length / 3)).OrderBy(k => k.Far).ThenBy(k => k.Name, StringComparer.Ordinal).Select(k => k.Name).Take(3),
    ];

    private static IEnumerable<Option> Options(ParseResult parsed)
    {
        for (SymbolResult? at = parsed.CommandResult; at is not null; at = at.Parent)
            if (at is CommandResult { Command: var command })
                foreach (var option in command.Options.Where(o => !o.Hidden && (o.Recursive || at == parsed.CommandResult))) yield return option;
    }

    private static CannotAnswerException Bad(string message, ImmutableArray<string> near, string otherwise, string lang) =>
        new(ErrorCodes.BadUsage, message, near.Length > 0 ? (lang == "zh" ? $"是不是 {string.Join("、", near)}？" : $"did you mean {string.Join(", ", near)}?") : otherwise, near);
}
