using System.Buffers.Binary;
using System.Collections.Immutable;
using Fairlead.Facts;

namespace Fairlead.Model.Rules.Decode;

/// <summary>
/// Legacy (x_tables) tables, brought to the form that iptables-nft's rules have: addresses, interfaces and protocol as matches, everything else as
/// the xt blob it is. Offsets are those of struct ipt_entry and ip6t_entry.
/// </summary>
internal static class LegacyDecoder
{
    private const int MaxRules = 1_000_000;
    private static readonly string[] HookChains = ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"];

    /// <summary>The table, or null when its bytes do not fit together.</summary>
    public static Table? Table(LegacyTableDump dump, UndecodedList undecoded)
    {
        var layout = dump.Family == 6 ? LegacyLayout.V6 : LegacyLayout.V4;
        if (dump.Info.Length < 84)
            return null;
        var info = dump.Info;
        var valid = BinaryPrimitives.ReadUInt32LittleEndian(info.AsSpan(32));
        var heads = new Dictionary<int, (string Name, Hook? Hook, int Policy)>();
        for (var hook = 0; hook < 5; hook++)
            if ((valid >> hook & 1) != 0)
                heads[field(36, hook)] = (HookChains[hook], (Hook)hook, field(56, hook));
        if (UserChains(dump.Entries, layout, heads) is not { } ends)
            return null;

        var chains = ImmutableArray.CreateBuilder<Chain>();
        var family = dump.Family == 6 ? TableFamily.Ip6 : TableFamily.Ip;
        foreach (var (at, head) in heads.OrderBy(h => h.Key))
        {
            var next = ends.BinarySearch(at + 1);
            var end = ends[Math.Min(next < 0 ? ~next : next, ends.Count - 1)];
            chains.Add(Chain(dump, layout, family, at, end, head, heads, undecoded));
        }
        return new Table { Family = family, Name = dump.Table, Style = TableStyle.Legacy, Chains = chains.ToImmutable(), Sets = [] };

        int field(int at, int index) => BinaryPrimitives.ReadInt32LittleEndian(info.AsSpan(at + index * 4));
    }

    /// <summary>Adds the heads of user chains; gives the sorted offsets at which a chain ends.</summary>
    private static List<int>? UserChains(byte[] entries, LegacyLayout layout, Dictionary<int, (string, Hook?, int)> heads)
    {
        var ends = new SortedSet<int>(heads.Keys) { entries.Length };
        var count = 0;
        for (var at = 0; at < entries.Length;)
        {
            if (LegacyEntry.Read(entries, at, layout) is not { } entry || ++count > MaxRules)
                return null;
            if (entry.TargetName(entries) == "ERROR")
            {
                // the chain's name; the last one of the table has nothing behind it
                ends.Add(at);
                if (entry.Next < entries.Length)
                    heads.TryAdd(entry.Next, (entry.TargetText(entries), null, -1));
            }
            at = entry.Next;
        }
        return [.. ends];
    }

    private static Chain Chain(LegacyTableDump dump, LegacyLayout layout, TableFamily family, int from, int end, (string Name, Hook? Hook, int Policy) head,
        Dictionary<int, (string Name, Hook? Hook, int Policy)> heads, UndecodedList undecoded)
    {
        var rules = ImmutableArray.CreateBuilder<Rule>();
        bool? accepts = null;
        CounterPart? counter = null;
        for (var at = from; at < end;)
        {
            if (LegacyEntry.Read(dump.Entries, at, layout) is not { } entry)
                break;
            if (head.Hook is not null && at == head.Policy)
            {
                accepts = entry.Verdict(dump.Entries) == -2;
                counter = entry.Counter;
            }
            // a user chain's last entry is the return that ends it, not a rule
            else if (head.Hook is not null || entry.Next < end)
            {
                var parts = LegacyRule.Parts(dump.Entries, entry, layout, family, offset => heads.TryGetValue(offset, out var to) ? to.Name : null);
                foreach (var part in parts)
                    undecoded.Note(family, dump.Table, head.Name, null, part);
                rules.Add(new Rule
                {
                    Family = family,
                    Table = dump.Table,
                    Chain = head.Name,
                    Index = rules.Count,
                    Parts = parts,
                    Counter = entry.Counter,
                    Style = TableStyle.Legacy,
                });
            }
            at = entry.Next;
        }
        return new Chain
        {
            Family = family,
            Table = dump.Table,
            Name = head.Name,
            Hook = head.Hook,
            Priority = head.Hook is { } hook ? Priority(dump.Table, hook) : 0,
            Type = head.Hook is null ? null : dump.Table == "nat" ? "nat" : dump.Table == "mangle" && head.Hook == Hook.Output ? "route" : "filter",
            PolicyAccepts = accepts,
            PolicyCounter = counter,
            Rules = rules.ToImmutable(),
            Style = TableStyle.Legacy,
        };
    }

    /// <summary>Fixed by the kernel: enum nf_ip_hook_priorities.</summary>
    private static int Priority(string table, Hook hook) => table switch
    {
        "raw" => -300,
        "mangle" => -150,
        "nat" => hook is Hook.Prerouting or Hook.Output ? -100 : 100,
        "security" => 50,
        _ => 0,
    };
}

/// <summary>Where the fields of an entry lie.</summary>
internal sealed record LegacyLayout(int Header, int TargetOffset, int Counters, int AddressLength, int Source, int SourceMask, int Destination,
    int DestinationMask, int In, int Out, int InMask, int OutMask, int Protocol, int Flags, int Inverse, int GotoFlag)
{
    public static readonly LegacyLayout V4 = new(112, 88, 96, 4, 0, 8, 4, 12, 16, 32, 48, 64, 80, 82, 83, 2);
    public static readonly LegacyLayout V6 = new(168, 140, 152, 16, 0, 32, 16, 48, 64, 80, 96, 112, 128, 131, 132, 4);
}

/// <summary>One entry whose lengths were checked: it lies within the table and its target within it.</summary>
internal readonly record struct LegacyEntry(int At, int Target, int TargetSize, int Next, CounterPart Counter)
{
    public static LegacyEntry? Read(byte[] entries, int at, LegacyLayout layout)
    {
        if (at < 0 || at + layout.Header > entries.Length)
            return null;
        var entry = entries.AsSpan(at);
        int target = BinaryPrimitives.ReadUInt16LittleEndian(entry[layout.TargetOffset..]), next = BinaryPrimitives.ReadUInt16LittleEndian(entry[(layout.TargetOffset + 2)..]);
        if (target < layout.Header || next < target + 32 || next > entry.Length)
            return null;
        int size = BinaryPrimitives.ReadUInt16LittleEndian(entry[target..]);
        if (size < 32 || target + size > next)
            return null;
        var counter = new CounterPart(BinaryPrimitives.ReadUInt64LittleEndian(entry[layout.Counters..]), BinaryPrimitives.ReadUInt64LittleEndian(entry[(layout.Counters + 8)..]));
        return new LegacyEntry(at, at + target, size, at + next, counter);
    }

    public string TargetName(byte[] entries) => NfAttributes.TextOf(entries.AsSpan(Target + 2, 29));

    public int TargetRevision(byte[] entries) => entries[Target + 31];

    /// <summary>What stands in an ERROR target: a chain's name.</summary>
    public string TargetText(byte[] entries) => NfAttributes.TextOf(entries.AsSpan(Target + 32, TargetSize - 32));

    /// <summary>The number in a standard target, or 0 when there is none.</summary>
    public int Verdict(byte[] entries) => TargetSize >= 36 ? BinaryPrimitives.ReadInt32LittleEndian(entries.AsSpan(Target + 32)) : 0;
}
