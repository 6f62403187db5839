using System.Net;
using Fairlead.Model.Leads;
using Fairlead.Model.World;

namespace Fairlead.Engine.Scanning;

/// <summary>Which of a container's leads a place in its log is. Pure.</summary>
internal static class LeadChoice
{
    /// <summary>
    /// Leads that name the same host and port; where there are none and the place is an address, those that name the container which bears it:
    /// many programs write the address that they found for the name that they were given.
    /// </summary>
    /// <param name="port">0: the line says none, and any fits.</param>
    public static Lead[] For(string host, int port, IReadOnlyList<Lead> leads, HostWorld world)
    {
        Lead[] fit(Predicate<string> same) => [.. leads.Where(l => (port == 0 || l.Port == port) && same(l.Host))];
        var named = fit(h => h.Equals(host, StringComparison.OrdinalIgnoreCase));
        if (named.Length > 0 || !IPAddress.TryParse(host, out var address) || world.HolderOf(address) is not { } holder)
            return named;
        string[] names = [holder.Container.Name, .. holder.Endpoint.Aliases, .. holder.Endpoint.DnsNames];
        return fit(h => names.Contains(h, StringComparer.OrdinalIgnoreCase));
    }
}
