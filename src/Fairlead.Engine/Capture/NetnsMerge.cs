using Fairlead.Facts;

namespace Fairlead.Engine.Capture;

/// <summary>Joins what was read of one namespace in several readings. Pure.</summary>
public static class NetnsMerge
{
    /// <summary>
    /// The newer reading wins where it read something; a part that it was not asked for keeps what is known. Another namespace id replaces
    /// everything: what was read of a namespace that is gone says nothing about its successor.
    /// </summary>
    public static NetnsFacts Join(NetnsFacts? old, NetnsFacts fresh)
    {
        if (old is null || old.Id != fresh.Id)
            return fresh;
        return fresh with
        {
            // Several containers may share one sandbox: the first name stays, so that messages do not change with the order of reading.
            Of = old.Of,
            Pid = old.Pid ?? fresh.Pid,
            Links = Pick(old.Links, fresh.Links),
            Addresses = Pick(old.Addresses, fresh.Addresses),
            Routes = Pick(old.Routes, fresh.Routes),
            RoutingRules = Pick(old.RoutingRules, fresh.RoutingRules),
            Neighbours = Pick(old.Neighbours, fresh.Neighbours),
            Sockets = Pick(old.Sockets, fresh.Sockets),
            Sysctls = Pick(old.Sysctls, fresh.Sysctls),
            PacketRules = Pick(old.PacketRules, fresh.PacketRules),
            HostsFile = Pick(old.HostsFile, fresh.HostsFile),
            ResolverFile = Pick(old.ResolverFile, fresh.ResolverFile),
            Libc = Pick(old.Libc, fresh.Libc),
        };
    }

    private static Reading<T> Pick<T>(Reading<T> old, Reading<T> fresh)
    {
        if (fresh.IsKnown)
            return fresh;
        if (old.IsKnown)
            return old;
        // Two failures: the one that says more than "not asked".
        return fresh.Missing.Why == WhyNot.NotAsked ? old : fresh;
    }
}
