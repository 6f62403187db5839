using System.Collections.Immutable;
using Fairlead.Facts;
using Fairlead.Model.Answer;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Walk;
using Fairlead.Model.Words;
using Fairlead.Model.World;

namespace Fairlead.Model.Causes;

/// <summary>The four ranks of docs/causes/index.md: who is named first when several hold at one stop.</summary>
public enum CauseRank
{
    /// <summary>The state or existence of the source or target.</summary>
    State = 1,
    /// <summary>A mistake in the address that was written.</summary>
    Address = 2,
    /// <summary>A setting of the network or the host.</summary>
    Setting = 3,
    /// <summary>Only describes what was found.</summary>
    Description = 4,
}

/// <summary>One cause of a failing connection: a predicate over a question, and its words. Knows neither its confidence nor its order.</summary>
public abstract class CauseKind
{
    /// <summary>The code of the contract.</summary>
    public abstract string Code { get; }
    public abstract CauseRank Rank { get; }

    /// <summary>Only causes of the walk's stop are asked.</summary>
    public abstract ImmutableArray<(HopKind Kind, HopResult Result)> StopsAt { get; }

    /// <summary>Codes that this one goes before when both hold.</summary>
    public virtual ImmutableArray<string> Outranks => [];

    /// <summary>Codes of the same rank at the same stop that can never hold together with this one: ties that need no order.</summary>
    public virtual ImmutableArray<string> Excludes => [];

    /// <summary>Fix ids that can cure it.</summary>
    public abstract ImmutableArray<string> Fixes { get; }

    public abstract Match Examine(Question q, Needs needs);

    public bool IsAsked(Step stop) => StopsAt.Contains((stop.Kind, stop.Result));
}

/// <summary>Holds, does not hold, or cannot tell.</summary>
public abstract record Match
{
    private Match()
    {
    }

    /// <summary>It is not this.</summary>
    public sealed record No : Match;

    /// <summary>Something that decides it was not read.</summary>
    public sealed record CannotTell : Match;

    /// <summary>It is this.</summary>
    /// <param name="Meant">The party that was meant, where the cause knows better than the general rule.</param>
    /// <param name="Inferred">One needed reading was inferred (from the engine's configuration, or from what is usual), not made.</param>
    /// <param name="AsBehind">What it would do, where it stands behind another cause and was not met yet; null: the title says it all.</param>
    /// <param name="OnlyBehind">Evidence of <paramref name="AsBehind"/> that this dial did not meet.</param>
    public sealed record Holds(Text Title, ImmutableArray<Evidence> Evidence, Wanted? Meant = null, bool Inferred = false, Text? AsBehind = null, Evidence? OnlyBehind = null) : Match;

    public static readonly Match NotThis = new No();
    public static readonly Match Unclear = new CannotTell();
}

/// <summary>Notes what an examination rests on.</summary>
public sealed class Needs
{
    private readonly List<string> read = [];
    private readonly List<NotRead> missing = [];
    private int doubts;

    /// <summary>What was read: "sockets of db", for the contract's `needs`.</summary>
    public IReadOnlyList<string> Read => read;
    public IReadOnlyList<NotRead> Missing => missing;

    /// <summary>Nothing is missing without which the cause cannot be told. What only leaves a doubt does not count.</summary>
    public bool AllRead => missing.Count == doubts;

    /// <summary>The value, or <paramref name="otherwise"/> with the lack noted.</summary>
    public T Of<T>(Reading<T> reading, string what, string of, T otherwise)
    {
        if (reading.IsKnown)
        {
            Note(what, of);
            return reading.Value;
        }

        missing.Add(reading.Missing with { Of = of });
        return otherwise;
    }

    public void Note(string what, string of)
    {
        var text = $"{what} of {of}";
        if (!read.Contains(text))
        {
            read.Add(text);
        }
    }

    public void Lack(IEnumerable<NotRead> lacking) => missing.AddRange(lacking);

    /// <summary>What is missing could still name another cause: this one holds, and is no more than possible.</summary>
    public void Doubt(IEnumerable<NotRead> lacking)
    {
        var before = missing.Count;
        missing.AddRange(lacking);
        doubts += missing.Count - before;
    }

    public ImmutableArray<SocketFact> Listeners(Sandbox sandbox, string protocol) =>
        Of(World.Listeners.Of(sandbox, protocol), Readings.Sockets, sandbox.At, []);

    /// <summary>
    /// Who has the port; what is missing counts only when nobody was found, and leaves a doubt when it could have shown a holder of an
    /// earlier kind. A dark container among others that answer does not.
    /// </summary>
    public PortHolders Holders(Question q)
    {
        var holders = PortHolders.Of(q.World, q.Asked.Port, q.Asked.Protocol, q.From);
        Note("containers", "engine");
        if (holders.Holders.IsEmpty || holders.Holders[0].By == "container-port")
        {
            Lack(holders.Missing);
        }
        else
        {
            Doubt(holders.Missing.Where(m => m.Of == q.World.Host.At));
        }

        if (q.World.Host.Facts.Sockets.IsKnown)
        {
            Note(Readings.Sockets, "host");
        }

        return holders;
    }
}
