using System.Net;
using Fairlead.Agent.Resolve;
using Fairlead.Facts;
using Xunit;

namespace Fairlead.Tests.Agent;

/// <summary>The order of addresses in both libcs; the lab holds the same against real ones.</summary>
public sealed class AddressOrderTests
{
    private static readonly LinkAddress[] Dual =
    [
        new(1, IPAddress.Loopback, 8, "host"), new(1, IPAddress.IPv6Loopback, 128, "host"), new(2, IPAddress.Parse("192.0.2.1"), 24, "global"),
        new(2, IPAddress.Parse("2001:db8::1"), 64, "global"), new(2, IPAddress.Parse("fd00::1"), 64, "global"),
    ];

    private static readonly LinkAddress[] Four = [.. Dual.Where(a => a.Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork), Dual[1]];

    [Theory]
    [InlineData("a public IPv6 address comes first in both", "192.0.2.9<192.0.2.1 2001:db8::9<2001:db8::1", "2001:db8::9 192.0.2.9", "2001:db8::9 192.0.2.9")]
    [InlineData("a private one first in glibc, last in musl", "192.0.2.9<192.0.2.1 fd00::9<fd00::1", "fd00::9 192.0.2.9", "192.0.2.9 fd00::9")]
    [InlineData("what cannot be reached comes last", "2001:db8::9< 192.0.2.9<192.0.2.1", "192.0.2.9 2001:db8::9", "192.0.2.9 2001:db8::9")]
    [InlineData("loopback", "127.0.0.1<127.0.0.1 ::1<::1", "::1 127.0.0.1", "::1 127.0.0.1")]
    [InlineData("the nearer of one subnet, in glibc only", "192.0.2.200<192.0.2.1 192.0.2.3<192.0.2.1", "192.0.2.3 192.0.2.200", "192.0.2.200 192.0.2.3")]
    [InlineData("as they came, beyond the subnet", "198.51.100.9<192.0.2.1 192.1.2.3<192.0.2.1", "198.51.100.9 192.1.2.3", "198.51.100.9 192.1.2.3")]
    public void Addresses_are_tried_in_the_order_of_that_libc(string why, string reached, string glibc, string musl)
    {
        Reach[] all = [.. reached.Split(' ').Select(r => r.Split('<')).Select(r => new Reach(IPAddress.Parse(r[0]), r[1].Length > 0 ? IPAddress.Parse(r[1]) : null))];
        Assert.True(glibc == Text(AddressOrder.Sort(all, Dual, musl: false)), why);
        Assert.True(musl == Text(AddressOrder.Sort(all, Dual, musl: true)), why);
    }

    [Fact]
    public void A_family_that_is_not_configured_is_left_out_unless_nothing_else_is_left()
    {
        IPAddress[] both = [IPAddress.Parse("192.0.2.9"), IPAddress.Parse("2001:db8::9")];
        Assert.Equal("192.0.2.9", Text(AddressOrder.OfConfiguredFamilies(both, Four, musl: false, false, false)));
        // musl looks whether loopback can be dialled, and it can
        Assert.Equal("192.0.2.9 2001:db8::9", Text(AddressOrder.OfConfiguredFamilies(both, Four, musl: true, false, false)));
        Assert.Equal("192.0.2.9", Text(AddressOrder.OfConfiguredFamilies(both, Four[..^1], musl: true, false, false)));
        Assert.Equal("2001:db8::9", Text(AddressOrder.OfConfiguredFamilies(both[1..], Four, musl: false, false, false)));
        Assert.Equal("192.0.2.9 2001:db8::9", Text(AddressOrder.OfConfiguredFamilies(both, Dual, musl: false, false, false)));
    }

    [Fact]
    public void Localhost_is_IPv4_alone_where_IPv6_is_not_configured()
    {
        IPAddress[] both = [IPAddress.IPv6Loopback, IPAddress.Loopback];
        Assert.Equal("127.0.0.1", Text(AddressOrder.OfConfiguredFamilies(both, Four, musl: false, false, fromHosts: true)));
        Assert.Equal("127.0.0.1", Text(AddressOrder.OfConfiguredFamilies([IPAddress.IPv6Loopback], Four, musl: false, false, fromHosts: true)));
        Assert.Equal("::1 127.0.0.1", Text(AddressOrder.OfConfiguredFamilies(both, Four, musl: true, false, fromHosts: true)));
        // a static program without libc files (contract part 3)
        Assert.Equal("127.0.0.1", Text(AddressOrder.OfConfiguredFamilies(both, Dual, musl: false, loopbackIsIPv4: true, fromHosts: true)));
    }

    private static string Text(IEnumerable<IPAddress> addresses) => string.Join(' ', addresses);
}
