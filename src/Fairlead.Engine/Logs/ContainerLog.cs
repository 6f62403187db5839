using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Fairlead.Engine.Capture;
using Fairlead.Engine.Client;
using Fairlead.Facts;
using Fairlead.Model.Symptoms;

namespace Fairlead.Engine.Logs;

/// <summary>A container whose log is wanted.</summary>
/// <param name="Driver">HostConfig.LogConfig.Type: "json-file", "local", "journald", …</param>
/// <param name="Terminal">Config.Tty.</param>
/// <param name="Since">From where on lines tell of now. Null: it was never started.</param>
public sealed record LogSource(string Id, string Name, string Driver, bool Terminal, DateTimeOffset? Since)
{
    // The engine takes down the moment of a start after the process runs, so that its first lines may be a little older.
    private static readonly TimeSpan Early = TimeSpan.FromSeconds(1);

    // A run that lasts so long ends a loop: the engine's own measure (moby: restartmanager), after which its waiting begins anew.
    private static readonly TimeSpan Loop = TimeSpan.FromSeconds(10);

    // Of a run that ended in failure its last minute says why; and after a day nobody waits for it any more.
    private static readonly TimeSpan LastWords = TimeSpan.FromMinutes(1), Forgotten = TimeSpan.FromDays(1);

    /// <summary>From GET /containers/ID/json; null where it is no container's, or one whose lines tell nothing of now.</summary>
    /// <param name="now">The time by which a loop is told from a run, and a failure of today from an old one. Null: neither matters.</param>
    public static LogSource? Of(JsonElement inspect, DateTimeOffset? now = null)
    {
        if (inspect.Text("Id") is not { Length: > 0 } id)
            return null;
        var (started, finished) = (Time(inspect.Text("State", "StartedAt")), Time(inspect.Text("State", "FinishedAt")));
        return Current(inspect, started, finished, now, out var since)
            ? new LogSource(id, SourceFinder.NameOf(inspect), inspect.Text("HostConfig", "LogConfig", "Type"), inspect.Flag("Config", "Tty"), since)
            : null;
    }

    /// <summary>
    /// Of a container that runs, the lines since its start. One that is started anew every few seconds has hardly written any: of it the lines of the
    /// run that ended count too. (Its beginning is not told while the next one runs, but it was shorter than a loop's.)
    /// </summary>
    private static bool Current(JsonElement inspect, DateTimeOffset? started, DateTimeOffset? finished, DateTimeOffset? now, out DateTimeOffset? since)
    {
        since = started - Early;
        switch (inspect.Text("State", "Status"))
        {
            case "restarting":
                return true;
            case "exited" or "dead":
                since = finished - LastWords > since ? finished - LastWords : since;
                return FailedByItself(inspect.Number("State", "ExitCode")) && !(now - finished > Forgotten);
            case "created" or "removing":
                return false;
            default:
                // Of a restarted container the run before ended before this one: nothing older than that end is of this run.
                if (finished < started && finished > since)
                    since = finished;
                if (inspect.Number("RestartCount") > 0 && finished < started && now - started < Loop)
                    since = finished - Loop;
                return true;
        }
    }

    // 0 is done; 130, 137 and 143 are what SIGINT, SIGKILL and SIGTERM leave behind: somebody switched it off.
    private static bool FailedByItself(int exit) => exit is not (0 or 130 or 137 or 143);

    // "0001-01-01T00:00:00Z" is the engine's never.
    private static DateTimeOffset? Time(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && time.Year > 1 ? time : null;
}

/// <summary>What one container's log gave. The lines themselves are not kept.</summary>
/// <param name="Symptoms">In the order of the lines; their text masked.</param>
/// <param name="Lines">How many lines were looked at.</param>
/// <param name="Cut">True when there may be older lines of this run that were not looked at.</param>
/// <param name="Missing">Why nothing, or not all, was read; null when it was.</param>
public sealed record ContainerLog(LogSource Source, ImmutableArray<Symptom> Symptoms, int Lines, bool Cut, NotRead? Missing);
