using Fairlead.Agent;
using Fairlead.Facts;

namespace Fairlead.LabTests.Agent;

/// <summary>Files of a living process with a root of its own, whatever it made of them.</summary>
public sealed class FileTests : IDisposable
{
    private readonly List<string> roots = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_root_is_read_as_its_process_sees_it()
    {
        await using var own = await OwnNetns.MakeAsync();
        var folder = await RootAsync();
        await OwnNetns.RunAsync($"echo '192.0.2.9 db' >{folder}/etc/hosts; ln -s /run/resolv {folder}/etc/resolv.conf; mkdir {folder}/run; echo 'nameserver 192.0.2.2' >{folder}/run/resolv");
        var facts = await ReadAsync(own, own.Hold(own.Client, "chroot", folder, "/busybox", "sleep", "600"));
        Assert.Equal(("192.0.2.9 db\n", "nameserver 192.0.2.2\n", "none"), (facts.HostsFile.Value, facts.ResolverFile.Value, facts.Libc.Value));
    }

    [Fact]
    public async Task Without_files_a_libc_sees_empty_ones()
    {
        await using var own = await OwnNetns.MakeAsync();
        var facts = await ReadAsync(own, own.Hold(own.Client, "chroot", await RootAsync(), "/busybox", "sleep", "600"));
        Assert.Equal(("", ""), (facts.HostsFile.Value, facts.ResolverFile.Value));
    }

    [Fact]
    public async Task A_link_to_the_hosts_own_files_shows_nothing_of_them()
    {
        await using var own = await OwnNetns.MakeAsync();
        var folder = await RootAsync();
        await OwnNetns.RunAsync($"ln -s /etc/shadow {folder}/etc/hosts; ln -s /proc/1/environ {folder}/etc/resolv.conf");
        var facts = await ReadAsync(own, own.Hold(own.Client, "chroot", folder, "/busybox", "sleep", "600"));
        // links that lead nowhere within its root: for its libc there is no such file
        Assert.Equal(("", ""), (facts.HostsFile.Value, facts.ResolverFile.Value));
    }

    /// <summary>A file system whose server never answers holds whoever looks at it; the reading is given up.</summary>
    [Fact]
    public async Task A_file_system_that_never_answers_is_given_up()
    {
        Assert.SkipUnless(File.Exists("/dev/fuse"), "this kernel has no FUSE");
        await using var own = await OwnNetns.MakeAsync();
        var folder = await RootAsync();
        var pid = own.Hold(own.Client, "unshare", "-m", "--propagation", "private", "bash", "-ec",
            $"exec 3<>/dev/fuse; mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0 none {folder}/etc; exec chroot {folder} /busybox sleep 600");
        SpinWait.SpinUntil(() => File.ReadAllText($"/proc/{pid}/comm").Trim() == "busybox", TimeSpan.FromSeconds(20));
        var facts = await ReadAsync(own, pid);
        Assert.Equal((WhyNot.Timeout, WhyNot.Timeout), (facts.HostsFile.Missing?.Why, facts.ResolverFile.Missing?.Why));
        // and names are unknown then, nobody is asked
        await using var agent = new LocalAgent();
        var resolution = await agent.ResolveAsync(new NetnsRef(pid, null, "odd"), new ResolveRequest { Name = "db", HostsFile = facts.HostsFile, ResolverFile = facts.ResolverFile }, Cancel);
        Assert.Equal((Outcome.Unknown, 0), (resolution.Outcome, resolution.Asked.Length));
    }

    [Fact]
    public async Task Who_has_ended_has_no_files()
    {
        await using var own = await OwnNetns.MakeAsync();
        var facts = await ReadAsync(own, int.MaxValue - 1);
        Assert.Equal((WhyNot.Gone, WhyNot.Gone), (facts.HostsFile.Missing?.Why, facts.ResolverFile.Missing?.Why));
    }

    public void Dispose() => roots.ForEach(r => Directory.Delete(r, recursive: true));

    private async Task<string> RootAsync()
    {
        var folder = Directory.CreateTempSubdirectory("fairlead-root").FullName;
        roots.Add(folder);
        await OwnNetns.RunAsync($"chmod 755 {folder}; mkdir {folder}/etc; cp /bin/busybox {folder}/busybox");
        return folder;
    }

    private static async Task<NetnsFacts> ReadAsync(OwnNetns own, int pid)
    {
        await using var agent = new LocalAgent();
        return await agent.ReadAsync(new NetnsRef(pid, null, "odd"), ReadWhat.Files, Cancel);
    }
}
