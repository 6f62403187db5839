using System.Globalization;
using Fairlead.Facts;
using Fairlead.Model.Answer;
using Fairlead.Model.Causes;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Words;
using Fairlead.Model.World;

namespace Fairlead.Model.Repairs;

/// <summary>Plans that mend a name or a port that was written wrongly.</summary>
public static class Spelling
{
    /// <summary>The nearest names that work from the source.</summary>
    public static IEnumerable<Draft> Names(Question q)
    {
        foreach (var (_, name) in Bearers.Near(q.World, q.Asked.Host).Take(3))
        {
            var to = q.Asked.At(name, q.Asked.Port);
            var asked = Question.Ask(q.World, q.Source, to);
            if (asked.Predicted == Outcome.Ok)
            {
                yield return Write(FixIds.FixName, to, "name-unknown");
            }
        }
    }

    /// <summary>The only other port on which the target listens for others.</summary>
    public static IEnumerable<Draft> Ports(Question q)
    {
        if (q.Path?.Target is not { IsHost: false } target || q.ToLoopback || q.Path.ThroughProxy)
        {
            yield break;
        }

        var listeners = Listeners.Of(target, q.Asked.Protocol);
        if (listeners.IsKnown && Listeners.Ports([.. listeners.Value.Where(l => !Listeners.LoopbackOnly(l))]).ToArray() is [var only])
        {
            var to = q.Asked.At(q.Asked.Host, only);
            if (Question.Ask(q.World, q.Source, to).Predicted == Outcome.Ok)
            {
                yield return Write(FixIds.FixPort, to, "nothing-listens");
            }
        }
    }

    private static Draft Write(string id, Asked to, string cures) => new()
    {
        Id = id,
        Touches = [Addresses.EndPoint(to)],
        Title = Text.Of($"Write {Shown.Target(to.Given)}", $"改写成 {Shown.Target(to.Given)}"),
        Steps = [new DraftStep(id, StepPlaces.App, Text.Of($"write {Shown.Target(to.Given)}", $"改写成 {Shown.Target(to.Given)}"))],
        NewTarget = to,
        Provable = to,
        Cures = [cures],
        Cost = [CostNames.Setting],
        SurvivesRecreate = true,
        Predicted = Outcome.Ok,
    };
}
