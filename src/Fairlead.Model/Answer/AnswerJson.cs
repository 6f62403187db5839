using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fairlead.Model.Answer;

/// <summary>Serialises answers. Nulls are written where the contract shows null; members in declared order.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(Diagnosis))]
[JsonSerializable(typeof(AddressAnswer))]
[JsonSerializable(typeof(ScanAnswer))]
[JsonSerializable(typeof(MapAnswer))]
[JsonSerializable(typeof(FixAnswer))]
[JsonSerializable(typeof(UndoAnswer))]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(ExplainAnswer))]
[JsonSerializable(typeof(VersionAnswer))]
public sealed partial class AnswerJson : JsonSerializerContext
{
    /// <summary>The context to use: like <see cref="Default"/>, with <see cref="PlainJsonEncoder"/>.</summary>
    public static AnswerJson Safe => Holder.Safe;

    /// <summary>The whole answer as JSON text, with a line end.</summary>
    public static string Write(Diagnosis answer) => JsonSerializer.Serialize(answer, Safe.Diagnosis) + "\n";

    public static string Write(AddressAnswer answer) => JsonSerializer.Serialize(answer, Safe.AddressAnswer) + "\n";

    public static string Write(ScanAnswer answer) => JsonSerializer.Serialize(answer, Safe.ScanAnswer) + "\n";

    public static string Write(MapAnswer answer) => JsonSerializer.Serialize(answer, Safe.MapAnswer) + "\n";
    public static string Write(FixAnswer answer) => JsonSerializer.Serialize(answer, Safe.FixAnswer) + "\n";

    public static string Write(UndoAnswer answer) => JsonSerializer.Serialize(answer, Safe.UndoAnswer) + "\n";

    public static string Write(ErrorAnswer answer) => JsonSerializer.Serialize(answer, Safe.ErrorAnswer) + "\n";

    public static string Write(ExplainAnswer answer) => JsonSerializer.Serialize(answer, Safe.ExplainAnswer) + "\n";

    public static string Write(VersionAnswer answer) => JsonSerializer.Serialize(answer, Safe.VersionAnswer) + "\n";

    // Apart, so that the generated defaults exist before they are copied.
    private static class Holder
    {
        public static readonly AnswerJson Safe = new(new JsonSerializerOptions(Default.Diagnosis.Options) { Encoder = PlainJsonEncoder.Instance });
    }
}
