using System.Text.Json;
using Fairlead.Tests.Shared;
using Xunit;

namespace Fairlead.Tests.Cli;

/// <summary>`--demo`: the embedded recording of a real host, answered by the same code, and marked as a demonstration in every output.</summary>
public class DemoTests
{
    // The recording is the field note's host; its two failing connections, and the address that the note wrote about third.
    private static readonly (string Source, string Target, string Cause, string Outcome, string[] Behind, string? First)[] Note =
    [
        ("napcat", "ws://127.0.0.1:8080/onebot/v11/ws", "loopback-to-host", "refused", [], "ws://172.16.0.24:8080/onebot/v11/ws"),
        ("new-api", "http://127.0.0.1:3010", "loopback-to-sibling", "refused", ["networks-disjoint"], "http://172.16.0.24:3010"),
        ("new-api", "http://172.17.0.3:3010", "networks-disjoint", "timeout", [], "http://172.16.0.24:3010"),
    ];

    public static TheoryData<int, string> Cases => new(Enumerable.Range(0, Note.Length).SelectMany(i => (string[])["en", "zh"], (i, lang) => (i, lang)));

    [Theory, MemberData(nameof(Cases))]
    public async Task The_note_s_cases_are_explained(int which, string lang)
    {
        var (source, target, cause, outcome, behind, first) = Note[which];
        var ran = await CommandLine.RunAsync("--demo", "why", source, target, "--lang", lang, "--format", "json");
        Assert.Equal("", Schemas.Faults(ran.Out));
        Assert.Equal(1, ran.Exit);
        var root = JsonDocument.Parse(ran.Out).RootElement;
        Assert.True(root.GetProperty("demo").GetBoolean());
        Assert.Equal("unreachable", root.GetProperty("verdict").GetString());
        Assert.Equal(cause, root.GetProperty("cause").GetProperty("code").GetString());
        Assert.Equal(outcome, root.GetProperty("predicted").GetProperty("outcome").GetString());
        Assert.Equal(behind, root.GetProperty("alsoFound").EnumerateArray().Select(c => c.GetProperty("code").GetString()));
        Assert.Equal(first, root.GetProperty("plans")[0].GetProperty("newTarget").GetString());
        Expectation.Matches($"demo-{which + 1}.{lang}", (await CommandLine.RunAsync("--demo", "why", source, target, "--lang", lang, "--width", "120")).Out);
    }

    [Theory]
    [InlineData("why", "napcat", "ws://127.0.0.1:8080"), InlineData("why", "new-api", "redis"), InlineData("why", "napcat", "ws://127.0.0.1:8080", "-q")]
    [InlineData("why", "new-api", "mysql", "-v", "--lang", "zh"), InlineData("address", "cursor-to-openai", "--from", "new-api"), InlineData("address", "redis", "--from", "new-api", "-q")]
    public async Task Every_output_says_that_it_is_a_demonstration(params string[] args)
    {
        var text = await CommandLine.RunAsync(["--demo", .. args]);
        Assert.Matches("(?i)demo|演示", text.Out + text.Error);
        var json = await CommandLine.RunAsync(["--demo", .. args, "--format", "json"]);
        Assert.True(JsonDocument.Parse(json.Out).RootElement.GetProperty("demo").GetBoolean());
        Assert.Equal("", Schemas.Faults(json.Out));
        Assert.Equal(text.Exit, json.Exit);
    }

    [Theory, InlineData("redis"), InlineData("mysql"), InlineData("http://172.16.0.24:3010")]
    public async Task What_worked_on_that_host_is_said_to_work(string target) =>
        Assert.Equal(0, (await CommandLine.RunAsync("--demo", "why", "new-api", target)).Exit);
}
