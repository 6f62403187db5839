using System.Text.RegularExpressions;
using Fairlead.Tests.Docs;
using Xunit;

namespace Fairlead.Tests.Architecture;

/// <summary>Facts flow one way (docs/architecture.md): who may use whom, between projects and between the folders of the model.</summary>
public class DirectionTests
{
    private static readonly Dictionary<string, string[]> Projects = new()
    {
        ["Fairlead.Facts"] = [],
        ["Fairlead.Agent"] = ["Fairlead.Facts"],
        ["Fairlead.Model"] = ["Fairlead.Facts"],
        ["Fairlead.Engine"] = ["Fairlead.Agent", "Fairlead.Facts", "Fairlead.Model"],
        ["Fairlead.Cli"] = ["Fairlead.Agent", "Fairlead.Engine", "Fairlead.Facts", "Fairlead.Model"],
    };

    /// <summary>Folders of the model, lower ones first. A folder may use those of lower steps and its own.</summary>
    private static readonly string[][] Steps =
    [
        ["Answer", "Rules", "Symptoms"],
        ["World", "Leads"],
        ["Words", "Walk"],
        ["Names"],
        ["Diagnosis", "Causes", "Repairs"],
    ];

    private static readonly Regex Used = new(@"Fairlead\.Model\.(?<folder>[A-Z]\w+)");

    [Fact]
    public void Projects_reference_only_what_stands_below_them()
    {
        foreach (var (project, allowed) in Projects)
        {
            var references = Regex.Matches(Repository.Text(Repository.At($"src/{project}/{project}.csproj")), "ProjectReference Include=\"[^\"]*/(?<name>[\\w.]+)\\.csproj\"")
                .Select(m => m.Groups["name"].Value).Order(StringComparer.Ordinal);
            Assert.Equal(allowed, references);
        }
        Assert.Equal(Projects.Keys.Order(StringComparer.Ordinal), Directory.GetDirectories(Repository.At("src")).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_models_folders_use_only_what_stands_below_them()
    {
        int step(string folder) => Array.FindIndex(Steps, s => s.Contains(folder));
        var upward = new List<string>();
        foreach (var file in Repository.Files("src/Fairlead.Model", ".cs"))
        {
            var parts = Repository.Short(file).Split('/');
            if (parts.Length < 4) continue;
            var at = step(parts[2]);
            Assert.True(at >= 0, $"src/Fairlead.Model/{parts[2]} has no place in this test and in docs/architecture.md yet");
            upward.AddRange(Used.Matches(Repository.Text(file)).Select(m => m.Groups["folder"].Value).Distinct()
                .Where(used => used != parts[2] && (step(used) > at || (step(used) == at && at < Steps.Length - 1))).Select(used => $"{Repository.Short(file)} uses {used}"));
        }
        Assert.True(upward.Count == 0, string.Join("\n", upward));
    }

    [Fact]
    public void The_model_does_no_input_or_output_and_reads_no_clock()
    {
        var forbidden = new Regex(@"\b(File|Directory|FileStream|Process|Socket|Environment|Console|DateTime|DateTimeOffset|Stopwatch|Thread|Task|HttpClient)\.(?!From\w+|Parse|TryParse|MinValue|UnixEpoch|NewLine)[A-Z]\w*|TimeProvider|using System\.IO;|System\.Net\.Http");
        string[] found =
        [
            .. Repository.Files("src/Fairlead.Model", ".cs").SelectMany(file => Repository.Text(file).Split('\n')
                .SelectMany((line, i) => forbidden.Matches(Regex.Replace(line.Split("//")[0], "\"[^\"]*\"", "")).Select(m => $"{Repository.Short(file)}:{i + 1}: {m.Value}"))),
        ];
        Assert.True(found.Length == 0, string.Join("\n", found));
    }
}
