using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fairlead.Engine.Snapshots;
using Fairlead.Facts;

namespace Fairlead.Oracle;

/// <summary>One packet of a recording, and what the kernel did with it.</summary>
public sealed record Kept(string Aimed, string Kind, string Deed, string Hook, Flow Flow, bool Hit, string How, string As, bool? Counted);

/// <summary>Packets of one host and their fates; the host itself is the snapshot beside it.</summary>
public sealed record KeptHost(int Seed, bool Bridged, IReadOnlyList<Kept> Flows);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(KeptHost))]
internal sealed partial class FixtureJson : JsonSerializerContext;

/// <summary>Recordings of the oracle: NAME.snapshot and NAME.flows.</summary>
public static class Fixture
{
    public static void Write(string folder, Plan plan, Snapshot snapshot, IReadOnlyList<Trial> trials)
    {
        Directory.CreateDirectory(folder);
        var name = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{plan.Backend}{(plan.V6 ? "6" : "")}{(plan.Bridged ? "-bridged" : "")}-{plan.Seed}").ToLowerInvariant());
        var kept = trials.Select(t => new Kept(t.Aim.Id, t.Aim.Kind.Name, t.Aim.Deed.Name, t.Aim.Hook.ToString(), t.Flow, t.Hit, t.Kernel.How, t.Kernel.As, t.KernelMatched));
        File.WriteAllText(name + ".flows", JsonSerializer.Serialize(new KeptHost(plan.Seed, plan.Bridged, [.. kept]), FixtureJson.Default.KeptHost));
        File.Delete(name + ".snapshot");
        SnapshotStore.Save(snapshot, name + ".snapshot");
    }

    public static (KeptHost Host, Snapshot Snapshot) Read(string name)
    {
        var host = JsonSerializer.Deserialize(File.ReadAllText(name + ".flows"), FixtureJson.Default.KeptHost)!;
        var (snapshot, error) = SnapshotStore.Load(name + ".snapshot");
        return (host, snapshot ?? throw new InvalidOperationException(error));
    }
}
