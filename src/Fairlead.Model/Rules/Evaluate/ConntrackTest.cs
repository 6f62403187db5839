using System.Net;
using Fairlead.Model.Rules.Decode;

namespace Fairlead.Model.Rules.Evaluate;

/// <summary>The conntrack match, as net/netfilter/xt_conntrack.c asks it.</summary>
internal static class ConntrackTest
{
    private const uint Snat = 0x40, Dnat = 0x80, Untracked = 0x100;

    public static uint StateBit(Scene scene)
    {
        var state = scene.State;
        return (uint)(state & ~CtState.Untracked) | ((state & CtState.Untracked) != 0 ? Untracked : 0);
    }

    public static Truth Ask(XtConntrack wanted, Scene scene)
    {
        if (wanted.Has(XtConntrackFlags.State))
        {
            var bit = StateBit(scene);
            if (scene.HasEntry) bit |= (scene.Packet.SourceNatted ? Snat : 0) | (scene.Packet.DestinationNatted ? Dnat : 0);
            if ((bit & (uint)wanted.State) != 0 == wanted.Inverted(XtConntrackFlags.State)) return Truth.No;
        }
        // Without an entry only the state can be asked.
        if (!scene.HasEntry) return Truths.Of(wanted.Has(XtConntrackFlags.State));
        var packet = scene.Packet;
        var (original, reply) = (scene.OriginalTuple, scene.ReplyTuple);
        var truth = One(XtConntrackFlags.Direction, () => Truths.Of(!packet.Reply));
        truth = Truths.And(truth, One(XtConntrackFlags.Protocol, () => Truths.Of(wanted.Protocol == packet.Protocol)));
        truth = Truths.And(truth, One(XtConntrackFlags.OriginalSource, () => Inside(original.Source, wanted.OriginalSource)));
        truth = Truths.And(truth, One(XtConntrackFlags.OriginalDestination, () => Inside(original.Destination, wanted.OriginalDestination)));
        truth = Truths.And(truth, One(XtConntrackFlags.ReplySource, () => Inside(reply.Source, wanted.ReplySource)));
        truth = Truths.And(truth, One(XtConntrackFlags.ReplyDestination, () => Inside(reply.Destination, wanted.ReplyDestination)));
        truth = Truths.And(truth, One(XtConntrackFlags.OriginalSourcePort, () => Port(original.SourcePort, wanted.OriginalSourcePort, packet)));
        truth = Truths.And(truth, One(XtConntrackFlags.OriginalDestinationPort, () => Port(original.DestinationPort, wanted.OriginalDestinationPort, packet)));
        truth = Truths.And(truth, One(XtConntrackFlags.ReplySourcePort, () => Port(reply.SourcePort, wanted.ReplySourcePort, packet)));
        truth = Truths.And(truth, One(XtConntrackFlags.ReplyDestinationPort, () => Port(reply.DestinationPort, wanted.ReplyDestinationPort, packet)));
        truth = Truths.And(truth, One(XtConntrackFlags.Status, () => Status(scene, (uint)wanted.Status)));
        return Truths.And(truth, One(XtConntrackFlags.Expires, () => Truth.Unknown));

        Truth One(XtConntrackFlags what, Func<Truth> answer) => wanted.Has(what) ? Truths.Flip(answer(), wanted.Inverted(what)) : Truth.Yes;
    }

    private static Truth Status(Scene scene, uint mask)
    {
        var (bits, known) = scene.Status;
        return (bits & known & mask) != 0 ? Truth.Yes : (mask & ~known) != 0 ? Truth.Unknown : Truth.No;
    }

    private static Truth Inside(IPAddress address, XtAddress wanted)
    {
        var bytes = address.GetAddressBytes();
        if (bytes.Length != wanted.Address.Length) return Truth.No;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (((bytes[i] ^ wanted.Address[i]) & wanted.Mask[i]) != 0) return Truth.No;
        }
        return Truth.Yes;
    }

    private static Truth Port(int port, XtRange wanted, Packet packet)
    {
        var free = (packet.SourcePortFree && port == packet.SourcePort) || (packet.DestinationPortFree && port == packet.DestinationPort);
        return PacketView.PortIn(port, free, wanted.From, wanted.To);
    }
}
