namespace Fairlead.Engine.Client;

/// <summary>The real environment and files of this process.</summary>
public sealed class MachineSurroundings : IEndpointSurroundings
{
    private const int MaxText = 1 << 20;

    public string? Variable(string name) => Environment.GetEnvironmentVariable(name);

    public string? Text(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 0);
            if (file.Length > MaxText)
                return null;
            using var reader = new StreamReader(file);
            return reader.ReadToEnd();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return null;
        }
    }

    public IEnumerable<string> Folders(string path)
    {
        try
        {
            return Directory.EnumerateDirectories(path).Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal).ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    public bool SocketExists(string path) => File.Exists(path);

    public string? Program(string name)
    {
        foreach (var folder in (Variable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            var path = folder + "/" + name;
            if (File.Exists(path))
                return path;
        }
        return null;
    }
}
