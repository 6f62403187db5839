using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Fairlead.Engine.Snapshots;
using Fairlead.Facts;
using Xunit;

namespace Fairlead.Tests.Engine;

/// <summary>Files that are no snapshots, or mean harm: one line, and nothing is built from them (SAFETY 21).</summary>
public class SnapshotBoundsTests
{
    private static readonly string Whole = Text();

    [Fact]
    public void A_file_that_unpacks_without_end_is_refused()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 400; i++)
                gzip.Write(zeros);
        }
        packed.Position = 0;
        var before = GC.GetTotalAllocatedBytes();
        Refused(SnapshotStore.Read(packed, packed.Length, "bomb"), "unpacks to more than");
        Assert.True(GC.GetTotalAllocatedBytes() - before < SnapshotStore.MaxSize * 4L, "memory is not bounded by the limit");
    }

    [Fact]
    public void A_small_file_is_not_judged_by_its_ratio() =>
        Assert.Null(ReadText(Whole.Replace("{", "{" + new string(' ', 100), StringComparison.Ordinal)).Error);

    [Theory]
    [InlineData("""{"schema":"fairlead.snapshot/2"}""", "another version")]
    [InlineData("""{"schema":"fairlead.diagnosis/1"}""", "not a snapshot")]
    [InlineData("""{"schema":7}""", "not a snapshot")]
    [InlineData("""{"other":{"schema":"fairlead.snapshot/1"}}""", "not a snapshot")]
    [InlineData("[]", "not a snapshot")]
    [InlineData("null", "not a snapshot")]
    [InlineData("", "damaged")]
    [InlineData("<html>", "damaged")]
    [InlineData("""{"schema":"fairlead.snapshot/1"}""", "damaged")]
    [InlineData("""{"schema":"fairlead.snapshot/1","at":"x"}""", "damaged")]
    public void Foreign_json_is_refused(string json, string says) => Refused(ReadText(json), says);

    [Fact]
    public void Json_that_is_too_deep_is_refused()
    {
        var deep = string.Concat(Enumerable.Repeat("""{"a":""", 100)) + "1" + new string('}', 100);
        Refused(ReadText(deep), "damaged");
        Refused(ReadText(Changed(root => root["containers"]!.AsArray().Add(JsonNode.Parse(deep, documentOptions: new() { MaxDepth = 200 })))), "damaged");
    }

    [Fact]
    public void A_file_that_is_cut_anywhere_is_refused()
    {
        var packed = Pack(Whole);
        foreach (var length in new[] { 0, 1, 5, 10, 20, packed.Length / 2, packed.Length - 12 })
        {
            using var cut = new MemoryStream(packed, 0, length);
            Assert.NotNull(SnapshotStore.Read(cut, length, "cut").Error);
        }
        for (var at = 1; at < Whole.Length; at += Whole.Length / 60)
            Refused(ReadText(Whole[..at]), "damaged");
    }

    [Fact]
    public void A_file_that_is_no_gzip_is_refused() => Refused(SnapshotStore.Read(new MemoryStream("hello"u8.ToArray()), 5, "plain"), "damaged");

    /// <summary>Every member in turn left out, null, a number, and a list: refused in one line, or read; never an exception.</summary>
    [Fact]
    public void Any_member_may_be_wrong()
    {
        var root = JsonNode.Parse(Whole)!.AsObject();
        foreach (var name in root.Select(p => p.Key).ToArray())
        {
            foreach (var wrong in new[] { null, "7", "[]", "{}", "\"x\"", "[null]", """{"x":null}""", "[7]" })
            {
                OneLine(ReadText(Changed(r => r[name] = wrong is null ? null : JsonNode.Parse(wrong))));
            }
            OneLine(ReadText(Changed(r => r.Remove(name))));
        }
    }

    [Fact]
    public void Any_part_of_a_namespace_may_be_wrong()
    {
        var parts = JsonNode.Parse(Whole)!["namespaces"]!.AsObject().First().Value!.AsObject().Select(p => p.Key).ToArray();
        Assert.Contains("packetRules", parts);
        foreach (var part in parts)
        {
            foreach (var wrong in new[] { null, "{}", """{"value":null}""", """{"value":[null]}""", """{"value":{"nfTables":[null]}}""", """{"missing":{}}""", "[]" })
            {
                var (snapshot, error) = ReadText(Changed(r => r["namespaces"]!.AsObject().First().Value!.AsObject()[part] = wrong is null ? null : JsonNode.Parse(wrong)));
                OneLine((snapshot, error));
                Assert.True(part is "pid" or "of" or "id" || error is not null || wrong is not (null or "{}" or "[]"), $"{part} = {wrong} was taken");
            }
        }
    }

    [Fact]
    public void A_folder_a_missing_file_and_a_device_are_no_snapshots()
    {
        Refused(SnapshotStore.Load(Path.GetTempPath()), "");
        Refused(SnapshotStore.Load(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName())), "");
        Refused(SnapshotStore.Load("/dev/zero"), "");
        Refused(SnapshotStore.Load("/dev/null"), "");
        Refused(SnapshotStore.Load(""), "");
        Refused(SnapshotStore.Load("a\0b"), "");
    }

    [Fact]
    public void Where_nothing_can_be_written_one_line_says_why()
    {
        Assert.Contains("No such file", SnapshotStore.Save(Recorded.Demo(), "/nowhere/at/all/x")!, StringComparison.Ordinal);
        Assert.NotNull(SnapshotStore.Save(Recorded.Demo(), "/proc/x"));
    }

    private static void Refused((Snapshot? Snapshot, string? Error) read, string says)
    {
        Assert.Null(read.Snapshot);
        Assert.Contains(says, read.Error!, StringComparison.Ordinal);
        OneLine(read);
    }

    private static void OneLine((Snapshot? Snapshot, string? Error) read)
    {
        Assert.True(read.Snapshot is null != read.Error is null);
        Assert.DoesNotContain('\n', read.Error ?? "");
        Assert.True((read.Error ?? "").Length < 500, read.Error);
    }

    private static string Changed(Action<JsonObject> change)
    {
        var root = JsonNode.Parse(Whole)!.AsObject();
        change(root);
        return root.ToJsonString(new() { MaxDepth = 300 });
    }

    private static (Snapshot? Snapshot, string? Error) ReadText(string json)
    {
        var packed = Pack(json);
        return SnapshotStore.Read(new MemoryStream(packed), packed.Length, "file");
    }

    private static byte[] Pack(string json)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes(json));
        return packed.ToArray();
    }

    private static string Text()
    {
        using var gzip = new GZipStream(File.OpenRead(Recorded.DemoPath), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip);
        return reader.ReadToEnd();
    }
}
