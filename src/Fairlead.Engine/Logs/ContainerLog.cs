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
/// <param name="Since">The last start; what is older is of another run. Null: it was never started.</param>
public sealed record LogSource(string Id, string Name, string Driver, bool Terminal, DateTimeOffset? Since)
{
    // The engine takes down the moment of a start after the process runs, so that its first lines may be a little older.
    private static readonly TimeSpan Early = TimeSpan.FromSeconds(1);

    /// <summary>From GET /containers/ID/json; null where it is no container's.</summary>
    public static LogSource? Of(JsonElement inspect)
    {
        if (inspect.Text("Id") is not { Length: > 0 } id)
            return null;
        var (started, finished) = (Time(inspect.Text("State", "StartedAt")), Time(inspect.Text("State", "FinishedAt")));
        var since = started - Early;
        // Of a restarted container the run before ended before this one: nothing older than that end is of this run.
        if (finished < started && finished > since)
            since = finished;
        return new LogSource(id, SourceFinder.NameOf(inspect), inspect.Text("HostConfig", "LogConfig", "Type"), inspect.Flag("Config", "Tty"), since);
    }

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
