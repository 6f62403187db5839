namespace Fairlead.Tests.Cli;

/// <summary>A clock that stands still but for what a test adds; a delay passes at once, and is written down. Timers fire when told.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly List<(TimerCallback Call, object? State)> lasting = [];

    public DateTimeOffset Now { get; set; } = new(2026, 3, 1, 21, 14, 12, TimeSpan.Zero);
    public List<TimeSpan> Waited { get; } = [];

    public override DateTimeOffset GetUtcNow() => Now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Now.UtcTicks;

    /// <summary>Lets the timers that go on fire once.</summary>
    public void Fire()
    {
        foreach (var (call, state) in lasting.ToArray()) call(state);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (period != Timeout.InfiniteTimeSpan)
        {
            lasting.Add((callback, state));
            return new Nothing(() => lasting.Remove((callback, state)));
        }
        Waited.Add(dueTime);
        Now += dueTime;
        ThreadPool.QueueUserWorkItem(_ => callback(state));
        return new Nothing(static () => { });
    }

    private sealed class Nothing(Action end) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() => end();

        public ValueTask DisposeAsync()
        {
            end();
            return ValueTask.CompletedTask;
        }
    }
}
