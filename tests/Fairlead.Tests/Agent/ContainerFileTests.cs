using System.Diagnostics;
using System.Globalization;
using Fairlead.Agent.Files;
using Fairlead.Agent.Namespaces;
using Fairlead.Agent.Native;
using Fairlead.Facts;
using Xunit;

namespace Fairlead.Tests.Agent;

/// <summary>Whatever a container puts in place of its hosts file: bounded, without waiting, with a reason, and never anything from outside its root.</summary>
public sealed class ContainerFileTests : IDisposable
{
    private const string Secret = "secret of the host";
    private readonly DirectoryInfo outside = Directory.CreateTempSubdirectory("fairlead-files");
    private readonly string root;

    public ContainerFileTests()
    {
        root = Path.Combine(outside.FullName, "root");
        Directory.CreateDirectory(Path.Combine(root, "etc"));
        File.WriteAllText(Path.Combine(outside.FullName, "secret"), Secret);
    }

    public void Dispose() => outside.Delete(recursive: true);

    public static TheoryData<bool> Ways => [false, true];

    [Theory, MemberData(nameof(Ways))]
    public void A_file_is_read_as_it_is(bool without)
    {
        File.WriteAllText(Hosts, "127.0.0.1 localhost\n");
        Assert.Equal("127.0.0.1 localhost\n", Read(without).Value);
        File.WriteAllText(Hosts, "");
        Assert.Equal("", Read(without).Value);
    }

    [Theory, MemberData(nameof(Ways))]
    public void No_file_is_an_empty_file_for_a_libc_and_no_answer_for_others(bool without)
    {
        Assert.Equal(WhyNot.Gone, Read(without).Missing?.Why);
        using var at = Root();
        Assert.Equal("", ContainerFile.ReadIfThere(at, "etc/hosts", 100, Readings.HostsFile, "web").Value);
    }

    [Theory, MemberData(nameof(Ways))]
    public void A_fifo_is_not_waited_for(bool without)
    {
        Run("mkfifo", Hosts);
        Assert.Equal((WhyNot.Unsupported, "etc/hosts: not a regular file"), Why(Read(without)));
    }

    [Theory, MemberData(nameof(Ways))]
    public void A_folder_is_no_file(bool without)
    {
        Directory.CreateDirectory(Hosts);
        Assert.Equal(WhyNot.Unsupported, Read(without).Missing?.Why);
    }

    [Theory, MemberData(nameof(Ways))]
    public void A_device_is_not_opened(bool without)
    {
        Assert.SkipUnless(Environment.UserName == "root", "devices are made by root only");
        Run("mknod", Hosts, "c", "1", "5");     // /dev/zero
        Assert.Equal((WhyNot.Unsupported, "etc/hosts: not a regular file"), Why(Read(without)));
    }

    [Theory]
    [InlineData("../../secret"), InlineData("/secret"), InlineData("/proc/self/environ"), InlineData("/proc/1/environ"), InlineData("../../../../../../../../etc/shadow"), InlineData("hosts")]
    public void A_link_leads_nowhere_outside(string target)
    {
        File.CreateSymbolicLink(Hosts, target);
        foreach (var without in new[] { false, true })
        {
            var reading = Read(without);
            Assert.False(reading.IsKnown);
            Assert.DoesNotContain(Secret, $"{reading}", StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_link_within_the_root_is_followed_as_the_process_follows_it()
    {
        Directory.CreateDirectory(Path.Combine(root, "run"));
        File.WriteAllText(Path.Combine(root, "run/hosts"), "192.0.2.1 web\n");
        File.CreateSymbolicLink(Hosts, "/run/hosts");
        Assert.Equal("192.0.2.1 web\n", Read(without: false).Value);
        // by hand, without openat2, links cannot be followed safely
        Assert.Equal(WhyNot.Unsupported, Read(without: true).Missing?.Why);
    }

    [Theory, MemberData(nameof(Ways))]
    public void A_link_of_the_kernels_own_is_not_followed(bool without)
    {
        // an open file of this process, by its magic link, from a root that has /proc
        using var slash = SafeFd.Open(null, "/", Libc.O_PATH | Libc.O_DIRECTORY, out _)!;
        using var secret = File.OpenRead(Path.Combine(outside.FullName, "secret"));
        ContainerFile.WithoutOpenat2 = without;
        try
        {
            var reading = ContainerFile.Read(slash, $"proc/self/fd/{secret.SafeFileHandle.DangerousGetHandle().ToString(CultureInfo.InvariantCulture)}", 100, Readings.HostsFile, "web");
            Assert.False(reading.IsKnown);
            // nor a file that the kernel makes up
            Assert.Equal(WhyNot.Unsupported, ContainerFile.Read(slash, "proc/version", 100_000, Readings.HostsFile, "web").Missing?.Why);
        }
        finally
        {
            ContainerFile.WithoutOpenat2 = false;
        }
    }

    [Theory, MemberData(nameof(Ways))]
    public void A_huge_file_is_not_read(bool without)
    {
        using (var file = File.Create(Hosts))
            file.SetLength(2L << 30);
        Assert.Equal((WhyNot.TooBig, $"etc/hosts: {2L << 30} bytes"), Why(Read(without)));
        using (var file = File.OpenWrite(Hosts))
            file.SetLength(ContainerFile.SmallLimit);
        Assert.Equal(ContainerFile.SmallLimit, Read(without).Value?.Length);
        using (var file = File.OpenWrite(Hosts))
            file.SetLength(ContainerFile.SmallLimit + 1);
        Assert.Equal(WhyNot.TooBig, Read(without).Missing?.Why);
    }

    [Fact]
    public async Task A_file_replaced_while_it_is_read_is_one_or_the_other()
    {
        string a = new('a', 100_000), b = new('b', 50_000);
        File.WriteAllText(Hosts, a);
        using var stop = new CancellationTokenSource();
        var replacing = Task.Run(() =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                File.WriteAllText(Hosts + ".new", i % 2 == 0 ? b : a);
                File.Move(Hosts + ".new", Hosts, overwrite: true);
            }
        }, TestContext.Current.CancellationToken);
        for (var i = 0; i < 300; i++)
            Assert.True(Read(without: false).Or("changing") is { } text && (text == a || text == b || text == "changing"));
        await stop.CancelAsync();
        await replacing;
    }

    [Fact]
    public async Task A_file_written_over_while_it_is_read_is_never_half_of_one()
    {
        // as the engine rewrites a hosts file: in place
        string a = new('a', 200_000), b = new('b', 100_000);
        File.WriteAllText(Hosts, a);
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(() =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                File.WriteAllText(Hosts, i % 2 == 0 ? b : a);
                Thread.Yield();
            }
        }, TestContext.Current.CancellationToken);
        for (var i = 0; i < 300; i++)
        {
            var reading = Read(without: false);
            Assert.True(reading.Missing is null or { Why: WhyNot.Damaged });
            Assert.False(reading.Value is { } text && text.Contains('a', StringComparison.Ordinal) && text.Contains('b', StringComparison.Ordinal));
        }
        await stop.CancelAsync();
        await writing;
    }

    private string Hosts => Path.Combine(root, "etc/hosts");

    private SafeFd Root() => SafeFd.Open(null, root, Libc.O_PATH | Libc.O_DIRECTORY, out _)!;

    private Reading<string> Read(bool without)
    {
        using var at = Root();
        ContainerFile.WithoutOpenat2 = without;
        try
        {
            return ContainerFile.Read(at, "etc/hosts", ContainerFile.SmallLimit, Readings.HostsFile, "web");
        }
        finally
        {
            ContainerFile.WithoutOpenat2 = false;
        }
    }

    private static (string?, string?) Why(Reading<string> reading) => (reading.Missing?.Why, reading.Missing?.Detail);

    private static void Run(string program, params string[] args)
    {
        using var process = Process.Start(program, args);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
