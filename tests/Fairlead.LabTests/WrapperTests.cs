using Fairlead.LabTests.Lab;

namespace Fairlead.LabTests;

/// <summary>
/// ./fairlead, the script of a clone, in a clone of its own with a binary, a dotnet and an apt-get that only note how they were called.
/// </summary>
public sealed class WrapperTests : IDisposable
{
    private readonly string clone = Directory.CreateTempSubdirectory("fairlead wrapper ").FullName;

    public WrapperTests()
    {
        File.Copy(Path.Combine(Paths.Repository, "fairlead"), Wrapper);
        foreach (var folder in (string[])["src/Fairlead.Cli", "docs/causes", "bin"]) Directory.CreateDirectory(Path.Combine(clone, folder));
        File.WriteAllText(Path.Combine(clone, "src/Fairlead.Cli/Fairlead.Cli.csproj"), "<Project/>");
        File.WriteAllText(Path.Combine(clone, "src/Fairlead.Cli/Entry.cs"), "");
        File.SetUnixFileMode(clone, (UnixFileMode)0b111_101_101);
    }

    private string Wrapper => Path.Combine(clone, "fairlead");

    public void Dispose() => Directory.Delete(clone, recursive: true);

    [Fact]
    public async Task A_current_binary_is_become_without_starting_anything_else()
    {
        Built("echo \"$0\" \"$#\" \"$3\"; exit 7");
        // With no PATH nothing but the shell's own words can run before the binary does.
        var ran = await Shell.RunAsync("/usr/bin/env", ["-i", "PATH=", "/bin/sh", Wrapper, "why", "a b", "$(id)"], null);
        Assert.Equal((7, $"{clone}/out/fairlead 3 $(id)\n", ""), (ran.Exit, ran.Stdout, ran.Stderr));
    }

    [Theory, InlineData("cd / && exec \"$1/fairlead\" x"), InlineData("cd \"$1/src\" && exec ../fairlead x"), InlineData("cd \"$1\" && exec sh fairlead x")]
    [InlineData("ln -s \"$1/fairlead\" \"$1/bin/fl\" && cd / && exec \"$1/bin/fl\" x"), InlineData("cd \"$1/bin\" && ln -s ../fairlead fl && PATH=$PWD:$PATH && cd / && exec fl x")]
    public async Task It_is_found_from_anywhere(string script)
    {
        Built("echo ran \"$1\"");
        Assert.Equal("ran x\n", (await Shell.RunAsync("sh", "-ec", script, "sh", clone)).Text);
    }

    [Fact]
    public async Task A_newer_source_is_built_once()
    {
        Built("echo old");
        Tools();
        File.SetLastWriteTimeUtc(Path.Combine(clone, "src/Fairlead.Cli/Entry.cs"), DateTime.UtcNow.AddSeconds(-5));
        var first = await Run("x");
        Assert.Equal((0, "new x\n"), (first.Exit, first.Stdout));
        Assert.Contains("building once", first.Stderr, StringComparison.Ordinal);
        var second = await Run("x");
        Assert.Equal((0, "new x\n", ""), (second.Exit, second.Stdout, second.Stderr));
        Assert.Single(Calls(), c => c.StartsWith("dotnet publish", StringComparison.Ordinal));
        Assert.Equal((0, ""), ((await Run("--build-only")).Exit, (await Run("--build-only")).Stdout));
    }

    [Fact]
    public async Task A_file_put_among_the_sources_is_seen_at_every_start_and_an_edit_in_place_when_asked_to_build()
    {
        Directory.CreateDirectory(Path.Combine(clone, "src/Fairlead.Cli/Rendering"));
        Tools();
        Assert.Equal("new x\n", (await Run("x")).Stdout);
        Age("src", -60);
        File.WriteAllText(Path.Combine(clone, "src/Fairlead.Cli/Rendering/Layout.cs"), "");
        Age("src/Fairlead.Cli/Rendering", 60);
        Assert.Contains("building once", (await Run("x")).Stderr, StringComparison.Ordinal);
        Age("src", -60);
        File.SetLastWriteTimeUtc(Path.Combine(clone, "src/Fairlead.Cli/Rendering/Layout.cs"), DateTime.UtcNow.AddSeconds(60));
        Assert.Equal("", (await Run("x")).Stderr);
        Assert.Contains("building once", (await Run("--build-only")).Stderr, StringComparison.Ordinal);
    }

    private void Age(string folder, int seconds)
    {
        var time = DateTime.UtcNow.AddSeconds(seconds);
        foreach (var path in Directory.GetFileSystemEntries(Path.Combine(clone, folder), "*", SearchOption.AllDirectories).Append(Path.Combine(clone, folder)))
            File.SetLastWriteTimeUtc(path, time);
    }

    [Fact]
    public async Task Two_at_once_build_once()
    {
        Tools(slow: true);
        var both = await Task.WhenAll(Run("1"), Run("2"));
        Assert.Equal(["new 1\n", "new 2\n"], both.Select(r => r.Stdout));
        Assert.Single(Calls(), c => c.StartsWith("dotnet publish", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_build_that_fails_says_so_and_answers_nothing()
    {
        Tools(fails: true);
        var ran = await Run("x");
        Assert.Equal((3, ""), (ran.Exit, ran.Stdout));
        Assert.Contains("error CS0000", ran.Stderr, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(clone, "out/fairlead")));
    }

    [Fact]
    public async Task What_the_build_lacks_is_installed_by_root_and_named_to_others()
    {
        Tools(sdk: false);
        var root = await Run("x");
        Assert.Equal((0, "new x\n"), (root.Exit, root.Stdout));
        Assert.Contains(Calls(), c => c.StartsWith("apt-get install", StringComparison.Ordinal) && c.Contains("dotnet-sdk-10.0", StringComparison.Ordinal));

        Directory.Delete(Path.Combine(clone, "out"), recursive: true);
        File.Delete(Path.Combine(clone, "calls"));
        File.Delete(Path.Combine(clone, "calls.sdk"));
        await Shell.RunAsync("chmod", "-R", "a+rwX", clone);
        var user = await Run("x", asUser: true);
        Assert.Equal((3, ""), (user.Exit, user.Stdout));
        Assert.Contains("dotnet-sdk-10.0", user.Stderr, StringComparison.Ordinal);
        Assert.Contains("https://dotnet.microsoft.com", user.Stderr, StringComparison.Ordinal);
        Assert.DoesNotContain(Calls(), c => c.StartsWith("apt-get", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_package_that_cannot_be_installed_ends_in_one_line()
    {
        Tools(sdk: false, apt: "exit 100");
        var ran = await Run("x");
        Assert.Equal((3, ""), (ran.Exit, ran.Stdout));
        Assert.Contains("needs the .NET SDK 10", ran.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_cannot_write_runs_what_there_is_and_builds_nothing()
    {
        Tools();
        var none = await Run("x", asUser: true);
        Assert.Equal((3, ""), (none.Exit, none.Stdout));
        Assert.Contains("--build-only", none.Stderr, StringComparison.Ordinal);
        Built("echo old \"$1\"");
        File.SetLastWriteTimeUtc(Path.Combine(clone, "src/Fairlead.Cli/Entry.cs"), DateTime.UtcNow.AddMinutes(5));
        var old = await Run("x", asUser: true);
        Assert.Equal((0, "old x\n", ""), (old.Exit, old.Stdout, old.Stderr));
        Assert.Empty(Calls());
    }

    private void Built(string script)
    {
        var past = DateTime.UtcNow.AddHours(-1);
        foreach (var file in Directory.GetFiles(Path.Combine(clone, "src"), "*", SearchOption.AllDirectories)) File.SetLastWriteTimeUtc(file, past);
        Directory.CreateDirectory(Path.Combine(clone, "out"));
        Script(Path.Combine(clone, "out/fairlead"), script);
        File.SetLastWriteTimeUtc(Path.Combine(clone, "out/fairlead"), past.AddMinutes(1));
    }

    private void Tools(bool sdk = true, bool fails = false, bool slow = false, string? apt = null)
    {
        var calls = Path.Combine(clone, "calls");
        Script(Path.Combine(clone, "bin/dotnet"), $$"""
            echo "dotnet $*" >>"{{calls}}"
            case $1 in
              --list-sdks) {{(sdk ? "echo '10.0.100 [/x]'" : $"[ -e '{calls}.sdk' ] && echo '10.0.100 [/x]'")}}; exit 0 ;;
            esac
            {{(slow ? "sleep 1" : "")}}
            {{(fails ? "echo 'A.cs(1,1): error CS0000: no'; exit 1" : "")}}
            while [ "$1" != -o ]; do shift; done
            mkdir -p "$2"; printf '#!/bin/sh\necho new "$1"\n' >"$2/fairlead"; chmod 755 "$2/fairlead"
            """);
        Script(Path.Combine(clone, "bin/apt-get"), $"echo \"apt-get $*\" >>\"{calls}\"\n{apt ?? $"touch '{calls}.sdk'"}");
    }

    private IReadOnlyList<string> Calls() => File.Exists(Path.Combine(clone, "calls")) ? File.ReadAllLines(Path.Combine(clone, "calls")) : [];

    private Task<Ran> Run(string argument, bool asUser = false)
    {
        string[] user = asUser ? ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"] : [];
        return Shell.RunAsync("env", [.. user, Wrapper, argument],
            new Dictionary<string, string> { ["PATH"] = $"{clone}/bin:{Environment.GetEnvironmentVariable("PATH")}" });
    }

    private static void Script(string file, string text)
    {
        File.WriteAllText(file, "#!/bin/sh\n" + text + "\n");
        File.SetUnixFileMode(file, (UnixFileMode)0b111_101_101);
    }
}
