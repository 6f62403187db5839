using Fairlead.Model.Rules.Decode;

namespace Fairlead.Model.Rules.Evaluate;

/// <summary>Matches that depend on rates, processes, clocks and the like: a rate is taken as not reached and noted, the rest is asked or unknown.</summary>
internal static class XtOtherTests
{
    public static Truth Ask(XtRead part, Scene scene)
    {
        switch (part.View)
        {
            case XtLimit:
                scene.Notes.Add("limit taken as not reached");
                return Truth.Yes;
            case XtHashlimit limit:
                const uint Above = 16;
                scene.Notes.Add($"hashlimit {limit.Name} taken as not reached");
                return Truths.Of((limit.Mode & Above) == 0);
            case XtRecent recent: return Recent(recent, scene);
            case XtConnlimit limit:
                scene.Notes.Add("connlimit taken as not reached");
                return Truths.Of((limit.Flags & 1) != 0);
            case XtQuota quota:
                scene.Notes.Add("quota taken as not used up");
                return Truths.Of(!quota.Invert);
            case XtStatistic statistic: return Statistic(statistic);
            case XtOwner owner: return Owner(owner, scene);
            case XtSocket socket: return OwnSocket(socket, scene);
            case XtTcpmss wanted: return SegmentSize(wanted, scene.Packet);
            case XtTtl ttl: return TimeToLive(ttl, scene.Packet);
            case XtDscp dscp:
                if (scene.Packet.Tos == 0) scene.Notes.Add("DSCP taken as 0");
                return Truths.Of((dscp.Value == scene.Packet.Tos >> 2) ^ dscp.Invert);
            case XtTos tos:
                if (scene.Packet.Tos == 0) scene.Notes.Add("TOS taken as 0");
                return Truths.Of(((scene.Packet.Tos & tos.Mask) == tos.Value) ^ tos.Invert);
            case XtString text: return XtContents.Of(text, scene.Packet);
            case XtTime time: return Time(time);
            case XtRpfilter filter: return ReversePath(filter.Flags, scene);
            case XtSpi spi: return Index(spi, scene.Packet);
            case XtRt or XtFrag when scene.Packet.Extension is null && scene.Packet.Protocol is 1 or 6 or 17 or 58: return Truth.No;
            case XtOptions or XtIpcomp or XtAh6 or XtMobility when Plain(scene.Packet): return Truth.No;
            case XtIpcomp wanted when scene.Packet.Protocol == 108 && !scene.Packet.V6 && scene.Packet.Spi is { } spi: return Truths.Of((spi >= wanted.From && spi <= wanted.To) ^ wanted.Invert);
            case XtHeaders headers: return Headers(headers, scene.Packet);
            case XtEui64: return OfHardware(scene);
            case XtDccp when scene.Packet.Protocol != 33: return Truth.No;
            case XtDccp { Flags: < 4 } ports: return Ports(ports, scene);
            case XtHelper helper:
                // Only a connection that a helper announced has one.
                return scene.HasEntry && (scene.State & CtState.Related) != 0 ? Truth.Unknown : Truths.Of(helper.Invert);
            case XtPolicy policy: return Protection(policy, scene);
            case XtEcn ecn: return Congestion(ecn, scene.Packet);
            case XtConnbytes bytes: return Transferred(bytes, scene);
            default: return Truth.Unknown;
        }
    }

    private static Truth Index(XtSpi wanted, Packet packet)
    {
        if (packet.Protocol != (wanted.Ah ? 51 : 50)) return packet.Protocol is 1 or 6 or 17 or 58 ? Truth.No : Truth.Unknown;
        return packet.Spi is { } spi ? Truths.Of((spi >= wanted.From && spi <= wanted.To) ^ wanted.Invert) : Truth.Unknown;
    }

    private static bool Plain(Packet packet) => packet.Extension is null && packet.Protocol is 1 or 6 or 17 or 58;

    private static Truth Headers(XtHeaders wanted, Packet packet)
    {
        const int Behind = 1;
        if (!Plain(packet)) return Truth.Unknown;
        if (!wanted.Soft) return Truths.Of(wanted.Headers == Behind ^ wanted.Invert);
        return Truths.Of(((Behind ^ wanted.Headers ^ (wanted.Invert ? 0xff : 0)) & wanted.Headers) == 0);
    }

    private static Truth OfHardware(Scene scene)
    {
        if (scene.In is null or "lo") return Truth.No;
        if (scene.Packet.SourceMac is not { Length: 6 } mac) return Truth.Unknown;
        byte[] made = [(byte)(mac[0] ^ 2), mac[1], mac[2], 0xff, 0xfe, mac[3], mac[4], mac[5]];
        return Truths.Of(scene.View.Source.Length == 16 && scene.View.Source.AsSpan(8).SequenceEqual(made));
    }

    private static Truth Ports(XtDccp wanted, Scene scene)
    {
        const int Source = 1, Destination = 2;
        var truth = (wanted.Flags & Source) == 0 ? Truth.Yes : Truths.Flip(scene.View.Port(true, wanted.Source.From, wanted.Source.To), (wanted.Invert & Source) != 0);
        return (wanted.Flags & Destination) == 0 ? truth
            : Truths.And(truth, Truths.Flip(scene.View.Port(false, wanted.Destination.From, wanted.Destination.To), (wanted.Invert & Destination) != 0));
    }

    // What comes in by an ordinary link was not unpacked from IPsec; whether something will be packed stands in policies that are not read.
    private static Truth Protection(XtPolicy wanted, Scene scene)
    {
        const int In = 1, None = 4;
        if ((wanted.Flags & In) == 0 || scene.In is not { } name || scene.Around.HardwareOf(name) is null) return Truth.Unknown;
        return Truths.Of((wanted.Flags & None) != 0);
    }

    private static Truth Congestion(XtEcn wanted, Packet packet)
    {
        const int Ip = 1, Ece = 0x10, Cwr = 0x20, EceFlag = 0x40, CwrFlag = 0x80;
        if ((wanted.Operation & Ip) != 0 && (packet.Tos & 3) == wanted.Ect == ((wanted.Invert & Ip) != 0)) return Truth.No;
        if ((wanted.Operation & (Ece | Cwr)) == 0) return Truth.Yes;
        if (packet.Protocol != 6) return Truth.No;
        if ((wanted.Operation & Ece) != 0 && (packet.TcpFlags & EceFlag) != 0 == ((wanted.Invert & Ece) != 0)) return Truth.No;
        return Truths.Of((wanted.Operation & Cwr) == 0 || (packet.TcpFlags & CwrFlag) != 0 != ((wanted.Invert & Cwr) != 0));
    }

    // A flow's first packet is one packet of at most 65,535 bytes; an inverted range has its ends exchanged.
    private static Truth Transferred(XtConnbytes wanted, Scene scene)
    {
        const int Packets = 0;
        if (!scene.HasEntry) return Truth.No;
        if ((scene.State & CtState.New) == 0) return Truth.Unknown;
        var inverted = wanted.From > wanted.To;
        var most = wanted.What == Packets ? 1ul : 65535;
        return Math.Min(wanted.From, wanted.To) > most ? Truths.Of(inverted) : Truth.Unknown;
    }

    private static Truth OwnSocket(XtSocket wanted, Scene scene)
    {
        const int Transparent = 1, NoWildcard = 2;
        var found = scene.Packet.Protocol is 6 or 17 ? scene.Around.HasSocket(scene.Packet, (wanted.Flags & NoWildcard) != 0) : Truth.No;
        return found != Truth.No && (wanted.Flags & Transparent) != 0 ? Truth.Unknown : found;
    }

    // Only a SYN may say a size; who says none meets neither the question nor its contrary.
    private static Truth SegmentSize(XtTcpmss wanted, Packet packet)
    {
        if (packet.Protocol != 6) return Truth.No;
        return packet.Mss is { } size ? Truths.Of(size != 0 && wanted.Size.Contains(size) ^ wanted.Invert) : Truth.Unknown;
    }

    private static Truth TimeToLive(XtTtl wanted, Packet packet)
    {
        if (wanted is { Mode: 2, Value: 0 } or { Mode: 3, Value: 255 }) return Truth.No;
        if (packet.Ttl is not { } ttl) return Truth.Unknown;
        return Truths.Of(wanted.Mode switch { 0 => ttl == wanted.Value, 1 => ttl != wanted.Value, 2 => ttl < wanted.Value, _ => ttl > wanted.Value });
    }

    private static Truth Recent(XtRecent recent, Scene scene)
    {
        const int Set = 2;
        if ((recent.Check & Set) != 0) return Truths.Of(!recent.Invert);
        scene.Notes.Add($"address taken as not in the recent list {recent.Name}");
        return Truths.Of(recent.Invert);
    }

    private static Truth Statistic(XtStatistic statistic)
    {
        const int Random = 0;
        // Every first of one is every one.
        if (statistic.Mode != Random) return statistic.Value == 0 ? Truths.Of(!statistic.Invert) : Truth.Unknown;
        return statistic.Value == 0 ? Truths.Of(statistic.Invert) : statistic.Value >= 0x80000000 ? Truths.Of(!statistic.Invert) : Truth.Unknown;
    }

    private static Truth Owner(XtOwner owner, Scene scene)
    {
        const int User = 1, Group = 2, Socket = 4;
        if (!scene.MadeHere) return Truths.Of((owner.Match ^ owner.Invert) == 0);
        if ((owner.Match & owner.Invert & Socket) != 0) return Truth.No;
        var truth = Truth.Yes;
        if ((owner.Match & User) != 0)
            truth = scene.Packet.Uid is { } uid ? Truths.Of((uid >= owner.UidFrom && uid <= owner.UidTo) ^ ((owner.Invert & User) != 0)) : Truth.Unknown;
        if ((owner.Match & Group) == 0) return truth;
        const int Supplementary = 8;
        return Truths.And(truth, scene.Packet.Gid is { } gid && (owner.Match & Supplementary) == 0
            ? Truths.Of((gid >= owner.GidFrom && gid <= owner.GidTo) ^ ((owner.Invert & Group) != 0)) : Truth.Unknown);
    }

    // The whole of each means "always".
    private static Truth Time(XtTime time)
    {
        const uint AllMonthDays = 0xfffffffe, LastSecond = 86399;
        const int AllWeekDays = 0xfe;
        return time.DateStart == 0 && time.DateStop >= 0x7fffffff && time.DayStart == 0 && time.DayStop >= LastSecond
            && (time.MonthDays & AllMonthDays) == AllMonthDays && (time.Weekdays & AllWeekDays) == AllWeekDays ? Truth.Yes : Truth.Unknown;
    }

    private static Truth ReversePath(int flags, Scene scene)
    {
        const int Loose = 1, ValidMark = 2, AcceptLocal = 4, Invert = 8;
        var inverted = (flags & Invert) != 0;
        if (scene.In is null or "lo") return Truths.Of(!inverted);
        if (scene.Around.AddressType(scene.Packet.Source, null) == 2) return Truths.Of((flags & AcceptLocal) != 0 ^ inverted);
        var route = scene.Around.RouteOut(scene.Packet.Source, scene.Packet.Destination, (flags & ValidMark) != 0 ? scene.Packet.Mark : 0, null);
        if (route is null) return Truth.Unknown;
        return Truths.Of((route.Value.Name is { } name && ((flags & Loose) != 0 || name == scene.In)) ^ inverted);
    }
}
