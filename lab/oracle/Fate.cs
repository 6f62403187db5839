using System.Net;

namespace Fairlead.Oracle;

/// <summary>What became of a packet, said alike of the kernel and of the model.</summary>
/// <param name="How">"leaves", "arrives", "dropped", "rejected", or "unknown".</param>
/// <param name="As">Where it leaves and as what; of a refusal, what a client sees.</param>
public sealed record Fate(string How, string As = "")
{
    public static readonly Fate Dropped = new("dropped"), Arrives = new("arrives");

    public static Fate Leaves(Side by, int protocol, IPAddress source, int sourcePort, IPAddress destination, int destinationPort) =>
        new("leaves", $"by {by} {protocol} {source} {sourcePort} > {destination} {destinationPort}");

    public override string ToString() => As.Length == 0 ? How : $"{How} {As}";
}

/// <summary>A frame that came out of the router.</summary>
public sealed record Seen(Side At, int Protocol, IPAddress Source, int SourcePort, IPAddress Destination, int DestinationPort, int Flags)
{
    /// <summary>ICMP type and code; -1 for other protocols.</summary>
    public int IcmpType { get; init; } = -1;
    public int IcmpCode { get; init; }

    public static Seen? Parse(Side at, ReadOnlySpan<byte> frame)
    {
        var ip = frame[14..];
        var v6 = (frame[12] << 8 | frame[13]) == 0x86dd;
        if (ip.Length < (v6 ? 40 : 20)) return null;
        int protocol = v6 ? ip[6] : ip[9], head = v6 ? 40 : (ip[0] & 15) * 4;
        while (v6 && protocol is 0 or 43 or 60 or 44 && ip.Length > head + 8)
        {
            var next = ip[head];
            head += protocol == 44 ? 8 : 8 + ip[head + 1] * 8;
            protocol = next;
        }
        var source = v6 ? ip.Slice(8, 16) : ip.Slice(12, 4);
        var destination = v6 ? ip.Slice(24, 16) : ip.Slice(16, 4);
        var ports = protocol is 6 or 17 or 33 or 132 or 136 && ip.Length >= head + 4;
        var icmp = protocol is 1 or 58 && ip.Length >= head + 2;
        return new Seen(at, protocol, new IPAddress(source), ports ? ip[head] << 8 | ip[head + 1] : 0, new IPAddress(destination),
            ports ? ip[head + 2] << 8 | ip[head + 3] : 0, protocol == 6 && ip.Length > head + 13 ? ip[head + 13] : 0)
        {
            IcmpType = icmp ? ip[head] : -1,
            IcmpCode = icmp ? ip[head + 1] : 0,
        };
    }

    /// <summary>What a client is told by this frame, when it is a refusal of the packet; from icmp_err_convert and tab_unreach. Null when it is none.</summary>
    public string? RefusalOf(Flow sent)
    {
        if (Protocol == 6 && (Flags & 4) != 0 && sent.Protocol == 6 && (sent.TcpFlags & 4) == 0) return "refused";
        return (Protocol, IcmpType, IcmpCode) switch
        {
            (1, 3, 0 or 1) or (58, 1, 0 or 3) when sent.Protocol != 6 => "silent",
            (1, 3, 0 or 6 or 9 or 11) => "net-unreachable",
            (1, 3, 1 or 2 or 7 or 10 or 12 or 13) => "host-unreachable",
            (1, 3, 3) => "refused",
            (58, 1, 0) => "net-unreachable",
            (58, 1, 1 or 5 or 6) => "denied",
            (58, 1, 2 or 3) => "host-unreachable",
            (58, 1, 4) => "refused",
            _ => null,
        };
    }
}
