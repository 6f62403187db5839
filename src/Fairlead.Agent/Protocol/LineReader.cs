namespace Fairlead.Agent.Protocol;

/// <summary>Lines of bytes from a stream, each at most <paramref name="most"/> long: what comes from the other side is not trusted.</summary>
internal sealed class LineReader(Stream stream, int most)
{
    private byte[] buffer = new byte[64 * 1024];
    private int start, end;

    /// <summary>The next line without its end; null at the end of the stream.</summary>
    /// <exception cref="InvalidDataException">A line is longer than allowed.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> NextAsync(CancellationToken cancel)
    {
        var searched = start;
        while (true)
        {
            var at = Array.IndexOf(buffer, (byte)'\n', searched, end - searched);
            if (at >= 0)
            {
                var line = buffer.AsMemory(start, at - start);
                start = at + 1;
                return line;
            }

            searched = end;
            if (end - start > most)
                throw new InvalidDataException("a line is too long");
            if (end == buffer.Length)
            {
                var moved = start > buffer.Length / 2 ? buffer : new byte[buffer.Length * 2];
                Buffer.BlockCopy(buffer, start, moved, 0, end - start);
                (buffer, end, searched, start) = (moved, end - start, searched - start, 0);
            }

            var got = await stream.ReadAsync(buffer.AsMemory(end), cancel).ConfigureAwait(false);
            if (got == 0)
                return null;
            end += got;
        }
    }
}
