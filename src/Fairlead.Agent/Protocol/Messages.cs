using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fairlead.Facts;

namespace Fairlead.Agent.Protocol;

/// <summary>One request: a JSON line. Exactly one of the parts is set by <see cref="Ask"/>.</summary>
internal sealed record AgentRequest
{
    public required long Id { get; init; }

    /// <summary>"read", "holders", "dial", "resolve", "route", "settle" (ends the dial with that id early) or "cancel".</summary>
    public required string Ask { get; init; }
    public NetnsRef? Netns { get; init; }
    public ReadWhat What { get; init; }
    public ImmutableArray<ulong> Inodes { get; init; } = [];
    public DialRequest? Dial { get; init; }
    public ResolveRequest? Resolve { get; init; }
    public IPAddress? Destination { get; init; }
}

/// <summary>One answer: a JSON line with the request's id.</summary>
internal sealed record AgentAnswer
{
    public required long Id { get; init; }

    /// <summary>Set when the request could not be carried out at all.</summary>
    public string? Error { get; init; }
    public NetnsFacts? Facts { get; init; }
    public ImmutableDictionary<string, ProcessFact>? Holders { get; init; }
    public DialFact? Dial { get; init; }
    public ResolutionFact? Resolution { get; init; }
    public string? Route { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 32, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true,
    Converters = [typeof(WireAddressConverter), typeof(WirePortsConverter)])]
[JsonSerializable(typeof(AgentRequest))]
[JsonSerializable(typeof(AgentAnswer))]
internal sealed partial class AgentJson : JsonSerializerContext;

/// <summary>An IP address as text.</summary>
internal sealed class WireAddressConverter : JsonConverter<IPAddress>
{
    public override IPAddress Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && IPAddress.TryParse(reader.GetString(), out var address) ? address : throw new JsonException("not an address");

    public override void Write(Utf8JsonWriter writer, IPAddress value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>A range of ports as "from-to".</summary>
internal sealed class WirePortsConverter : JsonConverter<(ushort From, ushort To)>
{
    public override (ushort From, ushort To) Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && (reader.GetString() ?? "").Split('-') is [var a, var b]
        && ushort.TryParse(a, NumberStyles.None, CultureInfo.InvariantCulture, out var from) && ushort.TryParse(b, NumberStyles.None, CultureInfo.InvariantCulture, out var to)
            ? (from, to) : throw new JsonException("not a range of ports");

    public override void Write(Utf8JsonWriter writer, (ushort From, ushort To) value, JsonSerializerOptions options) =>
        writer.WriteStringValue(string.Create(CultureInfo.InvariantCulture, $"{value.From}-{value.To}"));
}
