using System.Text.Json;

namespace Fairlead.LabTests.Lab;

/// <summary>One `fairlead scan` of a lab host, and its problems in words.</summary>
public static class Scanned
{
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("FAIRLEAD_SEED"), out var given) ? given : Random.Shared.Next(1_000_000);

    /// <summary>One engine, drawn from the printed seed; all of them with FAIRLEAD_ALL=1.</summary>
    public static TheoryData<string> Generations => ScenarioTests.Everything || Engines.Available.Count == 0 ? [.. Engines.All] : [Engines.Available[Seed % Engines.Available.Count]];

    public static async Task<Answer> AskAsync(LabHost host, params string[] args)
    {
        var answer = await FairleadBinary.AskAsync(host, false, ["scan", .. args]);
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Seed}: engine {host.Generation}\n{string.Join('\n', answer.List("problems").Select(Told))}");
        Assert.True(answer.Json.ValueKind == JsonValueKind.Object, answer.Stdout + answer.Stderr);
        return answer;
    }

    /// <summary>Asks until the condition holds, at most a minute: what containers write takes its time on a busy machine.</summary>
    public static async Task<Answer> AskUntilAsync(LabHost host, Predicate<Answer> seen, params string[] args)
    {
        var answer = await AskAsync(host, args);
        for (var i = 0; i < 20 && !seen(answer); i++)
        {
            await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
            answer = await AskAsync(host, args);
        }
        return answer;
    }

    public static IReadOnlyList<string> Problems(Answer answer) => [.. answer.List("problems").Select(Told).Order(StringComparer.Ordinal)];

    public static JsonElement? Of(Answer answer, string source) =>
        answer.List("problems").Cast<JsonElement?>().FirstOrDefault(p => p!.Value.GetProperty("source").GetProperty("name").GetString() == source);

    /// <summary>"kind text" of each sighting.</summary>
    public static IReadOnlyList<string> SeenIn(JsonElement problem) =>
        [.. problem.GetProperty("seenIn").EnumerateArray().Select(s => $"{s.GetProperty("kind").GetString()} {s.GetProperty("text").GetString()}")];

    /// <summary>"source host:port code".</summary>
    public static string Told(JsonElement problem)
    {
        var target = problem.GetProperty("target");
        var code = problem.GetProperty("cause") is { ValueKind: JsonValueKind.Object } cause ? cause.GetProperty("code").GetString() : "none";
        return $"{problem.GetProperty("source").GetProperty("name").GetString()} {target.GetProperty("host").GetString()}:{target.GetProperty("port").GetInt32()} {code}";
    }
}
