using System.Collections.Immutable;
using System.Net;
using Fairlead.Engine.Asking;
using Fairlead.Engine.Capture;
using Fairlead.Facts;
using Fairlead.Model.World;

namespace Fairlead.Engine.Scanning;

/// <summary>
/// The two phases of SAFETY 36: all suspects at level `connect`, many at a time; then only those that failed, one after another (silent ones a
/// few together). The dial with which a problem is explained is the last of its series.
/// </summary>
internal sealed class Redialling(HostCapture capture, WhyOptions options)
{
    // Of the 4 dials that a target may get in a run one is kept for the explanation, of the 200 of a run those and the plans'.
    private const int AtOnce = 32, MostDials = 120, MostBefore = 3;

    // A SYN, the one that follows a lost one after a second, and a second for its answer.
    private static readonly TimeSpan SilenceAgain = TimeSpan.FromMilliseconds(2100);

    /// <summary>So many silent dials are waited for together: a SYN that nobody answers is no load to another.</summary>
    public const int SilentAtOnce = 4;

    // A line that young, of several, tells that it goes on: one dial that works does not settle it.
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private int dials, nameAsked, nameLost;

    /// <summary>Questions to the embedded DNS in series that had both answers and silence, and how many of them got none.</summary>
    public (int Asked, int Lost) Names => (nameAsked, nameLost);

    /// <summary>Each suspect's series, in their order.</summary>
    public async Task<ImmutableArray<DialSeries>> DialAsync(HostWorld world, IReadOnlyList<Suspect> suspects, CancellationToken cancel)
    {
        var found = Enumerable.Repeat(DialSeries.None, suspects.Count).ToArray();
        if (!options.Probe)
            return [.. found];
        var now = options.Clock.GetUtcNow();
        var done = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, suspects.Count), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, async (i, token) =>
        {
            var goesOn = suspects[i].Sightings.Any(s => s.Kind == "log" && s.Count > 1 && now - s.Last < Fresh);
            for (var n = 0; n < (goesOn ? 2 : 1) && !found[i].AnyFailed && await OneAsync(world, suspects[i], options, token) is { } outcome; n++)
                found[i] = found[i] with { Wide = found[i].Wide.Add(outcome) };
            options.Progress?.Report(new ScanProgress("dials", Interlocked.Increment(ref done), suspects.Count));
        });
        for (var i = 0; i < suspects.Count; i++)
        {
            if (found[i].AnyFailed && !found[i].IsSilent)
                found[i] = await AloneAsync(world, suspects[i], found[i], cancel);
        }
        await Parallel.ForEachAsync(Enumerable.Range(0, suspects.Count).Where(i => found[i].IsSilent).ToArray(), new ParallelOptions { MaxDegreeOfParallelism = SilentAtOnce, CancellationToken = cancel },
            async (i, token) => found[i] = await AloneAsync(world, suspects[i], found[i], token));
        return [.. found];
    }

    /// <summary>The limit of a dial that was silent before.</summary>
    public static WhyOptions For(DialSeries series, WhyOptions options) => series.IsSilent && options.Timeout > SilenceAgain ? options with { Timeout = SilenceAgain } : options;

    /// <summary>Twice where it is quick; once where it is silent, since the dial that explains it is one more.</summary>
    private async Task<DialSeries> AloneAsync(HostWorld world, Suspect suspect, DialSeries series, CancellationToken cancel)
    {
        var (silent, alone) = (series.IsSilent, For(series, options));
        for (var n = 0; n < 2 && series.All.Length < MostBefore && await OneAsync(world, suspect, alone, cancel) is { } outcome; n++)
        {
            series = series with { Alone = series.Alone.Add(outcome) };
            if (silent && !DialSeries.Fine(outcome))
                break;
        }
        if (suspect.Target.Literal is null && series.Standing == Standing.Sometimes && series.All.Any(o => o is Outcome.NameTimeout or Outcome.NameFailure))
        {
            Interlocked.Add(ref nameAsked, series.All.Length);
            Interlocked.Add(ref nameLost, series.All.Count(o => o is Outcome.NameTimeout or Outcome.NameFailure));
        }
        return series;
    }

    /// <summary>One dial from the source; null where none may or can be made.</summary>
    private async Task<string?> OneAsync(HostWorld world, Suspect suspect, WhyOptions with, CancellationToken cancel)
    {
        if (suspect.Target.Port is 0 or 25 || suspect.Target.Protocol != "tcp" || !suspect.Source.Running)
            return null;
        var (seat, why) = await capture.DialSeatAsync(world.Owner(suspect.Source).Id, cancel);
        if (seat is null)
        {
            if (why is not null)
                capture.Note(why);
            return null;
        }
        var probing = new Probing(seat, with);
        ImmutableArray<IPAddress> addresses;
        ResolutionFact? resolution = null;
        if (suspect.Target.Literal is { } literal)
        {
            addresses = [literal];
        }
        else
        {
            resolution = await probing.ResolveAsync(suspect.Target.Host, world.SandboxOf(suspect.Source).Facts, cancel);
            if (resolution.Outcome == Outcome.Unknown)
                return null;
            if (resolution.Outcome != Outcome.Ok || resolution.Addresses.IsEmpty)
                return resolution.Outcome;
            addresses = resolution.Addresses;
        }
        if (!addresses.All(a => Near(world, a)) || Interlocked.Add(ref dials, addresses.Length) > MostDials)
            return null;
        // Unknown is no failure: it was not made (gone, or enough).
        return (await probing.DialAsync(suspect.Target, addresses, resolution, CancellationToken.None, cancel)).Outcome is var outcome && outcome != Outcome.Unknown ? outcome : null;
    }

    /// <summary>Whether an address belongs to the host's own networks: nothing else is dialled that nobody typed (SAFETY 35).</summary>
    private static bool Near(HostWorld world, IPAddress address) =>
        IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) || world.Networks.Any(n => n.Contains(address))
        || (world.Host.Facts.Addresses.IsKnown && world.Host.Facts.Addresses.Value.Any(a => a.Address.AddressFamily == address.AddressFamily && Within(a.Address, a.PrefixLength, address)));

    private static bool Within(IPAddress network, int length, IPAddress address)
    {
        var (a, b) = (network.GetAddressBytes(), address.GetAddressBytes());
        for (var bit = 0; bit < length; bit++)
        {
            if (((a[bit >> 3] ^ b[bit >> 3]) & (0x80 >> (bit & 7))) != 0)
                return false;
        }
        return true;
    }
}
