using System.Collections.Immutable;
using System.Globalization;
using Fairlead.Agent.Namespaces;
using Fairlead.Agent.Native;
using Fairlead.Facts;

namespace Fairlead.Agent.Readers;

/// <summary>
/// The settings below /proc/sys/net that decide about packets. Which namespace's value is seen is settled when the file is *opened*, by the
/// namespace of the opening thread: so they are opened inside and read outside. Those of single links come with the links themselves: a host of
/// five hundred containers would have thousands of files.
/// </summary>
internal static class SysctlReader
{
    private static readonly string[] Single =
    [
        "net/ipv4/ip_forward", "net/ipv4/ip_local_port_range", "net/ipv4/ip_nonlocal_bind", "net/ipv4/tcp_syn_retries",
        "net/bridge/bridge-nf-call-iptables", "net/bridge/bridge-nf-call-ip6tables", "net/ipv6/conf/all/disable_ipv6", "net/ipv6/bindv6only",
    ];

    /// <summary>Settings of a link, and their places in IFLA_INET_CONF (linux/ip.h, IPV4_DEVCONF_… less one).</summary>
    private static readonly (string Name, int At)[] PerLink4 =
        [("forwarding", 0), ("rp_filter", 7), ("accept_local", 22), ("route_localnet", 25), ("arp_ignore", 18), ("proxy_arp", 2)];

    /// <summary>Likewise in IFLA_INET6_CONF (linux/ipv6.h, DEVCONF_…).</summary>
    private static readonly (string Name, int At)[] PerLink6 = [("forwarding", 0), ("disable_ipv6", 26)];

    internal static Reading<ImmutableSortedDictionary<string, string>> Sysctls(SafeFd? netns, string of, IReadOnlyList<LinkReader.Configured> links)
    {
        var found = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var unsaid = new List<string>(Single);
        unsaid.AddRange(Files("all", null, null).Concat(Files("default", null, null)).Except(Single));
        foreach (var link in links.Where(l => IsName(l.Link.Name)))
        {
            Told(found, "ipv4", link.Link.Name, PerLink4, link.Settings4);
            Told(found, "ipv6", link.Link.Name, PerLink6, link.Settings6);
            unsaid.AddRange(Files(link.Link.Name, link.Settings4, link.Settings6));
        }
        var names = unsaid.ToArray();
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

    private static void Told(ImmutableSortedDictionary<string, string>.Builder found, string family, string link, (string Name, int At)[] settings, int[]? told)
    {
        foreach (var (name, at) in settings)
        {
            if (at < told?.Length)
                found[$"net.{family}.conf.{link}.{name}"] = told[at].ToString(CultureInfo.InvariantCulture);
        }
    }

    /// <summary>The files of what the kernel did not tell with the link.</summary>
    private static IEnumerable<string> Files(string link, int[]? told4, int[]? told6) =>
        PerLink4.Where(s => !(s.At < told4?.Length)).Select(s => $"net/ipv4/conf/{link}/{s.Name}")
            .Concat(PerLink6.Where(s => !(s.At < told6?.Length)).Select(s => $"net/ipv6/conf/{link}/{s.Name}"));

    private static bool IsName(string name) => name.Length is > 0 and < 16 && !name.Contains('/') && name is not ("." or ".." or "all" or "default");
}
