using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Fairlead.LabTests.Lab;

/// <summary>`fix` and `undo` on a host of the lab, with a journal of the test's own; and the host's state as the tools show it.</summary>
public sealed partial class Repairing(LabHost host, bool asUser = false)
{
    private static readonly int First = int.TryParse(Environment.GetEnvironmentVariable("FAIRLEAD_SEED"), out var given) ? given : Random.Shared.Next(1_000_000);

    // What the engine draws anew or counts; where an address is fixed, IPAMConfig has it.
    private static readonly HashSet<string> Volatile =
    [
        "EndpointID", "SandboxID", "SandboxKey", "Pid", "StartedAt", "FinishedAt", "ExitCode", "RestartCount", "Health", "ResolvConfPath", "HostsPath", "HostnamePath",
        "LogPath", "MacAddress", "IPAddress", "IPPrefixLen", "Gateway", "GraphDriver", "Storage",
    ];

    /// <summary>The engines of a test: one drawn from a seed that its name shows (FAIRLEAD_SEED repeats it), or with FAIRLEAD_ALL=1 all.</summary>
    public static TheoryData<int, string> Drawn
    {
        get
        {
            var data = new TheoryData<int, string>();
            foreach (var generation in ScenarioTests.Everything ? Engines.All : [Engines.Available.Count > 0 ? Engines.Available[First % Engines.Available.Count] : "28"])
                data.Add(First, generation);
            return data;
        }
    }

    public string State { get; } = Directory.CreateDirectory(Path.Combine(host.Folder, asUser ? "journal-user" : "journal-root")).FullName;

    public Task<Answer> FixAsync(params string[] args) => FairleadBinary.AskAsync(host, asUser, ["fix", .. args, "--state", Ready()]);

    public Task<Answer> UndoAsync(params string[] args) => FairleadBinary.AskAsync(host, asUser, ["undo", "--yes", .. args, "--state", Ready()]);

    /// <summary>Containers, networks and packet rules of the host as docker and iptables print them, without what is volatile.</summary>
    public async Task<string> LookAsync()
    {
        var containers = (await host.DockerAsync("ps", "-aq", "--no-trunc")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var networks = (await host.DockerAsync("network", "ls", "-q", "--no-trunc")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        List<string> lines =
        [
            .. containers.Length == 0 ? [] : Plain(await host.DockerAsync(["inspect", .. containers])),
            .. Plain(await host.DockerAsync(["network", "inspect", .. networks])),
            .. (await host.AtAsync("iptables-save")).Stdout.Split('\n').Where(l => l.StartsWith('-') || l.StartsWith(':')).Select(l => Counters().Replace(l, "")),
        ];
        return string.Join('\n', lines.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Plain(string json)
    {
        foreach (var item in JsonNode.Parse(json)!.AsArray())
        {
            Strip(item!);
            if (item!["Containers"] is JsonObject members)
                item["Containers"] = new JsonArray([.. members.Select(m => m.Key).Order(StringComparer.Ordinal).Select(k => (JsonNode)k)]);
            yield return item.ToJsonString();
        }
    }

    private static void Strip(JsonNode node)
    {
        if (node is JsonObject o)
        {
            // No name resolves on the default network, whatever the engine notes there.
            if (o["bridge"] is JsonObject endpoint)
                endpoint.Remove("DNSNames");
            foreach (var name in o.Select(m => m.Key).Where(k => Volatile.Contains(k) || (k == "Status" && o[k] is JsonObject)).ToArray())
                o.Remove(name);
            foreach (var member in o.Select(m => m.Value).OfType<JsonNode>().ToArray())
                Strip(member);
        }
        else if (node is JsonArray a)
        {
            foreach (var item in a.OfType<JsonNode>())
                Strip(item);
            if (a.All(i => i is JsonObject))
            {
                var sorted = a.Select(i => i!.ToJsonString()).Order(StringComparer.Ordinal).ToArray();
                a.Clear();
                foreach (var item in sorted)
                    a.Add(JsonNode.Parse(item));
            }
        }
    }

    private string Ready()
    {
        if (asUser)
            File.SetUnixFileMode(State, (UnixFileMode)0b111_111_111);
        return State;
    }

    [GeneratedRegex(@" \[\d+:\d+\]$")]
    private static partial Regex Counters();

    /// <summary>Member of an answer of fix or undo.</summary>
    public static JsonElement Of(Answer answer, string name) =>
        answer.Json.ValueKind == JsonValueKind.Object && answer.Json.TryGetProperty(name, out var value) ? value
            : throw new InvalidOperationException($"exit {answer.Exit}, no {name} in: {answer.Stdout} {answer.Stderr}");
}
