using System.Diagnostics;
using System.Net;
using Fairlead.Agent.Namespaces;
using Fairlead.Agent.Readers;
using Fairlead.Facts;

namespace Fairlead.Agent.Resolve;

/// <summary>
/// Resolves a name as getaddrinfo of the source's libc would with AI_ADDRCONFIG, which most programs give: addresses as they are written, its hosts
/// file, its servers asked from inside its namespace, and the order of RFC 6724 there. A file that was not read makes it unknown.
/// </summary>
internal sealed class Resolver(NetnsHandle? handle, ResolveRequest request, CancellationToken cancel)
{
    private const int LongestName = 255;
    private static readonly IPAddress Embedded = IPAddress.Parse("127.0.0.11");

    private readonly long started = Stopwatch.GetTimestamp();
    private readonly List<string> asked = [];
    private readonly bool musl = request.Libc == "musl";
    private string? server, rcode;

    /// <summary>Not musl's: 127.0.0.1 and nothing else (contract part 3), also where a glibc with IPv6 would try ::1 first.</summary>
    private bool IsLocalhost => request.Name.Equals("localhost", StringComparison.OrdinalIgnoreCase);

    internal async Task<ResolutionFact> RunAsync()
    {
        var name = request.Name;
        if (handle is null)
            return Fact(Outcome.Unknown, "upstream", []);
        if (HostsLines.Literal(name) is { } literal)
            return Fact(Outcome.Ok, "literal", [literal]);
        if (name.Length is 0 or > LongestName)
            return Fact(Outcome.NameNotFound, "upstream", []);
        if (request.HostsFile is not { IsKnown: true, Value: { } hosts })
            return Fact(Outcome.Unknown, "upstream", []);
        if (HostsLines.Find(hosts, name, musl) is { Addresses.Count: > 0 } line)
            return Fact(Outcome.Ok, "hosts", await OrderAsync(line.Addresses, fromHosts: true).ConfigureAwait(false)) with { HostsLine = line.Line };
        if (request.Libc == "none" && IsLocalhost)
            return Fact(Outcome.Ok, "hosts", [IPAddress.Loopback]);
        if (request.ResolverFile is not { IsKnown: true, Value: { } file })
            return Fact(Outcome.Unknown, "upstream", []);
        return await AskAsync(name, ResolverSettings.Parse(file, musl)).ConfigureAwait(false);
    }

    private async Task<ResolutionFact> AskAsync(string name, ResolverSettings settings)
    {
        var deadline = started + (long)Math.Max(1, request.LimitMs) * Stopwatch.Frequency / 1000;
        var glibc = new GlibcQuery(handle!.Netns, settings, deadline, cancel);
        var (answer, by) = musl ? await SearchOrder.MuslAsync(name, settings, OneAsync).ConfigureAwait(false) : await SearchOrder.GlibcAsync(name, settings, OneAsync).ConfigureAwait(false);
        server = answer.Server is null ? null : new IPEndPoint(answer.Server, 53).ToString();
        rcode = answer.Rcode;
        var from = Embedded.Equals(answer.Server ?? settings.Servers[0]) ? "embedded-dns" : "upstream";
        if (answer.Outcome != Outcome.Ok)
            return Fact(answer.Outcome, from, []);
        var searched = by is not null && !by.Equals(name.TrimEnd('.'), StringComparison.OrdinalIgnoreCase);
        return Fact(Outcome.Ok, searched ? "search" : from, await OrderAsync(answer.Addresses, fromHosts: false).ConfigureAwait(false));

        async Task<LibcAnswer> OneAsync(string candidate)
        {
            // a name that the limit left no time for was not asked: what is known of the others stands
            if (Stopwatch.GetTimestamp() >= deadline || cancel.IsCancellationRequested)
                return new LibcAnswer(Verdict.TimedOut, [], null, "TIMEOUT");
            asked.Add(candidate);
            return musl ? await new MuslQuery(handle.Netns, settings, deadline, cancel).AskAsync(candidate).ConfigureAwait(false) : await glibc.AskAsync(candidate).ConfigureAwait(false);
        }
    }

    /// <summary>The addresses of the families that the source has (AI_ADDRCONFIG), best first; all of them where none would be left.</summary>
    private Task<IReadOnlyList<IPAddress>> OrderAsync(IReadOnlyList<IPAddress> addresses, bool fromHosts) => Task.Run(() =>
    {
        var facts = NamespaceReader.Read(handle!, ReadWhat.Addresses);
        IReadOnlyList<LinkAddress> own = facts.Addresses.IsKnown ? facts.Addresses.Value : [];
        var usable = facts.Addresses.IsKnown ? AddressOrder.OfConfiguredFamilies(addresses, own, musl, !musl && IsLocalhost, fromHosts) : addresses;
        return usable.Count < 2 ? usable : AddressOrder.Sort(SourceAddresses.Of(handle!.Netns, usable), own, musl);
    }, CancellationToken.None);

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
