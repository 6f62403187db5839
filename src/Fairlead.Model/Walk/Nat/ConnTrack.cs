using Fairlead.Model.Rules;

namespace Fairlead.Model.Walk;

/// <summary>
/// Connection tracking of each stack, as far as one flow needs it: the first packet makes an entry, nat chains are asked once a direction, answers
/// are put back as the entry says. Destinations change in PREROUTING and OUTPUT, sources in POSTROUTING and INPUT, for answers too.
/// </summary>
internal static class ConnTrack
{
    private const int Syn = 2, Ack = 0x10;

    public static Trip Enter(Trip trip, Stack stack, Hook hook)
    {
        if (hook is Hook.Prerouting or Hook.Output)
        {
            trip = trip.Answering ? FindReply(trip, stack) : FindOrMake(trip, stack);
            if (hook == Hook.Output && trip.Answering)
            {
                trip = BackToSource(trip);
            }
        }

        return trip;
    }

    public static Trip Leave(Trip trip, Stack stack, Hook hook)
    {
        if (trip.Active < 0 || trip.Active >= trip.Tracks.Count)
        {
            return trip;
        }

        if (trip.Packet.State.HasFlag(CtState.Untracked))
        {
            return trip with { Tracks = trip.Tracks.RemoveAt(trip.Active), Active = -1 };
        }

        if (trip.Answering)
        {
            return hook switch
            {
                Hook.Prerouting => BackToSource(trip),
                Hook.Postrouting or Hook.Input => FromDialled(trip),
                _ => trip,
            };
        }

        var entry = trip.Tracks[trip.Active];
        var reply = Tuple4.Of(trip.Packet).Inverse;
        entry = hook switch
        {
            Hook.Prerouting or Hook.Output => entry with { Reply = reply, DestinationBound = true },
            Hook.Postrouting or Hook.Input => entry with { Reply = reply, SourceBound = true },
            _ => entry,
        };
        return trip with
        {
            Tracks = trip.Tracks.SetItem(trip.Active, entry),
            Packet = Marked(trip.Packet, entry),
        };
    }

    /// <summary>Whether nat chains of this hook see the packet: the first packet of a flow, once for each direction of rewriting.</summary>
    public static bool NatAsked(Trip trip, Hook hook)
    {
        if (trip.Active < 0)
        {
            return true;
        }

        var entry = trip.Tracks[trip.Active];
        return hook is Hook.Prerouting or Hook.Output ? !entry.DestinationBound : !entry.SourceBound;
    }

    private static Trip FindOrMake(Trip trip, Stack stack)
    {
        var now = Tuple4.Of(trip.Packet);
        var found = trip.Tracks.FindLastIndex(t => t.StackId == stack.Id && t.Leg == trip.Leg && t.Reply.Inverse.Is(now));
        if (found >= 0)
        {
            return trip with { Active = found };
        }

        if (BeginsNothing(trip.Packet))
        {
            return trip with { Active = -1, Packet = trip.Packet with { State = CtState.Invalid } };
        }

        var entry = new Tracked(stack.Id, trip.Leg, now, now.Inverse, false, false);
        return trip with
        {
            Tracks = trip.Tracks.Add(entry),
            Active = trip.Tracks.Count,
            Packet = Marked(trip.Packet, entry) with { State = CtState.New },
        };
    }

    /// <summary>No connection begins with an answer (tcp_conntracks), nor with an ICMP message that is no question (valid_new).</summary>
    private static bool BeginsNothing(Packet packet) => packet.Protocol switch
    {
        6 => (packet.TcpFlags & Syn) != 0 && (packet.TcpFlags & Ack) != 0,
        1 => packet.IcmpType is >= 0 and not (8 or 13 or 15 or 17),
        58 => packet.IcmpType is >= 0 and not (128 or 139),
        _ => false,
    };

    private static Trip FindReply(Trip trip, Stack stack)
    {
        var now = Tuple4.Of(trip.Packet);
        var found = trip.Tracks.FindLastIndex(t => t.StackId == stack.Id && t.Leg == trip.Leg && (t.Reply.Is(now) || t.Original.Inverse.Is(now)));
        return found < 0
            ? trip with { Active = -1, Packet = trip.Packet with { State = trip.Packet.Protocol == 6 ? CtState.Invalid : CtState.New, DestinationNatted = false, SourceNatted = false } }
            : trip with { Active = found, Packet = Marked(trip.Packet, trip.Tracks[found]) with { State = CtState.Established } };
    }

    private static Trip BackToSource(Trip trip) => trip.Active < 0 ? trip
        : trip with { Packet = trip.Packet with { Destination = trip.Tracks[trip.Active].Original.Source, DestinationPort = trip.Tracks[trip.Active].Original.SourcePort } };

    private static Trip FromDialled(Trip trip) => trip.Active < 0 ? trip
        : trip with { Packet = trip.Packet with { Source = trip.Tracks[trip.Active].Original.Destination, SourcePort = trip.Tracks[trip.Active].Original.DestinationPort } };

    private static Packet Marked(Packet packet, Tracked entry) => packet with
    {
        Original = (entry.Original.Source, entry.Original.SourcePort, entry.Original.Destination, entry.Original.DestinationPort),
        ReplyTuple = (entry.Reply.Source, entry.Reply.SourcePort, entry.Reply.Destination, entry.Reply.DestinationPort),
        DestinationNatted = entry.Reply.SourcePort != entry.Original.DestinationPort || !Stack.Same(entry.Reply.Source, entry.Original.Destination),
        SourceNatted = entry.Reply.DestinationPort != entry.Original.SourcePort || !Stack.Same(entry.Reply.Destination, entry.Original.Source),
    };
}
