using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Fairlead.Facts;
using Fairlead.Model.World;
using FactLink = Fairlead.Facts.Link;
using FactRoute = Fairlead.Facts.Route;

namespace Fairlead.Model.Walk;

/// <summary>
/// A sandbox as the walk uses it: what was read, and what the engine's own data says in place of what was not. Whoever uses a stand-in must
/// note the reading that is missing: the members ending in Missing.
/// </summary>
internal sealed class Stack
{
    private Stack(Sandbox sandbox, NetnsFacts standIn)
    {
        var facts = sandbox.Facts;
        Sandbox = sandbox;
        Links = facts.Links.IsKnown ? facts.Links.Value : standIn.Links.Or([]);
        // Indexes of a stand-in's links mean nothing beside real ones: both or neither.
        var read = facts.Links.IsKnown && facts.Addresses.IsKnown;
        Addresses = facts.Addresses.IsKnown ? facts.Addresses.Value : standIn.Addresses.Or([]);
        Routes = facts.Routes.IsKnown && facts.Links.IsKnown ? facts.Routes.Value : standIn.Routes.Or([]);
        RoutingRules = facts.RoutingRules.Or([]);
        Neighbours = facts.Neighbours.Or([]);
        LinksMissing = facts.Links.Missing;
        AddressesMissing = read ? null : facts.Addresses.Missing ?? facts.Links.Missing;
        RoutesMissing = facts.Routes.Missing ?? facts.RoutingRules.Missing;
        SocketsMissing = facts.Sockets.Missing;
        RulesMissing = facts.PacketRules.Missing;
        SysctlsMissing = facts.Sysctls.Missing;
        Loopback = Links.FirstOrDefault(l => l.Kind == "loopback" || l.Name == "lo");
    }

    public Sandbox Sandbox { get; }
    public bool IsHost => Sandbox.IsHost;
    public string At => Sandbox.At;
    public string Id => Sandbox.Id;
    public ImmutableArray<FactLink> Links { get; }
    public ImmutableArray<LinkAddress> Addresses { get; }
    public ImmutableArray<FactRoute> Routes { get; }
    public ImmutableArray<RoutingRule> RoutingRules { get; }
    public ImmutableArray<Neighbour> Neighbours { get; }
    public NotRead? LinksMissing { get; }
    public NotRead? AddressesMissing { get; }
    public NotRead? RoutesMissing { get; }
    public NotRead? SocketsMissing { get; }
    public NotRead? RulesMissing { get; }
    public NotRead? SysctlsMissing { get; }
    public FactLink? Loopback { get; }

    /// <summary>True when there is no IPv6 here at all, not even ::1: a socket of that family finds no address.</summary>
    public bool IPv6Off => AddressesMissing is null && Links.Length > 0
        ? !Addresses.Any(a => a.Address.AddressFamily == AddressFamily.InterNetworkV6)
        : Sysctl("net.ipv6.conf.all.disable_ipv6") == "1";

    public static Stack Of(HostWorld world, Sandbox sandbox) => new(sandbox, StandIn.For(world, sandbox));

    public FactLink? LinkByIndex(int index) => Links.FirstOrDefaultNotNull(l => l.Index == index);

    public FactLink? LinkByName(string? name) => name is null ? null : Links.FirstOrDefaultNotNull(l => l.Name == name);

    public string? Sysctl(string key) => Sandbox.Sysctl(key);

    /// <summary>Whether the address is among those known here; loopback always is.</summary>
    public bool OwnsRead(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork && IPAddress.IsLoopback(address))
        {
            return true;
        }

        foreach (var own in Addresses)
        {
            if (Same(own.Address, address))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Equal but for the scope that an IPv6 address may carry.</summary>
    public static bool Same(IPAddress a, IPAddress b)
    {
        if (a.AddressFamily != b.AddressFamily)
        {
            return false;
        }

        Span<byte> x = stackalloc byte[16], y = stackalloc byte[16];
        a.TryWriteBytes(x, out var size);
        b.TryWriteBytes(y, out _);
        return x[..size].SequenceEqual(y[..size]);
    }
}
