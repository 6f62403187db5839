using System.Collections.Immutable;
using System.Globalization;
using Fairlead.Engine.Client;
using Fairlead.Engine.Journal;
using Fairlead.Model.Answer;

namespace Fairlead.Engine.Apply;

/// <summary>What came of the steps of a plan.</summary>
/// <param name="Changed">What somebody else changed since the plan was made; null when nothing.</param>
/// <param name="Error">Why a step did not succeed, or the journal could not be written; null when all hold.</param>
internal sealed record Applied(JournalEntry Entry, ImmutableArray<FixStep> Steps, string? Changed, string? Error)
{
    public bool Holds => Changed is null && Error is null;
}

/// <summary>
/// Carries out the steps of one entry: each with its premises checked in the same second, announced in the journal before, marked after
/// (SAFETY 27-29). What fails is not taken back here.
/// </summary>
internal sealed class Applying(WorkPlace at, JournalStore journal, TimeProvider clock)
{
    /// <param name="since">Since when what is touched ran when the plan was shown, by <see cref="Touched.ReadAllAsync"/>.</param>
    /// <param name="did">Told after each step.</param>
    public async Task<Applied> RunAsync(JournalEntry entry, ImmutableSortedDictionary<string, string> since, Action<FixStep> did, CancellationToken cancel)
    {
        var steps = ImmutableArray.CreateBuilder<FixStep>();
        var ours = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            for (var i = 0; i < entry.Steps.Length; i++)
            {
                var step = entry.Steps[i];
                var work = StepWorks.Of(step.Action, at);
                if (await ChangedAsync(entry, step, since, ours, cancel) is { } changed)
                    return new Applied(entry, steps.ToImmutable(), changed, null);
                var (ready, why) = await work.PrepareAsync(step, cancel);
                if (why is not null)
                    return new Applied(entry, steps.ToImmutable(), why, null);
                var index = i;
                JournalStep Announce(JournalStep now)
                {
                    entry = entry.With(index, now);
                    journal.Write(entry);
                    return now;
                }
                step = Announce(ready with { State = StepStates.Begun });
                var begun = clock.GetTimestamp();
                var result = await work.DoAsync(step, entry, Announce, cancel);
                var made = new FixStep(step.Argv, result.Error is null, Math.Round(clock.GetElapsedTime(begun).TotalMilliseconds, 1), result.Error);
                steps.Add(made);
                did(made);
                entry = entry.With(i, result.Step with { State = result.Error is null ? StepStates.Done : StepStates.Begun });
                if (result.Error is { } error)
                    return new Applied(entry, steps.ToImmutable(), null, error);
                journal.Write(entry);
                ours.UnionWith(Touched.By(step.Action).Select(t => t.Key));
            }
            return new Applied(entry, steps.ToImmutable(), null, null);
        }
        catch (JournalException e)
        {
            return new Applied(entry, steps.ToImmutable(), null, at.Say($"the journal cannot be written: {e.Message}", $"日志写不进去：{e.Message}"));
        }
    }

    private async Task<string?> ChangedAsync(JournalEntry entry, JournalStep step, ImmutableSortedDictionary<string, string> since, HashSet<string> ours, CancellationToken cancel)
    {
        foreach (var touched in Touched.By(step.Action).Where(t => !ours.Contains(t.Key)))
        {
            var (form, started) = await touched.ReadAsync(at, cancel);
            // What a plan makes by name stands in it under that name: a step before this one made it.
            if (form == entry.Before[touched.Key] && started == since.GetValueOrDefault(touched.Key))
                continue;
            var what = touched.Key.StartsWith("container ", StringComparison.Ordinal) ? step.Name : touched.Key;
            return form == Canonical.Absent ? at.Say($"{what} is gone", $"{what} 已经不在了") : at.Say($"{what} is not as it was when the plan was made", $"{what} 和做方案时不一样了");
        }
        return null;
    }

    /// <summary>Four random bytes in hex digits.</summary>
    public static string Token()
    {
        Span<byte> bytes = stackalloc byte[4];
        using var random = File.OpenHandle("/dev/urandom");
        _ = RandomAccess.Read(random, bytes, 0);
        return Convert.ToHexString(bytes).ToLower(CultureInfo.InvariantCulture);
    }
}
