using System.Globalization;
using System.Text.Json;

namespace Fairlead.LabTests.Lab;

/// <summary>
/// A host of the lab with a running engine: a network namespace with a LAN beside it (lab/lab). Its socket belongs to group 65533, so
/// that <see cref="FairleadBinary"/> can ask as a user who is in that group and nothing else.
/// </summary>
public sealed class LabHost : IAsyncDisposable
{
    private static int _count;

    private LabHost(string name, string generation, bool ours)
    {
        Name = name;
        Generation = generation;
        Ours = ours;
    }

    /// <summary>Also the name of its network namespace.</summary>
    public string Name { get; }
    public string Generation { get; }
    public string Folder => Path.Combine(Paths.Lab, Name);
    public string DockerHost => $"unix://{Folder}/docker.sock";
    public string Lan => Name + "lan";
    /// <summary>The host's address on its LAN.</summary>
    public string Address => File.ReadAllText(Path.Combine(Folder, "address")).Trim();
    private bool Ours { get; }

    /// <summary>Starts a host and its engine, with the busybox image in it.</summary>
    public static async Task<LabHost> StartAsync(string generation, params string[] engineFlags)
    {
        var host = new LabHost($"fl{generation}-{Environment.ProcessId}x{Interlocked.Increment(ref _count)}", generation, ours: true);
        try
        {
            _ = (await Shell.RunAsync(Paths.Script("lab"), "host", host.Name)).Text;
            _ = (await Shell.RunAsync(Paths.Script("lab"), ["engine", host.Name, generation, .. engineFlags], null)).Text;
            await host.LoadAsync("bb");
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>A host that a script of the lab has started (lab/evening --keep).</summary>
    public static LabHost Adopt(string name, string generation) => new(name, generation, ours: true);

    public async Task LoadAsync(params string[] images) =>
        _ = (await Shell.RunAsync(Paths.Script("images"), ["load", .. images], With("DOCKER_HOST", DockerHost))).Text;

    public async Task<string> DockerAsync(params string[] args) =>
        (await Shell.RunAsync("docker", args, With("DOCKER_HOST", DockerHost))).Text.TrimEnd();

    /// <summary>Waits (a minute at most) until the container's log holds the words.</summary>
    public async Task SaidAsync(string container, string words)
    {
        var log = "";
        for (var i = 0; i < 300; i++)
        {
            var ran = await Shell.RunAsync("docker", ["logs", container], With("DOCKER_HOST", DockerHost));
            log = ran.Stdout + ran.Stderr;
            if (log.Contains(words, StringComparison.Ordinal))
                return;
            await Task.Delay(200);
        }
        throw new InvalidOperationException($"{container} did not write «{words}»: {(log.Length > 800 ? log[^800..] : log)}");
    }

    /// <summary>A command in the host's network namespace.</summary>
    public Task<Ran> AtAsync(params string[] command) => Shell.RunAsync("nsenter", ["--net=/run/netns/" + Name, .. command], null);

    /// <summary>A command in the namespace of the LAN's router and neighbour.</summary>
    public Task<Ran> AtLanAsync(params string[] command) => Shell.RunAsync("nsenter", ["--net=/run/netns/" + Lan, .. command], null);

    /// <summary>Builds the scenario; what it expects on this generation.</summary>
    public async Task<Expected> BuildAsync(string scenario) => Expected.Parse((await SceneAsync("up", scenario)).Text);

    /// <summary>Changes the one thing that heals the scenario; what is expected then.</summary>
    public async Task<Expected> HealAsync(string scenario) => Expected.Parse((await SceneAsync("twin", scenario)).Text);

    /// <summary>Dials from the source with the lab's own witness, which shares no code with Fairlead.</summary>
    public async Task<Dialled> DialAsync(string source, string target)
    {
        using var json = JsonDocument.Parse((await SceneAsync("dial", source, target)).Text);
        var root = json.RootElement;
        return new Dialled(root.GetProperty("outcome").GetString()!, root.GetProperty("errno").GetInt32(), root.GetProperty("address").GetString()!);
    }

    /// <summary>A network by the API, which takes names that a command line would not.</summary>
    public async Task CreateNetworkAsync(string name) => _ = (await Shell.RunAsync("curl", "-sf", "--unix-socket", Path.Combine(Folder, "docker.sock"),
        "-H", "Content-Type: application/json", "-d", JsonSerializer.Serialize(new { Name = name }), "http://engine/networks/create")).Text;

    /// <summary>The host's own service listens on all addresses from now on.</summary>
    public async Task RebindAsync(string port) => _ = (await SceneAsync("rebind", port)).Text;

    public async Task CleanAsync() => _ = (await SceneAsync("clean")).Text;

    public async Task<int> PidOfAsync(string container) =>
        int.Parse(await DockerAsync("inspect", "-f", "{{.State.Pid}}", container), CultureInfo.InvariantCulture);

    /// <summary>The pid of the engine, whose namespace is the host's.</summary>
    public int EnginePid => int.Parse(File.ReadAllText(Path.Combine(Folder, "pid")).Trim(), CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        if (Ours)
            await Shell.RunAsync(Paths.Script("lab"), "down", Name);
    }

    private Task<Ran> SceneAsync(params string[] args) => Shell.RunAsync(Paths.Script("scene"), [Name, Generation, .. args], null);

    private static Dictionary<string, string> With(string name, string value) => new(Paths.Environment) { [name] = value };
}

/// <summary>What lab/dial.c saw. The outcome is in the contract's words, the errno Linux's (0: none).</summary>
public sealed record Dialled(string Outcome, int Errno, string Address);
