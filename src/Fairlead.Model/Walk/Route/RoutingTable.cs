using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Fairlead.Facts;
using Fairlead.Model.Rules;
using FactRoute = Fairlead.Facts.Route;

namespace Fairlead.Model.Walk.Routing;

/// <summary>The routing decision of one stack: policy rules by priority, tables, longest prefix, metric. As the kernel does it (fib_lookup).</summary>
internal static class RoutingTable
{
    private const uint Main = 254, Local = 255, Default = 253;

    private static readonly ImmutableArray<RoutingRule> KernelRules =
    [
        new RoutingRule { Family = 0, Priority = 0, Action = "lookup", Table = Local },
        new RoutingRule { Family = 0, Priority = 32766, Action = "lookup", Table = Main },
        new RoutingRule { Family = 0, Priority = 32767, Action = "lookup", Table = Default },
    ];

    public static RouteAnswer Lookup(Stack stack, RouteKey key)
    {
        var v6 = key.Destination.AddressFamily == AddressFamily.InterNetworkV6;
        if (v6 && stack.IPv6Off)
        {
            return new RouteAnswer { Kind = RouteKind.FamilyOff, From = "sysctl net.ipv6.conf.all.disable_ipv6" };
        }

        var family = v6 ? 6 : 4;
        var rules = stack.RoutingRules.Where(r => r.Family == family).OrderBy(r => r.Priority).ToArray();
        if (rules.Length == 0)
        {
            rules = KernelRules.ToArray();
        }

        var unsure = false;
        var seen = 0;
        for (var i = 0; i < rules.Length && seen++ < 256; i++)
        {
            var rule = rules[i];
            var matches = Matches(rule, key);
            if (matches == Truth.No)
            {
                continue;
            }

            unsure |= matches == Truth.Unknown;
            if (matches == Truth.Unknown)
            {
                continue;
            }

            var from = $"ip rule {rule.Priority}, table {NameOf(rule.Table)}";
            switch (rule.Action)
            {
                case "lookup":
                    if (InTable(stack, rule.Table, key, rule.SuppressPrefixLength, from) is { } answer)
                    {
                        return answer with { Unsure = unsure };
                    }

                    break;
                case "goto" when rule.Goto is { } to && to > rule.Priority:
                    i = Array.FindIndex(rules, r => r.Priority >= to) - 1;
                    if (i < 0)
                    {
                        i = rules.Length;
                    }

                    break;
                case "blackhole":
                    return new RouteAnswer { Kind = RouteKind.Blackhole, From = from, Unsure = unsure };
                case "unreachable":
                    return new RouteAnswer { Kind = RouteKind.Unreachable, From = from, Unsure = unsure };
                case "prohibit":
                    return new RouteAnswer { Kind = RouteKind.Prohibit, From = from, Unsure = unsure };
            }
        }

        return new RouteAnswer { Kind = RouteKind.None, From = v6 ? "ip -6 route" : "ip route", Unsure = unsure };
    }

    /// <summary>The tables' numbers that have names in every system.</summary>
    public static string NameOf(uint table) => table switch { Main => "main", Local => "local", Default => "default", _ => table.ToString(System.Globalization.CultureInfo.InvariantCulture) };

    private static Truth Matches(RoutingRule rule, RouteKey key)
    {
        var decided = Truth.Yes;
        void Note(bool? holds)
        {
            decided = holds == false ? Truth.No : holds is null && decided == Truth.Yes ? Truth.Unknown : decided;
        }

        if (rule.Source is { } source && rule.SourceLength > 0)
        {
            // A packet made here without a source yet is looked up with 0.0.0.0, which no prefix but /0 holds.
            Note(key.Source is not null && Within(key.Source, source, rule.SourceLength));
        }

        if (rule.Destination is { } destination && rule.DestinationLength > 0)
        {
            Note(Within(key.Destination, destination, rule.DestinationLength));
        }

        if (rule.InInterface is { } iif)
        {
            Note(iif == (key.In ?? "lo"));
        }

        if (rule.OutInterface is not null)
        {
            Note(false);
        }

        if (rule.Mark is { } mark)
        {
            Note((key.Mark & (rule.MarkMask ?? uint.MaxValue)) == mark);
        }

        if (rule.IpProtocol is { } protocol)
        {
            Note(key.Protocol == protocol);
        }

        if (rule.DestinationPorts is { } ports)
        {
            Note(key.DestinationPort >= ports.From && key.DestinationPort <= ports.To);
        }

        if (rule.SourcePorts is not null || rule.UidFrom is not null || rule.Undecoded)
        {
            Note(null);
        }

        if (rule.Tos != 0)
        {
            Note(false);
        }

        return !rule.Invert ? decided : decided switch { Truth.Yes => Truth.No, Truth.No => Truth.Yes, _ => Truth.Unknown };
    }

    private static RouteAnswer? InTable(Stack stack, uint table, RouteKey key, int? suppress, string from)
    {
        var family = key.Destination.AddressFamily == AddressFamily.InterNetworkV6 ? 6 : 4;
        var fitting = stack.Routes
            .Where(r => r.Family == family && r.Table == table && r.Tos == 0 && Within(key.Destination, r.Destination, r.PrefixLength) && Usable(stack, r))
            .OrderByDescending(r => r.PrefixLength).ThenBy(r => r.Metric).ToArray();
        if (table == Local && !fitting.Any(r => r.Type == "local") && stack.OwnsRead(key.Destination))
        {
            // A changed world adds addresses; the kernel adds the local route for each itself.
            return new RouteAnswer { Kind = RouteKind.Local, Out = stack.Loopback, PreferredSource = key.Destination, From = from };
        }

        foreach (var route in fitting)
        {
            if (suppress is { } length && length >= 0 && route.PrefixLength <= length)
            {
                return null;
            }

            switch (route.Type)
            {
                case "throw":
                    return null;
                case "local":
                    return Answer(stack, RouteKind.Local, route, from) with { Out = stack.Loopback };
                case "broadcast":
                    return Answer(stack, RouteKind.Broadcast, route, from);
                case "multicast" or "anycast":
                    return Answer(stack, RouteKind.Multicast, route, from);
                case "blackhole":
                    return Answer(stack, RouteKind.Blackhole, route, from);
                case "unreachable":
                    return Answer(stack, RouteKind.Unreachable, route, from);
                case "prohibit":
                    return Answer(stack, RouteKind.Prohibit, route, from);
                default:
                    var same = fitting.Where(r => r.PrefixLength == route.PrefixLength && r.Metric == route.Metric && r.Type == "unicast").ToArray();
                    return Unicast(stack, family == 6 ? same : [route], from);
            }
        }

        return null;
    }

    /// <summary>One answer for each next hop; the first leads, the others are alternatives.</summary>
    private static RouteAnswer Unicast(Stack stack, FactRoute[] routes, string from)
    {
        var answers = new List<RouteAnswer>();
        foreach (var route in routes)
        {
            if (route.NextHops.IsDefaultOrEmpty)
            {
                answers.Add(Answer(stack, RouteKind.Unicast, route, from));
                continue;
            }

            answers.AddRange(route.NextHops.Where(h => !h.Dead).Select(h =>
                Answer(stack, RouteKind.Unicast, route, from) with { Out = stack.LinkByIndex(h.Out), Gateway = h.Gateway }));
        }

        return answers.Count == 0 ? new RouteAnswer { Kind = RouteKind.None, From = from }
            : answers[0] with { Alternatives = answers.Skip(1).Take(7).ToArray() };
    }

    private static RouteAnswer Answer(Stack stack, RouteKind kind, FactRoute route, string from) => new()
    {
        Kind = kind,
        Route = route,
        Out = route.Out is { } index ? stack.LinkByIndex(index) : null,
        Gateway = route.Gateway,
        PreferredSource = route.PreferredSource,
        From = from,
    };

    /// <summary>A link that is down takes its routes with it; one without carrier does so only where a sysctl says so.</summary>
    private static bool Usable(Stack stack, FactRoute route)
    {
        var link = route.Out is { } index ? stack.LinkByIndex(index) : null;
        if (!route.Dead)
        {
            return true;
        }

        var ignored = link is not null && (stack.Sysctl($"net.ipv{route.Family}.conf.{link.Name}.ignore_routes_with_linkdown") == "1"
            || stack.Sysctl($"net.ipv{route.Family}.conf.all.ignore_routes_with_linkdown") == "1");
        return link is { Up: true } && !ignored;
    }

    internal static bool Within(IPAddress address, IPAddress network, int length)
    {
        if (address.AddressFamily != network.AddressFamily)
        {
            return false;
        }

        Span<byte> a = stackalloc byte[16], n = stackalloc byte[16];
        address.TryWriteBytes(a, out var size);
        network.TryWriteBytes(n, out _);
        var bits = Math.Min(length, size * 8);
        for (var i = 0; i < size && bits > 0; i++, bits -= 8)
        {
            var mask = bits >= 8 ? 0xff : 0xff << (8 - bits) & 0xff;
            if ((a[i] & mask) != (n[i] & mask))
            {
                return false;
            }
        }

        return true;
    }
}
