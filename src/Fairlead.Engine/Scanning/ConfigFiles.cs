using System.Collections.Immutable;
using System.Text.Json;
using Fairlead.Agent.Files;
using Fairlead.Engine.Capture;
using Fairlead.Engine.Client;
using Fairlead.Facts;
using Fairlead.Model.Leads;

namespace Fairlead.Engine.Scanning;

/// <summary>
/// Small configuration files that are mounted into a container (SAFETY 4 and 5). As root by file on the engine's host; else a single mounted file
/// comes through the engine, a directory does not (the engine would pack all of it). Texts are looked at for addresses and dropped.
/// </summary>
internal static class ConfigFiles
{
    // Whose files are the host's own: monitors and panels mount them whole, and no address in them is that container's.
    private static readonly ImmutableArray<string> Hosts = ["/proc", "/sys", "/dev", "/run", "/var/run", "/lib", "/boot", "/usr", "/var/lib/docker/containers", "/var/log", "/tmp/.X11-unix"];
    private static readonly ImmutableArray<string> HostsAlone = ["/", "/etc", "/home", "/root", "/var", "/var/lib", "/var/lib/docker", "/opt", "/srv", "/mnt", "/media", "/tmp"];

    private const int MostMounts = 32;

    /// <summary>Files by their place inside the container; what was left out is noted.</summary>
    public static async Task<ImmutableArray<(string Path, string Text)>> OfAsync(HostCapture capture, JsonElement inspect, CancellationToken cancel)
    {
        var mounts = inspect.Items("Mounts").Where(m => m.Text("Type") is "bind" or "volume").Select(m => (Source: m.Text("Source"), Place: m.Text("Destination")))
            .Where(m => m.Source.StartsWith('/') && m.Place.StartsWith('/') && Theirs(m.Source)).OrderBy(m => m.Place, StringComparer.Ordinal).Take(MostMounts).ToArray();
        if (mounts.Length == 0)
            return [];
        var name = SourceFinder.NameOf(inspect);
        return capture.Session.IsRoot
            ? ByFile(capture, mounts, name)
            : await ThroughEngineAsync(capture, inspect.Text("Id"), mounts, name, cancel);
    }

    /// <summary>Whether a mount's place on the host holds what is the container's.</summary>
    internal static bool Theirs(string source)
    {
        var path = source.Length > 1 ? source.TrimEnd('/') : source;
        return !HostsAlone.Contains(path) && !Hosts.Any(h => path == h || path.StartsWith(h + "/", StringComparison.Ordinal));
    }

    private static ImmutableArray<(string, string)> ByFile(HostCapture capture, (string Source, string Place)[] mounts, string name)
    {
        var wanted = mounts.Where(m => !LooksLikeAFile(m.Place) || FileLeads.IsConfiguration(m.Place)).ToArray();
        var found = ImmutableArray.CreateBuilder<(string, string)>();
        var read = MountedFiles.Read(capture.Session.Process.Pid, [.. wanted.Select(m => m.Source)], FileLeads.IsConfiguration, name);
        for (var i = 0; i < read.Length; i++)
        {
            if (read[i].Missing is { } missing)
                capture.Note(missing);
            foreach (var file in read[i].Files.Where(f => f.Path.Length > 0 || FileLeads.IsConfiguration(wanted[i].Place)))
                found.Add((file.Path.Length == 0 ? wanted[i].Place : $"{wanted[i].Place.TrimEnd('/')}/{file.Path}", file.Text));
        }
        return found.ToImmutable();
    }

    private static async Task<ImmutableArray<(string, string)>> ThroughEngineAsync(HostCapture capture, string id, (string Source, string Place)[] mounts, string name, CancellationToken cancel)
    {
        var found = ImmutableArray.CreateBuilder<(string, string)>();
        foreach (var (_, place) in mounts)
        {
            if (!LooksLikeAFile(place))
                capture.Note(new NotRead(Readings.ConfigFile, name, WhyNot.NotPermitted, "root", []));
            else if (FileLeads.IsConfiguration(place) && await capture.Client.FileAsync(id, place, MountedFiles.Largest, cancel) is { } text)
                found.Add((place, text));
        }
        return found.ToImmutable();
    }

    private static bool LooksLikeAFile(string place) => Path.GetExtension(place).Length > 0 && !place.EndsWith(".d", StringComparison.Ordinal);
}
