using System.Collections.Immutable;
using System.Net;

namespace Fairlead.Model.Rules.Evaluate;

/// <summary>What an xt target does.</summary>
internal abstract record XtEffect
{
    internal sealed record Verdict(VerdictCode Code) : XtEffect;

    internal sealed record Reject(RejectKind Kind) : XtEffect;

    internal sealed record Nat(ImmutableArray<Mapping>? Choices) : XtEffect;

    internal sealed record Ends(HookEnd How, string Did, Packet? After = null) : XtEffect;

    internal sealed record Changes(Packet Packet, string Did) : XtEffect;

    internal sealed record Unknown : XtEffect;
}

/// <summary>The xt targets, by name and revision; layouts in docs/kernel-rules.md.</summary>
internal static class XtTargets
{
    public static bool IsPassive(XtPart target) => target.Name is "LOG" or "NFLOG" or "ULOG" or "TRACE" or "AUDIT" or "TCPMSS" or "TCPOPTSTRIP" or "CLASSIFY" or "DSCP"
        or "TOS" or "TTL" or "HL" or "CHECKSUM" or "SET" or "SECMARK" or "CONNSECMARK" or "RATEEST" or "IDLETIMER" or "LED" or "ECN" or "TEE" or "NFACCT";

    public static XtEffect Of(XtPart part, Packet packet, Scene scene)
    {
        var blob = new Blob(part.Info);
        switch (part.Name, part.Revision)
        {
            case ("REJECT", 0) when blob.Length >= 4:
                return new XtEffect.Reject(Rejects.OfTarget(blob.U32(0), packet.V6));
            case ("DNAT" or "SNAT", 2) when blob.Length >= 40:
                return Nat(part.Name, Range(blob, packet.V6, blob.Net16(40)));
            case ("DNAT" or "SNAT", 1) when blob.Length >= 40:
                return Nat(part.Name, Range(blob, packet.V6, 0));
            case ("DNAT" or "SNAT" or "MASQUERADE" or "REDIRECT" or "NETMAP", 0) when blob.Length >= 20:
                return Nat(part.Name, packet.V6 && blob.Length >= 40 ? Range(blob, true, 0) : OldRange(blob));
            case ("MARK", 2) when blob.Length >= 8:
                return Mark(packet, packet.Mark & ~blob.U32(4) ^ blob.U32(0));
            case ("MARK", 1) or ("MARK", 0): return new XtEffect.Unknown();
            case ("CONNMARK", 1) when blob.Length >= 13: return ConnMark(blob, blob.U8(12), 0, packet, scene);
            case ("CONNMARK", 2) when blob.Length >= 15: return ConnMark(blob, blob.U8(14), blob.U8(12) == 0 ? blob.U8(13) : -blob.U8(13), packet, scene);
            case ("NOTRACK", 0): return Untracked(packet, scene);
            case ("CT", 0 or 1 or 2) when blob.Length >= 2:
                return (blob.U16(0) & 1) != 0 ? Untracked(packet, scene) : new XtEffect.Changes(packet, "");
            case ("TPROXY", 0 or 1) when blob.Length >= 8:
                return new XtEffect.Ends(HookEnd.Tproxy, "tproxy", packet with { Mark = packet.Mark & ~blob.U32(0) ^ blob.U32(4) });
            case ("NFQUEUE", _): return new XtEffect.Ends(HookEnd.Queue, "queue");
            case ("SYNPROXY", _): return packet.Protocol == 6 ? new XtEffect.Ends(HookEnd.Stolen, "answered by SYNPROXY") : new XtEffect.Changes(packet, "");
            default: return new XtEffect.Unknown();
        }

        XtEffect Nat(string name, NatRange range) => new XtEffect.Nat(Mappings.Of(name.ToLowerInvariant(), range, scene));
    }

    // nf_nat_range and nf_nat_range2.
    private static NatRange Range(Blob blob, bool v6, int basePort)
    {
        var flags = blob.U32(0);
        var length = v6 ? 16 : 4;
        return new NatRange(flags, new IPAddress(blob.Bytes(4, length)), new IPAddress(blob.Bytes(20, length)), blob.Net16(36), blob.Net16(38), basePort);
    }

    // nf_nat_ipv4_multi_range_compat: the number of ranges first, always 1.
    private static NatRange OldRange(Blob blob) =>
        new(blob.U32(4), new IPAddress(blob.Bytes(8, 4)), new IPAddress(blob.Bytes(12, 4)), blob.Net16(16), blob.Net16(18), 0);

    private static XtEffect.Changes Mark(Packet packet, uint mark) => new(packet with { Mark = mark }, $"mark 0x{mark:x}");

    private static XtEffect.Changes Untracked(Packet packet, Scene scene) =>
        new(scene.Tracked ? packet : packet with { State = CtState.Untracked }, "notrack");

    private static XtEffect.Changes ConnMark(Blob blob, int mode, int shift, Packet packet, Scene scene)
    {
        const int Set = 0, Save = 1;
        if (!scene.HasEntry) return new(packet, "");
        var (own, ownMask, markMask) = (blob.U32(0), blob.U32(4), blob.U32(8));
        if (mode == Set) return Changed(Shift((packet.ConnMark & ~ownMask) ^ own));
        if (mode == Save) return Changed((packet.ConnMark & ~ownMask) ^ Shift(packet.Mark & markMask));
        return Mark(packet, (packet.Mark & ~markMask) ^ Shift(packet.ConnMark & ownMask));

        uint Shift(uint value) => shift >= 0 ? value << shift : value >> -shift;
        XtEffect.Changes Changed(uint mark) => new(packet with { ConnMark = mark }, $"ct mark 0x{mark:x}");
    }
}
