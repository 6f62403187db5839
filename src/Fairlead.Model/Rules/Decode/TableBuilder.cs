using System.Collections.Immutable;

namespace Fairlead.Model.Rules.Decode;

/// <summary>Collects what belongs to one table while the messages are read, and makes the table of it.</summary>
internal sealed class TableBuilder(TableFamily family, string name)
{
    private static readonly string[] IptablesTables = ["filter", "nat", "mangle", "raw", "security"];
    private static readonly string[] BuiltIn = ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"];

    private readonly List<Chain> chains = [];
    private readonly Dictionary<string, List<ReadOnlyMemory<byte>>> rules = [];
    private readonly Dictionary<string, NfSet> sets = [];
    private readonly Dictionary<string, List<(SetElement, bool)>> elements = [];
    private readonly List<string> setOrder = [];

    public ulong? Handle { get; set; }
    public uint Flags { get; set; }
    public string? Comment { get; set; }
    public List<NfObject> Objects { get; } = [];
    public List<NfFlowtable> Flowtables { get; } = [];

    public void Add(Chain chain) => chains.Add(chain);

    public void Add(NfSet set)
    {
        if (sets.TryAdd(set.Name, set))
            setOrder.Add(set.Name);
    }

    /// <param name="attributes">The attributes of a NEWRULE message; decoded when all sets are known.</param>
    public void AddRule(string chain, ReadOnlyMemory<byte> attributes)
    {
        if (!rules.TryGetValue(chain, out var list))
            rules[chain] = list = [];
        list.Add(attributes);
    }

    public bool AddElements(string set, ReadOnlySpan<byte> data)
    {
        if (!sets.TryGetValue(set, out var known))
            return false;
        if (!elements.TryGetValue(set, out var list))
            elements[set] = list = [];
        return SetDecoder.Elements(known, data, list);
    }

    /// <summary>
    /// iptables-nft's own tables: ip or ip6, one of five names, base chains with the built-in names only, no sets but anonymous ones. Whoever wrote such
    /// a table with nft made it readable by iptables-save as well.
    /// </summary>
    private TableStyle Style()
    {
        if (family is not (TableFamily.Ip or TableFamily.Ip6) || !IptablesTables.Contains(name) || Objects.Count + Flowtables.Count > 0)
            return TableStyle.Native;
        var own = chains.TrueForAll(c => c.Hook is not { } hook || (int)hook < BuiltIn.Length && c.Name == BuiltIn[(int)hook])
            && sets.Values.All(s => s.Anonymous);
        return own ? TableStyle.Iptables : TableStyle.Native;
    }

    public Table Build(UndecodedList undecoded)
    {
        var style = Style();
        foreach (var (set, list) in elements)
            sets[set] = sets[set] with { Elements = SetDecoder.Paired(sets[set], list) };
        var decoder = new ExpressionDecoder(family, sets);
        return new Table
        {
            Family = family,
            Name = name,
            Handle = Handle,
            Flags = Flags,
            Comment = Comment,
            Style = style,
            Chains = [.. chains.Select(c => c with { Style = style, Rules = Rules(c.Name, decoder, style, undecoded) })],
            Sets = [.. setOrder.Select(s => sets[s])],
            Objects = [.. Objects],
            Flowtables = [.. Flowtables],
        };
    }

    private ImmutableArray<Rule> Rules(string chain, ExpressionDecoder decoder, TableStyle style, UndecodedList undecoded)
    {
        if (!rules.TryGetValue(chain, out var raw))
            return [];
        var result = ImmutableArray.CreateBuilder<Rule>(raw.Count);
        foreach (var attributes in raw)
            result.Add(One(chain, attributes, result.Count, decoder, style, undecoded));
        return result.MoveToImmutable();
    }

    private Rule One(string chain, ReadOnlyMemory<byte> attributes, int index, ExpressionDecoder decoder, TableStyle style, UndecodedList undecoded)
    {
        ulong? handle = null;
        string? comment = null;
        ImmutableArray<Part> parts = [];
        var a = new NfAttributes(attributes.Span);
        while (a.Next())
        {
            switch (a.Type)
            {
                case 3: handle = a.Number; break;
                case 4: parts = decoder.Rule(a.Value); break;
                case 7: comment = NfAttributes.Comment(a.Value); break;
            }
        }
        // what could not be read must not look like a rule that says less: the rest is unknown
        if (a.Damaged)
            parts = parts.Add(new UnknownPart("damaged", attributes.ToArray()));
        CounterPart? counter = null;
        foreach (var part in parts)
        {
            counter ??= part as CounterPart;
            undecoded.Note(family, name, chain, handle, part);
        }
        return new Rule
        {
            Family = family,
            Table = name,
            Chain = chain,
            Handle = handle,
            Index = index,
            Parts = parts,
            Comment = comment,
            Counter = counter,
            Style = style,
        };
    }
}
