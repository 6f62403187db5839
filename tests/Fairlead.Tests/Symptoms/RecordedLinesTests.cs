using Fairlead.Model.Symptoms;
using Xunit;

namespace Fairlead.Tests.Symptoms;

public class RecordedLinesTests
{
    public static TheoryData<string, string, string> Recorded => LineTable.Read("recorded-lines.txt");

    [Theory, MemberData(nameof(Recorded))]
    public void What_real_programs_printed_tells_the_dial_that_failed(string number, string told, string printed)
    {
        var found = SymptomReader.Read([.. printed.Split('\n').Select(l => new LogLine(null, l))]);
        var words = string.Join(" + ", found.Select(s => $"{(SymptomClass.IsName(s.Class) ? "name" : s.Class)} {(s.HasPlace ? s.Place : "-")}").Distinct());
        Assert.Equal($"{number} {told}", $"{number} {(words.Length == 0 ? "nothing" : words)}");
    }
}
