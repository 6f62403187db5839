using System.Collections.Immutable;
using System.IO.Compression;
using System.Net;
using System.Reflection;
using System.Text.Json;
using Fairlead.Engine.Snapshots;
using Fairlead.Facts;
using Xunit;

namespace Fairlead.Tests.Engine;

/// <summary>What is saved is what is read back, whatever of it could be read.</summary>
public class SnapshotRoundTripTests
{
    [Fact]
    public void A_recorded_host_comes_back_as_it_was()
    {
        var recorded = Recorded.Demo();
        Assert.NotEmpty(recorded.Namespaces);
        Assert.Contains(recorded.Namespaces.Values, n => n.PacketRules is { IsKnown: true, Value.NfTables.Length: > 0 });
        Assert.Equal(Recorded.Json(recorded), Recorded.Json(SaveAndLoad(recorded)));
    }

    [Fact]
    public void Every_part_of_a_namespace_may_be_unread()
    {
        var recorded = Recorded.Demo();
        var (id, facts) = recorded.Namespaces.First();
        foreach (var part in typeof(NetnsFacts).GetProperties().Where(p => p.PropertyType.IsGenericType && p.PropertyType.GetGenericTypeDefinition() == typeof(Reading<>)))
        {
            var without = facts with { };
            part.SetValue(without, Missing(part.PropertyType, new NotRead(Readings.Links, "web", WhyNot.NotPermitted)));
            var snapshot = recorded with { Namespaces = recorded.Namespaces.SetItem(id, without) };
            var back = SaveAndLoad(snapshot);
            Assert.Equal(Recorded.Json(snapshot), Recorded.Json(back));
            var read = part.GetValue(back.Namespaces[id])!;
            Assert.Equal(WhyNot.NotPermitted, ((NotRead)read.GetType().GetProperty(nameof(Reading<string>.Missing))!.GetValue(read)!).Why);
        }
    }

    [Fact]
    public void A_host_of_which_nothing_could_be_read_comes_back()
    {
        var missing = new NotRead(Readings.Netns, "host", WhyNot.Platform);
        var nothing = new Snapshot
        {
            At = DateTimeOffset.UnixEpoch,
            Tool = "0",
            Engine = new EngineFacts { Version = "unknown", Api = "unknown", Kind = "unknown", Endpoint = "unix:///run/docker.sock" },
            Vantage = "api",
            As = "uid 65534",
            Containers = [],
            Inspects = ImmutableDictionary<string, JsonElement>.Empty,
            Networks = [],
            Namespaces = ImmutableDictionary<string, NetnsFacts>.Empty.Add("4:1", NetnsFacts.Unread("4:1", "host", WhyNot.NotPermitted)),
            HostNetns = missing,
            ContainerNetns = ImmutableDictionary<string, Reading<string>>.Empty.Add("aa", missing),
            Resolutions = [new ResolutionFact { Name = "web", Asked = [], Addresses = [IPAddress.Parse("2001:db8::1")], From = "hosts", ElapsedMs = 1, Outcome = Outcome.Ok }],
            NotRead = [missing, missing with { Effect = default }],
        };
        var back = SaveAndLoad(nothing);
        Assert.Equal(Recorded.Json(nothing with { Vantage = "file" }), Recorded.Json(back));
        Assert.Equal(WhyNot.Platform, back.HostNetns.Missing!.Why);
    }

    [Fact]
    public void No_list_of_a_fact_is_left_in_the_state_that_cannot_be_counted()
    {
        Assert.False(new NotRead(Readings.Links, "web", WhyNot.Gone).Effect.IsDefault);
        Assert.False((new NotRead(Readings.Links, "web", WhyNot.Gone) with { Effect = default }).Effect.IsDefault);

        // A list that may be left out needs a beginning of its own; a required one is given by whoever makes the record.
        var optional = typeof(Snapshot).Assembly.GetExportedTypes()
            .SelectMany(t => t.GetConstructors().SelectMany(c => c.GetParameters()).Where(p => p.IsOptional && IsList(p.ParameterType)).Select(p => $"{t.Name}.{p.Name}"))
            .ToArray();
        Assert.Equal(["NotRead.Effect"], optional);
    }

    private static bool IsList(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>);

    private static object Missing(Type reading, NotRead why)
    {
        var made = Activator.CreateInstance(reading)!;
        reading.GetProperty(nameof(Reading<string>.Missing), BindingFlags.Public | BindingFlags.Instance)!.SetValue(made, why);
        return made;
    }

    private static Snapshot SaveAndLoad(Snapshot snapshot)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            Assert.Null(SnapshotStore.Save(snapshot, path));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
            var (back, error) = SnapshotStore.Load(path);
            Assert.Null(error);
            return back!;
        }
        finally
        {
            File.Delete(path);
        }
    }
}

/// <summary>The demonstration host (lab/demo records it on a real Engine 28.5) as a snapshot, and snapshots as text.</summary>
internal static class Recorded
{
    public static string DemoPath => Path.Combine(AppContext.BaseDirectory, "demo.snapshot");

    public static Snapshot Demo()
    {
        var (snapshot, error) = SnapshotStore.Load(DemoPath);
        Assert.Null(error);
        return snapshot!;
    }

    /// <summary>The JSON that is written, members of dictionaries in order.</summary>
    public static string Json(Snapshot snapshot)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            Assert.Null(SnapshotStore.Save(snapshot, path));
            using var file = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
            using var document = JsonDocument.Parse(file);
            return Sorted(document.RootElement);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string Sorted(JsonElement e) => e.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(",\n", e.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => $"\"{p.Name}\":{Sorted(p.Value)}")) + "}",
        JsonValueKind.Array => "[" + string.Join(",", e.EnumerateArray().Select(Sorted)) + "]",
        _ => e.GetRawText(),
    };
}
