using System.Net;
using System.Net.Sockets;
using System.Numerics;
using Fairlead.Facts;

namespace Fairlead.Agent.Resolve;

/// <summary>
/// RFC 6724 as each libc has it: glibc's rfc3484_sort (getaddrinfo.c, without /etc/gai.conf) and musl's sort keys (lookup_name.c). Their tables
/// differ: a private IPv6 address comes before IPv4 in glibc and after it in musl.
/// </summary>
internal static class AddressOrder
{
    private sealed record Line(IPAddress Network, int Length, int Precedence, int Label);

    private static readonly Line[] Glibc =
    [
        new(IPAddress.Parse("::1"), 128, 50, 0), new(IPAddress.Parse("::ffff:0:0"), 96, 10, 4), new(IPAddress.Parse("::"), 96, 20, 3), new(IPAddress.Parse("2001::"), 32, 40, 7),
        new(IPAddress.Parse("2002::"), 16, 30, 2), new(IPAddress.Parse("fec0::"), 10, 40, 5), new(IPAddress.Parse("fc00::"), 7, 40, 6), new(IPAddress.Parse("::"), 0, 40, 1),
    ];

    private static readonly Line[] Musl =
    [
        new(IPAddress.Parse("::1"), 128, 50, 0), new(IPAddress.Parse("::ffff:0:0"), 96, 35, 4), new(IPAddress.Parse("2002::"), 16, 30, 2), new(IPAddress.Parse("2001::"), 32, 5, 5),
        new(IPAddress.Parse("fc00::"), 7, 3, 13), new(IPAddress.Parse("::"), 0, 40, 1),
    ];

    /// <summary>
    /// glibc leaves a family out when only the other one has an address beyond loopback; musl when the family's loopback cannot be dialled. Where that
    /// would leave nothing, nothing is left out: the dial shows what comes of them.
    /// </summary>
    /// <param name="own">The addresses of the source's links.</param>
    /// <param name="loopbackIsIPv4">localhost is 127.0.0.1 and nothing else.</param>
    /// <param name="fromHosts">They stand in the hosts file: where glibc wants IPv4 only, ::1 is taken as 127.0.0.1.</param>
    internal static IReadOnlyList<IPAddress> OfConfiguredFamilies(IReadOnlyList<IPAddress> addresses, IReadOnlyList<LinkAddress> own, bool musl, bool loopbackIsIPv4, bool fromHosts)
    {
        bool has(AddressFamily family) => own.Any(a => a.Address.AddressFamily == family && IPAddress.IsLoopback(a.Address) == musl);
        bool four = has(AddressFamily.InterNetwork), six = has(AddressFamily.InterNetworkV6);
        if (loopbackIsIPv4 && addresses.All(IPAddress.IsLoopback))
            (four, six) = (true, false);
        if (four == six)
            return addresses;
        if (fromHosts && four && !musl)
            addresses = [.. addresses.Select(a => a.Equals(IPAddress.IPv6Loopback) ? IPAddress.Loopback : a).Distinct()];
        IPAddress[] left = [.. addresses.Where(a => a.AddressFamily == AddressFamily.InterNetwork == four)];
        return left.Length > 0 ? left : addresses;
    }

    internal static IReadOnlyList<IPAddress> Sort(IReadOnlyList<Reach> reached, IReadOnlyList<LinkAddress> own, bool musl)
    {
        if (musl)
        {
            // only IPv4: as the server or the file has them
            return reached.All(r => r.Address.AddressFamily == AddressFamily.InterNetwork)
                ? [.. reached.Select(r => r.Address)]
                : [.. reached.Index().OrderByDescending(r => MuslKey(r.Item, r.Index)).Select(r => r.Item.Address)];
        }
        var sorted = reached.ToList();
        // an insertion sort: stable, and the comparison need not be a total order
        for (var i = 1; i < sorted.Count; i++)
        {
            for (var j = i; j > 0 && GlibcCompare(sorted[j - 1], sorted[j], own) > 0; j--)
                (sorted[j - 1], sorted[j]) = (sorted[j], sorted[j - 1]);
        }
        return [.. sorted.Select(r => r.Address)];
    }

    private static int GlibcCompare(Reach a, Reach b, IReadOnlyList<LinkAddress> own)
    {
        // rule 1: what cannot be reached comes last
        var reached = a.Source is not null;
        if (reached != b.Source is not null)
            return reached ? -1 : 1;
        int scopeA = Scope(a.Address, glibc: true), scopeB = Scope(b.Address, glibc: true);
        Line lineA = Of(Glibc, a.Address), lineB = Of(Glibc, b.Address);
        // 2: a source of the same scope; 5: of the same label
        if (reached && Better(scopeA == Scope(a.Source!, glibc: true), scopeB == Scope(b.Source!, glibc: true)) is var two and not 0)
            return two;
        if (reached && Better(lineA.Label == Of(Glibc, a.Source!).Label, lineB.Label == Of(Glibc, b.Source!).Label) is var five and not 0)
            return five;
        // 6: precedence; 8: the smaller scope
        if (lineB.Precedence.CompareTo(lineA.Precedence) is var six and not 0)
            return six;
        if (scopeA.CompareTo(scopeB) is var eight and not 0)
            return eight;
        // 9: the longer common prefix, of one family only
        return reached && a.Address.AddressFamily == b.Address.AddressFamily ? GlibcPrefix(b, own).CompareTo(GlibcPrefix(a, own)) : 0;
    }

    /// <summary>For IPv4 only within the subnet that the source lies in.</summary>
    private static int GlibcPrefix(Reach reach, IReadOnlyList<LinkAddress> own)
    {
        if (reach.Address.AddressFamily == AddressFamily.InterNetworkV6)
            return CommonPrefix(reach.Address, reach.Source!);
        // glibc looks the length up only where it looked for IPv6 addresses, and found one
        if (!own.Any(o => o.Address.AddressFamily == AddressFamily.InterNetworkV6 && !IPAddress.IsLoopback(o.Address)))
            return 0;
        var length = own.FirstOrDefault(o => o.Address.Equals(reach.Source))?.PrefixLength ?? 32;
        var common = CommonPrefix(reach.Address, reach.Source!);
        return common >= length ? common : 0;
    }

    private static int MuslKey(Reach reach, int index)
    {
        const int Usable = 0x40000000, MatchingScope = 0x20000000, MatchingLabel = 0x10000000;
        var line = Of(Musl, reach.Address);
        var scope = Scope(reach.Address, glibc: false);
        var key = (line.Precedence << 20) | ((15 - scope) << 16);
        if (reach.Source is { } source)
        {
            key |= Usable | (scope == Scope(source, glibc: false) ? MatchingScope : 0) | (line.Label == Of(Musl, source).Label ? MatchingLabel : 0);
            key |= CommonPrefix(reach.Address.MapToIPv6(), source.MapToIPv6()) << 8;
        }
        return key | Math.Max(0, 48 - index);
    }

    private static int Better(bool a, bool b) => b.CompareTo(a);

    private static Line Of(Line[] table, IPAddress address)
    {
        var mapped = address.MapToIPv6();
        return table.First(l => CommonPrefix(l.Network, mapped) >= l.Length);
    }

    /// <summary>2 link-local, 5 site-local, 14 global. glibc counts 127.0.0.0/8 and 169.254.0.0/16 as link-local, musl has no scopes for IPv4.</summary>
    private static int Scope(IPAddress address, bool glibc)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            var bytes = address.GetAddressBytes();
            return glibc && (bytes[0] == 127 || (bytes[0] == 169 && bytes[1] == 254)) ? 2 : 14;
        }
        if (address.IsIPv6Multicast)
            return address.GetAddressBytes()[1] & 15;
        return address.IsIPv6LinkLocal || IPAddress.IsLoopback(address) ? 2 : address.IsIPv6SiteLocal ? 5 : 14;
    }

    private static int CommonPrefix(IPAddress a, IPAddress b)
    {
        byte[] x = a.GetAddressBytes(), y = b.GetAddressBytes();
        for (var i = 0; i < Math.Min(x.Length, y.Length); i++)
        {
            if (x[i] != y[i])
                return i * 8 + BitOperations.LeadingZeroCount((uint)(x[i] ^ y[i])) - 24;
        }
        return Math.Min(x.Length, y.Length) * 8;
    }
}
