using Fairlead.Model.Symptoms;
using Xunit;

namespace Fairlead.Tests.Symptoms;

/// <summary>A file of lines with what they tell: "number emitter class place [about]", a tab, the line; \n in the line stands for a line end.</summary>
internal static class LineTable
{
    public static TheoryData<string, string, string> Read(string name)
    {
        using var stream = typeof(LineTable).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException("no resource " + name);
        using var reader = new StreamReader(stream);
        var data = new TheoryData<string, string, string>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#' || line.IndexOf('\t') is var tab && tab < 0)
                continue;
            var head = line[..tab].Split(' ');
            data.Add(head[0], string.Join(' ', head[1..]), line[(tab + 1)..].Replace("\\n", "\n", StringComparison.Ordinal));
        }
        return data;
    }

    public static string Told(Symptom? s) => s is null ? "nothing"
        : $"{s.Emitter} {s.Class} {(s.HasPlace ? s.Place : "-")}{(s.About == SymptomAbout.Dial ? "" : " " + s.About)}";
}
