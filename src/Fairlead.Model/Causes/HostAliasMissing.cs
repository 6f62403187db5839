using System.Collections.Immutable;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Walk;
using Fairlead.Model.Words;

namespace Fairlead.Model.Causes;

/// <summary>host.docker.internal is written, and on Linux nobody defines it unless the container was made with --add-host (SEMANTICS 3.4).</summary>
public sealed class HostAliasMissing : CauseKind
{
    /// <summary>Names that other platforms define by themselves.</summary>
    private static readonly ImmutableArray<string> Aliases = ["host.docker.internal", "gateway.docker.internal", "host.containers.internal"];

    internal static bool IsAlias(string name) => Aliases.Contains(name.TrimEnd('.').ToLowerInvariant());

    public override string Code => "host-alias-missing";
    public override CauseRank Rank => CauseRank.Address;
    public override ImmutableArray<(HopKind, HopResult)> StopsAt => [(HopKind.Resolve, HopResult.Nothing)];
    public override ImmutableArray<string> Outranks => ["name-unknown", "name-typo"];
    public override ImmutableArray<string> Fixes => ["use-host-address", "use-gateway-address", "use-host-gateway"];

    public override Match Examine(Question q, Needs needs)
    {
        if (!IsAlias(q.Asked.Host))
        {
            return Match.NotThis;
        }

        needs.Of(q.From.Facts.HostsFile, "hosts-file", q.From.At, "");
        if (!needs.AllRead)
        {
            return Match.Unclear;
        }

        var (me, name) = (Shown.Party(q.Source, "source"), Shown.Name(q.Asked.Host));
        return new Match.Holds(
            Text.Of($"{name} is not defined in {me}: on Linux it exists only where the container is made with --add-host.",
                $"{me} 里没有定义 {name}：在 Linux 上，创建容器时加了 --add-host 才有这个名字。"),
            Show.With(q, Show.NoHostsLine(q), Show.Resolver(q)));
    }
}
