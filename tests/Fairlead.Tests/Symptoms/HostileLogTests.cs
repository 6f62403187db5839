using System.Buffers.Binary;
using System.Text;
using CsCheck;
using Fairlead.Engine.Logs;
using Fairlead.Model.Symptoms;
using Xunit;

namespace Fairlead.Tests.Symptoms;

public class HostileLogTests
{
    private const string Refused = "dial tcp 127.0.0.1:8080: connect: connection refused";

    private static readonly Gen<string> Pieces = Gen.OneOf(new[] { "dial tcp ", "connect ECONNREFUSED ", "[::1", "]:80", ":99999", "connection refused", " 连接 ", "://", "@", "upstream: \"http://", "\ud800" }
        .Select(s => Gen.Const(s)).Append(Gen.String).ToArray());

    private static LogLine Line(string text) => new(null, text);

    [Fact]
    public void Escape_codes_do_not_hide_a_failure()
    {
        Assert.Equal("go refused 127.0.0.1:8080", LineTable.Told(SymptomReader.One("\u001b[31;1mERROR\u001b[0m \u001b]0;title\u0007dial tcp \u001b[4m127.0.0.1:8080\u001b[0m: connect: connection refused")));
        Assert.DoesNotContain('\u001b', SymptomReader.One("\u001b[31mx " + Refused + "\u001b")!.Text);
    }

    [Fact]
    public void A_line_of_megabytes_is_cut_before_it_is_looked_at()
    {
        Assert.NotNull(SymptomReader.One(Refused + new string('x', 8 << 20)));
        Assert.Null(SymptomReader.One(new string('x', 8 << 20) + Refused));
        Assert.True(SymptomReader.One(Refused + new string('x', 8 << 20))!.Text.Length <= 400);
    }

    [Fact]
    public void A_million_lines_and_one_failure_give_one_symptom()
    {
        var lines = Enumerable.Range(0, 1_000_000).Select(i => Line(i == 777_777 ? Refused : "GET /index.html 200")).ToList();
        Assert.Single(SymptomReader.Read(lines));
    }

    [Fact]
    public void Words_repeated_without_end_are_tried_a_bounded_number_of_times()
    {
        foreach (var word in new[] { "dial tcp ", "connect to ", "upstream: \"", "lookup a on ", "connection refused ", "http://", "a:1 ", "[", ":", "::", "\n    at x", "Caused by: ", "\u001b[", "\u001b]" })
            _ = SymptomReader.Read([Line("Error connection refused " + string.Concat(Enumerable.Repeat(word, 100_000)))]);
    }

    [Fact]
    public void Any_text_is_read_without_harm() => Pieces.Array[0, 12].Select(string.Concat)
        .Array[1, 5].Sample(texts =>
        {
            foreach (var s in SymptomReader.Read([.. texts.Select(Line)]))
            {
                Assert.InRange(s.Port, 0, 65535);
                Assert.True(s.Text.Length <= 400 && s.Host.Length <= 300);
            }
        });

    [Fact]
    public void A_number_too_large_is_no_port() =>
        Assert.All(SymptomReader.Read([Line("connect ECONNREFUSED db:99999")]), s => Assert.InRange(s.Port, 0, 65535));

    [Fact]
    public void Frames_are_taken_apart_and_bare_lines_too()
    {
        var framed = Frame(1, "2024-01-01T12:00:00.123456789Z one\n").Concat(Frame(2, "2024-01-01T12:00:01Z " + Refused + "\r\n")).ToArray();
        var lines = LogDecoder.Decode(framed, false, out var damaged);
        Assert.False(damaged);
        Assert.Equal(["one", Refused], lines.Select(l => l.Text));
        Assert.Equal(new DateTimeOffset(2024, 1, 1, 12, 0, 1, TimeSpan.Zero), lines[1].At);
        Assert.Equal(2, LogDecoder.Decode(Encoding.UTF8.GetBytes("2024-01-01T12:00:00Z a\r\n2024-01-01T12:00:00Z b\r\n"), true, out _).Count);
    }

    [Fact]
    public void A_cut_frame_half_a_letter_and_nonsense_keep_what_came_before()
    {
        var framed = Frame(1, "2024-01-01T12:00:00Z one\n").Concat(Frame(2, "2024-01-01T12:00:00Z 连接")[..^2]).ToArray();
        Assert.Equal("one", LogDecoder.Decode(framed, false, out var damaged)[0].Text);
        Assert.False(damaged);
        Assert.Equal("one", LogDecoder.Decode([.. Frame(1, "one\n"), 9, 9, 9, 9, 0, 0, 0, 1, 7], false, out damaged)[0].Text);
        Assert.True(damaged);
        Assert.Empty(LogDecoder.Decode([1, 0, 0, 0, 255, 255, 255, 255], false, out _));
    }

    [Fact]
    public void Lines_before_the_last_start_are_not_current()
    {
        var start = DateTimeOffset.UnixEpoch.AddHours(1);
        List<LogLine> lines = [new(start.AddSeconds(-5), Refused), new(start.AddSeconds(5), "dial tcp 127.0.0.1:9090: i/o timeout")];
        Assert.Equal(["127.0.0.1:9090"], SymptomReader.Read(lines, start).Select(s => s.Place));
        Assert.Equal(2, SymptomReader.Read(lines).Length);
    }

    private static byte[] Frame(byte stream, string text)
    {
        var body = Encoding.UTF8.GetBytes(text);
        var frame = new byte[8 + body.Length];
        frame[0] = stream;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), (uint)body.Length);
        body.CopyTo(frame, 8);
        return frame;
    }
}
