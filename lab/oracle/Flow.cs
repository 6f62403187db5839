using System.Buffers.Binary;
using System.Net;
using System.Text.Json.Serialization;
using Fairlead.Model.Rules;

namespace Fairlead.Oracle;

/// <summary>Who sends a packet: the client's or the server's interface, or a process of the router.</summary>
public enum Side { Client, Server, Router }

/// <summary>One packet to be sent, as it is on the wire and as the model is told of it.</summary>
public sealed record Flow
{
    public const string ClientMac = "02000000000c", ServerMac = "02000000000d", RouterMac = "020000000001", RouterServerMac = "020000000002";

    public Side From { get; init; }
    public int Protocol { get; init; } = 6;
    public required string Source { get; init; }
    public required string Destination { get; init; }
    public int SourcePort { get; init; }
    public int DestinationPort { get; init; }
    public int TcpFlags { get; init; } = 2;

    /// <summary>The segment size a SYN announces; 0 announces none.</summary>
    public int Mss { get; init; }
    public int IcmpType { get; init; } = 8;
    public int IcmpCode { get; init; }
    public string Payload { get; init; } = "oracle--";
    public int Ttl { get; init; } = 64;
    public int Tos { get; init; }
    public uint Mark { get; init; }
    public uint Uid { get; init; }
    public uint Gid { get; init; }
    public string? Mac { get; init; }
    public uint Spi { get; init; }

    /// <summary>Type of an IPv6 extension header put in front: 0, 43, 44 or 60; -1 for none.</summary>
    public int Extension { get; init; } = -1;

    /// <summary>An answer: what was asked goes first, and this packet is made of what came out of the router then.</summary>
    public Flow? After { get; init; }

    [JsonIgnore]
    public bool V6 => Destination.Contains(':', StringComparison.Ordinal);
    [JsonIgnore]
    public Flow Udp => this with { Protocol = 17 };
    [JsonIgnore]
    public bool HasPorts => Protocol is 6 or 17 or 33 or 132 or 136;

    /// <summary>The packet as the model knows it when it comes in by this link; null for one made in the router.</summary>
    public Packet ToPacket(string? link)
    {
        var icmp = Protocol is 1 or 58;
        return new Packet
        {
            Protocol = Protocol,
            Source = IPAddress.Parse(Source),
            Destination = IPAddress.Parse(Destination),
            SourcePort = HasPorts ? SourcePort : 0,
            DestinationPort = HasPorts ? DestinationPort : 0,
            In = link,
            TcpFlags = Protocol == 6 ? TcpFlags : 0,
            Mss = Protocol == 6 ? Mss : null,
            IcmpType = icmp ? IcmpType : -1,
            IcmpCode = IcmpCode,
            Length = Bytes().Length,
            Ttl = Ttl,
            Tos = Tos,
            Mark = Mark,
            Payload = System.Text.Encoding.ASCII.GetBytes(Payload),
            Spi = Protocol is 50 or 51 or 108 ? Spi : null,
            Extension = Extension >= 0 ? Extension : null,
            SourceMac = From == Side.Router ? null : Convert.FromHexString(SenderMac),
            Uid = From == Side.Router ? Uid : null,
            Gid = From == Side.Router ? Gid : null,
            State = CtState.New,
        };
    }

    private string SenderMac => Mac ?? (From == Side.Client ? ClientMac : ServerMac);

    /// <summary>The frame; <paramref name="to"/> is the hardware address of whoever receives it.</summary>
    public byte[] Frame(string to) =>
        [.. Convert.FromHexString(to), .. Convert.FromHexString(SenderMac), .. V6 ? new byte[] { 0x86, 0xdd } : [8, 0], .. Bytes()];

    /// <summary>The IP packet.</summary>
    public byte[] Bytes()
    {
        byte[] source = IPAddress.Parse(Source).GetAddressBytes(), destination = IPAddress.Parse(Destination).GetAddressBytes();
        var transport = Transport(source, destination);
        byte[] extension = Extension switch
        {
            0 or 60 => [(byte)Protocol, 0, 1, 4, 0, 0, 0, 0],
            43 => [(byte)Protocol, 0, 253, 0, 0, 0, 0, 0],
            44 => [(byte)Protocol, 0, 0, 0, 0, 0, 0, 7],
            _ => [],
        };
        return V6 ? Ip6(source, destination, [.. extension, .. transport]) : Ip4(source, destination, transport);
    }

    private byte[] Ip4(byte[] source, byte[] destination, byte[] transport)
    {
        var head = new byte[20];
        (head[0], head[1], head[6], head[8], head[9]) = (0x45, (byte)Tos, 0x40, (byte)Ttl, (byte)Protocol);
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(2), (ushort)(20 + transport.Length));
        source.CopyTo(head, 12);
        destination.CopyTo(head, 16);
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(10), Sum(head, 0));
        return [.. head, .. transport];
    }

    private byte[] Ip6(byte[] source, byte[] destination, byte[] behind)
    {
        var head = new byte[40];
        (head[0], head[1], head[6], head[7]) = ((byte)(0x60 | Tos >> 4), (byte)(Tos << 4), (byte)(Extension >= 0 ? Extension : Protocol), (byte)Ttl);
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(4), (ushort)behind.Length);
        source.CopyTo(head, 8);
        destination.CopyTo(head, 24);
        return [.. head, .. behind];
    }

    private byte[] Transport(byte[] source, byte[] destination)
    {
        var payload = System.Text.Encoding.ASCII.GetBytes(Payload);
        var ports = new byte[4];
        BinaryPrimitives.WriteUInt16BigEndian(ports, (ushort)SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(ports.AsSpan(2), (ushort)DestinationPort);
        var spi = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(spi, Spi);
        var (bytes, sumAt) = Protocol switch
        {
            6 => ((byte[])[.. ports, 0, 0, 0, 1, 0, 0, 0, 0, (byte)(Mss > 0 ? 0x60 : 0x50), (byte)TcpFlags, 0x40, 0, 0, 0, 0, 0, .. Mss > 0 ? new byte[] { 2, 4, (byte)(Mss >> 8), (byte)Mss } : [], .. payload], 16),
            17 => ([.. ports, (byte)((8 + payload.Length) >> 8), (byte)(8 + payload.Length), 0, 0, .. payload], 6),
            33 => ([.. ports, 4, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0], 6),
            132 => ([.. ports, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 20, 0, 0, 0, 1, 0, 0, 16, 0, 0, 1, 0, 1, 0, 0, 0, 1], -1),
            1 or 58 => ([(byte)IcmpType, (byte)IcmpCode, 0, 0, ports[0], ports[1], 0, 1, .. payload], 2),
            51 => ([59, 2, 0, 0, .. spi, 0, 0, 0, 1, 0, 0, 0, 0], -1),
            108 => ([59, 0, spi[2], spi[3], .. payload], -1),
            50 => ([.. spi, 0, 0, 0, 1, .. payload], -1),
            _ => (payload, -1),
        };
        if (Protocol == 132) BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), Crc32c(bytes));
        if (sumAt < 0) return bytes;
        uint pseudo = 0;
        if (Protocol != 1)
        {
            for (var i = 0; i < source.Length; i += 2) pseudo += (uint)(source[i] << 8 | source[i + 1]) + (uint)(destination[i] << 8 | destination[i + 1]);
            pseudo += (uint)(Protocol + bytes.Length);
        }
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(sumAt), Sum(bytes, pseudo));
        return bytes;
    }

    private static ushort Sum(byte[] bytes, uint sum)
    {
        for (var i = 0; i < bytes.Length; i += 2) sum += (uint)(bytes[i] << 8 | (i + 1 < bytes.Length ? bytes[i + 1] : 0));
        while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~sum;
    }

    private static uint Crc32c(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? crc >> 1 ^ 0x82f63b78 : crc >> 1;
        }
        return ~crc;
    }
}
