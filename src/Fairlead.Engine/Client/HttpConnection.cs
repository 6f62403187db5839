using System.Globalization;
using System.Text;

namespace Fairlead.Engine.Client;

/// <summary>The head of an answer.</summary>
internal sealed record HttpHead(int Status, string Reason, IReadOnlyDictionary<string, string> Headers)
{
    public string? this[string name] => Headers.TryGetValue(name, out var value) ? value : null;
}

/// <summary>An answer that is no HTTP, or longer than allowed.</summary>
internal sealed class HttpFormatException(string message) : IOException(message);

/// <summary>
/// One HTTP/1.1 connection over any stream (RFC 9112): just what engines speak. HttpClient is not used because its start costs more than
/// the whole of `docker ps`, and because attach takes the bare stream over after the head.
/// </summary>
internal sealed class HttpConnection(EngineStream engine, string host) : IDisposable
{
    private const int MaxHead = 64 << 10;
    private readonly byte[] _buffer = new byte[32 << 10];
    private int _start, _end;

    public int PeerPid => engine.PeerPid;

    /// <summary>What the carrying process said on standard error, or "".</summary>
    public string Complaint => (engine.Stream as PipedStream)?.Complaint ?? "";

    /// <summary>Set after the first whole answer: a failure on such a connection may only mean that the engine closed it in between.</summary>
    public bool Reused { get; private set; }

    /// <summary>True once the body of the last answer was read to its end and the peer keeps the connection.</summary>
    public bool Reusable { get; private set; }

    public async Task<HttpHead> SendAsync(string method, string path, string headers, ReadOnlyMemory<byte>? body, CancellationToken cancel)
    {
        Reusable = false;
        var head = new StringBuilder(256)
            .Append(method).Append(' ').Append(path).Append(" HTTP/1.1\r\nHost: ").Append(host)
            .Append("\r\nUser-Agent: ").Append(EngineClient.Agent).Append("\r\n").Append(headers);
        if (body is { } content)
            head.Append("Content-Length: ").Append(content.Length).Append("\r\n");
        else if (method == "POST")
            head.Append("Content-Length: 0\r\n");
        head.Append("\r\n");
        await engine.Stream.WriteAsync(Encoding.ASCII.GetBytes(head.ToString()), cancel);
        if (body is { Length: > 0 } bytes)
            await engine.Stream.WriteAsync(bytes, cancel);
        await engine.Stream.FlushAsync(cancel);
        for (var interim = 0; interim < 8; interim++)
        {
            var answer = await HeadAsync(cancel);
            if (answer.Status is >= 200 or 101)
                return answer;
        }
        throw new HttpFormatException("too many interim answers");
    }

    /// <summary>The whole body, at most <paramref name="limit"/> bytes.</summary>
    public async Task<byte[]> BodyAsync(string method, HttpHead head, int limit, CancellationToken cancel)
    {
        var keep = !string.Equals(head["Connection"], "close", StringComparison.OrdinalIgnoreCase);
        if (method == "HEAD" || head.Status is 204 or 304)
        {
            (Reused, Reusable) = (true, keep);
            return [];
        }
        if (Chunked(head))
        {
            var chunked = await ChunkedAsync(limit, cancel);
            (Reused, Reusable) = (true, keep);
            return chunked;
        }
        if (head["Content-Length"] is not { } text)
            return await ToEndAsync(limit, cancel);
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length > limit)
            throw new HttpFormatException($"an answer of {text} bytes is longer than {limit}");
        var body = new byte[length];
        await FillAsync(body, cancel);
        (Reused, Reusable) = (true, keep);
        return body;
    }

    /// <summary>The body as a stream for logs and events; the connection ends with it.</summary>
    public Stream BodyStream(HttpHead head) => Chunked(head) ? new ChunkedStream(this) : new RawStream(this);

    /// <summary>The bare stream after a 101: what the peer sends next comes unframed.</summary>
    public Stream Hijack() => new RawStream(this);

    public void Dispose()
    {
        engine.Stream.Dispose();
        engine.Owner?.Dispose();
    }

    private static bool Chunked(HttpHead head) => string.Equals(head["Transfer-Encoding"], "chunked", StringComparison.OrdinalIgnoreCase);

    private async Task<HttpHead> HeadAsync(CancellationToken cancel)
    {
        var status = await LineAsync(cancel);
        if (!status.StartsWith("HTTP/1.", StringComparison.Ordinal) || status.Length < 12
            || !int.TryParse(status.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code))
            throw new HttpFormatException("the answer is not HTTP");
        var headers = new Dictionary<string, string>(16, StringComparer.OrdinalIgnoreCase);
        var size = status.Length;
        while (await LineAsync(cancel) is { Length: > 0 } line)
        {
            size += line.Length;
            if (size > MaxHead)
                throw new HttpFormatException("the head of the answer is too long");
            var colon = line.IndexOf(':');
            if (colon > 0)
                headers[line[..colon]] = line[(colon + 1)..].Trim();
        }
        return new HttpHead(code, status.Length > 13 ? status[13..] : "", headers);
    }

    private async Task<byte[]> ChunkedAsync(int limit, CancellationToken cancel)
    {
        var body = new byte[16 << 10];
        var used = 0;
        while (await ChunkLengthAsync(cancel) is var length and > 0)
        {
            if (length > limit - used)
                throw new HttpFormatException($"an answer is longer than {limit} bytes");
            if (used + length > body.Length)
                Array.Resize(ref body, Math.Max(used + length, Math.Min(body.Length * 2, limit)));
            await FillAsync(body.AsMemory(used, length), cancel);
            used += length;
            await LineAsync(cancel);
        }
        Array.Resize(ref body, used);
        return body;
    }

    private async Task<int> ChunkLengthAsync(CancellationToken cancel)
    {
        var line = await LineAsync(cancel);
        var end = line.IndexOf(';');
        if (!int.TryParse(end < 0 ? line : line[..end], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var length) || length < 0)
            throw new HttpFormatException("a chunk without a length");
        if (length > 0)
            return length;
        while ((await LineAsync(cancel)).Length > 0)
        {
            // trailers are not used by engines
        }
        return 0;
    }

    private async Task<byte[]> ToEndAsync(int limit, CancellationToken cancel)
    {
        using var all = new MemoryStream();
        while (true)
        {
            if (_start == _end && !await MoreAsync(cancel))
                return all.ToArray();
            all.Write(_buffer, _start, _end - _start);
            _start = _end;
            if (all.Length > limit)
                throw new HttpFormatException($"an answer is longer than {limit} bytes");
        }
    }

    private async Task FillAsync(Memory<byte> into, CancellationToken cancel)
    {
        while (into.Length > 0)
        {
            var got = await ReadAsync(into, cancel);
            if (got == 0)
                throw new EndOfStreamException("the connection ended inside an answer");
            into = into[got..];
        }
    }

    /// <summary>Buffered bytes first, then the stream itself.</summary>
    private async ValueTask<int> ReadAsync(Memory<byte> into, CancellationToken cancel)
    {
        if (_start == _end)
            return await engine.Stream.ReadAsync(into, cancel);
        var n = Math.Min(into.Length, _end - _start);
        _buffer.AsSpan(_start, n).CopyTo(into.Span);
        _start += n;
        return n;
    }

    private async ValueTask<bool> MoreAsync(CancellationToken cancel)
    {
        _start = 0;
        _end = await engine.Stream.ReadAsync(_buffer, cancel);
        return _end > 0;
    }

    private async ValueTask<string> LineAsync(CancellationToken cancel)
    {
        StringBuilder? text = null;
        while (true)
        {
            if (_start == _end && !await MoreAsync(cancel))
                throw new EndOfStreamException("the connection ended inside an answer");
            var span = _buffer.AsSpan(_start, _end - _start);
            var at = span.IndexOf((byte)'\n');
            var part = Encoding.Latin1.GetString(at < 0 ? span : span[..at]);
            _start = at < 0 ? _end : _start + at + 1;
            if (at >= 0)
                return text is null ? part.TrimEnd('\r') : text.Append(part).ToString().TrimEnd('\r');
            text = (text ?? new StringBuilder()).Append(part);
            if (text.Length > MaxHead)
                throw new HttpFormatException("a line of the answer's head is too long");
        }
    }

    private class RawStream(HttpConnection connection) : Stream
    {
        protected HttpConnection Connection => connection;
        public override bool CanRead => true;
        public override bool CanWrite => true;
        public override bool CanSeek => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            connection.ReadAsync(buffer, cancellationToken);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            connection.Engine.WriteAsync(buffer, cancellationToken);

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override Task FlushAsync(CancellationToken cancellationToken) => connection.Engine.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

        public override void Write(byte[] buffer, int offset, int count) => connection.Engine.Write(buffer, offset, count);

        public override void Flush() => connection.Engine.Flush();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                connection.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class ChunkedStream(HttpConnection connection) : RawStream(connection)
    {
        private int _left;
        private bool _first = true, _ended;

        public override bool CanWrite => false;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_ended || buffer.Length == 0)
                return 0;
            if (_left == 0)
            {
                if (!_first)
                    await Connection.LineAsync(cancellationToken);
                _first = false;
                _left = await Connection.ChunkLengthAsync(cancellationToken);
                if (_left == 0)
                {
                    _ended = true;
                    return 0;
                }
            }
            var got = await Connection.ReadAsync(buffer[..Math.Min(buffer.Length, _left)], cancellationToken);
            if (got == 0)
                throw new EndOfStreamException("the connection ended inside an answer");
            _left -= got;
            return got;
        }
    }

    private Stream Engine => engine.Stream;
}
