using System.Text.Json;

namespace Fairlead.LabTests.Lab;

/// <summary>What a scenario expects of one question, as lab/scene prints it for the engine's generation.</summary>
public sealed record Expected(
    string Source, string Target, string? Code, string Outcome, string Verdict, int Exit, IReadOnlyList<string> Behind, bool AsUser, IReadOnlyList<string> Args)
{
    public static Expected Parse(string text)
    {
        using var json = JsonDocument.Parse(text);
        var e = json.RootElement;
        return new Expected(
            e.GetProperty("source").GetString()!, e.GetProperty("target").GetString()!, e.GetProperty("code").GetString(),
            e.GetProperty("outcome").GetString()!, e.GetProperty("verdict").GetString()!, e.GetProperty("exit").GetInt32(),
            Words(e.GetProperty("behind")), e.GetProperty("as").GetString() == "user", Words(e.GetProperty("args")));
    }

    public static IReadOnlyList<string> Words(JsonElement array) => [.. array.EnumerateArray().Select(w => w.GetString()!)];
}
