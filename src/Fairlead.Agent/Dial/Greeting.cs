using System.Diagnostics;
using Fairlead.Facts;

namespace Fairlead.Agent.Dial;

/// <summary>Reads what a server says of its own accord; nothing is sent.</summary>
internal static class Greeting
{
    /// <summary>How long to listen to a server of which it is not known that it speaks first.</summary>
    private const int UnaskedMs = 1000;

    internal static async Task<AnswerFact> ReadAsync(Wire wire, string speak, long connected)
    {
        var speaksFirst = speak == "mysql";
        var until = speaksFirst ? long.MaxValue : connected + UnaskedMs * Stopwatch.Frequency / 1000;
        var said = await wire.ReceiveUntilAsync(s => s.Length >= 16 || (s.Length > 0 && s[^1] == '\n'), until).ConfigureAwait(false);
        if (said.Length == 0)
            return Answers.None(speaksFirst ? Spoken.Done : Spoken.NotAsked);
        if (Recogniser.MySql(said) is { } mysql)
            return mysql;
        return speaksFirst ? Recogniser.Mismatch(said) : new AnswerFact(Recogniser.KindOf(said), null, Answers.Text(said), Spoken.NotAsked);
    }
}
