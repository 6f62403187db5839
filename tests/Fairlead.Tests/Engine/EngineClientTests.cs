using System.Text;
using Fairlead.Engine.Client;
using Xunit;

namespace Fairlead.Tests.Engine;

/// <summary>The client against answers that are whole in unusual ways, broken, endless, or no engine's.</summary>
public class EngineClientTests
{
    private const string Head = "HTTP/1.1 200 OK\r\nApi-Version: 1.51\r\nServer: Docker/28.5.2 (linux)\r\n";
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Head + "Content-Length: 2\r\n\r\n[]", "[]")]
    [InlineData(Head + "content-length:2\r\n\r\n[]", "[]")]
    [InlineData(Head + "Transfer-Encoding: chunked\r\n\r\n2\r\n[1\r\n1;x=y\r\n]\r\n0\r\n\r\n", "[1]")]
    [InlineData(Head + "Transfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\nTrailer: x\r\n\r\n", "[]")]
    [InlineData(Head + "Connection: close\r\n\r\n[1,2]", "[1,2]")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n" + Head + "Content-Length: 2\r\n\r\n[]", "[]")]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", "")]
    public async Task An_answer_is_read_whole(string answer, string body)
    {
        await using var server = SocketServer.Saying(answer);
        await using var client = server.Client();
        Assert.Equal(body, Encoding.UTF8.GetString((await client.GetAsync("/x", Cancel)).Body));
    }

    [Fact]
    public async Task A_chunked_answer_may_come_byte_by_byte_and_the_connection_is_used_again()
    {
        var answer = Encoding.Latin1.GetBytes(Head + "Transfer-Encoding: chunked\r\n\r\n2\r\n[1\r\n1\r\n]\r\n0\r\n\r\n");
        await using var server = new SocketServer(async (stream, _, cancel) =>
        {
            while (await SocketServer.RequestAsync(stream, cancel))
            {
                foreach (var one in answer)
                    await stream.WriteAsync(new[] { one }, cancel);
            }
        });
        await using var client = server.Client();
        for (var i = 0; i < 3; i++)
            Assert.Equal("[1]", Encoding.UTF8.GetString((await client.GetAsync("/x", Cancel)).Body));
        Assert.Equal((1, 3), (server.Connections, client.Calls));
    }

    [Fact]
    public async Task An_idle_connection_that_the_engine_closed_is_replaced()
    {
        await using var server = SocketServer.Saying(Head + "Content-Length: 2\r\n\r\n[]");
        await using var client = server.Client();
        for (var i = 0; i < 3; i++)
            Assert.Equal(200, (await client.GetAsync("/x", Cancel)).Status);
        Assert.Equal(3, server.Connections);
    }

    [Theory]
    [InlineData("1.51", "1.51")]
    [InlineData("1.40", "1.40")]
    [InlineData("1.99", "1.51")]
    public async Task The_lower_api_version_is_spoken(string offered, string spoken)
    {
        await using var server = SocketServer.Saying(Head.Replace("1.51", offered, StringComparison.Ordinal) + "Content-Length: 2\r\n\r\n[]");
        await using var client = server.Client();
        await client.GetAsync("/x", Cancel);
        Assert.Equal(spoken, client.Api!.ToString(2));
        Assert.Equal(("Docker", "28.5.2"), (client.ServerName, client.ServerVersion));
    }

    [Theory]
    [InlineData("", "ended before an answer")]
    [InlineData("HTTP/1.1 200", "ended before an answer")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le", "ended before an answer")]
    [InlineData("hello\r\n\r\n", "is not HTTP")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", "is not HTTP")]
    [InlineData("HTTP/1.1 abc\r\n\r\n", "is not HTTP")]
    [InlineData("HTTP/2 200\r\n\r\n", "is not HTTP")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "longer than")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", "longer than")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "longer than")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "without a length")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffff0\r\n", "without a length")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7ffffff0\r\n", "longer than")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n", "interim")]
    [InlineData("HTTP/1.1 200 OK\r\nApi-Version: 1.24\r\nContent-Length: 2\r\n\r\n[]", "older than 1.40")]
    public async Task What_is_no_engines_answer_is_unreachable_in_one_line(string answer, string says)
    {
        await using var server = SocketServer.Saying(answer);
        await using var client = server.Client();
        var e = await Assert.ThrowsAsync<EngineUnavailableException>(() => client.ContainersAsync(Cancel));
        Assert.Equal("engine-unreachable", e.Code);
        OneLine(e, says);
    }

    [Theory]
    [InlineData(403, "forbidden")]
    [InlineData(401, "forbidden")]
    [InlineData(503, "busy")]
    [InlineData(429, "busy")]
    [InlineData(500, "engine-unreachable")]
    [InlineData(404, "engine-unreachable")]
    public async Task A_refusal_is_told_by_its_status_and_in_the_engines_words(int status, string code)
    {
        const string said = """{"message":"said by the\nengine"}""";
        await using var server = SocketServer.Saying($"HTTP/1.1 {status} No\r\nContent-Length: {said.Length}\r\n\r\n{said}");
        await using var client = server.Client();
        var e = await Assert.ThrowsAsync<EngineUnavailableException>(() => client.ContainersAsync(Cancel));
        Assert.Equal(code, e.Code);
        OneLine(e, "said by the engine");
    }

    [Fact]
    public async Task A_page_for_people_is_said_to_be_no_engine()
    {
        const string page = "<html><body>\n<h1>It works!</h1>\n</body></html>";
        await using var server = SocketServer.Saying($"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: {page.Length}\r\n\r\n{page}");
        await using var client = server.Client();
        var e = await Assert.ThrowsAsync<EngineUnavailableException>(() => client.ContainersAsync(Cancel));
        Assert.Equal("engine-unreachable", e.Code);
        OneLine(e, "404");
        Assert.Contains("Is it a Docker engine", e.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Endless: ")]
    [InlineData("X: y\r\n")]
    public async Task A_head_without_end_is_given_up(string piece)
    {
        var bytes = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat(piece, 400)));
        await using var server = new SocketServer(async (stream, _, cancel) =>
        {
            await SocketServer.RequestAsync(stream, cancel);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n"u8.ToArray(), cancel);
            while (true)
                await stream.WriteAsync(bytes, cancel);
        });
        await using var client = server.Client();
        OneLine(await Assert.ThrowsAsync<EngineUnavailableException>(() => client.ContainersAsync(Cancel)), "too long");
    }

    [Fact]
    public async Task A_body_without_end_is_given_up()
    {
        var bytes = new byte[1 << 20];
        await using var server = new SocketServer(async (stream, _, cancel) =>
        {
            await SocketServer.RequestAsync(stream, cancel);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), cancel);
            while (true)
                await stream.WriteAsync(bytes, cancel);
        });
        await using var client = server.Client();
        OneLine(await Assert.ThrowsAsync<EngineUnavailableException>(() => client.ContainersAsync(Cancel)), "longer than");
    }

    [Fact]
    public async Task An_engine_that_goes_away_in_the_middle_is_gone()
    {
        await using var server = new SocketServer(async (stream, number, cancel) =>
        {
            await SocketServer.RequestAsync(stream, cancel);
            await stream.WriteAsync(Encoding.Latin1.GetBytes(Head + "Content-Length: 20\r\n\r\n[1,2"), cancel);
        });
        await using var client = server.Client();
        Assert.Equal("gone", (await Assert.ThrowsAsync<EngineUnavailableException>(() => client.ContainersAsync(Cancel))).Code);
    }

    [Fact]
    public async Task An_engine_that_hangs_is_busy_after_the_limit()
    {
        await using var server = new SocketServer(async (stream, _, cancel) => await Task.Delay(Timeout.Infinite, cancel));
        await using var client = server.Client(TimeSpan.FromMilliseconds(200));
        Assert.Equal("busy", (await Assert.ThrowsAsync<EngineUnavailableException>(() => client.ContainersAsync(Cancel))).Code);
    }

    [Fact]
    public async Task An_attached_stream_is_bare_both_ways_and_keeps_what_came_with_the_head()
    {
        await using var server = new SocketServer(async (stream, _, cancel) =>
        {
            await SocketServer.RequestAsync(stream, cancel);
            await stream.WriteAsync("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nfirst"u8.ToArray(), cancel);
            var got = new byte[4];
            await stream.ReadExactlyAsync(got, cancel);
            await stream.WriteAsync(got, cancel);
        });
        await using var client = server.Client();
        await using var attached = (await client.HijackAsync("/containers/x/attach", Cancel))!;
        var text = new byte[5];
        await attached.ReadExactlyAsync(text, Cancel);
        Assert.Equal("first", Encoding.ASCII.GetString(text));
        await attached.WriteAsync("ping"u8.ToArray(), Cancel);
        await attached.ReadExactlyAsync(text.AsMemory(0, 4), Cancel);
        Assert.Equal("ping", Encoding.ASCII.GetString(text, 0, 4));
        Assert.Equal(0, await attached.ReadAsync(text, Cancel));
    }

    [Fact]
    public async Task A_chunked_log_is_streamed_and_a_cut_one_is_no_end()
    {
        await using var server = new SocketServer(async (stream, number, cancel) =>
        {
            await SocketServer.RequestAsync(stream, cancel);
            await stream.WriteAsync(Encoding.Latin1.GetBytes(Head + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n" + (number == 1 ? "0\r\n\r\n" : "5\r\nde")), cancel);
        });
        await using var client = server.Client();
        await using (var whole = (await client.LogsAsync("x", 10, false, Cancel))!)
            Assert.Equal("abc", await new StreamReader(whole).ReadToEndAsync(Cancel));
        await using var cut = (await client.LogsAsync("x", 10, false, Cancel))!;
        await Assert.ThrowsAsync<EndOfStreamException>(() => new StreamReader(cut).ReadToEndAsync(Cancel));
    }

    private static void OneLine(EngineUnavailableException e, string says)
    {
        Assert.Contains(says, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
        Assert.DoesNotContain('\r', e.Message);
        Assert.True(e.Message.Length < 600, e.Message);
    }
}
