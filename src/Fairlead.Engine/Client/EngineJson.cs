using System.Text.Json;

namespace Fairlead.Engine.Client;

/// <summary>Careful looks into the engine's JSON: wrong types are absent, never exceptions.</summary>
public static class EngineJson
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64 };

    /// <summary>The document's root, or null where it is no JSON.</summary>
    public static JsonElement? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body, Options).RootElement;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The member at a path of names, or null where any of them is missing or JSON null.</summary>
    public static JsonElement? At(this JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
                return null;
        }
        return element.ValueKind == JsonValueKind.Null ? null : element;
    }

    /// <summary>A string member, or "".</summary>
    public static string Text(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.At(path) is { ValueKind: JsonValueKind.String } found ? found.GetString() ?? "" : "";

    /// <summary>A whole number, or 0.</summary>
    public static int Number(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.At(path) is { ValueKind: JsonValueKind.Number } found && found.TryGetInt32(out var value) ? value : 0;

    public static bool Flag(this JsonElement element, params ReadOnlySpan<string> path) => element.At(path) is { ValueKind: JsonValueKind.True };

    /// <summary>The elements of an array member; none where it is missing.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.At(path) is { ValueKind: JsonValueKind.Array } found ? found.EnumerateArray() : [];

    /// <summary>The members of an object member; none where it is missing.</summary>
    public static IEnumerable<JsonProperty> Members(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.At(path) is { ValueKind: JsonValueKind.Object } found ? found.EnumerateObject() : [];

    /// <summary>A path segment or query value of a request.</summary>
    public static string Segment(string text) => Uri.EscapeDataString(text);
}
