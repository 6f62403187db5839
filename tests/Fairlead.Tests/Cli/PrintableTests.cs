using System.Text;
using System.Text.Json;
using CsCheck;
using Fairlead.Model.Answer;
using Xunit;

namespace Fairlead.Tests.Cli;

public class PrintableTests
{
    private static readonly Gen<string> Hostile = Gen.OneOf(
        Gen.String,
        Gen.Int[0, 0x10ffff].Where(i => i is < 0xd800 or > 0xdfff).Select(char.ConvertFromUtf32).Array[0, 40].Select(string.Concat),
        Gen.OneOf(new[] { "\u001b[31m", "\u202e", "\u200b", "\u2066", "\r\n", "\0", "\u0085", "\u2028", "\ud800", "\U000e0041", "名字", "a" }.Select(s => Gen.Const(s)).ToArray()).Array[0, 20].Select(string.Concat));

    [Fact]
    public void Nothing_that_is_drawn_holds_a_control_or_an_invisible_character() => Hostile.Sample(text =>
    {
        var shown = Printable.Show(text);
        foreach (var rune in shown.EnumerateRunes())
            Assert.True(Printable.IsPlain(rune), $"U+{rune.Value:x4} came through");
        Assert.DoesNotContain('\u001b', shown);
        Assert.True(new StringBuilder(shown).Length <= 200 * 10 + 1);
    });

    [Fact]
    public void Json_escapes_the_same_characters_and_reads_back_equal() => Hostile.Sample(text =>
    {
        if (text.EnumerateRunes().Any(r => r == Rune.ReplacementChar)) return;
        var json = AnswerJson.Write(new ErrorAnswer { Code = ErrorCodes.BadTarget, Message = text });
        foreach (var rune in json.EnumerateRunes())
            Assert.True(rune.Value is '\n' || Printable.IsPlain(rune), $"U+{rune.Value:x4} came through");
        Assert.Equal(text, JsonDocument.Parse(json).RootElement.GetProperty("message").GetString());
    });

    [Fact]
    public void Chinese_stays_readable_and_escapes_are_visible()
    {
        Assert.Equal("在 web 里", Printable.Show("在 web 里"));
        Assert.Equal("a\\e[31mb\\u{202e}\\n", Printable.Show("a\u001b[31mb\u202e\n"));
        Assert.Equal(new string('x', 200) + "…", Printable.Show(new string('x', 500)));
        Assert.Contains("在 front 里", AnswerJson.Write(Samples.Sibling("zh")), StringComparison.Ordinal);
    }
}
