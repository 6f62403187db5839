using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Fairlead.LabTests.Lab;

/// <summary>What an onlooker sees of a host and its engine while Fairlead works, read by other means than Fairlead's.</summary>
public static partial class Watch
{
    /// <summary>
    /// Connections that the namespace of this process has opened since it exists (a SYN was sent): Tcp ActiveOpens of
    /// /proc/PID/net/snmp.
    /// </summary>
    public static long ActiveOpens(int pid)
    {
        var lines = File.ReadLines($"/proc/{pid}/net/snmp").Where(l => l.StartsWith("Tcp:", StringComparison.Ordinal)).Select(l => l.Split(' ')).ToList();
        return long.Parse(lines[1][Array.IndexOf(lines[0], "ActiveOpens")], CultureInfo.InvariantCulture);
    }

    /// <summary>The engine's events of the span as <c>type action</c>, its own start and stop left out.</summary>
    public static async Task<IReadOnlyList<string>> EventsAsync(LabHost host, DateTimeOffset since, DateTimeOffset until)
    {
        static string Stamp(DateTimeOffset t) => (t.ToUnixTimeMilliseconds() / 1000.0).ToString("F3", CultureInfo.InvariantCulture);
        var text = await host.DockerAsync("events", "--since", Stamp(since), "--until", Stamp(until), "--format", "{{.Type}} {{.Action}}");
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    /// <summary>Every rule of the host without counters: iptables-save for both families, and the whole nf_tables rule set.</summary>
    public static async Task<string> RulesAsync(LabHost host)
    {
        var text = new StringBuilder();
        // On the nftables backend iptables-save of Debian 12 prints nothing; its rules are in the listing below.
        text.Append((await host.AtAsync("iptables-save")).Stdout).Append((await host.AtAsync("ip6tables-save")).Stdout);
        text.Append((await NftAsync(host, "-s", "list", "ruleset")).Text);
        return Counters().Replace(text.ToString(), "");
    }

    /// <summary>
    /// nft of Engine 28's folder in the host's namespace: Debian 12's own (1.0.6) crashes on the native tables of Engine 29.
    /// </summary>
    public static Task<Ran> NftAsync(LabHost host, params string[] args)
    {
        var folder = Path.Combine(Paths.Engines, "28");
        return host.AtAsync([$"{folder}/lib64/ld-linux-x86-64.so.2", "--library-path", $"{folder}/usr/lib/x86_64-linux-gnu", $"{folder}/usr/sbin/nft", .. args]);
    }

    /// <summary>What a tool must print for this piece of evidence to be true; "" where the tool's silence is the fact (no listener, no line).</summary>
    public static string Claimed(string kind, string text) => kind switch
    {
        "rule" => Flat(text),
        // ss writes [::]:80 and *:80 for the wildcard of both families.
        "listener" => text.StartsWith("[::]:", StringComparison.Ordinal) ? text[4..] : text,
        "publish" => text[(text.LastIndexOf("->", StringComparison.Ordinal) + 2)..] + " -> " + text[..text.IndexOf("->", StringComparison.Ordinal)],
        "membership" => "\"" + text[(text.IndexOf(": ", StringComparison.Ordinal) + 2)..].Split(", ")[0] + "\":",
        "resolver-line" => text.Split("; ")[0],
        "route" => Flat(text),
        _ => "",
    };

    /// <summary>One line, one space between words: columns do not count, nor do the counters that iptables -v adds.</summary>
    public static string Flat(string text) => Spaces().Replace(IptablesCounters().Replace(text, ""), " ").Trim();

    [GeneratedRegex(@"\s+", RegexOptions.NonBacktracking)]
    private static partial Regex Spaces();

    [GeneratedRegex(@" -c \d+ \d+", RegexOptions.NonBacktracking)]
    private static partial Regex IptablesCounters();

    /// <summary>Rules, networks, containers and images as they are now; equal texts mean that nothing changed.</summary>
    public static async Task<string> StateAsync(LabHost host)
    {
        // The kernel still tries new IPv6 addresses for a second or two after a container's start; that change is its own.
        for (var i = 0; i < 50 && (await host.AtAsync("ip", "-o", "addr", "show", "tentative")).Text.Length > 0; i++)
            await Task.Delay(100);
        var text = new StringBuilder(await RulesAsync(host));
        var networks = await host.DockerAsync("network", "ls", "-q", "--no-trunc");
        var containers = await host.DockerAsync("ps", "-aq", "--no-trunc");
        text.AppendLine(await host.DockerAsync("images", "--all", "--no-trunc", "--format", "{{.ID}} {{.Repository}}:{{.Tag}}"));
        text.AppendLine(await host.DockerAsync(["network", "inspect", .. Sorted(networks)]));
        if (containers.Length > 0)
            text.AppendLine(await host.DockerAsync(["inspect", .. Sorted(containers)]));
        text.AppendLine((await host.AtAsync("ip", "-o", "addr")).Text).AppendLine((await host.AtAsync("ip", "route")).Text);
        return text.ToString();
    }

    /// <summary>The first line in which two states differ; null when they are equal.</summary>
    public static string? Difference(string before, string after)
    {
        var (b, a) = (before.Split('\n'), after.Split('\n'));
        for (var i = 0; i < Math.Max(a.Length, b.Length); i++)
        {
            var (old, now) = (i < b.Length ? b[i] : "(end)", i < a.Length ? a[i] : "(end)");
            if (old != now)
                return $"line {i + 1}: before «{old.Trim()}», after «{now.Trim()}»";
        }
        return null;
    }

    private static string[] Sorted(string ids) => [.. ids.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];

    /// <summary>Counters of chains and rules, and the comment lines with the time of the listing.</summary>
    [GeneratedRegex(@"\[\d+:\d+\]|^#.*$| counter packets \d+ bytes \d+", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Counters();
}
