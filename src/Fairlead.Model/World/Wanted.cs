using System.Collections.Immutable;
using System.Net;
using Fairlead.Facts;

namespace Fairlead.Model.World;

/// <summary>A party that may have been meant, and where it would answer.</summary>
/// <param name="Container">Null for the host.</param>
/// <param name="Port">The port in its own namespace.</param>
/// <param name="Publish">How the host leads to it, where it does.</param>
/// <param name="Listener">The socket that listens there, where that was read.</param>
/// <param name="By">"publish", "host-listener", "listener", "container-port", "name", "address".</param>
public sealed record Wanted(Container? Container, int Port, Publish? Publish, SocketFact? Listener, string By);

/// <summary>Who has a port: the contract's order for loopback and host addresses (part 2, `meant`).</summary>
public sealed record PortHolders
{
    /// <summary>Those of the first kind that has any: publishers, then the host, then listening containers, then container ports.</summary>
    public required ImmutableArray<Wanted> Holders { get; init; }

    /// <summary>Readings that could add a holder of an earlier kind; empty when the answer is complete.</summary>
    public required ImmutableArray<NotRead> Missing { get; init; }

    public Wanted? Only => Holders is [var one] ? one : null;

    /// <param name="except">A stack that is not asked: the dialling one.</param>
    public static PortHolders Of(HostWorld world, int port, string protocol, Sandbox? except)
    {
        bool here(Container c) => except is not null && ReferenceEquals(world.SandboxOf(c), except);
        var publishers = world.PublishersOf(port, protocol).Where(p => !here(p.Container)).DistinctBy(p => p.Container.Id)
            .Select(p => new Wanted(p.Container, p.Publish.ContainerPort, p.Publish, ListenerOf(world, p.Container, p.Publish.ContainerPort, protocol), "publish"))
            .ToImmutableArray();
        if (!publishers.IsEmpty)
        {
            return new PortHolders { Holders = publishers, Missing = [] };
        }

        var missing = ImmutableArray.CreateBuilder<NotRead>();
        // What is published by the dialler itself is held on the host by the engine, not by a service of the host.
        if (!ReferenceEquals(except, world.Host) && !world.PublishersOf(port, protocol).Any())
        {
            var host = Listeners.On(world.Host, port, protocol);
            if (!host.IsKnown)
            {
                missing.Add(host.Missing);
            }
            else if (!host.Value.IsEmpty)
            {
                var best = host.Value.OrderBy(Listeners.LoopbackOnly).First();
                var container = world.Host.Members is [var only] ? only : null;
                return new PortHolders { Holders = [new Wanted(container, port, null, best, "host-listener")], Missing = [] };
            }
        }

        var listening = ImmutableArray.CreateBuilder<Wanted>();
        foreach (var container in world.Containers.Where(c => c.Running && c.Mode is not (NetworkMode.Host or NetworkMode.Shared) && !here(c)))
        {
            var sockets = Listeners.On(world.SandboxOf(container), port, protocol);
            if (!sockets.IsKnown)
            {
                missing.Add(sockets.Missing with { Of = container.Name });
            }
            else if (!sockets.Value.IsEmpty)
            {
                listening.Add(new Wanted(container, port, null, sockets.Value.OrderBy(Listeners.LoopbackOnly).First(), "listener"));
            }
        }

        if (listening.Count > 0)
        {
            return new PortHolders { Holders = listening.ToImmutable(), Missing = missing.ToImmutable() };
        }

        var named = world.Containers.Where(c => !here(c) && c.Mode != NetworkMode.Host)
            .Where(c => c.Exposed.Contains((port, protocol)) || c.Published.Any(p => p.ContainerPort == port && p.Protocol == protocol)
                || (c.Wished ?? []).Any(p => (p.ContainerPort == port || p.HostPort == port) && p.Protocol == protocol))
            .Select(c => new Wanted(c, (c.Wished ?? []).FirstOrDefault(p => p.HostPort == port && p.Protocol == protocol)?.ContainerPort ?? port,
                c.Published.FirstOrDefault(p => p.ContainerPort == port && p.Protocol == protocol), null, "container-port"))
            .ToImmutableArray();
        return new PortHolders { Holders = named, Missing = missing.ToImmutable() };
    }

    private static SocketFact? ListenerOf(HostWorld world, Container container, int port, string protocol)
    {
        var sockets = Listeners.On(world.SandboxOf(container), port, protocol);
        return sockets.IsKnown ? sockets.Value.OrderBy(Listeners.LoopbackOnly).FirstOrDefault() : null;
    }
}
