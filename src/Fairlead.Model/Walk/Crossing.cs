using System.Collections.Immutable;
using Fairlead.Model.Rules;
using Fairlead.Model.World;

namespace Fairlead.Model.Walk;

/// <summary>How a packet may end in one stack.</summary>
public enum CrossedEnd
{
    /// <summary>It leaves by a link.</summary>
    Leaves,
    /// <summary>It reaches a process, or the place where one would listen.</summary>
    Arrives,
    /// <summary>It vanishes.</summary>
    Dropped,
    /// <summary>It is answered with a refusal.</summary>
    Rejected,
    /// <summary>It cannot be said.</summary>
    Unknown,
}

/// <summary>One way in which a packet may cross a stack.</summary>
/// <param name="Packet">The packet as it is there.</param>
/// <param name="Outcome">For a refusal: what a client sees of it.</param>
/// <param name="By">The rule or policy that ended it; null where it was none.</param>
/// <param name="Sure">False where something unread or undecided stands behind this ending.</param>
/// <param name="Assumed">Rules that this way assumed one way or the other.</param>
public sealed record Crossed(CrossedEnd End, Packet Packet, string Outcome, RuleStep? By, bool Sure, ImmutableArray<RuleStep> Assumed)
{
    internal Trip Trip { get; init; } = null!;
}

/// <summary>One packet through one stack: the walk's own steps, without who sends it and what lies behind the links. For comparing the model with a kernel.</summary>
public static class Crossing
{
    /// <summary>Every way the packet may take; <see cref="Packet.In"/> is the link by which it comes, null for a packet that is made here.</summary>
    public static ImmutableArray<Crossed> Of(HostWorld world, Sandbox sandbox, Packet packet) => Enter(world, sandbox, packet, null);

    /// <summary>An answer to a packet that crossed before, with what connection tracking remembers of it.</summary>
    public static ImmutableArray<Crossed> Answer(HostWorld world, Sandbox sandbox, Crossed request, Packet answer) => Enter(world, sandbox, answer, request.Trip);

    /// <summary>A frame between two ports of a bridge, where br_netfilter shows it to the rules of IP.</summary>
    /// <param name="request">What this frame answers, or null.</param>
    public static ImmutableArray<Crossed> Bridged(HostWorld world, Sandbox sandbox, Packet packet, string bridge, string from, string to, Crossed? request = null)
    {
        var (context, stack, trip) = Begin(world, sandbox, packet, request?.Trip);
        if (stack.LinkByName(bridge) is not { } link || stack.LinkByName(from) is not { } inPort || stack.LinkByName(to) is not { } outPort)
        {
            return [];
        }

        trip = trip with { Packet = packet with { In = bridge, Out = null, PhysIn = from, PhysOut = null, Bridged = true } };
        var ends = Then(Gate.PassBridge(context, trip, stack, Hook.Prerouting, inPort, null), a =>
            Then(Gate.Pass(context, a, stack, Hook.Prerouting, link, null), b =>
            {
                b = b with { Packet = b.Packet with { Out = bridge, PhysOut = to } };
                return Then(Gate.PassBridge(context, b, stack, Hook.Forward, inPort, outPort), c =>
                    Then(Gate.Pass(context, c, stack, Hook.Forward, link, link), d =>
                    Then(Gate.Pass(context, d, stack, Hook.Postrouting, link, link), e =>
                        e.Add(HopKind.Outside, stack, HopResult.Deliver, $"leaves by {to}").Ends(Facts.Outcome.LeavesHost))));
            }));
        return [.. ends.Select(Told)];
    }

    private static ImmutableArray<Crossed> Enter(HostWorld world, Sandbox sandbox, Packet packet, Trip? before)
    {
        var (context, stack, trip) = Begin(world, sandbox, packet, before);
        var journey = new Journey(context);
        if (packet.In is null)
        {
            return [.. journey.Out(trip, stack).Select(Told)];
        }

        return stack.LinkByName(packet.In) is { } link ? [.. journey.In(trip, stack, link, stack.LinkByName(packet.PhysIn)).Select(Told)] : [];
    }

    private static (WalkContext, Stack, Trip) Begin(HostWorld world, Sandbox sandbox, Packet packet, Trip? before)
    {
        var context = new WalkContext(world);
        var stack = context.StackOf(sandbox);
        var trip = new Trip { Packet = packet, Client = stack, Dialled = Tuple4.Of(packet) };
        if (before is not null)
        {
            trip = trip with { Tracks = before.Tracks, Unsure = before.Unsure, Arrived = t => t.Ends(Facts.Outcome.Ok) };
        }

        return (context, stack, trip);
    }

    private static IReadOnlyList<Ending> Then(IReadOnlyList<Passage> ways, Func<Trip, IReadOnlyList<Ending>> onwards) =>
        [.. ways.SelectMany(w => w.Ending is { } end ? [end] : onwards(w.Trip))];

    private static Crossed Told(Ending ending)
    {
        var trip = ending.Trip;
        var end = ending.Stop switch
        {
            { Result: HopResult.Unknown } => CrossedEnd.Unknown,
            { Kind: HopKind.Outside } => CrossedEnd.Leaves,
            { Kind: HopKind.Listen or HopKind.Accept } => CrossedEnd.Arrives,
            { Kind: HopKind.Filter, Result: HopResult.Reject } => CrossedEnd.Rejected,
            { Kind: HopKind.Filter or HopKind.Link, Result: HopResult.Drop } => CrossedEnd.Dropped,
            { Kind: HopKind.Route, Result: HopResult.Nothing } => CrossedEnd.Rejected,
            _ => ending.Outcome == Facts.Outcome.Timeout ? CrossedEnd.Dropped : CrossedEnd.Arrives,
        };
        return new Crossed(end, trip.Packet, ending.Outcome, ending.Stop.Rule, !trip.Unsure && end != CrossedEnd.Unknown, [.. trip.Assumed]) { Trip = trip };
    }
}
