using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Fairlead.Model.Answer;

namespace Fairlead.Cli.Rendering;

/// <summary>A container's ports in short: the doors of the host that lead to it, then what else it listens on.</summary>
internal static class Doors
{
    private const int MostPorts = 4, FirstEphemeral = 32768;

    /// <summary>"80 ⇐ host :8000", with the host's address where it is not all of them; ports in a row are one range.</summary>
    public static ImmutableArray<string> Of(ScanContainer container, Words words)
    {
        var doors = container.Published.Select(p => (Ip: Everywhere(p.HostIp) ? "" : p.HostIp, p.HostPort, p.Port, p.Protocol)).ToHashSet();
        // Open to IPv6 as well says nothing new; open to IPv6 alone does.
        var all = doors.Select(d => d.Ip == "::" && doors.Contains(d with { Ip = "" }) ? d with { Ip = "" } : d).Distinct()
            .OrderBy(d => d.Port).ThenBy(d => d.Protocol, StringComparer.Ordinal).ThenBy(d => d.HostPort).ThenBy(d => d.Ip, StringComparer.Ordinal).ToArray();
        var shown = ImmutableArray.CreateBuilder<string>();
        var taken = new HashSet<(string, int, int, string)>();
        foreach (var door in all.Where(d => !taken.Contains(d)))
        {
            var more = 0;
            while (taken.Add((door.Ip, door.HostPort + more, door.Port + more, door.Protocol)) && doors.Contains((door.Ip, door.HostPort + more + 1, door.Port + more + 1, door.Protocol)))
                more++;
            var ip = door.Ip.Contains(':', StringComparison.Ordinal) ? $"[{door.Ip}]" : door.Ip;
            shown.Add(Range(door.Port, more) + Suffix(door.Protocol) + words.Of(" ⇐ host ", " ⇐ 宿主机 ") + $"{ip}:{Range(door.HostPort, more)}");
        }
        return shown.ToImmutable();
    }

    /// <summary>Ports that it listens on for others and that no door leads to: "6379, 16379"; "" where there are none or they were not read.</summary>
    public static string Inside(ScanContainer container, Words words)
    {
        if (container.Listeners is not { } listeners)
            return "";
        var published = container.Published.Select(p => (p.Port, p.Protocol)).ToHashSet();
        var ports = listeners.Where(l => !published.Contains((l.Port, l.Protocol)) && !IsLoopback(l.Address) && !(l.Protocol == "udp" && l.Port >= FirstEphemeral))
            .Select(l => (l.Port, l.Protocol)).Distinct().OrderBy(l => l.Port).ToArray();
        return string.Join(words.List, ports.Take(MostPorts).Select(l => Range(l.Port, 0) + Suffix(l.Protocol))) + (ports.Length > MostPorts ? words.List + "…" : "");
    }

    private static string Range(int from, int more) =>
        more == 0 ? from.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{from}-{from + more}");

    private static string Suffix(string protocol) => protocol == "tcp" ? "" : "/" + protocol;

    private static bool Everywhere(string ip) => ip is "0.0.0.0" or "";

    private static bool IsLoopback(string address) => IPAddress.TryParse(address, out var ip) && IPAddress.IsLoopback(ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip);
}
