using System.Collections.Immutable;
using Fairlead.Facts;
using Fairlead.Model.Rules;
using FactLink = Fairlead.Facts.Link;
using Rejects = Fairlead.Model.Rules.Evaluate.Rejects;

namespace Fairlead.Model.Walk;

/// <summary>One way through a hook: the trip goes on, or has ended.</summary>
internal readonly record struct Passage(Trip Trip, Ending? Ending);

/// <summary>A hook of one stack: connection tracking, the rules of every table, the rewriting that they order.</summary>
internal static class Gate
{
    public static IReadOnlyList<Passage> Pass(WalkContext context, Trip trip, Stack stack, Hook hook, FactLink? inLink, FactLink? outLink)
    {
        trip = ConnTrack.Enter(trip, stack, hook);
        var ways = new List<Passage>();
        foreach (var way in Rules(context, trip, stack, hook, inLink, outLink, bridgeFamily: false))
        {
            ways.Add(way.Ending is null ? way with { Trip = ConnTrack.Leave(way.Trip, stack, hook) } : way);
        }

        return ways;
    }

    /// <summary>The tables of the bridge family: frames between ports meet them whatever br_netfilter says.</summary>
    public static IReadOnlyList<Passage> PassBridge(WalkContext context, Trip trip, Stack stack, Hook hook, FactLink? inPort, FactLink? outPort)
    {
        var known = stack.Sandbox.Rules;
        if (!known.IsKnown || !known.Value.Tables.Any(t => t.Family == TableFamily.Bridge) && !known.Value.ForeignHooks.Any(f => f.Family == (int)TableFamily.Bridge))
        {
            return [new Passage(trip, null)];
        }

        var kept = trip.Packet;
        var framed = trip with { Packet = kept with { In = inPort?.Name, Out = outPort?.Name } };
        return [.. Rules(context, framed, stack, hook, inPort, outPort, bridgeFamily: true)
            .Select(w => w with { Trip = w.Trip with { Packet = w.Trip.Packet with { In = kept.In, Out = kept.Out } } })];
    }

    private static IReadOnlyList<Passage> Rules(WalkContext context, Trip trip, Stack stack, Hook hook, FactLink? inLink, FactLink? outLink, bool bridgeFamily)
    {
        if (stack.RulesMissing is { } missing)
        {
            return stack.IsHost ? DockerRules.Guess(context, trip, stack, hook, outLink, missing) : [new Passage(Unread(trip, stack, missing), null)];
        }

        var rules = stack.Sandbox.Rules;
        if (!rules.IsKnown)
        {
            return [new Passage(Unread(trip, stack, rules.Missing), null)];
        }

        if (rules.Value.Received != rules.Value.Decoded || !rules.Value.Stable)
        {
            trip = Unread(trip, stack, new NotRead(Readings.Rules, stack.At, rules.Value.Stable ? WhyNot.Damaged : WhyNot.Timeout));
        }

        foreach (var part in rules.Value.NotRead)
        {
            trip = Unread(trip, stack, part);
        }

        var withNat = !trip.Answering && ConnTrack.NatAsked(trip, hook);
        var branches = HookRunner.Run(rules.Value, stack, hook, trip.Packet, withNat, bridgeFamily);
        if (!context.Fork(branches.Count - 1))
        {
            return [new Passage(trip, trip.Add(HopKind.Filter, stack, HopResult.Unknown, $"more than {WalkContext.MaxBranches} ways to follow").End(Outcome.Unknown))];
        }

        return [.. branches.Select(b => One(trip, stack, hook, b, inLink, outLink))];
    }

    private static Trip Unread(Trip trip, Stack stack, NotRead missing)
    {
        var first = !trip.Unread.Any(u => u.What == missing.What && u.Of == missing.Of);
        var noted = trip.Missing(missing, "filter", "nat");
        return first ? noted.Add(HopKind.Filter, stack, HopResult.Unknown, "packet rules not read", more: s => s with { Unread = missing }) : noted;
    }

    private static Passage One(Trip trip, Stack stack, Hook hook, HookBranch branch, FactLink? inLink, FactLink? outLink)
    {
        var before = trip.Packet;
        var packet = Rewriting.Finish(stack, hook, branch, inLink, outLink);
        trip = trip with
        {
            Assumed = trip.Assumed.AddRange(branch.Assumed),
            Notes = trip.Notes.AddRange(branch.Notes),
        };
        foreach (var assumed in branch.Assumed)
        {
            trip = trip.Add(HopKind.Filter, stack, HopResult.Unknown, $"{hook.ToString().ToUpperInvariant()}: {assumed.Text}: {assumed.Did}", From(assumed), s => s with { Rule = assumed });
        }

        var nat = !Tuple4.Of(before).Is(Tuple4.Of(packet));
        foreach (var step in branch.Steps.Take(branch.Steps.Length - 1))
        {
            trip = trip.Add(step.Chain.Type == "nat" ? HopKind.Nat : HopKind.Filter, stack, HopResult.Pass, Did(hook, step), From(step), s => s with { Rule = step });
        }

        var last = branch.Steps.Length > 0 ? branch.Steps[^1] : null;
        trip = trip with { Packet = packet };
        Trip Last(HopKind kind, HopResult result, string otherwise) =>
            trip.Add(kind, stack, result, last is null ? otherwise : Did(hook, last), last is null ? "" : From(last), s => s with { Rule = last });

        // send(2) of a datagram fails at once (EPERM), whatever the rule answers.
        var atOwnEnd = hook == Hook.Output && !trip.Answering && trip.Protocol == "udp" && trip.Leg == 1;
        switch (branch.End)
        {
            case HookEnd.Accept:
                if (nat)
                {
                    var to = Tuple4.Of(packet).Destination.Equals(before.Destination) && packet.DestinationPort == before.DestinationPort
                        ? $"source becomes {packet.Source}" : $"destination becomes {Shown(packet)}";
                    return new Passage(trip.Add(HopKind.Nat, stack, HopResult.Rewrite, to, last is null ? "" : From(last), s => s with { Rule = last }), null);
                }

                if (last is not null || (hook is Hook.Input or Hook.Forward && stack.IsHost))
                {
                    trip = Last(HopKind.Filter, HopResult.Pass, $"{hook.ToString().ToUpperInvariant()}: no rule stops it");
                }

                return new Passage(trip, null);
            case HookEnd.Drop:
                return Ended(Last(HopKind.Filter, HopResult.Drop, $"dropped in {hook.ToString().ToUpperInvariant()}"),
                    atOwnEnd ? Outcome.Denied : Outcome.Timeout);
            case HookEnd.Reject:
                return Ended(Last(HopKind.Filter, HopResult.Reject, $"rejected in {hook.ToString().ToUpperInvariant()}"),
                    trip.Answering ? Outcome.Timeout : atOwnEnd ? Outcome.Denied : Rejects.Outcome(branch.Reject, before.V6, before.Protocol).Outcome);
            default:
                return Ended(Last(HopKind.Filter, HopResult.Unknown, $"{branch.End.ToString().ToLowerInvariant()} in {hook.ToString().ToUpperInvariant()}") with { Unsure = true }, Outcome.Unknown);
        }
    }

    private static Passage Ended(Trip trip, string outcome) => new(trip, trip.End(outcome));

    private static string Shown(Packet p) => p.V6 ? $"[{p.Destination}]:{p.DestinationPort}" : $"{p.Destination}:{p.DestinationPort}";

    private static string Did(Hook hook, RuleStep step) => step.Rule is null ? $"{hook.ToString().ToUpperInvariant()}: {step.Text}" : step.Text;

    private static string From(RuleStep step) => $"table {step.Table.Name}, chain {step.Chain.Name}";
}
