using System.Collections.Immutable;
using Fairlead.Agent.Namespaces;
using Fairlead.Agent.Native;
using Fairlead.Facts;

namespace Fairlead.Agent.Readers;

/// <summary>
/// The settings below /proc/sys/net that decide about packets. Which namespace's value is seen is settled when the file is *opened*, by the
/// namespace of the opening thread: so they are opened inside and read outside.
/// </summary>
internal static class SysctlReader
{
    private static readonly string[] Single =
    [
        "net/ipv4/ip_forward", "net/ipv4/ip_local_port_range", "net/ipv4/ip_nonlocal_bind", "net/ipv4/tcp_syn_retries",
        "net/bridge/bridge-nf-call-iptables", "net/bridge/bridge-nf-call-ip6tables", "net/ipv6/conf/all/disable_ipv6", "net/ipv6/bindv6only",
    ];

    private static readonly string[] PerLink4 = ["forwarding", "rp_filter", "accept_local", "route_localnet", "arp_ignore", "proxy_arp"];
    private static readonly string[] PerLink6 = ["forwarding", "disable_ipv6"];

    internal static Reading<ImmutableSortedDictionary<string, string>> Sysctls(SafeFd? netns, string of, IEnumerable<string> links)
    {
        var found = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var names = Names(links).ToArray();
        NotRead? missing = null;
        for (var at = 0; at < names.Length && missing is null;)
        {
            using var visit = new Visit();
            var batch = new List<(string Name, int Number)>();
            while (at < names.Length && batch.Count < 256)
            {
                batch.Add((names[at], visit.File("/proc/sys/" + names[at])));
                at++;
            }
            if (visit.Go(netns) is var entered and not 0)
                return Errnos.NotRead(Readings.Sysctl, of, entered, "setns");
            foreach (var (name, number) in batch)
            {
                using var file = visit.Take(number, out var errno);
                var text = file?.ReadText(4096, out errno);
                if (text is not null)
                    found[Key(name)] = text.TrimEnd('\n');
                // absent: a link that is gone, no bridge filter, no IPv6. Anything else means that what is missing is unknown.
                else if (errno is not (Errnos.ENOENT or Errnos.ENOTDIR))
                    missing ??= Errnos.NotRead(Readings.Sysctl, of, errno, $"read {name}");
            }
        }
        if (missing is not null)
            return missing;
        return found.Count == 0
            ? Reading.Not<ImmutableSortedDictionary<string, string>>(Readings.Sysctl, of, WhyNot.Unsupported, detail: "/proc/sys/net is empty")
            : Reading.Of(found.ToImmutable());
    }

    /// <summary>The path with dots for slashes. A dot in a link's name (eth0.5) stays one: nobody can tell them apart, nor need to.</summary>
    private static string Key(string name) => name.Replace('/', '.');

    private static IEnumerable<string> Names(IEnumerable<string> links)
    {
        foreach (var name in Single)
            yield return name;
        foreach (var link in links.Where(IsName).Concat(["all", "default"]))
        {
            foreach (var setting in PerLink4)
                yield return $"net/ipv4/conf/{link}/{setting}";
            foreach (var setting in PerLink6)
            {
                if (link != "all" || setting != "disable_ipv6")
                    yield return $"net/ipv6/conf/{link}/{setting}";
            }
        }
    }

    private static bool IsName(string name) => name.Length is > 0 and < 16 && !name.Contains('/') && name is not ("." or ".." or "all" or "default");
}
