using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;
using Fairlead.Model.Answer;

namespace Fairlead.Model.Words;

/// <summary>A piece of a sentence: literal words, or a value.</summary>
public readonly record struct Piece(string Words, Shown? Value);

/// <summary>A sentence in one language. Written as an interpolated string that takes only <see cref="Shown"/> values.</summary>
public sealed record Sentence(ImmutableArray<Piece> Pieces)
{
    public static Sentence Of(SentenceHandler words) => words.Finish();

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var piece in Pieces)
        {
            text.Append(piece.Value?.Text ?? piece.Words);
        }

        return text.ToString();
    }
}

/// <summary>Builds a <see cref="Sentence"/> from an interpolated string.</summary>
[InterpolatedStringHandler]
public readonly struct SentenceHandler(int literalLength, int formattedCount)
{
    private readonly List<Piece> pieces = new(formattedCount * 2 + (literalLength > 0 ? 1 : 0));

    public void AppendLiteral(string words) => pieces.Add(new Piece(words, null));

    public void AppendFormatted(Shown value) => pieces.Add(new Piece("", value));

    internal Sentence Finish() => new([.. pieces]);
}

/// <summary>One sentence in both languages, from one place; both carry the same values (a test watches).</summary>
public sealed record Text(Sentence En, Sentence Zh)
{
    public static Text Of(SentenceHandler en, SentenceHandler zh) => new(en.Finish(), zh.Finish());

    public Sentence In(string lang) => lang == "zh" ? Zh : En;

    /// <summary>The values by name, in the order of names.</summary>
    public ImmutableSortedDictionary<string, Scalar> Args()
    {
        var args = ImmutableSortedDictionary.CreateBuilder<string, Scalar>(StringComparer.Ordinal);
        foreach (var piece in En.Pieces)
        {
            if (piece.Value is { } shown)
            {
                args[shown.Key] = shown.Value;
            }
        }

        return args.ToImmutable();
    }
}
