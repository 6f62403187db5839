using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Fairlead.Engine.Client;

namespace Fairlead.Engine.Capture;

/// <summary>Whom a SOURCE of the command line means.</summary>
public abstract record SourceAnswer
{
    private SourceAnswer()
    {
    }

    /// <summary>The engine's host.</summary>
    public sealed record Host : SourceAnswer;

    /// <summary>One container.</summary>
    /// <param name="Took">True when it was found by less than its whole name or id: then the answer says whom it took.</param>
    public sealed record Container(string Id, string Name, bool Took) : SourceAnswer;

    /// <summary>Several fit: exit 2 with these names.</summary>
    public sealed record Ambiguous(ImmutableArray<string> Candidates) : SourceAnswer;

    /// <summary>None fits: exit 2 with the nearest names.</summary>
    public sealed record Unknown(ImmutableArray<string> Near) : SourceAnswer;
}

/// <summary>Finds a container by what a person types (CONTRACT part 1, SOURCE). Pure, over GET /containers/json.</summary>
public static class SourceFinder
{
    private const int MaxCandidates = 12;
    private const int ShortestIdPrefix = 4;

    private sealed record Entry(string Id, string Name, string Project, string Service, string Number, bool OneOff);

    /// <summary>What the engine would have to call a container for it to be meant whatever else there is; "" where no name can be.</summary>
    public static string WholeName(string asked)
    {
        var text = (asked.StartsWith("container:", StringComparison.Ordinal) ? asked["container:".Length..] : asked).TrimStart('/');
        return text.Length is > 0 and < 256 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-') ? text : "";
    }

    public static SourceAnswer Find(string asked, ImmutableArray<JsonElement> containers)
    {
        var forced = asked.StartsWith("container:", StringComparison.Ordinal);
        var text = forced ? asked["container:".Length..] : asked;
        text = text.TrimStart('/');
        if (!forced && asked == "host")
            return new SourceAnswer.Host();
        if (text.Length == 0)
            return new SourceAnswer.Unknown([]);
        var entries = containers.Select(Read).Where(e => e.Id.Length > 0).ToArray();

        if (entries.FirstOrDefault(e => e.Name == text || e.Id == text) is { } exact)
            return new SourceAnswer.Container(exact.Id, exact.Name, Took: false);
        Func<Entry, bool>[] ways =
        [
            e => !e.OneOff && e.Service.Length > 0 && Service(e, text),
            e => text.Length >= ShortestIdPrefix && e.Id.StartsWith(text, StringComparison.OrdinalIgnoreCase),
            e => Alike(e.Name).Contains(Alike(text), StringComparison.Ordinal),
        ];
        foreach (var way in ways)
        {
            var fits = entries.Where(way).ToArray();
            if (fits.Length == 1)
                return new SourceAnswer.Container(fits[0].Id, fits[0].Name, Took: true);
            if (fits.Length > 1)
                return new SourceAnswer.Ambiguous([.. fits.Select(e => e.Name).Order(StringComparer.Ordinal).Take(MaxCandidates)]);
        }
        return new SourceAnswer.Unknown(Near(text, entries));
    }

    /// <summary>A container's own name: of several (old links), the one that is not below another.</summary>
    public static string NameOf(JsonElement container)
    {
        var names = container.Items("Names").Where(n => n.ValueKind == JsonValueKind.String).Select(n => (n.GetString() ?? "").TrimStart('/')).ToArray();
        if (names.Length > 0)
            return names.FirstOrDefault(n => !n.Contains('/')) ?? names[0];
        return container.Text("Name").TrimStart('/');
    }

    private static Entry Read(JsonElement container)
    {
        var labels = container.At("Labels") ?? default;
        return new Entry(container.Text("Id"), NameOf(container), labels.Text("com.docker.compose.project"), labels.Text("com.docker.compose.service"),
            labels.Text("com.docker.compose.container-number"), labels.Text("com.docker.compose.oneoff").Equals("True", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>`service`, `service/2`, `project/service`, `project/service/2`.</summary>
    private static bool Service(Entry e, string text)
    {
        var parts = text.Split('/');
        return parts.Length switch
        {
            1 => e.Service == text,
            2 when int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out _) => e.Service == parts[0] && e.Number == parts[1],
            2 => e.Project == parts[0] && e.Service == parts[1],
            3 => e.Project == parts[0] && e.Service == parts[1] && e.Number == parts[2],
            _ => false,
        };
    }

    private static string Alike(string name) => name.Replace('-', '_').ToLowerInvariant();

    private static ImmutableArray<string> Near(string text, Entry[] entries)
    {
        var wanted = Alike(text[(text.LastIndexOf('/') + 1)..]);
        if (wanted.Length > 128)
            return [];
        var limit = Math.Max(2, wanted.Length / 3);
        return
        [
            .. entries.Select(e => (e.Name, Far: Math.Min(Distance(wanted, Alike(e.Name)), e.Service.Length > 0 ? Distance(wanted, Alike(e.Service)) : int.MaxValue)))
                .Where(n => n.Far <= limit).OrderBy(n => n.Far).ThenBy(n => n.Name, StringComparer.Ordinal).Select(n => n.Name).Distinct().Take(5),
        ];
    }

    /// <summary>Edits (insert, remove, replace, swap of neighbours) from one word to the other.</summary>
    public static int Distance(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > 64 || a.Length > 256 || b.Length > 256)
            return int.MaxValue;
        var (before, last, row) = (new int[b.Length + 1], new int[b.Length + 1], new int[b.Length + 1]);
        for (var j = 0; j <= b.Length; j++)
            last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                row[j] = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
            }
            (before, last, row) = (last, row, before);
        }
        return last[b.Length];
    }
}
