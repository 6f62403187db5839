using System.Collections.Immutable;
using Fairlead.Model.Answer;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Rules;
using Fairlead.Model.Walk;
using Fairlead.Model.Words;

namespace Fairlead.Model.Causes;

/// <summary>A rule or policy on the host's way in drops what a container sends to a host address (SEMANTICS 2.4).</summary>
public sealed class HostFirewallDrops : CauseKind
{
    public override string Code => "host-firewall-drops";
    public override CauseRank Rank => CauseRank.Setting;
    public override ImmutableArray<(HopKind, HopResult)> StopsAt => [(HopKind.Filter, HopResult.Drop), (HopKind.Filter, HopResult.Unknown)];
    public override ImmutableArray<string> Excludes => ["networks-disjoint"];   // a rule is the engine's or it is not
    public override ImmutableArray<string> Fixes => ["allow-in-firewall", "connect-network", "use-name"];

    public override Match Examine(Question q, Needs needs)
    {
        var step = q.Stop;
        if (!q.StopsAtHost || step.Flow is not { } flow || q.World.HostOwns(flow.Destination) != Truth.Yes)
        {
            return Match.NotThis;
        }

        if (step.Result == HopResult.Unknown || step.Rule is not { } rule)
        {
            // Rules are unread: a silent dial to a host address is what a firewall looks like, and not more than that.
            return q.Seen is { Outcome: Facts.Outcome.Timeout } && step.Unread is not null ? Possible(q, needs, step, flow) : Match.Unclear;
        }

        needs.Note("rules", "host");
        var (me, at, port) = (Shown.Party(q.Source, "source"), Shown.Address(flow.Destination), Shown.Port(flow.DestinationPort));
        var text = Shown.Rule(rule.Text);
        var title = step.Reply
            ? Text.Of($"The host's firewall drops the answer from {at}:{port} to {me}: {text}", $"宿主机防火墙丢弃了 {at}:{port} 回给 {me} 的包：{text}")
            : Text.Of($"The host's firewall drops what {me} sends to {at}:{port}: {text}", $"宿主机防火墙丢弃了 {me} 发往 {at}:{port} 的包：{text}");
        return new Match.Holds(title, Show.With(q, Show.Rule(rule, step.At)));
    }

    private static Match Possible(Question q, Needs needs, Step step, Walk.Flow flow)
    {
        needs.Lack([step.Unread!]);
        var (me, at, port) = (Shown.Party(q.Source, "source"), Shown.Address(flow.Destination), Shown.Port(flow.DestinationPort));
        return new Match.Holds(
            Text.Of($"Nothing comes back from {at}:{port} to {me}, as behind a firewall on the host; its rules could not be read.",
                $"{me} 连 {at}:{port} 没有任何回应，像是被宿主机防火墙丢弃；但没能读到防火墙规则。"),
            Show.With(q), Inferred: true);
    }
}
