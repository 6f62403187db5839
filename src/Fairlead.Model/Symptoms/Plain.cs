using System.Buffers;

namespace Fairlead.Model.Symptoms;

/// <summary>Takes the terminal's escape codes out of a line and cuts it; nothing of it is drawn here.</summary>
internal static class Plain
{
    /// <summary>Longest line that is looked at (SAFETY 10).</summary>
    public const int LongestLine = 8 << 10;

    private static readonly SearchValues<char> Odd = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Where(c => c is not '\t').Select(c => (char)c), '\u007f', '\u009b', '\u00a0']);

    public static string Line(string text)
    {
        if (text.Length > LongestLine)
            text = text[..LongestLine];
        return text.AsSpan().IndexOfAny(Odd) < 0 ? text : Clean(text);
    }

    private static string Clean(string text)
    {
        var result = new char[text.Length];
        var n = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\u001b' || c == '\u009b')
                i = EndOfSequence(text, i);
            else if (c == '\u00a0')
                result[n++] = ' ';
            else if (c is '\n' or '\t' || (c >= ' ' && c != '\u007f'))
                result[n++] = c;
        }
        return new string(result, 0, n);
    }

    // ECMA-48: CSI parameters 0x30-0x3f, intermediates 0x20-0x2f, one final; OSC ends with BEL or ST. At most 64 characters belong to one.
    private static int EndOfSequence(string text, int i)
    {
        var limit = Math.Min(text.Length, i + 64);
        if (text[i] == '\u001b')
        {
            if (i + 1 >= text.Length)
                return i;
            i++;
            if (text[i] == ']')
            {
                for (var j = i; j < limit; j++)
                {
                    if (text[j] is '\u0007' || (text[j] == '\\' && text[j - 1] == '\u001b'))
                        return j;
                }
                return i;
            }
            if (text[i] != '[')
                return i;
        }
        for (i++; i < limit && text[i] is >= '\u0020' and <= '\u003f'; i++)
        {
        }
        return Math.Min(i, text.Length - 1);
    }
}
