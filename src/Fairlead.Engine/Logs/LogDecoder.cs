using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Fairlead.Model.Symptoms;

namespace Fairlead.Engine.Logs;

/// <summary>
/// Turns what the engine sends of a log into lines. Without a terminal it comes in frames of an 8-byte head (stream, 0, 0, 0, length big endian;
/// Engine API, "Attach to a container"), one frame a message; with one it is bare. Each message begins with its time (RFC 3339 with nanoseconds).
/// A line longer than the engine's 16 KiB comes in several messages, each with a time. Pure; damaged frames end it.
/// </summary>
public static class LogDecoder
{
    private const int Head = 8;

    /// <summary>Longest part of a line that is kept; what follows is passed over.</summary>
    public const int LongestLine = 8 << 10;

    /// <summary>Lines of both streams as the engine ordered them, oldest first.</summary>
    /// <param name="terminal">Whether the container has a terminal.</param>
    /// <param name="damaged">True when the frames made no sense; what came before is kept.</param>
    public static List<LogLine> Decode(ReadOnlySpan<byte> data, bool terminal, out bool damaged)
    {
        var lines = new List<LogLine>();
        damaged = false;
        if (terminal)
        {
            AddLines(data, lines);
            return lines;
        }
        while (data.Length >= Head)
        {
            if (data[0] > 3 || data[1] != 0 || data[2] != 0 || data[3] != 0)
            {
                damaged = true;
                break;
            }
            var length = BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
            data = data[Head..];
            // The last frame may be cut by the limit.
            var body = length > (uint)data.Length ? data : data[..(int)length];
            AddLines(body, lines);
            data = data[body.Length..];
        }
        return lines;
    }

    private static void AddLines(ReadOnlySpan<byte> data, List<LogLine> lines)
    {
        while (data.Length > 0)
        {
            var end = data.IndexOf((byte)'\n');
            Add(end < 0 ? data : data[..end], lines);
            data = end < 0 ? [] : data[(end + 1)..];
        }
    }

    private static void Add(ReadOnlySpan<byte> line, List<LogLine> lines)
    {
        line = line.TrimEnd((byte)'\r');
        DateTimeOffset? at = null;
        var blank = line[..Math.Min(line.Length, 40)].IndexOf((byte)' ');
        var stamp = blank < 0 ? line[..Math.Min(line.Length, 40)] : line[..blank];
        if (stamp.Length is >= 20 and <= 36 && stamp[4] == (byte)'-' && stamp[10] == (byte)'T'
            && DateTimeOffset.TryParse(Encoding.ASCII.GetString(stamp), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            at = time;
            line = blank < 0 ? [] : line[(blank + 1)..];
        }
        lines.Add(new LogLine(at, Encoding.UTF8.GetString(line.Length > LongestLine ? line[..LongestLine] : line)));
    }
}
