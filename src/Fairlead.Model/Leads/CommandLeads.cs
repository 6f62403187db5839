using Fairlead.Model.Symptoms;

namespace Fairlead.Model.Leads;

/// <summary>Arguments: URLs, host:port, HOST PORT side by side, -h HOST -p PORT; also inside a shell's -c.</summary>
internal static class CommandLeads
{
    private const int MostWords = 400;

    public static IEnumerable<Lead> Of(LeadSource source)
    {
        var words = source.Command.SelectMany(a => a.Split([' ', '\t', '\n', ';', '|', '&', '(', ')', '"', '\'', '`'], StringSplitOptions.RemoveEmptyEntries)).Take(MostWords).ToArray();
        for (var i = 0; i < words.Length; i++)
        {
            var word = words[i];
            var option = word.StartsWith('-');
            if (OwnAddresses.Names(option ? Option(word) : i > 0 && words[i - 1].StartsWith('-') ? words[i - 1] : ""))
                continue;
            var value = word[(word.IndexOf('=') + 1)..];
            foreach (var lead in Values.In(value, LeadKinds.Command, Where(words, i), source.Known))
                yield return lead;
            if (!Values.Believable(value, source.Known))
                continue;
            if (PortAfter(words, i) is > 0 and var port)
                yield return new Lead { Kind = LeadKinds.Command, Where = Where(words, i), Host = value, Port = port };
        }
    }

    // The next word, or the one after -p, -P or --port within four words on either side.
    private static int PortAfter(string[] words, int i)
    {
        if (i + 1 < words.Length && Shapes.Port(words[i + 1], out var next) == words[i + 1].Length && next > 0 && !words[i].Contains('='))
            return i > 0 && words[i - 1] is "sleep" or "-w" or "-T" ? 0 : next;
        for (var j = Math.Max(0, i - 4); j < Math.Min(words.Length, i + 5); j++)
        {
            var text = words[j].StartsWith("--port=", StringComparison.Ordinal) ? words[j][7..]
                : words[j] is "-p" or "-P" or "--port" && j + 1 < words.Length ? words[j + 1] : "";
            if (text.Length > 0 && i > 0 && words[i].Contains('=') | words[i - 1].StartsWith('-') && Shapes.Port(text, out var port) == text.Length)
                return port;
        }
        return 0;
    }

    private static string Option(string word) => word.IndexOf('=') is > 0 and var at ? word[..at] : word;

    private static string Where(string[] words, int i) => words[i].StartsWith('-') ? Option(words[i]) : i > 0 && words[i - 1].StartsWith('-') ? words[i - 1] : words[0];
}
