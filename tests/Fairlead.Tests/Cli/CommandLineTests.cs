using System.Text.Json;
using Fairlead.Cli.Commands;
using Fairlead.Model.Answer;
using Fairlead.Tests.Shared;
using Xunit;

namespace Fairlead.Tests.Cli;

/// <summary>What the command line takes, what it says to what it does not take, in which language, and with which exit code.</summary>
public class CommandLineTests
{
    private static readonly string[] Commands = ["scan", "map", "why", "again", "address", "fix", "undo", "explain", "snapshot", "snapshot save", "snapshot load", "image", "version"];

    [Theory, InlineData("en"), InlineData("zh")]
    public async Task Every_command_has_its_help(string lang)
    {
        var all = new System.Text.StringBuilder();
        foreach (var command in Commands.Prepend(""))
        {
            var ran = await CommandLine.RunAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help", "--lang", lang]);
            Assert.Equal(0, ran.Exit);
            Assert.Equal("", ran.Error);
            all.Append("=== fairlead ").Append(command).Append(" --help\n").Append(ran.Out);
        }
        Expectation.Matches("help." + lang, all.ToString());
    }

    [Theory, InlineData("en"), InlineData("zh")]
    public async Task What_cannot_be_understood_gets_one_line_and_exit_2(string lang)
    {
        string[] lines =
        [
            "why", "why a", "why a b c", "whu a b", "matrix", "exposed a b", "fix a", "fix a b --yes=all", "--demo why new-api b --formt json", "why a b --width", "--demo why new-api redis --width 3",
            "--demo why new-api redis --format xml", "--demo why new-api redis --timeout soon", "--demo why new-api redis --vantage above", "--demo --snapshot f why a b",
            "why a b --lang fr", "address a", "address a --from", "address a --from b --from c", "explain", "explain loopback", "snapshot", "snapshot sav f",
            "--demo why newapi redis:1", "--demo why nwe-api redis:1", "--demo why nobody redis:1", "--demo why new-api ftp://a", "--demo why new-api nobody",
            "--demo why new-api 172.18.0.3", "--demo why new-api a:b:c", "--demo why new-api http://:80", "--demo why new-api redis:0", "--demo why new-api redis:99999",
            "--snapshot /nowhere why a b", "--snapshot /dev/null why a b", "snapshot load /dev/zero",
        ];
        var all = new System.Text.StringBuilder();
        foreach (var line in lines)
        {
            string[] args = ["--lang", lang, .. line.Split(' ')];
            if (line.Contains("--lang", StringComparison.Ordinal)) args = line.Split(' ');
            var ran = await CommandLine.RunAsync([$"LANG={(lang == "zh" ? "zh_CN.UTF-8" : "C")}"], args);
            Assert.True(ran.Exit == 2, $"{line}: exit {ran.Exit}");
            Assert.Equal("", ran.Out);
            Assert.Equal(1, ran.Error.Count(c => c == '\n'));
            all.Append("$ fairlead ").Append(line).Append('\n').Append(ran.Error);
            var json = await CommandLine.RunAsync(["--format", "json", .. args]);
            if (line.Contains("--format xml", StringComparison.Ordinal)) continue;
            Assert.Equal("", Schemas.Faults(json.Out));
            Assert.Equal(2, json.Exit);
        }
        Expectation.Matches("refusals." + lang, all.ToString());
    }

    [Theory]
    [InlineData("en", "LANG=en_US.UTF-8"), InlineData("zh", "LANG=zh_CN.UTF-8"), InlineData("zh", "LANG=zh_TW"), InlineData("en")]
    [InlineData("zh", "LC_ALL=zh_CN.UTF-8", "LANG=en_US.UTF-8"), InlineData("en", "LC_ALL=C", "LANG=zh_CN.UTF-8"), InlineData("zh", "LC_MESSAGES=zh_CN.UTF-8", "LANG=C")]
    [InlineData("zh", "LC_ALL=", "LANG=zh_CN.UTF-8")]
    public async Task The_language_is_that_of_the_first_variable_set(string lang, params string[] variables)
    {
        var ran = await CommandLine.RunAsync(variables, ["--demo", "why", "new-api", "redis", "--format", "json"]);
        Assert.Equal(lang, JsonDocument.Parse(ran.Out).RootElement.GetProperty("lang").GetString());
        ran = await CommandLine.RunAsync(variables, ["--demo", "why", "new-api", "redis", "--format", "json", "--lang", lang == "en" ? "zh" : "en"]);
        Assert.NotEqual(lang, JsonDocument.Parse(ran.Out).RootElement.GetProperty("lang").GetString());
    }

    [Theory]
    [InlineData(true, "TTY=80"), InlineData(false), InlineData(false, "TTY=80", "NO_COLOR=1"), InlineData(true, "TTY=80", "NO_COLOR="), InlineData(false, "TTY=80", "TERM=dumb")]
    public async Task Colour_is_for_terminals_that_want_it(bool coloured, params string[] variables)
    {
        var ran = await CommandLine.RunAsync(variables, ["--demo", "why", "new-api", "redis"]);
        Assert.Equal(coloured, ran.Out.Contains('\u001b', StringComparison.Ordinal));
        Assert.DoesNotContain('\u001b', (await CommandLine.RunAsync(variables, ["--demo", "why", "new-api", "redis", "--no-color"])).Out);
    }

    [Theory, InlineData("en"), InlineData("zh")]
    public async Task Every_page_can_be_explained(string lang)
    {
        foreach (var code in Fairlead.Cli.Pages.CausePages.Codes)
        {
            var ran = await CommandLine.RunAsync("explain", code, "--lang", lang);
            Assert.Equal(0, ran.Exit);
            Assert.Contains(code, ran.Out, StringComparison.Ordinal);
            Assert.Equal(lang == "zh", ran.Out.Contains('的', StringComparison.Ordinal));
            Assert.Equal("", Schemas.Faults((await CommandLine.RunAsync("explain", code, "--lang", lang, "--format", "json")).Out));
        }
    }

    [Theory, InlineData("version"), InlineData("--version")]
    public async Task The_version_is_one_line_or_JSON(string how)
    {
        Assert.Matches(@"^fairlead \d+\.\d+\.\d+\n$", (await CommandLine.RunAsync(how)).Out);
        Assert.Equal("", Schemas.Faults((await CommandLine.RunAsync(how, "--format", "json")).Out));
    }

    [Theory]
    [InlineData("fairlead why new-api redis --demo"), InlineData("--demo fairlead why new-api redis"), InlineData("-D --log-level debug --config /c fairlead --demo why new-api redis")]
    [InlineData("--config=/c -H unix:///nowhere --tls fairlead --demo why new-api redis")]
    public async Task As_a_plugin_docker_s_part_of_the_line_is_understood(string line) =>
        Assert.Equal(0, (await CommandLine.RunAsync(["DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND=/usr/bin/docker"], line.Split(' '))).Exit);

    [Fact]
    public async Task Plugin_metadata_is_what_docker_asks_for()
    {
        var root = JsonDocument.Parse((await CommandLine.RunAsync("docker-cli-plugin-metadata")).Out).RootElement;
        Assert.Equal("0.1.0", root.GetProperty("SchemaVersion").GetString());
        Assert.False(string.IsNullOrEmpty(root.GetProperty("Vendor").GetString()));
        Assert.DoesNotContain("docker-cli-plugin-metadata", (await CommandLine.RunAsync("--help")).Out, StringComparison.Ordinal);
    }

    [Theory, InlineData("en"), InlineData("zh")]
    public async Task Without_an_engine_that_is_said_and_a_demonstration_offered(string lang)
    {
        foreach (var args in (string[][])[["why", "a", "b:1"], [], ["address", "b:1", "--from", "a"], ["snapshot", "save", "/dev/null"]])
        {
            var ran = await CommandLine.RunAsync([.. args, "--lang", lang, "--host", "unix:///nowhere/docker.sock"]);
            Assert.Equal(3, ran.Exit);
            Assert.Equal(1, ran.Error.Count(c => c == '\n'));
            Assert.Contains("/nowhere/docker.sock", ran.Error, StringComparison.Ordinal);
            Assert.Contains("fairlead --demo why", ran.Error, StringComparison.Ordinal);
            Assert.Contains(lang == "zh" ? "没有这个套接字" : "no such socket", ran.Error, StringComparison.Ordinal);
            var json = await CommandLine.RunAsync([.. args, "--lang", lang, "--host", "unix:///nowhere/docker.sock", "--format", "json"]);
            Assert.Equal("", Schemas.Faults(json.Out));
            Assert.Equal("engine-unreachable", JsonDocument.Parse(json.Out).RootElement.GetProperty("code").GetString());
        }
    }

    [Fact]
    public async Task A_fault_of_its_own_is_one_line_and_no_answer()
    {
        var ran = await CommandLine.RunAsync([], ["why", "a", "b:1"], new Backend { Why = (_, _, _, _) => throw new InvalidOperationException("x\u001b[31m") });
        Assert.Equal(3, ran.Exit);
        Assert.Equal("", ran.Out);
        Assert.DoesNotContain('\u001b', ran.Error);
        Assert.Contains("internal error", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interruption_is_no_answer()
    {
        var ran = await CommandLine.RunAsync([], ["why", "a", "b:1"], new Backend { Why = (_, _, _, _) => throw new OperationCanceledException() });
        Assert.Equal((3, "fairlead: interrupted\n"), (ran.Exit, ran.Error));
    }

    [Theory]
    [InlineData(Verdicts.Reachable, 0), InlineData(Verdicts.Unreachable, 1), InlineData(Verdicts.Degraded, 1), InlineData(Verdicts.Unknown, 3)]
    public async Task The_exit_code_is_the_verdict_s(string verdict, int exit)
    {
        var answer = Samples.Sibling() with { Verdict = verdict };
        Assert.Equal(exit, (await CommandLine.RunAsync([], ["why", "a", "b"], new Backend { Why = (_, _, _, _) => Task.FromResult(answer) })).Exit);
    }
}
