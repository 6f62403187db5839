using System.Text.RegularExpressions;
using Fairlead.Cli;
using Fairlead.Cli.Commands;
using Xunit;

namespace Fairlead.Tests.Docs;

/// <summary>
/// Output in the pages is what the program prints: a comment `output: fairlead …` stands before a fenced block, and the block is the standard
/// output of that command line, byte for byte. Only the demonstration host and pages from inside the binary are asked, so no engine is needed.
/// </summary>
public class OutputBlockTests
{
    private static readonly Regex Block = new("<!-- output: (?<line>fairlead [^\n]*?) -->\n+```[a-z]*\n(?<text>.*?)```\n", RegexOptions.Singleline);

    public static TheoryData<string> Pages => [.. Repository.Pages.Where(p => Repository.Text(p).Contains("<!-- output: ", StringComparison.Ordinal)).Select(Repository.Short)];

    [Fact]
    public void The_readmes_show_output() => Assert.Superset(new HashSet<string> { "README.md", "README.zh-CN.md" }, Pages.Select(p => p.Data).ToHashSet());

    [Theory, MemberData(nameof(Pages))]
    public async Task Each_block_is_what_the_program_prints(string page)
    {
        var file = Repository.At(page);
        var text = Repository.Text(file);
        var blocks = Block.Matches(text);
        Assert.Equal(text.Split("<!-- output: ").Length - 1, blocks.Count);
        var now = text;
        foreach (Match block in blocks.Reverse())
        {
            var line = block.Groups["line"].Value;
            var printed = await RunAsync(line);
            Assert.True(printed.Length > 0, $"{page}: '{line}' prints nothing on standard output");
            if (!Repository.Writes)
                Assert.True(block.Groups["text"].Value == printed, $"{page}: the block of '{line}' is not what the program prints; {Repository.HowToWrite}\n{printed}");
            now = now[..block.Groups["text"].Index] + printed + now[(block.Groups["text"].Index + block.Groups["text"].Length)..];
        }
        if (now != text) await File.WriteAllTextAsync(file, now, TestContext.Current.CancellationToken);
    }

    private static async Task<string> RunAsync(string line)
    {
        var args = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..];
        Assert.True(args.Contains("--demo") || args[0] is "explain" or "version" or "--help", $"'{line}' would ask this machine");
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var around = new Surroundings { Out = output, Error = error, OutStream = () => Stream.Null, Variable = _ => null, OutIsTerminal = false, Columns = () => 0 };
        _ = await Entry.RunAsync(args, EngineBackend.Make(around), around, TestContext.Current.CancellationToken);
        return output.ToString();
    }
}
