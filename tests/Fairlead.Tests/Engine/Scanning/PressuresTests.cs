using Fairlead.Engine.Scanning;
using Xunit;

namespace Fairlead.Tests.Engine.Scanning;

public class PressuresTests
{
    [Theory]
    [InlineData("load 150 cpus 2", "")]
    [InlineData("load 400 cpus 2", "load 4/2")]
    [InlineData("conntrack 100 conntrack.max 262144", "")]
    [InlineData("conntrack 220000 conntrack.max 262144 neighbours 1000 neighbours.max 1024", "conntrack 220000/262144 neighbours 1000/1024")]
    [InlineData("conntrack 5 conntrack.max 0", "")]
    [InlineData("neighbours 1000", "")]
    [InlineData("", "")]
    public void A_host_is_under_pressure_when_something_of_it_is_nearly_full(string told, string expected)
    {
        var words = told.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var host = words.Chunk(2).ToDictionary(w => w[0], w => long.Parse(w[1], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(expected, string.Join(' ', Pressures.Of(host, 0, 0).Select(p => FormattableString.Invariant($"{p.What} {p.Value}/{p.Limit}"))));
    }

    [Fact]
    public void A_resolver_that_loses_questions_is_pressure_too() =>
        Assert.Equal([new("embedded-dns", 1, 3)], Pressures.Of(new Dictionary<string, long>(), 3, 1));

    [Fact]
    public void Only_counters_that_moved_are_evidence() =>
        Assert.Equal(["TcpExtTCPTimeouts +3"], Pressures.Moved(new Dictionary<string, long> { ["TCPTimeouts"] = 4, ["ListenDrops"] = 1 },
            new Dictionary<string, long> { ["TCPTimeouts"] = 7, ["ListenDrops"] = 1, ["TCPSynRetrans"] = 9 }).Select(s => s.Text));
}
