using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Fairlead.Agent.Namespaces;
using Fairlead.Agent.Native;
using Fairlead.Facts;
using Fairlead.LabTests.Lab;

namespace Fairlead.LabTests.Agent;

/// <summary>
/// Two network namespaces of our own, a client and a server, joined by a veth pair: 192.0.2.1 and .2, 2001:db8:1::1 and ::2. No engine, no model.
/// </summary>
public sealed class OwnNetns : IAsyncDisposable
{
    public const string Client4 = "192.0.2.1", Server4 = "192.0.2.2", Client6 = "2001:db8:1::1", Server6 = "2001:db8:1::2";
    private static readonly Lazy<Task<string>> Witness = new(BuildWitnessAsync);
    private static int _count;

    private readonly List<Process> holders = [];
    private readonly List<Socket> sockets = [];
    private readonly CancellationTokenSource ended = new();

    private OwnNetns(string client, string server)
    {
        Client = client;
        Server = server;
    }

    /// <summary>Their names below /run/netns.</summary>
    public string Client { get; }
    public string Server { get; }

    /// <summary>The client's namespace as an agent is told of it.</summary>
    public NetnsRef ClientRef { get; private set; } = null!;

    public static async Task<OwnNetns> MakeAsync()
    {
        if (Environment.UserName != "root")
            Assert.Skip("network namespaces are made by root only");
        var name = $"fla{Environment.ProcessId}x{Interlocked.Increment(ref _count)}";
        var own = new OwnNetns(name + "c", name + "s");
        try
        {
            await own.BuildAsync();
            return own;
        }
        catch
        {
            await own.DisposeAsync();
            throw;
        }
    }

    private async Task BuildAsync()
    {
        await SweepAsync();
        await RunAsync($"""
            ip netns add {Client}; ip netns add {Server}
            ip link add c0 netns {Client} type veth peer name s0 netns {Server}
            ip -n {Client} link set lo up; ip -n {Server} link set lo up
            ip -n {Client} addr add {Client4}/24 dev c0; ip -n {Client} addr add {Client6}/64 dev c0 nodad; ip -n {Client} link set c0 up
            ip -n {Server} addr add {Server4}/24 dev s0; ip -n {Server} addr add {Server6}/64 dev s0 nodad; ip -n {Server} link set s0 up
            """);
        // rate limits of ICMP are the kernel's business, not the dialler's
        await InServerAsync("sysctl -qw net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0");
        ClientRef = new NetnsRef(Hold(Client), null, "client");
    }

    /// <summary>Shell commands in the client's namespace.</summary>
    public Task<string> InClientAsync(string script) => InAsync(Client, script);

    /// <summary>Shell commands in the server's namespace.</summary>
    public Task<string> InServerAsync(string script) => InAsync(Server, script);

    /// <summary>Shell commands that must succeed.</summary>
    public static async Task<string> RunAsync(string script) => (await Shell.RunAsync("sh", "-ec", script)).Text;

    public static async Task<string> InAsync(string netns, string script) => (await Shell.RunAsync("nsenter", $"--net=/run/netns/{netns}", "sh", "-ec", script)).Text;

    /// <summary>A process that does nothing in that namespace; its pid.</summary>
    public int Hold(string netns, params string[] command)
    {
        string[] what = command.Length > 0 ? command : ["sleep", "3600"];
        var process = Process.Start(new ProcessStartInfo("nsenter", [$"--net=/run/netns/{netns}", "sh", "-c", "exec \"$@\" >/dev/null 2>&1", "sh", .. what]) { RedirectStandardInput = true })!;
        holders.Add(process);
        // nsenter becomes the shell and that the command by exec: the pid stays
        SpinWait.SpinUntil(() => process.HasExited || File.ReadAllText($"/proc/{process.Id}/comm").Trim() is not ("nsenter" or "sh" or "chroot"), TimeSpan.FromSeconds(20));
        return process.Id;
    }

    /// <summary>What comes of the lab's own dial (lab/dial.c), which shares no code with the agent.</summary>
    public async Task<Dialled> WitnessAsync(string address, int port, string scheme = "tcp", int limitMs = 4000)
    {
        var program = await Witness.Value;
        var ran = await Shell.RunAsync("nsenter", $"--net=/run/netns/{Client}", program, address, $"{port}", scheme, "/", $"{limitMs}");
        using var json = JsonDocument.Parse(ran.Text);
        var root = json.RootElement;
        return new Dialled(root.GetProperty("outcome").GetString()!, root.GetProperty("errno").GetInt32(), root.GetProperty("address").GetString()!);
    }

    /// <summary>A TCP listener in the server's namespace that treats each connection so.</summary>
    public void Serve(int port, Func<Socket, CancellationToken, Task> treat) => Serve(Server, port, treat);

    public void Serve(string netns, int port, Func<Socket, CancellationToken, Task> treat)
    {
        var listener = Listener(netns, port, 128);
        _ = Task.Run(async () =>
        {
            while (!ended.IsCancellationRequested)
            {
                var connection = await listener.AcceptAsync(ended.Token);
                _ = Task.Run(async () =>
                {
                    using (connection)
                        await treat(connection, ended.Token);
                });
            }
        });
    }

    /// <summary>A listener that nobody accepts from.</summary>
    public Socket Listener(string netns, int port, int backlog)
    {
        var listener = Open(netns, AddressFamily.InterNetworkV6, SocketType.Stream);
        listener.DualMode = true;
        listener.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
        listener.Listen(backlog);
        return listener;
    }

    /// <summary>A UDP server of both families: what it answers to a datagram; null for nothing.</summary>
    public void ServeUdp(int port, Func<byte[], byte[]?> answer) => ServeUdp(Server, IPAddress.IPv6Any, port, answer);

    public void ServeUdp(string netns, IPAddress at, int port, Func<byte[], byte[]?> answer)
    {
        var socket = Open(netns, at.AddressFamily, SocketType.Dgram);
        if (at.Equals(IPAddress.IPv6Any))
            socket.DualMode = true;
        socket.Bind(new IPEndPoint(at, port));
        _ = Task.Run(async () =>
        {
            var buffer = new byte[65536];
            while (!ended.IsCancellationRequested)
            {
                var got = await socket.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(at.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0), ended.Token);
                if (answer(buffer[..got.ReceivedBytes]) is { } said)
                    await socket.SendToAsync(said, SocketFlags.None, got.RemoteEndPoint, ended.Token);
            }
        });
    }

    /// <summary>A socket made in a namespace and used from outside.</summary>
    public Socket Open(string netns, AddressFamily family, SocketType type)
    {
        using var there = SafeFd.Open(null, "/run/netns/" + netns, Libc.O_RDONLY, out var errno) ?? throw new IOException($"{netns}: {errno}");
        using var visit = new Visit();
        var number = visit.Socket(family == AddressFamily.InterNetwork ? Libc.AF_INET : Libc.AF_INET6, type == SocketType.Stream ? Libc.SOCK_STREAM : Libc.SOCK_DGRAM, 0);
        if (visit.Go(there) is var entered and not 0)
            throw new IOException($"setns: {entered}");
        using var file = visit.Take(number, out errno)!.ToFileHandle();
        var socket = new Socket(new SafeSocketHandle(file.DangerousGetHandle(), ownsHandle: true));
        file.SetHandleAsInvalid();
        lock (sockets)
            sockets.Add(socket);
        return socket;
    }

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        lock (sockets)
            sockets.ForEach(s => s.Dispose());
        foreach (var holder in holders)
        {
            if (!holder.HasExited)
                holder.Kill();
            holder.Dispose();
        }
        foreach (var name in new[] { Client, Server })
            await Shell.RunAsync("ip", "netns", "del", name);
        ended.Dispose();
    }

    /// <summary>Removes what a killed test run left.</summary>
    private static async Task SweepAsync()
    {
        if (!Directory.Exists("/run/netns"))
            return;
        foreach (var name in Directory.GetFiles("/run/netns", "fla*x*").Select(f => Path.GetFileName(f)!))
        {
            if (int.TryParse(name[3..name.IndexOf('x', StringComparison.Ordinal)], NumberStyles.None, CultureInfo.InvariantCulture, out var owner) && !Directory.Exists($"/proc/{owner}"))
                await Shell.RunAsync("ip", "netns", "del", name);
        }
    }

    private static async Task<string> BuildWitnessAsync()
    {
        Directory.CreateDirectory(Paths.Lab);
        var program = Path.Combine(Paths.Lab, $"dial-{Environment.ProcessId}");
        _ = (await Shell.RunAsync("gcc", "-O1", "-Wall", "-o", program, Paths.Script("dial.c"))).Text;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(program);
        return program;
    }
}
