using System.CommandLine;
using System.CommandLine.Help;
using Fairlead.Model.Answer;

namespace Fairlead.Cli.Commands;

/// <summary>All commands that are built.</summary>
internal static class CommandTree
{
    public static Command Build(Backend backend, Surroundings around, string language)
    {
        string Say(string en, string zh) => language == "zh" ? zh : en;
        var globals = new GlobalOptions(language);
        var root = new Command("fairlead", Say(
            "Explains why a container cannot reach something: computed from the host's own rules, checked by dialling.",
            "解释容器为什么连不上：按主机自己的规则推算，再用拨号核对。"));
        root.Add(new HelpOption { Description = Say("show help", "显示帮助"), Recursive = true, Action = new HelpPage(around, language) });
        var version = new Option<bool>("--version") { Description = Say("show the version", "显示版本") };
        root.Add(version);
        globals.AddTo(root);

        if (backend.Why is { } why)
        {
            root.Add(WhyCommand.Make(why, globals, around, Say));
            root.Add(WhyCommand.MakeAgain(why, globals, around, Say));
            root.Add(AddressCommand.Make(why, globals, around, Say));
        }
        if (backend.Scan is { } scan) root.Add(ScanCommand.Make(scan, globals, around, Say));
        if (backend.Map is { } map) root.Add(ScanCommand.MakeMap(map, globals, around, Say));
        if (backend.Fix is { } fix) root.Add(FixCommand.Make(fix, globals, around, Say));
        if (backend.Undo is { } undo) root.Add(UndoCommand.Make(undo, globals, around, Say));
        root.Add(ExplainCommand.Make(globals, around, Say));
        if (backend is { SaveSnapshot: not null } or { LoadSnapshot: not null }) root.Add(SnapshotCommands.Make(backend, globals, around, Say));
        root.Add(ImageCommand.Make(globals, around, Say));
        var versionCommand = new Command("version", Say("show the version", "显示版本"));
        versionCommand.SetAction(parsed => VersionCommand.Run(globals.Read(parsed, around), around));
        root.Add(versionCommand);
        if (backend.Agent is { } agent) root.Add(AgentCommand.Make(agent));
        root.Add(PluginMetadataCommand.Make(around));

        root.SetAction(async (parsed, cancel) =>
        {
            var settings = globals.Read(parsed, around);
            if (parsed.GetValue(version)) return VersionCommand.Run(settings, around);
            if (backend.Scan is { } look && !settings.Demo && settings.SnapshotFile is null)
                return await ScanCommand.RunAsync(look, settings, around, ScanCommand.Shown(parsed, settings), cancel).ConfigureAwait(false);
            if (backend.CheckEngine is { } check) await check(settings, cancel).ConfigureAwait(false);
            throw new CannotAnswerException(ErrorCodes.BadUsage,
                settings.Say("which connection? fairlead why SOURCE TARGET", "要问哪个连接？fairlead why 来源 目标"),
                settings.Say("see fairlead --help", "用法见 fairlead --help"));
        });
        return root;
    }
}
