using System.Globalization;
using Fairlead.Cli.Rendering;
using Fairlead.Facts;
using Fairlead.Model.Answer;

namespace Fairlead.Cli.Commands;

/// <summary>
/// --wait: asks until it works or the time is over. Between the first answer and the last only whether it connects is asked, at growing intervals and
/// never more often than once a second; a connection that stands is asked in full. Every time anew, for the container may have been made again.
/// </summary>
internal static class Waiting
{
    /// <summary>Longest time that may be waited, seconds.</summary>
    public const int Most = 24 * 3600;

    private static readonly TimeSpan First = TimeSpan.FromSeconds(1), Longest = TimeSpan.FromSeconds(15);
    private const double Growth = 1.5;

    /// <param name="ask">Settings (in full, or <see cref="Settings.ConnectOnly"/>) to an answer.</param>
    /// <param name="wait">Null: asked once.</param>
    public static async Task<Diagnosis> AskAsync(Func<Settings, Task<Diagnosis>> ask, Settings settings, TimeSpan? wait, Surroundings around, CancellationToken cancel)
    {
        var (began, words) = (around.Clock.GetTimestamp(), Words.For(settings.Lang));
        var answer = await ask(settings).ConfigureAwait(false);
        if (wait is not { } whole)
            return answer;
        var (pause, tries, full) = (First, 1, true);
        while (answer.Verdict != Verdicts.Reachable && whole - around.Clock.GetElapsedTime(began) is { Ticks: > 0 } left)
        {
            var outcome = answer.Observed?.Outcome ?? answer.Predicted?.Outcome ?? Outcome.Unknown;
            var passed = (int)around.Clock.GetElapsedTime(began).TotalSeconds;
            around.Progress.Report(words.Of(string.Create(CultureInfo.InvariantCulture, $"waiting: {words.Short(outcome)} · {words.Count(tries, "dial")} · {passed} s of {(int)whole.TotalSeconds} s"),
                string.Create(CultureInfo.InvariantCulture, $"等待中：{words.Short(outcome)} · 拨了 {tries} 次 · {passed} 秒，最多 {(int)whole.TotalSeconds} 秒")));
            await Task.Delay(left < pause ? left : pause, around.Clock, cancel).ConfigureAwait(false);
            pause = pause * Growth < Longest ? pause * Growth : Longest;
            tries++;
            try
            {
                answer = await ask(settings with { ConnectOnly = true }).ConfigureAwait(false);
                full = false;
                if (answer.Verdict != Verdicts.Reachable)
                    continue;
                // Connected: what the server says may still be wrong. A second after the dial before.
                await Task.Delay(First, around.Clock, cancel).ConfigureAwait(false);
                answer = await ask(settings).ConfigureAwait(false);
                full = true;
            }
            catch (CannotAnswerException e) when (e.Answer.Code is ErrorCodes.NoSuchSource or ErrorCodes.Gone or ErrorCodes.EngineUnreachable or ErrorCodes.Busy)
            {
                // Being made again just now; the last question says so if it stays away.
                full = false;
            }
        }
        return full ? answer : await ask(settings).ConfigureAwait(false);
    }
}
