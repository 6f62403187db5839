using System.Text.Json;
using Fairlead.Model.Answer;
using Xunit;

namespace Fairlead.Tests.Cli;

public class AnswerJsonTests
{
    [Fact]
    public void Nulls_are_written_where_the_contract_shows_null()
    {
        var root = JsonDocument.Parse(AnswerJson.Write(Samples.Sibling() with { Cause = null, AlsoFound = [], Observed = null, Predicted = null })).RootElement;
        Assert.Equal(
            "schema at lang tool engine vantage source target verdict cause alsoFound predicted observed agreement difference notRead plans",
            string.Join(' ', root.EnumerateObject().Select(p => p.Name)));
        Assert.Equal(JsonValueKind.Null, root.GetProperty("cause").ValueKind);
        Assert.Equal(JsonValueKind.Null, root.GetProperty("difference").ValueKind);
        Assert.Equal(JsonValueKind.Null, root.GetProperty("source").GetProperty("sharesWith").ValueKind);
    }

    [Fact]
    public void Names_are_those_of_the_contract()
    {
        var root = JsonDocument.Parse(AnswerJson.Write(Samples.Sibling())).RootElement;
        Assert.Equal("outcome errno elapsedMs level from attempts resolution answer counters", Names(root.GetProperty("observed")));
        Assert.Equal("code confidence title args evidence needs docs", Names(root.GetProperty("cause")));
        Assert.Equal("code confidence relation title args evidence needs docs", Names(root.GetProperty("alsoFound")[0]));
        Assert.Equal("kind witness hop text from check data", Names(root.GetProperty("cause").GetProperty("evidence")[0]));
        Assert.Equal(
            "n id key title steps commands newTarget cures meets automatic cost interrupts exposes survivesRecreate lasts persist premises undo predicted proof dialled",
            Names(root.GetProperty("plans")[0]));
        Assert.Equal("{\"port\":5010,\"source\":\"front\"}", JsonSerializer.Serialize(root.GetProperty("cause").GetProperty("args")));
    }

    [Fact]
    public void An_answer_reads_back_as_it_was_written()
    {
        var text = AnswerJson.Write(Samples.Sibling());
        var back = JsonSerializer.Deserialize(text, AnswerJson.Safe.Diagnosis);
        Assert.Equal(text, AnswerJson.Write(back!));
    }

    private static string Names(JsonElement of) => string.Join(' ', of.EnumerateObject().Select(p => p.Name));
}
