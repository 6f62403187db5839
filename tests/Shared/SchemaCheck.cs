using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Fairlead.Tests.Shared;

/// <summary>
/// Validates JSON against the keywords of JSON Schema 2020-12 that docs/schema uses. A keyword that it does not know is a fault, not a pass.
/// (The registry's validators cannot be restored: one of their packages is absent.)
/// </summary>
public sealed class SchemaCheck(JsonElement root)
{
    private static readonly HashSet<string> Remarks = ["$schema", "$id", "$defs", "title", "description"];
    private readonly List<string> faults = [];

    /// <summary>Everything that is wrong, each with its place; empty when the instance is valid.</summary>
    public static IReadOnlyList<string> Faults(JsonElement schema, JsonElement instance)
    {
        var check = new SchemaCheck(schema);
        check.Check(schema, instance, "$");
        return check.faults;
    }

    private void Check(JsonElement schema, JsonElement value, string at)
    {
        foreach (var keyword in schema.EnumerateObject())
        {
            if (Remarks.Contains(keyword.Name)) continue;
            var rule = keyword.Value;
            switch (keyword.Name)
            {
                case "$ref": Check(Resolve(rule.GetString()!), value, at); break;
                case "type": Must(IsOfType(rule, value), at, $"type {rule} was expected, not {value.ValueKind}"); break;
                case "const": Must(JsonElement.DeepEquals(rule, value), at, $"{rule} was expected"); break;
                case "enum": Must(rule.EnumerateArray().Any(v => JsonElement.DeepEquals(v, value)), at, $"{value} is not in the list"); break;
                case "anyOf": Must(rule.EnumerateArray().Any(s => Passes(s, value)), at, "no branch of anyOf takes it: " + string.Join(" | ", rule.EnumerateArray().Select(s => First(s, value, at)))); break;
                case "required" when value.ValueKind == JsonValueKind.Object:
                    foreach (var name in rule.EnumerateArray()) Must(value.TryGetProperty(name.GetString()!, out _), at, $"'{name}' is missing");
                    break;
                case "properties" when value.ValueKind == JsonValueKind.Object:
                    foreach (var member in value.EnumerateObject())
                        if (rule.TryGetProperty(member.Name, out var of)) Check(of, member.Value, $"{at}.{member.Name}");
                    break;
                case "additionalProperties" when value.ValueKind == JsonValueKind.Object:
                    foreach (var member in value.EnumerateObject())
                    {
                        if (schema.TryGetProperty("properties", out var known) && known.TryGetProperty(member.Name, out _)) continue;
                        if (rule.ValueKind == JsonValueKind.False) Must(false, at, $"'{member.Name}' is not in the schema");
                        else if (rule.ValueKind == JsonValueKind.Object) Check(rule, member.Value, $"{at}.{member.Name}");
                    }
                    break;
                case "items" when value.ValueKind == JsonValueKind.Array:
                    foreach (var (i, item) in value.EnumerateArray().Index()) Check(rule, item, string.Create(CultureInfo.InvariantCulture, $"{at}[{i}]"));
                    break;
                case "minItems" when value.ValueKind == JsonValueKind.Array: Must(value.GetArrayLength() >= rule.GetInt32(), at, "too few"); break;
                case "uniqueItems" when value.ValueKind == JsonValueKind.Array:
                    Must(value.EnumerateArray().Select(v => v.GetRawText()).Distinct().Count() == value.GetArrayLength(), at, "one stands twice");
                    break;
                case "minimum" when value.ValueKind == JsonValueKind.Number: Must(value.GetDouble() >= rule.GetDouble(), at, $"{value} is below {rule}"); break;
                case "maximum" when value.ValueKind == JsonValueKind.Number: Must(value.GetDouble() <= rule.GetDouble(), at, $"{value} is above {rule}"); break;
                case "pattern" when value.ValueKind == JsonValueKind.String:
                    Must(Regex.IsMatch(value.GetString()!, rule.GetString()!, RegexOptions.CultureInvariant), at, $"'{value}' does not match {rule}");
                    break;
                case "format" when rule.GetString() == "date-time":
                    Must(value.ValueKind != JsonValueKind.String || value.TryGetDateTimeOffset(out _), at, $"'{value}' is no RFC 3339 time");
                    break;
                case "required" or "properties" or "additionalProperties" or "items" or "minItems" or "uniqueItems" or "minimum" or "maximum" or "pattern": break;
                default: throw new NotSupportedException($"the keyword {keyword.Name}: teach it to SchemaCheck");
            }
        }
    }

    private void Must(bool holds, string at, string otherwise)
    {
        if (!holds) faults.Add($"{at}: {otherwise}");
    }

    private bool Passes(JsonElement schema, JsonElement value) => First(schema, value, "") is null;

    private string? First(JsonElement schema, JsonElement value, string at)
    {
        var inner = new SchemaCheck(root);
        inner.Check(schema, value, at);
        return inner.faults.Count > 0 ? inner.faults[0] : null;
    }

    private JsonElement Resolve(string reference) =>
        reference.StartsWith("#/$defs/", StringComparison.Ordinal)
            ? root.GetProperty("$defs").GetProperty(reference["#/$defs/".Length..])
            : throw new NotSupportedException("only references to $defs: " + reference);

    private static bool IsOfType(JsonElement type, JsonElement value) => type.ValueKind == JsonValueKind.Array
        ? type.EnumerateArray().Any(t => IsOfType(t, value))
        : type.GetString() switch
        {
            "object" => value.ValueKind == JsonValueKind.Object,
            "array" => value.ValueKind == JsonValueKind.Array,
            "string" => value.ValueKind == JsonValueKind.String,
            "number" => value.ValueKind == JsonValueKind.Number,
            "integer" => value.ValueKind == JsonValueKind.Number && value.GetDouble() == Math.Floor(value.GetDouble()),
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "null" => value.ValueKind == JsonValueKind.Null,
            var other => throw new NotSupportedException("the type " + other),
        };
}
