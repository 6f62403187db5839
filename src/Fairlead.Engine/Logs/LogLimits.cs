namespace Fairlead.Engine.Logs;

/// <summary>How much of the logs is read at most (SAFETY 10).</summary>
public sealed record LogLimits
{
    public int Lines { get; init; } = 2000;

    /// <summary>Bytes of one container's log, as the engine sends them.</summary>
    public int Bytes { get; init; } = 1 << 20;

    /// <summary>Bytes of all logs together.</summary>
    public long AllBytes { get; init; } = 32 << 20;
    public TimeSpan AllTime { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Since the beginning, when long logs are read no deeper: the newest lines of each are what matters, and older ones cost the engine most.</summary>
    public TimeSpan DeeperTime { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <summary>Logs that the engine is asked for at once.</summary>
    public int AtOnce { get; init; } = 4;
}
