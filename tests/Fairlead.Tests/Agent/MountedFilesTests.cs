using System.Diagnostics;
using Fairlead.Agent.Files;
using Fairlead.Facts;
using Xunit;

namespace Fairlead.Tests.Agent;

/// <summary>Whatever lies in a mounted directory: small regular files by their names, in bounded time, and nothing from outside.</summary>
public sealed class MountedFilesTests : IDisposable
{
    private readonly DirectoryInfo outside = Directory.CreateTempSubdirectory("fairlead-mounts");
    private readonly string mount;

    public MountedFilesTests()
    {
        mount = Path.Combine(outside.FullName, "mount");
        Directory.CreateDirectory(mount);
        File.WriteAllText(Path.Combine(outside.FullName, "secret.conf"), "secret of the host");
    }

    public void Dispose() => outside.Delete(recursive: true);

    public static TheoryData<bool> Ways => [false, true];

    [Theory, MemberData(nameof(Ways))]
    public void Files_of_wanted_names_are_read_down_to_a_depth(bool without)
    {
        Write("a.conf", "one");
        Write("nginx/conf.d/b.conf", "two");
        Write("1/2/3/c.conf", "three");
        Write("1/2/3/4/d.conf", "too deep");
        Write("data.bin", "not asked for");
        Write(".git/e.conf", "hidden");
        Write("node_modules/f.conf", "of others");
        Write("zero.conf", "a\0b");
        Assert.Equal(["a.conf one", "nginx/conf.d/b.conf two", "1/2/3/c.conf three"], Told(Read(without)));
    }

    [Theory, MemberData(nameof(Ways))]
    public void A_mounted_file_is_read_itself(bool without)
    {
        Write("a.json", "{}");
        Assert.Equal([" {}"], Told(Read(without, Path.Combine(mount, "a.json"))));
    }

    [Theory, MemberData(nameof(Ways))]
    public void Links_lead_nowhere_and_what_is_no_file_is_passed_over(bool without)
    {
        File.CreateSymbolicLink(Path.Combine(mount, "link.conf"), "../secret.conf");
        File.CreateSymbolicLink(Path.Combine(mount, "absolute.conf"), Path.Combine(outside.FullName, "secret.conf"));
        File.CreateSymbolicLink(Path.Combine(mount, "environ.conf"), "/proc/self/environ");
        Directory.CreateSymbolicLink(Path.Combine(mount, "up"), "..");
        Directory.CreateSymbolicLink(Path.Combine(mount, "loop"), ".");
        Process.Start("mkfifo", Path.Combine(mount, "fifo.conf"))!.WaitForExit();
        Directory.CreateDirectory(Path.Combine(mount, "folder.conf"));
        Assert.Empty(Told(Read(without)));
    }

    [Fact]
    public void A_sparse_file_of_gigabytes_is_not_read_and_that_is_said()
    {
        Write("a.conf", "one");
        using (var big = File.Create(Path.Combine(mount, "big.conf")))
            big.SetLength(2L << 30);
        var read = Read(false);
        Assert.Equal(["a.conf one"], Told(read));
        Assert.Equal(WhyNot.TooBig, read.Missing?.Why);
    }

    [Fact]
    public void More_files_than_are_looked_at_are_left_and_that_is_said()
    {
        for (var i = 0; i < MountedFiles.MostFiles + 20; i++)
            Write($"{i:d4}.conf", "x");
        var read = Read(false);
        Assert.Equal(MountedFiles.MostFiles, read.Files.Length);
        Assert.Equal((Readings.ConfigFile, WhyNot.TooBig), (read.Missing?.What, read.Missing?.Why));
    }

    [Fact]
    public void A_mount_that_is_not_there_is_said() =>
        Assert.Equal((Readings.ConfigFile, WhyNot.Gone), (Read(false, Path.Combine(mount, "nowhere")).Missing?.What, Read(false, Path.Combine(mount, "nowhere")).Missing?.Why));

    private MountedRead Read(bool without, string? source = null)
    {
        ContainerFile.WithoutOpenat2 = without;
        try
        {
            return MountedFiles.Read(0, [source ?? mount], n => n.EndsWith(".conf", StringComparison.Ordinal), "web")[0];
        }
        finally
        {
            ContainerFile.WithoutOpenat2 = false;
        }
    }

    private static IEnumerable<string> Told(MountedRead read) => read.Files.Select(f => $"{f.Path} {f.Text}");

    private void Write(string path, string text)
    {
        var full = Path.Combine(mount, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }
}
