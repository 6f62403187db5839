using System.Text.Json;
using Fairlead.Engine.Client;
using Fairlead.Model.Repairs;

namespace Fairlead.Engine.Apply;

/// <summary>
/// The body of POST /containers/create that makes a container like one that is there: Config and HostConfig as its inspect gives them, member for
/// member, with what has to differ.
/// </summary>
internal static class RecreateBody
{
    /// <param name="image">Name or id.</param>
    public static byte[] Of(JsonElement old, StepAction.RecreateContainer action, string image) => EngineClient.Body(w =>
    {
        foreach (var member in old.Members("Config"))
        {
            // The engine gives a container its own short id for a name unless one was asked for.
            if (member.Name == "Image" || (member.Name == "Hostname" && old.Text("Id").StartsWith(member.Value.GetString() ?? "?", StringComparison.Ordinal)))
                continue;
            if (member.Name == "ExposedPorts" && !action.Publish.IsDefaultOrEmpty)
                continue;
            member.WriteTo(w);
        }
        w.WriteString("Image", image);
        if (!action.Publish.IsDefaultOrEmpty)
            Merged(w, "ExposedPorts", old.At("Config", "ExposedPorts"), action, static (w, _, _) => { w.WriteStartObject(); w.WriteEndObject(); });
        w.WriteStartObject("HostConfig");
        foreach (var member in old.Members("HostConfig"))
        {
            switch (member.Name)
            {
                case "ExtraHosts" when !action.AddHosts.IsDefaultOrEmpty:
                case "Binds":
                case "PortBindings" when !action.Publish.IsDefaultOrEmpty:
                    break;
                default:
                    member.WriteTo(w);
                    break;
            }
        }
        if (!action.AddHosts.IsDefaultOrEmpty)
            Strings(w, "ExtraHosts", old.Items("HostConfig", "ExtraHosts").Select(i => i.GetString() ?? "").Concat(action.AddHosts).Distinct());
        Strings(w, "Binds", Binds(old));
        if (!action.Publish.IsDefaultOrEmpty)
            Merged(w, "PortBindings", old.At("HostConfig", "PortBindings"), action, Bindings);
        w.WriteEndObject();
        if (FirstNetwork(old) is { } first)
        {
            w.WriteStartObject("NetworkingConfig");
            w.WriteStartObject("EndpointsConfig");
            w.WritePropertyName(first.Name);
            Endpoint(w, old, first.Value);
            w.WriteEndObject();
            w.WriteEndObject();
        }
    });

    /// <summary>The networks beyond the one that is given at creation, with what their endpoints are to be.</summary>
    public static IEnumerable<(string Network, Action<Utf8JsonWriter> Endpoint)> FurtherNetworks(JsonElement old)
    {
        var first = FirstNetwork(old)?.Name;
        foreach (var network in old.Members("NetworkSettings", "Networks").Where(n => n.Name != first && first is not null))
            yield return (network.Value.Text("NetworkID"), w => Endpoint(w, old, network.Value));
    }

    /// <summary>Binds as they were asked for, and the volumes that the engine made by itself, by name: the same data again.</summary>
    private static IEnumerable<string> Binds(JsonElement old)
    {
        var asked = old.Items("HostConfig", "Binds").Select(b => b.GetString() ?? "").ToArray();
        var targets = asked.Select(b => b.Split(':')).Where(p => p.Length > 1).Select(p => p[1])
            .Concat(old.Items("HostConfig", "Mounts").Select(m => m.Text("Target"))).ToHashSet(StringComparer.Ordinal);
        var made = old.Items("Mounts").Where(m => m.Text("Type") == "volume" && m.Text("Name").Length > 0 && !targets.Contains(m.Text("Destination")))
            .Select(m => $"{m.Text("Name")}:{m.Text("Destination")}{(m.Flag("RW") ? "" : ":ro")}");
        return asked.Concat(made);
    }

    // NetworkMode names the network of the creation: by name, or by id where it was given so.
    private static JsonProperty? FirstNetwork(JsonElement old)
    {
        var mode = old.Text("HostConfig", "NetworkMode");
        if (mode is "host" or "none" || mode.StartsWith("container:", StringComparison.Ordinal))
            return null;
        var networks = old.Members("NetworkSettings", "Networks").ToArray();
        foreach (var network in networks)
        {
            if (network.Name == mode || network.Value.Text("NetworkID").StartsWith(mode, StringComparison.Ordinal) || (mode == "default" && network.Name == "bridge"))
                return network;
        }
        return networks.Length > 0 ? networks[0] : null;
    }

    private static void Endpoint(Utf8JsonWriter w, JsonElement old, JsonElement endpoint)
    {
        w.WriteStartObject();
        // Engine 20 adds the short id to the aliases by itself.
        var aliases = endpoint.Items("Aliases").Select(a => a.GetString() ?? "").Where(a => a.Length > 0 && !old.Text("Id").StartsWith(a, StringComparison.Ordinal)).ToArray();
        if (aliases.Length > 0)
            Strings(w, "Aliases", aliases);
        foreach (var name in (string[])["IPAMConfig", "Links", "DriverOpts", "GwPriority"])
        {
            if (endpoint.At(name) is { } value)
            {
                w.WritePropertyName(name);
                value.WriteTo(w);
            }
        }
        w.WriteEndObject();
    }

    private static void Strings(Utf8JsonWriter w, string name, IEnumerable<string> values)
    {
        w.WriteStartArray(name);
        foreach (var value in values)
            w.WriteStringValue(value);
        w.WriteEndArray();
    }

    /// <summary>What was there, and the added ports: a port that is there already keeps its bindings and gets one more.</summary>
    private static void Merged(Utf8JsonWriter w, string name, JsonElement? old, StepAction.RecreateContainer action, Action<Utf8JsonWriter, JsonElement?, IEnumerable<string[]>> write)
    {
        var added = action.Publish.Select(p => p.Split(':')).Where(p => p.Length == 3).GroupBy(p => p[2], StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.AsEnumerable());
        w.WriteStartObject(name);
        foreach (var member in old is { ValueKind: JsonValueKind.Object } o ? o.EnumerateObject().ToArray() : [])
        {
            if (!added.ContainsKey(member.Name))
                member.WriteTo(w);
        }
        foreach (var (port, bindings) in added)
        {
            w.WritePropertyName(port);
            write(w, old?.At(port), bindings);
        }
        w.WriteEndObject();
    }

    private static void Bindings(Utf8JsonWriter w, JsonElement? old, IEnumerable<string[]> bindings)
    {
        w.WriteStartArray();
        foreach (var kept in old is { ValueKind: JsonValueKind.Array } o ? o.EnumerateArray().ToArray() : [])
            kept.WriteTo(w);
        foreach (var binding in bindings)
        {
            w.WriteStartObject();
            w.WriteString("HostIp", binding[0]);
            w.WriteString("HostPort", binding[1]);
            w.WriteEndObject();
        }
        w.WriteEndArray();
    }
}
