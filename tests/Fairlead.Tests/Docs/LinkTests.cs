using System.Text.RegularExpressions;
using Xunit;

namespace Fairlead.Tests.Docs;

/// <summary>What pages and code point to is there.</summary>
public class LinkTests
{
    private static readonly Regex Link = new(@"\]\((?<to>[^)\s]+)\)");

    // A path of this repository, as comments, strings, scripts and pages write it. Placeholders (CODE, NAME) are words in capitals.
    private static readonly Regex Named = new(@"(?<![\w./$*-])(?<path>(?:docs|lab|src|tests|bench)/[\w./-]*[\w-])(?![*<{])");
    private static readonly Regex Placeholder = new(@"(^|/)(CODE|VARIANT|NAME|FILE|PROJECT)(\.\w+)?(/|$)");

    [Fact]
    public void Each_link_between_pages_resolves()
    {
        var broken = new List<string>();
        foreach (var page in Repository.Pages)
        {
            foreach (Match link in Link.Matches(WithoutCode(Repository.Text(page))))
            {
                var to = link.Groups["to"].Value.Split('#')[0];
                if (to.Length == 0 || to.Contains("://", StringComparison.Ordinal)) continue;
                if (!Exists(Path.Combine(Path.GetDirectoryName(page)!, to))) broken.Add($"{Repository.Short(page)}: {to}");
            }
        }
        Assert.True(broken.Count == 0, string.Join("\n", broken));
    }

    [Fact]
    public void Each_file_that_is_named_exists()
    {
        var files = Repository.Pages.Concat(Repository.Files("src", ".cs", ".csproj", ".targets")).Concat(Repository.Files("tests", ".cs", ".csproj"))
            .Concat(Repository.Files("lab")).Append(Repository.At("fairlead")).Append(Repository.At("test"));
        var missing = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            foreach (Match named in Named.Matches(Repository.Text(file)))
            {
                var path = named.Groups["path"].Value;
                if (!path.Contains("/bin/", StringComparison.Ordinal) && !Placeholder.IsMatch(path) && !Exists(Repository.At(path)))
                    missing.Add($"{Repository.Short(file)}: {path}");
            }
        }
        Assert.True(missing.Count == 0, string.Join("\n", missing));
    }

    private static bool Exists(string path) => File.Exists(path) || Directory.Exists(path);

    private static string WithoutCode(string text) => Regex.Replace(Regex.Replace(text, "```.*?```", "", RegexOptions.Singleline), "`[^`\n]*`", "");
}
