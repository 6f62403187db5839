using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Fairlead.LabTests.Lab;

/// <summary>
/// A host as SAFETY 31 compares it, read by docker, iptables-save and nft: rules without counters, networks and containers without
/// what the engine makes anew at every start (times, process and endpoint ids, addresses that nobody fixed), routes and addresses of the host.
/// </summary>
public static partial class Canonical
{
    private static readonly HashSet<string> Volatile =
    [
        "StartedAt", "FinishedAt", "Pid", "ExitCode", "Error", "EndpointID", "SandboxID", "SandboxKey", "MacAddress", "RestartCount", "LastUpdated",
        // The engine's own book-keeping of what is attached; membership is compared from the containers' side.
        "Containers", "Status", "ConfigReference",
    ];

    public static async Task<string> OfAsync(LabHost host)
    {
        var text = new StringBuilder();
        text.Append(await RulesAsync(host));
        text.Append((await host.AtAsync("ip", "route")).Text);
        var networks = await host.DockerAsync("network", "ls", "-q", "--no-trunc");
        text.AppendLine(Plain(await host.DockerAsync(["network", "inspect", .. Lines(networks)]), running: true));
        foreach (var id in Lines(await host.DockerAsync("ps", "-aq", "--no-trunc")))
        {
            var inspect = await host.DockerAsync("inspect", id);
            var running = inspect.Contains("\"Running\": true", StringComparison.Ordinal);
            text.AppendLine(Plain(inspect, running));
            if (running)
                text.AppendLine((await Shell.RunAsync("nsenter", "-t", $"{await host.PidOfAsync(id)}", "-n", "ip", "route")).Text);
        }
        return text.ToString();
    }

    /// <summary>iptables' tables by iptables-save, the others by nft, one by one: listing all at once, nft crashes on matches that it has no words for.</summary>
    private static async Task<string> RulesAsync(LabHost host)
    {
        var text = new StringBuilder();
        foreach (var save in new[] { "iptables-save", "ip6tables-save" })
            text.Append((await host.AtAsync(save)).Stdout);
        foreach (var table in (await Watch.NftAsync(host, "list", "tables")).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(t => t.Split(' ')))
        {
            if (table is not [_, "ip" or "ip6", "filter" or "nat" or "mangle" or "raw" or "security"])
                text.Append((await Watch.NftAsync(host, "-s", "list", "table", table[1], table[2])).Text);
        }
        return Counters().Replace(text.ToString(), "");
    }

    private static string Plain(string json, bool running)
    {
        var node = JsonNode.Parse(json)!;
        Strip(node, running);
        return node.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    }

    private static void Strip(JsonNode? node, bool running)
    {
        if (node is JsonArray list)
        {
            foreach (var item in list)
                Strip(item, running);
        }
        if (node is not JsonObject members)
            return;
        foreach (var name in members.Select(m => m.Key).ToArray())
        {
            // A stopped container has no address; older engines leave the last one standing.
            if ((Volatile.Contains(name) && !(name == "Status" && members[name] is JsonValue)) || (!running && name is "IPAddress" or "Gateway" or "IPPrefixLen" or "GlobalIPv6Address"))
                members.Remove(name);
            else
                Strip(members[name], running);
        }
    }

    [GeneratedRegex(@"\[\d+:\d+\]|^#.*$| counter packets \d+ bytes \d+", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Counters();

    private static string[] Lines(string text) => [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];
}
