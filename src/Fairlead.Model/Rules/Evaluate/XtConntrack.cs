using System.Net;

namespace Fairlead.Model.Rules.Evaluate;

/// <summary>The conntrack match, revisions 1 to 3 (struct xt_conntrack_mtinfo1..3), as net/netfilter/xt_conntrack.c asks it.</summary>
internal static class XtConntrack
{
    private const int State = 1, Protocol = 2, OriginalSource = 4, OriginalDestination = 8, ReplySource = 16, ReplyDestination = 32, Status = 64,
        Expires = 128, OriginalSourcePort = 256, OriginalDestinationPort = 512, ReplySourcePort = 1024, ReplyDestinationPort = 2048, Direction = 4096;

    private const uint Snat = 0x40, Dnat = 0x80, Untracked = 0x100;

    public static uint StateBit(Scene scene)
    {
        var state = scene.State;
        return (uint)(state & ~CtState.Untracked) | ((state & CtState.Untracked) != 0 ? Untracked : 0);
    }

    public static Truth Test(Blob blob, int revision, Scene scene)
    {
        int flags = blob.U16(146), inverted = blob.U16(148);
        var (stateMask, statusMask) = revision == 1 ? (blob.U8(150), blob.U8(151)) : ((uint)blob.U16(150), (uint)blob.U16(152));
        if ((flags & State) != 0)
        {
            var bit = StateBit(scene);
            if (scene.HasEntry) bit |= (scene.Packet.SourceNatted ? Snat : 0) | (scene.Packet.DestinationNatted ? Dnat : 0);
            if ((stateMask & bit) != 0 == ((inverted & State) != 0)) return Truth.No;
        }
        if (!scene.HasEntry) return Truths.Of((flags & State) != 0);
        var packet = scene.Packet;
        var truth = Truth.Yes;
        Ask(Direction, Truths.Of(!packet.Reply), ref truth);
        Ask(Protocol, Truths.Of(blob.U16(136) == packet.Protocol), ref truth);
        var (original, reply) = (scene.OriginalTuple, scene.ReplyTuple);
        Ask(OriginalSource, Inside(original.Source, blob, 0), ref truth);
        Ask(OriginalDestination, Inside(original.Destination, blob, 32), ref truth);
        Ask(ReplySource, Inside(reply.Source, blob, 64), ref truth);
        Ask(ReplyDestination, Inside(reply.Destination, blob, 96), ref truth);
        Ask(OriginalSourcePort, Port(original.SourcePort, blob, 138, 154, revision, packet), ref truth);
        Ask(OriginalDestinationPort, Port(original.DestinationPort, blob, 140, 156, revision, packet), ref truth);
        Ask(ReplySourcePort, Port(reply.SourcePort, blob, 142, 158, revision, packet), ref truth);
        Ask(ReplyDestinationPort, Port(reply.DestinationPort, blob, 144, 160, revision, packet), ref truth);
        var (bits, known) = scene.Status;
        Ask(Status, (bits & known & statusMask) != 0 ? Truth.Yes : (statusMask & ~known) != 0 ? Truth.Unknown : Truth.No, ref truth);
        Ask(Expires, Truth.Unknown, ref truth);
        return truth;

        void Ask(int what, Truth answer, ref Truth sofar)
        {
            if ((flags & what) != 0) sofar = Truths.And(sofar, Truths.Flip(answer, (inverted & what) != 0));
        }
    }

    private static Truth Inside(IPAddress address, Blob blob, int at)
    {
        var bytes = address.GetAddressBytes();
        var wanted = blob.Bytes(at, 16);
        var mask = blob.Bytes(at + 16, 16);
        for (var i = 0; i < bytes.Length; i++)
        {
            if (((bytes[i] ^ wanted[i]) & mask[i]) != 0) return Truth.No;
        }
        return Truth.Yes;
    }

    // Revisions 1 and 2 hold one port in network order, 3 a range in host order.
    private static Truth Port(int port, Blob blob, int at, int high, int revision, Packet packet)
    {
        int from = revision == 3 ? blob.U16(at) : blob.Net16(at), to = revision == 3 ? blob.U16(high) : from;
        var free = packet.SourcePortFree && port == packet.SourcePort || packet.DestinationPortFree && port == packet.DestinationPort;
        if (!free) return Truths.Of(port >= from && port <= to);
        if (from <= PacketView.EphemeralFrom && to >= PacketView.EphemeralTo) return Truth.Yes;
        return to < PacketView.EphemeralFrom || from > PacketView.EphemeralTo ? Truth.No : Truth.Unknown;
    }
}
