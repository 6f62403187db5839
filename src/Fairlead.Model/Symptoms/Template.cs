using System.Buffers;
using System.Collections.Immutable;

namespace Fairlead.Model.Symptoms;

/// <summary>What a template found.</summary>
internal readonly record struct Found(int Start, int End, string Name, string Address, int Port);

/// <summary>
/// A form of words with places in it, matched by hand from left to right; each piece is taken or the match fails, nothing is tried twice.
/// `{at}` host with or without port, `{name}` a host as it was asked for, `{pair}` a host with its port, `{addr}` an address, never a name, `{port}` digits, `{url}` a URL,
/// `{q}` a quote or none, `{sp}` blanks and line ends or none, `{word}` a run without blanks, `{..}` at most 120 characters up to what follows,
/// `{path}` a file's path.
/// </summary>
internal sealed class Template
{
    private static readonly SearchValues<char> FileEnds = SearchValues.Create(" \t\"'()\r\n,;");
    private const int MostTries = 16, LongestGap = 120;
    private readonly ImmutableArray<Piece> pieces;
    private readonly bool placeFirst;

    public Template(string text)
    {
        pieces = Parse(text);
        placeFirst = pieces[0].Kind is Kind.At or Kind.Name;
        if (pieces[placeFirst ? 1 : 0].Kind != Kind.Words)
            throw new ArgumentException("a template begins with words, or with a place and words: " + text, nameof(text));
        Words = pieces[placeFirst ? 1 : 0].Text;
    }

    private enum Kind
    {
        Words, At, Pair, Name, Addr, Port, Url, Quote, Blank, Word, Gap, Path,
    }

    private readonly record struct Piece(Kind Kind, string Text);

    /// <summary>The words without which it cannot match.</summary>
    public string Words { get; }

    /// <summary>All places where it matches, at most 16 tries.</summary>
    public void Find(ReadOnlySpan<char> text, List<Found> into)
    {
        var from = 0;
        for (var tries = 0; tries < MostTries; tries++)
        {
            var at = text[from..].IndexOf(Words, StringComparison.OrdinalIgnoreCase);
            if (at < 0)
                return;
            at += from;
            if (Match(text, at) is { } found)
            {
                into.Add(found);
                from = Math.Max(found.End, at + Words.Length);
            }
            else
            {
                from = at + Words.Length;
            }
        }
    }

    private Found? Match(ReadOnlySpan<char> text, int words)
    {
        string name = "", address = "";
        var port = 0;
        var start = words;
        if (placeFirst)
        {
            var end = words;
            while (end > 0 && text[end - 1] is ' ' or '"' or '\'')
                end--;
            start = Shapes.StartOfPlaceBefore(text, end);
            if (start < 0 || Shapes.At(text[start..end], out var before) is 0)
                return null;
            Put(pieces[0].Kind, before, ref name, ref address, ref port);
        }
        var i = words;
        for (var p = placeFirst ? 1 : 0; p < pieces.Length; p++)
        {
            var rest = text[i..];
            var taken = pieces[p].Kind switch
            {
                Kind.Words => rest.StartsWith(pieces[p].Text, StringComparison.OrdinalIgnoreCase) ? pieces[p].Text.Length : -1,
                Kind.Quote => rest.Length > 0 && rest[0] is '"' or '\'' or '`' or '“' or '”' or '‘' or '’' or '「' or '」' ? 1 : rest is ['\\', '"', ..] ? 2 : 0,
                Kind.Blank => Blanks(rest),
                Kind.Word => NonZero(Run(rest)),
                Kind.Gap => Gap(rest, p),
                Kind.Path => NonZero(PathLength(rest, ref address)),
                Kind.Port => NonZero(Shapes.Port(rest, out port)),
                Kind.Url => NonZero(Url(rest, ref name, ref address, ref port)),
                _ => NonZero(Place(rest, pieces[p].Kind, ref name, ref address, ref port)),
            };
            if (taken < 0)
                return null;
            i += taken;
        }
        return new Found(start, i, name, address, port);
    }

    private static int Place(ReadOnlySpan<char> rest, Kind kind, ref string name, ref string address, ref int port)
    {
        var taken = Shapes.At(rest, out var at);
        if ((kind == Kind.Addr && !at.IsAddress) || (kind == Kind.Pair && at.Port == 0))
            return 0;
        if (taken > 0)
            Put(kind, at, ref name, ref address, ref port);
        return taken;
    }

    private static void Put(Kind kind, HostPort at, ref string name, ref string address, ref int port)
    {
        if (kind == Kind.Addr || at.IsAddress)
            address = at.Host;
        else
            name = at.Host;
        if (kind == Kind.Name && at.IsAddress)
            address = at.Host;
        if (at.Port > 0)
            port = at.Port;
    }

    private static int Url(ReadOnlySpan<char> rest, ref string name, ref string address, ref int port)
    {
        var taken = Shapes.Url(rest, out var scheme, out var at, out _);
        if (taken > 0)
            Put(Kind.At, at.Port == 0 ? at with { Port = Schemes.PortOf(scheme) } : at, ref name, ref address, ref port);
        return taken;
    }

    private static int PathLength(ReadOnlySpan<char> rest, ref string path)
    {
        if (rest.Length < 2 || rest[0] != '/')
            return 0;
        var end = rest.IndexOfAny(FileEnds);
        path = rest[..(end < 0 ? rest.Length : end)].ToString();
        return path.Length;
    }

    private int Gap(ReadOnlySpan<char> rest, int p)
    {
        var limit = rest[..Math.Min(rest.Length, LongestGap)];
        var next = pieces[p + 1];
        return next.Kind == Kind.Words ? limit.IndexOf(next.Text, StringComparison.OrdinalIgnoreCase) : -1;
    }

    private static int Blanks(ReadOnlySpan<char> rest)
    {
        var n = rest.IndexOfAnyExcept(" \t\r\n");
        return n < 0 ? rest.Length : n;
    }

    private static int Run(ReadOnlySpan<char> rest)
    {
        var n = rest.IndexOfAny(" \t\r\n");
        return n < 0 ? rest.Length : n;
    }

    private static int NonZero(int n) => n == 0 ? -1 : n;

    private static ImmutableArray<Piece> Parse(string text)
    {
        var result = ImmutableArray.CreateBuilder<Piece>();
        for (var i = 0; i < text.Length;)
        {
            var open = text.IndexOf('{', i);
            // A brace that names no piece is a word's own.
            while (open >= 0 && KindOf(text, open) is null)
                open = text.IndexOf('{', open + 1);
            var end = open < 0 ? text.Length : open;
            if (end > i)
                result.Add(new Piece(Kind.Words, text[i..end]));
            if (open < 0)
                break;
            result.Add(new Piece(KindOf(text, open)!.Value, ""));
            i = text.IndexOf('}', open) + 1;
        }
        return result.ToImmutable();
    }

    private static Kind? KindOf(string text, int open)
    {
        var close = text.IndexOf('}', open);
        return close < 0 ? null : text[(open + 1)..close] switch
        {
            "at" => Kind.At,
            "pair" => Kind.Pair,
            "name" => Kind.Name,
            "addr" => Kind.Addr,
            "port" => Kind.Port,
            "url" => Kind.Url,
            "q" => Kind.Quote,
            "sp" => Kind.Blank,
            "word" => Kind.Word,
            ".." => Kind.Gap,
            "path" => Kind.Path,
            _ => null,
        };
    }
}

/// <summary>Ports that schemes stand for.</summary>
internal static class Schemes
{
    /// <summary>0 where the scheme has none.</summary>
    public static int PortOf(string scheme) => scheme switch
    {
        "http" or "ws" => 80,
        "https" or "wss" => 443,
        "redis" => 6379,
        "rediss" => 6379,
        "mysql" or "mariadb" => 3306,
        "postgres" or "postgresql" => 5432,
        "mongodb" => 27017,
        "amqp" => 5672,
        "amqps" => 5671,
        "mqtt" => 1883,
        "ftp" => 21,
        "nats" => 4222,
        "ldap" => 389,
        "grpc" or "tcp" or "udp" => 0,
        _ => 0,
    };
}
