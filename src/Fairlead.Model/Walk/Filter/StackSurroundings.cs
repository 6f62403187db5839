using System.Net;
using Fairlead.Model.Rules;
using Fairlead.Model.Walk.Routing;

namespace Fairlead.Model.Walk;

/// <summary>What rules ask about the stack that holds them.</summary>
internal sealed class StackSurroundings(Stack stack) : IRuleSurroundings
{
    public int? AddressType(IPAddress address, string? onlyInterface)
    {
        if (stack.RoutesMissing is not null && stack.AddressesMissing is not null)
        {
            return null;
        }

        if (onlyInterface is not null && stack.LinkByName(onlyInterface) is { } link && !IPAddress.IsLoopback(address)
            && stack.OwnsRead(address) && !stack.Addresses.Any(a => a.Index == link.Index && Stack.Same(a.Address, address)))
        {
            return 1;
        }

        return RoutingTable.Lookup(stack, new RouteKey(address, null, 0, null)).Kind switch
        {
            RouteKind.Local => 2,
            RouteKind.Broadcast => 3,
            RouteKind.Multicast => 5,
            RouteKind.Blackhole => 6,
            RouteKind.Prohibit => 8,
            RouteKind.Unreachable or RouteKind.None or RouteKind.FamilyOff => 7,
            _ => 1,
        };
    }

    public (int? Index, string? Name)? RouteOut(IPAddress destination, IPAddress? source, uint mark, string? inInterface)
    {
        if (stack.RoutesMissing is not null)
        {
            return null;
        }

        var found = RoutingTable.Lookup(stack, new RouteKey(destination, source, mark, inInterface));
        return found.Kind is RouteKind.Unicast or RouteKind.Local or RouteKind.Broadcast or RouteKind.Multicast ? (found.Out?.Index, found.Out?.Name) : (null, null);
    }

    public int? IndexOf(string name) => stack.LinkByName(name)?.Index;

    public int? HardwareOf(string name) => stack.LinkByName(name)?.Kind switch
    {
        "loopback" => 772,
        "bridge" or "veth" or "macvlan" or "dummy" => 1,
        _ => null,
    };

    public Truth HasSocket(Packet packet, bool wildcard)
    {
        if (stack.SocketsMissing is not null)
        {
            return Truth.Unknown;
        }

        var found = ListenerTable.Find(stack, packet, out var unsure);
        return found is null ? Truth.No : unsure ? Truth.Unknown
            : wildcard || !(WalkContext.Plain(found.Local) is var local && (local.Equals(IPAddress.Any) || local.Equals(IPAddress.IPv6Any))) ? Truth.Yes : Truth.No;
    }
}
