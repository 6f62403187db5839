using Fairlead.Model.Walk;
using Fairlead.Model.World;

namespace Fairlead.Engine.Asking;

/// <summary>Whether the neighbour over which a dropped packet went still answers: the other half of what settles a silent drop early.</summary>
public static class Settled
{
    /// <summary>The last neighbour hop before the stop; null where the packet never left its namespace.</summary>
    public static Step? NeighbourBefore(WalkPath path, Step stop)
    {
        var at = path.Steps.IndexOf(stop);
        return path.Steps.Take(at < 0 ? path.Steps.Length : at).LastOrDefault(s => s is { Kind: HopKind.Neighbour, Result: HopResult.Pass, Reply: false, Sandbox: not null });
    }

    /// <summary>The kernel has an address for it and is not asking in vain: `ip neigh` says neither INCOMPLETE nor FAILED.</summary>
    public static bool Answers(HostWorld world, Step? hop)
    {
        if (hop is null)
        {
            return true;
        }

        var sandbox = hop.Sandbox!.IsHost ? world.Host : world.Sandboxes.Values.FirstOrDefault(s => s.Id == hop.Sandbox.Id);
        if (sandbox?.Facts.Neighbours is not { IsKnown: true } known || hop.Next is not { } next)
        {
            return false;
        }

        var entry = known.Value.FirstOrDefault(n => n.Index == next.Link && n.Address.Equals(next.Address));
        return entry is { Mac: not null, State: not ("incomplete" or "failed") };
    }
}
