using System.Runtime.InteropServices;

namespace Fairlead.Cli.Commands;

/// <summary>What was to be written could not be: a full disk, a closed descriptor.</summary>
internal sealed class OutputException(string message) : IOException(message);

/// <summary>
/// A file descriptor that is only written to, by write(2). A FileStream over a redirected descriptor writes at positions of its own, and the next
/// process that shares the file would write over it.
/// </summary>
/// <param name="quietWhenGone">The reader of a pipe that has seen enough is no error: the rest is not written, and the exit code stays.</param>
/// <param name="forgiving">What cannot be written is lost without a word: for messages, where there is nobody left to tell.</param>
internal sealed partial class DescriptorStream(int descriptor, bool forgiving = false, bool quietWhenGone = false) : Stream
{
    private const int Eintr = 4, Eagain = 11, Epipe = 32;
    private bool gone;

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override unsafe void Write(ReadOnlySpan<byte> buffer)
    {
        if (gone) return;
        fixed (byte* start = buffer)
        {
            for (var at = 0; at < buffer.Length;)
            {
                var written = write(descriptor, start + at, (nuint)(buffer.Length - at));
                if (written >= 0)
                {
                    at += (int)written;
                    continue;
                }

                var errno = Marshal.GetLastPInvokeError();
                if (errno == Eagain)
                {
                    Thread.Yield();
                }
                else if (errno != Eintr && (forgiving || (quietWhenGone && errno == Epipe)))
                {
                    gone = true;
                    return;
                }
                else if (errno != Eintr)
                {
                    throw new OutputException(Marshal.GetPInvokeErrorMessage(errno));
                }
            }
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint write(int fd, byte* buffer, nuint length);
}
