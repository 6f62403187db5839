using System.Collections.Immutable;
using System.Net;
using Fairlead.Facts;
using Fairlead.Model.Walk;
using Fairlead.Model.World;

namespace Fairlead.Model.Diagnosis;

/// <summary>What the probe saw, put together from its dials and its resolution.</summary>
public sealed record Seen
{
    /// <summary>One of the contract's outcomes.</summary>
    public required string Outcome { get; init; }
    public required ImmutableArray<DialFact> Dials { get; init; }
    public ResolutionFact? Resolution { get; init; }
    public ImmutableArray<(string Rule, long? Before, long? After)> Counters { get; init; } = [];

    /// <summary>The dial that stands for the whole.</summary>
    public DialFact? Main { get; init; }
}

/// <summary>All that is known of one question. A cause reads it and never fetches.</summary>
public sealed record Question
{
    public required HostWorld World { get; init; }
    public required Asked Asked { get; init; }

    /// <summary>The container that dials; null for the host.</summary>
    public required Container? Source { get; init; }
    public required Sandbox From { get; init; }
    public required NameAnswer Name { get; init; }

    /// <summary>The walks, one an address; empty when the name did not resolve.</summary>
    public required ImmutableArray<WalkPath> Paths { get; init; }

    /// <summary>The walk that is explained: the one that decides the predicted outcome. Null when the name did not resolve.</summary>
    public WalkPath? Path { get; init; }
    public required string Predicted { get; init; }
    public required bool Certain { get; init; }

    /// <summary>The model had to guess, and the dial shows that it guessed wrong.</summary>
    public bool Contradicted { get; init; }
    public Seen? Seen { get; init; }

    /// <summary>Where it stops: the walk's stop, or the resolve step.</summary>
    public Step Stop => Path?.Stop ?? Name.Steps[^1];

    /// <summary>Address that is dialled, null when there is none.</summary>
    public IPAddress? Address => Path?.Address;
    public bool ToLoopback => Address is { } a && (IPAddress.IsLoopback(a) || a.Equals(IPAddress.Any) || a.Equals(IPAddress.IPv6Any));

    /// <summary>The address belongs to the engine's host and is no loopback.</summary>
    public bool ToHost => Address is { } a && !ToLoopback && World.HostOwns(a) == Rules.Truth.Yes;

    /// <summary>The stop is in the stack that dials.</summary>
    public bool StopsAtSource => Stop.Sandbox is { } s && ReferenceEquals(s, From);
    public bool StopsAtHost => Stop.Sandbox is { IsHost: true };

    /// <summary>The same question about something else.</summary>
    public static Question Ask(HostWorld world, Container? source, Asked asked)
    {
        var from = source is null ? world.Host : world.SandboxOf(source);
        var name = Names.Resolver.Resolve(world, from, source, asked.Host);
        var paths = name.Addresses.Take(4)
            .Select(a => Walker.Walk(world, new WalkQuestion(from, source, a, asked.Port, asked.Protocol))).ToImmutableArray();
        var (outcome, path) = Outcomes.Combine(name, paths);
        return new Question
        {
            World = world,
            Asked = asked,
            Source = source,
            From = from,
            Name = name,
            Paths = paths,
            Path = path,
            Predicted = outcome,
            Certain = name.Certain && paths.All(p => p.Certain),
        };
    }
}
