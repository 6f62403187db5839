using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Fairlead.Facts;
using Fairlead.Model.Rules;

namespace Fairlead.Model.World;

/// <summary>The snapshot indexed for questions. Pure; a repair is a function from one world to the next.</summary>
public sealed record HostWorld
{
    public required Snapshot Snapshot { get; init; }

    /// <summary>All containers of the host. Who asks a partial list for them makes the whole one wanted; the lookups below ask for less.</summary>
    public required ImmutableArray<Container> Containers
    {
        get
        {
            Roster.Ask(Lookup.All);
            return Listed;
        }
        init => Listed = value;
    }

    /// <summary>Those that were listed so far: for what is asked about containers already in hand.</summary>
    public ImmutableArray<Container> Listed { get; private init; }

    /// <summary>What <see cref="Listed"/> can be asked.</summary>
    public Roster Roster { get; init; } = Roster.Whole;

    public required ImmutableArray<Network> Networks { get; init; }

    /// <summary>The host's stack; its facts are all NotRead where the host could not be read.</summary>
    public required Sandbox Host { get; init; }

    /// <summary>The stacks of containers that were looked at, by container id. Containers of one namespace share one object.</summary>
    public required ImmutableDictionary<string, Sandbox> Sandboxes { get; init; }

    public required EngineGeneration Engine { get; init; }

    /// <summary>Container with that full id.</summary>
    public Container? ById(string id)
    {
        var found = Listed.FirstOrDefaultNotNull(c => c.Id == id);
        if (found is null)
        {
            Roster.Ask(Lookup.Id(id));
        }

        return found;
    }

    public Network? NetworkOf(Endpoint endpoint) =>
        Networks.FirstOrDefaultNotNull(n => n.Id == endpoint.NetworkId) ?? Networks.FirstOrDefaultNotNull(n => n.Name == endpoint.NetworkName);

    /// <summary>The container whose stack this one lives in: itself, or the one it shares with.</summary>
    public Container Owner(Container container)
    {
        for (var depth = 0; depth < 4 && container.SharesWith is { } id; depth++)
        {
            var owner = Listed.FirstOrDefaultNotNull(c => c.Id == id || c.Name == id);
            if (owner is null)
            {
                Roster.Ask(id.Length == 64 ? Lookup.Id(id) : Lookup.All);
                break;
            }

            container = owner;
        }

        return container;
    }

    /// <summary>The stack of a container; one with everything unread where it was not looked at.</summary>
    public Sandbox SandboxOf(Container container) => Sandboxes.TryGetValue(container.Id, out var found) ? found
        : container.Mode == NetworkMode.Host ? Host
        : Owner(container) is { } owner && owner.Id != container.Id ? SandboxOf(owner)
        : new Sandbox(NetnsFacts.Unread("container:" + container.Id, container.Name, WhyNot.NotAsked), false, [container], f => f.PacketRules.Missing!);

    /// <summary>Endpoints of a container, those of the owner of its stack when shared.</summary>
    public ImmutableArray<Endpoint> EndpointsOf(Container container) => Owner(container).Endpoints;

    /// <summary>The container (the owner of the stack) that bears this address on a Docker network.</summary>
    public (Container Container, Endpoint Endpoint)? HolderOf(IPAddress address)
    {
        // An endpoint's address lies in a subnet of its network, where the network's addresses are the engine's to give.
        foreach (var network in Networks)
        {
            if (network.Contains(address) || (network.Subnets.IsEmpty && network.Driver is not ("host" or "null")))
            {
                AskFor(network);
            }
        }

        foreach (var container in Listed)
        {
            foreach (var endpoint in container.Endpoints)
            {
                if (container.Running && (address.Equals(endpoint.IPv4) || address.Equals(endpoint.IPv6)))
                {
                    return (container, endpoint);
                }
            }
        }

        return null;
    }

    /// <summary>The Docker network whose subnet the address lies in.</summary>
    public Network? NetworkContaining(IPAddress address) => Networks.FirstOrDefaultNotNull(n => n.Contains(address));

    /// <summary>Networks that both have an endpoint on.</summary>
    public ImmutableArray<Network> CommonNetworks(Container a, Container b)
    {
        var ids = EndpointsOf(a).Select(e => NetworkOf(e)?.Id).Where(id => id is not null).ToHashSet();
        return EndpointsOf(b).Select(NetworkOf).Where(n => n is not null && ids.Contains(n.Id)).Select(n => n!).ToImmutableArray();
    }

    /// <summary>Whether the address is one of the host's own (bridge gateways included).</summary>
    public Truth HostOwns(IPAddress address)
    {
        var owned = Host.Owns(address);
        return owned != Truth.Unknown ? owned
            : Networks.Any(n => n.Driver == "bridge" && n.Subnets.Any(s => address.Equals(s.Gateway))) ? Truth.Yes : Truth.Unknown;
    }

    /// <summary>Running containers that publish this host port.</summary>
    public IEnumerable<(Container Container, Publish Publish)> PublishersOf(int hostPort, string protocol)
    {
        if (hostPort > 0)
        {
            Roster.Ask(Lookup.Publishing(hostPort, protocol));
        }

        return from c in Listed where c.Running from p in c.Published where p.HostPort == hostPort && p.Protocol == protocol select (c, p);
    }

    /// <summary>Running containers of which a port of their own is published.</summary>
    public IEnumerable<(Container Container, Publish Publish)> PublishersOfOwn(int port, string protocol)
    {
        Roster.Ask(Lookup.Exposing(port, protocol));
        return from c in Listed where c.Running from p in c.Published where p.ContainerPort == port && p.Protocol == protocol select (c, p);
    }

    /// <summary>Running containers with an endpoint of their own on the network.</summary>
    public IEnumerable<Container> MembersOf(Network network)
    {
        AskFor(network);
        return Listed.Where(c => c.Running && c.Endpoints.Any(e => NetworkOf(e)?.Id == network.Id));
    }

    /// <summary>Containers that neither run nor are paused.</summary>
    public IEnumerable<Container> Stopped()
    {
        Roster.Ask(Lookup.Stopped);
        return Listed.Where(c => !c.Running);
    }

    private void AskFor(Network network)
    {
        if (!network.ToCome)
        {
            Roster.Ask(Lookup.On(network.Id));
        }
    }

    /// <summary>The world with one stack exchanged, for all its members.</summary>
    public HostWorld With(Sandbox old, Sandbox changed) => this with
    {
        Host = ReferenceEquals(old, Host) ? changed : Host,
        Sandboxes = Sandboxes.ToImmutableDictionary(p => p.Key, p => ReferenceEquals(p.Value, old) ? changed : p.Value),
    };

    public HostWorld With(Container changed) => this with { Containers = Listed.Select(c => c.Id == changed.Id ? changed : c).ToImmutableArray() };

    /// <summary>Indexes a snapshot.</summary>
    /// <param name="decode">Turns a raw dump and the names of its links into rules: RuleSetDecoder.Decode.</param>
    /// <param name="before">An earlier world of the same host: what did not change since is taken over instead of being read anew.</param>
    /// <param name="roster">What the snapshot's list of containers can be asked; null where it is whole.</param>
    public static HostWorld Of(Snapshot snapshot, Func<RulesDump, IReadOnlyDictionary<int, string>, RuleSet> decode, HostWorld? before = null, Roster? roster = null)
    {
        roster ??= Roster.Whole;
        Reading<RuleSet> DecodeRules(NetnsFacts facts) => Decoded(facts, decode);
        Sandbox Unread(string id, string of, string why, string? needs, bool host, ImmutableArray<Container> members) =>
            new(NetnsFacts.Unread(id, of, why, needs), host, members, DecodeRules);

        var same = before is not null && before.Snapshot.Containers == snapshot.Containers && before.Snapshot.Networks == snapshot.Networks;
        var networks = same ? before!.Networks : snapshot.Networks.Select(EngineJson.NetworkOf).ToImmutableArray();
        var containers = snapshot.Containers.Select((e, at) =>
        {
            JsonElement? inspect = snapshot.Inspects.TryGetValue(EngineJson.Text(e, "Id"), out var i) ? i : null;
            return same && inspect is null && before!.Listed[at] is { Inspected: false } known ? known : WithDriver(EngineJson.ContainerOf(e, inspect), networks);
        }).ToImmutableArray();
        var onHost = containers.Where(c => c.Mode == NetworkMode.Host && c.Running).ToImmutableArray();
        var host = snapshot.HostNetns.IsKnown && snapshot.Namespaces.TryGetValue(snapshot.HostNetns.Value, out var facts)
            ? new Sandbox(facts, true, onHost, DecodeRules)
            : Unread("host", "host", snapshot.HostNetns.Missing?.Why ?? WhyNot.NotAsked, snapshot.HostNetns.Missing?.Needs ?? "root", true, onHost);
        host = host.Asking(roster.IsWhole ? null : () => roster.Ask(networks.FirstOrDefaultNotNull(n => n.Driver == "host") is { } one ? Lookup.On(one.Id) : Lookup.All));

        var sandboxes = ImmutableDictionary.CreateBuilder<string, Sandbox>();
        var byNetns = new Dictionary<string, Sandbox>();
        foreach (var (id, netns) in snapshot.ContainerNetns)
        {
            if (containers.FirstOrDefaultNotNull(c => c.Id == id) is not { } container || container.Mode == NetworkMode.Host)
            {
                continue;
            }

            if (!netns.IsKnown || !snapshot.Namespaces.TryGetValue(netns.Value, out var read))
            {
                sandboxes[id] = Unread("container:" + id, container.Name, netns.Missing?.Why ?? WhyNot.NotAsked, netns.Missing?.Needs, false, [container]);
                continue;
            }

            if (!byNetns.TryGetValue(netns.Value, out var sandbox))
            {
                var members = containers.Where(c => snapshot.ContainerNetns.TryGetValue(c.Id, out var other) && other.IsKnown && other.Value == netns.Value)
                    .OrderBy(c => c.Mode == NetworkMode.Shared).ToImmutableArray();
                byNetns[netns.Value] = sandbox = new Sandbox(read, false, members, DecodeRules);
            }

            sandboxes[id] = sandbox;
        }

        return new HostWorld
        {
            Snapshot = snapshot,
            Containers = containers,
            Networks = networks,
            Roster = roster,
            Host = host,
            Sandboxes = sandboxes.ToImmutable(),
            Engine = EngineGeneration.Of(snapshot.Engine),
        };
    }

    private static Reading<RuleSet> Decoded(NetnsFacts facts, Func<RulesDump, IReadOnlyDictionary<int, string>, RuleSet> decode)
    {
        if (!facts.PacketRules.IsKnown)
        {
            return facts.PacketRules.Missing;
        }

        var names = new Dictionary<int, string>();
        foreach (var link in facts.Links.Or([]))
        {
            names[link.Index] = link.Name;
        }

        return Reading.Of(decode(facts.PacketRules.Value, names));
    }

    private static Container WithDriver(Container c, ImmutableArray<Network> networks)
    {
        if (c.Mode != NetworkMode.Bridge || c.Endpoints.IsEmpty)
        {
            return c;
        }

        var drivers = c.Endpoints.Select(e => networks.FirstOrDefaultNotNull(n => n.Id == e.NetworkId || n.Name == e.NetworkName)?.Driver).Distinct().ToArray();
        return drivers is not [var only] ? c : c with
        {
            Mode = only switch
            {
                "macvlan" => NetworkMode.Macvlan,
                "ipvlan" => NetworkMode.Ipvlan,
                "overlay" => NetworkMode.Overlay,
                "bridge" or null => NetworkMode.Bridge,
                "host" => NetworkMode.Host,
                "null" => NetworkMode.None,
                _ => NetworkMode.Other,
            },
        };
    }
}
