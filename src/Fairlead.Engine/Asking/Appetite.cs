using System.Collections.Immutable;
using Fairlead.Facts;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Rules;
using Fairlead.Model.Walk;
using Fairlead.Model.World;

namespace Fairlead.Engine.Asking;

/// <summary>What a question still needs to be read. Pure: the question so far in, wishes out.</summary>
/// <param name="Containers">Ids whose namespace is wanted.</param>
/// <param name="Inspects">Ids of which the inspect alone is wanted.</param>
/// <param name="Listeners">The listeners of every container.</param>
/// <param name="Holders">Inodes of host sockets whose process is wanted.</param>
public sealed record Appetite(bool Host, ImmutableArray<string> Containers, ImmutableArray<string> Inspects, bool Listeners, ImmutableArray<ulong> Holders)
{
    private const int MostStopped = 40;

    /// <summary>What can be known from the lists alone: read before anything is walked.</summary>
    public static Appetite First(HostWorld world, Container? source, Asked asked)
    {
        var wanted = new HashSet<string>();
        if (source is not null)
        {
            wanted.Add(world.Owner(source).Id);
        }

        void add(Container c)
        {
            if (c.Running)
            {
                wanted.Add(world.Owner(c).Id);
            }
        }

        if (asked.Literal is { } literal && world.HolderOf(literal) is { } held)
        {
            add(held.Container);
        }

        foreach (var (container, _) in world.PublishersOf(asked.Port, asked.Protocol))
        {
            add(container);
        }

        var bearers = asked.Literal is null ? Bearers.Anywhere(world, asked.Host) : [];
        foreach (var bearer in bearers.Take(8))
        {
            add(bearer);
        }

        return new Appetite(true, [.. wanted.Order(StringComparer.Ordinal)], [.. bearers.Where(b => !b.Running).Take(8).Select(b => b.Id)], false, []);
    }

    /// <summary>What the walk found wanting.</summary>
    public static Appetite Next(Question q, IReadOnlySet<string> looked, bool listenersRead)
    {
        var world = q.World;
        var wanted = new HashSet<string>();
        var inspects = new HashSet<string>();
        foreach (var missing in q.Paths.SelectMany(p => p.Unread).Concat(q.Name.Unread).Where(n => n.Why == WhyNot.NotAsked))
        {
            if (world.Listed.FirstOrDefault(c => c.Name == missing.Of && c.Running) is { } container)
            {
                wanted.Add(world.Owner(container).Id);
            }
        }

        var listeners = false;
        var holders = ImmutableArray<ulong>.Empty;
        // Inside another container whoever else has the port was not meant, and neither where the name is somebody's.
        if ((q.Stop is { Kind: HopKind.Listen, Result: HopResult.Nothing or HopResult.Unknown } && (q.StopsAtSource || q.StopsAtHost)) || Asks(q))
        {
            var found = PortHolders.Of(world, q.Asked.Port, q.Asked.Protocol, q.From.IsHost ? null : q.From);
            listeners = !listenersRead && q.ToLoopback && q.StopsAtSource && (found.Holders.IsEmpty || found.Holders[0].By == "container-port")
                && found.Missing.Any(m => m.Why == WhyNot.NotAsked);
            holders = [.. found.Holders.Where(h => h.By == "host-listener" && h.Listener is { Process: null, Inode: > 0 }).Select(h => h.Listener!.Inode)];
            foreach (var holder in found.Holders.Where(h => h.Container is { Running: true }).Take(4))
            {
                wanted.Add(world.Owner(holder.Container!).Id);
            }

            if (found.Holders.IsEmpty || (q.StopsAtHost && found.Holders[0].By == "container-port"))
            {
                Stopped(world, inspects);
            }
        }

        if (q.Path is null && Bearers.Anywhere(world, q.Asked.Host).IsEmpty)
        {
            // A hostname is in the inspect only; no other name of a container is.
            foreach (var c in world.Containers.Where(c => !c.Inspected).Take(MostStopped))
            {
                inspects.Add(c.Id);
            }
        }

        if (q.Stop.Kind is HopKind.Neighbour)
        {
            Stopped(world, inspects);
        }

        foreach (var c in q.Name.Bearers.Where(c => !c.Inspected))
        {
            inspects.Add(c.Id);
        }

        wanted.ExceptWith(looked);
        inspects.RemoveWhere(id => world.ById(id) is null or { Inspected: true });
        return new Appetite(false, [.. wanted.Order(StringComparer.Ordinal)], [.. inspects.Order(StringComparer.Ordinal)], listeners, holders);
    }

    public bool IsEmpty => !Host && Containers.IsEmpty && Inspects.IsEmpty && !Listeners && Holders.IsEmpty;

    private static bool Asks(Question q) => q.Path is null && q.Asked.Literal is null && Bearers.Anywhere(q.World, q.Asked.Host).IsEmpty;

    private static void Stopped(HostWorld world, HashSet<string> inspects)
    {
        foreach (var c in world.Stopped().Where(c => !c.Inspected).Take(MostStopped))
        {
            inspects.Add(c.Id);
        }
    }
}
