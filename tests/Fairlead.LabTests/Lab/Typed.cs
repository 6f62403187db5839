namespace Fairlead.LabTests.Lab;

/// <summary>Commands that Fairlead printed, typed into a POSIX shell on the engine's host as root.</summary>
public static class Typed
{
    public static async Task<Ran> AsRootAsync(LabHost host, IEnumerable<string> commands)
    {
        var tools = Path.Combine(host.Folder, "tools");
        if (!Directory.Exists(tools))
        {
            Directory.CreateDirectory(tools);
            // Debian 12's nft crashes on native tables of Engine 29: a person there has a newer one.
            var folder = Path.Combine(Paths.Engines, "28");
            var nft = Path.Combine(tools, "nft");
            await File.WriteAllTextAsync(nft, $"#!/bin/sh\nexec {folder}/lib64/ld-linux-x86-64.so.2 --library-path {folder}/usr/lib/x86_64-linux-gnu {folder}/usr/sbin/nft \"$@\"\n");
            File.SetUnixFileMode(nft, (UnixFileMode)0b111_101_101);
        }
        var environment = new Dictionary<string, string>(Paths.Environment)
        {
            ["DOCKER_HOST"] = host.DockerHost,
            ["PATH"] = tools + ":" + Environment.GetEnvironmentVariable("PATH"),
        };
        return await Shell.RunAsync("nsenter", ["--net=/run/netns/" + host.Name, "sh", "-ec", string.Join('\n', commands)], environment);
    }
}
