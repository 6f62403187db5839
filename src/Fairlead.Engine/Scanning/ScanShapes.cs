using System.Collections.Immutable;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using Fairlead.Engine.Client;
using Fairlead.Facts;
using Fairlead.Model.Answer;
using Fairlead.Model.Rules;
using Fairlead.Model.Walk;
using Fairlead.Model.World;

namespace Fairlead.Engine.Scanning;

/// <summary>The host at one look: interfaces, firewall, networks, containers, out of what was read. Pure.</summary>
internal static class ScanShapes
{
    public static ScanHost Host(HostWorld world)
    {
        var facts = world.Host.Facts;
        var addresses = facts.Addresses.Or([]);
        var forward = facts.Sysctls.IsKnown && facts.Sysctls.Value.TryGetValue("net.ipv4.ip_forward", out var told) ? told == "1" : (bool?)null;
        return new ScanHost(
            world.Snapshot.HostName,
            [.. (facts.Links.IsKnown ? facts.Links.Value : []).Select(l => new ScanInterface(
                l.Name,
                [.. (addresses.IsDefault ? [] : addresses).Where(a => a.Index == l.Index).Select(a => string.Create(CultureInfo.InvariantCulture, $"{a.Address}/{a.PrefixLength}"))],
                KindOf(world, l),
                world.Networks.FirstOrDefault(n => n.BridgeName == l.Name)?.Name,
                DefaultVia(facts, l.Index)))],
            forward,
            Firewall(world));
    }

    private static ImmutableArray<string> DefaultVia(NetnsFacts facts, int index) => facts.Routes is not { IsKnown: true, Value: { IsDefault: false } routes } ? []
        : [.. routes.Where(r => r is { PrefixLength: 0, Table: 254, Type: "unicast", Dead: false } && r.Out == index)
            .OrderBy(r => r.Family).ThenBy(r => r.Metric).Select(r => r.Gateway?.ToString() ?? "on-link").Distinct()];

    public static ScanNetwork Network(HostWorld world, Network n) => new()
    {
        Name = n.Name,
        Id = n.Id,
        Driver = n.Driver,
        Scope = n.Scope,
        Subnets = [.. n.Subnets.Select(s => s.Range.ToString())],
        Gateway = n.Subnets.Select(s => s.Gateway).FirstOrDefault(g => g is not null)?.ToString(),
        Internal = n.Internal,
        Mtu = int.TryParse(n.Options.GetValueOrDefault("com.docker.network.driver.mtu"), NumberStyles.None, CultureInfo.InvariantCulture, out var mtu) ? mtu : null,
        Icc = !n.IccDisabled,
        Masquerade = n.Options.GetValueOrDefault("com.docker.network.bridge.enable_ip_masquerade") != "false",
        Ipv6 = n.EnableIPv6,
        Attachable = n.Attachable,
        Project = n.Labels.GetValueOrDefault("com.docker.compose.project"),
        Containers = [.. world.Containers.SelectMany(c => c.Endpoints.Where(e => e.NetworkId == n.Id || (e.NetworkId.Length == 0 && e.NetworkName == n.Name))
                .Select(e => new ScanMember(c.Name, c.Id, e.IPv4?.ToString(), e.IPv6?.ToString(), e.Aliases)))
            .OrderBy(m => m.Name, StringComparer.Ordinal)],
    };

    public static ScanContainer Container(HostWorld world, Container c)
    {
        var inspect = world.Snapshot.Inspects.TryGetValue(c.Id, out var known) ? known : default(JsonElement?);
        var (tcp, udp) = (Listeners.Of(world.SandboxOf(c)), Listeners.Of(world.SandboxOf(c), "udp"));
        return new ScanContainer
        {
            Name = c.Name,
            Id = c.Id,
            Image = c.Image,
            Project = c.Project,
            Service = c.Service,
            State = c.State,
            Health = inspect?.Text("State", "Health", "Status") is { Length: > 0 } health and not "none" ? health : null,
            Restarts = c.RestartCount,
            StartedAt = c.StartedAt,
            Mode = c.Mode.ToString().ToLowerInvariant(),
            SharesWith = c.Mode == NetworkMode.Shared && world.Owner(c) is var owner && owner.Id != c.Id ? owner.Name : null,
            Networks = [.. c.Endpoints.Select(e => e.NetworkName)],
            GatewayNetwork = Gateways.Of(world, c)?.NetworkName,
            Published = [.. c.Published.Select(p => new ScanPublish(p.HostIp.ToString(), p.HostPort, p.ContainerPort, p.Protocol))],
            // A container in the host's network shares its listeners with everybody there.
            Listeners = c.Mode == NetworkMode.Host || !tcp.IsKnown || !udp.IsKnown ? null
                : [.. tcp.Value.Concat(udp.Value.Where(s => s.RemotePort == 0)).Select(s => new ScanListener(s.Local.ToString(), s.LocalPort, s.Protocol, s.Process?.Name))],
        };
    }

    /// <summary>Established connections whose far end is somebody of this host, seen from the one who dialled.</summary>
    public static ImmutableArray<WorkingPair> Working(HostWorld world)
    {
        var found = new HashSet<WorkingPair>();
        foreach (var c in world.Containers.Where(c => c is { Running: true, Mode: not (NetworkMode.Host or NetworkMode.Shared) }))
        {
            var sockets = world.SandboxOf(c).Facts.Sockets;
            if (!sockets.IsKnown)
                continue;
            var own = sockets.Value.Where(s => s.State == "listen").Select(s => s.LocalPort).ToHashSet();
            foreach (var s in sockets.Value.Where(s => s is { State: "established", Protocol: "tcp" } && !own.Contains(s.LocalPort)))
            {
                var remote = s.Remote.IsIPv4MappedToIPv6 ? s.Remote.MapToIPv4() : s.Remote;
                var name = world.HolderOf(remote)?.Container.Name
                    ?? (world.PublishersOf(s.RemotePort, "tcp").Select(p => p.Container.Name).FirstOrDefault() is { } published && IsHosts(world, remote) ? published : IsHosts(world, remote) ? "host" : null);
                if (name is not null)
                    found.Add(new WorkingPair(c.Name, string.Create(CultureInfo.InvariantCulture, $"{name}:{s.RemotePort}")));
            }
        }
        return [.. found.OrderBy(w => w.Source, StringComparer.Ordinal).ThenBy(w => w.Target, StringComparer.Ordinal)];
    }

    public static bool IsHosts(HostWorld world, System.Net.IPAddress address) =>
        world.Host.Facts.Addresses.IsKnown && world.Host.Facts.Addresses.Value.Any(a => a.Address.Equals(address));

    private static string KindOf(HostWorld world, Link link) => link switch
    {
        { Name: "lo" } or { Kind: "loopback" } => "loopback",
        _ when world.Networks.Any(n => n.BridgeName == link.Name) || link.Name == "docker_gwbridge" => "docker-bridge",
        { Kind: "veth", Master: not null } => "veth",
        { Kind: "tun" or "wireguard" or "vxlan" or "gre" or "ipip" or "sit" } => "tunnel",
        _ => world.Host.Facts.Addresses.IsKnown && HostAddresses.Uplinks(world).Any(u => world.Host.Facts.Addresses.Value.Any(a => a.Index == link.Index && a.Address.Equals(u))) ? "uplink" : "other",
    };

    private static ScanFirewall Firewall(HostWorld world)
    {
        if (world.Host.Rules is not { IsKnown: true, Value: { } rules })
            return new ScanFirewall([], null, null, null);
        var backends = new List<string>();
        if (rules.Tables.Any(t => t.Style == TableStyle.Iptables))
            backends.Add(FirewallKinds.IptablesNft);
        if (rules.Tables.Any(t => t.Style == TableStyle.Legacy))
            backends.Add(FirewallKinds.IptablesLegacy);
        if (rules.Tables.Any(t => t.Style is not (TableStyle.Iptables or TableStyle.Legacy)))
            backends.Add(FirewallKinds.Nftables);
        var chains = rules.Tables.SelectMany(t => t.Chains.Select(c => (Table: t, Chain: c))).ToArray();
        var manager = chains.Any(x => x.Chain.Name.StartsWith("ufw-", StringComparison.Ordinal)) ? "ufw" : rules.Tables.Any(t => t.Name == "firewalld") ? "firewalld" : null;
        string? policy(string chain) => chains.Where(x => x.Table.Name == "filter" && x.Chain.Name == chain && x.Chain.PolicyAccepts is not null)
            .Select(x => x.Chain.PolicyAccepts == false ? "DROP" : "ACCEPT").Order(StringComparer.Ordinal).LastOrDefault();
        return new ScanFirewall([.. backends], manager, policy("INPUT") ?? "ACCEPT", policy("FORWARD") ?? "ACCEPT");
    }
}
