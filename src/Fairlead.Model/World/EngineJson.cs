using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Fairlead.Model.World;

/// <summary>Reads containers and networks out of the engine's own JSON, of every API version from 1.40 on (SEMANTICS 4.2). Unknown or absent fields are left empty.</summary>
internal static class EngineJson
{
    public static Container ContainerOf(JsonElement listed, JsonElement? inspected)
    {
        var labels = Strings(listed, "Labels");
        var mode = Text(Child(listed, "HostConfig"), "NetworkMode");
        var endpoints = Endpoints(Child(inspected ?? listed, "NetworkSettings"), Child(listed, "NetworkSettings"));
        var container = new Container
        {
            Id = Text(listed, "Id"),
            Name = NameOf(listed),
            Image = Text(listed, "Image"),
            Project = labels.GetValueOrDefault("com.docker.compose.project"),
            Service = labels.GetValueOrDefault("com.docker.compose.service"),
            State = Text(listed, "State"),
            Status = Text(listed, "Status"),
            Mode = ModeOf(mode, endpoints),
            SharesWith = mode.StartsWith("container:", StringComparison.Ordinal) ? mode["container:".Length..] : null,
            Endpoints = endpoints,
            Published = ListedPorts(listed, out var exposed),
            Exposed = exposed,
            Labels = labels,
        };
        return inspected is { } more ? WithInspect(container, more) : container;
    }

    public static Network NetworkOf(JsonElement e)
    {
        var subnets = ImmutableArray.CreateBuilder<Subnet>();
        if (Child(Child(e, "IPAM"), "Config") is { ValueKind: JsonValueKind.Array } configs)
        {
            foreach (var config in configs.EnumerateArray())
            {
                if (IPNetwork.TryParse(Text(config, "Subnet"), out var range))
                {
                    subnets.Add(new Subnet(range, Address(config, "Gateway")));
                }
            }
        }

        return new Network
        {
            Id = Text(e, "Id"),
            Name = Text(e, "Name"),
            Driver = Text(e, "Driver"),
            Scope = Text(e, "Scope"),
            Subnets = subnets.ToImmutable(),
            Internal = Bool(e, "Internal"),
            EnableIPv6 = Bool(e, "EnableIPv6"),
            Attachable = Bool(e, "Attachable"),
            Options = Strings(e, "Options"),
            Labels = Strings(e, "Labels"),
        };
    }

    private static Container WithInspect(Container c, JsonElement e)
    {
        var state = Child(e, "State");
        var config = Child(e, "Config");
        var host = Child(e, "HostConfig");
        return c with
        {
            Inspected = true,
            State = Text(state, "Status") is { Length: > 0 } status ? status : c.State,
            Pid = Int(state, "Pid") is > 0 and var pid ? pid : null,
            StartedAt = Text(state, "StartedAt"),
            RestartCount = Int(e, "RestartCount"),
            ExitCode = Int(state, "ExitCode"),
            OomKilled = Bool(state, "OOMKilled"),
            StateError = Text(state, "Error"),
            HostName = Text(config, "Hostname"),
            ExtraHosts = Array(host, "ExtraHosts"),
            Wished = PortMap(Child(host, "PortBindings")),
            Published = Child(Child(e, "NetworkSettings"), "Ports") is { ValueKind: JsonValueKind.Object } ports ? PortMap(ports) : c.Published,
            Exposed = c.Exposed.Concat(ExposedPorts(config, "ExposedPorts")).Concat(ExposedPorts(Child(e, "NetworkSettings"), "Ports")).Distinct().ToImmutableArray(),
            Mode = ModeOf(Text(host, "NetworkMode"), c.Endpoints),
        };
    }

    private static NetworkMode ModeOf(string mode, ImmutableArray<Endpoint> endpoints) => mode switch
    {
        "host" => NetworkMode.Host,
        "none" => NetworkMode.None,
        _ when mode.StartsWith("container:", StringComparison.Ordinal) => NetworkMode.Shared,
        _ when endpoints.Any(e => e.NetworkName == "host") => NetworkMode.Host,
        _ => NetworkMode.Bridge,
    };

    private static ImmutableArray<Endpoint> Endpoints(JsonElement? settings, JsonElement? fallback)
    {
        var networks = Child(settings, "Networks") ?? Child(fallback, "Networks");
        if (networks is not { ValueKind: JsonValueKind.Object } map)
        {
            return [];
        }

        var found = new List<Endpoint>();
        foreach (var property in map.EnumerateObject())
        {
            var e = property.Value;
            found.Add(new Endpoint
            {
                NetworkName = property.Name,
                NetworkId = Text(e, "NetworkID"),
                IPv4 = Address(e, "IPAddress"),
                IPv6 = Address(e, "GlobalIPv6Address"),
                Gateway = Address(e, "Gateway"),
                Mac = Text(e, "MacAddress"),
                Aliases = Array(e, "Aliases") ?? [],
                DnsNames = Array(e, "DNSNames") ?? [],
                GatewayPriority = Int(e, "GwPriority") ?? 0,
            });
        }

        return found.OrderBy(e => e.NetworkName, StringComparer.Ordinal).ToImmutableArray();
    }

    private static ImmutableArray<Publish> ListedPorts(JsonElement e, out ImmutableArray<(int, string)> exposed)
    {
        var bound = ImmutableArray.CreateBuilder<Publish>();
        var named = new List<(int, string)>();
        if (Child(e, "Ports") is { ValueKind: JsonValueKind.Array } ports)
        {
            foreach (var p in ports.EnumerateArray())
            {
                var (inside, outside, protocol) = (Int(p, "PrivatePort") ?? 0, Int(p, "PublicPort") ?? 0, Text(p, "Type"));
                named.Add((inside, protocol));
                if (outside > 0)
                {
                    bound.Add(new Publish(Address(p, "IP") ?? IPAddress.Any, outside, inside, protocol));
                }
            }
        }

        exposed = named.Distinct().ToImmutableArray();
        return bound.ToImmutable();
    }

    private static ImmutableArray<Publish> PortMap(JsonElement? map)
    {
        if (map is not { ValueKind: JsonValueKind.Object } ports)
        {
            return [];
        }

        var found = ImmutableArray.CreateBuilder<Publish>();
        foreach (var port in ports.EnumerateObject())
        {
            if (!PortKey(port.Name, out var inside, out var protocol) || port.Value.ValueKind != JsonValueKind.Array)
            {
                continue;
            }

            foreach (var binding in port.Value.EnumerateArray())
            {
                if (int.TryParse(Text(binding, "HostPort"), NumberStyles.None, CultureInfo.InvariantCulture, out var outside) && outside > 0)
                {
                    found.Add(new Publish(Address(binding, "HostIp") ?? IPAddress.Any, outside, inside, protocol));
                }
            }
        }

        return found.ToImmutable();
    }

    private static IEnumerable<(int, string)> ExposedPorts(JsonElement? parent, string name)
    {
        if (Child(parent, name) is { ValueKind: JsonValueKind.Object } ports)
        {
            foreach (var port in ports.EnumerateObject())
            {
                if (PortKey(port.Name, out var number, out var protocol))
                {
                    yield return (number, protocol);
                }
            }
        }
    }

    private static bool PortKey(string key, out int port, out string protocol)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        protocol = slash < 0 ? "tcp" : key[(slash + 1)..];
        return int.TryParse(slash < 0 ? key : key[..slash], NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and < 65536;
    }

    private static string NameOf(JsonElement e)
    {
        if (Child(e, "Names") is { ValueKind: JsonValueKind.Array } names)
        {
            foreach (var name in names.EnumerateArray())
            {
                // Links of the default bridge show as /other/alias: the container's own name has one slash only.
                if (name.ValueKind == JsonValueKind.String && name.GetString() is { Length: > 1 } s && s.LastIndexOf('/') == 0)
                {
                    return s[1..];
                }
            }
        }

        var id = Text(e, "Id");
        return id.Length > 12 ? id[..12] : id;
    }

    internal static JsonElement? Child(JsonElement? e, string name) =>
        e is { ValueKind: JsonValueKind.Object } o && o.TryGetProperty(name, out var child) && child.ValueKind != JsonValueKind.Null ? child : null;

    internal static string Text(JsonElement? e, string name) => Child(e, name) is { ValueKind: JsonValueKind.String } s ? s.GetString()! : "";

    private static int? Int(JsonElement? e, string name) => Child(e, name) is { ValueKind: JsonValueKind.Number } n && n.TryGetInt32(out var i) ? i : null;

    private static bool Bool(JsonElement? e, string name) => Child(e, name) is { ValueKind: JsonValueKind.True };

    private static IPAddress? Address(JsonElement? e, string name) => IPAddress.TryParse(Text(e, name), out var a) ? a : null;

    private static ImmutableArray<string>? Array(JsonElement? e, string name) =>
        Child(e, name) is { ValueKind: JsonValueKind.Array } a
            ? a.EnumerateArray().Where(x => x.ValueKind == JsonValueKind.String).Select(x => x.GetString()!).ToImmutableArray()
            : null;

    private static ImmutableDictionary<string, string> Strings(JsonElement? e, string name)
    {
        if (Child(e, name) is not { ValueKind: JsonValueKind.Object } map)
        {
            return ImmutableDictionary<string, string>.Empty;
        }

        var found = ImmutableDictionary.CreateBuilder<string, string>();
        foreach (var p in map.EnumerateObject())
        {
            if (p.Value.ValueKind == JsonValueKind.String)
            {
                found[p.Name] = p.Value.GetString()!;
            }
        }

        return found.ToImmutable();
    }
}
