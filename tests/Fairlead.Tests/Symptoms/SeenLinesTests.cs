using Fairlead.Model.Symptoms;
using Xunit;

namespace Fairlead.Tests.Symptoms;

public class SeenLinesTests
{
    public static TheoryData<string, string, string> Seen => LineTable.Read("seen-lines.txt");

    public static TheoryData<string, string> Examples => [.. Rows.All.Select(r => (r.Form, r.Example))];

    [Theory, MemberData(nameof(Seen))]
    public void Each_line_seen_in_the_wild_tells_who_what_and_how(string number, string told, string line) =>
        Assert.Equal($"{number} {told}", $"{number} {LineTable.Told(SymptomReader.One(line))}");

    [Theory, MemberData(nameof(Examples))]
    public void Each_form_of_words_matches_the_line_that_it_was_made_from(string form, string example)
    {
        var row = Rows.All.Single(r => r.Form == form && r.Example == example);
        Assert.True(row.Matches(example), form);
        Assert.NotNull(SymptomReader.One(example));
    }
}
