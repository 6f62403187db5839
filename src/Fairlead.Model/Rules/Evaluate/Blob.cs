using System.Buffers.Binary;
using System.Text;

namespace Fairlead.Model.Rules.Evaluate;

/// <summary>Length-checked reads of an xt blob: rules of a container's namespace are written by a party we do not trust. Beyond the end all is zero.</summary>
internal readonly ref struct Blob(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Length => _bytes.Length;

    public byte U8(int at) => at < _bytes.Length ? _bytes[at] : (byte)0;

    public ushort U16(int at) => at + 2 <= _bytes.Length ? BinaryPrimitives.ReadUInt16LittleEndian(_bytes[at..]) : (ushort)0;

    public ushort Net16(int at) => at + 2 <= _bytes.Length ? BinaryPrimitives.ReadUInt16BigEndian(_bytes[at..]) : (ushort)0;

    public uint U32(int at) => at + 4 <= _bytes.Length ? BinaryPrimitives.ReadUInt32LittleEndian(_bytes[at..]) : 0;

    public ulong U64(int at) => at + 8 <= _bytes.Length ? BinaryPrimitives.ReadUInt64LittleEndian(_bytes[at..]) : 0;

    public ReadOnlySpan<byte> Bytes(int at, int length) => at + length <= _bytes.Length ? _bytes.Slice(at, length) : new byte[length];

    public string Text(int at, int most)
    {
        var span = at < _bytes.Length ? _bytes.Slice(at, Math.Min(most, _bytes.Length - at)) : [];
        var end = span.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? span : span[..end]);
    }
}
