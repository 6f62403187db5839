using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Fairlead.Agent.Namespaces;
using Fairlead.Facts;

namespace Fairlead.Agent.Resolve;

/// <summary>Resolves a name as the source's libc would: its files first, then its servers, asked from inside its namespace.</summary>
internal sealed class Resolver(NetnsHandle? handle, ResolveRequest request, CancellationToken cancel)
{
    private static readonly IPAddress Embedded = IPAddress.Parse("127.0.0.11");
    private readonly long started = Stopwatch.GetTimestamp();
    private readonly List<string> asked = [];
    private string? server, rcode;

    internal async Task<ResolutionFact> RunAsync()
    {
        var name = request.Name;
        if (handle is null)
            return Fact(Outcome.Unknown, "upstream", []);
        if ((name.Contains(':', StringComparison.Ordinal) || name.Count(c => c == '.') == 3) && IPAddress.TryParse(name, out var literal))
            return Fact(Outcome.Ok, "literal", [literal]);
        var musl = request.Libc == "musl";
        if (request.HostsFile is { IsKnown: true, Value: { } hosts } && ResolverSettings.Hosts(hosts, name) is { Addresses.Count: > 0 } line)
            return Fact(Outcome.Ok, "hosts", Ordered(line.Addresses, name, musl)) with { HostsLine = line.Line };
        if (name.TrimEnd('.').Equals("localhost", StringComparison.OrdinalIgnoreCase))
            return Fact(Outcome.Ok, "hosts", [IPAddress.Loopback]);
        if (request.ResolverFile is not { IsKnown: true, Value: { } file })
            return Fact(Outcome.Unknown, "upstream", []);

        var settings = ResolverSettings.Parse(file, musl);
        var embedded = settings.Servers[0].Equals(Embedded);
        var worst = Outcome.NameNotFound;
        foreach (var candidate in settings.Candidates(name, musl).Take(8))
        {
            asked.Add(candidate);
            var (outcome, addresses) = musl ? await TogetherAsync(candidate, settings).ConfigureAwait(false) : await InTurnAsync(candidate, settings).ConfigureAwait(false);
            if (addresses.Count > 0)
            {
                var searched = !candidate.Equals(name.TrimEnd('.'), StringComparison.OrdinalIgnoreCase);
                return Fact(Outcome.Ok, searched ? "search" : embedded ? "embedded-dns" : "upstream", Ordered(addresses, name, musl));
            }
            // glibc goes on after "no such name" and remembers a failure; a server that is silent for one name is silent for all.
            if (outcome != Outcome.NameNotFound)
                worst = outcome;
            if (outcome == Outcome.NameTimeout || LeftMs <= 0)
                break;
        }
        return Fact(worst, embedded ? "embedded-dns" : "upstream", []);
    }

    private int LeftMs => request.LimitMs - (int)Stopwatch.GetElapsedTime(started).TotalMilliseconds;

    /// <summary>glibc: one server after another, twice; the next only when one is silent, refuses or fails.</summary>
    private async Task<(string Outcome, IReadOnlyList<IPAddress> Addresses)> InTurnAsync(string name, ResolverSettings settings)
    {
        var outcome = Outcome.NameTimeout;
        for (var attempt = 0; attempt < settings.Attempts; attempt++)
        {
            foreach (var address in settings.Servers)
            {
                if (LeftMs <= 0)
                    return (outcome, []);
                var (four, six) = await BothAsync(address, name, Math.Min(settings.TimeoutMs, LeftMs)).ConfigureAwait(false);
                var (verdict, addresses) = Judge(address, four, six);
                if (verdict is Outcome.Ok or Outcome.NameNotFound)
                    return (verdict, addresses);
                outcome = verdict;
            }
            if (outcome == Outcome.NameFailure)
                break;
        }
        return (outcome, []);
    }

    /// <summary>musl: all servers at once; the first answer that is yes or no counts.</summary>
    private async Task<(string Outcome, IReadOnlyList<IPAddress> Addresses)> TogetherAsync(string name, ResolverSettings settings)
    {
        var limit = Math.Min(settings.TimeoutMs, LeftMs);
        var all = settings.Servers.Select(async s => (Server: s, Both: await BothAsync(s, name, limit).ConfigureAwait(false))).ToList();
        var outcome = Outcome.NameTimeout;
        while (all.Count > 0)
        {
            var next = await Task.WhenAny(all).ConfigureAwait(false);
            all.Remove(next);
            var (at, (four, six)) = await next.ConfigureAwait(false);
            var (verdict, addresses) = Judge(at, four, six);
            if (verdict is Outcome.Ok or Outcome.NameNotFound)
                return (verdict, addresses);
            if (outcome == Outcome.NameTimeout)
                outcome = verdict;
        }
        return (outcome, []);
    }

    private async Task<(DnsReply Four, DnsReply Six)> BothAsync(IPAddress address, string name, int limitMs)
    {
        var four = DnsExchange.AskAsync(handle!.Netns, address, name, DnsMessage.A, limitMs, cancel);
        var six = DnsExchange.AskAsync(handle.Netns, address, name, DnsMessage.Aaaa, limitMs, cancel);
        await Task.WhenAll(four, six).ConfigureAwait(false);
        return (await four.ConfigureAwait(false), await six.ConfigureAwait(false));
    }

    private (string Outcome, IReadOnlyList<IPAddress> Addresses) Judge(IPAddress address, DnsReply four, DnsReply six)
    {
        server = new IPEndPoint(address, 53).ToString();
        IReadOnlyList<IPAddress> addresses = [.. four.Answer?.Addresses ?? [], .. six.Answer?.Addresses ?? []];
        var said = four.Answer ?? six.Answer;
        rcode = said is null ? four.Silent ? "TIMEOUT" : "REFUSED-BY-HOST" : RcodeName(said.Rcode);
        if (addresses.Count > 0)
        {
            rcode = "NOERROR";
            return (Outcome.Ok, addresses);
        }
        return said?.Rcode switch
        {
            0 or 3 => (Outcome.NameNotFound, []),
            null when four.Silent => (Outcome.NameTimeout, []),
            _ => (Outcome.NameFailure, []),
        };
    }

    private static string RcodeName(int rcode) => rcode switch
    {
        -1 => "MALFORMED",
        0 => "NOERROR",
        1 => "FORMERR",
        2 => "SERVFAIL",
        3 => "NXDOMAIN",
        4 => "NOTIMP",
        5 => "REFUSED",
        _ => "RCODE" + rcode.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    /// <summary>glibc's `localhost` is 127.0.0.1 only; else IPv4 first, as RFC 6724 gives for a stack without a global IPv6 address.</summary>
    private static IReadOnlyList<IPAddress> Ordered(IReadOnlyList<IPAddress> addresses, string name, bool musl)
    {
        if (!name.TrimEnd('.').Equals("localhost", StringComparison.OrdinalIgnoreCase))
            return [.. addresses.OrderBy(a => a.AddressFamily == AddressFamily.InterNetworkV6)];
        var v4 = addresses.Where(a => a.AddressFamily == AddressFamily.InterNetwork).ToArray();
        return musl || v4.Length == 0 ? addresses : v4;
    }

    private ResolutionFact Fact(string outcome, string from, IReadOnlyList<IPAddress> addresses) => new()
    {
        Name = request.Name,
        Asked = [.. asked],
        Server = server,
        Rcode = rcode,
        Addresses = [.. addresses],
        From = from,
        ElapsedMs = Math.Round(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 2),
        Outcome = outcome,
    };
}
