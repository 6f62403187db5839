using System.CommandLine;
using Fairlead.Engine.Vantages;
using Fairlead.Model.Answer;

namespace Fairlead.Cli.Commands;

/// <summary>`image`: a tar with this very binary, for `docker import -c 'ENTRYPOINT ["/fairlead"]' - fairlead`.</summary>
internal static class ImageCommand
{
    public static Command Make(GlobalOptions globals, Surroundings around, Func<string, string, string> say)
    {
        var command = new Command("image", say(
            "write an image of this program to stdout, for: docker import -c 'ENTRYPOINT [\"/fairlead\"]' - fairlead",
            "把本程序做成镜像写到标准输出，用于：docker import -c 'ENTRYPOINT [\"/fairlead\"]' - fairlead"));
        command.SetAction(async (parsed, cancel) =>
        {
            var settings = globals.Read(parsed, around);
            if (around.OutIsTerminal)
                throw new CannotAnswerException(ErrorCodes.BadUsage,
                    settings.Say("image writes a tar, which a terminal cannot show", "image 写出的是 tar，终端上显示不了"),
                    "fairlead image | docker import -c 'ENTRYPOINT [\"/fairlead\"]' - fairlead");
            await using var to = around.OutStream();
            await ImageTar.WriteAsync(await File.ReadAllBytesAsync(ImageTar.OwnBinary, cancel).ConfigureAwait(false), to, cancel).ConfigureAwait(false);
            return 0;
        });
        return command;
    }
}
