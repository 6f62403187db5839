using System.Buffers.Binary;
using System.Text;

namespace Fairlead.Model.Rules.Decode;

/// <summary>An xt match or target with its blob read: what the evaluator and the printer switch over.</summary>
public abstract record XtView;

/// <summary>A range of ports or other small numbers, both ends inclusive.</summary>
public readonly record struct XtRange(int From, int To)
{
    public bool Contains(int value) => value >= From && value <= To;
    public bool Any(int highest) => From == 0 && To == highest;
    public bool Single => From == To;
}

/// <summary>An address with its mask, 4 or 16 bytes each.</summary>
public sealed record XtAddress(byte[] Address, byte[] Mask)
{
    public bool Contains(ReadOnlySpan<byte> other)
    {
        if (other.Length != Address.Length)
            return false;
        for (var i = 0; i < other.Length; i++)
            if ((other[i] & Mask[i]) != Address[i])
                return false;
        return true;
    }
}

/// <summary>
/// Reads xt blobs by name, revision, family and length; layouts as in docs/kernel-rules.md, section 5. A blob that is shorter than its layout, or a
/// name or revision not known here, gives null: the part stays "not understood" for whoever asked.
/// </summary>
public static class XtReader
{
    /// <param name="part">The match or target.</param>
    /// <param name="v6">True in an ip6 table (or for the IPv6 half of inet): some blobs have two layouts.</param>
    public static XtView? Read(XtPart part, bool v6)
    {
        var blob = new XtBlob(part.Info, v6);
        return part.Target ? XtTargetReader.Read(part.Name, part.Revision, blob) : XtMatchReader.Read(part.Name, part.Revision, blob);
    }
}

/// <summary>Bytes of a blob. Readers check <see cref="Length"/> first; a read beyond the end nevertheless gives 0 and not an exception.</summary>
internal readonly ref struct XtBlob(ReadOnlySpan<byte> bytes, bool v6)
{
    private readonly ReadOnlySpan<byte> bytes = bytes;

    public bool V6 { get; } = v6;
    public int Length => bytes.Length;

    public byte Byte(int at) => (uint)at < (uint)bytes.Length ? bytes[at] : (byte)0;
    public ushort Host16(int at) => Has(at, 2) ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]) : (ushort)0;
    public ushort Net16(int at) => Has(at, 2) ? BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]) : (ushort)0;
    public uint Host32(int at) => Has(at, 4) ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]) : 0;
    public ulong Host64(int at) => Has(at, 8) ? BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]) : 0;
    public XtRange Ports(int at) => new(Host16(at), Host16(at + 2));
    public XtRange NetPorts(int at) => new(Net16(at), Net16(at + 2));
    public byte[] Bytes(int at, int count) => Has(at, count) ? bytes.Slice(at, count).ToArray() : new byte[count];

    /// <summary>An address of the table's family out of a 16-byte field.</summary>
    public byte[] Address(int at) => Bytes(at, V6 ? 16 : 4);
    public XtAddress Masked(int at) => new(Address(at), Address(at + 16));

    /// <summary>A fixed-size text: up to its NUL, garbage behind it is not read.</summary>
    public string Text(int at, int size)
    {
        if (!Has(at, 0))
            return "";
        var field = bytes[at..Math.Min(bytes.Length, at + size)];
        var end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }

    private bool Has(int at, int count) => at >= 0 && at + count <= bytes.Length;
}
