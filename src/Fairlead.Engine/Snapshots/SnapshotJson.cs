using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fairlead.Facts;

namespace Fairlead.Engine.Snapshots;

/// <summary>JSON of fairlead.snapshot/1, by generated code.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = SnapshotStore.MaxDepth,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(AddressConverter), typeof(PortRangeConverter)])]
[JsonSerializable(typeof(Snapshot))]
internal sealed partial class SnapshotJson : JsonSerializerContext;

/// <summary>An IP address as text.</summary>
internal sealed class AddressConverter : JsonConverter<IPAddress>
{
    public override IPAddress Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && IPAddress.TryParse(reader.GetString(), out var address) ? address : throw new JsonException("not an address");

    public override void Write(Utf8JsonWriter writer, IPAddress value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>A range of ports as "from-to".</summary>
internal sealed class PortRangeConverter : JsonConverter<(ushort From, ushort To)>
{
    public override (ushort From, ushort To) Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var parts = reader.TokenType == JsonTokenType.String ? (reader.GetString() ?? "").Split('-') : [];
        return parts.Length == 2 && ushort.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var from)
            && ushort.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var to) ? (from, to) : throw new JsonException("not a range of ports");
    }

    public override void Write(Utf8JsonWriter writer, (ushort From, ushort To) value, JsonSerializerOptions options) =>
        writer.WriteStringValue(string.Create(CultureInfo.InvariantCulture, $"{value.From}-{value.To}"));
}
