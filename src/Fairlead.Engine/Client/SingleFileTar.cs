using System.Text;

namespace Fairlead.Engine.Client;

/// <summary>The one file of a tar (POSIX ustar): what GET /containers/ID/archive sends for a path that is a file.</summary>
internal static class SingleFileTar
{
    public const int Block = 512;

    /// <summary>Its text; null where the first entry is no regular file, is longer than what is there, or is binary.</summary>
    public static string? Text(ReadOnlySpan<byte> tar)
    {
        if (tar.Length < Block || tar[156] is not ((byte)'0' or 0) || Octal(tar.Slice(124, 12)) is not { } size || size > tar.Length - Block)
            return null;
        var body = tar.Slice(Block, (int)size);
        return body.Contains((byte)0) ? null : Encoding.UTF8.GetString(body);
    }

    private static long? Octal(ReadOnlySpan<byte> field)
    {
        long value = 0;
        foreach (var b in field.Trim("\0 "u8))
        {
            if (b is < (byte)'0' or > (byte)'7')
                return null;
            value = value * 8 + (b - '0');
        }
        return value;
    }
}
