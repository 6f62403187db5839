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

    [Fact]
    public void Failures_of_two_programs_in_one_log_are_two()
    {
        var found = SymptomReader.Read(
        [
            new(null, "Error connecting to amqp://app@127.0.0.1:7002/: Connection refused"),
            new(null, "connection to server at \"localhost\" (::1), port 7003 failed: Connection refused"),
            new(null, "\tIs the server running on that host and accepting TCP/IP connections?"),
            new(null, "connection to server at \"localhost\" (127.0.0.1), port 7003 failed: Connection refused"),
        ]);
        Assert.Equal(["127.0.0.1:7002", "localhost:7003"], found.Select(s => s.Place));
    }
}
