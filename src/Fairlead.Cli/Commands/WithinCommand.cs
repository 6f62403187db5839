using System.Globalization;
using Fairlead.Agent.Namespaces;

namespace Fairlead.Cli.Commands;

/// <summary>`within PID TOOL …` (hidden): becomes a tool in the network namespace of a process, for a repair of the host's own rules.</summary>
internal static class WithinCommand
{
    public const string Name = "within";

    /// <summary>Before a command line is parsed: what follows is the tool's. Comes back only when it could not be started.</summary>
    public static int Run(string[] args, TextWriter error)
    {
        error.WriteLine(args is [_, var pid, _, ..] && int.TryParse(pid, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? "fairlead: " + Within.Exec(number, args[2..]) : "fairlead: within PID TOOL …");
        return 3;
    }

}
