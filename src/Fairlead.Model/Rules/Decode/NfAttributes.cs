using System.Buffers.Binary;
using System.Text;

namespace Fairlead.Model.Rules.Decode;

/// <summary>
/// Walks netlink attributes of a recorded message. Every length is checked; a damaged one ends the walk. nf_tables numbers are in network order, those
/// of registers' contents are kept as bytes.
/// </summary>
internal ref struct NfAttributes(ReadOnlySpan<byte> data)
{
    private ReadOnlySpan<byte> rest = data;

    public int Type { get; private set; }
    public ReadOnlySpan<byte> Value { get; private set; }
    public bool Damaged { get; private set; }

    public bool Next()
    {
        if (rest.Length < 4)
        {
            Damaged |= rest.Length > 0;
            return false;
        }
        var length = BinaryPrimitives.ReadUInt16LittleEndian(rest);
        if (length < 4 || length > rest.Length)
        {
            Damaged = true;
            rest = default;
            return false;
        }
        // bit 15 says "nested", bit 14 "network order"
        Type = BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]) & 0x3fff;
        Value = rest[4..length];
        rest = rest[Math.Min(rest.Length, (length + 3) & ~3)..];
        return true;
    }

    /// <summary>A number in network order, by its own length: log groups are u16 among u32.</summary>
    public readonly ulong Number => Value.Length switch
    {
        1 => Value[0],
        2 => BinaryPrimitives.ReadUInt16BigEndian(Value),
        4 => BinaryPrimitives.ReadUInt32BigEndian(Value),
        8 => BinaryPrimitives.ReadUInt64BigEndian(Value),
        _ => 0,
    };

    public readonly int Int => unchecked((int)(uint)Number);

    public readonly uint UInt => (uint)Number;

    public readonly string Text => TextOf(Value);

    public static string TextOf(ReadOnlySpan<byte> value)
    {
        var end = value.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? value : value[..end]);
    }

    /// <summary>Value of NFTA_DATA_VALUE (1) inside.</summary>
    public readonly byte[] Data
    {
        get
        {
            var inner = new NfAttributes(Value);
            while (inner.Next())
                if (inner.Type == 1)
                    return inner.Value.ToArray();
            return [];
        }
    }

    /// <summary>The first entry of that type in userdata, a list of {type u8, length u8, value}; empty when there is none.</summary>
    public static ReadOnlySpan<byte> UserData(ReadOnlySpan<byte> data, int type)
    {
        while (data.Length >= 2 && data.Length >= 2 + data[1])
        {
            if (data[0] == type)
                return data.Slice(2, data[1]);
            data = data[(2 + data[1])..];
        }
        return default;
    }

    /// <summary>The comment in userdata (type 0 for rules, elements and tables; 7 for sets), or null.</summary>
    public static string? Comment(ReadOnlySpan<byte> userData, int type = 0) =>
        UserData(userData, type) is { Length: > 0 } text ? TextOf(text) : null;
}
