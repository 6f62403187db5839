using Fairlead.Agent.Readers;
using Fairlead.Facts;
using Xunit;

namespace Fairlead.Tests.Agent;

public class CounterReaderTests
{
    [Fact]
    public void Only_the_counters_that_tell_are_taken_from_their_own_pair_of_lines()
    {
        const string netstat = "TcpExt: SyncookiesSent TCPTimeouts ListenOverflows TCPSynRetrans Odd\nTcpExt: 7 41 0 12 -1\nIpExt: InNoRoutes TCPTimeouts\nIpExt: 1 99\n";
        Assert.Equal(["ListenOverflows 0", "TCPSynRetrans 12", "TCPTimeouts 41"], CounterReader.TcpExt(netstat).Select(c => $"{c.Key} {c.Value}"));
    }

    [Theory]
    [InlineData(""), InlineData("TcpExt: TCPTimeouts\n"), InlineData("TcpExt: TCPTimeouts\nTcpExt: x\n"), InlineData("TcpExt: TCPTimeouts\nIpExt: 4\n"), InlineData("TcpExt: \nTcpExt: \n")]
    public void What_makes_no_sense_gives_none(string netstat) => Assert.Empty(CounterReader.TcpExt(netstat));

    [Fact]
    public void Our_own_namespace_has_them() => Assert.Contains("TCPTimeouts", CounterReader.OfNamespace(new NetnsRef(0, null, "own")).Keys);
}
