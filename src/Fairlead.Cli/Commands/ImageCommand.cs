using System.CommandLine;
using System.Formats.Tar;
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
        command.SetAction(parsed =>
        {
            var settings = globals.Read(parsed, around);
            if (around.OutIsTerminal)
                throw new CannotAnswerException(ErrorCodes.BadUsage,
                    settings.Say("image writes a tar, which a terminal cannot show", "image 写出的是 tar，终端上显示不了"),
                    "fairlead image | docker import -c 'ENTRYPOINT [\"/fairlead\"]' - fairlead");
            using var to = around.OutStream();
            Write(to);
            return 0;
        });
        return command;
    }

    /// <summary>Equal binaries give equal tars: no clock, no owner.</summary>
    private static void Write(Stream to)
    {
        using var self = new FileStream("/proc/self/exe", FileMode.Open, FileAccess.Read, FileShare.Read);
        using var tar = new TarWriter(to, TarEntryFormat.Ustar, leaveOpen: true);
        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "fairlead") { DataStream = self, Mode = mode, ModificationTime = DateTimeOffset.UnixEpoch });
    }
}
