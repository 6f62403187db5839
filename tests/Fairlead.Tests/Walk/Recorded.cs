using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Fairlead.Engine.Asking;
using Fairlead.Engine.Snapshots;
using Fairlead.Facts;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.World;

namespace Fairlead.Tests.Walk;

/// <summary>
/// A scenario of the lab as it was recorded from a real engine (Recorded/record): the snapshot, what was expected, and what the lab's own
/// dial returned.
/// </summary>
public sealed record Recorded(string Name, Snapshot Snapshot, string Source, Asked Asked, string? Code, string Outcome, ImmutableArray<string> Behind, Seen Seen)
{
    /// <summary>The repository above the folder that the tests run in.</summary>
    public static string Repository { get; } = FindRepository();

    public static string Folder => Path.Combine(Repository, "tests", "Fairlead.Tests", "Recorded");

    public static IEnumerable<string> Names { get; } =
        [.. Directory.GetFiles(Path.Combine(Folder, "scenarios"), "*.snapshot").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    public static Snapshot Load(string file)
    {
        var (snapshot, error) = SnapshotStore.Load(Path.Combine(Folder, file));
        return snapshot ?? throw new InvalidOperationException(error);
    }

    public static Recorded Of(string name)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "scenarios", name + ".json")));
        var (expected, dialled) = (json.RootElement.GetProperty("expected"), json.RootElement.GetProperty("dialled"));
        var asked = Asked.Parse(expected.GetProperty("target").GetString()!, out var error) ?? throw new InvalidOperationException(error);
        var seen = SeenBy(asked, dialled);
        var snapshot = Load($"scenarios/{name}.snapshot");
        return new Recorded(name, seen.Resolution is { } resolution ? snapshot with { Resolutions = [resolution] } : snapshot,
            expected.GetProperty("source").GetString()!, asked, expected.GetProperty("code").GetString(), expected.GetProperty("outcome").GetString()!,
            [.. expected.GetProperty("behind").EnumerateArray().Select(b => b.GetString()!)], seen);
    }

    /// <summary>The question as it was asked, of this snapshot or of a changed one, with or without the dial.</summary>
    public Question Ask(Snapshot? changed = null, bool dialled = true)
    {
        var world = WhyQuestion.WorldOf(changed ?? Snapshot);
        var source = Source == "host" ? null : world.Containers.Single(c => c.Name == Source);
        return Question.Ask(world, source, Asked) with { Seen = dialled ? Seen : null };
    }

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Fairlead.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("Fairlead.slnx not found above " + AppContext.BaseDirectory);
    }

    // The lab's dial is a program of its own; its findings are put into the words in which Fairlead's probe reports.
    private static Seen SeenBy(Asked asked, JsonElement dialled)
    {
        var outcome = dialled.GetProperty("outcome").GetString()!;
        var ms = dialled.GetProperty("ms").GetDouble();
        if (outcome.StartsWith("name-", StringComparison.Ordinal))
        {
            return new Seen
            {
                Outcome = outcome,
                Dials = [],
                Resolution = new ResolutionFact
                {
                    Name = asked.Host, Asked = [asked.Host], Rcode = outcome == Facts.Outcome.NameNotFound ? "NXDOMAIN" : "SERVFAIL", Addresses = [], From = "upstream",
                    ElapsedMs = ms, Outcome = outcome,
                },
            };
        }

        var fact = new DialFact
        {
            Address = IPAddress.Parse(dialled.GetProperty("address").GetString()!),
            Port = asked.Port,
            Protocol = asked.Protocol,
            Level = DialLevel.Ask,
            Outcome = outcome,
            Errno = dialled.GetProperty("errno").GetInt32(),
            ElapsedMs = ms,
            Connected = outcome is Facts.Outcome.Ok or Facts.Outcome.Cut or Facts.Outcome.Silent,
            SentSyn = true,
        };
        return new Seen { Outcome = outcome, Dials = [fact], Main = fact };
    }
}
