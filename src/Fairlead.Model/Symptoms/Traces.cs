using System.Text;

namespace Fairlead.Model.Symptoms;

/// <summary>Joins the lines that belong to one event: stack traces, causes, objects printed over several lines.</summary>
internal static class Traces
{
    private const int MostLines = 120, MostChars = 24 << 10;

    private static readonly string[] Openings =
        ["at ", "Caused by", "... ", "---> ", "--- End of", "During handling of", "The above exception", "Is the server running", "TCP/IP connections on port", "[cause]", "[errors]", "] {", "}", "]", "Suppressed: ", "| ", "caused by:"];

    /// <summary>The lines of the event that line <paramref name="at"/> is part of: first and one after the last.</summary>
    public static (int From, int To) Around(IReadOnlyList<LogLine> lines, int at, int notBefore)
    {
        var from = at;
        while (from > notBefore && at - from < MostLines && Continues(lines, from))
            from--;
        var to = at + 1;
        while (to < lines.Count && to - from < MostLines && Continues(lines, to))
            to++;
        return (from, to);
    }

    /// <summary>Their text, cleaned, each line cut.</summary>
    public static string Text(IReadOnlyList<LogLine> lines, int from, int to)
    {
        if (to == from + 1)
            return Plain.Line(lines[from].Text);
        var text = new StringBuilder();
        for (var i = from; i < to && text.Length < MostChars; i++)
            text.Append(i == from ? "" : "\n").Append(Plain.Line(lines[i].Text));
        return text.ToString();
    }

    /// <summary>Whether a line goes on with what the one before it began.</summary>
    private static bool Continues(IReadOnlyList<LogLine> lines, int i)
    {
        if (i == 0)
            return false;
        var line = Plain.Line(lines[i].Text.Length > 256 ? lines[i].Text[..256] : lines[i].Text);
        var before = lines[i - 1].Text;
        if (line.Length == 0)
            return i + 1 < lines.Count && Chained(lines[i + 1].Text);
        if (before.Length == 0)
            return Chained(line);
        if (line[0] is ' ' or '\t')
            return true;
        foreach (var opening in Openings)
        {
            if (line.StartsWith(opening, StringComparison.Ordinal))
                return true;
        }
        // libpq tries each address of a name, a line for each; the first stands after whatever its program writes before.
        if (line.StartsWith("connection to server at", StringComparison.Ordinal))
            return before.Contains("connection to server at", StringComparison.Ordinal) || before.Contains("Is the server running", StringComparison.Ordinal);
        // busybox: "Connecting to x:80 (10.0.0.9:80)" and then why it failed.
        if (line.StartsWith("wget: can't connect", StringComparison.Ordinal) && before.StartsWith("Connecting to ", StringComparison.Ordinal))
            return true;
        // Python: the exception's own line ends the indented frames.
        return before.Length > 0 && before[0] == ' ' && IsException(line) && InTraceback(lines, i - 1);
    }

    private static bool Chained(string line) =>
        line.StartsWith("During handling of", StringComparison.Ordinal) || line.StartsWith("The above exception", StringComparison.Ordinal)
        || line.StartsWith("Traceback (", StringComparison.Ordinal);

    private static bool IsException(ReadOnlySpan<char> line)
    {
        var end = line.IndexOfAny(':', ' ');
        var name = end < 0 ? line : line[..end];
        return name.Length > 0 && char.IsLetter(name[0]) && name.IndexOfAnyExceptInRange('!', 'z') < 0;
    }

    private static bool InTraceback(IReadOnlyList<LogLine> lines, int i)
    {
        for (var back = 0; i >= 0 && back < MostLines; i--, back++)
        {
            var line = lines[i].Text;
            if (line.Length > 0 && line[0] is not (' ' or '\t'))
                return line.Contains("Traceback (", StringComparison.Ordinal);
        }
        return false;
    }
}
