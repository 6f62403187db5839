using Fairlead.Agent.Namespaces;
using Fairlead.Agent.Native;
using Fairlead.Facts;

namespace Fairlead.Agent.Files;

/// <summary>The files of one process that decide about names. A file system of the container's own making may never answer: then they are not read.</summary>
internal static class FileReader
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <param name="process">/proc/PID; null for our own root.</param>
    internal static NetnsFacts Read(NetnsFacts facts, SafeFd? process, string of)
    {
        // The thread has a descriptor of its own: when it is given up it may still be using it.
        var own = process is null ? null : SafeFd.Open(process, ".", Libc.O_PATH | Libc.O_DIRECTORY, out _);
        if (process is not null && own is null)
            return Missing(facts, Errnos.NotRead(Readings.HostsFile, of, Errnos.ESRCH, "open root"));
        NetnsFacts? result = null;
        var done = new TaskCompletionSource();
        new Thread(() =>
        {
            using (own)
                Volatile.Write(ref result, ReadHere(facts, own, of));
            done.SetResult();
        }, maxStackSize: 256 * 1024) { IsBackground = true, Name = "files" }.Start();
        return done.Task.Wait(Patience) ? Volatile.Read(ref result)! : Missing(facts, new NotRead(Readings.HostsFile, of, WhyNot.Timeout, null, [], "its file system does not answer"));
    }

    private static NetnsFacts ReadHere(NetnsFacts facts, SafeFd? process, string of)
    {
        using var root = ContainerFile.RootOf(process, out var errno);
        if (root is null)
            return Missing(facts, Errnos.NotRead(Readings.HostsFile, of, errno, "open root"));
        var read = facts with
        {
            HostsFile = ContainerFile.ReadIfThere(root, "etc/hosts", ContainerFile.SmallLimit, Readings.HostsFile, of),
            ResolverFile = ContainerFile.ReadIfThere(root, "etc/resolv.conf", ContainerFile.SmallLimit, Readings.Resolver, of),
            Libc = Reading.Of(LibcDetector.Detect(process, root)),
        };
        // A root outlives its process without its mounts: what is not there then proves nothing.
        using var still = ContainerFile.RootOf(process, out errno);
        return still is null ? Missing(facts, Errnos.NotRead(Readings.HostsFile, of, errno, "it ended while it was read")) : read;
    }

    private static NetnsFacts Missing(NetnsFacts facts, NotRead why) =>
        facts with { HostsFile = why, ResolverFile = why with { What = Readings.Resolver }, Libc = why with { What = Readings.Resolver } };
}
