using System.Runtime.CompilerServices;
using Xunit;

namespace Fairlead.Tests.Cli;

/// <summary>
/// Text as it is drawn, beside the test as a file that a reviewer reads. FAIRLEAD_RECORD=1 writes the files anew; the difference is then read
/// in the commit.
/// </summary>
internal static class Expectation
{
    /// <summary>Each name in English and in Chinese.</summary>
    public static TheoryData<string, string> InBothLanguages(IEnumerable<string> names)
    {
        var data = new TheoryData<string, string>();
        foreach (var name in names)
        {
            data.Add(name, "en");
            data.Add(name, "zh");
        }
        return data;
    }

    public static void Matches(string name, string text, [CallerFilePath] string here = "")
    {
        var file = Path.Combine(Path.GetDirectoryName(here)!, "..", "Expectations", name + ".txt");
        if (Environment.GetEnvironmentVariable("FAIRLEAD_RECORD") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
            return;
        }
        Assert.True(File.Exists(file), $"{name}.txt is not recorded: run the test with FAIRLEAD_RECORD=1 and read what it wrote");
        Assert.Equal(File.ReadAllText(file), text);
    }
}
