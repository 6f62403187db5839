using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Fairlead.Cli.State;

/// <summary>The last scan, as far as its problems are asked for by number.</summary>
/// <param name="Host">--host or DOCKER_HOST of that run; null for the usual engine.</param>
/// <param name="Context">--context or DOCKER_CONTEXT of that run.</param>
internal sealed record KeptScan(DateTimeOffset At, string? Host, string? Context, ImmutableArray<KeptProblem> Problems);

/// <summary>A problem of it. Of the log's lines only how they call the failure is kept.</summary>
/// <param name="Source">As a SOURCE that means nobody else: "host" or "container:NAME".</param>
/// <param name="Target">As written, user info masked.</param>
/// <param name="Log">What logs told of it, the newest first.</param>
internal sealed record KeptProblem(int N, string Key, string Source, string Target, ImmutableArray<KeptSaying> Log);

/// <summary>How a log calls a failure.</summary>
/// <param name="Class">An outcome, or what stands for one (Sighting.Class).</param>
internal sealed record KeptSaying(string Says, string? Class, DateTimeOffset? Last);

/// <summary>The last question that was put to a running engine.</summary>
internal sealed record KeptQuestion(string? Host, string? Context, string Source, string Target);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(KeptScan))]
[JsonSerializable(typeof(KeptQuestion))]
internal sealed partial class KeptJson : JsonSerializerContext;
