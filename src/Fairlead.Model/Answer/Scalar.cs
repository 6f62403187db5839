using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fairlead.Model.Answer;

/// <summary>A string, a whole number, a fraction, a truth value or null in `args` and `data`.</summary>
[JsonConverter(typeof(ScalarConverter))]
public readonly record struct Scalar
{
    public static readonly ImmutableSortedDictionary<string, Scalar> None =
        ImmutableSortedDictionary.Create<string, Scalar>(StringComparer.Ordinal);

    public string? Text { get; private init; }
    public long? Number { get; private init; }
    public double? Fraction { get; private init; }
    public bool? Truth { get; private init; }

    public static implicit operator Scalar(string? text) => new() { Text = text };
    public static implicit operator Scalar(long number) => new() { Number = number };
    public static implicit operator Scalar(int number) => new() { Number = number };
    public static implicit operator Scalar(double fraction) => new() { Fraction = fraction };
    public static implicit operator Scalar(bool truth) => new() { Truth = truth };

    public override string ToString() =>
        Text ?? Number?.ToString(System.Globalization.CultureInfo.InvariantCulture)
             ?? Fraction?.ToString(System.Globalization.CultureInfo.InvariantCulture)
             ?? (Truth is { } t ? (t ? "true" : "false") : "");
}

/// <summary>Writes a <see cref="Scalar"/> as the JSON value that it is.</summary>
public sealed class ScalarConverter : JsonConverter<Scalar>
{
    public override bool HandleNull => true;

    public override Scalar Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.Number => reader.TryGetInt64(out var n) ? n : reader.GetDouble(),
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        JsonTokenType.Null => default(Scalar),
        _ => throw new JsonException("a string, a number, true, false or null was expected"),
    };

    public override void Write(Utf8JsonWriter writer, Scalar value, JsonSerializerOptions options)
    {
        if (value.Text is { } text) writer.WriteStringValue(text);
        else if (value.Number is { } number) writer.WriteNumberValue(number);
        else if (value.Fraction is { } fraction) writer.WriteNumberValue(fraction);
        else if (value.Truth is { } truth) writer.WriteBooleanValue(truth);
        else writer.WriteNullValue();
    }
}
