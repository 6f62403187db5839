using System.Buffers;
using System.Collections.Immutable;

namespace Fairlead.Engine.Capture;

/// <summary>
/// Hides secrets in text that came from outside (SAFETY 17), before it becomes part of a snapshot. Pure. Written without regular expressions:
/// linear in the text, no cost at start. Of a URL the scheme, host and port stay, because they are what a diagnosis is about.
/// Where it is in doubt it hides too much rather than too little.
/// </summary>
public static partial class Masking
{
    /// <summary>What stands in the place of a secret.</summary>
    public const string Mask = "‹masked›";

    /// <summary>A value longer than this, with more than <see cref="MaxEntropy"/> bits a character, is taken for a key.</summary>
    private const int MaxPlain = 24;
    private const double MaxEntropy = 4.0;

    // Not a field: fields of this class in two files have no order between them.
    private static string[] Words =>
    [
        "pass", "secret", "token", "key", "credential", "auth", "cookie", "private", "dsn", "pwd", "passwd", "salt", "jwt", "signature", "bearer",
        "密码", "口令", "密钥", "令牌", "私钥", "凭证", "凭据",
    ];

    private static readonly SearchValues<string> SecretWords = SearchValues.Create(Words, StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<char> TokenEnds = SearchValues.Create(" \t\r\n\"'`<>|\\^{}()[],;");

    /// <summary>Whether a name (of a variable, a label, an option) says that its value is secret.</summary>
    public static bool SecretName(ReadOnlySpan<char> name)
    {
        if (name.Equals("PWD", StringComparison.Ordinal) || name.Equals("OLDPWD", StringComparison.Ordinal))
            return false;
        return name.IndexOfAny(SecretWords) >= 0;
    }

    /// <summary>A value that stands under a name: a variable, a label, an option of a log driver.</summary>
    public static string Value(string name, string value)
    {
        if (value.Length == 0)
            return value;
        if (SecretName(name))
            return IsHarmless(value) ? value : HideAllButHosts(value);
        var shaped = Text(value);
        return Structured(name) ? shaped : HideDense(shaped);
    }

    /// <summary>"NAME=value" of a container's environment.</summary>
    public static string Variable(string line)
    {
        var at = line.IndexOf('=');
        return at <= 0 ? HideDense(Text(line)) : string.Concat(line.AsSpan(0, at + 1), Value(line[..at], line[(at + 1)..]));
    }

    /// <summary>An argument list: `--password x`, `--password=x`, and what is secret by its shape.</summary>
    public static ImmutableArray<string> Arguments(IReadOnlyList<string> arguments)
    {
        var result = ImmutableArray.CreateBuilder<string>(arguments.Count);
        var hideNext = false;
        var program = arguments.Count > 0 ? Base(arguments[0]) : "";
        foreach (var argument in arguments)
        {
            if (hideNext && !(argument.StartsWith("--", StringComparison.Ordinal) && argument.Length > 3))
            {
                result.Add(HideAllButHosts(argument));
                hideNext = false;
                continue;
            }
            hideNext = TakesSecret(program, argument);
            result.Add(Argument(program, argument));
        }
        return result.MoveToImmutable();
    }

    private static string Argument(string program, string argument)
    {
        if (argument.Contains(' ') || argument.Contains('\n'))
            return HideDense(Text(argument));
        var at = argument.IndexOf('=');
        if (at > 0)
            return string.Concat(argument.AsSpan(0, at + 1), Value(argument[..at].TrimStart('-'), argument[(at + 1)..]));
        if (GluedSecret(program, argument) is > 0 and var cut)
            return argument[..cut] + Mask;
        return HideDense(Text(argument));
    }

    /// <summary>Whether the argument after this one is a secret.</summary>
    private static bool TakesSecret(string program, string argument)
    {
        if (argument.Contains('='))
            return false;
        if (argument.Length > 1 && argument[0] == '-' && !argument.Contains(' '))
        {
            if (SecretName(argument))
                return true;
            return (program, argument) switch
            {
                ("redis-cli", "-a") or ("curl" or "wget", "-u" or "--user" or "--proxy-user" or "-U" or "-b" or "-H" or "--header") => true,
                ("mosquitto_pub" or "mosquitto_sub", "-P") or ("sshpass", "-p") => true,
                _ => false,
            };
        }
        // redis-server and its like take options without dashes: requirepass x
        return argument is "requirepass" or "masterauth" or "masteruser";
    }

    /// <summary>Length of the option in `-pSECRET` of the MySQL clients and sshpass; 0 where it is none.</summary>
    private static int GluedSecret(string program, string argument)
    {
        var known = program.StartsWith("mysql", StringComparison.Ordinal) || program.StartsWith("mariadb", StringComparison.Ordinal) || program is "sshpass";
        return known && argument.Length > 2 && argument.StartsWith("-p", StringComparison.Ordinal) && argument[1] != '-' ? 2 : 0;
    }

    private static string Base(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>Values that cannot be secrets and that a reader misses when they are hidden.</summary>
    private static bool IsHarmless(string value) =>
        value is "true" or "false" or "yes" or "no" or "on" or "off" or "none" or "0" or "1" or "True" or "False";

    /// <summary>Labels whose form is known and holds no secret beyond the shapes: hashes, paths, lists of services.</summary>
    private static bool Structured(string name) =>
        name.StartsWith("com.docker.", StringComparison.Ordinal) || name.StartsWith("org.opencontainers.", StringComparison.Ordinal);

    /// <summary>Hides every piece that is long and dense.</summary>
    private static string HideDense(string text)
    {
        if (text.Length <= MaxPlain)
            return text;
        return MapTokens(text, static token => Dense(token) ? Mask : null);
    }

    private static bool Dense(ReadOnlySpan<char> token)
    {
        if (token.Length <= MaxPlain || token.StartsWith("sha256:", StringComparison.Ordinal) || token.IndexOf(Mask, StringComparison.Ordinal) >= 0)
            return false;
        if (token.IndexOf("://", StringComparison.Ordinal) >= 0)
            return false;   // Text has looked into it, part by part
        if (token[0] == '/' || token.StartsWith("./", StringComparison.Ordinal))
        {
            foreach (var part in token.SplitAny('/', ':', '.'))
            {
                if (token[part] is { Length: > MaxPlain } segment && Entropy(segment) > MaxEntropy)
                    return true;
            }
            return false;
        }
        return Entropy(token) > MaxEntropy;
    }

    /// <summary>Shannon entropy of the characters, bits a character.</summary>
    private static double Entropy(ReadOnlySpan<char> text)
    {
        Span<int> counts = stackalloc int[256];
        counts.Clear();
        foreach (var c in text)
            counts[c & 0xff]++;
        var bits = 0.0;
        foreach (var n in counts)
        {
            if (n > 0)
                bits -= (double)n / text.Length * Math.Log2((double)n / text.Length);
        }
        return bits;
    }

    private delegate string? TokenMap(ReadOnlySpan<char> token);

    /// <summary>Replaces those tokens (pieces between blanks, quotes, brackets, commas) for which <paramref name="map"/> has an answer.</summary>
    private static string MapTokens(string text, TokenMap map)
    {
        System.Text.StringBuilder? result = null;
        var from = 0;
        for (var i = 0; i < text.Length;)
        {
            var length = text.AsSpan(i).IndexOfAny(TokenEnds);
            if (length < 0)
                length = text.Length - i;
            if (length > 0 && map(text.AsSpan(i, length)) is { } replaced)
            {
                (result ??= new System.Text.StringBuilder(text.Length)).Append(text, from, i - from).Append(replaced);
                from = i + length;
            }
            i += Math.Max(length, 1);
        }
        return result is null ? text : result.Append(text, from, text.Length - from).ToString();
    }
}
