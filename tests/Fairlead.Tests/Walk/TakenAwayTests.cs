using System.Collections.Concurrent;
using Fairlead.Model.Answer;
using Fairlead.Model.Diagnosis;
using Xunit;

namespace Fairlead.Tests.Walk;

/// <summary>"Take a reading away": without one of the readings that it rests on no cause stays proven, and none takes its place with confidence.</summary>
public sealed class TakenAwayTests
{
    private static readonly Dictionary<string, string[]> Needed = File.ReadLines(Path.Combine(Recorded.Folder, "needed.txt"))
        .Where(l => !l.StartsWith('#')).Select(l => l.Split(": ")).ToDictionary(l => l[0], l => l[1].Split(", "));

    private static readonly ConcurrentDictionary<string, Lazy<(string What, string Of, Reasoned Reasoned)[]>> Cache = [];

    public static TheoryData<string> Scenarios => [.. Recorded.Names];

    [Theory, MemberData(nameof(Scenarios))]
    public void Exactly_what_a_cause_rests_on_keeps_it_from_being_proven(string scenario)
    {
        var recorded = Recorded.Of(scenario);
        var unproven = Without(recorded).Where(l => l.Reasoned.Confidence != Confidences.Proven).Select(l => $"{l.What} of {l.Of}").Order(StringComparer.Ordinal);
        Assert.Equal(Needed[scenario].Order(StringComparer.Ordinal), unproven);
    }

    [Theory, MemberData(nameof(Scenarios))]
    public void What_is_lacking_is_said_and_never_replaced_by_a_guess(string scenario)
    {
        var recorded = Recorded.Of(scenario);
        foreach (var (what, of, reasoned) in Without(recorded))
        {
            var about = $"without {what} of {of}: {reasoned.Root?.Kind.Code} {reasoned.Confidence}, predicted {reasoned.Question.Predicted}, {reasoned.Agreement}";
            Assert.True(reasoned.Verdict == Verdicts.Unreachable, about);
            Assert.True(reasoned.Agreement != Agreements.Differ, about);
            Assert.True(reasoned.Root is null || reasoned.Root.Kind.Code == recorded.Code || reasoned.Confidence == Confidences.Possible, about);
            Assert.True(reasoned.Confidence == Confidences.Proven || reasoned.NotRead.Any(n => n.Of == of), about);
        }
    }

    [Theory, MemberData(nameof(Scenarios))]
    public void Without_a_dial_nothing_lacking_gives_a_verdict_that_the_full_reading_does_not(string scenario)
    {
        var recorded = Recorded.Of(scenario);
        foreach (var (what, of, without) in Lacking.Of(recorded.Snapshot with { Resolutions = [] }))
        {
            var reasoned = Diagnoser.Reason(recorded.Ask(without, dialled: false));
            var about = $"without {what} of {of}: {reasoned.Root?.Kind.Code} {reasoned.Confidence}, predicted {reasoned.Question.Predicted}, {reasoned.Verdict}";
            Assert.True(reasoned.Verdict is Verdicts.Unreachable or Verdicts.Unknown, about);
            Assert.True(reasoned.Confidence != Confidences.Proven, about);
            Assert.True(reasoned.Root is null || reasoned.Root.Kind.Code == recorded.Code || reasoned.Confidence == Confidences.Possible, about);
        }
    }

    private static (string What, string Of, Reasoned Reasoned)[] Without(Recorded recorded) =>
        Cache.GetOrAdd(recorded.Name, _ => new(() => [.. Lacking.Of(recorded.Snapshot).Select(l => (l.What, l.Of, Diagnoser.Reason(recorded.Ask(l.Without))))])).Value;
}
