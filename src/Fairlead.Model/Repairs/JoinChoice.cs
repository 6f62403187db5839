using System.Collections.Immutable;
using Fairlead.Model.Walk;
using Fairlead.Model.World;

namespace Fairlead.Model.Repairs;

/// <summary>One side joins a network that the other is on (SEMANTICS 3.5).</summary>
/// <param name="Joiner">The container that gets a new endpoint.</param>
/// <param name="Priority">GwPriority that keeps default route and published ports where they are; null where none is needed, or the engine has none.</param>
/// <param name="Cut">What joining cuts; null when nothing is.</param>
public sealed record JoinChoice(Container Joiner, Network Network, int? Priority, Interruption? Cut)
{
    /// <summary>The joins of existing user-defined networks, best first: those that cut nothing, then the target's side, then by name.</summary>
    public static ImmutableArray<JoinChoice> Existing(HostWorld world, Container source, Container target) =>
        [.. Joins(world, target, source).Concat(Joins(world, source, target)).OrderBy(c => c.Cut is not null).ThenBy(c => c.Network.Internal)
            .ThenBy(c => c.Joiner.Id == world.Owner(source).Id).ThenBy(c => c.Network.Name, StringComparer.Ordinal)];

    /// <summary>
    /// A network that both can join without harm: its name sorts behind all, so that it moves nothing. An internal one where a name cannot do that, or
    /// where a side has no way out of the host yet and should not get one.
    /// </summary>
    public static (string Name, bool Internal) Fresh(HostWorld world, Container source, Container target)
    {
        var name = NewName(world);
        bool moved(Container c) => Gateways.Of(world, c) is not { } gateway
            || (!(world.Engine.HasGatewayPriority && gateway.GatewayPriority > 0) && StringComparer.Ordinal.Compare(name, gateway.NetworkName) <= 0);
        return (name, moved(world.Owner(source)) || moved(world.Owner(target)));
    }

    /// <summary>The priority by which a network stays behind all others that the container is on.</summary>
    public static int BehindAll(Container container) => Math.Min(-1, container.Endpoints.Select(e => e.GatewayPriority).DefaultIfEmpty(0).Min() - 1);

    private static string NewName(HostWorld world)
    {
        var last = world.Networks.Select(n => n.Name).Where(n => n.Length > 0).Append("fairlead").Max(StringComparer.Ordinal)!;
        var name = StringComparer.Ordinal.Compare("shared", last) > 0 ? "shared" : "zz-shared";
        for (var i = 2; (StringComparer.Ordinal.Compare(name, last) <= 0 || world.Networks.Any(n => n.Name == name)) && i < 40; i++)
        {
            name = "z" + name;
        }

        return name;
    }

    private static IEnumerable<JoinChoice> Joins(HostWorld world, Container joiner, Container other)
    {
        joiner = world.Owner(joiner);
        other = world.Owner(other);
        if (joiner.Mode is NetworkMode.Host or NetworkMode.None or NetworkMode.Shared || joiner.Endpoints.IsEmpty)
        {
            yield break;
        }

        foreach (var network in other.Endpoints.Select(world.NetworkOf).Where(n => n is { IsUserDefined: true, Driver: "bridge" }).Select(n => n!))
        {
            var cut = Interruption.OfJoining(world, joiner, network, null);
            var priority = cut is not null && world.Engine.HasGatewayPriority && Gateways.Of(world, joiner) is not null ? BehindAll(joiner) : (int?)null;
            yield return new JoinChoice(joiner, network, priority, priority is null ? cut : Interruption.OfJoining(world, joiner, network, priority));
        }
    }
}
