using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Fairlead.Model.Answer;

/// <summary>Why a connection fails, in the contract's form.</summary>
public sealed record Cause
{
    public required string Code { get; init; }

    /// <summary>One of <see cref="Confidences"/>.</summary>
    public required string Confidence { get; init; }

    /// <summary>"behind" or "beside" in alsoFound; null (and not written) in the cause itself.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Relation { get; init; }

    /// <summary>One sentence.</summary>
    public required string Title { get; init; }

    /// <summary>The values that the title names, equal in both languages.</summary>
    public ImmutableSortedDictionary<string, Scalar> Args { get; init; } = Scalar.None;
    public ImmutableArray<Evidence> Evidence { get; init; } = [];

    /// <summary>The readings that it rests on.</summary>
    public ImmutableArray<string> Needs { get; init; } = [];

    /// <summary>"docs/causes/CODE.md".</summary>
    public required string Docs { get; init; }
}

/// <summary>One thing that shows a cause.</summary>
public sealed record Evidence
{
    /// <summary>One of <see cref="EvidenceKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>One of <see cref="Witnesses"/>.</summary>
    public required string Witness { get; init; }

    /// <summary>Index into the hops of the predicted path; null when it belongs to none.</summary>
    public int? Hop { get; init; }

    /// <summary>The fact itself; for rules, listeners and routes verbatim as the tools print them.</summary>
    public required string Text { get; init; }

    /// <summary>Where a person finds it.</summary>
    public required string From { get; init; }

    /// <summary>The command by which a person sees it himself; null where there is none.</summary>
    public string? Check { get; init; }
    public ImmutableSortedDictionary<string, Scalar> Data { get; init; } = Scalar.None;
}

/// <summary>One step of the way.</summary>
public sealed record Hop
{
    /// <summary>One of <see cref="HopKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Whose namespace: a container's name or "host".</summary>
    public required string At { get; init; }

    /// <summary>One of <see cref="HopResults"/>.</summary>
    public required string Result { get; init; }

    /// <summary>"request" or "reply".</summary>
    public string Direction { get; init; } = Directions.Request;

    /// <summary>1, or 2 beyond docker-proxy.</summary>
    public int Leg { get; init; } = 1;

    /// <summary>The flow as it is there; null before there is one (resolve).</summary>
    public Flow? Flow { get; init; }

    /// <summary>What happened, in a few words.</summary>
    public string? Detail { get; init; }
    public HopRule? Rule { get; init; }

    /// <summary>The reading that was missing here; null when none was.</summary>
    public string? Unread { get; init; }

    /// <summary>Where a person finds it: "ip rule 0, table local". An addition to the contract.</summary>
    public string? From { get; init; }
}

/// <summary>A flow at one place.</summary>
/// <param name="Sport">Null where the source port is not chosen yet.</param>
/// <param name="Proto">"tcp" or "udp".</param>
public sealed record Flow(string? Src, int? Sport, string Dst, int Dport, string Proto);

/// <summary>The rule that decided at a hop.</summary>
/// <param name="Family">"ip", "ip6", "inet", "bridge", …</param>
/// <param name="Handle">The kernel's handle; null for a chain's policy and for legacy rules.</param>
/// <param name="Text">As iptables-save or nft prints it; "-P INPUT DROP" for a policy.</param>
/// <param name="Packets">Its packet counter; null when it does not count.</param>
public sealed record HopRule(string Family, string Table, string Chain, long? Handle, string Text, long? Packets, string? Comment);
