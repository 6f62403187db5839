using System.Collections.Immutable;
using System.Globalization;
using Fairlead.Agent.Namespaces;
using Fairlead.Agent.Native;
using Fairlead.Facts;

namespace Fairlead.Agent.Readers;

/// <summary>Numbers that the kernel keeps: how often a namespace's TCP gave up or sent again, and how full the host's tables are.</summary>
public static class CounterReader
{
    private const int Limit = 64 * 1024;

    /// <summary>Counters of TcpExt that move when connections fail (Documentation/networking/snmp_counter.rst).</summary>
    public static readonly ImmutableArray<string> Telling = ["TCPTimeouts", "TCPSynRetrans", "ListenOverflows", "ListenDrops", "TCPBacklogDrop"];

    /// <summary>
    /// TcpExt of the namespace that this process lives in, by /proc/PID/net/netstat, which anybody may read. Empty where it could not be read.
    /// </summary>
    public static ImmutableSortedDictionary<string, long> OfNamespace(NetnsRef netns)
    {
        using var process = netns.Pid == 0 ? null : NetnsHandle.OpenProcess(netns, out _);
        if (netns.Pid != 0 && process is null)
            return ImmutableSortedDictionary<string, long>.Empty;
        using var file = process is null ? SafeFd.Open(null, "/proc/self/net/netstat", Libc.O_RDONLY, out _) : SafeFd.Open(process, "net/netstat", Libc.O_RDONLY, out _);
        return TcpExt(file?.ReadText(Limit, out _) ?? "");
    }

    /// <summary>
    /// How full the host is: "load" (of the last minute, in hundredths), "cpus", "conntrack", "conntrack.max", "neighbours", "neighbours.max". What
    /// could not be read is absent.
    /// </summary>
    /// <param name="host">A process in the engine's host namespace; conntrack is counted for each namespace. Needs root.</param>
    public static ImmutableSortedDictionary<string, long> OfHost(NetnsRef host)
    {
        var found = ImmutableSortedDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        using var load = SafeFd.Open(null, "/proc/loadavg", Libc.O_RDONLY, out _);
        if (load?.ReadText(4096, out _)?.Split(' ')[0] is { } text && decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var average))
        {
            found["load"] = (long)(average * 100);
            found["cpus"] = Environment.ProcessorCount;
        }
        using var handle = NetnsHandle.Open(host, out _);
        if (handle is not null)
            Numbers(handle.Netns, found, ("conntrack", "/proc/sys/net/netfilter/nf_conntrack_count"), ("conntrack.max", "/proc/sys/net/netfilter/nf_conntrack_max"));
        // One table for all namespaces; its files stand in the first namespace only.
        Numbers(null, found, ("neighbours.max", "/proc/sys/net/ipv4/neigh/default/gc_thresh3"));
        using var arp = SafeFd.Open(null, "/proc/net/stat/arp_cache", Libc.O_RDONLY, out _);
        if (arp?.ReadText(Limit, out _)?.Split('\n') is [_, { Length: > 0 } row, ..] && long.TryParse(row.Split(' ')[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var entries))
            found["neighbours"] = entries;
        return found.ToImmutable();
    }

    /// <summary>Pairs of lines "TcpExt: names" and "TcpExt: numbers" (proc_pid_net(5)); those that tell.</summary>
    internal static ImmutableSortedDictionary<string, long> TcpExt(string netstat)
    {
        var found = ImmutableSortedDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        var lines = netstat.Split('\n');
        for (var i = 0; i + 1 < lines.Length; i++)
        {
            if (!lines[i].StartsWith("TcpExt: ", StringComparison.Ordinal) || !lines[i + 1].StartsWith("TcpExt: ", StringComparison.Ordinal))
                continue;
            var (names, numbers) = (lines[i].Split(' '), lines[i + 1].Split(' '));
            for (var at = 1; at < Math.Min(names.Length, numbers.Length); at++)
            {
                if (Telling.Contains(names[at]) && long.TryParse(numbers[at], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
                    found[names[at]] = number;
            }
            break;
        }
        return found.ToImmutable();
    }

    private static void Numbers(SafeFd? netns, ImmutableSortedDictionary<string, long>.Builder found, params (string Name, string Path)[] files)
    {
        using var visit = new Visit();
        var asked = files.Select(f => (f.Name, Number: visit.File(f.Path))).ToArray();
        if (visit.Go(netns) != 0)
            return;
        foreach (var (name, number) in asked)
        {
            using var file = visit.Take(number, out _);
            if (long.TryParse(file?.ReadText(256, out _)?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var value))
                found[name] = value;
        }
    }
}
