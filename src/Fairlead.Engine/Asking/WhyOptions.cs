using Fairlead.Engine.Vantages;
using Fairlead.Facts;
using Fairlead.Model.Answer;

namespace Fairlead.Engine.Asking;

/// <summary>How a question is asked: the global options of the contract that matter here.</summary>
public sealed record WhyOptions
{
    public string? Host { get; init; }
    public string? Context { get; init; }
    public VantageWish Vantage { get; init; } = VantageWish.Auto;

    /// <summary>False with --no-probe.</summary>
    public bool Probe { get; init; } = true;

    /// <summary>Dials end with the handshake: a scan asks nothing of servers (DESIGN part 4).</summary>
    public bool ConnectOnly { get; init; }

    /// <summary>False: the addresses that plans propose are not dialled.</summary>
    public bool ProvePlans { get; init; } = true;

    /// <summary>Told once, early in a scan, which host it is and what runs there: before its containers are looked into.</summary>
    public Action<MapAnswer>? Begun { get; init; }

    /// <summary>Limit of one dial.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>"en" or "zh".</summary>
    public string Lang { get; init; } = "en";
    public required string Version { get; init; }

    /// <summary>A saved snapshot to answer from, in place of an engine: vantage `file`, no dial.</summary>
    public Snapshot? From { get; init; }

    /// <summary>Asks the person for a helper; says no where there is no terminal.</summary>
    public Func<HelperForm, CancellationToken, ValueTask<bool>> Consent { get; init; } = static (_, _) => ValueTask.FromResult(false);
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Told how far a scan is; null where nobody looks.</summary>
    public IProgress<ScanProgress>? Progress { get; init; }
}

/// <summary>How far a scan is.</summary>
/// <param name="Stage">"containers", "logs", "dials" or "causes", in this order.</param>
/// <param name="Done">Of <paramref name="Total"/>.</param>
public sealed record ScanProgress(string Stage, int Done, int Total);

/// <summary>Bad input: exit 2. The words are for a person, one line.</summary>
/// <param name="code">One of fairlead.error/1's codes.</param>
public sealed class AskException(string code, string message, string? hint, params IReadOnlyList<string> candidates) : Exception(message)
{
    public string Code => code;
    public string? Hint => hint;
    public IReadOnlyList<string> Candidates => candidates;
}
