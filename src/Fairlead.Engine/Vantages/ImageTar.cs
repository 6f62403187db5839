using System.Text;

namespace Fairlead.Engine.Vantages;

/// <summary>
/// A tar that holds one executable file, `/fairlead`: what `fairlead image` prints and what the helper's image is imported from.
/// The POSIX ustar form (pax(1)), written by hand: one header, the bytes, two empty blocks.
/// </summary>
public static class ImageTar
{
    /// <summary>This very program's file.</summary>
    public const string OwnBinary = "/proc/self/exe";
    private const int Block = 512;

    /// <summary>Writes the tar. Same bytes in, same bytes out: owner, time and mode are fixed.</summary>
    public static async Task WriteAsync(ReadOnlyMemory<byte> binary, Stream output, CancellationToken cancel)
    {
        await output.WriteAsync(Header("fairlead", binary.Length), cancel);
        await output.WriteAsync(binary, cancel);
        var padding = (Block - (binary.Length % Block)) % Block;
        await output.WriteAsync(new byte[padding + (2 * Block)], cancel);
    }

    /// <summary>The whole tar in memory.</summary>
    public static byte[] Of(ReadOnlySpan<byte> binary)
    {
        var padding = (Block - (binary.Length % Block)) % Block;
        var tar = new byte[Block + binary.Length + padding + (2 * Block)];
        Header("fairlead", binary.Length).CopyTo(tar, 0);
        binary.CopyTo(tar.AsSpan(Block));
        return tar;
    }

    private static byte[] Header(string name, int size)
    {
        var header = new byte[Block];
        void put(int at, string text) => Encoding.ASCII.GetBytes(text, header.AsSpan(at));
        put(0, name);
        put(100, "0000755\0");
        put(108, "0000000\0");
        put(116, "0000000\0");
        put(124, Convert.ToString(size, 8).PadLeft(11, '0') + "\0");
        put(136, "00000000000\0");
        put(148, "        ");
        put(156, "0");
        put(257, "ustar\000");
        put(265, "root");
        put(297, "root");
        var sum = header.Sum(b => (int)b);
        put(148, Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ");
        return header;
    }
}
