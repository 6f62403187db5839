namespace Fairlead.LabTests.Lab;

/// <summary>
/// The engine generations: 20 (20.10), 26 (26.1), 28 (28.5), 29 (29.7, iptables), 29n (29.7, nftables backend). Their folders are
/// made by lab/engines.
/// </summary>
public static class Engines
{
    public static IReadOnlyList<string> All { get; } = ["20", "26", "28", "29", "29n"];

    public static IReadOnlyList<string> Available { get; } = [.. All.Where(g => WhyNot(g) is null)];

    /// <summary>Why scenarios on this generation are skipped; null when its folder is there.</summary>
    public static string? WhyNot(string generation)
    {
        var folder = Path.Combine(Paths.Engines, generation.TrimEnd('n'));
        if (Directory.Exists(folder))
            return null;
        return generation.StartsWith("29", StringComparison.Ordinal)
            ? "engine 29 is not in Debian and FAIRLEAD_ENGINE_29 was unset when lab/engines ran"
            : $"no engine folder {folder}: run lab/engines";
    }

    /// <summary>Ends the test as skipped where the generation is missing.</summary>
    public static void Need(string generation)
    {
        if (WhyNot(generation) is { } reason)
            Assert.Skip(reason);
    }
}
