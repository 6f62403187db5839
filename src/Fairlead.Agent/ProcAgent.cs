using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Fairlead.Facts;

namespace Fairlead.Agent;

/// <summary>Reads what /proc/PID/net shows to anybody: listening sockets. Cannot enter a namespace, so it neither dials nor resolves.</summary>
public sealed class ProcAgent : IAgent
{
    private const int Largest = 8 << 20, MostLines = 100_000;

    public Task<NetnsFacts> ReadAsync(NetnsRef netns, ReadWhat what, CancellationToken cancel)
    {
        var facts = NetnsFacts.Unread($"proc:{netns.Pid}", netns.Of, WhyNot.NotPermitted, "helper") with { Pid = netns.Pid };
        if ((what & (ReadWhat.Sockets | ReadWhat.Listeners)) == 0)
            return Task.FromResult(facts);
        var sockets = ImmutableArray.CreateBuilder<SocketFact>();
        var listenersOnly = (what & ReadWhat.Listeners) != 0;
        foreach (var (file, protocol) in new[] { ("tcp", "tcp"), ("tcp6", "tcp"), ("udp", "udp"), ("udp6", "udp") })
        {
            if (Text($"/proc/{netns.Pid.ToString(CultureInfo.InvariantCulture)}/net/{file}") is not { } text)
            {
                // A stack without IPv6 has no such file; without the first there is nothing to read at all.
                if (file == "tcp")
                    return Task.FromResult(facts with { Sockets = new NotRead(Readings.Sockets, netns.Of, WhyNot.Gone, null, []) });
                continue;
            }
            sockets.AddRange(text.Split('\n').Skip(1).Take(MostLines).Select(l => Socket(l, protocol)).Where(s => s is not null && (!listenersOnly || s.State == "listen")).Select(s => s!));
        }
        return Task.FromResult(facts with { Sockets = Reading.Of(sockets.ToImmutable()) });
    }

    public Task<ImmutableDictionary<ulong, ProcessFact>> HoldersAsync(NetnsRef netns, ImmutableArray<ulong> inodes, CancellationToken cancel) =>
        Task.FromResult(ImmutableDictionary<ulong, ProcessFact>.Empty);

    public Task<DialFact> DialAsync(NetnsRef netns, DialRequest request, CancellationToken settled, CancellationToken cancel) => Task.FromResult(new DialFact
    {
        Address = request.Address,
        Port = request.Port,
        Protocol = request.Protocol,
        Level = request.Level,
        Outcome = Outcome.Unknown,
        Errno = 0,
        ElapsedMs = 0,
        From = "self",
    });

    public Task<ResolutionFact> ResolveAsync(NetnsRef netns, ResolveRequest request, CancellationToken cancel) =>
        Task.FromResult(new ResolutionFact { Name = request.Name, Asked = [], Addresses = [], From = "upstream", ElapsedMs = 0, Outcome = Outcome.Unknown });

    public Task<string?> RouteGetAsync(NetnsRef netns, IPAddress destination, CancellationToken cancel) => Task.FromResult<string?>(null);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static string? Text(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 4096);
            using var memory = new MemoryStream();
            var buffer = new byte[16 * 1024];
            for (int got; memory.Length < Largest && (got = file.Read(buffer)) > 0;)
                memory.Write(buffer, 0, got);
            return System.Text.Encoding.ASCII.GetString(memory.ToArray());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>A line of /proc/net/tcp (proc(5)): words 1 local, 2 remote, 3 state, 6 retransmissions, 7 uid, 9 inode.</summary>
    private static SocketFact? Socket(string line, string protocol)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 10 || EndPoint(words[1]) is not { } local || EndPoint(words[2]) is not { } remote
            || !int.TryParse(words[3], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var state))
            return null;
        _ = ulong.TryParse(words[9], NumberStyles.None, CultureInfo.InvariantCulture, out var inode);
        _ = int.TryParse(words[6], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var again);
        _ = uint.TryParse(words[7], NumberStyles.None, CultureInfo.InvariantCulture, out var uid);
        return new SocketFact
        {
            Protocol = protocol,
            State = state switch { 10 => "listen", 7 when protocol == "udp" => "listen", 1 => "established", 2 => "syn-sent", 6 => "time-wait", 8 => "close-wait", _ => "close" },
            Local = local.Address,
            LocalPort = local.Port,
            Remote = remote.Address,
            RemotePort = remote.Port,
            Retransmits = protocol == "tcp" ? again : 0,
            Inode = inode,
            Uid = uid,
        };
    }

    private static (IPAddress Address, int Port)? EndPoint(string text)
    {
        if (text.Split(':') is not [var address, var port] || address.Length is not (8 or 32)
            || !int.TryParse(port, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var number) || !address.All(char.IsAsciiHexDigit))
            return null;
        // Words of four bytes in the machine's order.
        var bytes = Convert.FromHexString(address);
        for (var i = 0; i < bytes.Length && BitConverter.IsLittleEndian; i += 4)
            Array.Reverse(bytes, i, 4);
        return (new IPAddress(bytes), number);
    }
}
