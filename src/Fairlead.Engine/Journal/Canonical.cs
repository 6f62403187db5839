using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Fairlead.Engine.Capture;

namespace Fairlead.Engine.Journal;

/// <summary>
/// The canonical form of what the engine says about one object (SAFETY 31): the same text means the same state. Left out are counters, timestamps and
/// what the engine draws anew each time (EndpointID, SandboxID, SandboxKey, process id, addresses and MACs: where they are fixed, the configuration
/// holds them, in IPAMConfig and Config, and that stays), names on the default network, where none resolve, how the last run ended, and, of a network, who is on it (that is said by the containers).
/// Members and the lists below NetworkSettings and Mounts, whose order the engine does not keep, are sorted. Secrets are masked.
/// </summary>
public static class Canonical
{
    /// <summary>In place of what does not exist.</summary>
    public const string Absent = "absent";

    private static readonly ImmutableHashSet<string> LeftOut =
    [
        "EndpointID", "SandboxID", "SandboxKey", "Pid", "StartedAt", "FinishedAt", "ExitCode", "RestartCount", "Health", "ExecIDs", "GraphDriver", "Storage",
        "ResolvConfPath", "HostnamePath", "HostsPath", "LogPath", "Created",
    ];

    private static readonly ImmutableHashSet<string> DrawnAnew =
        ["IPAddress", "IPPrefixLen", "GlobalIPv6Address", "GlobalIPv6PrefixLen", "MacAddress", "LinkLocalIPv6Address", "LinkLocalIPv6PrefixLen", "Gateway", "IPv6Gateway"];

    private static readonly ImmutableHashSet<string> OfNetwork = ["Containers", "Status", "Peers"];

    /// <summary>Of GET /containers/ID/json; null where it is no JSON object.</summary>
    public static string? OfContainer(byte[] inspect) => Of(inspect, network: false);

    /// <summary>Of GET /networks/ID.</summary>
    public static string? OfNetworkInspect(byte[] inspect) => Of(inspect, network: true);

    private static string? Of(byte[] json, bool network)
    {
        if (MaskedJson.Apply(json) is not { } masked || Client.EngineJson.Parse(masked) is not { ValueKind: JsonValueKind.Object } root)
            return null;
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(buffer))
            Write(writer, root, network, drawn: false, sorted: false, top: true);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter writer, JsonElement value, bool network, bool drawn, bool sorted, bool top, string of = "")
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in value.EnumerateObject().OrderBy(m => m.Name, StringComparer.Ordinal))
                {
                    // The default network has no names; what the engine notes there it forgets to mend after a rename (measured on 28).
                    if (LeftOut.Contains(member.Name) || (of == "bridge" && member.Name == "DNSNames") || (drawn && DrawnAnew.Contains(member.Name)) || (network && top && OfNetwork.Contains(member.Name)))
                        continue;
                    writer.WritePropertyName(member.Name);
                    var below = member.Name == "NetworkSettings";
                    Write(writer, member.Value, network, drawn || below, sorted || below || member.Name == "Mounts", top: false, of: member.Name);
                }
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                var items = value.EnumerateArray().Select(i => Text(i, network, drawn, sorted));
                writer.WriteStartArray();
                foreach (var item in sorted ? items.Order(StringComparer.Ordinal) : items)
                    writer.WriteRawValue(item);
                writer.WriteEndArray();
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    private static string Text(JsonElement value, bool network, bool drawn, bool sorted)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var writer = new Utf8JsonWriter(buffer))
            Write(writer, value, network, drawn, sorted, top: false);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
