using System.Globalization;

namespace Fairlead.Engine.Vantages;

/// <summary>
/// Who made a helper, as the value of a label: boot, pid namespace, pid and start time of the Fairlead that made it. By it a later run on the same
/// machine knows at once whether a helper still has its maker; elsewhere only its age tells.
/// </summary>
public static class HelperOwner
{
    private static readonly string Here = $"{First("/proc/sys/kernel/random/boot_id")}.{PidNamespace()}";

    /// <summary>This process; its start time is 0 where /proc does not tell.</summary>
    public static string Own { get; } = string.Create(CultureInfo.InvariantCulture, $"{Here}.{Environment.ProcessId}.{StartOf(Environment.ProcessId) ?? 0}");

    /// <summary>Whether that process still runs; null where that cannot be known from here.</summary>
    public static bool? Lives(string owner)
    {
        var parts = owner.Split('.');
        if (parts.Length != 4 || parts[1].Length == 0 || $"{parts[0]}.{parts[1]}" != Here
            || !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
            || !ulong.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out var started) || started == 0)
            return null;
        return StartOf(pid) == started;
    }

    /// <summary>Field 22 of /proc/PID/stat (proc(5)): clock ticks after the boot. Null when there is no such process, or only its remains.</summary>
    private static ulong? StartOf(int pid)
    {
        var line = First(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
        // The second field is the name in brackets and may hold anything.
        var fields = line[(line.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 19 && fields[0] is not ("Z" or "X") && ulong.TryParse(fields[19], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) ? ticks : null;
    }

    private static string PidNamespace()
    {
        try
        {
            return new string([.. (new FileInfo("/proc/self/ns/pid").LinkTarget ?? "").Where(char.IsAsciiDigit)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string First(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 0);
            Span<byte> buffer = stackalloc byte[1024];
            return System.Text.Encoding.UTF8.GetString(buffer[..file.Read(buffer)]).Split('\n')[0];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
