using System.Collections.Immutable;
using Fairlead.Agent.Files;
using Fairlead.Agent.Namespaces;
using Fairlead.Agent.Native;
using Fairlead.Agent.Netlink;
using Fairlead.Facts;

namespace Fairlead.Agent.Readers;

/// <summary>Reads one namespace: one visit for all sockets, then everything from outside; sysctl files take a second visit, because they are named by links.</summary>
internal static class NamespaceReader
{
    private const int NamesLimit = 4096;

    internal static NetnsFacts Unread(NetnsRef netns, NotRead why)
    {
        var facts = NetnsFacts.Unread($"unread:{netns.Pid}", netns.Of, why.Why, why.Needs) with { Pid = netns.Pid };
        // said once with its detail: the first of them carries it
        return facts with { Links = facts.Links.Missing! with { Detail = why.Detail } };
    }

    internal static NetlinkSocket? OpenRoute(NetnsHandle handle, out int errno)
    {
        using var visit = new Visit();
        var number = visit.Socket(Libc.AF_NETLINK, Libc.SOCK_RAW, NetlinkSocket.Route);
        errno = visit.Go(handle.Netns);
        return errno != 0 || visit.Take(number, out errno) is not { } fd ? null : new NetlinkSocket(fd.ToFileHandle());
    }

    internal static NetnsFacts Read(NetnsHandle handle, ReadWhat what)
    {
        var of = handle.Reference.Of;
        var facts = NetnsFacts.Unread(handle.Id, of, WhyNot.NotAsked) with { Pid = handle.Reference.Pid == 0 ? null : handle.Reference.Pid };
        var route = (what & (ReadWhat.Links | ReadWhat.Addresses | ReadWhat.Routes | ReadWhat.Neighbours | ReadWhat.Sysctls)) != 0;
        var sockets = (what & (ReadWhat.Sockets | ReadWhat.Listeners)) != 0;
        var rules = (what & ReadWhat.Rules) != 0;
        if (route || sockets || rules)
            facts = ReadSockets(facts, handle, what, route, sockets, rules);
        return (what & ReadWhat.Files) != 0 ? FileReader.Read(facts, handle.Process, of) : facts;
    }

    private static NetnsFacts ReadSockets(NetnsFacts facts, NetnsHandle handle, ReadWhat what, bool route, bool sockets, bool rules)
    {
        var of = handle.Reference.Of;
        using var visit = new Visit();
        var routeNumber = route ? visit.Socket(Libc.AF_NETLINK, Libc.SOCK_RAW, NetlinkSocket.Route) : -1;
        var diagNumber = sockets ? visit.Socket(Libc.AF_NETLINK, Libc.SOCK_RAW, NetlinkSocket.SockDiag) : -1;
        var ruleNumbers = rules ? RuleNumbers.Ask(visit) : null;
        if (visit.Go(handle.Netns) is var entered and not 0)
            return Unread(handle.Reference, Errnos.NotRead(Readings.Netns, of, entered, "setns")) with { Id = handle.Id };
        if (route)
            facts = ReadRoute(facts, visit, routeNumber, handle, what);
        if (sockets)
        {
            using var socket = Netlink(visit, diagNumber, out var errno);
            facts = facts with
            {
                Sockets = socket is null
                    ? Errnos.NotRead(Readings.Sockets, of, errno, "open sock_diag")
                    : SocketReader.Sockets(socket, of, listenersOnly: (what & ReadWhat.Listeners) != 0),
            };
        }
        return ruleNumbers is null ? facts : facts with { PacketRules = ruleNumbers.Read(visit, of) };
    }

    private static NetnsFacts ReadRoute(NetnsFacts facts, Visit visit, int number, NetnsHandle handle, ReadWhat what)
    {
        var of = handle.Reference.Of;
        using var socket = Netlink(visit, number, out var errno);
        NotRead not(string of2) => Errnos.NotRead(of2, of, errno, "open rtnetlink");
        bool asked(ReadWhat one) => (what & one) != 0;
        // the links are needed for the settings, asked for or not
        Reading<ImmutableArray<LinkReader.Configured>> links = !asked(ReadWhat.Links | ReadWhat.Sysctls) || socket is null ? not(Readings.Links) : LinkReader.Links(socket, of);
        if (asked(ReadWhat.Links))
            facts = facts with { Links = links.IsKnown ? Reading.Of(links.Value.Select(l => l.Link).ToImmutableArray()) : links.Missing };
        if (asked(ReadWhat.Addresses))
            facts = facts with { Addresses = socket is null ? not(Readings.Links) : LinkReader.Addresses(socket, of) };
        if (asked(ReadWhat.Routes))
        {
            facts = facts with
            {
                Routes = socket is null ? not(Readings.Routes) : RouteReader.Routes(socket, of),
                RoutingRules = socket is null ? not(Readings.Routes) : RoutingRuleReader.Rules(socket, of),
            };
        }
        if (asked(ReadWhat.Neighbours))
            facts = facts with { Neighbours = socket is null ? not(Readings.Neighbours) : NeighbourReader.Neighbours(socket, of) };
        if (asked(ReadWhat.Sysctls))
        {
            facts = facts with
            {
                Sysctls = links.IsKnown
                    ? SysctlReader.Sysctls(handle.Netns, of, links.Value)
                    : links.Missing with { What = Readings.Sysctl },
            };
        }
        return facts;
    }

    private static NetlinkSocket? Netlink(Visit visit, int number, out int errno) =>
        visit.Take(number, out errno) is { } fd ? new NetlinkSocket(fd.ToFileHandle()) : null;

    /// <summary>What the packet rules need from inside.</summary>
    private sealed record RuleNumbers(int Netfilter, int Raw4, int Raw6, int Names4, int Names6)
    {
        internal static RuleNumbers Ask(Visit visit) => new(
            visit.Socket(Libc.AF_NETLINK, Libc.SOCK_RAW, NetlinkSocket.Netfilter),
            visit.Socket(Libc.AF_INET, Libc.SOCK_RAW, 255),
            visit.Socket(Libc.AF_INET6, Libc.SOCK_RAW, 255),
            visit.File("/proc/thread-self/net/ip_tables_names"),
            visit.File("/proc/thread-self/net/ip6_tables_names"));

        internal Reading<RulesDump> Read(Visit visit, string of)
        {
            using var netfilter = Netlink(visit, Netfilter, out var errno);
            if (netfilter is null)
                return Errnos.NotRead(Readings.Rules, of, errno, "open nfnetlink");
            using var raw4 = visit.Take(Raw4, out _)?.ToFileHandle();
            using var raw6 = visit.Take(Raw6, out _)?.ToFileHandle();
            var names4 = NamesIn(visit, Names4, of, out var missing4);
            var names6 = NamesIn(visit, Names6, of, out var missing6);
            var rules = RuleDumper.Read(netfilter, raw4, raw6, names4, names6, of);
            NotRead[] missing = [.. new[] { missing4, missing6 }.OfType<NotRead>()];
            return rules.IsKnown && missing.Length > 0 ? Reading.Of(rules.Value with { NotRead = [.. rules.Value.NotRead, .. missing] }) : rules;
        }

        private static string[] NamesIn(Visit visit, int number, string of, out NotRead? missing)
        {
            using var file = visit.Take(number, out var errno);
            var text = file?.ReadText(NamesLimit, out errno);
            // no such file: this kernel has no legacy tables
            missing = text is not null || errno == Errnos.ENOENT ? null : Errnos.NotRead(Readings.Rules, of, errno, "read ip_tables_names");
            return text?.Split('\n', StringSplitOptions.RemoveEmptyEntries) ?? [];
        }
    }
}
