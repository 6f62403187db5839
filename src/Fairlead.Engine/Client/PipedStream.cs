using System.Diagnostics;
using System.Text;

namespace Fairlead.Engine.Client;

/// <summary>The standard input and output of a process as one duplex stream. Keeps the last line that it wrote on standard error.</summary>
internal sealed class PipedStream : Stream
{
    private const int MaxComplaint = 4096;
    private readonly Process _process;
    private readonly Stream _read, _write;
    private readonly StringBuilder _complaint = new();

    public PipedStream(Process process)
    {
        _process = process;
        _read = process.StandardOutput.BaseStream;
        _write = process.StandardInput.BaseStream;
        process.ErrorDataReceived += (_, line) =>
        {
            lock (_complaint)
            {
                if (line.Data is { Length: > 0 } text && _complaint.Length < MaxComplaint)
                    _complaint.Clear().Append(text.AsSpan(0, Math.Min(text.Length, 400)));
            }
        };
        process.BeginErrorReadLine();
    }

    /// <summary>The last line on standard error, at most 400 characters; untrusted.</summary>
    public string Complaint
    {
        get
        {
            lock (_complaint)
                return _complaint.ToString();
        }
    }

    public override bool CanRead => true;
    public override bool CanWrite => true;
    public override bool CanSeek => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => _read.Read(buffer, offset, count);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var got = await _read.ReadAsync(buffer, cancellationToken);
        if (got == 0)
            await LastWordsAsync();
        return got;
    }

    public override void Write(byte[] buffer, int offset, int count) => _write.Write(buffer, offset, count);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await _write.WriteAsync(buffer, cancellationToken);
            await _write.FlushAsync(cancellationToken);
        }
        catch (IOException)
        {
            await LastWordsAsync();
            throw;
        }
    }

    public override void Flush() => _write.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>What it says on standard error when it ends comes by another way than its end: both are waited for.</summary>
    private async Task LastWordsAsync()
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(2));
        }
        catch (TimeoutException)
        {
            // it closed its output and lives on
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            try
            {
                if (!_process.HasExited)
                    _process.Kill(entireProcessTree: false);
            }
            catch (InvalidOperationException)
            {
                // it ended by itself in between
            }
            _process.Dispose();
        }
        base.Dispose(disposing);
    }
}
