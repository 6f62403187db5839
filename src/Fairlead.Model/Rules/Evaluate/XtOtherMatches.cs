namespace Fairlead.Model.Rules.Evaluate;

/// <summary>Matches that depend on rates, processes, clocks and the like: a rate is taken as not reached and noted, the rest is asked or unknown.</summary>
internal static class XtOtherMatches
{
    public static Truth Test(XtPart part, Blob blob, Scene scene)
    {
        switch (part.Name, part.Revision)
        {
            case ("limit", 0):
                scene.Notes.Add("limit taken as not reached");
                return Truth.Yes;
            case ("hashlimit", 1) when blob.Length >= 20:
                return HashLimit(blob.U32(16), scene);
            case ("hashlimit", 2 or 3) when blob.Length >= 276:
                return HashLimit(blob.U32(272), scene);
            case ("recent", 0 or 1) when blob.Length >= 212:
                return Recent(blob, scene);
            case ("connlimit", _) when blob.Length >= 24:
                scene.Notes.Add("connlimit taken as not reached");
                return Truths.Of((blob.U32(20) & 1) != 0);
            case ("quota", 0) when blob.Length >= 16:
                scene.Notes.Add("quota taken as not used up");
                return Truths.Of((blob.U32(0) & 1) == 0);
            case ("statistic", 0) when blob.Length >= 8:
                return Statistic(blob);
            case ("owner", 1) when blob.Length >= 18:
                return Owner(blob, scene);
            case ("socket", _):
                return scene.Around.HasSocket(scene.Packet) == Truth.No ? Truth.No : Truth.Unknown;
            case ("tcpmss", 0):
                return scene.Packet.Protocol == 6 ? Truth.Unknown : Truth.No;
            case ("ttl" or "hl", 0) when blob.Length >= 2:
                return HopLimit(blob);
            case ("dscp", 0) when blob.Length >= 2:
                scene.Notes.Add("DSCP taken as 0");
                return Truths.Of((blob.U8(0) == 0) ^ (blob.U8(1) != 0));
            case ("tos", 1) when blob.Length >= 3:
                scene.Notes.Add("TOS taken as 0");
                return Truths.Of((blob.U8(1) == 0) ^ (blob.U8(2) != 0));
            case ("sctp", 0) when blob.Length >= 292:
                return Sctp(blob, scene);
            case ("time", 0) when blob.Length >= 22:
                return Time(blob);
            case ("rpfilter", 0) when blob.Length >= 1:
                return ReversePath(blob.U8(0), scene);
            case ("frag" or "ipv6header" or "rt" or "hbh" or "dst" or "mh" or "ah" or "esp", 0) when scene.Packet.Protocol is 1 or 6 or 17 or 58:
                return part.Name is "ipv6header" ? Truth.Unknown : Truth.No;
            case ("nfacct", _):
                return Truth.Yes;
            default:
                return Truth.Unknown;
        }
    }

    private static Truth HashLimit(uint mode, Scene scene)
    {
        const uint Above = 16;
        scene.Notes.Add("hashlimit taken as not reached");
        return Truths.Of((mode & Above) == 0);
    }

    private static Truth Recent(Blob blob, Scene scene)
    {
        const int Set = 2;
        var inverted = blob.U8(9) != 0;
        if ((blob.U8(8) & Set) != 0) return Truths.Of(!inverted);
        scene.Notes.Add($"address taken as not in the recent list {blob.Text(10, 200)}");
        return Truths.Of(inverted);
    }

    private static Truth Statistic(Blob blob)
    {
        const ushort Random = 0;
        var (inverted, probability) = ((blob.U16(2) & 1) != 0, blob.U32(4));
        if (blob.U16(0) != Random) return Truth.Unknown;
        return probability == 0 ? Truths.Of(inverted) : probability >= 0x80000000 ? Truths.Of(!inverted) : Truth.Unknown;
    }

    private static Truth Owner(Blob blob, Scene scene)
    {
        const int User = 1, Group = 2, Socket = 4;
        var (asked, inverted) = (blob.U8(16), blob.U8(17));
        if (!scene.MadeHere) return Truths.Of((asked ^ inverted) == 0);
        if ((asked & inverted & Socket) != 0) return Truth.No;
        var truth = Truth.Yes;
        if ((asked & User) != 0)
            truth = scene.Packet.Uid is { } uid ? Truths.Of((uid >= blob.U32(0) && uid <= blob.U32(4)) ^ ((inverted & User) != 0)) : Truth.Unknown;
        return (asked & Group) != 0 ? Truths.And(truth, Truth.Unknown) : truth;
    }

    private static Truth HopLimit(Blob blob) => (blob.U8(0), blob.U8(1)) switch
    {
        (2, 0) => Truth.No,
        (3, 255) => Truth.No,
        _ => Truth.Unknown,
    };

    private static Truth Sctp(Blob blob, Scene scene)
    {
        const int Source = 1, Destination = 2, Chunks = 4;
        if (scene.Packet.Protocol != 132) return Truth.No;
        var (asked, inverted) = (blob.U32(284), blob.U32(288));
        var truth = Truth.Yes;
        if ((asked & Source) != 0) truth = Truths.Flip(scene.View.Port(true, blob.U16(4), blob.U16(6)), (inverted & Source) != 0);
        if ((asked & Destination) != 0) truth = Truths.And(truth, Truths.Flip(scene.View.Port(false, blob.U16(0), blob.U16(2)), (inverted & Destination) != 0));
        return (asked & Chunks) != 0 ? Truths.And(truth, Truth.Unknown) : truth;
    }

    // struct xt_time_info: date start/stop, day start/stop, month days, week days; the whole of each means "always".
    private static Truth Time(Blob blob)
    {
        const uint AllMonthDays = 0xfffffffe, LastSecond = 86399;
        const byte AllWeekDays = 0xfe;
        return blob.U32(0) == 0 && blob.U32(4) >= 0x7fffffff && blob.U32(8) == 0 && blob.U32(12) >= LastSecond
            && (blob.U32(16) & AllMonthDays) == AllMonthDays && (blob.U8(20) & AllWeekDays) == AllWeekDays ? Truth.Yes : Truth.Unknown;
    }

    private static Truth ReversePath(int flags, Scene scene)
    {
        const int Loose = 1, ValidMark = 2, AcceptLocal = 4, Invert = 8;
        if (scene.In is null or "lo") return Truths.Of((flags & Invert) == 0);
        if (scene.Around.AddressType(scene.Packet.Source, null) == 2) return Truths.Of((flags & AcceptLocal) != 0 ^ (flags & Invert) != 0);
        var route = scene.Around.RouteOut(scene.Packet.Source, scene.Packet.Destination, (flags & ValidMark) != 0 ? scene.Packet.Mark : 0, null);
        if (route is null) return Truth.Unknown;
        var found = route.Value.Name is { } name && ((flags & Loose) != 0 || name == scene.In);
        return Truths.Of(found ^ (flags & Invert) != 0);
    }
}
