using System.Collections.Concurrent;

namespace Fairlead.Agent.Dial;

/// <summary>How much is dialled in one run (SAFETY 35): so many at a time, one at a time to one target, and no more than that in all.</summary>
public sealed class DialLimits : IDisposable
{
    private sealed class Target : IDisposable
    {
        internal readonly SemaphoreSlim Turn = new(1, 1);
        internal int Used;

        public void Dispose() => Turn.Dispose();
    }

    private sealed class Leave(SemaphoreSlim turn, SemaphoreSlim all) : IDisposable
    {
        public void Dispose()
        {
            turn.Release();
            all.Release();
        }
    }

    private readonly ConcurrentDictionary<string, Target> targets = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim all;
    private int used;

    /// <summary>Dials to one target (address, port, protocol, from one source) in the agent's life.</summary>
    public int PerTarget { get; init; } = 4;

    /// <summary>Dials in the agent's life.</summary>
    public int PerRun { get; init; } = 200;

    /// <param name="atOnce">Dials at a time.</param>
    public DialLimits(int atOnce = 32) => all = new SemaphoreSlim(atOnce, atOnce);

    /// <summary>Waits for a turn; null when the target or the run has had enough.</summary>
    internal async Task<IDisposable?> EnterAsync(string key, CancellationToken cancel)
    {
        var target = targets.GetOrAdd(key, _ => new Target());
        if (Interlocked.Increment(ref used) > PerRun || Interlocked.Increment(ref target.Used) > PerTarget)
            return null;
        await target.Turn.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            await all.WaitAsync(cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            target.Turn.Release();
            throw;
        }
        return new Leave(target.Turn, all);
    }

    public void Dispose()
    {
        all.Dispose();
        foreach (var target in targets.Values)
            target.Dispose();
    }
}
