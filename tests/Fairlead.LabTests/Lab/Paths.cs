namespace Fairlead.LabTests.Lab;

/// <summary>Where the repository, the lab's scripts and its folders lie. All can be moved by the variables that the scripts read too.</summary>
public static class Paths
{
    public static string Repository { get; } = FindRepository();

    /// <summary>The folder of running hosts.</summary>
    public static string Lab { get; } = Variable("FAIRLEAD_LAB", "/tmp/fairlead-lab");

    public static string Engines { get; } = Variable("FAIRLEAD_ENGINES", "/var/tmp/fairlead-engines");

    /// <summary>The published binary that is tested.</summary>
    public static string Binary { get; } = Variable("FAIRLEAD_BIN", Path.Combine(Repository, "out", "fairlead"));

    /// <summary>What every script of the lab is told. A host belongs to this process, so that a later sweep knows whether it is orphaned.</summary>
    public static IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>
    {
        ["FAIRLEAD_LAB"] = Lab,
        ["FAIRLEAD_ENGINES"] = Engines,
        ["FAIRLEAD_LAB_OWNER"] = Variable("FAIRLEAD_LAB_OWNER", System.Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture)),
    };

    public static string Script(string name) => Path.Combine(Repository, "lab", name);

    private static string Variable(string name, string otherwise) =>
        System.Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : otherwise;

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Fairlead.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("Fairlead.slnx not found above " + AppContext.BaseDirectory);
    }
}
