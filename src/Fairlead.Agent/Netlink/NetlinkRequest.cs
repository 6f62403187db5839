using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Fairlead.Agent.Netlink;

/// <summary>A netlink request under construction: header, the family's fixed part, attributes. Short by nature: 1 KiB is the limit.</summary>
public sealed class NetlinkRequest
{
    internal const int HeaderSize = 16;
    private const int FlagRequest = 1;
    private readonly byte[] bytes = new byte[1024];
    private readonly int type;
    private int flags = FlagRequest;
    private int used = HeaderSize;
    private bool overflow;

    /// <param name="type">nlmsg_type.</param>
    public NetlinkRequest(int type) => this.type = type;

    /// <summary>A request to a netfilter subsystem: type subsystem &lt;&lt; 8 | message, and an nfgenmsg.</summary>
    /// <param name="family">NFPROTO_*; 0 for all in a dump.</param>
    public static NetlinkRequest Netfilter(int subsystem, int message, int family = 0) =>
        new NetlinkRequest(subsystem << 8 | message).Fixed([(byte)family, 0, 0, 0]);

    /// <summary>Adds more NLM_F_* bits; NLM_F_REQUEST is always set, NLM_F_DUMP by the socket's Dump.</summary>
    public NetlinkRequest Flags(int more)
    {
        flags |= more;
        return this;
    }

    /// <summary>Appends a fixed structure, padded to 4 bytes.</summary>
    public NetlinkRequest Fixed(ReadOnlySpan<byte> data)
    {
        if (Take((data.Length + 3) & ~3) is var at and >= 0)
            data.CopyTo(bytes.AsSpan(at));
        return this;
    }

    public NetlinkRequest Attribute(int attribute, ReadOnlySpan<byte> value)
    {
        var at = Take((4 + value.Length + 3) & ~3);
        if (at < 0)
            return this;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), (ushort)(4 + value.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at + 2), (ushort)attribute);
        value.CopyTo(bytes.AsSpan(at + 4));
        return this;
    }

    public NetlinkRequest AttributeByte(int attribute, byte value) => Attribute(attribute, [value]);

    /// <summary>A u32 in the CPU's order.</summary>
    public NetlinkRequest AttributeHost(int attribute, uint value)
    {
        Span<byte> data = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(data, value);
        return Attribute(attribute, data);
    }

    /// <summary>A u32 in network order.</summary>
    public NetlinkRequest AttributeNet(int attribute, uint value)
    {
        Span<byte> data = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(data, value);
        return Attribute(attribute, data);
    }

    /// <summary>A NUL-terminated string.</summary>
    public NetlinkRequest AttributeText(int attribute, string value) => Attribute(attribute, Encoding.UTF8.GetBytes(value + "\0"));

    /// <summary>An attribute (NLA_F_NESTED set) made of what <paramref name="fill"/> adds.</summary>
    public NetlinkRequest Nested(int attribute, Action<NetlinkRequest> fill)
    {
        var at = Take(4);
        if (at < 0)
            return this;
        fill(this);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), (ushort)(used - at));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at + 2), (ushort)(attribute | 0x8000));
        return this;
    }

    internal ReadOnlySpan<byte> Bytes => bytes.AsSpan(0, used);

    /// <summary>Writes the header; false when more was added than fits.</summary>
    internal bool Complete(uint sequence, int moreFlags)
    {
        MemoryMarshal.Write(bytes.AsSpan(0), (uint)used);
        MemoryMarshal.Write(bytes.AsSpan(4), (ushort)type);
        MemoryMarshal.Write(bytes.AsSpan(6), (ushort)(flags | moreFlags));
        MemoryMarshal.Write(bytes.AsSpan(8), sequence);
        MemoryMarshal.Write(bytes.AsSpan(12), 0u);
        return !overflow;
    }

    private int Take(int length)
    {
        if (used + length > bytes.Length)
        {
            overflow = true;
            return -1;
        }
        var at = used;
        used += length;
        return at;
    }
}
