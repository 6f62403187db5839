using System.Diagnostics;
using Fairlead.Agent.Native;

namespace Fairlead.Agent.Dial;

/// <summary>How a wait ended.</summary>
/// <param name="Returned">poll's revents; 0 when the time was over or the wait was cancelled.</param>
/// <param name="At">Stopwatch ticks at the moment when poll returned.</param>
/// <param name="Cancelled">The token ended it.</param>
internal readonly record struct PollEnd(int Returned, long At, bool Cancelled);

/// <summary>
/// Waits for libc sockets of other namespaces on one thread of ours with poll(2). The runtime's own sockets are not used: they would have to be made
/// in the namespace, and their times would include the thread pool's delays.
/// </summary>
internal sealed class PollLoop
{
    private sealed class Entry
    {
        internal required int Fd;
        internal required short Events;
        internal required long Deadline;
        internal required TaskCompletionSource<PollEnd> Done;
        internal bool Cancelled;
    }

    private static readonly Lazy<PollLoop> Lazily = new(() => new PollLoop());
    private readonly List<Entry> entries = [];
    private readonly Lock gate = new();
    private readonly int wake = Libc.eventfd(0, Libc.EFD_CLOEXEC | Libc.EFD_NONBLOCK);

    private PollLoop() => new Thread(Run, maxStackSize: 256 * 1024) { IsBackground = true, Name = "poll" }.Start();

    internal static PollLoop Shared => Lazily.Value;

    /// <summary>Waits until one of the events, the deadline (Stopwatch ticks) or the token. The descriptor must stay open until then.</summary>
    internal async Task<PollEnd> WaitAsync(int fd, int events, long deadline, CancellationToken cancel)
    {
        var entry = new Entry
        {
            Fd = fd,
            Events = (short)events,
            Deadline = deadline,
            Done = new TaskCompletionSource<PollEnd>(TaskCreationOptions.RunContinuationsAsynchronously),
        };
        lock (gate)
            entries.Add(entry);
        Wake();
        await using var registration = cancel.UnsafeRegister(_ =>
        {
            Volatile.Write(ref entry.Cancelled, true);
            Wake();
        }, null);
        return await entry.Done.Task.ConfigureAwait(false);
    }

    private unsafe void Wake()
    {
        ulong one = 1;
        _ = Libc.write(wake, (byte*)&one, 8);
    }

    private unsafe void Run()
    {
        var fds = new PollFd[64];
        var waiting = new List<Entry>();
        while (true)
        {
            waiting.Clear();
            lock (gate)
                waiting.AddRange(entries);
            if (fds.Length < waiting.Count + 1)
                fds = new PollFd[waiting.Count * 2];
            fds[0] = new PollFd { Fd = wake, Events = Libc.POLLIN };
            var next = long.MaxValue;
            for (var i = 0; i < waiting.Count; i++)
            {
                fds[i + 1] = new PollFd { Fd = waiting[i].Fd, Events = waiting[i].Events };
                next = Math.Min(next, Volatile.Read(ref waiting[i].Cancelled) ? 0 : waiting[i].Deadline);
            }
            fixed (PollFd* p = fds)
                _ = Libc.poll(p, (nuint)(waiting.Count + 1), Milliseconds(next));
            var now = Stopwatch.GetTimestamp();
            if (fds[0].Returned != 0)
            {
                ulong drained;
                _ = Libc.read(wake, (byte*)&drained, 8);
            }
            Settle(waiting, fds, now);
        }
    }

    private void Settle(List<Entry> waiting, PollFd[] fds, long now)
    {
        for (var i = 0; i < waiting.Count; i++)
        {
            var entry = waiting[i];
            int returned = fds[i + 1].Returned;
            var cancelled = returned == 0 && Volatile.Read(ref entry.Cancelled);
            if (returned == 0 && !cancelled && now < entry.Deadline)
                continue;
            lock (gate)
                entries.Remove(entry);
            entry.Done.SetResult(new PollEnd(returned, now, cancelled));
        }
    }

    private static int Milliseconds(long deadline)
    {
        if (deadline == long.MaxValue)
            return -1;
        var left = deadline - Stopwatch.GetTimestamp();
        // rounded up, else the loop would spin through the last millisecond
        return left <= 0 ? 0 : (int)Math.Min(int.MaxValue, left * 1000 / Stopwatch.Frequency + 1);
    }
}
