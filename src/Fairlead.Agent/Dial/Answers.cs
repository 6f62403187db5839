using System.Text;
using Fairlead.Facts;

namespace Fairlead.Agent.Dial;

/// <summary>AnswerFact.Spoken.</summary>
internal static class Spoken
{
    internal const string Done = "spoken", RefusedByServer = "refused-by-server", Mismatch = "mismatch", NotAsked = "not-asked";
}

/// <summary>Makers of answers.</summary>
internal static class Answers
{
    /// <summary>At most 64 bytes of what was said, one character a byte: it stays untrusted, and no decoding can hide anything.</summary>
    internal static string Text(ReadOnlySpan<byte> said) => Encoding.Latin1.GetString(said[..Math.Min(said.Length, 64)]);

    internal static AnswerFact None(string spoken) => new("none", null, "", spoken);

    internal static AnswerFact Other(ReadOnlySpan<byte> said, string spoken) => new("other", null, Text(said), spoken);
}
