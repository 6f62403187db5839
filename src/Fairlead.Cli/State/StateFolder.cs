using Fairlead.Engine.Snapshots;
using Fairlead.Engine.Vantages;

namespace Fairlead.Cli.State;

/// <summary>
/// What is kept between runs: --state, else as root /var/lib/fairlead (never the caller's home, where links may be planted), else
/// $XDG_STATE_HOME/fairlead. A folder of mode 0700 with files of mode 0600. Where it cannot be written nothing is kept.
/// </summary>
internal sealed class StateFolder(string? given, Func<string, string?> variable)
{
    private const int MostText = 256 << 10;

    /// <summary>Null where there is no place for it.</summary>
    public string? Path { get; } = given is { Length: > 0 } ? System.IO.Path.GetFullPath(given)
        : EngineProcess.EffectiveUser == 0 ? "/var/lib/fairlead"
        : variable("XDG_STATE_HOME") is { Length: > 0 } state && state[0] == '/' ? state + "/fairlead"
        : variable("HOME") is { Length: > 0 } home && home[0] == '/' ? home + "/.local/state/fairlead"
        : null;

    /// <summary>The text of a kept file; "" where there is none.</summary>
    public string Read(string name)
    {
        if (Path is null)
            return "";
        var (file, _) = OwnerFile.Read($"{Path}/{name}", follow: false);
        if (file is null)
            return "";
        using (file)
        {
            if (!file.CanSeek || file.Length > MostText)
                return "";
            using var reader = new StreamReader(file);
            return reader.ReadToEnd();
        }
    }

    /// <summary>Null, or one line why it was not kept.</summary>
    public string? Write(string name, string text)
    {
        if (Path is null)
            return "no folder for it: neither XDG_STATE_HOME nor HOME is set";
        try
        {
            Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{Path}: {e.Message}";
        }
        if (OperatingSystem.IsLinux() && (File.GetUnixFileMode(Path) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0)
            return $"{Path}: others may write there";
        return OwnerFile.Write($"{Path}/{name}", System.Text.Encoding.UTF8.GetBytes(text));
    }
}
