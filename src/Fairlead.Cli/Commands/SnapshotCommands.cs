using System.CommandLine;

namespace Fairlead.Cli.Commands;

/// <summary>`snapshot save FILE` and `snapshot load FILE`.</summary>
internal static class SnapshotCommands
{
    public static Command Make(Backend backend, GlobalOptions globals, Surroundings around, Func<string, string, string> say)
    {
        var command = new Command("snapshot", say("keep what is read, to answer from it later or elsewhere", "把读到的东西存下来，以后或在别处用"));
        if (backend.SaveSnapshot is { } save)
            command.Add(Sub("save", say("look at the engine and write FILE", "读取引擎，写入文件"), save, globals, around, say));
        if (backend.LoadSnapshot is { } load)
            command.Add(Sub("load", say("check FILE and say what it holds", "检查文件，说明里面有什么"), load, globals, around, say));
        return command;
    }

    private static Command Sub(
        string name, string description, Func<Settings, string, CancellationToken, Task<string>> act, GlobalOptions globals, Surroundings around,
        Func<string, string, string> say)
    {
        var file = new Argument<string>("FILE") { Description = say("the file (gzip JSON)", "文件（gzip JSON）") };
        var sub = new Command(name, description) { file };
        sub.SetAction(async (parsed, cancel) =>
        {
            var settings = globals.Read(parsed, around);
            around.Out.WriteLine(await act(settings, parsed.GetRequiredValue(file), cancel).ConfigureAwait(false));
            return 0;
        });
        return sub;
    }
}
