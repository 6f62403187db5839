using System.Collections.Immutable;
using System.Text.Json;
using Fairlead.Engine.Capture;
using Fairlead.Engine.Client;
using Fairlead.Model.Leads;
using Fairlead.Model.World;

namespace Fairlead.Engine.Scanning;

/// <summary>What of an inspect can hold leads.</summary>
internal static class LeadSources
{
    /// <param name="files">Path inside the container and text of small mounted files.</param>
    public static LeadSource Of(HostWorld world, Container container, JsonElement inspect, ImmutableArray<(string Path, string Text)> files)
    {
        var env = inspect.Items("Config", "Env").Where(e => e.ValueKind == JsonValueKind.String).Select(e => e.GetString() ?? "")
            .Select(e => (At: e.IndexOf('=', StringComparison.Ordinal), Text: e)).Where(e => e.At > 0).Select(e => (e.Text[..e.At], e.Text[(e.At + 1)..]));
        var listeners = Listeners.Of(world.SandboxOf(container));
        return new LeadSource
        {
            Env = [.. env],
            Command = [.. Strings(inspect, "Config", "Entrypoint"), .. Strings(inspect, "Config", "Cmd")],
            Labels = container.Labels,
            Files = files,
            Known = Known(world),
            Own = [container.Name, .. container.Endpoints.SelectMany(e => e.Aliases), .. container.Endpoints.SelectMany(e => e.DnsNames), container.HostName ?? container.Name],
            OwnPorts = [.. container.Exposed.Select(e => e.Port), .. container.Published.Select(p => p.ContainerPort), .. listeners.IsKnown ? Listeners.Ports(listeners.Value) : []],
        };
    }

    /// <summary>All leads. Those of files come from text that was not masked: nothing of them but host and port may be a secret's place.</summary>
    public static ImmutableArray<Lead> Leads(LeadSource source) =>
        [.. LeadFinder.Of(source).Select(l => l.Kind == LeadKinds.ConfigFile ? l with { Path = Masking.Text(l.Path), Host = Masking.Text(l.Host) } : l)];

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
