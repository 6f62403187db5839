using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Fairlead.Agent.Native;

namespace Fairlead.Agent.Namespaces;

/// <summary>
/// What is to be fetched from inside a network namespace: sockets, and files whose content depends on the reader's namespace. A thread made
/// for this visit alone goes in, makes libc calls and nothing else, and comes back; everything is used from outside afterwards.
/// </summary>
/// <remarks>
/// No managed I/O and no allocation happen inside: the runtime's event thread, a garbage collection's thread or the just-in-time compiler's would be
/// started there, keep the namespace for the life of the process and give wrong answers without an error. For the same reason the part that runs
/// inside is compiled whole at once and calls without transition.
/// </remarks>
internal sealed unsafe class Visit : IDisposable
{
    private const int WantSocket = 1, WantFile = 2;

    /// <summary>More than any reading needs: a host with a thousand links asks for some 8,000 files in batches.</summary>
    internal const int Limit = 1024;

    [StructLayout(LayoutKind.Sequential)]
    private struct Want
    {
        internal int Kind, Domain, Type, Protocol, Fd, Errno;
        internal byte* Path;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Order
    {
        internal int Home, There, Count, EnterErrno, ReturnErrno;
        internal Want* Wants;
    }

    private Want* wants = (Want*)NativeMemory.AllocZeroed(Limit, (nuint)sizeof(Want));
    private int count;

    /// <summary>Asks for a socket (close-on-exec is added); the number under which it can be taken afterwards.</summary>
    internal int Socket(int domain, int type, int protocol) =>
        Add(new Want { Kind = WantSocket, Domain = domain, Type = type | Libc.SOCK_CLOEXEC, Protocol = protocol });

    /// <summary>Asks for a file to be opened for reading: below /proc/sys or /proc/thread-self/net only.</summary>
    internal int File(string path) => Add(new Want { Kind = WantFile, Type = Libc.O_RDONLY, Path = Native(path) });

    /// <summary>Asks for a kernel setting to be opened for writing: below /proc/sys/net only. Whose setting it is, is settled when it is opened.</summary>
    internal int FileToWrite(string path) => Add(new Want { Kind = WantFile, Type = Libc.O_WRONLY, Path = Native(path) });

    internal bool IsFull => count >= Limit - 16;

    /// <summary>Goes in and comes back. 0, or the errno of setns; with <paramref name="there"/> null everything is made where we are.</summary>
    internal int Go(SafeFd? there)
    {
        var order = new Order { Home = OwnNamespace.Fd, There = there?.Number ?? -1, Count = count, Wants = wants };
        if (there is null)
        {
            Inside(&order);
            return 0;
        }
        var at = (nint)(&order);
        // An exception in there would be a mistake of ours; it ends the process, as it should.
        var thread = new Thread(() => Enter((Order*)at), maxStackSize: 256 * 1024) { IsBackground = true, Name = "visit" };
        thread.Start();
        thread.Join();
        GC.KeepAlive(there);
        return order.EnterErrno;
    }

    /// <summary>The socket or file asked for under that number, owned by the caller; null with the errno where it was refused.</summary>
    internal SafeFd? Take(int number, out int errno)
    {
        var want = &wants[number];
        errno = want->Errno;
        if (want->Fd < 0)
            return null;
        var fd = new SafeFd(want->Fd);
        want->Fd = -1;
        return fd;
    }

    public void Dispose()
    {
        if (wants is null)
            return;
        for (var i = 0; i < count; i++)
        {
            NativeMemory.Free(wants[i].Path);
            if (wants[i].Fd >= 0)
                _ = Libc.close(wants[i].Fd);
        }
        NativeMemory.Free(wants);
        wants = null;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Enter(Order* order)
    {
        if (Libc.InsideSetns(order->There, Libc.CLONE_NEWNET) != 0)
        {
            order->EnterErrno = *Libc.InsideErrno();
            return;
        }
        Fetch(order);
        if (Libc.InsideSetns(order->Home, Libc.CLONE_NEWNET) != 0)
            Environment.FailFast("cannot return from a network namespace");
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Inside(Order* order) => Fetch(order);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.AggressiveInlining)]
    private static void Fetch(Order* order)
    {
        for (var i = 0; i < order->Count; i++)
        {
            var want = &order->Wants[i];
            want->Fd = want->Kind == WantSocket
                ? Libc.InsideSocket(want->Domain, want->Type, want->Protocol)
                : Libc.InsideOpenat(Libc.AT_FDCWD, want->Path, want->Type | Libc.O_CLOEXEC | Libc.O_NONBLOCK, 0);
            if (want->Fd < 0)
                want->Errno = *Libc.InsideErrno();
        }
    }

    private int Add(Want want)
    {
        if (count >= Limit)
            throw new InvalidOperationException("a visit's list is full");
        want.Fd = -1;
        wants[count] = want;
        return count++;
    }

    private static byte* Native(string path)
    {
        var length = Encoding.UTF8.GetByteCount(path);
        var bytes = (byte*)NativeMemory.Alloc((nuint)length + 1);
        Encoding.UTF8.GetBytes(path, new Span<byte>(bytes, length));
        bytes[length] = 0;
        return bytes;
    }
}
