using System.Globalization;
using Fairlead.Model.Answer;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlScalar = YamlDotNet.Core.Events.Scalar;

namespace Fairlead.Model.Repairs.Keeping;

/// <summary>Writes a tree of mappings, lists and texts as YAML lines. What has to be quoted, and how, the library decides; only its event writer is used, which needs no reflection.</summary>
public static class ComposeLines
{
    /// <summary>A node: a text, a list, or a mapping in this order (an empty one is written as nothing).</summary>
    public abstract record Node
    {
        private Node()
        {
        }

        /// <param name="Value">A number or a truth, written as such.</param>
        public sealed record Word(string Text, bool Value = false) : Node;

        public sealed record Items(IReadOnlyList<Node> All) : Node;

        public sealed record Map(IReadOnlyList<(string Key, Node Value)> Members) : Node;

        public static Node Of(string text) => new Word(text);

        public static Node Of(params (string Key, Node Value)[] members) => new Map(members);
    }

    public static string Write(Node root)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        var emitter = new Emitter(text, EmitterSettings.Default.WithBestWidth(int.MaxValue).WithIndentedSequences());
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Emit(emitter, root);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        var written = text.ToString().ReplaceLineEndings("\n");
        return written.EndsWith('\n') ? written : written + "\n";
    }

    private static void Emit(Emitter emitter, Node node)
    {
        switch (node)
        {
            case Node.Word word:
                emitter.Emit(Text(word.Text, word.Value));
                break;
            case Node.Items items:
                emitter.Emit(new SequenceStart(default, default, true, SequenceStyle.Block));
                foreach (var item in items.All)
                {
                    Emit(emitter, item);
                }

                emitter.Emit(new SequenceEnd());
                break;
            case Node.Map map:
                emitter.Emit(new MappingStart(default, default, true, map.Members.Count == 0 ? MappingStyle.Flow : MappingStyle.Block));
                foreach (var (key, value) in map.Members)
                {
                    emitter.Emit(Text(key));
                    Emit(emitter, value);
                }

                emitter.Emit(new MappingEnd());
                break;
        }
    }

    // A plain text could be read as a number or a truth; one with control or format characters shows them as escapes, in double quotes.
    private static YamlScalar Text(string text, bool value = false) =>
        new(default, default, text, value || IsWord(text) ? ScalarStyle.Plain : text.EnumerateRunes().All(Printable.IsPlain) ? ScalarStyle.SingleQuoted : ScalarStyle.DoubleQuoted,
            isPlainImplicit: true, isQuotedImplicit: true);

    private static bool IsWord(string text) =>
        text.Length > 0 && char.IsAsciiLetter(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/')
        && !(text.ToLowerInvariant() is "null" or "true" or "false" or "yes" or "no" or "on" or "off" or "y" or "n" or "nan" or "inf");
}
