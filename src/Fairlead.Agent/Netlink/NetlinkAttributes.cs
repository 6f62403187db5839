using System.Buffers.Binary;
using System.Text;

namespace Fairlead.Agent.Netlink;

/// <summary>
/// Walks netlink attributes. Every length is checked against what is there: a damaged one ends the walk and sets <see cref="Damaged"/>.
/// </summary>
/// <param name="data">The attributes' bytes, after the message's header and fixed part.</param>
public ref struct NetlinkAttributes(ReadOnlySpan<byte> data)
{
    private ReadOnlySpan<byte> rest = data;

    /// <summary>Attribute type without the nested and byte-order bits.</summary>
    public int Type { get; private set; }
    public ReadOnlySpan<byte> Value { get; private set; }
    public bool Damaged { get; private set; }

    /// <summary>The attributes of a whole message, after its header (16) and a fixed part of that many bytes; none when it is shorter.</summary>
    public static NetlinkAttributes Of(ReadOnlySpan<byte> message, int fixedPart)
    {
        var skip = NetlinkRequest.HeaderSize + ((fixedPart + 3) & ~3);
        return new NetlinkAttributes(message.Length >= skip ? message[skip..] : default);
    }

    public bool Next()
    {
        if (rest.Length < 4)
            return false;
        var length = BinaryPrimitives.ReadUInt16LittleEndian(rest);
        if (length < 4 || length > rest.Length)
        {
            Damaged = true;
            rest = default;
            return false;
        }
        Type = BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]) & 0x3fff;
        Value = rest[4..length];
        rest = rest[Math.Min(rest.Length, (length + 3) & ~3)..];
        return true;
    }

    /// <summary>The nested attributes of the current one.</summary>
    public readonly NetlinkAttributes Nested => new(Value);

    /// <summary>Value as a number in the CPU's order, by its own length (1, 2, 4 or 8 bytes); 0 for other lengths.</summary>
    public readonly ulong Host => Value.Length switch
    {
        1 => Value[0],
        2 => BinaryPrimitives.ReadUInt16LittleEndian(Value),
        4 => BinaryPrimitives.ReadUInt32LittleEndian(Value),
        8 => BinaryPrimitives.ReadUInt64LittleEndian(Value),
        _ => 0,
    };

    /// <summary>Value as a number in network order, by its own length; 0 for other lengths.</summary>
    public readonly ulong Net => Value.Length switch
    {
        1 => Value[0],
        2 => BinaryPrimitives.ReadUInt16BigEndian(Value),
        4 => BinaryPrimitives.ReadUInt32BigEndian(Value),
        8 => BinaryPrimitives.ReadUInt64BigEndian(Value),
        _ => 0,
    };

    /// <summary>Value as text up to its first NUL.</summary>
    public readonly string Text
    {
        get
        {
            var end = Value.IndexOf((byte)0);
            return Encoding.UTF8.GetString(end < 0 ? Value : Value[..end]);
        }
    }
}
