using Fairlead.Cli;
using Fairlead.Cli.Commands;
using Fairlead.Model.Answer;
using Xunit;

namespace Fairlead.Tests.Cli;

/// <summary>--wait asks gently until it works; progress is a line of a terminal that leaves nothing behind.</summary>
public sealed class WaitingTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("fairlead-wait-").FullName;
    private readonly ManualTime clock = new();
    private readonly List<bool> connectOnly = [];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task It_ends_with_the_full_answer_when_it_works()
    {
        var ran = await RunAsync(ask => ask < 4 ? Samples.Sibling() : Samples.Reachable("en"), "why", "front", "http://a:1", "--wait", "5m");
        Assert.Equal(0, ran.Exit);
        Assert.Contains("REACHABLE", ran.Out, StringComparison.Ordinal);
        Assert.Equal([false, true, true, true, true, false], connectOnly);
        // Growing, and never two dials within a second.
        Assert.Equal([1, 1.5, 2.25, 3.375, 1], clock.Waited.Select(w => w.TotalSeconds));
    }

    [Fact]
    public async Task When_the_time_is_over_the_last_answer_is_full_and_decides_the_exit_code()
    {
        var ran = await RunAsync(_ => Samples.Sibling(), "why", "front", "http://a:1", "--wait", "6s");
        Assert.Equal(1, ran.Exit);
        Assert.False(connectOnly[0]);
        Assert.False(connectOnly[^1]);
        Assert.All(connectOnly[1..^1], Assert.True);
        Assert.Equal(6, clock.Waited.Sum(w => w.TotalSeconds));
        Assert.Equal(1, ran.Out.Split("UNREACHABLE").Length - 1);
    }

    [Fact]
    public async Task A_connection_whose_server_says_no_is_waited_for_further()
    {
        var ran = await RunAsync(ask => connectOnly[^1] ? Samples.Reachable("en") : ask < 6 ? Samples.Degraded("en") : Samples.Reachable("en"), "why", "front", "http://a:1", "--wait", "5m");
        Assert.Equal(0, ran.Exit);
        Assert.Equal([false, true, false, true, false, true, false], connectOnly);
    }

    [Fact]
    public async Task A_container_that_is_gone_for_a_while_is_waited_for()
    {
        var ran = await RunAsync(
            ask => ask == 0 ? Samples.Sibling() : ask < 3 ? throw new CannotAnswerException(ErrorCodes.NoSuchSource, "no container 'front'") : Samples.Reachable("en"),
            "why", "front", "http://a:1", "--wait", "5m");
        Assert.Equal(0, ran.Exit);
    }

    [Fact]
    public async Task A_source_that_never_was_is_not_waited_for()
    {
        var ran = await RunAsync(_ => throw new CannotAnswerException(ErrorCodes.NoSuchSource, "no container 'front'"), "why", "front", "http://a:1", "--wait", "5m");
        Assert.Equal(2, ran.Exit);
        Assert.Empty(clock.Waited);
    }

    [Theory, InlineData("soon"), InlineData("0"), InlineData("1500m")]
    public async Task A_duration_that_is_none_is_bad_usage(string wait)
    {
        var ran = await RunAsync(_ => Samples.Sibling(), "why", "front", "http://a:1", "--wait", wait);
        Assert.Equal((2, $"fairlead: --wait {wait}: a duration such as 4s or 800ms was expected, at most 1440m; see fairlead --help\n"), (ran.Exit, ran.Error));
    }

    [Fact]
    public void Progress_is_drawn_late_and_wiped()
    {
        using var error = new StringWriter { NewLine = "\n" };
        var around = Terminal(error, true);
        using (around.Progress.Begin(new Settings(), around, "looking …"))
        {
            Assert.Equal("", error.ToString());
            clock.Fire();
            clock.Fire();
            Assert.Equal("\r\u001b[Klooking …", error.ToString());
            around.Progress.Report("12 of 60\u001b[31m");
            using (around.Progress.Aside())
            {
                Assert.EndsWith("\r\u001b[K", error.ToString(), StringComparison.Ordinal);
                clock.Fire();
                Assert.EndsWith("looking …\r\u001b[K", error.ToString(), StringComparison.Ordinal);
            }
            clock.Fire();
            Assert.DoesNotContain("\u001b[31m", error.ToString(), StringComparison.Ordinal);
        }
        Assert.EndsWith("\r\u001b[K", error.ToString(), StringComparison.Ordinal);
        var length = error.ToString().Length;
        clock.Fire();
        Assert.Equal(length, error.ToString().Length);
    }

    [Theory, InlineData(false, false, false), InlineData(true, true, false), InlineData(true, false, true)]
    public void No_progress_in_a_pipe_or_for_programs(bool terminal, bool json, bool quiet)
    {
        using var error = new StringWriter();
        var around = Terminal(error, terminal);
        using (around.Progress.Begin(new Settings { Json = json, Quiet = quiet }, around, "looking …"))
            clock.Fire();
        Assert.Equal("", error.ToString());
    }

    private Surroundings Terminal(TextWriter error, bool terminal) => new()
    {
        Out = TextWriter.Null, Error = error, OutStream = () => Stream.Null, Variable = _ => null, OutIsTerminal = false, Columns = () => 80, ErrorIsTerminal = () => terminal, Clock = clock,
    };

    private Task<RanLine> RunAsync(Func<int, Diagnosis> answer, params string[] args) => CommandLine.RunAsync(
        [],
        [.. args, "--state", folder],
        new Backend
        {
            Why = (settings, _, _, _) =>
            {
                connectOnly.Add(settings.ConnectOnly);
                return Task.FromResult(answer(connectOnly.Count - 1));
            },
        },
        clock);
}
