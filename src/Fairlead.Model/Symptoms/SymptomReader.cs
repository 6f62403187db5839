using System.Collections.Immutable;

namespace Fairlead.Model.Symptoms;

/// <summary>
/// Finds in a container's log the failures of its own dials. Pure; every pass is forward and bounded: lines cut at 8 KiB, traces at 120 lines,
/// 16 tries a form of words, and nearly every line is settled by one search for all words at once.
/// </summary>
public static class SymptomReader
{
    private const int MostText = 400;

    // net.ipv4.ip_local_port_range begins at 32768.
    private const int FirstEphemeral = 32768;

    // "status:4": below it a bare word with a number is no service.
    private const int LowestBare = 20;
    private static readonly string[] Mentions = ["http://", "https://", "ws://", "wss://", "redis://", "rediss://", "mysql://", "mariadb://", "postgres://", "postgresql://", "mongodb://", "amqp://", "mqtt://", "tcp://", "nats://", "grpc://", "udp://"];

    /// <summary>All symptoms, in the order of the lines, those about others left out.</summary>
    /// <param name="lines">Oldest first.</param>
    /// <param name="since">Lines before it are not current and not looked at; null: all.</param>
    public static ImmutableArray<Symptom> Read(IReadOnlyList<LogLine> lines, DateTimeOffset? since = null)
    {
        var found = ImmutableArray.CreateBuilder<Symptom>();
        for (int i = 0, free = 0; i < lines.Count;)
        {
            if ((since is { } start && lines[i].At < start) || !MayTell(lines[i].Text))
            {
                i++;
                continue;
            }
            var (from, to) = Traces.Around(lines, i, free);
            if (One(Traces.Text(lines, from, to), lines[i].At) is { About: SymptomAbout.Dial } symptom)
                found.Add(symptom);
            i = free = to;
        }
        return found.ToImmutable();
    }

    /// <summary>What one line, or the joined lines of one trace, tell; null where it is nothing.</summary>
    public static Symptom? One(string text, DateTimeOffset? at = null)
    {
        text = text.Contains('\n') ? text : Plain.Line(text);
        if (!MayTell(text))
            return null;
        var best = BestRow(text, out var place);
        if (Quiet.IsQuiet(text, best is { Depth: >= Depth.Library, About: SymptomAbout.Dial } && place.Port + place.Name.Length + place.Address.Length > 0))
            return null;
        var (phrase, phraseAt) = Phrases.Best(text, best is null ? -1 : place.Start, best is null ? -1 : place.End);
        var cls = best?.Class ?? phrase?.Class;
        if (cls is null || (best?.Class is null && phrase is { Sure: false } && text.AsSpan().IndexOfAny(Phrases.Failure) < 0))
            return null;
        // A form that says only "it failed" yields to words that say how.
        if (cls == SymptomClass.Unknown && phrase is not null && phrase.Class != SymptomClass.Unknown && (phrase.Sure || best is null))
            cls = phrase.Class;
        var symptom = new Symptom
        {
            Emitter = best is { Emitter: not "app" } row ? row.Emitter : Phrases.WriterOf(text) ?? "app",
            About = best?.About ?? SymptomAbout.Dial,
            Class = cls,
            Name = place.Name ?? "",
            Address = place.Address ?? "",
            Port = place.Port,
            Usual = best?.Usual ?? 0,
            At = at,
            Text = Telling(text, best is not null && place.End > place.Start ? place.Start : phraseAt),
        };
        symptom = WithMentions(symptom, text, best?.Depth ?? Depth.Mention, phraseAt);
        if (!symptom.HasPlace && best is null && phrase is { Sure: false })
            return null;
        return symptom.About == SymptomAbout.Dial && Quiet.IsOwnCheck(text, symptom.Host) ? null : symptom;
    }

    private static bool MayTell(string text) => Phrases.MayTell(text.Length > Plain.LongestLine && !text.Contains('\n') ? text.AsSpan(0, Plain.LongestLine) : text);

    /// <summary>The form nearest to the call; among equals an IPv4 address before others (it is what decides when all fail), then the first attempt.</summary>
    private static Row? BestRow(string text, out Found place)
    {
        Row? best = null;
        place = default;
        var found = new List<Found>();
        Found? named = null;
        foreach (var row in Rows.All)
        {
            if (best is not null && row.Depth < best.Depth && row.Depth != Depth.Library)
                continue;
            found.Clear();
            row.Template.Find(text, found);
            foreach (var f in found)
            {
                if (!Counts(row, text, f))
                    continue;
                if (f.Name.Length > 0 && row.Depth >= Depth.Library)
                    named = f;
                if (best is null || Better(row, f, best, place))
                    (best, place) = (row, f);
            }
        }
        // The library knows the name by which the call's address was found.
        if (best is not null && place.Name.Length == 0 && named is { } known && known.Port == place.Port)
            place = place with { Name = known.Name };
        return best;
    }

    private static bool Better(Row row, Found f, Row best, Found place)
    {
        if (row.Depth != best.Depth)
            return row.Depth > best.Depth;
        if ((f.Port > 0) != (place.Port > 0))
            return f.Port > 0;
        if (f.Address.Contains(':') != place.Address.Contains(':'))
            return !f.Address.Contains(':');
        if (row.Class is null != best.Class is null)
            return best.Class is null;
        return f.Start < place.Start;
    }

    /// <summary>"->": the far end of a connection was dialled only when the near end's port is one that the kernel chose (ip_local_port_range, 32768 and up).</summary>
    private static bool Counts(Row row, string text, Found f)
    {
        if (row.Depth == Depth.Wrapper && (f.Port >= FirstEphemeral || (f.Port == 0 && f.Address.Length == 0 && row.Class is null)))
            return false;    // "connect to the": a name alone is any word, and a high port is the other end's
        if (!row.Form.StartsWith("->", StringComparison.Ordinal))
            return row.Depth is Depth.Mention or Depth.Wrapper || f.Name.Length + f.Address.Length + f.Port > 0;
        var colon = text.LastIndexOf(':', f.Start);
        return colon > 0 && Shapes.Port(text.AsSpan(colon + 1, f.Start - colon - 1), out var near) > 0 && near >= FirstEphemeral && f.Port < FirstEphemeral;
    }

    /// <summary>Takes from a URL in the same text what the nearer words leave open: the name, the port, scheme and path. A URL of another place says nothing.</summary>
    private static Symptom WithMentions(Symptom symptom, string text, Depth depth, int phraseAt)
    {
        foreach (var mention in Mentions)
        {
            for (int from = 0, tries = 0; tries < 4; tries++)
            {
                var start = text.IndexOf(mention, from, StringComparison.OrdinalIgnoreCase);
                if (start < 0)
                    break;
                from = start + mention.Length;
                if (start > 0 && char.IsAsciiLetter(text[start - 1]))
                    continue;
                if (Shapes.Url(text.AsSpan(start), out var scheme, out var at, out var path) == 0)
                    continue;
                var port = at.Port > 0 ? at.Port : Schemes.PortOf(scheme);
                if (!symptom.HasPlace && symptom.About == SymptomAbout.Dial && symptom.Class is not SymptomClass.NoSocket)
                    return symptom with { Name = at.IsAddress ? "" : at.Host, Address = at.IsAddress ? at.Host : "", Port = port, Scheme = scheme, Path = path };
                if (Same(symptom, at, port))
                    return symptom with { Name = at.IsAddress ? symptom.Name : at.Host, Port = port, Scheme = scheme, Path = path };
            }
        }
        return symptom.HasPlace || depth >= Depth.Wrapper || symptom.About != SymptomAbout.Dial || symptom.Class == SymptomClass.NoSocket ? symptom : WithPair(symptom, text, phraseAt);
    }

    private static bool Same(Symptom symptom, HostPort at, int port)
    {
        if (symptom.Port > 0 && symptom.Port != port)
            return false;
        if (at.Host == symptom.Name || at.Host == symptom.Address)
            return true;
        return symptom.Name.Length == 0 && symptom.Port == port && !at.IsAddress && symptom.Address.Length > 0;
    }

    /// <summary>As the last resort any host:port of the line, the one after the phrase first.</summary>
    private static Symptom WithPair(Symptom symptom, string text, int phraseAt)
    {
        HostPort? before = null;
        for (int i = 0, tries = 0; i < text.Length && tries < 32; tries++)
        {
            var colon = text.IndexOf(':', i);
            if (colon < 0)
                break;
            i = colon + 1;
            var start = Shapes.StartOfPlaceBefore(text, colon);
            if (start < 0 || Shapes.Port(text.AsSpan(colon + 1), out var port) is 0 and var digits || !Ends(text, colon + 1 + Digits(text, colon + 1)))
                continue;
            var slash = text.LastIndexOf('/', colon, colon - start);
            start = slash >= start ? slash + 1 : start;
            var host = text.AsSpan(start, colon - start);
            if (host.Contains(':') || !Shapes.IsLikelyHost(host) || (port < LowestBare && !Shapes.IsAddress(host)))
                continue;
            if (text.AsSpan(colon).StartsWith(":" + port) && text.AsSpan(i + Digits(text, i)).StartsWith("->"))
                continue;
            before ??= new HostPort(host.ToString(), port);
            if (colon > phraseAt)
            {
                before = new HostPort(host.ToString(), port);
                break;
            }
        }
        return before is not { } pair ? symptom
            : symptom with { Name = pair.IsAddress ? "" : pair.Host, Address = pair.IsAddress ? pair.Host : "", Port = pair.Port };
    }

    private static int Digits(string text, int at)
    {
        var n = 0;
        while (at + n < text.Length && char.IsAsciiDigit(text[at + n]))
            n++;
        return n;
    }

    private static bool Ends(string text, int at) => at >= text.Length || !(char.IsAsciiLetterOrDigit(text[at]) || text[at] is '_' or ':' || (text[at] == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])));

    /// <summary>The line in which the words stand.</summary>
    private static string Telling(string text, int at)
    {
        at = Math.Clamp(at, 0, Math.Max(0, text.Length - 1));
        var start = text.Length == 0 ? 0 : text.LastIndexOf('\n', at) + 1;
        var end = text.IndexOf('\n', at);
        var line = text.AsSpan(start, (end < 0 ? text.Length : end) - start).Trim();
        return line.Length <= MostText ? line.ToString() : line[Math.Clamp(at - start - MostText / 2, 0, line.Length - MostText)..][..MostText].ToString();
    }
}
