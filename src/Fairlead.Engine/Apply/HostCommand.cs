using System.Diagnostics;
using System.Globalization;

namespace Fairlead.Engine.Apply;

/// <summary>
/// A tool of this machine, run in the network namespace of the engine's host, by argument list and without a shell (SAFETY 9). This very program is
/// started as `fairlead within PID TOOL …`: the child enters the namespace and becomes the tool, so that no thread of ours ever stands there.
/// </summary>
internal static class HostCommand
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>The tool in the folders of the system, whatever the caller's PATH says; null where it is not installed.</summary>
    public static string? Find(string tool) =>
        ((string[])["/usr/sbin", "/sbin", "/usr/bin", "/bin", "/usr/local/sbin"]).Select(folder => $"{folder}/{tool}").FirstOrDefault(File.Exists);

    /// <summary>Exit code, and what it printed: on standard output when it succeeded, else the first line of its complaint.</summary>
    public static async Task<(int Exit, string Text)> RunAsync(int pid, IReadOnlyList<string> argv, CancellationToken cancel)
    {
        var start = new ProcessStartInfo("/proc/self/exe", ["within", pid.ToString(CultureInfo.InvariantCulture), .. argv])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin";
        start.Environment["LC_ALL"] = "C";
        using var process = Process.Start(start);
        if (process is null)
            return (-1, argv[0]);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(cancel), process.StandardError.ReadToEndAsync(cancel));
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timed.CancelAfter(Limit);
        try
        {
            await process.WaitForExitAsync(timed.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
        return process.ExitCode == 0 ? (0, await output) : (process.ExitCode, (await error).Trim().Split('\n')[0]);
    }
}
