using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Fairlead.Facts;
using Fairlead.Model.Walk;
using Fairlead.Model.World;

namespace Fairlead.Model.Names;

/// <summary>The model of names: what a name means to the libc of a container, by its files and the engine's resolver (SEMANTICS 3).</summary>
public static class Resolver
{
    /// <param name="dialler">The container that asks; null for the host.</param>
    public static NameAnswer Resolve(HostWorld world, Sandbox from, Container? dialler, string host)
    {
        var at = dialler?.Name ?? from.At;
        if ((host.Contains(':', StringComparison.Ordinal) || host.Count(c => c == '.') == 3) && IPAddress.TryParse(host, out var literal))
        {
            return Found([literal], "literal", at, from, $"{host} is an address", "given");
        }

        var unread = ImmutableArray.CreateBuilder<NotRead>();
        if (from.Facts.HostsFile is { IsKnown: true, Value: { } hosts })
        {
            var (addresses, line) = HostsFile.Find(hosts, host);
            if (!addresses.IsEmpty)
            {
                return Found(Order(host, addresses, from), "hosts", at, from, $"{host} is in /etc/hosts: {line}", "/etc/hosts", hostsLine: line);
            }
        }
        else
        {
            unread.Add(from.Facts.HostsFile.Missing!);
        }

        if (host.TrimEnd('.').Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            return Found([IPAddress.Loopback], "hosts", at, from, "localhost is loopback", "libc") with { Certain = unread.Count == 0, Unread = unread.ToImmutable() };
        }

        if (!from.Facts.ResolverFile.IsKnown)
        {
            unread.Add(from.Facts.ResolverFile.Missing);
        }

        var file = from.Facts.ResolverFile is { IsKnown: true, Value: { } text } ? ResolverFile.Parse(text) : StandIn(world, dialler);
        if (Servers.Unreachable(world, from, dialler, file) is { } dead)
        {
            return new NameAnswer
            {
                Addresses = [],
                Outcome = dead.Outcome,
                How = file.UsesEmbeddedDns ? "embedded-dns" : "upstream",
                Certain = unread.Count == 0,
                Steps = [Step(at, from, HopResult.Nothing, dead.Why, "/etc/resolv.conf")],
                Servers = file.Servers,
                Unread = unread.ToImmutable(),
            };
        }

        var musl = from.Facts.Libc.Or("glibc") == "musl";
        if (file.UsesEmbeddedDns && dialler is not null && Local(world, dialler, file.Candidates(host, musl)) is { } local)
        {
            var how = local.Asked.Equals(host.TrimEnd('.'), StringComparison.OrdinalIgnoreCase) ? "embedded-dns" : "search";
            var found = Found(local.Addresses, how, at, from, $"{local.Asked} is {string.Join(", ", local.Addresses)} (embedded DNS)", "127.0.0.11", file.Servers, bearers: local.Bearers);
            return found with { Certain = unread.Count == 0, Unread = unread.ToImmutable() };
        }

        return Upstream(world, from, at, host, file, unread.ToImmutable());
    }

    private static (ImmutableArray<IPAddress> Addresses, ImmutableArray<Container> Bearers, string Asked)? Local(HostWorld world, Container dialler, ImmutableArray<string> candidates)
    {
        foreach (var candidate in candidates)
        {
            var (addresses, bearers) = EmbeddedDns.Answer(world, dialler, candidate);
            if (!bearers.IsEmpty)
            {
                return addresses.IsEmpty ? null : (addresses, bearers, candidate);
            }
        }

        return null;
    }

    /// <summary>Nobody here answers: the question goes upstream, whose answer is only known when it was asked.</summary>
    private static NameAnswer Upstream(HostWorld world, Sandbox from, string at, string host, ResolverFile file, ImmutableArray<NotRead> unread)
    {
        var asked = world.Snapshot.Resolutions.FirstOrDefault(r => r.Name == host);
        if (asked is { Outcome: Outcome.Ok } && !asked.Addresses.IsEmpty && Bearers.Anywhere(world, host).IsEmpty)
        {
            // What an upstream server answers is a fact that was read, like a file's line.
            return Found(asked.Addresses, asked.From == "embedded-dns" ? "upstream" : asked.From, at, from, $"{host} is {string.Join(", ", asked.Addresses)} (upstream)",
                asked.Server ?? "resolver", file.Servers) with { Certain = unread.IsEmpty, Unread = unread };
        }

        // Forwarded, also where a container of another network bears the name: how upstream says no is its own doing.
        var isolated = file.UsesEmbeddedDns && from.Members.FirstOrDefault() is { } member
            && world.EndpointsOf(member) is { IsEmpty: false } endpoints && endpoints.All(e => world.NetworkOf(e) is { Internal: true });
        var outcome = file.Servers.IsEmpty ? Outcome.NameFailure
            : isolated && !world.Engine.InternalHasDefaultRoute ? Outcome.NameFailure
            : asked is { Outcome: not (Outcome.Ok or Outcome.Unknown) } ? asked.Outcome
            : isolated ? Outcome.NameTimeout
            : Outcome.NameNotFound;
        var servers = file.Servers.IsEmpty ? "no nameserver" : string.Join(", ", file.Servers);
        return new NameAnswer
        {
            Addresses = [],
            Outcome = outcome,
            How = file.UsesEmbeddedDns ? "embedded-dns" : "upstream",
            Certain = unread.IsEmpty,
            Steps = [Step(at, from, HopResult.Nothing, file.UsesEmbeddedDns
                ? $"{host} is no name on a network of {at}; the embedded DNS asks upstream"
                : $"{host} is asked of {servers}, where no container is known", "/etc/resolv.conf")],
            Servers = file.Servers,
            Unread = unread,
        };
    }

    // By what the engine says: user-defined networks get the embedded DNS, the default one the host's servers (SEMANTICS 3.1).
    private static ResolverFile StandIn(HostWorld world, Container? dialler) =>
        dialler is not null && world.EndpointsOf(dialler).Any(e => world.NetworkOf(e) is { IsUserDefined: true })
            ? new ResolverFile([ResolverFile.EmbeddedDns], [], 0)
            : new ResolverFile(["?"], [], 1);

    /// <summary>musl gives ::1 first where the file has both; glibc gives localhost as 127.0.0.1 only (SEMANTICS 3.3).</summary>
    private static ImmutableArray<IPAddress> Order(string host, ImmutableArray<IPAddress> addresses, Sandbox from)
    {
        if (!host.TrimEnd('.').Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            return [.. addresses.OrderBy(a => a.AddressFamily == AddressFamily.InterNetworkV6)];
        }

        var musl = from.Facts.Libc.Or("glibc") == "musl";
        var v4 = addresses.Where(a => a.AddressFamily == AddressFamily.InterNetwork).ToImmutableArray();
        return musl || v4.IsEmpty ? addresses : v4;
    }

    private static NameAnswer Found(ImmutableArray<IPAddress> addresses, string how, string at, Sandbox from, string detail, string where,
        ImmutableArray<string> servers = default, string? hostsLine = null, ImmutableArray<Container> bearers = default) => new()
    {
        Addresses = addresses,
        Outcome = Outcome.Ok,
        How = how,
        Certain = true,
        Steps = [Step(at, from, HopResult.Pass, detail, where)],
        HostsLine = hostsLine,
        Servers = servers.IsDefault ? [] : servers,
        Bearers = bearers.IsDefault ? [] : bearers,
    };

    private static Step Step(string at, Sandbox from, HopResult result, string detail, string where) =>
        new() { Kind = HopKind.Resolve, At = at, Result = result, Detail = detail, From = where, Sandbox = from };
}
