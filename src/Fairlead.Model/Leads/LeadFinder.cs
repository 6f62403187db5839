using System.Collections.Immutable;
using System.Net;

namespace Fairlead.Model.Leads;

/// <summary>
/// Finds leads in a container's environment, command, labels and files. What is the service's own address is none: by the name of the setting, by
/// its own name, by a loopback address with a port that it serves itself.
/// </summary>
public static class LeadFinder
{
    /// <summary>Most leads of one container; more are configuration for others.</summary>
    public const int Most = 64;

    public static ImmutableArray<Lead> Of(LeadSource source)
    {
        var found = new List<Lead>();
        found.AddRange(EnvLeads.Of(source));
        found.AddRange(CommandLeads.Of(source));
        found.AddRange(LabelLeads.Of(source));
        foreach (var (path, text) in source.Files)
            found.AddRange(FileLeads.Of(path, text, source.Known));
        return [.. found.Where(l => !IsOwn(source, l)).DistinctBy(l => (l.Scheme, l.Host, l.Port, l.Path)).Take(Most)];
    }

    /// <summary>
    /// Whether something shows that the lead cannot work as written: a loopback address whose port is another's and not its own. Without that a
    /// value is only a value.
    /// </summary>
    /// <param name="othersHave">Whether a sibling or the host serves the port.</param>
    public static bool IsSuspicious(Lead lead, LeadSource source, Func<int, bool> othersHave) =>
        IsLoopback(lead.Host) && !source.OwnPorts.Contains(lead.Port) && othersHave(lead.Port);

    public static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static bool IsOwn(LeadSource source, Lead lead) =>
        source.Own.Contains(lead.Host) || (IsLoopback(lead.Host) && source.OwnPorts.Contains(lead.Port))
        || (IPAddress.TryParse(lead.Host, out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any)) && (lead.Scheme.Length == 0 || source.OwnPorts.Contains(lead.Port)));
}
