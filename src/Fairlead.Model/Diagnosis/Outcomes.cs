using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Fairlead.Facts;
using Fairlead.Model.Answer;
using Fairlead.Model.Walk;

namespace Fairlead.Model.Diagnosis;

/// <summary>How outcomes are put together, compared and judged: CONTRACT parts 3 and 4, in one place.</summary>
public static class Outcomes
{
    private static bool UnusableFamily(string outcome) => outcome is Outcome.AddressUnavailable or Outcome.NetUnreachable;

    /// <summary>The model's outcome over all addresses, and the walk that stands for it.</summary>
    public static (string Outcome, WalkPath? Path) Combine(NameAnswer name, ImmutableArray<WalkPath> paths)
    {
        if (paths.IsEmpty)
        {
            return (name.Outcome == Outcome.Ok ? Outcome.Unknown : name.Outcome, null);
        }

        var index = Choose(paths.Select(p => (p.Address, p.Outcome)).ToImmutableArray(), out var outcome);
        return (outcome, paths[index]);
    }

    /// <summary>Which of several tries stands for the whole, and the whole's outcome.</summary>
    public static int Choose(ImmutableArray<(IPAddress Address, string Outcome)> tries, out string outcome)
    {
        bool connects(string o) => o is Outcome.Ok or Outcome.Cut or Outcome.Silent or Outcome.Stalled or Outcome.LeavesHost;
        var ok = Enumerable.Range(0, tries.Length).Where(i => connects(tries[i].Outcome)).ToArray();
        var bad = Enumerable.Range(0, tries.Length).Where(i => !connects(tries[i].Outcome)).ToArray();
        if (ok.Length > 0)
        {
            var counted = bad.Where(i => !UnusableFamily(tries[i].Outcome)).ToArray();
            if (counted.Length == 0)
            {
                var worst = ok.FirstOrDefault(i => tries[i].Outcome != Outcome.Ok, ok[0]);
                outcome = tries[worst].Outcome;
                return worst;
            }

            outcome = counted.Any(i => tries[i].Outcome == Outcome.Unknown) ? Outcome.Unknown : Outcome.Mixed;
            return counted[0];
        }

        var first = Enumerable.Range(0, tries.Length).FirstOrDefault(i => tries[i].Address.AddressFamily == AddressFamily.InterNetwork, 0);
        outcome = tries[first].Outcome;
        return first;
    }

    public static string Agreement(Question q) => Agreement(q.Predicted, q.Seen, q.Paths.Any(p => p.ThroughProxy),
        q.Asked.Literal is not null || !World.Bearers.Anywhere(q.World, q.Asked.Host).IsEmpty, q.Asked.Protocol);

    /// <summary>agreement: CONTRACT part 4.</summary>
    /// <param name="throughProxy">The predicted path has a proxy hop.</param>
    /// <param name="localName">Some party of this host bears the name.</param>
    public static string Agreement(string? predicted, Seen? seen, bool throughProxy, bool localName, string protocol)
    {
        if (predicted is null or Outcome.Unknown || seen is null || seen.Outcome == Outcome.Unknown)
        {
            return Agreements.Unchecked;
        }

        var observed = seen.Outcome;
        if (Outlasts(predicted, seen))
        {
            return Agreements.Unchecked;
        }

        bool nameFailure(string o) => o is Outcome.NameNotFound or Outcome.NameFailure or Outcome.NameTimeout;
        var agree = predicted == observed
            || (protocol == "udp" && predicted is Outcome.Silent or Outcome.Timeout && observed is Outcome.Silent or Outcome.Timeout)
            || (predicted == Outcome.LeavesHost && !nameFailure(observed)
                && observed is not (Outcome.Denied or Outcome.AddressUnavailable or Outcome.NetUnreachable))
            || (predicted == Outcome.Ok && !throughProxy && observed is Outcome.Cut or Outcome.Silent or Outcome.Stalled)
            || (!localName && nameFailure(predicted) && nameFailure(observed));
        return agree ? Agreements.Agree : Agreements.Differ;
    }

    /// <summary>A handshake alone says nothing against what the model expects to come after it: the prediction stands, unchecked (CONTRACT part 3).</summary>
    public static bool Outlasts(string? predicted, Seen? seen) =>
        seen is { Outcome: Outcome.Ok, Main.Level: DialLevel.Connect } && predicted is Outcome.Cut or Outcome.Silent or Outcome.Stalled;

    /// <summary>verdict: the table of CONTRACT part 4.</summary>
    public static string Verdict(string outcome, AnswerFact? answer, string? scheme) => outcome switch
    {
        Outcome.Ok when answer is null or { Spoken: "not-asked" } => Verdicts.Reachable,
        Outcome.Ok when answer.Spoken == "mismatch" => Verdicts.Unreachable,
        Outcome.Ok when answer.Spoken == "refused-by-server" => Verdicts.Degraded,
        Outcome.Ok when scheme is "ws" or "wss" => answer.Status == 101 ? Verdicts.Reachable : Verdicts.Degraded,
        Outcome.Ok when answer is { Kind: "http", Status: >= 500 } => Verdicts.Degraded,
        Outcome.Ok => Verdicts.Reachable,
        Outcome.Mixed or Outcome.Stalled => Verdicts.Degraded,
        Outcome.Unknown => Verdicts.Unknown,
        _ => Verdicts.Unreachable,
    };
}
