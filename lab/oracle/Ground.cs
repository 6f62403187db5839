using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Fairlead.Agent;
using Fairlead.Facts;

namespace Fairlead.Oracle;

/// <summary>
/// Three network namespaces: a client, a server, and between them a router (or bridge) that has the rules. Client and server have no addresses: packets are
/// put on their wires as they are wanted, and nobody answers by himself. Names begin with "fl-oracle" and the owner's pid.
/// </summary>
public sealed class Ground : IDisposable
{
    public const string EndTable = "fl-oracle-end", Bridge = "br0", ToClient = "rc", ToServer = "rs";
    private const string Prefix = "fl-oracle";

    private readonly string name;

    public Ground(int number, bool bridged, string program)
    {
        name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}x{number}");
        Bridged = bridged;
        try
        {
            Run("sh", ["-ec", Script()]);
            Wire = new Wire(program, this);
            AwaitLinks();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public bool Bridged { get; }
    public string Client => name + "c";
    public string Server => name + "s";
    public string Router => name + "r";
    public Wire Wire { get; } = null!;

    public static bool IsLocal(string address) => address.StartsWith("203.0.113.", StringComparison.Ordinal) || address.StartsWith("2001:db8:3:", StringComparison.Ordinal);

    /// <summary>Runs a script in the router; what it complained of, or null.</summary>
    public string? Load(string script)
    {
        var (exit, text) = Try("nsenter", [$"--net=/run/netns/{Router}", "sh"], script);
        return exit == 0 ? null : text;
    }

    /// <summary>What the agent reads of the router.</summary>
    public NetnsFacts Read(ReadWhat what)
    {
        var agent = new LocalAgent();
        try
        {
            return agent.ReadAsync(new NetnsRef(Wire.Pid, null, "host"), what, CancellationToken.None).GetAwaiter().GetResult();
        }
        finally
        {
            agent.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    public void Dispose()
    {
        Wire?.Dispose();
        foreach (var netns in new[] { Client, Server, Router }) Try("ip", ["netns", "del", netns]);
    }

    /// <summary>Removes what a killed run left.</summary>
    public static void Sweep()
    {
        foreach (var path in Directory.Exists("/run/netns") ? Directory.GetFiles("/run/netns", Prefix + "*x*") : [])
        {
            var left = Path.GetFileName(path);
            var owner = left[Prefix.Length..left.IndexOf('x', Prefix.Length)];
            if (int.TryParse(owner, NumberStyles.None, CultureInfo.InvariantCulture, out _) && !Directory.Exists("/proc/" + owner)) Try("ip", ["netns", "del", left]);
        }
    }

    public static string Run(string program, IEnumerable<string> arguments)
    {
        var (exit, text) = Try(program, arguments);
        return exit == 0 ? text : throw new InvalidOperationException($"{program}: exit {exit}: {text}");
    }

    private static (int Exit, string Text) Try(string program, IEnumerable<string> arguments, string input = "")
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true })!;
        var error = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, text + error.GetAwaiter().GetResult());
    }

    // A link, and a bridge's port, come up some time after they are told to.
    private void AwaitLinks()
    {
        foreach (var (source, destination) in new[] { ("192.0.2.9", Bridged ? "192.0.2.8" : "198.51.100.8"), ("2001:db8:1::9", Bridged ? "2001:db8:1::8" : "2001:db8:2::8") })
        {
            var probe = new Flow { Protocol = 17, Source = source, Destination = destination, SourcePort = 9, DestinationPort = 9 };
            for (var tries = 0; !Wire.Send(probe, Bridged).Frames.Any(f => f.At == Side.Server) && !Wire.More(20).Frames.Any(f => f.At == Side.Server); tries++)
            {
                if (tries == 200) throw new InvalidOperationException("no packet goes from the client to the server");
            }
        }
    }

    // No neighbours are asked for on these links: every frame goes out as it is.
    private string Script() => $"""
        ip netns add {Client}; ip netns add {Server}; ip netns add {Router}
        for n in {Client} {Server}; do nsenter --net=/run/netns/$n sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1; done
        nsenter --net=/run/netns/{Router} sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 net.ipv6.conf.default.forwarding=1 \
          net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0 \
          net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
        nsenter --net=/run/netns/{Router} sysctl -qw net.ipv4.icmp_msgs_per_sec=100000 2>/dev/null || true
        ip link add c0 netns {Client} address {Mac(Flow.ClientMac)} type veth peer name {ToClient} netns {Router} address {Mac(Flow.RouterMac)}
        ip link add s0 netns {Server} address {Mac(Flow.ServerMac)} type veth peer name {ToServer} netns {Router} address {Mac(Flow.RouterServerMac)}
        ip link add beside netns {Client} type veth peer name beside netns {Server}
        for n in {Client} {Server} {Router}; do ip -n $n link set lo up; done
        ip -n {Client} link set c0 up; ip -n {Server} link set s0 up; ip -n {Client} link set beside up; ip -n {Server} link set beside up
        {(Bridged ? BridgeScript : RouterScript)}
        ip -n {Router} route add local 203.0.113.0/24 dev lo; ip -n {Router} -6 route add local 2001:db8:3::/64 dev lo
        """;

    private string BridgeScript => $"""
        ip -n {Router} link add {Bridge} address {Mac(Flow.RouterMac)} type bridge
        ip -n {Router} link set {ToClient} address 02:00:00:00:00:21; ip -n {Router} link set {ToServer} address 02:00:00:00:00:22
        ip -n {Router} link set {Bridge} up; ip -n {Router} link set {ToClient} master {Bridge} up; ip -n {Router} link set {ToServer} master {Bridge} up
        ip -n {Router} addr add 192.0.2.1/24 dev {Bridge}; ip -n {Router} addr add 2001:db8:1::1/64 dev {Bridge} nodad
        for i in $(seq 10 99) $(seq 100 130) $(seq 190 255); do m={Mac(Flow.ClientMac)}; [ $i -gt 98 ] && m={Mac(Flow.ServerMac)}; echo neigh replace 192.0.2.$i lladdr $m dev {Bridge} nud permanent
          printf "neigh replace 2001:db8:1::%x lladdr $m dev {Bridge} nud permanent\n" $i; done | ip -n {Router} -batch -
        for i in e f; do ip -n {Router} neigh replace 2001:db8:1::ff:fe00:$i lladdr {Mac(Flow.ClientMac)} dev {Bridge} nud permanent; done
        nsenter --net=/run/netns/{Router} sysctl -qw net.bridge.bridge-nf-call-iptables=1 net.bridge.bridge-nf-call-ip6tables=1
        """;

    private string RouterScript => $"""
        ip -n {Router} link set {ToClient} arp off up; ip -n {Router} link set {ToServer} arp off up
        ip -n {Router} addr add 192.0.2.1/24 dev {ToClient}; ip -n {Router} addr add 198.51.100.1/24 dev {ToServer}
        ip -n {Router} addr add 2001:db8:1::1/64 dev {ToClient} nodad; ip -n {Router} addr add 2001:db8:2::1/64 dev {ToServer} nodad
        """;

    private static string Mac(string hex) => string.Join(':', Enumerable.Range(0, 6).Select(i => hex.Substring(i * 2, 2)));
}
