using Fairlead.Engine.Scanning;
using Xunit;

namespace Fairlead.Tests.Engine.Scanning;

/// <summary>What several dials of one target say together.</summary>
public class DialSeriesTests
{
    [Theory]
    [InlineData("", "", Standing.NotDialled)]
    [InlineData("ok", "", Standing.Works)]
    [InlineData("ok ok", "", Standing.Works)]
    [InlineData("refused", "refused refused", Standing.Fails)]
    [InlineData("timeout", "timeout", Standing.Fails)]
    [InlineData("timeout", "refused refused", Standing.Fails)]
    [InlineData("mixed", "mixed mixed", Standing.Fails)]
    [InlineData("refused", "ok ok", Standing.Sometimes)]
    [InlineData("refused", "refused ok", Standing.Sometimes)]
    [InlineData("ok refused", "ok", Standing.Sometimes)]
    [InlineData("timeout", "ok timeout", Standing.Sometimes)]
    // What is silent only among many is our own doing.
    [InlineData("timeout", "ok ok", Standing.Works)]
    [InlineData("name-timeout", "ok ok", Standing.Works)]
    public void Stable_is_told_from_intermittent(string wide, string alone, Standing standing) =>
        Assert.Equal(standing, new DialSeries([.. wide.Split(' ', StringSplitOptions.RemoveEmptyEntries)], [.. alone.Split(' ', StringSplitOptions.RemoveEmptyEntries)]).Standing);

    [Fact]
    public void A_line_without_an_address_is_tied_to_what_fails_in_its_way()
    {
        var refused = new DialSeries(["refused"], ["refused"]);
        Assert.True(refused.Fits(["refused"]) && refused.Fits(["unknown"]));
        Assert.False(refused.Fits(["timeout"]) || DialSeries.None.Fits(["refused"]));
    }
}
