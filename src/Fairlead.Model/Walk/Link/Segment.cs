using System.Net;
using Fairlead.Facts;
using Fairlead.Model.World;
using FactLink = Fairlead.Facts.Link;

namespace Fairlead.Model.Walk;

/// <summary>A party on a bridge or a macvlan parent that answers for an address.</summary>
/// <param name="Inner">The link by which it receives; null where its links were not read and none stands in.</param>
/// <param name="Port">The bridge port that leads to it; null where that is not known.</param>
internal sealed record Holder(Stack Stack, FactLink? Inner, FactLink? Port, NotRead? Missing);

/// <summary>Who is where on the links: pairs of veth, ports of bridges, children of macvlan parents.</summary>
internal static class Segment
{
    /// <summary>The other end of a veth: its stack and link; null where it lies in a namespace that was not looked at.</summary>
    public static (Stack Stack, FactLink Link)? PeerOf(WalkContext context, Stack stack, FactLink link)
    {
        if (link.Kind != "veth" || link.Peer is not { } index)
        {
            return null;
        }

        foreach (var other in context.Read.Prepend(context.Host).Prepend(stack))
        {
            if ((other != stack || link.PeerNetns is null) && other.LinkByIndex(index) is { Kind: "veth" } found && found.Peer == link.Index && found != link)
            {
                return (other, found);
            }
        }

        return null;
    }

    /// <summary>The Docker network whose bridge this is.</summary>
    public static Network? NetworkOf(WalkContext context, FactLink bridge) =>
        context.World.Networks.FirstOrDefaultNotNull(n => n.BridgeName == bridge.Name);

    /// <summary>
    /// Who on the bridge answers for the address: stacks that were read and hang on it, else the running container that the engine shows there.
    /// </summary>
    public static IReadOnlyList<Holder> HoldersOf(WalkContext context, Stack owner, FactLink bridge, IPAddress address)
    {
        var holders = new List<Holder>();
        foreach (var other in context.Read)
        {
            foreach (var inner in other.Links)
            {
                // ARP answers for any address of the stack, not only for those of the link (arp_ignore 0).
                if (inner.Kind == "veth" && other != owner && PeerOf(context, other, inner) is var (at, port) && at == owner && port.Master == bridge.Index
                    && inner.Up && port.Up && Answers(other, address))
                {
                    holders.Add(new Holder(other, inner, port, other.AddressesMissing));
                    break;
                }
            }
        }

        if (holders.Count > 0 || !owner.IsHost || NetworkOf(context, bridge) is not { } network)
        {
            return holders;
        }

        foreach (var container in context.World.MembersOf(network))
        {
            var endpoint = container.Running ? container.Endpoints.FirstOrDefaultNotNull(e => (address.Equals(e.IPv4) || address.Equals(e.IPv6)) && On(e, network)) : null;
            if (endpoint is null)
            {
                continue;
            }

            var stack = context.StackOf(container);
            if (stack.LinksMissing is null && stack.AddressesMissing is null && owner.LinksMissing is null)
            {
                // It was read, and neither its links nor its addresses bear the engine out.
                continue;
            }

            var inner = stack.Links.FirstOrDefault(l => stack.Addresses.Any(a => a.Index == l.Index && Stack.Same(a.Address, address)));
            return [new Holder(stack, inner, null, stack.LinksMissing ?? stack.AddressesMissing ?? owner.LinksMissing)];
        }

        return holders;
    }

    /// <summary>Whether the bridge has ports of which neither a reading nor the engine says whose they are.</summary>
    public static bool HasStrangers(WalkContext context, Stack owner, FactLink bridge)
    {
        var ports = owner.Links.Count(l => l.Master == bridge.Index);
        var network = NetworkOf(context, bridge);
        var known = network is null ? 0 : context.World.MembersOf(network).Count(c => c.Endpoints.Any(e => On(e, network)));
        return ports > known;
    }

    /// <summary>Who hangs on the same parent as a macvlan and answers for the address.</summary>
    public static Holder? MacvlanHolder(WalkContext context, Stack parentStack, int parentIndex, IPAddress address)
    {
        foreach (var other in context.Read)
        {
            foreach (var link in other.Links)
            {
                if (link.Kind is "macvlan" or "ipvlan" && link.Peer == parentIndex && link.PeerNetns is not null && parentStack.IsHost && Answers(other, address))
                {
                    return new Holder(other, link, null, other.AddressesMissing);
                }
            }
        }

        var networks = context.World.Networks.Where(n => n.Driver is "macvlan" or "ipvlan").ToArray();
        foreach (var container in networks.SelectMany(context.World.MembersOf).Distinct())
        {
            var endpoint = container.Running ? container.Endpoints.FirstOrDefaultNotNull(e => (address.Equals(e.IPv4) || address.Equals(e.IPv6)) && networks.Any(n => On(e, n))) : null;
            if (endpoint is not null && context.StackOf(container) is { LinksMissing: not null } stack)
            {
                var inner = stack.Links.FirstOrDefault(l => stack.Addresses.Any(a => a.Index == l.Index && Stack.Same(a.Address, address)));
                return new Holder(stack, inner, null, stack.LinksMissing);
            }
        }

        return null;
    }

    private static bool On(Endpoint endpoint, Network network) =>
        endpoint.NetworkId.Length > 0 ? endpoint.NetworkId == network.Id : endpoint.NetworkName == network.Name;

    private static bool Answers(Stack stack, IPAddress address) => !IPAddress.IsLoopback(address) && stack.OwnsRead(address);
}
