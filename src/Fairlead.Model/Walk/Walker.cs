using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Fairlead.Facts;
using Fairlead.Model.Rules;
using Fairlead.Model.World;

namespace Fairlead.Model.Walk;

/// <summary>
/// The model of the network, the product's first witness: follows one connection from the stack that dials to a listener and the answer's way
/// back, over facts that were read. Where something was not read it goes on by what the engine's generation says and the answer is not certain.
/// </summary>
public static class Walker
{
    /// <summary>Walks to one address. Pure; bounded by 64 branches of 32 hops.</summary>
    public static WalkPath Walk(HostWorld world, WalkQuestion question)
    {
        var context = new WalkContext(world);
        var stack = context.StackOf(question.From);
        var address = Meant(question.Address);
        var trip = new Trip { Packet = First(address, question.Port, question.Protocol), Client = stack, Dialled = new Tuple4(IPAddress.Any, 0, address, question.Port) };
        if (question.Dialler is { Running: false } stopped)
        {
            trip = (trip with { Unsure = true }).Add(HopKind.Source, stack, HopResult.Unknown, $"{stopped.Name} is not running ({stopped.State})", "docker inspect");
        }

        if (question.Port is < 1 or > 65535)
        {
            return Merge(question, [trip.Add(HopKind.Source, stack, HopResult.Nothing, $"no such port: {question.Port}").End(Outcome.InvalidTarget)]);
        }

        return Merge(question, new Journey(context).Out(trip, stack));
    }

    /// <summary>The first packet of a flow, before a source is chosen.</summary>
    internal static Packet First(IPAddress address, int port, string protocol) => new()
    {
        Protocol = protocol == "udp" ? 17 : 6,
        Source = address.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any,
        SourcePort = 0,
        SourcePortFree = true,
        Destination = address,
        DestinationPort = port,
        TcpFlags = protocol == "udp" ? 0 : 2,
    };

    /// <summary>The kernel takes the unspecified address for loopback, and a mapped one for IPv4.</summary>
    private static IPAddress Meant(IPAddress address)
    {
        address = WalkContext.Plain(address);
        return address.Equals(IPAddress.Any) ? IPAddress.Loopback : address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : address;
    }

    /// <summary>One answer from all branches: theirs where they agree, else unknown with the rules that make them differ.</summary>
    private static WalkPath Merge(WalkQuestion question, IReadOnlyList<Ending> endings)
    {
        var agreed = endings.Select(e => e.Outcome).Distinct().Count() == 1;
        // Where ways differ the one that fails is shown: it is what the reader must rule out.
        var shown = endings.FirstOrDefault(e => agreed || e.Outcome != Outcome.Ok) ?? endings[0];
        var trip = shown.Trip;
        var sure = agreed && endings.All(e => !e.Trip.Unsure) && shown.Outcome != Outcome.Unknown;
        return new WalkPath
        {
            Address = question.Address,
            Outcome = agreed ? shown.Outcome : Outcome.Unknown,
            Certain = sure,
            Steps = [.. trip.Steps],
            Stop = shown.Stop,
            Unread = [.. endings.SelectMany(e => e.Trip.Unread).DistinctBy(u => (u.What, u.Of))],
            Undecided = agreed ? [] : [.. endings.SelectMany(e => e.Trip.Assumed).Distinct()],
            Target = trip.Target?.Sandbox,
            TargetAddress = trip.TargetAddress,
            TargetPort = trip.TargetPort,
            ThroughProxy = trip.ThroughProxy,
            Notes = [.. endings.SelectMany(e => e.Trip.Notes).Distinct()],
        };
    }
}
