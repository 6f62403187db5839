using System.Collections.Immutable;
using Fairlead.Model.Answer;
using Fairlead.Model.Causes;
using Fairlead.Model.Walk;
using Fairlead.Model.Words;

namespace Fairlead.Model.Diagnosis;

/// <summary>Steps of the walk in the contract's form.</summary>
internal static class Hops
{
    public static ImmutableArray<Hop> Of(IEnumerable<Step> steps, string lang) => [.. steps.Select(s => Of(s, lang))];

    private static Hop Of(Step s, string lang) => new()
    {
        Kind = s.Kind.ToString().ToLowerInvariant(),
        At = s.At,
        Result = s.Result.ToString().ToLowerInvariant(),
        Direction = s.Reply ? Directions.Reply : Directions.Request,
        Leg = s.Leg,
        Flow = s.Flow is { } f ? new Answer.Flow(f.Source.ToString(), f.SourcePort == 0 ? null : f.SourcePort, f.Destination.ToString(), f.DestinationPort, f.Protocol) : null,
        // A rule stays as its tool prints it.
        Detail = s.Detail == s.Rule?.Text ? s.Detail : Phrases.In(lang, s.Detail),
        From = s.From.Length > 0 ? Phrases.In(lang, s.From) : null,
        Rule = s.Rule is { } rule ? new HopRule(Show.FamilyName(rule.Table.Family), rule.Table.Name, rule.Chain.Name, (long?)rule.Rule?.Handle, rule.Text,
            (long?)Show.PacketsOf(rule), rule.Rule?.Comment) : null,
        Unread = s.Unread?.What,
    };
}
