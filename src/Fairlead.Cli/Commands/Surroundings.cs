using System.Text;
using Microsoft.Win32.SafeHandles;

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

    /// <summary>Whether standard error is a terminal, where progress may be shown.</summary>
    public Func<bool> ErrorIsTerminal { get; init; } = static () => false;

    /// <summary>What is said there while an answer is awaited.</summary>
    public ProgressLine Progress { get; } = new();
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Whether there is a person to ask: standard input and error are a terminal.</summary>
    public Func<bool> CanAsk { get; init; } = static () => false;

    /// <summary>A line that the person typed; null at the end of the input.</summary>
    public Func<string?> ReadLine { get; init; } = static () => null;

    /// <summary>Columns of the terminal; 0 where there is none.</summary>
    public required Func<int> Columns { get; init; }

    /// <summary>
    /// Standard output and error as plain file descriptors: the Console class would start a thread for signals and terminal modes, which costs a
    /// fifth of a short run. The answer is flushed once, at the end.
    /// </summary>
    public static Surroundings OfProcess() => new()
    {
        Out = new StreamWriter(Output(), new UTF8Encoding(false), 16 * 1024) { AutoFlush = false },
        Error = new StreamWriter(new DescriptorStream(2, forgiving: true), new UTF8Encoding(false), 1024) { AutoFlush = true },
        OutStream = static () => Output(),
        Variable = Environment.GetEnvironmentVariable,
        OutIsTerminal = !Console.IsOutputRedirected,
        ErrorIsTerminal = static () => !Console.IsErrorRedirected,
        CanAsk = static () => !Console.IsInputRedirected && !Console.IsErrorRedirected,
        ReadLine = static () => Line(),
        Columns = TerminalSize.Columns,
    };

    private static DescriptorStream Output() => new(1, quietWhenGone: true);

    /// <summary>One line of standard input, read as bytes: a terminal hands over whole lines.</summary>
    private static string? Line()
    {
        using var input = new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, 0);
        var bytes = new byte[1024];
        var got = input.Read(bytes);
        return got == 0 ? null : Encoding.UTF8.GetString(bytes, 0, got).TrimEnd('\n', '\r');
    }
}
