namespace Fairlead.Model.Answer;

/// <summary>The answer to `explain`: fairlead.explain/1.</summary>
public sealed record ExplainAnswer
{
    public const string CurrentSchema = "fairlead.explain/1";

    public string Schema { get; init; } = CurrentSchema;
    public required string Code { get; init; }

    /// <summary>"en" or "zh".</summary>
    public required string Lang { get; init; }

    /// <summary>The page, in Markdown.</summary>
    public required string Text { get; init; }
}

/// <summary>The answer to `version`: fairlead.version/1.</summary>
public sealed record VersionAnswer
{
    public const string CurrentSchema = "fairlead.version/1";

    public string Schema { get; init; } = CurrentSchema;
    public required string Version { get; init; }
}
