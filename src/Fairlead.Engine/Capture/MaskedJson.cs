using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Fairlead.Engine.Capture;

/// <summary>
/// Masks the engine's raw JSON: one pass over the bytes, in which only the strings that change are written anew; everything else, unknown fields
/// included, stays byte for byte. What a string is (variable, label, argument, text) follows from the names above it.
/// </summary>
public static class MaskedJson
{
    /// <summary>A string longer than this is cut at <see cref="KeptText"/> characters: no name or address is that long.</summary>
    public const int MaxText = 64 << 10;
    public const int KeptText = 1024;
    private const int MaxDepth = 64;

    private enum Kind : byte
    {
        /// <summary>Free text.</summary>
        Plain,

        /// <summary>An object of names and values: labels, options.</summary>
        Values,

        /// <summary>An array of NAME=value.</summary>
        Variables,

        /// <summary>An argument list.</summary>
        Arguments,
    }

    /// <summary>The same JSON with its secrets hidden. Null when it is no JSON, or deeper than 64.</summary>
    public static byte[]? Apply(ReadOnlyMemory<byte> json)
    {
        try
        {
            return Rewrite(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static byte[] Rewrite(ReadOnlyMemory<byte> json)
    {
        var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = MaxDepth });
        Span<Kind> kinds = stackalloc Kind[MaxDepth + 2];
        var parents = new string[MaxDepth + 2];
        ArrayBufferWriter<byte>? output = null;
        var copied = 0;
        var name = "";
        List<(int Start, int End, string Text)>? arguments = null;
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    kinds[reader.CurrentDepth + 1] = KindOfObject(parents[reader.CurrentDepth] ?? "", name);
                    parents[reader.CurrentDepth + 1] = name;
                    name = "";
                    break;
                case JsonTokenType.StartArray:
                    var kind = KindOfArray(name);
                    kinds[reader.CurrentDepth + 1] = kind;
                    parents[reader.CurrentDepth + 1] = name;
                    arguments = kind == Kind.Arguments ? [] : arguments;
                    name = "";
                    break;
                case JsonTokenType.PropertyName:
                    // A name can be a secret's hiding place as well as any text, but only labels have names from outside; they are kept.
                    name = Name(ref reader);
                    break;
                case JsonTokenType.String:
                    var (start, end) = ((int)reader.TokenStartIndex, (int)reader.BytesConsumed);
                    var own = kinds[reader.CurrentDepth];
                    if (own == Kind.Arguments && arguments is not null)
                    {
                        arguments.Add((start, end, reader.GetString() ?? ""));
                        break;
                    }
                    if (Changed(ref reader, own, name) is { } text)
                        Replace(json.Span, ref output, ref copied, start, end, text);
                    break;
                case JsonTokenType.EndArray when arguments is not null:
                    var masked = Masking.Arguments(arguments.ConvertAll(a => a.Text));
                    for (var i = 0; i < masked.Length; i++)
                    {
                        if (Cut(masked[i]) is var shown && shown != arguments[i].Text)
                            Replace(json.Span, ref output, ref copied, arguments[i].Start, arguments[i].End, shown);
                    }
                    arguments = null;
                    break;
                default:
                    break;
            }
        }
        if (output is null)
            return json.ToArray();
        output.Write(json.Span[copied..]);
        return output.WrittenSpan.ToArray();
    }

    private static string? Changed(ref Utf8JsonReader reader, Kind kind, string name)
    {
        if (kind == Kind.Plain && reader.ValueSpan.Length <= MaxText && !Suspect(reader.ValueSpan, reader.ValueIsEscaped))
            return null;
        var text = reader.GetString() ?? "";
        var masked = Cut(kind switch
        {
            Kind.Values => Masking.Value(name, Cut(text)),
            Kind.Variables or Kind.Arguments => Masking.Variable(Cut(text)),
            _ => Masking.Text(Cut(text)),
        });
        return masked == text ? null : masked;
    }

    /// <summary>Ids, digests, addresses and times (most of what an engine sends) cannot hold a secret by shape.</summary>
    private static bool Suspect(ReadOnlySpan<byte> value, bool escaped) => escaped || value.IndexOfAnyExcept(IdBytes) >= 0;

    private static readonly SearchValues<byte> IdBytes = SearchValues.Create("0123456789abcdefsh:./-TZ"u8);

    private static string Cut(string text) => text.Length <= MaxText ? text : string.Concat(text.AsSpan(0, KeptText), "‹cut›");

    private static void Replace(ReadOnlySpan<byte> json, ref ArrayBufferWriter<byte>? output, ref int copied, int start, int end, string text)
    {
        output ??= new ArrayBufferWriter<byte>(json.Length + 256);
        output.Write(json[copied..start]);
        output.Write("\""u8);
        output.Write(JsonEncodedText.Encode(text).EncodedUtf8Bytes);
        output.Write("\""u8);
        copied = end;
    }

    private static string Name(ref Utf8JsonReader reader) => reader.ValueSpan.Length > 1024 ? "" : reader.GetString() ?? "";

    private static Kind KindOfObject(string parent, string name) => name switch
    {
        "Labels" or "Annotations" or "Options" or "DriverOpts" or "StorageOpt" or "Attributes" => Kind.Values,
        "Config" when parent == "LogConfig" => Kind.Values,
        _ => Kind.Plain,
    };

    private static Kind KindOfArray(string name) => name switch
    {
        "Env" or "Labels" or "SecurityOpt" => Kind.Variables,
        "Cmd" or "Entrypoint" or "Args" or "Test" or "Shell" or "OnBuild" or "execIDs" => Kind.Arguments,
        _ => Kind.Plain,
    };
}
