using System.Collections.Immutable;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Fairlead.Engine.Asking;
using Fairlead.Engine.Capture;
using Fairlead.Facts;
using Fairlead.Model.Answer;
using Fairlead.Model.Leads;
using Fairlead.Model.Symptoms;
using Fairlead.Model.World;

namespace Fairlead.Engine.Scanning;

/// <summary>Asks of each suspect what `why` asks, and makes of the answer a problem, a suspicion, or nothing.</summary>
internal sealed class Explaining(HostCapture capture, WhyOptions options)
{
    private const int MostProblems = 60, MostSuspicions = 40, MostUnchecked = 60, QuickAtOnce = 8;
    private readonly HashSet<string> looked = [];
    private readonly List<Problem> problems = [];
    private readonly List<UncheckedSight> left = [];

    /// <summary>Seen failing, and neither a dial nor the model can tell what of now.</summary>
    public ImmutableArray<UncheckedSight> Left => [.. left.Take(MostUnchecked)];

    public async Task<ImmutableArray<Problem>> ProblemsAsync(ScanRead read, IReadOnlyList<Suspect> suspects, ImmutableArray<DialSeries> series, CancellationToken cancel)
    {
        var asked = Enumerable.Range(0, suspects.Count).Where(i => Wanted(suspects, series, i)).Take(MostProblems).ToArray();
        var found = new Problem?[asked.Length];
        var done = 0;
        async Task explain(int n, CancellationToken token)
        {
            if (await OneAsync(suspects[asked[n]], series[asked[n]], token) is { } problem)
                found[n] = problem with { SeenIn = [.. problem.SeenIn, .. Configured(read, suspects[asked[n]])] };
            options.Progress?.Report(new ScanProgress("causes", Interlocked.Increment(ref done), asked.Length));
        }
        var silent = Enumerable.Range(0, asked.Length).ToLookup(n => series[asked[n]].IsSilent);
        // Each was dialled alone before. A dial that connects is watched for a fifth of a second, which is mostly waiting.
        await Parallel.ForEachAsync(silent[false], new ParallelOptions { MaxDegreeOfParallelism = QuickAtOnce, CancellationToken = cancel }, async (n, token) => await explain(n, token));
        await Parallel.ForEachAsync(silent[true], new ParallelOptions { MaxDegreeOfParallelism = Redialling.SilentAtOnce, CancellationToken = cancel }, async (n, token) => await explain(n, token));
        problems.AddRange(found.OfType<Problem>().Select((p, i) => p with { N = i + 1 }));
        return [.. problems];
    }

    /// <summary>Leads with positive evidence and no failure: computed, never dialled, at most possible.</summary>
    public async Task<ImmutableArray<Problem>> SuspicionsAsync(ScanRead read, IReadOnlyCollection<WorkingPair> working, CancellationToken cancel)
    {
        var world = read.World;
        var found = ImmutableArray.CreateBuilder<Problem>();
        foreach (var c in world.Containers.Where(c => c.Running && read.Leads.ContainsKey(c.Id)))
        {
            var (source, all) = read.Leads[c.Id];
            foreach (var lead in all.Where(l => LeadFinder.IsSuspicious(l, source, port => LeadSources.OthersHave(world, c, port))))
            {
                // A connection to that port that stands now speaks against it.
                if (found.Count >= MostSuspicions || problems.Any(p => p.Source.Id == c.Id && p.Target.Port == lead.Port && Same(p.Target.Host, lead.Host))
                    || working.Any(w => w.Source == c.Name && w.Target.EndsWith(":" + lead.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal))
                    || Model.Diagnosis.Asked.Parse(lead.Target, out _) is not { } target)
                    continue;
                var answer = await AskAsync(new Suspect(c, target, [], [], false), options with { Probe = false }, cancel);
                if (answer?.Verdict is Verdicts.Unreachable or Verdicts.Degraded)
                    found.Add(new Problem(answer) { N = found.Count + 1, Key = Key(answer), SeenIn = [Sight(lead)], Cause = answer.Cause is { } cause ? cause with { Confidence = Confidences.Possible } : null });
            }
        }
        return found.ToImmutable();
    }

    /// <summary>Whether a suspect's series, or where there is none the line itself, makes it worth explaining.</summary>
    private static bool Wanted(IReadOnlyList<Suspect> suspects, ImmutableArray<DialSeries> series, int i)
    {
        var (suspect, dialled) = (suspects[i], series[i]);
        return dialled.Standing switch
        {
            Standing.NotDialled => !suspect.Tied || suspect.Only,
            // Connected and then nothing: a handshake does not show it, the model may.
            Standing.Works => !suspect.Tied && suspect.Classes.Any(c => c is SymptomClass.Silent or SymptomClass.Cut or SymptomClass.Stalled or SymptomClass.TimedOut),
            _ => !suspect.Tied || dialled.Fits(suspect.Classes)
                // No lead of that container fails in the way of the line: then it is the only one that fails at all.
                || !Enumerable.Range(0, suspects.Count).Any(j => j != i && suspects[j].Source.Id == suspect.Source.Id && series[j].AnyFailed),
        };
    }

    private async Task<Problem?> OneAsync(Suspect suspect, DialSeries series, CancellationToken cancel)
    {
        var dialled = series.Standing != Standing.NotDialled;
        if (!suspect.Source.Running)
            await capture.KnowStoppedAsync(suspect.Source.Id, cancel);
        // A handshake that works says nothing of what comes after it: there the model's answer stands, without a second witness.
        var handshakes = series.Standing == Standing.Works;
        var answer = await AskAsync(suspect, Redialling.For(series, options) with { Probe = dialled && !handshakes && options.Probe }, cancel);
        if (handshakes && answer?.Predicted?.Outcome is not (Outcome.Silent or Outcome.Cut or Outcome.Stalled))
            return null;
        // The run's dials are used up: what was seen twice stands, and the model explains it.
        if (answer is { Observed.Outcome: Outcome.Unknown } && series.Standing is Standing.Fails or Standing.Sometimes)
            answer = await AskAsync(suspect, options with { Probe = false }, cancel);
        if (answer is null)
            return null;
        if (dialled && answer.Observed is { Outcome: not Outcome.Unknown } now)
            series = series with { Alone = series.Alone.Add(now.Outcome) };
        var sometimes = series.Standing == Standing.Sometimes;
        if (sometimes)
            answer = answer with { Verdict = Verdicts.Degraded };
        else if (answer.Verdict is not (Verdicts.Unreachable or Verdicts.Degraded) && !Possible(answer, suspect))
        {
            if (answer.Verdict == Verdicts.Unknown && !suspect.Tied && !dialled && suspect.Sightings.Any(s => s.Kind == "log"))
            {
                lock (left)
                    left.Add(new UncheckedSight(suspect.Source.Name, suspect.Target.Given, suspect.Sightings));
            }
            return null;
        }
        return new Problem(answer)
        {
            Key = Key(answer),
            Series = series.All,
            Intermittent = sometimes,
            SeenIn = [.. suspect.Sightings.Select(s => s with { StillHappening = series.AnyFailed ? true : s.StillHappening })],
        };
    }

    /// <summary>Not dialled, and not certain: what the log says and the model says too is possible.</summary>
    private static bool Possible(Diagnosis answer, Suspect suspect) =>
        answer is { Verdict: Verdicts.Unknown, Cause: not null, Predicted: { } predicted } && suspect.Classes.Any(c => SymptomClass.Fits(c, predicted.Outcome));

    private async Task<Diagnosis?> AskAsync(Suspect suspect, WhyOptions with, CancellationToken cancel)
    {
        try
        {
            HashSet<string> own;
            lock (looked)
                own = [.. looked];
            var answer = (await WhyQuestion.AskAsync(with, capture, Named(suspect.Source.Name), suspect.Target, own, cancel)).Diagnosis;
            lock (looked)
                looked.UnionWith(own);
            return answer;
        }
        catch (AskException)
        {
            return null;   // gone since it was listed
        }
    }

    // A container may be called host.
    private static string Named(string name) => name == "host" ? "container:host" : name;

    /// <summary>The settings of that container that name the same place: where the new address is to be written.</summary>
    private static IEnumerable<Sighting> Configured(ScanRead read, Suspect suspect) =>
        read.Leads.TryGetValue(suspect.Source.Id, out var of)
            ? of.Leads.Where(l => l.Port == suspect.Target.Port && Same(l.Host, suspect.Target.Host)).DistinctBy(l => (l.Kind, l.Where)).Take(4).Select(Sight)
            : [];

    private static Sighting Sight(Lead lead) => new() { Kind = lead.Kind, Text = lead.Where, Address = $"{lead.Host}:{lead.Port.ToString(CultureInfo.InvariantCulture)}" };

    private static bool Same(string a, string b) =>
        a.Equals(b, StringComparison.OrdinalIgnoreCase) || (LeadFinder.IsLoopback(a) && LeadFinder.IsLoopback(b) && a.Contains(':') == b.Contains(':'));

    /// <summary>12 hex digits over source, target without query, and code.</summary>
    internal static string Key(Diagnosis answer)
    {
        var target = answer.Target.Given;
        var text = $"{answer.Source.Service ?? answer.Source.Name}\n{(target.IndexOf('?', StringComparison.Ordinal) is >= 0 and var query ? target[..query] : target)}\n{answer.Cause?.Code}";
        return XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(text)).ToString("x16", CultureInfo.InvariantCulture)[..12];
    }
}
