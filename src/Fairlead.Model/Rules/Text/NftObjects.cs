namespace Fairlead.Model.Rules.Text;

/// <summary>Named objects: counters, quotas, limits, conntrack helpers and the rest.</summary>
internal static partial class NftDeclarations
{
    public static string Object(NftScope scope, NfObject o, bool handles)
    {
        var lines = new List<string>();
        if (o.Comment is { Length: > 0 } comment) lines.Add("comment " + NftValues.Quote(comment));
        int before = lines.Count;
        foreach (Part part in o.Content)
        {
            switch (part)
            {
                case CounterPart c: lines.Add($"packets {c.Packets} bytes {c.Bytes}"); break;
                case QuotaPart q: lines.Add(NftStatements.Quota(q)); break;
                case LimitPart l: lines.Add(NftStatements.Rate(l, inObject: true)); break;
                case ConnLimitPart c: lines.Add((c.Over ? "over " : "") + c.Count); break;
                case SynproxyPart s: lines.AddRange(SynproxyLines(s)); break;
                default: lines.Add(scope.Raw(part.ToString())); break;
            }
        }
        if (lines.Count == before) lines.AddRange(NftObjectContent.Lines(scope, o));
        string body = string.Concat(lines.Select(l => "\t\t" + l + "\n"));
        return $"\t{ObjectName((uint)o.Type)} {NftValues.Clean(o.Name)} {{{NftText.Handle(o.Handle, handles)}\n{body}\t}}\n";
    }

    private static IEnumerable<string> SynproxyLines(SynproxyPart s)
    {
        if ((s.Flags & 1) != 0) yield return $"mss {s.Mss}";
        if ((s.Flags & 2) != 0) yield return $"wscale {s.WindowScale}";
        string options = ((s.Flags & 8) != 0 ? " timestamp" : "") + ((s.Flags & 4) != 0 ? " sack-perm" : "");
        if (options.Length > 0) yield return options[1..];
    }
}
