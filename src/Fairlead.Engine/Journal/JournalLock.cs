using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Fairlead.Engine.Journal;

/// <summary>
/// The lock of one engine's journal, held over apply and undo (SAFETY 27): flock(2) on a file that says who holds it. The kernel frees it with the
/// process, however that ends.
/// </summary>
public sealed partial class JournalLock : IDisposable
{
    private const int ReadWrite = 2, Create = 0x40, CloseOnExec = 0x80000, Exclusive = 2, NonBlocking = 4, OwnerOnly = 0x180, WouldBlock = 11;
    private static readonly int NoFollow = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;

    private readonly int _fd;

    private JournalLock(int fd) => _fd = fd;

    /// <summary>The lock; or who holds it ("pid 812 since …"); or why there is none.</summary>
    public static (JournalLock? Lock, string? Holder, string? Error) Take(string path, DateTimeOffset now)
    {
        var fd = Open(path, ReadWrite | Create | CloseOnExec | NoFollow, OwnerOnly);
        if (fd < 0)
            return (null, null, $"{path}: {Reason()}");
        if (Flock(fd, Exclusive | NonBlocking) != 0)
        {
            var busy = Marshal.GetLastPInvokeError() == WouldBlock;
            var error = Reason();
            Span<byte> said = stackalloc byte[200];
            var got = Read(fd, ref MemoryMarshal.GetReference(said), (nuint)said.Length);
            _ = Close(fd);
            var holder = got > 0 ? Encoding.UTF8.GetString(said[..(int)got]).Trim() : "";
            return busy ? (null, holder.Length > 0 ? holder : "another process", null) : (null, null, $"{path}: {error}");
        }
        var text = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"pid {Environment.ProcessId}, {now.UtcDateTime:u}\n"));
        // Who holds it is a courtesy: on a full disk the lock is held all the same, and the entry's own writing fails later.
        if (Truncate(fd, 0) == 0)
            _ = Write(fd, in text[0], (nuint)text.Length);
        return (new JournalLock(fd), null, null);
    }

    public void Dispose() => _ = Close(_fd);

    private static string Reason() => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(int fd, int operation);

    [LibraryImport("libc", EntryPoint = "ftruncate")]
    private static partial int Truncate(int fd, long length);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int fd, ref byte into, nuint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int fd, in byte content, nuint length);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int fd);
}
