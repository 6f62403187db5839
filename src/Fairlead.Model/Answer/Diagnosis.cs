using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Fairlead.Facts;

namespace Fairlead.Model.Answer;

/// <summary>The answer to `why`: fairlead.diagnosis/1, field by field as the contract has it (part 2). Order of members is order in JSON.</summary>
public record Diagnosis
{
    public const string CurrentSchema = "fairlead.diagnosis/1";

    public string Schema { get; init; } = CurrentSchema;

    /// <summary>When the facts were read.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>"en" or "zh": the language of every sentence below.</summary>
    public required string Lang { get; init; }

    /// <summary>Fairlead's version.</summary>
    public required string Tool { get; init; }

    /// <summary>Written only when true: the answer comes from the embedded demonstration host.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Demo { get; init; }

    public required EngineInfo Engine { get; init; }
    public required VantageInfo Vantage { get; init; }
    public required SourceInfo Source { get; init; }
    public required TargetInfo Target { get; init; }

    /// <summary>One of <see cref="Verdicts"/>.</summary>
    public required string Verdict { get; init; }

    /// <summary>Why it does not work; null when it works or nothing could be shown.</summary>
    public Cause? Cause { get; init; }

    /// <summary>What else was met: <see cref="Cause.Relation"/> is set in each.</summary>
    public ImmutableArray<Cause> AlsoFound { get; init; } = [];

    /// <summary>What the model computed; null when it was not asked or could not begin.</summary>
    public Prediction? Predicted { get; init; }

    /// <summary>What a dial gave; null when none was made.</summary>
    public Observation? Observed { get; init; }

    /// <summary>One of <see cref="Agreements"/>.</summary>
    public required string Agreement { get; init; }
    public Difference? Difference { get; init; }
    public ImmutableArray<NotReadInfo> NotRead { get; init; } = [];
    public ImmutableArray<Plan> Plans { get; init; } = [];
}

/// <summary>The engine that was asked.</summary>
/// <param name="Version">"28.5.2".</param>
/// <param name="Api">The API version negotiated, "1.51".</param>
/// <param name="Kind">One of <see cref="EngineKinds"/>.</param>
/// <param name="Firewall">One of <see cref="FirewallKinds"/>.</param>
public sealed record EngineInfo(string Version, string Api, string Kind, string Firewall);

/// <summary>From where it was looked.</summary>
/// <param name="Kind">One of <see cref="VantageKinds"/>.</param>
/// <param name="As">Who looked: "uid 0".</param>
public sealed record VantageInfo(string Kind, string As);

/// <summary>A network by name and id.</summary>
public sealed record NetworkRef(string Name, string Id);

/// <summary>The party that dials.</summary>
public sealed record SourceInfo
{
    /// <summary>"container" or "host".</summary>
    public required string Kind { get; init; }
    public required string Name { get; init; }

    /// <summary>Full container id; null for the host.</summary>
    public string? Id { get; init; }

    /// <summary>Compose project; null where there is none.</summary>
    public string? Project { get; init; }

    /// <summary>Compose service; null where there is none.</summary>
    public string? Service { get; init; }

    /// <summary>The engine's word: "running", "exited", …; "running" for the host.</summary>
    public string? State { get; init; }

    /// <summary>One of <see cref="SourceModes"/>.</summary>
    public required string Mode { get; init; }

    /// <summary>Name of the container whose sandbox it shares; null when it has its own.</summary>
    public string? SharesWith { get; init; }
    public ImmutableArray<NetworkRef> Networks { get; init; } = [];

    /// <summary>SOURCE as it was typed.</summary>
    public required string Asked { get; init; }
}

/// <summary>What is dialled.</summary>
public sealed record TargetInfo
{
    /// <summary>As typed, user info masked.</summary>
    public required string Given { get; init; }

    /// <summary>"http", "tcp", …; null where none was written.</summary>
    public string? Scheme { get; init; }

    /// <summary>"tcp" or "udp".</summary>
    public required string Protocol { get; init; }
    public required string Host { get; init; }
    public required int Port { get; init; }

    /// <summary>"given", "scheme" or "listener".</summary>
    public required string PortFrom { get; init; }

    /// <summary>Path of the URL without its query; null for none.</summary>
    public string? Path { get; init; }
    public ImmutableArray<Meaning> Means { get; init; } = [];

    /// <summary>Whom the user most likely wanted; null when several fit or none does.</summary>
    public Party? Meant { get; init; }
}

/// <summary>One address that the target stands for inside the source.</summary>
public sealed record Meaning
{
    public required string Address { get; init; }

    /// <summary>One of <see cref="MeaningKinds"/>.</summary>
    public required string Is { get; init; }
    public Party? Party { get; init; }

    /// <summary>Name of the network on which the address lies, where that is known.</summary>
    public string? Network { get; init; }

    /// <summary>One of <see cref="HowNames"/>.</summary>
    public required string How { get; init; }
}

/// <summary>Somebody who can be dialled.</summary>
public sealed record Party
{
    /// <summary>One of <see cref="PartyKinds"/>.</summary>
    public required string Kind { get; init; }
    public required string Name { get; init; }
    public string? Id { get; init; }

    /// <summary>The port on which it would answer, in its own namespace; null when not known.</summary>
    public int? Port { get; init; }
    public Listener? Listener { get; init; }
}

/// <summary>A listening socket.</summary>
/// <param name="Address">As the kernel has it: "0.0.0.0", "127.0.0.1", "::".</param>
/// <param name="Process">comm or the executable's base name; null where it could not be read.</param>
public sealed record Listener(string Address, int Port, string? Process, int? Pid);

/// <summary>The model's answer.</summary>
public sealed record Prediction
{
    /// <summary>One of <see cref="Facts.Outcome"/>.</summary>
    public required string Outcome { get; init; }

    /// <summary>False when something unread or unknown could change the outcome.</summary>
    public required bool Certain { get; init; }
    public ImmutableArray<PredictedPath> Paths { get; init; } = [];
}

/// <summary>The walk to one address.</summary>
public sealed record PredictedPath
{
    public required string Address { get; init; }
    public required string Outcome { get; init; }
    public required ImmutableArray<Hop> Hops { get; init; }
}

/// <summary>What dialling gave.</summary>
public sealed record Observation
{
    public required string Outcome { get; init; }

    /// <summary>Linux errno of the connect; 0 when it succeeded; null when nothing was dialled (a name failure).</summary>
    public int? Errno { get; init; }
    public required double ElapsedMs { get; init; }

    /// <summary>One of <see cref="DialLevel"/>.</summary>
    public required string Level { get; init; }

    /// <summary>"setns", "helper" or "self".</summary>
    public required string From { get; init; }
    public ImmutableArray<Attempt> Attempts { get; init; } = [];
    public Resolution? Resolution { get; init; }
    public AnswerInfo? Answer { get; init; }
    public ImmutableArray<CounterMove> Counters { get; init; } = [];
}

/// <summary>One connect.</summary>
public sealed record Attempt(string Address, int Port, string Outcome, int? Errno, double ElapsedMs);

/// <summary>How the name was resolved, as the source's libc would.</summary>
public sealed record Resolution
{
    public required string Name { get; init; }
    public ImmutableArray<string> Asked { get; init; } = [];
    public string? Server { get; init; }
    public string? Rcode { get; init; }
    public ImmutableArray<string> Addresses { get; init; } = [];

    /// <summary>One of <see cref="HowNames"/>.</summary>
    public required string From { get; init; }
    public required double ElapsedMs { get; init; }
}

/// <summary>What the server said.</summary>
/// <param name="Kind">One of <see cref="AnswerKinds"/>.</param>
/// <param name="Status">HTTP status or the protocol's own number.</param>
/// <param name="Text">At most 64 bytes of it.</param>
/// <param name="Spoken">One of <see cref="SpokenNames"/>.</param>
/// <param name="Redirect">Where a 3xx points to; never followed.</param>
public sealed record AnswerInfo(string Kind, int? Status, string? Text, string Spoken, string? Redirect = null);

/// <summary>A rule's packet counter around the dial.</summary>
public sealed record CounterMove(string Rule, long? Before, long? After);

/// <summary>Where the two witnesses differ.</summary>
/// <param name="Reading">Which fact the model may lack.</param>
public sealed record Difference(string? Predicted, string? Observed, string? Reading);

/// <summary>A reading that was wanted and not made.</summary>
/// <param name="What">One of <see cref="Readings"/>.</param>
/// <param name="Why">One of <see cref="WhyNot"/>.</param>
/// <param name="Needs">"root", "helper", "engine" or null.</param>
/// <param name="Effect">Hop kinds that stay unknown.</param>
public sealed record NotReadInfo(string What, string Of, string Why, string? Needs, ImmutableArray<string> Effect)
{
    public static NotReadInfo From(NotRead n) => new(n.What, n.Of, n.Why, n.Needs, n.Effect.IsDefault ? [] : n.Effect);
}
