namespace Fairlead.Model.Rules.Evaluate;

/// <summary>Parts of a rule that decide whether it goes on.</summary>
internal static class Tests
{
    private const int QuotaObject = 2, LimitObject = 4, ConnLimitObject = 5;

    public static bool Is(Part part) => part is Match or SetMatch or LimitPart or QuotaPart or ConnLimitPart or UnknownPart or DynSetPart
        || part is XtRead { Raw.Target: false } || part is ObjectPart { Type: QuotaObject or LimitObject or ConnLimitObject };

    public static Truth Ask(Part part, Scene scene)
    {
        switch (part)
        {
            case Match match: return Operands.Read(match.Left, scene).Compare(match.Op, match.Value, match.Upper);
            case SetMatch set: return SetLookup.Contains(set, scene);
            case XtRead xt: return XtTests.Ask(xt, scene);
            case LimitPart limit:
                scene.Notes.Add("limit taken as not reached");
                return Truths.Of(!limit.Over);
            case ConnLimitPart count:
                scene.Notes.Add("ct count taken as not reached");
                return Truths.Of(!count.Over);
            case QuotaPart quota:
                scene.Notes.Add($"quota of {quota.Bytes} bytes taken as it stood: {quota.Used} used");
                return Truths.Of(quota.Used >= quota.Bytes == quota.Over);
            case ObjectPart named:
                scene.Notes.Add($"object {named.Name ?? named.Set} taken as not reached");
                return NamedLimit(named, scene);
            case DynSetPart update: return Updated(update, scene);
            default: return Truth.Unknown;
        }
    }

    // A named limit that is "over" holds only beyond its rate.
    private static Truth NamedLimit(ObjectPart named, Scene scene)
    {
        foreach (var known in scene.Table.Objects)
        {
            if (known.Name != named.Name || known.Type != named.Type) continue;
            foreach (var content in known.Content)
            {
                var over = content switch { LimitPart l => l.Over, QuotaPart q => q.Over, ConnLimitPart c => c.Over, _ => false };
                if (over) return Truth.No;
            }
        }
        return named.Name is null ? Truth.Unknown : Truth.Yes;
    }

    private static Truth Updated(DynSetPart update, Scene scene)
    {
        foreach (var key in update.Key)
        {
            if (Operands.Read(key, scene).IsAbsent) return Truth.No;
        }
        foreach (var part in update.Expressions)
        {
            if (part is LimitPart { Over: true } or ConnLimitPart { Over: true } or QuotaPart { Over: true })
            {
                scene.Notes.Add($"limit in set {update.Set} taken as not reached");
                return Truth.No;
            }
            if (part is LimitPart or ConnLimitPart or QuotaPart) scene.Notes.Add($"limit in set {update.Set} taken as not reached");
        }
        return Truth.Yes;
    }
}
