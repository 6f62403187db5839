using System.Collections.Immutable;
using Fairlead.Facts;
using Fairlead.Model.Symptoms;

namespace Fairlead.Engine.Scanning;

/// <summary>What the dials of one suspect say together.</summary>
public enum Standing
{
    /// <summary>No dial could be made.</summary>
    NotDialled,
    /// <summary>It works, as far as dials tell.</summary>
    Works,
    /// <summary>Every dial failed.</summary>
    Fails,
    /// <summary>Some dials failed, some did not.</summary>
    Sometimes,
}

/// <summary>The outcomes of the dials of one suspect: those of the wide scan, then those made alone. Pure.</summary>
public sealed record DialSeries(ImmutableArray<string> Wide, ImmutableArray<string> Alone)
{
    public static readonly DialSeries None = new([], []);

    /// <summary>All outcomes in the order of the dials.</summary>
    public ImmutableArray<string> All => [.. Wide, .. Alone];

    /// <summary>The dials so far had no answer at all.</summary>
    public bool IsSilent => Failure == Outcome.Timeout;

    /// <summary>Whether any dial so far failed: only then is it dialled again.</summary>
    public bool AnyFailed => All.Any(o => !Fine(o));

    public Standing Standing
    {
        get
        {
            if (All.IsEmpty)
                return Standing.NotDialled;
            if (!AnyFailed)
                return Standing.Works;
            if (All.All(o => !Fine(o)))
                return Standing.Fails;
            // Silence in the wide scan may be the wide scan's own doing, a refusal is not: alone it has to fail again.
            return Alone.Any(o => !Fine(o)) || Wide.Any(o => !Fine(o) && !IsSilence(o)) ? Standing.Sometimes : Standing.Works;
        }
    }

    /// <summary>The outcome that stands for the failure: the last one that failed.</summary>
    public string? Failure => All.LastOrDefault(o => !Fine(o));

    public static bool Fine(string outcome) => outcome == Outcome.Ok;

    /// <summary>Outcomes that a loss of packets gives too.</summary>
    public static bool IsSilence(string outcome) => outcome is Outcome.Timeout or Outcome.Silent or Outcome.NameTimeout or Outcome.NameFailure;

    /// <summary>Whether a failure that was seen now is the one that a line without an address tells of.</summary>
    public bool Fits(ImmutableArray<string> classes) => Failure is { } failure && classes.Any(c => SymptomClass.Fits(c, failure));
}
