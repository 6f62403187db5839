using System.Text;

namespace Fairlead.Tests.Words;

/// <summary>A string literal of a source file: its text with every hole as {expression}, and the arguments around it.</summary>
/// <param name="Holes">The expressions of an interpolated string, in order.</param>
internal sealed record Literal(string File, int Line, string Text, IReadOnlyList<string> Holes);

/// <summary>Reads C# as far as calls with string arguments need it: strings of every kind, comments, brackets.</summary>
internal sealed class SourceStrings
{
    private readonly string file;
    private readonly string text;
    private int at;

    private SourceStrings(string file, string text) => (this.file, this.text) = (file, text);

    /// <summary>Every call of one of the functions: its arguments, each as the literals and the other words in it.</summary>
    public static IEnumerable<(int Line, IReadOnlyList<IReadOnlyList<Literal>> Arguments)> Calls(string file, string source, params string[] functions)
    {
        foreach (var function in functions)
        {
            for (var i = source.IndexOf(function + "(", StringComparison.Ordinal); i >= 0; i = source.IndexOf(function + "(", i + 1, StringComparison.Ordinal))
            {
                if (i > 0 && (char.IsLetterOrDigit(source[i - 1]) || source[i - 1] == '_')) continue;
                var reader = new SourceStrings(file, source) { at = i + function.Length + 1 };
                yield return (reader.Line(i), reader.Arguments());
            }
        }
    }

    /// <summary>Every string literal of the file that is not in a comment.</summary>
    public static IReadOnlyList<Literal> All(string file, string source)
    {
        var reader = new SourceStrings(file, source);
        var found = new List<Literal>();
        while (reader.at < source.Length)
        {
            if (reader.Skipped()) continue;
            if (reader.String() is { } literal) found.Add(literal);
            else reader.at++;
        }
        return found;
    }

    private List<IReadOnlyList<Literal>> Arguments()
    {
        var arguments = new List<IReadOnlyList<Literal>>();
        var here = new List<Literal>();
        for (var depth = 0; at < text.Length;)
        {
            if (Skipped()) continue;
            if (String() is { } literal)
            {
                here.Add(literal);
                continue;
            }
            var c = text[at++];
            if (c is '(' or '[' or '{') depth++;
            else if (c is ')' or ']' or '}' && depth-- == 0) break;
            else if (c == ',' && depth == 0) (_, here) = (Added(here), []);
        }
        arguments.Add(here);
        return arguments;

        int Added(List<Literal> one)
        {
            arguments.Add(one);
            return arguments.Count;
        }
    }

    private bool Skipped()
    {
        if (text[at] == '\'' )
        {
            at += text[at + 1] == '\\' ? text.IndexOf('\'', at + 3) - at + 1 : 3;
            return true;
        }
        if (text[at] != '/' || at + 1 >= text.Length) return false;
        var end = text[at + 1] switch { '/' => text.IndexOf('\n', at), '*' => text.IndexOf("*/", at, StringComparison.Ordinal) + 2, _ => -2 };
        if (end == -2) return false;
        at = end < 0 ? text.Length : end;
        return true;
    }

    private Literal? String()
    {
        var (start, interpolated, verbatim) = (at, false, false);
        var i = at;
        for (; i < text.Length && text[i] is '$' or '@'; i++) (interpolated, verbatim) = (interpolated || text[i] == '$', verbatim || text[i] == '@');
        if (i >= text.Length || text[i] != '"') return null;
        if (string.CompareOrdinal(text, i, "\"\"\"", 0, 3) == 0)
        {
            // A raw string: no sentence of ours is written so.
            at = text.IndexOf("\"\"\"", i + 3, StringComparison.Ordinal) + 3;
            while (at < text.Length && text[at] == '"') at++;
            return null;
        }
        at = i + 1;
        var (words, holes) = (new StringBuilder(), new List<string>());
        while (text[at] != '"' || (verbatim && text[at + 1] == '"'))
        {
            if (text[at] == '\\' && !verbatim)
            {
                words.Append(text[at + 1] switch { 'n' => '\n', var c => c });
                at += 2;
            }
            else if (interpolated && text[at] is '{' or '}' && text[at + 1] == text[at])
            {
                words.Append(text[at]);
                at += 2;
            }
            else if (interpolated && text[at] == '{')
            {
                var hole = Hole();
                words.Append('{').Append(hole).Append('}');
                holes.Add(hole);
            }
            else
            {
                words.Append(text[at]);
                at += text[at] == '"' ? 2 : 1;
            }
        }
        at++;
        return new Literal(file, Line(start), words.ToString(), holes);
    }

    private string Hole()
    {
        var start = ++at;
        for (var depth = 0; text[at] != '}' || depth > 0;)
        {
            if (Skipped() || String() is not null) continue;
            if (text[at] is '{' or '(' or '[') depth++;
            else if (text[at] is '}' or ')' or ']') depth--;
            at++;
        }
        return text[start..at++].Trim();
    }

    private int Line(int position) => text.AsSpan(0, position).Count('\n') + 1;
}
