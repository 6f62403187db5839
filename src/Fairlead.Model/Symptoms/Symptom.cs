using Fairlead.Facts;

namespace Fairlead.Model.Symptoms;

/// <summary>One line of a container's log.</summary>
/// <param name="At">When the engine received it; null where it does not say.</param>
/// <param name="Text">Without the line end; untrusted.</param>
public readonly record struct LogLine(DateTimeOffset? At, string Text);

/// <summary>Whose failure a line tells of.</summary>
public enum SymptomAbout
{
    /// <summary>The writer dialled something and did not get through.</summary>
    Dial,
    /// <summary>The writer serves others, and complains of one of them.</summary>
    Serving,
    /// <summary>The writer could not take its own address or start.</summary>
    Starting,
    /// <summary>The engine said it, of a container or network.</summary>
    Engine,
    /// <summary>The kernel said it.</summary>
    Kernel,
}

/// <summary>How it failed: the outcomes of the contract, and what only a log can tell.</summary>
public static class SymptomClass
{
    public const string Refused = Outcome.Refused, TimedOut = Outcome.Timeout, HostUnreachable = Outcome.HostUnreachable,
        NetUnreachable = Outcome.NetUnreachable, Denied = Outcome.Denied, AddressUnavailable = Outcome.AddressUnavailable,
        NameNotFound = Outcome.NameNotFound, NameFailure = Outcome.NameFailure, NameTimeout = Outcome.NameTimeout, Cut = Outcome.Cut,
        Silent = Outcome.Silent, Stalled = Outcome.Stalled;

    /// <summary>It did not connect, and the line does not say how.</summary>
    public const string Unknown = Outcome.Unknown;

    /// <summary>Connected, and the other side spoke another protocol.</summary>
    public const string Mismatch = "mismatch";

    /// <summary>Connected, and an access rule of the server, or its answer to an upgrade, said no.</summary>
    public const string RefusedByServer = "refused-by-server";

    /// <summary>A socket file was tried, and is not there.</summary>
    public const string NoSocket = "no-socket";

    /// <summary>Not a dial: a start, a setting, a rule of the engine's.</summary>
    public const string Setup = "setup";

    /// <summary>Whether the name was the matter. Which of the three it is depends on who forwards, not on the fault.</summary>
    public static bool IsName(string symptom) => symptom is NameNotFound or NameFailure or NameTimeout;

    /// <summary>Whether an outcome of today is the same failure as a line tells.</summary>
    public static bool Fits(string symptom, string outcome) =>
        symptom == outcome || symptom == Unknown || (IsName(symptom) && IsName(outcome))
        || (symptom is Silent or TimedOut && outcome is Outcome.Silent or Outcome.Timeout);
}

/// <summary>A failure that a log line (or a trace of several) tells of.</summary>
public sealed record Symptom
{
    /// <summary>Who writes such lines: "go", "node", "libpq", "nginx", "app" where only the words are known.</summary>
    public required string Emitter { get; init; }
    public SymptomAbout About { get; init; } = SymptomAbout.Dial;

    /// <summary>One of <see cref="SymptomClass"/>.</summary>
    public required string Class { get; init; }

    /// <summary>The name that was asked for, where the line says it; "" otherwise.</summary>
    public string Name { get; init; } = "";

    /// <summary>The address that was dialled, where the line says it; "" otherwise. A path for <see cref="SymptomClass.NoSocket"/>.</summary>
    public string Address { get; init; } = "";

    /// <summary>0 where the line does not say it.</summary>
    public int Port { get; init; }

    /// <summary>The port that such a program dials when nothing says another: 3306 for a MySQL client, whose errors name none. 0 where it has none.</summary>
    public int Usual { get; init; }

    /// <summary>Scheme and path of a URL in the line that names the same place: "http", "/v1"; "" otherwise.</summary>
    public string Scheme { get; init; } = "";
    public string Path { get; init; } = "";
    public DateTimeOffset? At { get; init; }

    /// <summary>The telling line, at most 400 characters; untrusted and not masked.</summary>
    public required string Text { get; init; }

    /// <summary>What was dialled: the name where there is one, else the address; "" where the line says neither.</summary>
    public string Host => Name.Length > 0 ? Name : Address;
    public bool HasPlace => Host.Length > 0;

    /// <summary>"host:port" as a person would write it; "" where the line does not say it.</summary>
    public string Place => !HasPlace ? "" : Port == 0 ? Host : $"{(Host.Contains(':') ? $"[{Host}]" : Host)}:{Port}";
}
