using System.IO.Compression;
using System.Text.Json;
using Fairlead.Facts;

namespace Fairlead.Engine.Snapshots;

/// <summary>Writes and reads fairlead.snapshot/1: gzip JSON. Files come from anywhere, so reading is bounded in every direction (SAFETY 21).</summary>
public static class SnapshotStore
{
    /// <summary>Largest JSON that is read, uncompressed.</summary>
    public const int MaxSize = 256 << 20;

    /// <summary>Most bytes that one compressed byte may become; small files are not judged by it.</summary>
    public const int MaxRatio = 200;
    public const int MaxDepth = 64;

    /// <summary>Most containers, networks, namespaces, and parts of a namespace.</summary>
    public const int MaxCount = 100_000;
    private const int RatioFree = 4 << 20;

    /// <summary>Writes a file that only its owner may read: a new file beside it, synced, renamed over. A link at the path is replaced, not followed.</summary>
    /// <returns>Null, or one line why it was not written.</returns>
    public static string? Save(Snapshot snapshot, string path)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            JsonSerializer.Serialize(gzip, snapshot, SnapshotJson.Default.Snapshot);
        return OwnerFile.Write(path, packed.GetBuffer().AsSpan(0, (int)packed.Length));
    }

    /// <summary>The snapshot of a file, marked as such, or one line why it is none. Never causes any other reading.</summary>
    public static (Snapshot? Snapshot, string? Error) Load(string path)
    {
        try
        {
            var (opened, error) = OwnerFile.Read(path);
            if (opened is null)
                return (null, error);
            using var file = opened;
            if (!file.CanSeek || file.Length > MaxSize)
                return (null, $"{path}: not a regular file, or larger than {MaxSize >> 20} MiB");
            return Read(file, file.Length, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return (null, $"{path}: {FirstLine(e.Message)}");
        }
    }

    /// <summary>As <see cref="Load"/>, from bytes (the embedded demonstration).</summary>
    public static (Snapshot? Snapshot, string? Error) Read(Stream packed, long packedLength, string name)
    {
        try
        {
            if (Unpacked(packed, packedLength) is not { } json)
                return (null, $"{name}: unpacks to more than {MaxSize >> 20} MiB or {MaxRatio} times its size");
            if (SchemaOf(json) is not { } schema)
                return (null, $"{name}: not a snapshot of Fairlead");
            if (schema != Snapshot.CurrentSchema)
                return (null, $"{name}: {(schema.StartsWith("fairlead.snapshot/", StringComparison.Ordinal) ? "written by another version" : "not a snapshot of Fairlead")} (this one reads {Snapshot.CurrentSchema})");
            if (JsonSerializer.Deserialize(json, SnapshotJson.Default.Snapshot) is not { } snapshot)
                return (null, $"{name}: not a snapshot of Fairlead");
            return SnapshotCheck.Complaint(snapshot) is { } wrong ? (null, $"{name}: damaged: {wrong}") : (snapshot with { Vantage = "file" }, null);
        }
        catch (JsonException e)
        {
            return (null, $"{name}: damaged: {FirstLine(e.Path is { Length: > 0 and < 100 } at ? "at " + at : "not the JSON of a snapshot")}");
        }
        catch (InvalidOperationException)
        {
            return (null, $"{name}: damaged: text that is not UTF-8");
        }
        catch (InvalidDataException)
        {
            return (null, $"{name}: damaged: not a gzip file");
        }
    }

    private static byte[]? Unpacked(Stream packed, long packedLength)
    {
        var limit = Math.Min(MaxSize, Math.Max(packedLength * MaxRatio, RatioFree));
        using var gzip = new GZipStream(packed, CompressionMode.Decompress);
        using var all = new MemoryStream();
        var piece = new byte[64 << 10];
        while (gzip.Read(piece) is > 0 and var got)
        {
            if (all.Length + got > limit)
                return null;
            all.Write(piece, 0, got);
        }
        return all.ToArray();
    }

    /// <summary>The top member `schema`, found before anything is built from the file.</summary>
    private static string? SchemaOf(byte[] json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals("schema"u8))
                return reader.Read() && reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length < 200 ? reader.GetString() : null;
        }
        return null;
    }

    private static string FirstLine(string text) => text.Split('\n')[0].Trim() is var line && line.Length > 200 ? line[..200] : line;
}
