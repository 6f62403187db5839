using Fairlead.Facts;
using Fairlead.Model.Answer;
using Fairlead.Model.Diagnosis;
using Xunit;

namespace Fairlead.Tests.Walk;

/// <summary>CONTRACT part 3: a dial that only connects says nothing against a predicted silence; the prediction stands, at most likely.</summary>
public sealed class HandshakeOnlyTests
{
    [Theory]
    [InlineData(DialLevel.Connect, Verdicts.Unreachable, Agreements.Unchecked, "target-paused", Confidences.Likely)]
    [InlineData(DialLevel.Ask, Verdicts.Reachable, Agreements.Differ, null, null)]
    public void A_paused_target_that_connects(string level, string verdict, string agreement, string? code, string? confidence)
    {
        var recorded = Recorded.Of("28.target-paused.by-name");
        var main = recorded.Seen.Main! with { Level = level, Outcome = Outcome.Ok };
        var reasoned = Diagnoser.Reason(recorded.Ask() with { Seen = recorded.Seen with { Outcome = Outcome.Ok, Main = main, Dials = [main] } });
        Assert.Equal((verdict, agreement, code, confidence), (reasoned.Verdict, reasoned.Agreement, reasoned.Root?.Kind.Code, reasoned.Confidence));
    }
}
