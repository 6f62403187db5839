using System.Collections.Immutable;
using Fairlead.Facts;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Walk;
using Fairlead.Model.Words;
using Fairlead.Model.World;

namespace Fairlead.Model.Causes;

/// <summary>No party of this host bears the name, and the resolver does not know it either.</summary>
public sealed class NameUnknown : CauseKind
{
    public override string Code => "name-unknown";
    public override CauseRank Rank => CauseRank.Description;
    public override ImmutableArray<(HopKind, HopResult)> StopsAt => [(HopKind.Resolve, HopResult.Nothing)];
    public override ImmutableArray<string> Fixes => ["fix-name"];

    public override Match Examine(Question q, Needs needs)
    {
        if (!Bearers.Anywhere(q.World, q.Asked.Host).IsEmpty)
        {
            return Match.NotThis;
        }

        // A resolver that fails or is silent did not say that the name does not exist.
        var answered = q.Seen?.Resolution is null ? q.Predicted == Outcome.NameNotFound : q.Seen.Outcome == Outcome.NameNotFound;
        if (!answered)
        {
            return Match.Unclear;
        }

        needs.Note("containers", "engine");
        needs.Of(q.From.Facts.ResolverFile, "resolver", q.From.At, "");
        var (me, name) = (Shown.Party(q.Source, "source"), Shown.Name(q.Asked.Host));
        var near = Bearers.Near(q.World, q.Asked.Host).Select(n => n.Name).Take(3).ToArray();
        var title = near.Length > 0
            ? Text.Of($"No container bears the name {name}, and the resolver of {me} does not know it. Near: {Shown.List(near, "near")}.",
                $"没有容器叫 {name}，{me} 的域名解析也查不到它。相近的名字：{Shown.List(near, "near")}。")
            : Text.Of($"No container bears the name {name}, and the resolver of {me} does not know it.", $"没有容器叫 {name}，{me} 的域名解析也查不到它。");
        return !needs.AllRead ? Match.Unclear : new Match.Holds(title, Show.With(q, Show.Resolver(q)));
    }
}
