using Fairlead.Model.Answer;

namespace Fairlead.Cli.Commands;

/// <summary>The options that every command takes (contract, part 1), read and checked.</summary>
internal sealed record Settings
{
    /// <summary>--host, or null.</summary>
    public string? Host { get; init; }

    /// <summary>--context, or null.</summary>
    public string? Context { get; init; }

    /// <summary>--snapshot, or null.</summary>
    public string? SnapshotFile { get; init; }

    /// <summary>"auto", "root", "helper" or "api".</summary>
    public string Vantage { get; init; } = "auto";

    /// <summary>False with --no-probe.</summary>
    public bool Probe { get; init; } = true;

    /// <summary>Limit of one dial.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Only whether it connects: nothing is asked of the server, and no proposed address is dialled. Used between the answers of --wait.</summary>
    public bool ConnectOnly { get; init; }

    /// <summary>Told which host it is before a scan looks into its containers; null where nobody waits for that.</summary>
    public Action<MapAnswer>? Begun { get; init; }
    public bool Json { get; init; }

    /// <summary>"en" or "zh".</summary>
    public string Lang { get; init; } = "en";
    public bool Verbose { get; init; }
    public bool Quiet { get; init; }

    /// <summary>Colour: only on a terminal, without --no-color and NO_COLOR.</summary>
    public bool Colour { get; init; }

    /// <summary>Cells a line.</summary>
    public int Width { get; init; } = 120;

    /// <summary>--state, or null for the usual folder.</summary>
    public string? StateFolder { get; init; }
    public bool Demo { get; init; }

    /// <summary>Picks by language.</summary>
    public string Say(string en, string zh) => Lang == "zh" ? zh : en;
}
