using System.Collections.Immutable;

namespace Fairlead.Model.Rules.Evaluate;

/// <summary>Walks one packet through the base chains of a hook, forking at what cannot be decided. Used once.</summary>
internal sealed class RuleWalk(CompiledRules rules, Scene scene, ImmutableArray<BaseEntry> bases)
{
    private const int MostBranches = 64, MostForks = 256, MostAlternatives = 16, MostRules = 1_000_000, DeepestJump = 16;

    private readonly Dictionary<Place, Decision> _known = [];
    private int _forks, _fuel = MostRules;

    public ImmutableArray<HookBranch> Run(Packet packet)
    {
        var start = new Cursor { Packet = packet };
        var tree = Go(start, false);
        return tree.Outcomes.Count <= MostBranches ? tree.Branches(MostBranches) : GivenUp(start, "too many outcomes to follow").Branches(MostBranches);
    }

    private Decision Go(Cursor c, bool fresh)
    {
        while (true)
        {
            if (_fuel-- <= 0) return GivenUp(c, "too many rules to follow");
            if (c.Chain is null)
            {
                if (c.Base == bases.Length) return c.End(HookEnd.Accept);
                if (_forks > 0 && !fresh) return Remember(c);
                if (bases[c.Base].Foreign is { } foreign) return AskForeign(c, foreign);
                EnterBase(c);
            }
            else if (c.AtMeeting && !fresh && _known.TryGetValue(c.Place, out var met))
            {
                return met;
            }
            else if (c.AtEnd)
            {
                if (c.Up is null)
                {
                    if (Policy(c) is { } dropped) return dropped;
                }
                else
                {
                    var forked = _forks > c.Up.Forks;
                    c.Pop();
                    if (forked) return Remember(c);
                }
            }
            else if (AskRule(c) is { } end)
            {
                return end;
            }
            fresh = false;
        }
    }

    // Ways that come to the same place with the same packet go on as one.
    private Decision Remember(Cursor c)
    {
        var place = c.Place;
        if (_known.TryGetValue(place, out var known)) return known;
        return _known[place] = Go(c, true);
    }

    private void EnterBase(Cursor c)
    {
        var entry = bases[c.Base];
        if (entry.Nat && (c.Mapped || !Mappings.Asked(c.Packet, scene))) c.NextBase();
        else c.Enter(entry.Chain!);
    }

    private Decision? Policy(Cursor c)
    {
        var own = bases[c.Base].Chain!;
        if (own.Chain.PolicyAccepts == false)
        {
            c.Did(new RuleStep(own.Table, own.Chain, null, RawText.Policy(own.Table, own.Chain), "drop"));
            return c.End(HookEnd.Drop);
        }
        c.NextBase();
        return null;
    }

    private Decision? AskRule(Cursor c)
    {
        var chain = c.Chain!;
        var rule = chain.Rules[c.Rule];
        Aim(c);
        var truth = Truth.Yes;
        var openEnd = false;
        while (c.Part < rule.Parts.Length)
        {
            var (role, part) = rule.Parts[c.Part];
            if (role == PartRole.Test)
            {
                truth = Truths.And(truth, Tests.Ask(part, scene));
                openEnd = part is UnknownPart;
                if (truth == Truth.No) break;
            }
            else if (role == PartRole.Effect)
            {
                if (truth == Truth.Unknown) return Fork(c, rule.Rule);
                c.Note(scene.Notes);
                scene.Notes.Clear();
                var (at, here) = (c.Rule, c.Part);
                if (Do(c, rule.Rule, part) is { } end) return end;
                if (!ReferenceEquals(c.Chain, chain) || c.Rule != at || c.Part == 0) return null;
                scene.Look(c.Packet);
                c.Part = here;
            }
            c.Part++;
        }
        if (truth == Truth.Unknown && openEnd) return UnknownTarget(c, rule.Rule);
        c.NextRule();
        return null;
    }

    private void Aim(Cursor c)
    {
        scene.Look(c.Packet);
        scene.Table = c.Chain!.Table;
        scene.Tracked = CompiledRules.Tracked(scene.Hook, bases[c.Base].Priority, c.Packet.In);
        scene.Notes.Clear();
    }

    private Decision? Do(Cursor c, Rule rule, Part part)
    {
        switch (part)
        {
            case VerdictPart verdict: return Follow(c, rule, verdict);
            case VerdictMap map: return FollowMap(c, rule, map);
            case XtRead target: return DoTarget(c, rule, target);
            case RejectPart reject: return Reject(c, rule, Rejects.OfStatement(reject, c.Packet.V6));
            case NatPart nat: return Map(c, rule, Mappings.Of(nat, scene));
            case Assign assign: return Set(c, rule, assign);
            case NotrackPart:
                if (!scene.Tracked) c.Packet = c.Packet with { State = CtState.Untracked };
                break;
            case QueuePart: return End(c, rule, HookEnd.Queue, "queue");
            case TproxyPart: return End(c, rule, HookEnd.Tproxy, "tproxy");
            case FwdPart or SynproxyPart or ObjectPart: return End(c, rule, HookEnd.Stolen, "taken");
            default: return UnknownTarget(c, rule);
        }
        c.Part++;
        return null;
    }

    private Decision? DoTarget(Cursor c, Rule rule, XtRead part)
    {
        var effect = XtActions.Of(part, c.Packet, scene);
        switch (effect)
        {
            case XtEffect.Reject r: return Reject(c, rule, r.Kind);
            case XtEffect.Nat n: return Map(c, rule, n.Choices);
            case XtEffect.Ends e: return End(c, rule, e.How, e.Did, e.After);
            case XtEffect.Unknown: return UnknownTarget(c, rule);
            case XtEffect.Changes change:
                if (!change.Packet.Equals(c.Packet)) c.Did(Step(c, rule, change.Did));
                c.Packet = change.Packet;
                break;
        }
        c.Part++;
        return null;
    }

    private Decision? Follow(Cursor c, Rule rule, VerdictPart verdict)
    {
        switch (verdict.Code)
        {
            case VerdictCode.Accept:
                c.Did(Step(c, rule, "accept"));
                c.NextBase();
                return null;
            case VerdictCode.Drop: return End(c, rule, HookEnd.Drop, "drop");
            case VerdictCode.Queue: return End(c, rule, HookEnd.Queue, "queue");
            case VerdictCode.Return:
                c.Return();
                return null;
            case VerdictCode.Jump or VerdictCode.Goto:
                if (verdict.Chain is null || rules.ChainOf(c.Chain!.Table, verdict.Chain) is not { } target) return GivenUp(c, "jumps to a chain that was not read");
                if ((c.Up?.Depth ?? 0) >= DeepestJump) return GivenUp(c, "jumps deeper than the kernel allows");
                c.Jump(target, verdict.Code == VerdictCode.Jump, _forks);
                return null;
            case VerdictCode.Break:
                c.NextRule();
                return null;
            case VerdictCode.Continue:
                c.Part++;
                return null;
            default: return UnknownTarget(c, rule);
        }
    }

    private Decision? FollowMap(Cursor c, Rule rule, VerdictMap map)
    {
        var found = SetLookup.Find(map.Key, map.Set, scene, out var absent);
        if (absent) { c.NextRule(); return null; }
        if (found is null) return UnknownTarget(c, rule);
        SetLookup.Note(found, map.Set, scene);
        c.Note(scene.Notes);
        if (found.Count == 1) return One(c, found[0]);
        return Alternatives(c, rule, [.. found.Select(e => (e?.Verdict is { } v ? $"map gives {Shown(v)}" : "not in the map", (Func<Cursor, Decision?>)(k => One(k, e))))]);

        Decision? One(Cursor k, SetElement? element)
        {
            if (element?.Verdict is { } verdict) return Follow(k, rule, verdict);
            k.NextRule();
            return null;
        }
    }

    private Decision? Reject(Cursor c, Rule rule, RejectKind kind)
    {
        // A reset can only answer TCP, and an ICMP error is answered with none: everything else is dropped without a word.
        if (kind == RejectKind.None || (kind == RejectKind.TcpReset && c.Packet.Protocol != 6) || GetsNoAnswer(c.Packet)) return End(c, rule, HookEnd.Drop, "drop (a reject that cannot answer)");
        c.Did(Step(c, rule, $"reject {Rejects.Name(kind)}"));
        return c.End(HookEnd.Reject, kind);
    }

    // Of IPComp the kernel checks a checksum before it answers that the protocol does not have (nf_reject_verify_csum).
    private static bool GetsNoAnswer(Packet packet) => packet.Protocol switch
    {
        108 => true,
        1 => packet.IcmpType is 3 or 4 or 5 or 11 or 12,
        58 => packet.IcmpType is >= 0 and < 128,
        _ => false,
    };

    private Decision? Map(Cursor c, Rule rule, ImmutableArray<Mapping>? choices)
    {
        if (choices is not { Length: > 0 } all || all.Length > MostAlternatives) return choices is { Length: 0 } ? Skip(c) : GivenUp(c, "an address that is chosen at run time");
        if (all.Length == 1) return Apply(c, all[0]);
        return Alternatives(c, rule, [.. all.Select(m => (m.Did, (Func<Cursor, Decision?>)(k => Apply(k, m))))]);

        Decision? Apply(Cursor k, Mapping mapping)
        {
            k.Did(Step(k, rule, mapping.Did));
            k.Packet = mapping.On(k.Packet);
            (k.PendingNat, k.PendingPorts, k.Mapped) = (mapping.Pending ?? k.PendingNat, mapping.PendingPorts ?? k.PendingPorts, true);
            k.NextBase();
            return null;
        }

        static Decision? Skip(Cursor k)
        {
            k.NextRule();
            return null;
        }
    }

    private Decision? Set(Cursor c, Rule rule, Assign assign)
    {
        var possible = SetLookup.Possible(assign.Value, scene, MostAlternatives);
        if (possible is null) return GivenUp(c, "sets a value that is not known");
        if (possible.Count == 1) return One(c, possible[0]);
        return Alternatives(c, rule, [.. possible.Select(v => (v is null ? "no value" : $"value {Convert.ToHexString(v)}", (Func<Cursor, Decision?>)(k => One(k, v))))]);

        Decision? One(Cursor k, byte[]? value)
        {
            if (value is null) { k.NextRule(); return null; }
            var after = Effects.Assigned(k.Packet, assign.To, value, scene.HasEntry, out var did);
            if (!after.Equals(k.Packet)) k.Did(Step(k, rule, did));
            k.Packet = after;
            k.Part++;
            return null;
        }
    }

    private Decision Fork(Cursor c, Rule rule)
    {
        var yes = c.Copy();
        yes.Note(scene.Notes);
        c.Part = 0;
        return Ask(c, rule, [("assumed not to match", Skipped), ("assumed to match", _ => null)], yes);

        static Decision? Skipped(Cursor k)
        {
            k.NextRule();
            return null;
        }
    }

    private Decision? Alternatives(Cursor c, Rule rule, (string Label, Func<Cursor, Decision?> Act)[] ways) =>
        ways.Length > MostAlternatives ? GivenUp(c, "too many possible values") : Ask(c, rule, ways, null);

    private Decision UnknownTarget(Cursor c, Rule rule) => Ask(c, rule,
    [
        ("assumed to go on", k => { k.NextRule(); return null; }),
        ("assumed to accept", k => { k.NextBase(); return null; }),
        ("assumed to drop", k => k.End(HookEnd.Drop)),
    ], null);

    private Decision AskForeign(Cursor c, ForeignHook foreign)
    {
        if (++_forks > MostForks) return GivenUp(c, "too many unknowns to follow");
        var (table, chain) = Elsewhere.Of(foreign);
        RuleStep Step(string did) => new(table, chain, null, $"hook of {foreign.Function}", did);
        var tree = new Decision();
        var pass = c.Copy();
        pass.NextBase();
        tree.Ways.Add((Step("assumed to pass"), Go(pass, false)));
        var drop = c.Copy();
        drop.Did(Step("assumed to drop"));
        tree.Ways.Add((Step("assumed to drop"), drop.End(HookEnd.Drop)));
        return tree;
    }

    private Decision Ask(Cursor c, Rule rule, (string Label, Func<Cursor, Decision?> Act)[] ways, Cursor? last)
    {
        if (++_forks > MostForks) return GivenUp(c, "too many unknowns to follow");
        var tree = new Decision();
        var step = Step(c, rule, "");
        for (var i = 0; i < ways.Length; i++)
        {
            var k = last is not null && i == ways.Length - 1 ? last : c.Copy();
            Aim(k);
            var next = ways[i].Act(k) ?? (i == 0 && k is { Chain: not null, Part: 0 } ? Remember(k) : Go(k, false));
            tree.Ways.Add((step with { Did = ways[i].Label }, next));
        }
        return tree;
    }

    private Decision End(Cursor c, Rule rule, HookEnd end, string did, Packet? after = null)
    {
        c.Did(Step(c, rule, did));
        if (after is not null) c.Packet = after;
        return c.End(end);
    }

    // Nothing can be said from here: told as both endings, each under the assumption of its own.
    private Decision GivenUp(Cursor c, string why)
    {
        var own = c.Chain ?? bases[Math.Min(c.Base, bases.Length - 1)].Chain;
        var (table, chain) = own is null ? Elsewhere.Of(bases[0].Foreign!) : (own.Table, own.Chain);
        var rule = own is not null && c.Rule < own.Count ? own.Rules[c.Rule].Rule : null;
        RuleStep Step(string did) => rule is null ? new(table, chain, null, why, did) : rules.Step(table, chain, rule, $"{why}; {did}");
        var tree = new Decision();
        tree.Ways.Add((Step("assumed to accept"), c.End(HookEnd.Accept)));
        tree.Ways.Add((Step("assumed to drop"), c.End(HookEnd.Drop)));
        return tree;
    }

    private RuleStep Step(Cursor c, Rule rule, string did) => rules.Step(c.Chain!.Table, c.Chain.Chain, rule, did);

    private static string Shown(VerdictPart verdict) => verdict.Code.ToString().ToLowerInvariant() + (verdict.Chain is null ? "" : $" {verdict.Chain}");
}
