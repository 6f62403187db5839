using System.CommandLine;
using System.CommandLine.Invocation;
using Fairlead.Cli.Rendering;

namespace Fairlead.Cli.Commands;

/// <summary>`--help` in the language of the answer; the parser's own page knows English only.</summary>
internal sealed class HelpPage(Surroundings around, string lang) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var columns = around.OutIsTerminal && around.Columns() is > 40 and var cells ? Math.Min(cells, 120) : 120;
        Screen.Write(around.Out, Draw(parseResult.CommandResult.Command, columns), colour: false);
        return 0;
    }

    private Layout Draw(Command command, int width)
    {
        string Say(string en, string zh) => lang == "zh" ? zh : en;
        var page = new Layout(width);
        page.Paragraph(0, [], Piece.Of(command.Description));
        page.Blank();
        var usage = Usage.Path(command) + string.Concat(command.Arguments.Select(a => " " + a.Name)) + (command.Subcommands.Any(c => !c.Hidden) ? Say(" COMMAND", " 命令") : "")
            + string.Concat(command.Options.Where(o => o.Required).Select(o => $" {o.Name} {o.HelpName}")) + Say(" [options]", " [选项]");
        page.Paragraph(0, [], Say("Usage: ", "用法：") + usage);
        var globals = command.Parents.OfType<Command>().SelectMany(p => p.Options.Where(o => o.Recursive)).ToArray();
        Table(page, Say("Commands", "命令"), command.Subcommands.Where(c => !c.Hidden).Select(c => (c.Name + string.Concat(c.Arguments.Select(a => " " + a.Name)), c.Description)));
        Table(page, Say("Arguments", "参数"), command.Arguments.Select(a => (a.Name, a.Description)));
        Table(page, Say("Options", "选项"), command.Options.Where(o => !o.Hidden).Concat(globals).Distinct().Select(o => (Named(o), o.Description)));
        if (command.Parents.Any()) return page;
        page.Blank();
        page.Paragraph(0, [], Say("Exit: 0 it works · 1 it does not · 2 bad usage or input · 3 could not tell", "退出码：0 能通 · 1 不通 · 2 用法或输入不对 · 3 无法判断"));
        return page;
    }

    private static string Named(Option option) =>
        string.Join(", ", option.Aliases.Append(option.Name).Where(n => n is not ("-?" or "/?" or "/h")).Distinct().OrderBy(n => n.Length)) + (option.HelpName is { } value ? " " + value : "");

    private static void Table(Layout page, string title, IEnumerable<(string Name, string? Text)> rows)
    {
        var all = rows.ToArray();
        if (all.Length == 0) return;
        page.Blank();
        page.Paragraph(0, [], title);
        var column = all.Max(r => r.Name.Length) + 4;
        foreach (var (name, text) in all) page.Paragraph(column, [Layout.Space(2), Piece.WholeOf(name, Ink.Plain)], Piece.Of(text));
    }
}
