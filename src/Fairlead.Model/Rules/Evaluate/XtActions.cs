using System.Collections.Immutable;
using System.Net;
using Fairlead.Model.Rules.Decode;

namespace Fairlead.Model.Rules.Evaluate;

/// <summary>What an xt target does.</summary>
internal abstract record XtEffect
{
    internal sealed record Reject(RejectKind Kind) : XtEffect;

    internal sealed record Nat(ImmutableArray<Mapping>? Choices) : XtEffect;

    internal sealed record Ends(HookEnd How, string Did, Packet? After = null) : XtEffect;

    internal sealed record Changes(Packet Packet, string Did) : XtEffect;

    internal sealed record Unknown : XtEffect;
}

/// <summary>The xt targets.</summary>
internal static class XtActions
{
    public static bool IsPassive(XtRead target) => target.View is XtLog or XtNflog or XtTrace or XtAudit or XtSetTcpmss or XtTcpOptStrip or XtClassify or XtSetDscp
        or XtSetTos or XtSetTtl or XtChecksum or XtSetTarget or XtSetEcn or XtTee || target.Raw.Name is "ULOG" or "SECMARK" or "CONNSECMARK" or "RATEEST" or "IDLETIMER" or "LED";

    public static XtEffect Of(XtRead part, Packet packet, Scene scene)
    {
        switch (part.View)
        {
            case XtReject reject: return new XtEffect.Reject(Rejects.OfTarget(reject, packet.V6));
            case XtNat nat: return new XtEffect.Nat(Mappings.Of(nat.Kind, Range(nat), scene));
            case XtSetMark set: return Mark(packet, (packet.Mark & ~set.Mask) ^ set.Mark);
            case XtSetConnmark set: return ConnMark(set, packet, scene);
            case XtCt ct: return (ct.Flags & 1) != 0 ? new XtEffect.Changes(scene.Tracked ? packet : packet with { State = CtState.Untracked }, "notrack") : new XtEffect.Changes(packet, "");
            case XtTproxy proxy: return new XtEffect.Ends(HookEnd.Tproxy, "tproxy", packet with { Mark = (packet.Mark & ~proxy.MarkMask) ^ proxy.Mark });
            case XtNfqueue: return new XtEffect.Ends(HookEnd.Queue, "queue");
            case XtSynproxy: return packet.Protocol == 6 ? new XtEffect.Ends(HookEnd.Stolen, "answered by SYNPROXY") : new XtEffect.Changes(packet, "");
            default: return new XtEffect.Unknown();
        }
    }

    private static NatRange Range(XtNat nat) =>
        new(nat.Flags, new IPAddress(nat.AddressMin), new IPAddress(nat.AddressMax), nat.Ports.From, nat.Ports.To, nat.BasePort);

    private static XtEffect.Changes Mark(Packet packet, uint mark) => new(packet with { Mark = mark }, $"mark 0x{mark:x}");

    private static XtEffect.Changes ConnMark(XtSetConnmark set, Packet packet, Scene scene)
    {
        const int Set = 0, Save = 1;
        if (!scene.HasEntry) return new(packet, "");
        if (set.Mode == Set) return Changed(Shift((packet.ConnMark & ~set.ConnectionMask) ^ set.Mark));
        if (set.Mode == Save) return Changed((packet.ConnMark & ~set.ConnectionMask) ^ Shift(packet.Mark & set.PacketMask));
        return Mark(packet, (packet.Mark & ~set.PacketMask) ^ Shift(packet.ConnMark & set.ConnectionMask));

        uint Shift(uint value) => set.ShiftRight ? value >> set.Shift : value << set.Shift;
        XtEffect.Changes Changed(uint mark) => new(packet with { ConnMark = mark }, $"ct mark 0x{mark:x}");
    }
}
