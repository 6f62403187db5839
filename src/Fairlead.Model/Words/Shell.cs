using System.Buffers;

namespace Fairlead.Model.Words;

/// <summary>Commands for a POSIX shell (SAFETY 8): the one function by which arguments are quoted.</summary>
public static class Shell
{
    private static readonly SearchValues<char> Bare = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@%+=:,./-");

    /// <summary>True when the text needs no quotes.</summary>
    public static bool IsBare(string text) => text.Length > 0 && text.AsSpan().IndexOfAnyExcept(Bare) < 0;

    /// <summary>True when the text has no control or format characters, so that quoting shows what it is.</summary>
    public static bool IsQuotable(string text) => text.EnumerateRunes().All(Answer.Printable.IsPlain);

    public static string Quote(string argument) => IsBare(argument) ? argument : "'" + argument.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    public static string Command(params IEnumerable<string> argv) => string.Join(' ', argv.Select(Quote));
}
