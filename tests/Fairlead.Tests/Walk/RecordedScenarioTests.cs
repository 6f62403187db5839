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
        Assert.Equal(recorded.Behind, reasoned.Behind.Select(l => l.Cause!.Kind.Code));
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

    /// <summary>A plan that is known to fail is no plan. What a container that is not running would listen on is unknown.</summary>
    [Theory, MemberData(nameof(Scenarios))]
    public void No_plan_is_known_to_fail(string scenario)
    {
        var reasoned = Diagnoser.Reason(Recorded.Of(scenario).Ask());
        foreach (var draft in reasoned.Drafts)
            Assert.True(draft.Predicted is Outcome.Ok or Outcome.LeavesHost or Outcome.Unknown, $"{draft.Key}: predicted {draft.Predicted}, meets {string.Join(", ", draft.Meets)}");
    }

    [Fact]
    public void The_host_s_port_beside_a_container_s_name_is_cured_by_every_plan()
    {
        var reasoned = Diagnoser.Reason(Recorded.Of("28.networks-disjoint.by-name-and-host-port").Ask());
        Assert.Equal(["connect-network", "use-host-address"], reasoned.Drafts.Select(d => d.Id).Where(id => id != "use-host-gateway").Order());
        Assert.All(reasoned.Drafts, d => Assert.Equal(["networks-disjoint", "published-port-used-inside"], d.Cures));
        Assert.Equal(80, reasoned.Drafts.Single(d => d.Id == "connect-network").NewTarget!.Port);
    }
}
