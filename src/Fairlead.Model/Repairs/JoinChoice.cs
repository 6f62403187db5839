using System.Collections.Immutable;
using Fairlead.Model.World;

namespace Fairlead.Model.Repairs;

/// <summary>Which side joins which network, so that nothing is cut (SEMANTICS 3.5).</summary>
/// <param name="Joiner">The container that gets a new endpoint.</param>
/// <param name="Harmless">False when the default route or the published ports of the joiner would move.</param>
public sealed record JoinChoice(Container Joiner, Container Other, Network Network, bool Harmless, bool NeedsPriority)
{
    /// <summary>The best join of an existing user-defined network, or null where neither has one.</summary>
    public static JoinChoice? Existing(HostWorld world, Container source, Container target)
    {
        var choices = Joins(world, target, source).Concat(Joins(world, source, target))
            .OrderBy(c => c.Network.Internal).ThenBy(c => !c.Harmless).ThenBy(c => c.Joiner.Id == source.Id).ThenBy(c => c.Network.Name, StringComparer.Ordinal).ToArray();
        return choices.FirstOrDefault();
    }

    /// <summary>A name that no network has and that sorts behind all, so that joining it moves no default route.</summary>
    public static string NewName(HostWorld world)
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
            var moves = Moves(world, joiner, network);
            yield return new JoinChoice(joiner, other, network, !moves || world.Engine.HasGatewayPriority, moves && world.Engine.HasGatewayPriority);
        }
    }

    /// <summary>Whether joining moves the default route and the published ports: the gateway network is the first by name among those that are not internal.</summary>
    private static bool Moves(HostWorld world, Container joiner, Network network)
    {
        var gateway = joiner.Endpoints.Where(e => world.NetworkOf(e) is { Internal: false }).OrderByDescending(e => e.GatewayPriority)
            .ThenBy(e => e.NetworkName, StringComparer.Ordinal).FirstOrDefault();
        return !network.Internal && (gateway is null || (gateway.GatewayPriority <= 0 && StringComparer.Ordinal.Compare(network.Name, gateway.NetworkName) < 0));
    }
}
