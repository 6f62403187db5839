using Fairlead.Facts;
using Fairlead.Model.Answer;
using Fairlead.Model.Walk;

namespace Fairlead.Model.Diagnosis;

/// <summary>
/// A model that had to guess and is contradicted by the dial does not contradict the dial: what it did not read decided. It predicts nothing
/// then, and its walk stops where the reading was lacking.
/// </summary>
public static class Doubt
{
    public static Question Of(Question q)
    {
        if (q.Certain || q.Predicted == Outcome.Unknown || Outcomes.Agreement(q) != Agreements.Differ)
        {
            return q;
        }

        return q with
        {
            Predicted = Outcome.Unknown,
            Paths = [.. q.Paths.Select(Doubted)],
            Path = q.Path is null ? null : Doubted(q.Path),
            Contradicted = true,
        };
    }

    private static WalkPath Doubted(WalkPath path) => path.Certain ? path : path with
    {
        Outcome = Outcome.Unknown,
        Stop = path.Steps.LastOrDefault(s => s is { Kind: HopKind.Filter, Result: HopResult.Unknown }) ?? path.Stop,
    };
}
