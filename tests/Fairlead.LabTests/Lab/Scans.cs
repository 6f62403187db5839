using System.Text.Json;

namespace Fairlead.LabTests.Lab;

/// <summary>Answers of `fairlead scan` in a line a problem.</summary>
public static class Scans
{
    /// <summary>"SOURCE HOST:PORT CAUSE" of an element of `problems` or `suspicions`.</summary>
    public static string Told(JsonElement problem)
    {
        var target = problem.GetProperty("target");
        var code = problem.GetProperty("cause") is { ValueKind: JsonValueKind.Object } cause ? cause.GetProperty("code").GetString() : "none";
        return $"{problem.GetProperty("source").GetProperty("name").GetString()} {target.GetProperty("host").GetString()}:{target.GetProperty("port").GetInt32()} {code}";
    }
}
