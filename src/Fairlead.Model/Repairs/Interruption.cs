using System.Collections.Immutable;
using System.Net;
using Fairlead.Facts;
using Fairlead.Model.Walk;
using Fairlead.Model.Words;
using Fairlead.Model.World;

namespace Fairlead.Model.Repairs;

/// <summary>What a change cuts, in words.</summary>
public sealed record Interruption(Text What)
{
    /// <summary>
    /// What joining a network cuts: where default route and published ports move, every open connection through those ports is reset and what the
    /// container had open to beyond its networks breaks (SEMANTICS 3.5). Null when nothing moves, or when it is known that nothing is open.
    /// </summary>
    public static Interruption? OfJoining(HostWorld world, Container joiner, Network network, int? priority)
    {
        var joined = Worlds.Join(world, joiner, network, priority);
        return OfMoving(world, joined, joiner);
    }

    /// <summary>The same of any change from one world to the next.</summary>
    public static Interruption? OfMoving(HostWorld before, HostWorld after, Container container)
    {
        container = before.Owner(container);
        var (old, now) = (Gateways.Of(before, container), after.ById(container.Id) is { } changed ? Gateways.Of(after, changed) : null);
        if (old?.NetworkName == now?.NetworkName)
        {
            return null;
        }

        var it = Shown.Party(container, "joiner");
        if (old is null)
        {
            var ports = (container.Wished ?? []).Select(p => p.HostPort).Distinct().ToArray();
            return new Interruption(ports.Length == 0
                ? Text.Of($"nothing, but {it} gets a way out of the host that it does not have now", $"没有连接会断，但 {it} 会得到原来没有的对外出口")
                : Text.Of($"nothing, but {it} gets a way out of the host, and its published ports {Ports(ports)} open", $"没有连接会断，但 {it} 会得到对外出口，映射的端口 {Ports(ports)} 也会打开"));
        }

        // Where listeners alone were read, nothing is known of connections; then all that may be open counts.
        var sockets = before.SandboxOf(container).Facts.Sockets.Or([]);
        var counted = sockets.Any(s => s is { State: not "listen" });
        if (container.Published.Select(p => p.HostPort).Distinct().Order().ToArray() is { Length: > 0 } published)
        {
            var inside = container.Published.Select(p => p.ContainerPort).ToHashSet();
            return counted
                ? new Interruption(Text.Of($"open connections through port {Ports(published)} of {it}: {Shown.Number(Open(sockets).Count(s => inside.Contains(s.LocalPort)), "open")} now",
                    $"经 {it} 的 {Ports(published)} 端口已打开的连接，现在有 {Shown.Number(Open(sockets).Count(s => inside.Contains(s.LocalPort)), "open")} 个"))
                : new Interruption(Text.Of($"every open connection through port {Ports(published)} of {it}", $"经 {it} 的 {Ports(published)} 端口已打开的所有连接"));
        }

        if (!counted)
        {
            return new Interruption(Text.Of($"open connections of {it} to beyond its networks", $"{it} 与所在网络之外已打开的连接"));
        }

        var outward = Open(sockets).Count(s => !before.EndpointsOf(container).Any(e => before.NetworkOf(e)?.Contains(s.Remote) ?? false));
        return outward == 0 ? null : new Interruption(Text.Of($"open connections of {it} to beyond its networks: {Shown.Number(outward, "open")} now",
            $"{it} 与所在网络之外已打开的连接，现在有 {Shown.Number(outward, "open")} 个"));
    }

    /// <summary>What restarting a container cuts.</summary>
    public static Interruption OfRestart(Container container) =>
        new(Text.Of($"every open connection of {Shown.Party(container, "target")}, for as long as it takes to start", $"{Shown.Party(container, "target")} 的所有连接，直到它重新启动完"));

    private static Shown Ports(IEnumerable<int> ports) => Shown.List(ports.Select(p => p.ToString(System.Globalization.CultureInfo.InvariantCulture)), "ports");

    private static IEnumerable<SocketFact> Open(ImmutableArray<SocketFact> sockets) =>
        sockets.Where(s => s is { Protocol: "tcp", State: "established" } && !IPAddress.IsLoopback(s.Remote.IsIPv4MappedToIPv6 ? s.Remote.MapToIPv4() : s.Remote));
}
