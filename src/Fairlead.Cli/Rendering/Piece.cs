using Fairlead.Model.Answer;

namespace Fairlead.Cli.Rendering;

/// <summary>What a piece of text is, which decides its colour on a terminal.</summary>
internal enum Ink
{
    Plain,
    /// <summary>The word at the left of a block.</summary>
    Label,
    /// <summary>It does not work.</summary>
    Bad,
    /// <summary>It works.</summary>
    Good,
    /// <summary>Partly, or not known.</summary>
    Warn,
    /// <summary>A name, an address, a port: what the reader looks for.</summary>
    Value,
    /// <summary>To be typed as it stands.</summary>
    Command,
    /// <summary>Where something was read.</summary>
    Faint,
}

/// <summary>A run of text that is drawn alike. Its text has already passed <see cref="Printable"/>: use <see cref="Of"/>.</summary>
/// <param name="Whole">Never broken over two lines (a command, an address).</param>
internal readonly record struct Piece(string Text, Ink Ink, bool Whole)
{
    /// <summary>A piece from text of any origin.</summary>
    public static Piece Of(string? text, Ink ink = Ink.Plain) => new(Printable.Show(text, 2000), ink, false);

    /// <summary>A piece that stays on one line.</summary>
    public static Piece WholeOf(string? text, Ink ink) => new(Printable.Show(text, 2000), ink, true);

    public static implicit operator Piece(string text) => Of(text);
}
