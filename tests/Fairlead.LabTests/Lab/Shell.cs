using System.Diagnostics;

namespace Fairlead.LabTests.Lab;

/// <summary>What a process left behind: its exit code (-1 when it had to be killed) and both outputs whole.</summary>
public sealed record Ran(int Exit, string Stdout, string Stderr)
{
    /// <summary>Stdout of a process that must have succeeded; anything else fails the test with what it said.</summary>
    public string Text => Exit == 0 ? Stdout : throw new InvalidOperationException($"exit {Exit}: {Stderr.Trim()} {Stdout.Trim()}");
}

/// <summary>The one place that starts processes in the lab tests.</summary>
public static class Shell
{
    public static Task<Ran> RunAsync(string program, params string[] args) => RunAsync(program, args, null);

    /// <summary>Runs to the end or to <paramref name="limit"/> (2 minutes); then the process and its children are killed.</summary>
    public static async Task<Ran> RunAsync(
        string program, IEnumerable<string> args, IReadOnlyDictionary<string, string>? environment, TimeSpan? limit = null)
    {
        var start = new ProcessStartInfo(program, args) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var (name, value) in environment ?? Paths.Environment)
            start.Environment[name] = value;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        process.StandardInput.Close();
        var stdout = process.StandardOutput.ReadToEndAsync();
        var stderr = process.StandardError.ReadToEndAsync();
        using var deadline = new CancellationTokenSource(limit ?? TimeSpan.FromMinutes(2));
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return new Ran(-1, await stdout, await stderr + $"\nkilled: {program} did not end in time");
        }
        return new Ran(process.ExitCode, await stdout, await stderr);
    }
}
