namespace Fairlead.Model.Symptoms;

/// <summary>How near to the failed system call the words stand. Of several places in one trace the nearest is the dialled one.</summary>
public enum Depth
{
    /// <summary>A URL or pair that only stands in the same line.</summary>
    Mention,
    /// <summary>Words of any program: "connect to", "server at".</summary>
    Wrapper,
    /// <summary>A client library's own message.</summary>
    Library,
    /// <summary>The message of the failed call itself.</summary>
    Call,
}

/// <summary>One form of words that an emitter uses.</summary>
/// <param name="Emitter">Who writes so.</param>
/// <param name="Form">See <see cref="Template"/>.</param>
/// <param name="Example">A real line that has the form; its test.</param>
/// <param name="Depth">How near it is to the failed call.</param>
/// <param name="Class">The class that the words alone decide; null: the phrase beside them says it.</param>
/// <param name="About">Whose failure it is.</param>
/// <param name="Usual">The port that such a program dials when nothing says another; 0: none.</param>
public sealed record Row(
    string Emitter, string Form, string Example, Depth Depth = Depth.Call, string? Class = null, SymptomAbout About = SymptomAbout.Dial, int Usual = 0)
{
    internal Template Template { get; } = new(Form);

    /// <summary>Whether the text has the form.</summary>
    public bool Matches(string text)
    {
        var found = new List<Found>();
        Template.Find(text, found);
        return found.Count > 0;
    }
}

/// <summary>Words that tell how it failed, wherever they stand.</summary>
/// <param name="Text">Matched without regard to case.</param>
/// <param name="Class">See <see cref="SymptomClass"/>.</param>
/// <param name="Sure">False for words that also stand in settings and in lines about others: they need a place and a word of failure beside them.</param>
/// <param name="Emitter">Who is known by the words; null where many use them.</param>
public sealed record Phrase(string Text, string Class, bool Sure = true, string? Emitter = null)
{
    // ECONNREFUSED: inside a longer word it is no such code (ModuleNotFoundError holds the letters of ENOTFOUND).
    private bool IsCode { get; } = Text.AsSpan().IndexOfAnyExceptInRange('A', 'Z') < 0;

    /// <summary>Where it stands next; -1: nowhere.</summary>
    internal int Find(ReadOnlySpan<char> text, int from)
    {
        for (var at = from; ; at++)
        {
            var next = text[at..].IndexOf(Text, StringComparison.OrdinalIgnoreCase);
            if (next < 0)
                return -1;
            at += next;
            if (!IsCode || at == 0 || !char.IsLetter(text[at - 1]))
                return at;
        }
    }
}
