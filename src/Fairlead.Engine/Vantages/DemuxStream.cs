using System.Buffers.Binary;
using System.Text;

namespace Fairlead.Engine.Vantages;

/// <summary>
/// An attached stream of a container without a terminal: what is read comes in frames of an 8-byte head (stream, 0, 0, 0, length big endian;
/// Engine API, "Attach to a container") and a body; frames of standard output are handed on, standard error is kept for messages. Writes pass through.
/// </summary>
public sealed class DemuxStream(Stream inner) : Stream
{
    private const int MaxComplaint = 2048;
    private const int MaxFrame = 64 << 20;
    private readonly byte[] _head = new byte[8];
    private readonly StringBuilder _complaint = new();
    private int _left;

    /// <summary>The beginning of what was written on standard error; untrusted.</summary>
    public string Complaint => _complaint.ToString();

    public override bool CanRead => true;
    public override bool CanWrite => true;
    public override bool CanSeek => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_left == 0)
        {
            if (await FillAsync(_head, cancellationToken) < _head.Length)
                return 0;
            var length = BinaryPrimitives.ReadUInt32BigEndian(_head.AsSpan(4));
            if (length > MaxFrame || _head[0] > 3)
                throw new IOException("the attached stream is not framed as the engine frames it");
            if (_head[0] == 1)
                _left = (int)length;
            else if (!await ComplainAsync((int)length, cancellationToken))
                return 0;
        }
        var got = await inner.ReadAsync(buffer[..Math.Min(buffer.Length, _left)], cancellationToken);
        _left -= got;
        return got;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        inner.WriteAsync(buffer, offset, count, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => inner.WriteAsync(buffer, cancellationToken);

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    private async Task<bool> ComplainAsync(int length, CancellationToken cancel)
    {
        var piece = new byte[Math.Min(length, 4096)];
        while (length > 0)
        {
            var got = await inner.ReadAsync(piece.AsMemory(0, Math.Min(piece.Length, length)), cancel);
            if (got == 0)
                return false;
            if (_complaint.Length < MaxComplaint)
                _complaint.Append(Encoding.UTF8.GetString(piece, 0, Math.Min(got, MaxComplaint - _complaint.Length)));
            length -= got;
        }
        return true;
    }

    private async Task<int> FillAsync(byte[] into, CancellationToken cancel)
    {
        var have = 0;
        while (have < into.Length)
        {
            var got = await inner.ReadAsync(into.AsMemory(have), cancel);
            if (got == 0)
                return have;
            have += got;
        }
        return have;
    }
}
