using System.Buffers.Binary;
using System.Net;

namespace Fairlead.Model.Rules.Evaluate;

/// <summary>Parts of a rule that act.</summary>
internal static class Effects
{
    private const int MetaMark = 3, CtMark = 3;

    /// <summary>Does nothing that a later rule or the way of the packet could depend on.</summary>
    public static bool IsPassive(Part part) => part switch
    {
        CounterPart or LogPart or LastPart or DupPart or OffloadPart => true,
        ObjectPart { Type: not 10 } => true,
        Assign { To: { Source: ValueSource.Meta, Key: not MetaMark } } => true,
        Assign { To: { Source: ValueSource.Ct, Key: not CtMark } } => true,
        Assign { To.Source: not (ValueSource.Meta or ValueSource.Ct or ValueSource.Payload) } => true,
        Assign { To: { Source: ValueSource.Payload } to } => !Rewrites(to),
        XtRead { Raw.Target: true } target => XtActions.IsPassive(target),
        _ => false,
    };

    public static Packet Assigned(Packet packet, Operand to, byte[] value, bool tracked, out string did)
    {
        did = "";
        if (to.Source == ValueSource.Meta && value.Length >= 4)
        {
            var mark = BinaryPrimitives.ReadUInt32LittleEndian(value);
            did = $"mark 0x{mark:x}";
            return packet with { Mark = mark };
        }
        if (to.Source == ValueSource.Ct && value.Length >= 4)
        {
            if (!tracked) return packet;
            var mark = BinaryPrimitives.ReadUInt32LittleEndian(value);
            did = $"ct mark 0x{mark:x}";
            return packet with { ConnMark = mark };
        }
        return to.Source == ValueSource.Payload ? Rewritten(packet, to, value, out did) : packet;
    }

    // Addresses and ports written into the packet without conntrack ("stateless NAT").
    private static bool Rewrites(Operand to) => to.Base switch
    {
        1 => to.Length is 4 or 16 && to.Offset is 8 or 12 or 16 or 24,
        2 => to.Length == 2 && to.Offset is 0 or 2,
        _ => false,
    };

    private static Packet Rewritten(Packet packet, Operand to, byte[] value, out string did)
    {
        did = "";
        if (to.Base == 2 && value.Length >= 2)
        {
            var port = BinaryPrimitives.ReadUInt16BigEndian(value);
            did = $"port {port}";
            return to.Offset == 0 ? packet with { SourcePort = port, SourcePortFree = false } : packet with { DestinationPort = port, DestinationPortFree = false };
        }
        if (to.Base != 1 || value.Length != (packet.V6 ? 16 : 4)) return packet;
        var address = new IPAddress(value);
        did = $"address {address}";
        return to.Offset == (packet.V6 ? 8 : 12) ? packet with { Source = address } : to.Offset == (packet.V6 ? 24 : 16) ? packet with { Destination = address } : packet;
    }
}
