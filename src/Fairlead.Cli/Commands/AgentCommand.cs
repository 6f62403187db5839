using System.CommandLine;

namespace Fairlead.Cli.Commands;

/// <summary>`agent` (hidden): reads and dials for another Fairlead, spoken to over standard input and output.</summary>
internal static class AgentCommand
{
    public static Command Make(Func<TimeSpan, CancellationToken, Task<int>> run)
    {
        var deadline = new Option<int>("--deadline") { Description = "seconds after which it ends", DefaultValueFactory = _ => 180 };
        var command = new Command("agent") { Hidden = true };
        command.Add(deadline);
        command.SetAction((parsed, cancel) => run(TimeSpan.FromSeconds(Math.Clamp(parsed.GetValue(deadline), 1, 3600)), cancel));
        return command;
    }
}

/// <summary>`docker-cli-plugin-metadata` (hidden): what the docker command asks before it offers `docker fairlead`.</summary>
internal static class PluginMetadataCommand
{
    public const string Name = "docker-cli-plugin-metadata";

    public static Command Make(Surroundings around)
    {
        var command = new Command(Name) { Hidden = true };
        command.SetAction(_ =>
        {
            around.Out.Write(
                $$"""
                {"SchemaVersion":"0.1.0","Vendor":"Fairlead","Version":"v{{VersionCommand.Number}}","ShortDescription":"Explain why a container cannot reach something"}

                """);
            return 0;
        });
        return command;
    }
}
