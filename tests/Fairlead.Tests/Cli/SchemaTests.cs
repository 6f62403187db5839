using System.Collections.Immutable;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Fairlead.Engine.Snapshots;
using Fairlead.Facts;
using Fairlead.Model.Answer;
using Fairlead.Tests.Shared;
using Xunit;

namespace Fairlead.Tests.Cli;

/// <summary>docs/schema says what the code writes: the same members, the same nulls, the same closed lists.</summary>
public class SchemaTests
{
    private static readonly Dictionary<string, ImmutableArray<string>> Lists = new()
    {
        ["outcome"] = Outcome.All, ["verdict"] = Verdicts.All, ["confidence"] = Confidences.All, ["agreement"] = Agreements.All,
        ["hopKind"] = HopKinds.All, ["hopResult"] = HopResults.All, ["evidenceKind"] = EvidenceKinds.All, ["witness"] = Witnesses.All,
        ["engineKind"] = EngineKinds.All, ["firewall"] = FirewallKinds.All, ["vantageKind"] = VantageKinds.All, ["sourceMode"] = SourceModes.All,
        ["portFrom"] = PortOrigins.All, ["meaning"] = MeaningKinds.All, ["how"] = HowNames.All, ["partyKind"] = PartyKinds.All,
        ["answerKind"] = AnswerKinds.All, ["spoken"] = SpokenNames.All, ["level"] = DialLevel.All, ["cost"] = CostNames.All, ["lasts"] = LastsNames.All,
        ["proof"] = ProofNames.All, ["stepPlace"] = StepPlaces.All, ["scope"] = Scopes.All, ["reading"] = Readings.All, ["whyNot"] = WhyNot.All,
        ["fix"] = FixIds.All, ["errorCode"] = ErrorCodes.All,
    };

    public static TheoryData<string> Names =>
        [.. Directory.GetFiles(Schemas.Folder, "*.schema.json").Select(f => Path.GetFileName(f)[..^".schema.json".Length]).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Names))]
    public void Closed_lists_are_those_of_the_code(string name)
    {
        if (!Schemas.Of(name).TryGetProperty("$defs", out var defs)) return;
        foreach (var def in defs.EnumerateObject())
            if (def.Value.TryGetProperty("enum", out var list))
                Assert.Equal(Lists[def.Name], list.EnumerateArray().Select(v => v.GetString()!));
    }

    [Fact]
    public void Every_closed_list_stands_in_a_schema() =>
        Assert.Empty(Lists.Keys.Except(Names.SelectMany(n => Schemas.Of(n.Data).TryGetProperty("$defs", out var d) ? d.EnumerateObject().Select(p => p.Name) : [])));

    [Fact]
    public void Members_and_nulls_are_those_of_the_code()
    {
        var wrong = new List<string>();
        Compare("diagnosis", AnswerJson.Safe.Diagnosis, wrong);
        Compare("address", AnswerJson.Safe.AddressAnswer, wrong);
        Compare("scan", AnswerJson.Safe.ScanAnswer, wrong);
        Compare("map", AnswerJson.Safe.MapAnswer, wrong);
        Compare("fix", AnswerJson.Safe.FixAnswer, wrong);
        Compare("undo", AnswerJson.Safe.UndoAnswer, wrong);
        Compare("error", AnswerJson.Safe.ErrorAnswer, wrong);
        Compare("explain", AnswerJson.Safe.ExplainAnswer, wrong);
        Compare("version", AnswerJson.Safe.VersionAnswer, wrong);
        Assert.Empty(wrong);
    }

    [Theory, InlineData("en"), InlineData("zh")]
    public void Samples_are_valid(string lang)
    {
        Assert.Equal("", Schemas.Faults(AnswerJson.Write(Samples.Sibling(lang))));
        Assert.Equal("", Schemas.Faults(AnswerJson.Write(Samples.Sibling(lang) with { Demo = true, Cause = null, AlsoFound = [], Observed = null, Predicted = null, Plans = [] })));
    }

    [Theory, InlineData(false), InlineData(true)]
    public void A_saved_snapshot_is_valid(bool unread)
    {
        var folder = Directory.CreateTempSubdirectory("fairlead-schema-");
        try
        {
            var file = Path.Combine(folder.FullName, "s");
            var (snapshot, error) = SnapshotStore.Load(Path.Combine(Schemas.Folder, "..", "..", "src", "Fairlead.Cli", "Demo", "demo.snapshot"));
            Assert.Null(error);
            if (unread)
            {
                snapshot = snapshot! with
                {
                    HostNetns = Reading.Not<string>(Readings.Netns, "host", WhyNot.NotPermitted, "root", "EPERM"),
                    Namespaces = snapshot.Namespaces.ToImmutableDictionary(n => n.Key, n => NetnsFacts.Unread(n.Key, n.Value.Of, WhyNot.Gone, "helper")),
                };
            }
            Assert.Null(SnapshotStore.Save(snapshot! with { Vantage = "root" }, file));
            using var unpacked = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
            Assert.Equal("", Schemas.Faults(unpacked.ReadToEnd()));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void What_the_contract_forbids_is_found()
    {
        var good = AnswerJson.Write(Samples.Sibling());
        Assert.Contains("$.verdict: broken is not in the list", Schemas.Faults(good.Replace("\"verdict\": \"unreachable\"", "\"verdict\": \"broken\"", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("'demo' is not", Schemas.Faults(good.Replace("\"agreement\"", "\"demo \": 1, \"agreement\"", StringComparison.Ordinal)).Replace("'demo '", "'demo'", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("'plans' is missing", Schemas.Faults(good.Replace("\"plans\"", "\"repairs\"", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    private static void Compare(string name, JsonTypeInfo type, List<string> wrong)
    {
        var schema = Schemas.Of(name);
        Compare(schema, schema, type, name, wrong);
    }

    private static void Compare(JsonElement root, JsonElement schema, JsonTypeInfo type, string at, List<string> wrong)
    {
        schema = WithoutNull(root, schema);
        if (type.Kind == JsonTypeInfoKind.Enumerable)
        {
            Compare(root, schema.GetProperty("items"), AnswerJson.Safe.GetTypeInfo(type.ElementType!)!, at + "[]", wrong);
            return;
        }
        if (type.Kind != JsonTypeInfoKind.Object || Nullable.GetUnderlyingType(type.Type) is not null) return;
        if (!schema.TryGetProperty("properties", out var properties))
        {
            wrong.Add($"{at}: an object in the code, not in the schema");
            return;
        }
        if (!schema.TryGetProperty("additionalProperties", out var more) || more.ValueKind != JsonValueKind.False) wrong.Add($"{at}: not closed");
        var required = schema.GetProperty("required").EnumerateArray().Select(v => v.GetString()!).ToHashSet();
        // The relation of a cause is written only among alsoFound: two shapes of one type.
        var given = type.Properties.Where(p => !(at.EndsWith(".cause", StringComparison.Ordinal) && p.Name == "relation")).ToArray();
        foreach (var missing in given.Select(p => p.Name).Except(properties.EnumerateObject().Select(p => p.Name))) wrong.Add($"{at}.{missing}: not in the schema");
        foreach (var extra in properties.EnumerateObject().Select(p => p.Name).Except(given.Select(p => p.Name))) wrong.Add($"{at}.{extra}: not in the code");
        foreach (var property in given)
        {
            if (!properties.TryGetProperty(property.Name, out var of)) continue;
            var here = $"{at}.{property.Name}";
            var sometimes = property.ShouldSerialize is not null;
            if (!sometimes && !required.Contains(property.Name)) wrong.Add($"{here}: always written, yet not required");
            var mayBeNull = property.IsGetNullable && property.PropertyType != typeof(Scalar) || Nullable.GetUnderlyingType(property.PropertyType) is not null;
            if (!sometimes && mayBeNull != TakesNull(root, of)) wrong.Add($"{here}: null in the code {mayBeNull}, in the schema {!mayBeNull}");
            if (!mayBeNull || TakesNull(root, of)) Compare(root, of, AnswerJson.Safe.GetTypeInfo(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType)!, here, wrong);
        }
    }

    private static JsonElement WithoutNull(JsonElement root, JsonElement schema)
    {
        if (schema.TryGetProperty("$ref", out var to)) return WithoutNull(root, root.GetProperty("$defs").GetProperty(to.GetString()!["#/$defs/".Length..]));
        return schema.TryGetProperty("anyOf", out var any) ? WithoutNull(root, any[0]) : schema;
    }

    private static bool TakesNull(JsonElement root, JsonElement schema) => SchemaCheck.Faults(root.ValueKind == JsonValueKind.Object ? Wrapped(root, schema) : schema, JsonDocument.Parse("null").RootElement).Count == 0;

    // The part as a schema of its own, with the definitions that it refers to.
    private static JsonElement Wrapped(JsonElement root, JsonElement schema)
    {
        var defs = root.TryGetProperty("$defs", out var d) ? d.GetRawText() : "{}";
        return JsonDocument.Parse($$"""{"anyOf":[{{schema.GetRawText()}}],"$defs":{{defs}}}""").RootElement;
    }
}
