using Fairlead.Model.Rules.Decode;

namespace Fairlead.Model.Rules.Evaluate;

/// <summary>The string match, which looks for a pattern in the whole packet, headers included.</summary>
internal static class XtContents
{
    private const int Headerless = 4;

    public static Truth Of(XtString wanted, Packet packet)
    {
        const int Invert = 1, IgnoreCase = 2;
        // Short patterns, and what is no text, may stand in a header by accident.
        if (packet.Payload is not { } payload || wanted.Pattern.Length < Headerless || wanted.Pattern.Any(b => b is < 0x20 or > 0x7e)) return Truth.Unknown;
        var headers = (packet.V6 ? 40 : 20) + packet.Protocol switch { 6 => packet.Mss is > 0 ? 24 : 20, 17 => 8, _ => 8 };
        var at = Find(payload, wanted.Pattern, (wanted.Flags & IgnoreCase) != 0);
        var truth = at < 0 ? Truth.No
            : headers + at >= wanted.From && headers + at + wanted.Pattern.Length <= wanted.To ? Truth.Yes : Truth.Unknown;
        return Truths.Flip(truth, (wanted.Flags & Invert) != 0);
    }

    private static int Find(byte[] payload, byte[] pattern, bool ignoreCase)
    {
        for (var at = 0; at + pattern.Length <= payload.Length; at++)
        {
            var i = 0;
            while (i < pattern.Length && (payload[at + i] == pattern[i] || ignoreCase && Lower(payload[at + i]) == Lower(pattern[i]))) i++;
            if (i == pattern.Length) return at;
        }
        return -1;
    }

    private static int Lower(byte letter) => letter is >= (byte)'A' and <= (byte)'Z' ? letter + 32 : letter;
}
