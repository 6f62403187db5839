using System.Collections.Immutable;
using System.Net;
using Fairlead.Facts;
using Fairlead.Model.Rules;

namespace Fairlead.Model.Walk;

/// <summary>The four values by which connection tracking knows a flow.</summary>
internal readonly record struct Tuple4(IPAddress Source, int SourcePort, IPAddress Destination, int DestinationPort)
{
    public Tuple4 Inverse => new(Destination, DestinationPort, Source, SourcePort);

    public static Tuple4 Of(Packet p) => new(p.Source, p.SourcePort, p.Destination, p.DestinationPort);

    public bool Is(Tuple4 other) => SourcePort == other.SourcePort && DestinationPort == other.DestinationPort
        && Stack.Same(Source, other.Source) && Stack.Same(Destination, other.Destination);
}

/// <summary>One flow in one stack's connection tracking.</summary>
/// <param name="Original">As it was before any rewriting here.</param>
/// <param name="Reply">What answers look like here.</param>
/// <param name="DestinationBound">nat chains for the destination were asked already: they see a flow once.</param>
/// <param name="SourceBound">The same for the source.</param>
internal sealed record Tracked(string StackId, int Leg, Tuple4 Original, Tuple4 Reply, bool DestinationBound, bool SourceBound);

/// <summary>One branch of the walk: where the packet is and what it met so far.</summary>
internal sealed record Trip
{
    public required Packet Packet { get; init; }
    public required Stack Client { get; init; }

    /// <summary>What the client dialled in this leg.</summary>
    public required Tuple4 Dialled { get; init; }
    public ImmutableList<Step> Steps { get; init; } = [];
    public int Leg { get; init; } = 1;
    public ImmutableList<Tracked> Tracks { get; init; } = [];

    /// <summary>Index of the flow in <see cref="Tracks"/> while the packet is inside a stack; -1 when untracked.</summary>
    public int Active { get; init; } = -1;
    public ImmutableList<RuleStep> Assumed { get; init; } = [];
    public ImmutableList<NotRead> Unread { get; init; } = [];
    public ImmutableList<string> Notes { get; init; } = [];
    public int Hops { get; init; }

    /// <summary>Something unread or undecided could change how this ends.</summary>
    public bool Unsure { get; init; }

    /// <summary>On the answer's way: what happens when it arrives. Null on the request's way.</summary>
    public Func<Trip, IReadOnlyList<Ending>>? Arrived { get; init; }
    public bool Answering => Arrived is not null;

    /// <summary>The stack in which a listener was looked for last.</summary>
    public Stack? Target { get; init; }
    public IPAddress? TargetAddress { get; init; }
    public int TargetPort { get; init; }
    public bool ThroughProxy { get; init; }

    public string Protocol => Packet.Protocol == 17 ? "udp" : "tcp";

    public Flow Flow => new(Packet.Source, Packet.SourcePort, Packet.Destination, Packet.DestinationPort, Protocol);

    public Trip Add(HopKind kind, Stack at, HopResult result, string detail, string from = "", Func<Step, Step>? more = null)
    {
        var step = new Step
        {
            Kind = kind,
            At = at.At,
            Result = result,
            Reply = Answering,
            Leg = Leg,
            Flow = Flow,
            Detail = detail,
            From = from,
            Sandbox = at.Sandbox,
        };
        return this with { Steps = Steps.Add(more is null ? step : more(step)) };
    }

    /// <summary>Notes that a reading is missing on which the rest depends; does nothing when it is not missing.</summary>
    public Trip Missing(NotRead? reading, params ReadOnlySpan<string> effect)
    {
        if (reading is null)
        {
            return this;
        }

        var known = Unread.FindIndex(u => u.What == reading.What && u.Of == reading.Of);
        if (known >= 0)
        {
            return this with { Unsure = true };
        }

        return this with { Unsure = true, Unread = Unread.Add(reading with { Effect = [.. effect] }) };
    }

    /// <summary>Ends here, at the last step.</summary>
    public Ending End(string outcome) => new(this, outcome, Steps[^1]);

    public IReadOnlyList<Ending> Ends(string outcome) => [End(outcome)];
}

/// <summary>How one branch ended.</summary>
internal sealed record Ending(Trip Trip, string Outcome, Step Stop);
