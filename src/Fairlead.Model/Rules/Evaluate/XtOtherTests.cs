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
            case XtSocket: return scene.Around.HasSocket(scene.Packet) == Truth.No ? Truth.No : Truth.Unknown;
            case XtTcpmss: return scene.Packet.Protocol == 6 ? Truth.Unknown : Truth.No;
            case XtTtl ttl: return ttl is { Mode: 2, Value: 0 } or { Mode: 3, Value: 255 } ? Truth.No : Truth.Unknown;
            case XtDscp dscp:
                scene.Notes.Add("DSCP taken as 0");
                return Truths.Of((dscp.Value == 0) ^ dscp.Invert);
            case XtTos tos:
                scene.Notes.Add("TOS taken as 0");
                return Truths.Of((tos.Value == 0) ^ tos.Invert);
            case XtTime time: return Time(time);
            case XtRpfilter filter: return ReversePath(filter.Flags, scene);
            case XtSpi or XtRt or XtFrag when scene.Packet.Protocol is 1 or 6 or 17 or 58: return Truth.No;
            case XtDccp when scene.Packet.Protocol != 33: return Truth.No;
            default: return Truth.Unknown;
        }
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
        if (statistic.Mode != Random) return Truth.Unknown;
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
        return (owner.Match & Group) != 0 ? Truths.And(truth, Truth.Unknown) : truth;
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
