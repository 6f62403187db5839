using Fairlead.Cli.Commands;
using Fairlead.Model.Answer;
using Fairlead.Tests.Shared;
using Xunit;

namespace Fairlead.Tests.Cli;

/// <summary>What one run keeps for the next: `why 2` after a scan, `again` after a question.</summary>
public sealed class MemoryTests : IDisposable
{
    private readonly string folder = Path.Combine(Directory.CreateTempSubdirectory("fairlead-state-").FullName, "state");
    private readonly List<(string Source, string Target, string? Host)> asked = [];
    private readonly ManualTime clock = new();

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(folder)!, recursive: true);

    [Fact]
    public async Task A_number_asks_that_problem_of_the_last_scan()
    {
        Assert.Equal(1, (await RunAsync("scan", "--host", "unix:///x.sock")).Exit);
        var ran = await RunAsync("why", "2");
        Assert.Equal(("container:shop_front_1", "http://127.0.0.1:5010", "unix:///x.sock"), Assert.Single(asked));
        Assert.Contains("The log's \"i/o timeout\" (last ", ran.Out, StringComparison.Ordinal);
        Assert.Contains("is not what a dial does now: it is refused.", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_engine_on_the_command_line_goes_before_the_kept_one()
    {
        await RunAsync("scan", "--host", "unix:///x.sock");
        await RunAsync("why", "1", "--host", "unix:///y.sock");
        Assert.Equal("unix:///y.sock", Assert.Single(asked).Host);
    }

    [Fact]
    public async Task A_container_that_is_called_by_a_number_is_asked_with_a_target_or_by_force()
    {
        await RunAsync("scan");
        await RunAsync("why", "2", "http://a:1");
        await RunAsync("why", "container:2", "http://a:1");
        Assert.Equal(["2", "container:2"], asked.Select(a => a.Source));
        Assert.Equal("fairlead: TARGET is missing; write: fairlead why SOURCE TARGET\n", (await RunAsync("why", "container:2")).Error);
    }

    [Theory]
    [InlineData("en", "fairlead: no scan is kept, so there is no problem 1; run fairlead first, or write SOURCE TARGET\n", 0, "1")]
    [InlineData("zh", "fairlead：没有存下的扫描结果，所以没有第 1 个问题；先运行 fairlead，或者写出来源和目标\n", 0, "1")]
    [InlineData("en", "fairlead: the last scan found 2 problems, none is number 3; run fairlead again, or write SOURCE TARGET\n", 1, "3")]
    [InlineData("en", "fairlead: the last scan is more than a day old; run fairlead again\n", 25, "1")]
    [InlineData("zh", "fairlead：上次扫描已经过了一天；请重新运行 fairlead\n", 25, "1")]
    public async Task What_is_not_kept_is_one_line_and_exit_2(string lang, string line, int hoursAfterAScan, string number)
    {
        if (hoursAfterAScan > 0)
        {
            await RunAsync("scan");
            clock.Now += TimeSpan.FromHours(hoursAfterAScan);
        }
        var ran = await RunAsync("why", number, "--lang", lang);
        Assert.Equal((2, line, ""), (ran.Exit, ran.Error, ran.Out));
        Assert.Equal("", Schemas.Faults((await RunAsync("why", number, "--format", "json")).Out));
        Assert.Empty(asked);
    }

    [Fact]
    public async Task The_last_question_is_asked_again()
    {
        Assert.Equal((2, "fairlead: no question is kept that could be asked again; ask one: fairlead why SOURCE TARGET\n"), Told(await RunAsync("again")));
        await RunAsync("why", "front", "http://127.0.0.1:5010", "--host", "unix:///x.sock");
        Assert.Equal(1, (await RunAsync("again", "--format", "json")).Exit);
        Assert.Equal([("front", "unix:///x.sock"), ("container:shop_front_1", "unix:///x.sock")], asked.Select(a => (a.Source, a.Host)));
    }

    [Fact]
    public async Task It_lies_in_a_folder_of_its_owner_alone_and_holds_no_line_of_a_log()
    {
        await RunAsync("scan");
        await RunAsync("why", "1");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        Assert.All(Directory.GetFiles(folder), f => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(f)));
        Assert.DoesNotContain("dial tcp", string.Concat(Directory.GetFiles(folder).Select(File.ReadAllText)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_can_be_kept_the_answer_is_the_same_and_only_verbose_says_it()
    {
        await File.WriteAllTextAsync(folder, "a file where the folder should be", TestContext.Current.CancellationToken);
        var quiet = await RunAsync("scan");
        Assert.Equal((1, ""), Told(quiet));
        Assert.Contains("fairlead why bot ws://127.0.0.1:8080/events/v1/ws", quiet.Out, StringComparison.Ordinal);
        Assert.StartsWith("not kept: ", (await RunAsync("scan", "-v")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_in_the_place_of_a_kept_file_is_not_followed()
    {
        await RunAsync("scan");
        var (file, elsewhere) = (Path.Combine(folder, "last-scan.json"), folder + ".elsewhere");
        File.Move(file, elsewhere);
        File.CreateSymbolicLink(file, elsewhere);
        Assert.Equal(2, (await RunAsync("why", "1")).Exit);
        await RunAsync("scan");
        Assert.Null(new FileInfo(file).LinkTarget);
    }

    [Fact]
    public async Task What_is_damaged_counts_as_not_kept()
    {
        Directory.CreateDirectory(folder);
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var text in (string[])["{", "null", "{\"at\":1}", "{\"problems\":null}", "[]"])
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "last-scan.json"), text, TestContext.Current.CancellationToken);
            Assert.Equal(2, (await RunAsync("why", "1")).Exit);
        }
    }

    private static (int, string) Told(RanLine ran) => (ran.Exit, ran.Error);

    private Task<RanLine> RunAsync(params string[] args) => CommandLine.RunAsync(
        [],
        [.. args, "--state", folder],
        new Backend
        {
            Scan = (_, _) => Task.FromResult(ScanSamples.Six("en")),
            Why = (settings, source, target, _) =>
            {
                asked.Add((source, target, settings.Host));
                return Task.FromResult(Samples.Sibling(settings.Lang));
            },
        },
        clock);
}
