using System.Text.RegularExpressions;
using Xunit;

namespace Fairlead.Tests.Docs;

/// <summary>
/// The program knows nothing of the host that it was first written for: none of its names, ports and addresses stands in the sources. (The
/// demonstration host is a recording of one like it, and data.)
/// </summary>
public class FieldNoteTests
{
    private static readonly Regex Theirs = new(
        @"napcat|new-?api|cursor-to|openai|baota|alist_|nonebot|onebot|by2f|7b4p|\bens17\b|172\.16\.0\.24|487f8520966a|d2758aac9ad7|e93f7b6bb2da|2817ff9e258d|\b(3010|8080|13000|5244)\b",
        RegexOptions.IgnoreCase);

    [Fact]
    public void No_name_port_or_address_of_that_host_stands_in_the_sources()
    {
        string[] found =
        [
            .. Repository.Files("src", ".cs", ".csproj", ".targets").SelectMany(file => Repository.Text(file).Split('\n')
                .SelectMany((line, i) => Theirs.Matches(line).Select(m => $"{Repository.Short(file)}:{i + 1}: {m.Value}"))),
        ];
        Assert.True(found.Length == 0, string.Join("\n", found));
    }
}
