using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Fairlead.Facts;
using Fairlead.Model.World;
using FactLink = Fairlead.Facts.Link;
using FactRoute = Fairlead.Facts.Route;

namespace Fairlead.Model.Walk;

/// <summary>
/// Links, addresses and routes as the engine's own data lets one expect them, for stacks that were not read. Only ever a stand-in: an answer
/// that rests on it is not certain.
/// </summary>
internal static class StandIn
{
    private const uint Main = 254;

    public static NetnsFacts For(HostWorld world, Sandbox sandbox)
    {
        var facts = NetnsFacts.Unread(sandbox.Id, sandbox.At, WhyNot.NotAsked);
        if (sandbox.Facts.Links.IsKnown && sandbox.Facts.Addresses.IsKnown && sandbox.Facts.Routes.IsKnown)
        {
            return facts;
        }

        var build = new Builder();
        build.Link(1, "lo", "loopback");
        if (sandbox.IsHost)
        {
            Host(world, build);
        }
        else if (sandbox.Members.Length > 0)
        {
            Container(world, world.Owner(sandbox.Members[0]), build);
        }

        return facts with
        {
            Links = Reading.Of(build.Links.ToImmutable()),
            Addresses = Reading.Of(build.Addresses.ToImmutable()),
            Routes = Reading.Of(build.Routes.ToImmutable()),
        };
    }

    private static void Container(HostWorld world, Container container, Builder build)
    {
        var index = 2;
        foreach (var endpoint in container.Endpoints)
        {
            var network = world.NetworkOf(endpoint);
            if (endpoint.IPv4 is null && endpoint.IPv6 is null)
            {
                continue;
            }

            var kind = network?.Driver is "macvlan" or "ipvlan" ? network.Driver : "veth";
            build.Link(index, "eth" + (index - 2), kind);
            foreach (var address in new[] { endpoint.IPv4, endpoint.IPv6 })
            {
                if (address is not null)
                {
                    var subnet = network?.Subnets.FirstOrDefault(s => s.Range.BaseAddress.AddressFamily == address.AddressFamily && s.Range.Contains(address));
                    build.Address(index, address, subnet?.Range.PrefixLength ?? (address.AddressFamily == AddressFamily.InterNetwork ? 16 : 64));
                }
            }

            if (Gateways.Of(world, container) == endpoint)
            {
                var gateway4 = endpoint.Gateway ?? network?.Subnets.FirstOrDefault(s => s.Gateway?.AddressFamily == AddressFamily.InterNetwork)?.Gateway;
                build.Default(index, gateway4);
                build.Default(index, endpoint.IPv6 is null ? null
                    : network?.Subnets.FirstOrDefault(s => s.Gateway?.AddressFamily == AddressFamily.InterNetworkV6)?.Gateway);
            }

            index++;
        }
    }

    private static void Host(HostWorld world, Builder build)
    {
        var index = 1000;
        foreach (var network in world.Networks.Where(n => n.BridgeName is not null))
        {
            build.Link(index, network.BridgeName!, "bridge");
            foreach (var subnet in network.Subnets)
            {
                // The engine takes the first address where its answer names none (20.10, default bridge).
                build.Address(index, subnet.Gateway ?? First(subnet.Range), subnet.Range.PrefixLength);
            }

            index++;
        }

        build.Link(9999, Uplink, "");
        build.Default(9999, null, IPAddress.Any);
        build.Default(9999, null, IPAddress.IPv6Any);
    }

    /// <summary>Name of the link that stands for all ways out of a host that was not read.</summary>
    public const string Uplink = "uplink?";

    private static IPAddress First(IPNetwork range)
    {
        var bytes = range.BaseAddress.GetAddressBytes();
        bytes[^1] |= 1;
        return new IPAddress(bytes);
    }

    private sealed class Builder
    {
        public ImmutableArray<FactLink>.Builder Links { get; } = ImmutableArray.CreateBuilder<FactLink>();
        public ImmutableArray<LinkAddress>.Builder Addresses { get; } = ImmutableArray.CreateBuilder<LinkAddress>();
        public ImmutableArray<FactRoute>.Builder Routes { get; } = ImmutableArray.CreateBuilder<FactRoute>();

        public void Link(int index, string name, string kind)
        {
            Links.Add(new FactLink { Index = index, Name = name, Kind = kind, Mac = "", Mtu = 1500, Up = true, LowerUp = true });
            if (kind == "loopback")
            {
                Addresses.Add(new LinkAddress(index, IPAddress.Loopback, 8, "host"));
                Addresses.Add(new LinkAddress(index, IPAddress.IPv6Loopback, 128, "host"));
            }
        }

        public void Address(int index, IPAddress address, int length)
        {
            Addresses.Add(new LinkAddress(index, address, length, "global"));
            Routes.Add(new FactRoute
            {
                Family = address.AddressFamily == AddressFamily.InterNetwork ? 4 : 6,
                Table = Main,
                Type = "unicast",
                Destination = address,
                PrefixLength = length,
                Out = index,
                PreferredSource = address.AddressFamily == AddressFamily.InterNetwork ? address : null,
                Scope = "link",
            });
        }

        public void Default(int index, IPAddress? gateway, IPAddress? family = null)
        {
            if ((gateway ?? family) is not { } of)
            {
                return;
            }

            var v4 = of.AddressFamily == AddressFamily.InterNetwork;
            Routes.Add(new FactRoute
            {
                Family = v4 ? 4 : 6,
                Table = Main,
                Type = "unicast",
                Destination = v4 ? IPAddress.Any : IPAddress.IPv6Any,
                PrefixLength = 0,
                Gateway = gateway,
                Out = index,
            });
        }
    }
}
