using System.Text;
using Fairlead.Cli;
using Fairlead.Cli.Commands;

namespace Fairlead.Tests.Cli;

/// <summary>What a run of the command line gave.</summary>
internal sealed record RanLine(int Exit, string Out, string Error);

/// <summary>The whole command line, in process: the same code as the binary's, with surroundings of the test's choice.</summary>
internal static class CommandLine
{
    public static Task<RanLine> RunAsync(params string[] args) => RunAsync([], args);

    /// <param name="variables">NAME=VALUE; nothing else is set. TTY=COLUMNS makes standard output a terminal.</param>
    /// <param name="backend">Null: the real one.</param>
    public static async Task<RanLine> RunAsync(string[] variables, string[] args, Backend? backend = null, TimeProvider? clock = null)
    {
        var set = variables.Select(v => v.Split('=', 2)).ToDictionary(v => v[0], v => v[1]);
        var columns = set.GetValueOrDefault("TTY") is { } tty ? int.Parse(tty, System.Globalization.CultureInfo.InvariantCulture) : 0;
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        using var bytes = new MemoryStream();
        var around = new Surroundings
        {
            Out = output, Error = error, OutStream = () => bytes, Variable = name => set.GetValueOrDefault(name), OutIsTerminal = columns > 0,
            Columns = () => columns, Clock = clock ?? TimeProvider.System,
        };
        var exit = await Entry.RunAsync(args, backend ?? EngineBackend.Make(around), around, CancellationToken.None);
        return new RanLine(exit, output + Encoding.Latin1.GetString(bytes.ToArray()), error.ToString());
    }
}
