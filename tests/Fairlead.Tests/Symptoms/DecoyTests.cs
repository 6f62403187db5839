using Fairlead.Model.Symptoms;
using Xunit;

namespace Fairlead.Tests.Symptoms;

public class DecoyTests
{
    public static TheoryData<string> Lines
    {
        get
        {
            using var stream = typeof(DecoyTests).Assembly.GetManifestResourceStream("decoy-lines.txt")!;
            using var reader = new StreamReader(stream);
            return [.. reader.ReadToEnd().Split('\n').Where(l => l.Length > 0 && l[0] != '#')];
        }
    }

    [Theory, MemberData(nameof(Lines))]
    public void A_line_that_only_looks_so_tells_nothing(string line) => Assert.Equal("nothing", LineTable.Told(SymptomReader.One(line)));

    [Fact]
    public void There_are_enough_of_them() => Assert.True(Lines.Count >= 60);
}
