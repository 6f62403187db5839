using System.Globalization;
using Fairlead.Engine.Client;
using Fairlead.Engine.Logs;
using Xunit;

namespace Fairlead.Tests.Engine.Scanning;

/// <summary>Which lines of a container's log tell of now.</summary>
public class LogSourceTests
{
    private const string Never = "0001-01-01T00:00:00Z";
    private static readonly DateTimeOffset Now = new(2024, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    // state, exit code, restarts, started and finished (seconds ago, "" for never), from when on (seconds ago; "none": not at all)
    [InlineData("running", 0, 0, "100", "", "101")]
    [InlineData("running", 0, 0, "100", "100.5", "100.5")]
    [InlineData("running", 0, 0, "2", "3", "3")]
    [InlineData("running", 1, 5, "2", "3", "13")]
    [InlineData("running", 1, 5, "60", "61", "61")]
    [InlineData("paused", 0, 0, "100", "", "101")]
    [InlineData("restarting", 1, 5, "9", "8", "10")]
    [InlineData("restarting", 1, 5, "900", "2", "901")]
    [InlineData("exited", 1, 0, "30", "20", "31")]
    [InlineData("exited", 1, 0, "9000", "20", "80")]
    [InlineData("exited", 1, 0, "99000", "98000", "none")]
    [InlineData("exited", 0, 0, "30", "20", "none")]
    [InlineData("exited", 137, 0, "30", "20", "none")]
    [InlineData("exited", 143, 0, "30", "20", "none")]
    [InlineData("created", 0, 0, "", "", "none")]
    public void Lines_are_current_by_the_state_of_the_container(string state, int exit, int restarts, string started, string finished, string since)
    {
        var inspect = EngineJson.Parse(System.Text.Encoding.UTF8.GetBytes($$$"""
            {"Id":"a1","Name":"/web","RestartCount":{{{restarts}}},"State":{"Status":"{{{state}}}","ExitCode":{{{exit}}},"StartedAt":"{{{At(started)}}}","FinishedAt":"{{{At(finished)}}}"},
             "HostConfig":{"LogConfig":{"Type":"json-file"}},"Config":{"Tty":false}}
            """))!.Value;
        var source = LogSource.Of(inspect, Now);
        Assert.Equal(since, source is null ? "none" : (Now - source.Since!.Value).TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture));
    }

    private static string At(string ago) => ago.Length == 0 ? Never : Now.AddSeconds(-double.Parse(ago, CultureInfo.InvariantCulture)).ToString("O", CultureInfo.InvariantCulture);
}
