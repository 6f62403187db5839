using System.Collections.Frozen;

namespace Fairlead.Model.Rules.Text;

/// <summary>What a text needs beside the rule: the table's sets and chains, the names of interfaces, and where to list what could not be printed.</summary>
internal sealed class NftScope(Table table, IReadOnlyDictionary<int, string>? links, ICollection<string>? raw)
{
    private static readonly FrozenDictionary<int, string> NoLinks = FrozenDictionary<int, string>.Empty;
    private Dictionary<string, NfSet>? _sets;

    public Table Table { get; } = table;

    public IReadOnlyDictionary<int, string> Links { get; } = links ?? NoLinks;

    public NfSet? Set(string name)
    {
        if (_sets is null)
        {
            _sets = [];
            foreach (NfSet set in Table.Sets) _sets.TryAdd(set.Name, set);
        }
        return _sets.GetValueOrDefault(name);
    }

    public Chain? Chain(string name)
    {
        foreach (Chain chain in Table.Chains)
            if (chain.Name == name) return chain;
        return null;
    }

    /// <summary>The raw form of something that has no text, noted as such.</summary>
    public string Raw(string what)
    {
        raw?.Add($"{Table.Family} {Table.Name}: {what}");
        return "[ " + what + " ]";
    }

    public string Format(NftType type, ReadOnlySpan<byte> value, bool host) => NftValues.Format(type, value, host, Links);
}
