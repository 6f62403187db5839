using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Fairlead.Facts;
using Fairlead.Model.Rules;
using Fairlead.Model.World;

namespace Fairlead.Model.Repairs;

/// <summary>Repairs as functions from one world to the next: what the next walk sees when a repair had been made. Nothing is applied here.</summary>
public static class Worlds
{
    // Indexes of links that exist only in a changed world; far above what the kernel gives out.
    private const int FirstIndex = 1_000_000;

    /// <summary>The container gets an endpoint on the network: a free address, a link on the bridge, the routes (SEMANTICS 3.5).</summary>
    public static HostWorld Join(HostWorld world, Container container, Network network)
    {
        container = world.ById(world.Owner(container).Id)!;
        if (container.Endpoints.Any(e => world.NetworkOf(e)?.Id == network.Id))
        {
            return world;
        }

        var subnet = network.Subnets.FirstOrDefault(s => s.Range.BaseAddress.AddressFamily == AddressFamily.InterNetwork);
        var address = subnet is null ? null : Free(world, network, subnet);
        var endpoint = new Endpoint
        {
            NetworkName = network.Name,
            NetworkId = network.Id,
            IPv4 = address,
            Gateway = subnet?.Gateway,
            DnsNames = [container.Name, container.Id[..Math.Min(12, container.Id.Length)]],
            Aliases = [],
        };
        var old = world.SandboxOf(container);
        var changed = container with { Endpoints = container.Endpoints.Add(endpoint).OrderBy(e => e.NetworkName, StringComparer.Ordinal).ToImmutableArray() };
        world = world.With(changed);
        if (address is null || !world.Sandboxes.ContainsKey(container.Id))
        {
            return world;
        }

        var index = FirstIndex + (2 * world.Listed.Sum(c => c.Endpoints.Length));
        var bridge = network.BridgeName is { } name ? world.Host.LinkByName(name) : null;
        var joined = old.With(WithLink(old.Facts, index, address, subnet!, network));
        world = world.With(old, network.IsUserDefined ? joined.WithDns() : joined);
        return bridge is null ? world : world.With(world.Host, world.Host.With(WithPort(world.Host.Facts, index + 1, index, bridge)));
    }

    /// <summary>A new user-defined bridge network, whose bridge and rules are as the engine writes them for any other.</summary>
    public static (HostWorld World, Network Network) Create(HostWorld world, string name)
    {
        var range = Enumerable.Range(0, 256).Select(i => new IPNetwork(IPAddress.Parse($"192.168.{i}.0"), 24))
            .First(r => !world.Networks.Any(n => n.Contains(r.BaseAddress)) && !world.Host.Facts.Addresses.Or([]).Any(a => r.Contains(a.Address)));
        var gateway = Offset(range.BaseAddress, 1);
        var network = new Network { Id = "new" + name, Name = name, Driver = "bridge", Scope = "local", ToCome = true, Subnets = [new Subnet(range, gateway)] };
        world = world with { Networks = world.Networks.Add(network) };
        if (!world.Host.Facts.Links.IsKnown)
        {
            return (world, network);
        }

        var index = FirstIndex + 500_000;
        var facts = world.Host.Facts;
        var bridge = new Link { Index = index, Name = network.BridgeName!, Kind = "bridge", Mac = "02:00:00:00:00:01", Mtu = 1500, Up = true, LowerUp = true };
        facts = Connected(facts with { Links = Added(facts.Links, bridge) }, index, gateway, range);
        // The engine accepts same-bridge traffic of a network it makes; a rule set that is read now has no such line yet.
        var host = world.Host.With(facts).WithRules(set => Allow(set, Hook.Forward, TableFamily.Ip, In(bridge.Name)));
        return (world.With(world.Host, host), network);
    }

    /// <summary>The listeners of a port take connections on every address.</summary>
    public static HostWorld Rebind(HostWorld world, Sandbox sandbox, int port, string protocol)
    {
        if (!sandbox.Facts.Sockets.IsKnown)
        {
            return world;
        }

        var sockets = sandbox.Facts.Sockets.Value.Select(s => s.State == "listen" && s.LocalPort == port && s.Protocol == protocol && Listeners.LoopbackOnly(s)
            ? s with { Local = s.Local.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, V6Only = false }
            : s).ToImmutableArray();
        return world.With(sandbox, sandbox.With(sandbox.Facts with { Sockets = Reading.Of(sockets) }));
    }

    /// <summary>A narrow accept stands before everything in the base chains of the hook whose rule dropped: interface, protocol and port.</summary>
    public static HostWorld Accept(HostWorld world, Sandbox sandbox, RuleStep step, string? inInterface, string protocol, int port)
    {
        var hook = step.Chain.Hook ?? Hook.Input;
        var parts = ImmutableArray.CreateBuilder<Part>();
        if (inInterface is not null)
        {
            parts.Add(In(inInterface));
        }

        parts.Add(new Match(new Operand(ValueSource.Meta, 16, 1), 0, [(byte)(protocol == "udp" ? 17 : 6)], null));
        parts.Add(new Match(new Operand(ValueSource.Payload, 0, 2) { Base = 2, Offset = 2 }, 0, [(byte)(port >> 8), (byte)port], null));
        return world.With(sandbox, sandbox.WithRules(set => Allow(set, hook, step.Table.Family, [.. parts])));
    }

    /// <summary>A stopped container runs again. What listens in it is not known before it does.</summary>
    public static HostWorld Start(HostWorld world, Container container)
    {
        var running = container with { State = "running" };
        world = world.With(running);
        foreach (var endpoint in container.Endpoints.Where(e => e.IPv4 is null))
        {
            if (world.NetworkOf(endpoint) is { } network && network.Subnets.FirstOrDefault() is { } subnet)
            {
                running = running with { Endpoints = running.Endpoints.Replace(endpoint, endpoint with { IPv4 = Free(world, network, subnet), NetworkId = network.Id }) };
            }
        }

        return world.With(running with { Published = container.Wished ?? [] });
    }

    private static Match In(string name) =>
        new(new Operand(ValueSource.Meta, 6, 16), 0, System.Text.Encoding.ASCII.GetBytes(name + "\0"), null);

    private static RuleSet Allow(RuleSet set, Hook hook, TableFamily family, params ImmutableArray<Part> match) => set with
    {
        Tables = set.Tables.Select(t => t.Family != family && t.Family != TableFamily.Inet ? t : t with
        {
            Chains = t.Chains.Select(c => c.Hook != hook || c.Type == "nat" ? c : c with { Rules = c.Rules.Insert(0, new Rule
            {
                Family = t.Family,
                Table = t.Name,
                Chain = c.Name,
                Index = -1,
                Parts = [.. match, new VerdictPart(VerdictCode.Accept, null)],
                Style = c.Style,
            }) }).ToImmutableArray(),
        }).ToImmutableArray(),
    };

    private static NetnsFacts WithLink(NetnsFacts facts, int index, IPAddress address, Subnet subnet, Network network)
    {
        if (!facts.Links.IsKnown)
        {
            return facts;
        }

        var count = facts.Links.Value.Count(l => l.Name.StartsWith("eth", StringComparison.Ordinal));
        var link = new Link
        {
            Index = index,
            Name = "eth" + count.ToString(System.Globalization.CultureInfo.InvariantCulture),
            Kind = "veth",
            Mac = "02:00:00:00:00:02",
            Mtu = 1500,
            Up = true,
            LowerUp = true,
            Peer = index + 1,
            PeerNetns = 0,
        };
        facts = Connected(facts with { Links = Added(facts.Links, link) }, index, address, subnet.Range);
        // Joining a user-defined network points the resolver at the embedded DNS at once (SEMANTICS 3.5).
        return network.IsUserDefined && facts.ResolverFile.IsKnown && !facts.ResolverFile.Value.Contains("127.0.0.11", StringComparison.Ordinal)
            ? facts with { ResolverFile = Reading.Of("nameserver 127.0.0.11\noptions ndots:0\n") }
            : facts;
    }

    private static NetnsFacts WithPort(NetnsFacts facts, int index, int peer, Link bridge) => facts with
    {
        Links = Added(facts.Links, new Link
        {
            Index = index,
            Name = "veth" + index.ToString("x", System.Globalization.CultureInfo.InvariantCulture),
            Kind = "veth",
            Mac = "02:00:00:00:00:03",
            Mtu = bridge.Mtu,
            Up = true,
            LowerUp = true,
            Master = bridge.Index,
            Peer = peer,
            PeerNetns = peer,
            Hairpin = false,
        }),
    };

    private static NetnsFacts Connected(NetnsFacts facts, int index, IPAddress address, IPNetwork range) => facts with
    {
        Addresses = Added(facts.Addresses, new LinkAddress(index, address, range.PrefixLength, "global")),
        Routes = facts.Routes.IsKnown ? Reading.Of(facts.Routes.Value.Add(new Route
        {
            Family = 4,
            Table = 254,
            Type = "unicast",
            Destination = range.BaseAddress,
            PrefixLength = range.PrefixLength,
            Out = index,
            PreferredSource = address,
            Scope = "link",
        }).Add(new Route
        {
            Family = 4,
            Table = 255,
            Type = "local",
            Destination = address,
            PrefixLength = 32,
            Out = index,
            PreferredSource = address,
            Scope = "host",
        })) : facts.Routes,
    };

    private static Reading<ImmutableArray<T>> Added<T>(Reading<ImmutableArray<T>> list, T item) => list.IsKnown ? Reading.Of(list.Value.Add(item)) : list;

    private static IPAddress? Free(HostWorld world, Network network, Subnet subnet)
    {
        var size = 1L << Math.Min(16, 32 - subnet.Range.PrefixLength);
        for (var i = size - 2; i > 1; i--)
        {
            var candidate = Offset(subnet.Range.BaseAddress, i);
            if (!candidate.Equals(subnet.Gateway) && world.HolderOf(candidate) is null)
            {
                return candidate;
            }
        }

        return null;
    }

    private static IPAddress Offset(IPAddress address, long by)
    {
        var bytes = address.GetAddressBytes();
        var value = ((long)bytes[0] << 24 | (long)bytes[1] << 16 | (long)bytes[2] << 8 | bytes[3]) + by;
        return new IPAddress(new[] { (byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value });
    }
}
