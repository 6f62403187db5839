using System.Net;
using Fairlead.Model.World;

namespace Fairlead.Model.Walk;

/// <summary>Which network carries a container's default route and its published ports (SEMANTICS 5.2).</summary>
public static class Gateways
{
    /// <summary>The endpoint on the gateway network: highest priority first (28+), then the first by name among those that are not internal.</summary>
    public static Endpoint? Of(HostWorld world, Container container)
    {
        var endpoints = world.EndpointsOf(container);
        bool Carries(Endpoint e) => world.NetworkOf(e) is not { Internal: true } && (e.IPv4 is not null || e.IPv6 is not null);
        var found = endpoints.Where(Carries)
            .OrderByDescending(e => world.Engine.HasGatewayPriority ? e.GatewayPriority : 0)
            .ThenBy(e => e.NetworkName, StringComparer.Ordinal).FirstOrDefault();
        if (found is not null)
        {
            return found;
        }

        // Engine 20 gives a container that is on internal networks only a default route; later ones give none.
        return world.Engine.InternalHasDefaultRoute ? endpoints.FirstOrDefault(e => e.IPv4 is not null) : null;
    }

    /// <summary>Address to which a published port of this container leads, in the family asked for where it has it.</summary>
    public static IPAddress? TargetOf(HostWorld world, Container container, bool v6)
    {
        var endpoint = Of(world, container);
        return v6 ? endpoint?.IPv6 ?? endpoint?.IPv4 : endpoint?.IPv4;
    }
}
