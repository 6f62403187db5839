namespace Fairlead.Engine.Client;

/// <summary>Why the engine gave no answer: the four engine codes of fairlead.error/1.</summary>
public enum EngineFailure
{
    /// <summary>Nothing answers at the endpoint, or what answers is no engine.</summary>
    Unreachable,

    /// <summary>The endpoint is there and this user may not use it.</summary>
    Forbidden,

    /// <summary>It answered, then went away in the middle of an answer.</summary>
    Gone,

    /// <summary>It did not answer in time, or said that it is busy.</summary>
    Busy,
}

/// <summary>The engine cannot be used: exit 3. One of the few exceptions; only the entry point turns it into words and a code.</summary>
public sealed class EngineUnavailableException : Exception
{
    public EngineUnavailableException(EngineFailure failure, string message, string hint, Exception? inner = null) : base(message, inner)
    {
        Failure = failure;
        Hint = hint;
    }

    public EngineFailure Failure { get; }

    /// <summary>What the person can do, one sentence; "" where there is nothing to say.</summary>
    public string Hint { get; }

    /// <summary>"engine-unreachable", "forbidden", "gone" or "busy".</summary>
    public string Code => Failure switch
    {
        EngineFailure.Unreachable => "engine-unreachable",
        EngineFailure.Forbidden => "forbidden",
        EngineFailure.Gone => "gone",
        EngineFailure.Busy => "busy",
        _ => throw new InvalidOperationException("unknown failure"),
    };
}
