using System.Text.Json;

namespace Fairlead.Tests.Shared;

/// <summary>docs/schema, and JSON held against it.</summary>
public static class Schemas
{
    public static string Folder { get; } = Path.Combine(Repository(), "docs", "schema");

    public static JsonElement Of(string name) => JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, name + ".schema.json"))).RootElement;

    /// <summary>What is wrong with the JSON by the schema that its own `schema` member names; a line each.</summary>
    public static string Faults(string json)
    {
        var root = JsonDocument.Parse(json).RootElement;
        var name = root.GetProperty("schema").GetString()!;
        if (!name.StartsWith("fairlead.", StringComparison.Ordinal) || !name.EndsWith("/1", StringComparison.Ordinal)) return "no schema called " + name;
        return string.Join('\n', SchemaCheck.Faults(Of(name["fairlead.".Length..^2]), root));
    }

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Fairlead.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("Fairlead.slnx not found above " + AppContext.BaseDirectory);
    }
}
