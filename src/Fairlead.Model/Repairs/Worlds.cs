using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Fairlead.Facts;
using Fairlead.Model.Rules;
using Fairlead.Model.World;

namespace Fairlead.Model.Repairs;

/// <summary>Repairs as functions from one world to the next: what the next walk sees when a repair had been made. Nothing is applied here.</summary>
public static partial class Worlds
{
    // Indexes of links that exist only in a changed world; far above what the kernel gives out.
    private const int FirstIndex = 1_000_000;

    /// <summary>A new user-defined bridge network, whose bridge and rules are as the engine writes them for any other.</summary>
    /// <param name="isInternal">Without a way out: it never carries a default route or published ports (SEMANTICS 5.2).</param>
    public static (HostWorld World, Network Network) Create(HostWorld world, string name, bool isInternal = false)
    {
        var range = Enumerable.Range(0, 256).Select(i => new IPNetwork(IPAddress.Parse($"192.168.{i}.0"), 24))
            .First(r => !world.Networks.Any(n => n.Contains(r.BaseAddress)) && !world.Host.Facts.Addresses.Or([]).Any(a => r.Contains(a.Address)));
        var gateway = Offset(range.BaseAddress, 1);
        var network = new Network { Id = "new" + name, Name = name, Driver = "bridge", Scope = "local", Internal = isInternal, ToCome = true, Subnets = [new Subnet(range, gateway)] };
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

    /// <summary>A rule stands before all others in one base chain.</summary>
    public static HostWorld Accept(HostWorld world, Sandbox sandbox, FirewallRule rule)
    {
        var parts = ImmutableArray.CreateBuilder<Part>();
        if (rule.Interface is { } name)
        {
            parts.Add(rule.Answer ? Link(7, name) : In(name));
        }

        parts.Add(new Match(new Operand(ValueSource.Meta, 16, 1), 0, [(byte)(rule.Protocol == "udp" ? 17 : 6)], null));
        parts.Add(new Match(new Operand(ValueSource.Payload, 0, 2) { Base = 2, Offset = rule.Answer ? 0 : 2 }, 0, [(byte)(rule.Port >> 8), (byte)rule.Port], null));
        return world.With(sandbox, sandbox.WithRules(set => Insert(set, (t, c) => t.Family == rule.Chain.Family && t.Name == rule.Chain.Table && t.Style == rule.Chain.Style && c.Name == rule.Chain.Name, [.. parts])));
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

    /// <summary>A paused container goes on: what waited in its queues is answered.</summary>
    public static HostWorld Unpause(HostWorld world, Container container)
    {
        var (running, sandbox) = (container with { State = "running" }, world.SandboxOf(container));
        return world.With(running).With(sandbox, sandbox.With(running));
    }

    /// <summary>The host forwards IPv4 between its links: net.ipv4.ip_forward sets it for each of them.</summary>
    public static HostWorld Forward(HostWorld world)
    {
        var facts = world.Host.Facts;
        return !facts.Sysctls.IsKnown ? world : world.With(world.Host, world.Host.With(facts with
        {
            Sysctls = Reading.Of(facts.Sysctls.Value.Select(s => IsForwarding(s.Key) ? new(s.Key, "1") : s).ToImmutableSortedDictionary(StringComparer.Ordinal)),
        }));
    }

    private static bool IsForwarding(string key) =>
        key == "net.ipv4.ip_forward" || (key.StartsWith("net.ipv4.conf.", StringComparison.Ordinal) && key.EndsWith(".forwarding", StringComparison.Ordinal));

    private static Match In(string name) => Link(6, name);

    // 6 is the link by which a packet comes, 7 the one by which it leaves.
    private static Match Link(int key, string name) => new(new Operand(ValueSource.Meta, key, 16), 0, System.Text.Encoding.ASCII.GetBytes(name + "\0"), null);

    private static RuleSet Allow(RuleSet set, Hook hook, TableFamily family, params ImmutableArray<Part> match) =>
        Insert(set, (t, c) => (t.Family == family || t.Family == TableFamily.Inet) && c.Hook == hook && c.Type != "nat", match);

    private static RuleSet Insert(RuleSet set, Func<Table, Rules.Chain, bool> where, ImmutableArray<Part> match) => set with
    {
        Tables = set.Tables.Select(t => t with
        {
            Chains = t.Chains.Select(c => !where(t, c) ? c : c with
            {
                Rules = c.Rules.Insert(0, new Rule
                {
                    Family = t.Family,
                    Table = t.Name,
                    Chain = c.Name,
                    Index = -1,
                    Parts = [.. match, new VerdictPart(VerdictCode.Accept, null)],
                    Style = c.Style,
                }),
            }).ToImmutableArray(),
        }).ToImmutableArray(),
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
