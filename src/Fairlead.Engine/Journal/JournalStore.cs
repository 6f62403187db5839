using System.Collections.Immutable;
using System.Globalization;
using System.IO.Hashing;
using System.Security;
using System.Text;
using System.Text.Json;
using Fairlead.Engine.Snapshots;

namespace Fairlead.Engine.Journal;

/// <summary>A journal that cannot be kept: nothing is changed then. The message is one line, without what to do.</summary>
public sealed class JournalException(string message) : Exception(message);

/// <summary>
/// The journal of one engine: a folder of mode 0700 with a lock and a file an entry, mode 0600. A file is written beside, synced, renamed over, and
/// its folder synced, before the step that it announces is made.
/// </summary>
public sealed class JournalStore
{
    private const int MostBytes = 4 << 20;
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private JournalStore(string folder, string engine) => (Folder, Engine) = (folder, engine);

    public string Folder { get; }

    /// <summary>The engine's own id.</summary>
    public string Engine { get; }

    /// <param name="state">Fairlead's state folder.</param>
    /// <param name="make">False where nothing may be written: an absent folder is an empty journal.</param>
    /// <exception cref="JournalException">The folder cannot be made, or is not a folder of its own.</exception>
    public static JournalStore Open(string? state, string engine, bool make = true)
    {
        if (state is null)
            throw new JournalException("there is no folder for the journal: neither XDG_STATE_HOME nor HOME is set");
        var name = XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(engine)).ToString("x16", CultureInfo.InvariantCulture);
        var folder = Path.Combine(state, "journal", name);
        try
        {
            foreach (var path in (string[])[state, Path.Combine(state, "journal"), folder])
            {
                if (make)
                    Directory.CreateDirectory(path, Private);
                // A link planted in place of the journal would be followed (SAFETY 20).
                if (path != state && new DirectoryInfo(path).LinkTarget is not null)
                    throw new JournalException($"{path}: is a link");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SecurityException)
        {
            throw new JournalException($"{folder}: {e.Message}");
        }
        return new JournalStore(folder, engine);
    }

    /// <summary>The lock, or who holds it.</summary>
    /// <exception cref="JournalException">It cannot be made.</exception>
    public (JournalLock? Lock, string? Holder) Take(DateTimeOffset now)
    {
        var (held, holder, error) = JournalLock.Take(Path.Combine(Folder, "lock"), now);
        if (error is not null)
            throw new JournalException(error);
        if (held is not null)
            RemoveHalfWritten();
        return (held, holder);
    }

    /// <summary>All entries, oldest first.</summary>
    /// <exception cref="JournalException">One cannot be read: what it announces is then not known.</exception>
    public ImmutableArray<JournalEntry> Read()
    {
        if (!Directory.Exists(Folder))
            return [];
        var all = ImmutableArray.CreateBuilder<JournalEntry>();
        foreach (var file in Directory.GetFiles(Folder, "*.json"))
            all.Add(ReadOne(file));
        return [.. all.OrderBy(e => e.Id)];
    }

    /// <summary>The number of the next entry.</summary>
    public int NextId() => Read() is [.., var last] ? last.Id + 1 : 1;

    /// <exception cref="JournalException">It was not written: disk full, folder read-only.</exception>
    public void Write(JournalEntry entry)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(entry, JournalJson.Default.JournalEntry);
        if (OwnerFile.Write(FileOf(entry.Id), bytes) is { } error)
            throw new JournalException(error);
    }

    private string FileOf(int id) => Path.Combine(Folder, id.ToString("d6", CultureInfo.InvariantCulture) + ".json");

    private static JournalEntry ReadOne(string path)
    {
        if (new FileInfo(path).LinkTarget is not null)
            throw new JournalException($"{path}: is a link");
        var (file, error) = OwnerFile.Read(path);
        if (file is null)
            throw new JournalException(error ?? path);
        using (file)
        {
            if (!file.CanSeek || file.Length > MostBytes)
                throw new JournalException($"{path}: not an entry of the journal");
            try
            {
                var entry = JsonSerializer.Deserialize(file, JournalJson.Default.JournalEntry);
                return entry?.Schema == JournalEntry.CurrentSchema ? entry : throw new JournalException($"{path}: of another version of fairlead");
            }
            catch (Exception e) when (e is JsonException or NotSupportedException)
            {
                throw new JournalException($"{path}: damaged");
            }
        }
    }

    // Left by a run that was killed while it wrote; the entry itself is whole.
    private void RemoveHalfWritten()
    {
        foreach (var file in Directory.GetFiles(Folder, "*.new"))
            File.Delete(file);
    }
}
