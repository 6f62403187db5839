using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Fairlead.Facts;
using Fairlead.Model.Rules;
using Fairlead.Model.Walk;
using Fairlead.Model.World;

namespace Fairlead.Model.Repairs;

// Joining and leaving networks: endpoints, links and routes, and what moves with the gateway network (SEMANTICS 3.5 and 5.2).
public static partial class Worlds
{
    /// <summary>The container gets an endpoint on the network: a free address, a link on the bridge, the routes; default route and published ports where they move.</summary>
    /// <param name="priority">GwPriority (28 and later); null leaves it 0.</param>
    /// <param name="aliases">Names beside its own.</param>
    public static HostWorld Join(HostWorld world, Container container, Network network, int? priority = null, ImmutableArray<string> aliases = default)
    {
        container = world.ById(world.Owner(container).Id)!;
        if (container.Endpoints.Any(e => world.NetworkOf(e)?.Id == network.Id))
        {
            return world;
        }

        var subnet = network.Subnets.FirstOrDefault(s => s.Range.BaseAddress.AddressFamily == AddressFamily.InterNetwork);
        var address = subnet is null ? null : Free(world, network, subnet);
        var given = aliases.IsDefault ? [] : aliases;
        var endpoint = new Endpoint
        {
            NetworkName = network.Name,
            NetworkId = network.Id,
            IPv4 = address,
            Gateway = subnet?.Gateway,
            DnsNames = [container.Name, container.Id[..Math.Min(12, container.Id.Length)], .. given],
            Aliases = given,
            GatewayPriority = priority ?? 0,
        };
        var (before, old) = (world, world.SandboxOf(container));
        var changed = container with { Endpoints = container.Endpoints.Add(endpoint).OrderBy(e => e.NetworkName, StringComparer.Ordinal).ToImmutableArray() };
        world = world.With(changed);
        if (address is null || !world.Sandboxes.ContainsKey(container.Id))
        {
            return Moved(before, world, container);
        }

        var index = FirstIndex + (2 * world.Listed.Sum(c => c.Endpoints.Length));
        var bridge = network.BridgeName is { } name ? world.Host.LinkByName(name) : null;
        var joined = old.With(WithLink(old.Facts, index, address, subnet!, network));
        world = world.With(old, network.IsUserDefined ? joined.WithDns() : joined);
        world = bridge is null ? world : world.With(world.Host, world.Host.With(WithPort(world.Host.Facts, index + 1, index, bridge)));
        return Moved(before, world, container);
    }

    /// <summary>
    /// 28 and later guard each address of a container against other links than its bridge's; as for one that it has, so for the one on this network. Source and
    /// target of a join do not meet these rules: they are for what others see.
    /// </summary>
    public static HostWorld Guard(HostWorld world, Container container, Network network)
    {
        var endpoints = world.EndpointsOf(world.ById(container.Id)!);
        var fresh = endpoints.FirstOrDefault(e => world.NetworkOf(e)?.Id == network.Id);
        var known = endpoints.FirstOrDefault(e => e != fresh && e.IPv4 is not null && world.NetworkOf(e) is { Internal: false, Driver: "bridge" });
        return network.Internal || fresh?.IPv4 is not { } to || known?.IPv4 is not { } from ? world
            : world.With(world.Host, world.Host.WithRules(set => Guarded(set, from, to, world.NetworkOf(known)?.BridgeName, network.BridgeName)));
    }

    /// <summary>The container loses its endpoint on the network, with the link, its addresses and routes.</summary>
    public static HostWorld Leave(HostWorld world, Container container, Network network)
    {
        container = world.ById(world.Owner(container).Id)!;
        if (container.Endpoints.FirstOrDefault(e => world.NetworkOf(e)?.Id == network.Id) is not { } endpoint)
        {
            return world;
        }

        var (before, old) = (world, world.SandboxOf(container));
        world = world.With(container with { Endpoints = container.Endpoints.Remove(endpoint) });
        if (world.Sandboxes.ContainsKey(container.Id) && old.Facts.Addresses.Or([]).FirstOrDefault(a => a.Address.Equals(endpoint.IPv4))?.Index is { } index)
        {
            world = world.With(old, old.With(old.Facts with
            {
                Links = Only(old.Facts.Links, l => l.Index != index),
                Addresses = Only(old.Facts.Addresses, a => a.Index != index),
                Routes = Only(old.Facts.Routes, r => r.Out != index),
            }));
        }

        return Moved(before, world, container);
    }

    // The default route and the published ports follow the gateway network at once, whatever made it another one.
    private static HostWorld Moved(HostWorld before, HostWorld world, Container container)
    {
        var (old, now) = (Gateways.Of(before, container), Gateways.Of(world, world.ById(container.Id)!));
        if (old?.NetworkName == now?.NetworkName)
        {
            return world;
        }

        var sandbox = world.SandboxOf(container);
        if (world.Sandboxes.ContainsKey(container.Id) && sandbox.Facts.Routes.IsKnown)
        {
            var others = sandbox.Facts.Routes.Value.RemoveAll(IsDefault);
            var link = sandbox.Facts.Addresses.Or([]).FirstOrDefault(a => a.Address.Equals(now?.IPv4))?.Index;
            var gateway = now is null ? null : now.Gateway ?? world.NetworkOf(now)?.Subnets.Select(s => s.Gateway).FirstOrDefault(g => g?.AddressFamily == AddressFamily.InterNetwork);
            world = world.With(sandbox, sandbox.With(sandbox.Facts with
            {
                Routes = Reading.Of(link is null || gateway is null ? others : others.Add(new Route
                {
                    Family = 4, Table = 254, Type = "unicast", Destination = IPAddress.Any, PrefixLength = 0, Gateway = gateway, Out = link,
                })),
            }));
        }

        if (now is null)
        {
            return world.With(world.ById(container.Id)! with { Published = [] });
        }

        if (old is null)
        {
            // A container without a gateway network gets its ports the moment that it has one.
            var moved = world.ById(container.Id)!;
            return world.With(moved with { Published = moved.Wished ?? moved.Published });
        }

        return old.IPv4 is { } from && now.IPv4 is { } to
            ? world.With(world.Host, world.Host.WithRules(set => Remapped(set, from, to, before.NetworkOf(old)?.BridgeName, world.NetworkOf(now)?.BridgeName)))
            : world;
    }

    private static bool IsDefault(Route r) => r is { Family: 4, PrefixLength: 0, Table: 254 };

    private static RuleSet Guarded(RuleSet set, IPAddress from, IPAddress to, string? oldBridge, string? newBridge) => Changed(set, c =>
    [
        .. c.Rules,
        .. c.Rules.Where(r => r.Parts.Any(p => Names(p, from)) && r.Parts.Any(p => p is VerdictPart { Code: VerdictCode.Drop })).Select(r => Renamed(r, from, to, oldBridge, newBridge)),
    ]);

    // What the engine wrote for the ports' old place it writes anew for the new one: an accept before what it drops (the nftables backend has a chain for
    // each bridge), a translation where it stood.
    private static RuleSet Remapped(RuleSet set, IPAddress from, IPAddress to, string? oldBridge, string? newBridge) => set with
    {
        Tables = set.Tables.Select(t =>
        {
            string home(string chain) => oldBridge is not null && newBridge is not null && chain.Replace(oldBridge, newBridge, StringComparison.Ordinal) is var other
                && t.Chains.Any(c => c.Name == other) ? other : chain;
            var mine = t.Chains.SelectMany(c => c.Rules).Where(r => r.Parts.Any(p => Names(p, from)) && !r.Parts.Any(p => p is VerdictPart { Code: VerdictCode.Drop })).ToHashSet();
            var accepts = mine.Where(r => r.Parts.Any(p => p is VerdictPart { Code: VerdictCode.Accept })).ToArray();
            return mine.Count == 0 ? t : t with
            {
                Chains = t.Chains.Select(c => c with
                {
                    Rules =
                    [
                        .. accepts.Where(r => home(r.Chain) == c.Name).Select(r => Renamed(r, from, to, oldBridge, newBridge) with { Chain = c.Name }),
                        .. c.Rules.Where(r => !accepts.Contains(r)).Select(r => mine.Contains(r) ? Renamed(r, from, to, oldBridge, newBridge) : r),
                    ],
                }).ToImmutableArray(),
            };
        }).ToImmutableArray(),
    };

    private static RuleSet Changed(RuleSet set, Func<Rules.Chain, ImmutableArray<Rule>> rules) => set with
    {
        Tables = set.Tables.Select(t => t with { Chains = t.Chains.Select(c => c with { Rules = rules(c) }).ToImmutableArray() }).ToImmutableArray(),
    };

    private static Rule Renamed(Rule rule, IPAddress from, IPAddress to, string? oldBridge, string? newBridge) =>
        rule with { Parts = [.. rule.Parts.Select(p => Renamed(p, from, to, oldBridge, newBridge))] };

    private static bool Names(Part part, IPAddress address) => part switch
    {
        Match { Left.Source: ValueSource.Payload, Left.Base: 1, Left.Length: 4, Upper: null, Op: 0 } m => m.Value.AsSpan().SequenceEqual(address.GetAddressBytes()),
        NatPart { AddressMin.Immediate: { } to } => to.AsSpan().SequenceEqual(address.GetAddressBytes()),
        XtPart { Target: true, Name: "DNAT" } xt => xt.Info.AsSpan().IndexOf(address.GetAddressBytes()) >= 0,
        _ => false,
    };

    private static Part Renamed(Part part, IPAddress from, IPAddress to, string? oldBridge, string? newBridge)
    {
        switch (part)
        {
            case Match m when Names(m, from):
                return m with { Value = to.GetAddressBytes() };
            case NatPart n when Names(n, from):
                return n with { AddressMin = n.AddressMin! with { Immediate = to.GetAddressBytes() }, AddressMax = n.AddressMax is null ? null : n.AddressMax with { Immediate = to.GetAddressBytes() } };
            case XtPart xt when Names(xt, from):
                var info = xt.Info.ToArray();
                for (var at = info.AsSpan().IndexOf(from.GetAddressBytes()); at >= 0; at = info.AsSpan().IndexOf(from.GetAddressBytes()))
                {
                    to.GetAddressBytes().CopyTo(info, at);
                }

                return xt with { Info = info };
            case Match { Left: { Source: ValueSource.Meta, Key: 6 or 7 } } m when oldBridge is not null && newBridge is not null
                && System.Text.Encoding.ASCII.GetString(m.Value).TrimEnd('\0') == oldBridge:
                return m with { Value = System.Text.Encoding.ASCII.GetBytes(newBridge + "\0") };
            default:
                return part;
        }
    }

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

    private static Reading<ImmutableArray<T>> Only<T>(Reading<ImmutableArray<T>> list, Func<T, bool> kept) =>
        list.IsKnown ? Reading.Of(list.Value.Where(kept).ToImmutableArray()) : list;
}
