using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace Fairlead.Model.Answer;

/// <summary>
/// The one place that decides which characters may be drawn or written as they are. Strings from outside (names, logs, banners) can carry
/// escape codes, right-to-left overrides and characters without width; none of them reaches a terminal or a file unescaped.
/// </summary>
public static class Printable
{
    /// <summary>True when the character is drawn as itself: no control, format, separator, private or unassigned one.</summary>
    public static bool IsPlain(Rune rune)
    {
        if (rune.Value is >= 0x20 and < 0x7f) return true;
        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned => false,
            // Variation selectors, fillers and the combining grapheme joiner have no width of their own and hide between other characters.
            _ => rune.Value is not (0x034f or 0x115f or 0x1160 or 0x17b4 or 0x17b5 or 0x3164 or 0xffa0 or 0x2800
                or (>= 0x180b and <= 0x180f) or (>= 0xfe00 and <= 0xfe0f) or (>= 0xe0000 and <= 0xe0fff))
                && (rune.Value == 0x3000 || Rune.GetUnicodeCategory(rune) != UnicodeCategory.SpaceSeparator),
        };
    }

    /// <summary>The text with everything that is not plain written as \n, \t, \e, \xNN or \u{N}, on one line, cut after <paramref name="most"/> characters.</summary>
    public static string Show(string? text, int most = 200)
    {
        if (string.IsNullOrEmpty(text)) return "";
        if (text.Length <= most && IsAllAscii(text)) return text;
        var shown = new StringBuilder(Math.Min(text.Length, most) + 8);
        var count = 0;
        var rest = text.AsSpan();
        while (rest.Length > 0)
        {
            if (count++ >= most) return shown.Append('…').ToString();
            var status = Rune.DecodeFromUtf16(rest, out var rune, out var used);
            if (status == OperationStatus.Done && IsPlain(rune)) shown.Append(rest[..used]);
            else AppendEscape(shown, status == OperationStatus.Done ? rune.Value : rest[0]);
            rest = rest[used..];
        }
        return shown.ToString();
    }

    private static bool IsAllAscii(string text)
    {
        foreach (var c in text)
            if (c is < ' ' or >= (char)0x7f) return false;
        return true;
    }

    private static void AppendEscape(StringBuilder to, int value)
    {
        switch (value)
        {
            case '\n': to.Append("\\n"); break;
            case '\r': to.Append("\\r"); break;
            case '\t': to.Append("\\t"); break;
            case 0x1b: to.Append("\\e"); break;
            case < 0x100: to.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}"); break;
            default: to.Append(CultureInfo.InvariantCulture, $"\\u{{{value:x}}}"); break;
        }
    }
}

/// <summary>JSON strings with the same idea of plain: Chinese stays readable, all else is \u.</summary>
public sealed class PlainJsonEncoder : JavaScriptEncoder
{
    public static readonly PlainJsonEncoder Instance = new();

    public override int MaxOutputCharactersPerInputCharacter => 12;

    public override bool WillEncode(int unicodeScalar) =>
        unicodeScalar is '"' or '\\' || !Rune.IsValid(unicodeScalar) || !Printable.IsPlain(new Rune(unicodeScalar));

    public override unsafe int FindFirstCharacterToEncode(char* text, int textLength)
    {
        var rest = new ReadOnlySpan<char>(text, textLength);
        var at = 0;
        while (at < textLength)
        {
            if (Rune.DecodeFromUtf16(rest[at..], out var rune, out var used) != OperationStatus.Done || WillEncode(rune.Value)) return at;
            at += used;
        }
        return -1;
    }

    public override unsafe bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        var to = new Span<char>(buffer, bufferLength);
        numberOfCharactersWritten = 0;
        var shortForm = unicodeScalar switch { '"' => '"', '\\' => '\\', '\n' => 'n', '\r' => 'r', '\t' => 't', '\b' => 'b', '\f' => 'f', _ => '\0' };
        if (shortForm != '\0')
        {
            if (to.Length < 2) return false;
            (to[0], to[1], numberOfCharactersWritten) = ('\\', shortForm, 2);
            return true;
        }
        Span<char> units = stackalloc char[2];
        var count = Rune.IsValid(unicodeScalar) ? new Rune(unicodeScalar).EncodeToUtf16(units) : 1;
        if (count == 1) units[0] = (char)unicodeScalar;
        if (to.Length < 6 * count) return false;
        for (var i = 0; i < count; i++)
        {
            (to[6 * i], to[6 * i + 1]) = ('\\', 'u');
            ((int)units[i]).TryFormat(to[(6 * i + 2)..], out _, "x4", CultureInfo.InvariantCulture);
        }
        numberOfCharactersWritten = 6 * count;
        return true;
    }
}
