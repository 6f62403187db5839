namespace Fairlead.Tests.Docs;

/// <summary>The clone that the tests were built in, and its files.</summary>
internal static class Repository
{
    /// <summary>With FAIRLEAD_WRITE_DOCS=1 what is generated is written instead of compared.</summary>
    public static bool Writes => Environment.GetEnvironmentVariable("FAIRLEAD_WRITE_DOCS") == "1";

    public const string HowToWrite =
        "write it anew: FAIRLEAD_WRITE_DOCS=1 tests/Fairlead.Tests/bin/Release/net10.0/Fairlead.Tests -namespace Fairlead.Tests.Docs";

    public static string Root { get; } = FindRoot();

    public static string At(string path) => Path.Combine(Root, path);

    /// <summary>Path from the root, with slashes.</summary>
    public static string Short(string file) => Path.GetRelativePath(Root, file).Replace('\\', '/');

    /// <summary>All pages: those at the top, and docs.</summary>
    public static IEnumerable<string> Pages => Directory.GetFiles(Root, "*.md").Concat(Files("docs", ".md"));

    /// <summary>Source files below a folder, what was built left out.</summary>
    public static IEnumerable<string> Files(string folder, params string[] endings) => Directory.EnumerateFiles(At(folder), "*", SearchOption.AllDirectories)
        .Where(f => !f.Contains("/bin/", StringComparison.Ordinal) && !f.Contains("/obj/", StringComparison.Ordinal))
        .Where(f => endings.Length == 0 || endings.Any(e => f.EndsWith(e, StringComparison.Ordinal))).Order(StringComparer.Ordinal);

    public static string Text(string file) => File.ReadAllText(file).ReplaceLineEndings("\n");

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Fairlead.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("Fairlead.slnx not found above " + AppContext.BaseDirectory);
    }
}
