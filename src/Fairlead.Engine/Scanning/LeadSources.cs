using System.Collections.Immutable;
using System.Text.Json;
using Fairlead.Engine.Client;
using Fairlead.Model.Leads;
using Fairlead.Model.World;

namespace Fairlead.Engine.Scanning;

/// <summary>What of an inspect can hold leads.</summary>
internal static class LeadSources
{
    public static LeadSource Of(HostWorld world, Container container, JsonElement inspect)
    {
        var env = inspect.Items("Config", "Env").Where(e => e.ValueKind == JsonValueKind.String).Select(e => e.GetString() ?? "")
            .Select(e => (At: e.IndexOf('=', StringComparison.Ordinal), Text: e)).Where(e => e.At > 0).Select(e => (e.Text[..e.At], e.Text[(e.At + 1)..]));
        var listeners = Listeners.Of(world.SandboxOf(container));
        return new LeadSource
        {
            Env = [.. env],
            Command = [.. Strings(inspect, "Config", "Entrypoint"), .. Strings(inspect, "Config", "Cmd")],
            Labels = container.Labels,
            Known = Known(world),
            Own = [container.Name, .. container.Endpoints.SelectMany(e => e.Aliases), .. container.Endpoints.SelectMany(e => e.DnsNames), container.HostName ?? container.Name],
            OwnPorts = [.. container.Exposed.Select(e => e.Port), .. container.Published.Select(p => p.ContainerPort), .. listeners.IsKnown ? Listeners.Ports(listeners.Value) : []],
        };
    }

    /// <summary>Whether somebody else serves the port: a sibling publishes or listens on it, or a service of the host does.</summary>
    public static bool OthersHave(HostWorld world, Container container, int port)
    {
        var holders = PortHolders.Of(world, port, "tcp", world.SandboxOf(container));
        return holders.Holders.Any(h => h.By is "publish" or "host-listener" or "listener");
    }

    private static ImmutableHashSet<string> Known(HostWorld world) =>
        [.. world.Containers.SelectMany(c => c.Endpoints.SelectMany(e => e.Aliases.Concat(e.DnsNames)).Append(c.Name)), .. world.Containers.Select(c => c.Service).OfType<string>()];

    private static IEnumerable<string> Strings(JsonElement inspect, params string[] path) =>
        inspect.Items(path).Where(e => e.ValueKind == JsonValueKind.String).Select(e => e.GetString() ?? "");
}
