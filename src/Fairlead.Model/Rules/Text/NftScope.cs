using System.Collections.Frozen;

namespace Fairlead.Model.Rules.Text;

/// <summary>What a text needs beside the rule: the table's sets and chains, the names of interfaces, and where to list what could not be printed.</summary>
internal sealed class NftScope(Table table, IReadOnlyDictionary<int, string>? links, ICollection<string>? raw)
{
    private static readonly FrozenDictionary<int, string> NoLinks = FrozenDictionary<int, string>.Empty;
    private const int MostBound = 10_000;
    private readonly HashSet<string> _within = [];
    private int _entered;
    private Dictionary<string, NfSet>? _sets;
    private Dictionary<string, Chain>? _chains;

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
        if (_chains is null)
        {
            _chains = [];
            foreach (Chain chain in Table.Chains) _chains.TryAdd(chain.Name, chain);
        }
        return _chains.GetValueOrDefault(name);
    }

    /// <summary>
    /// The chain without a name of its own that is to be written where it is used; null for one with a name, one that is being written already (the
    /// rules may come from a file that somebody made), or when too much was written so.
    /// </summary>
    public Chain? Enter(string name)
    {
        if (Chain(name) is not { Bound: true } chain || _entered >= MostBound || !_within.Add(name)) return null;
        _entered++;
        return chain;
    }

    public void Leave(string name) => _within.Remove(name);

    /// <summary>The raw form of something that has no text, noted as such.</summary>
    public string Raw(string what)
    {
        raw?.Add($"{Table.Family} {Table.Name}: {what}");
        return "[ " + what + " ]";
    }

    public string Format(NftType type, ReadOnlySpan<byte> value, bool host) => NftValues.Format(type, value, host, Links);
}
