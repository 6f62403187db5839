using System.Globalization;

namespace Fairlead.LabTests.Lab;

/// <summary>
/// lab/relay.js between Fairlead and a real engine, started in the engine's host, so that whoever listens there is taken for the engine. It notes
/// each request, and can go away or fall silent after so many bytes of the engine's.
/// </summary>
public sealed class Relay : IAsyncDisposable
{
    private readonly string _pid, _log;

    private Relay(LabHost host, string pid, string path, string log)
    {
        (_pid, _log) = (pid, log);
        Host = host;
        DockerHost = "unix://" + path;
    }

    public LabHost Host { get; }
    public string DockerHost { get; }

    /// <summary>The requests so far: <c>GET /containers/json?all=1</c>.</summary>
    public IReadOnlyList<string> Requests => [.. File.ReadLines(_log).Where(l => !l.StartsWith("total ", StringComparison.Ordinal))];

    /// <param name="option">"", "cut=BYTES" or "hang=BYTES".</param>
    public static async Task<Relay> StartAsync(LabHost host, string option = "")
    {
        var path = Path.Combine(host.Folder, "relay.sock");
        var log = Path.Combine(host.Folder, "relay.log");
        File.Delete(path);
        File.Delete(log);
        List<string> command = ["service", host.Name, "node", Paths.Script("relay.js"), path, Path.Combine(host.Folder, "docker.sock"), log];
        if (option.Length > 0)
            command.Add(option);
        var pid = (await Shell.RunAsync(Paths.Script("lab"), [.. command])).Text.Trim();
        while (!File.Exists(log))
            await Task.Delay(10, TestContext.Current.CancellationToken);
        return new Relay(host, pid, path, log);
    }

    /// <summary>Ends it; how many bytes the engine had sent.</summary>
    public async Task<int> EndAsync()
    {
        await Shell.RunAsync("kill", _pid);
        while (true)
        {
            if (File.ReadLines(_log).LastOrDefault() is { } last && last.StartsWith("total ", StringComparison.Ordinal))
                return int.Parse(last["total ".Length..], CultureInfo.InvariantCulture);
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync() => await Shell.RunAsync("kill", _pid);
}
