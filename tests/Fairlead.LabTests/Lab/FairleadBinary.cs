using System.Diagnostics;
using System.Text.Json;
using Fairlead.Tests.Shared;

namespace Fairlead.LabTests.Lab;

/// <summary>An answer of the published binary, with its JSON where it printed some.</summary>
public sealed record Answer(int Exit, string Stdout, string Stderr, JsonElement Json)
{
    public string? Verdict => Text("verdict");
    public string? Agreement => Text("agreement");
    public string? Code => In("cause", "code");
    public string? Confidence => In("cause", "confidence");
    public string? Observed => In("observed", "outcome");
    public string? Predicted => In("predicted", "outcome");
    public int? Errno => Member("observed") is { ValueKind: JsonValueKind.Object } o && o.TryGetProperty("errno", out var e) && e.ValueKind == JsonValueKind.Number ? e.GetInt32() : null;
    public IReadOnlyList<JsonElement> List(string name) => Member(name) is { ValueKind: JsonValueKind.Array } a ? [.. a.EnumerateArray()] : [];
    public IReadOnlyList<string> Behind => [.. List("alsoFound").Where(c => c.GetProperty("relation").GetString() == "behind").Select(c => c.GetProperty("code").GetString()!)];
    public IReadOnlyList<JsonElement> Attempts => Member("observed") is { ValueKind: JsonValueKind.Object } o ? [.. o.GetProperty("attempts").EnumerateArray()] : [];

    /// <summary>Of the cause and of all that was found beside and behind it.</summary>
    public IReadOnlyList<JsonElement> Evidence =>
        [.. (Member("cause") is { ValueKind: JsonValueKind.Object } c ? [c] : Array.Empty<JsonElement>()).Concat(List("alsoFound")).SelectMany(c => c.GetProperty("evidence").EnumerateArray())];

    public string? In(string outer, string inner) =>
        Member(outer) is { ValueKind: JsonValueKind.Object } o && o.TryGetProperty(inner, out var v) && v.ValueKind == JsonValueKind.String ? v.GetString() : null;

    private string? Text(string name) => Member(name) is { ValueKind: JsonValueKind.String } v ? v.GetString() : null;
    private JsonElement? Member(string name) => Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty(name, out var v) ? v : null;
}

/// <summary>Runs the published binary as a person would, from a namespace that is not the engine's host's.</summary>
public static class FairleadBinary
{
    private const string User = "65534", SocketGroup = "65533";

    // Only that a test ends at all: on a busy machine a scan of fifty containers takes its time.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private static readonly Lazy<string> Copy = new(MakeCopy);

    /// <summary>Path of the binary, where every user can reach it.</summary>
    public static string Program => Copy.Value;

    /// <summary><c>fairlead ARGS --format json</c>, parsed.</summary>
    public static async Task<Answer> AskAsync(LabHost host, bool asUser, params string[] args)
    {
        var ran = await RunAsync(host, asUser, null, [.. args, "--format", "json"]);
        var json = default(JsonElement);
        try
        {
            json = JsonDocument.Parse(ran.Stdout).RootElement;
        }
        catch (JsonException)
        {
            // The assertions show what was printed instead.
        }
        if (json.ValueKind == JsonValueKind.Object)
        {
            var faults = Schemas.Faults(ran.Stdout);
            Assert.True(faults.Length == 0, $"{string.Join(' ', args)}: not what docs/schema says:\n{faults}");
        }
        return new Answer(ran.Exit, ran.Stdout, ran.Stderr, json);
    }

    /// <param name="startedFrom">The network namespace (of /run/netns) to start it in; null: the machine's own.</param>
    public static Task<Ran> RunAsync(LabHost host, bool asUser, string? startedFrom, params string[] args)
    {
        List<string> command = Command(asUser, args);
        if (startedFrom is not null)
            command.InsertRange(0, ["nsenter", "--net=/run/netns/" + startedFrom]);
        return Shell.RunAsync(command[0], command.Skip(1), Variables(host, asUser), Patience);
    }

    /// <summary>As <see cref="RunAsync"/>, with variables of the caller's: another engine's socket, another PATH.</summary>
    public static Task<Ran> RunWithAsync(LabHost host, bool asUser, IReadOnlyDictionary<string, string> more, params string[] args)
    {
        var command = Command(asUser, args);
        var variables = Variables(host, asUser);
        foreach (var (name, value) in more)
            variables[name] = value;
        return Shell.RunAsync(command[0], command.Skip(1), variables, Patience);
    }

    /// <summary>As the user in the socket's group, on a terminal (script(1)) at which this is typed. Both outputs are in Stdout.</summary>
    public static Task<Ran> OnTerminalAsync(LabHost host, string typed, params string[] args) => Shell.RunAsync(
        "bash", ["-c", "printf \"$1\" | script -qec \"$2\" /dev/null", "terminal", typed.Replace("\n", "\\n", StringComparison.Ordinal), string.Join(' ', Command(true, args))],
        Variables(host, true), Patience);

    /// <summary>Started and left running, its input open and its outputs unread; the caller ends it.</summary>
    public static Process Start(LabHost? host, bool asUser, params string[] args)
    {
        var command = Command(asUser, args);
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in host is null ? [] : Variables(host, asUser))
            start.Environment[name] = value;
        return Process.Start(start) ?? throw new InvalidOperationException("it did not start");
    }

    private static List<string> Command(bool asUser, string[] args) =>
        asUser ? ["setpriv", "--reuid", User, "--regid", SocketGroup, "--clear-groups", Copy.Value, .. args] : [Copy.Value, .. args];

    private static Dictionary<string, string> Variables(LabHost host, bool asUser)
    {
        var state = Path.Combine(host.Folder, asUser ? "state-user" : "state-root");
        Directory.CreateDirectory(state);
        if (asUser)
            File.SetUnixFileMode(state, (UnixFileMode)0b111_111_111);
        return new Dictionary<string, string>
        {
            ["DOCKER_HOST"] = host.DockerHost, ["XDG_STATE_HOME"] = state, ["HOME"] = state, ["LC_ALL"] = "C.UTF-8", ["LANG"] = "C.UTF-8",
        };
    }

    /// <summary>A copy where the unprivileged user can reach it: the clone may lie in root's home.</summary>
    private static string MakeCopy()
    {
        if (!File.Exists(Paths.Binary))
            throw new InvalidOperationException($"{Paths.Binary} is not there: publish it first (./test does)");
        Directory.CreateDirectory(Paths.Lab);
        var copy = Path.Combine(Paths.Lab, $"fairlead-{Environment.ProcessId}");
        File.Copy(Paths.Binary, copy, overwrite: true);
        File.SetUnixFileMode(copy, (UnixFileMode)0b111_101_101);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(copy);
        return copy;
    }
}
