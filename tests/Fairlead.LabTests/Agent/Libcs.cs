using Fairlead.LabTests.Lab;

namespace Fairlead.LabTests.Agent;

/// <summary>What a libc's getaddrinfo made of a name (lab/resolve.c): "ok", "none", "again" or "fail", and the addresses in order.</summary>
public sealed record Resolved(string Code, IReadOnlyList<string> Addresses);

/// <summary>lab/resolve.c made with both libcs, run in any network namespace with any files.</summary>
public sealed class Libcs : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("fairlead-resolve").FullName;

    private Libcs()
    {
    }

    public static async Task<Libcs> BuildAsync()
    {
        var libcs = new Libcs();
        var source = Paths.Script("resolve.c");
        _ = (await Shell.RunAsync("gcc", "-O1", "-o", $"{libcs.folder}/glibc", source)).Text;
        _ = (await Shell.RunAsync("musl-gcc", "-static", "-O1", "-o", $"{libcs.folder}/musl", source)).Text;
        await File.WriteAllTextAsync($"{libcs.folder}/nsswitch.conf", "hosts: files dns\n");
        return libcs;
    }

    /// <param name="netns">Path of the namespace.</param>
    public async Task<Resolved> AskAsync(string netns, string libc, string hosts, string resolver, string name)
    {
        await File.WriteAllTextAsync($"{folder}/hosts", hosts);
        await File.WriteAllTextAsync($"{folder}/resolv.conf", resolver);
        var ran = await Shell.RunAsync("nsenter", $"--net={netns}", "unshare", "-m", "--propagation", "private", "sh", "-ec",
            "for f in hosts resolv.conf nsswitch.conf; do mount --bind $1/$f /etc/$f; done; exec $1/$2 $3", "sh", folder, libc, name);
        var words = ran.Text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        return new Resolved(words[0], [.. words[1..].Distinct()]);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
