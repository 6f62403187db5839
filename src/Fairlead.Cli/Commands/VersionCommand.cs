using Fairlead.Model.Answer;

namespace Fairlead.Cli.Commands;

/// <summary>`version` and `--version`.</summary>
internal static class VersionCommand
{
    /// <summary>Fairlead's version, as the build has it.</summary>
    public static string Number { get; } = typeof(VersionCommand).Assembly.GetName().Version is { } v ? $"{v.Major}.{v.Minor}.{v.Build}" : "0.0.0";

    public static int Run(Settings settings, Surroundings around)
    {
        around.Out.Write(settings.Json ? AnswerJson.Write(new VersionAnswer { Version = Number }) : $"fairlead {Number}\n");
        return 0;
    }
}
