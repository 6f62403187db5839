using System.Text;

namespace Fairlead.Cli.Commands;

/// <summary>What of the process's surroundings the commands use; passed in, so that tests can run them whole.</summary>
internal sealed record Surroundings
{
    public required TextWriter Out { get; init; }
    public required TextWriter Error { get; init; }

    /// <summary>Standard output as bytes, for `image`.</summary>
    public required Func<Stream> OutStream { get; init; }
    public required Func<string, string?> Variable { get; init; }
    public required bool OutIsTerminal { get; init; }

    /// <summary>Columns of the terminal; 0 where there is none.</summary>
    public required Func<int> Columns { get; init; }

    /// <summary>
    /// Standard output and error as plain file descriptors: the Console class would start a thread for signals and terminal modes, which costs a
    /// fifth of a short run. The answer is flushed once, at the end.
    /// </summary>
    public static Surroundings OfProcess() => new()
    {
        Out = new StreamWriter(Descriptor(1), new UTF8Encoding(false), 16 * 1024) { AutoFlush = false },
        Error = new StreamWriter(Descriptor(2), new UTF8Encoding(false), 1024) { AutoFlush = true },
        OutStream = static () => Descriptor(1),
        Variable = Environment.GetEnvironmentVariable,
        OutIsTerminal = !Console.IsOutputRedirected,
        Columns = static () => Console.WindowWidth,
    };

    private static DescriptorStream Descriptor(int number) => new(number);
}
