using Fairlead.Facts;
using Fairlead.Model.Answer;
using Fairlead.Model.Diagnosis;
using Xunit;

namespace Fairlead.Tests.Walk;

/// <summary>Recorded scenarios, reasoned about again: model, the lab's dial and what was expected.</summary>
public sealed class RecordedScenarioTests
{
    public static TheoryData<string> Scenarios => [.. Recorded.Names];

    [Theory, MemberData(nameof(Scenarios))]
    public void Model_dial_and_expectation_agree(string scenario)
    {
        var recorded = Recorded.Of(scenario);
        Assert.Equal(recorded.Outcome, recorded.Seen.Outcome);
        var reasoned = Diagnoser.Reason(recorded.Ask());
        Assert.Equal(recorded.Outcome, reasoned.Question.Predicted);
        Assert.True(reasoned.Question.Certain, $"not certain: {string.Join("; ", reasoned.NotRead)}");
        Assert.Equal(Agreements.Agree, reasoned.Agreement);
        Assert.Equal(recorded.Code, reasoned.Root?.Kind.Code);
        Assert.Equal(Confidences.Proven, reasoned.Confidence);
        Assert.Equal(recorded.Behind, reasoned.Behind.Select(l => l.Cause.Kind.Code));
    }

    [Theory, MemberData(nameof(Scenarios))]
    public void Without_a_dial_the_same_cause_is_at_most_likely(string scenario)
    {
        var recorded = Recorded.Of(scenario);
        var reasoned = Diagnoser.Reason(recorded.Ask(recorded.Snapshot with { Resolutions = [] }, dialled: false));
        Assert.Equal(recorded.Code, reasoned.Root?.Kind.Code);
        Assert.Contains(reasoned.Confidence, new[] { Confidences.Likely, Confidences.Possible });
        Assert.Equal(Agreements.Unchecked, reasoned.Agreement);
    }
}
