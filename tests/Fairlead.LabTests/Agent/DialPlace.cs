using System.Net.Sockets;
using System.Text;

namespace Fairlead.LabTests.Agent;

/// <summary>A client and a server on which every way of ending stands at a port or an address of its own.</summary>
public sealed class DialPlace : IAsyncLifetime
{
    public OwnNetns Own { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Own = await OwnNetns.MakeAsync();
        await Own.InServerAsync("""
            both() { iptables -w "$@"; ip6tables -w "$@"; }
            both -A INPUT -p tcp --dport 7002 -j DROP
            both -A INPUT -p tcp --dport 7003 -j REJECT --reject-with tcp-reset
            both -A INPUT -p udp --dport 8002 -j DROP
            n=4; for type in icmp-port-unreachable icmp-host-unreachable icmp-net-unreachable icmp-host-prohibited icmp-admin-prohibited icmp-net-prohibited icmp-proto-unreachable; do
              for p in tcp udp; do [ $p = tcp ] && port=$((7000+n)) || port=$((8000+n)); iptables -w -A INPUT -p $p --dport $port -j REJECT --reject-with $type; done; n=$((n+1))
            done
            n=4; for type in icmp6-port-unreachable icmp6-addr-unreachable icmp6-no-route icmp6-adm-prohibited; do
              for p in tcp udp; do [ $p = tcp ] && port=$((7000+n)) || port=$((8000+n)); ip6tables -w -A INPUT -p $p --dport $port -j REJECT --reject-with $type; done; n=$((n+1))
            done
            """);
        await Own.InClientAsync("""
            iptables -w -A OUTPUT -p udp --dport 8020 -j DROP; ip6tables -w -A OUTPUT -p udp --dport 8020 -j DROP
            iptables -w -A OUTPUT -p tcp --dport 7020 -j DROP; ip6tables -w -A OUTPUT -p tcp --dport 7020 -j DROP
            ip route add prohibit 203.0.113.1; ip route add unreachable 203.0.113.2; ip route add blackhole 203.0.113.3
            ip -6 route add prohibit 2001:db8:3::1; ip -6 route add unreachable 2001:db8:3::2; ip -6 route add blackhole 2001:db8:3::3
            """);
        Own.Serve(7000, async (s, end) =>
        {
            if (await s.ReceiveAsync(new byte[2048], end) > 0)
                await s.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), end);
            await Task.Delay(Timeout.Infinite, end);
        });
        // ends politely, without a word
        Own.Serve(7011, (_, _) => Task.CompletedTask);
        Own.Serve(7012, (s, _) =>
        {
            s.LingerState = new LingerOption(true, 0);
            return Task.CompletedTask;
        });
        Own.Serve(7013, (_, end) => Task.Delay(Timeout.Infinite, end));
        // cut only when asked
        Own.Serve(7014, async (s, end) =>
        {
            await s.ReceiveAsync(new byte[2048], end);
            s.LingerState = new LingerOption(true, 0);
        });
        // speaks a byte, then resets: that is an answer
        Own.Serve(7015, async (s, end) =>
        {
            await s.SendAsync("x"u8.ToArray(), end);
            await s.ReceiveAsync(new byte[2048], end);
            s.LingerState = new LingerOption(true, 0);
        });
        await FillBacklogAsync(7016);
        Own.ServeUdp(8000, said => said);
        Own.ServeUdp(8003, _ => []);
        Own.ServeUdp(8013, _ => null);
        Own.ServeUdp(53, said => said.Length < 12 ? Encoding.ASCII.GetBytes("what?") : [said[0], said[1], 0x81, 0x85, .. said[4..]]);
    }

    public async ValueTask DisposeAsync()
    {
        if (Own is not null)
            await Own.DisposeAsync();
    }

    /// <summary>A listener whose queue is full: its kernel answers no further SYN.</summary>
    private async Task FillBacklogAsync(int port)
    {
        Own.Listener(Own.Server, port, 0);
        for (var i = 0; i < 3; i++)
        {
            var socket = Own.Open(Own.Client, AddressFamily.InterNetwork, SocketType.Stream);
            using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
            try
            {
                await socket.ConnectAsync(OwnNetns.Server4, port, limit.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
