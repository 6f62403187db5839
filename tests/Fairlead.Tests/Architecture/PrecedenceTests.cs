using Fairlead.Model.Causes;
using Xunit;

namespace Fairlead.Tests.Architecture;

/// <summary>Of two causes that may hold at one stop it is settled which is named, and nowhere both ways.</summary>
public class PrecedenceTests
{
    /// <summary>Pairs of equal rank of which never both hold: their predicates ask for different addresses, parties or rules.</summary>
    private static readonly HashSet<(string, string)> NeverBoth =
    [
        ("container-port-used-from-host-address", "loopback-to-host"),
        ("container-port-used-from-host-address", "loopback-to-sibling"),
        ("container-port-used-from-host-address", "published-port-used-inside"),
        ("host-firewall-drops", "networks-disjoint"),
        ("host-service-bound-to-loopback", "published-to-loopback-only"),
        ("host-service-bound-to-loopback", "server-bound-to-loopback"),
        ("loopback-to-host", "loopback-to-sibling"),
        ("loopback-to-host", "published-port-used-inside"),
        ("published-to-loopback-only", "server-bound-to-loopback"),
    ];

    private static IEnumerable<(CauseKind A, CauseKind B)> Pairs =>
        from a in CauseCatalogue.All from b in CauseCatalogue.All where string.CompareOrdinal(a.Code, b.Code) < 0 && a.StopsAt.Intersect(b.StopsAt).Any() select (a, b);

    [Fact]
    public void A_tie_is_declared_by_Outranks_or_cannot_happen() =>
        Assert.Equal(NeverBoth.Order(), Pairs.Where(p => CauseCatalogue.Ties(p.A, p.B)).Select(p => (p.A.Code, p.B.Code)).Order());

    [Fact]
    public void The_order_has_no_cycle()
    {
        foreach (var (a, b) in Pairs)
            Assert.False(CauseCatalogue.GoesBefore(a, b) && CauseCatalogue.GoesBefore(b, a), $"{a.Code} and {b.Code} each go before the other");
    }
}
