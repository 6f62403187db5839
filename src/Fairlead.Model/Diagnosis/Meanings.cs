using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Fairlead.Facts;
using Fairlead.Model.Answer;
using Fairlead.Model.Rules;
using Fairlead.Model.World;

namespace Fairlead.Model.Diagnosis;

/// <summary>What the written address stands for inside the source, and whom the person most likely meant (CONTRACT part 2).</summary>
public static class Meanings
{
    public static ImmutableArray<Meaning> Of(Question q) => [.. q.Name.Addresses.Take(8).Select(a => Of(q, a))];

    /// <summary>The candidates, best kind first; one is the meant party, several are each worth a plan.</summary>
    public static ImmutableArray<Wanted> Meant(Question q)
    {
        if (q.Asked.Literal is null && !Causes.HostAliasMissing.IsAlias(q.Asked.Host) && !q.Asked.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            var bearers = Bearers.Anywhere(q.World, q.Asked.Host).Where(c => q.Source is null || c.Id != q.Source.Id).ToImmutableArray();
            if (bearers.IsEmpty)
            {
                bearers = [.. Bearers.Near(q.World, q.Asked.Host).Select(n => n.Container).Take(1)];
            }

            if (!bearers.IsEmpty)
            {
                return [.. bearers.Take(3).Select(c => new Wanted(c, InsidePort(c, q), null, ListenerOf(q, c), "name"))];
            }
        }

        if (q.Address is { } address && !q.ToLoopback && !q.ToHost)
        {
            return q.World.HolderOf(address) is var (holder, _) && holder is not null
                ? [new Wanted(holder, InsidePort(holder, q), null, ListenerOf(q, holder), "address")] : [];
        }

        if (q.Address is null && !Causes.HostAliasMissing.IsAlias(q.Asked.Host))
        {
            return [];
        }

        var holders = PortHolders.Of(q.World, q.Asked.Port, q.Asked.Protocol, q.From.IsHost ? null : q.From).Holders;
        return holders.IsEmpty && q.ToHost ? [new Wanted(null, q.Asked.Port, null, null, "address")] : holders;
    }

    public static Party PartyOf(Wanted wanted) => new()
    {
        Kind = wanted.Container is null ? PartyKinds.Host : PartyKinds.Container,
        Name = wanted.Container?.Name ?? "host",
        Id = wanted.Container?.Id,
        Port = wanted.Port,
        Listener = wanted.Listener is { } l ? new Listener(l.Local.ToString(), l.LocalPort, l.Process?.Name, l.Process?.Pid) : null,
    };

    // A port that a name or a container's own address was written with is the container's, unless it is known to be the one on the host.
    private static int InsidePort(Container c, Question q) =>
        ListenerOf(q, c) is null && c.Published.FirstOrDefault(p => p.HostPort == q.Asked.Port && p.Protocol == q.Asked.Protocol) is { } p
            ? p.ContainerPort : q.Asked.Port;

    private static SocketFact? ListenerOf(Question q, Container c) =>
        Listeners.On(q.World.SandboxOf(c), q.Asked.Port, q.Asked.Protocol) is { IsKnown: true } known ? known.Value.OrderBy(Listeners.LoopbackOnly).FirstOrDefault() : null;

    private static Meaning Of(Question q, IPAddress address)
    {
        var how = q.Name.How;
        Meaning meaning(string what, Party? party, string? network = null) => new() { Address = address.ToString(), Is = what, Party = party, Network = network, How = how };
        var port = q.Asked.Port;
        if (IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) || q.From.Owns(address) == Truth.Yes)
        {
            var own = Listeners.On(q.From, port, q.Asked.Protocol).Or([]);
            return meaning(MeaningKinds.Self, PartyOf(new Wanted(q.Source, port, null, own.IsDefaultOrEmpty ? null : own.FirstOrDefault(l => Listeners.Serves(l, address)), "address")));
        }

        if (q.World.HostOwns(address) == Truth.Yes)
        {
            var published = q.World.PublishersOf(port, q.Asked.Protocol)
                .FirstOrDefault(p => p.Publish.HostIp.Equals(address) || p.Publish.HostIp.Equals(IPAddress.Any) || p.Publish.HostIp.Equals(IPAddress.IPv6Any));
            if (published.Container is not null)
            {
                return meaning(MeaningKinds.Published, PartyOf(new Wanted(published.Container, published.Publish.ContainerPort, published.Publish, null, "publish")));
            }

            var gateway = q.World.Networks.FirstOrDefault(n => n.Subnets.Any(s => address.Equals(s.Gateway)));
            var listener = Listeners.On(q.World.Host, port, q.Asked.Protocol).Or([]);
            return meaning(gateway is null ? MeaningKinds.Host : MeaningKinds.Gateway,
                PartyOf(new Wanted(null, port, null, listener.IsDefaultOrEmpty ? null : listener.FirstOrDefault(l => Listeners.Serves(l, address)), "address")), gateway?.Name);
        }

        if (q.World.HolderOf(address) is { } held)
        {
            return meaning(MeaningKinds.Container, PartyOf(new Wanted(held.Container, port, null, ListenerOf(q, held.Container), "address")), held.Endpoint.NetworkName);
        }

        if (q.World.NetworkContaining(address) is { } network)
        {
            return meaning(network.Driver == "bridge" ? MeaningKinds.Nobody : MeaningKinds.Lan, null, network.Name);
        }

        return q.World.Host.Facts.Addresses.IsKnown || IsPrivate(address)
            ? meaning(IsPrivate(address) ? MeaningKinds.Lan : MeaningKinds.Internet, new Party { Kind = PartyKinds.Outside, Name = address.ToString(), Port = port })
            : meaning(MeaningKinds.Unknown, null);
    }

    private static bool IsPrivate(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            return address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal;
        }

        var b = address.GetAddressBytes();
        return b[0] == 10 || (b[0] == 172 && b[1] is >= 16 and < 32) || (b[0] == 192 && b[1] == 168) || (b[0] == 169 && b[1] == 254) || (b[0] == 100 && b[1] is >= 64 and < 128);
    }
}
