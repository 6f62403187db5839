using System.Buffers.Binary;
using System.Collections.Immutable;
using Fairlead.Facts;

namespace Fairlead.Model.Rules.Decode;

/// <summary>
/// From the bytes of a <see cref="RulesDump"/> to a <see cref="RuleSet"/>. The bytes may come from a party that is not trusted: every length is
/// checked, nothing is thrown, and what is not understood stays in its place and is listed in <see cref="RuleSet.Undecoded"/>.
/// </summary>
public static class RuleSetDecoder
{
    private const int NfTablesSubsystem = 10, Header = 20;

    /// <param name="dump">What the kernel sent.</param>
    /// <param name="linkNames">Names of the namespace's interfaces by index.</param>
    public static RuleSet Decode(RulesDump dump, IReadOnlyDictionary<int, string> linkNames)
    {
        var undecoded = new UndecodedList();
        var tables = new Dictionary<(TableFamily, string), TableBuilder>();
        var order = new List<TableBuilder>();
        int received = 0, decoded = 0;
        foreach (var message in dump.NfTables)
        {
            received++;
            if (Message(message, tables, order))
                decoded++;
            else
                undecoded.Add("nf_tables message not understood: " + Convert.ToHexStringLower(message.AsSpan(0, Math.Min(message.Length, 64))));
        }
        var all = order.ConvertAll(t => t.Build(undecoded));
        foreach (var legacy in dump.Legacy)
        {
            received++;
            if (LegacyDecoder.Table(legacy, undecoded) is { } table)
            {
                decoded++;
                all.Add(table);
            }
            else
            {
                undecoded.Add($"legacy table {legacy.Table} (IPv{legacy.Family}) damaged");
            }
        }
        var ipSets = IpSetDecoder.Sets(dump.IpSets, ref received, ref decoded, undecoded);
        var hooks = ForeignHooks(dump.Hooks, ref received, ref decoded);
        return new RuleSet
        {
            Generation = dump.Generation,
            Stable = dump.Stable,
            Tables = [.. all],
            IpSets = ipSets,
            LinkNames = linkNames,
            ForeignHooks = hooks,
            Undecoded = undecoded.Lines,
            NotRead = dump.NotRead,
            Received = received,
            Decoded = decoded,
        };
    }

    private static bool Message(byte[] message, Dictionary<(TableFamily, string), TableBuilder> tables, List<TableBuilder> order)
    {
        // shorter than it says itself: cut where an attribute ends, it would look whole
        if (message.Length < Header || message[5] != NfTablesSubsystem || BinaryPrimitives.ReadUInt32LittleEndian(message) > message.Length)
            return false;
        var family = (TableFamily)message[16];
        var attributes = message.AsSpan(Header);
        return message[4] switch
        {
            0 => NewTable(family, attributes, tables, order),
            3 => NewChain(family, attributes, tables),
            6 => NewRule(family, message, tables),
            9 => NewSet(family, attributes, tables),
            12 => NewElements(family, attributes, tables),
            18 => ObjectDecoder.Object(family, attributes) is { } o && find(o.Table)?.Objects is { } objects && added(objects, o),
            22 => ObjectDecoder.Flowtable(family, attributes) is { } f && find(f.Table)?.Flowtables is { } flowtables && added(flowtables, f),
            _ => false,
        };

        TableBuilder? find(string table) => tables.GetValueOrDefault((family, table));

        static bool added<T>(List<T> list, T item)
        {
            list.Add(item);
            return true;
        }
    }

    private static bool NewTable(TableFamily family, ReadOnlySpan<byte> data, Dictionary<(TableFamily, string), TableBuilder> tables, List<TableBuilder> order)
    {
        string? name = null, comment = null;
        uint flags = 0;
        ulong? handle = null;
        var a = new NfAttributes(data);
        while (a.Next())
        {
            switch (a.Type)
            {
                case 1: name = a.Text; break;
                case 2: flags = a.UInt; break;
                case 4: handle = a.Number; break;
                case 6: comment = NfAttributes.Comment(a.Value); break;
            }
        }
        if (name is null || a.Damaged)
            return false;
        var table = new TableBuilder(family, name) { Flags = flags, Handle = handle, Comment = comment };
        if (!tables.TryAdd((family, name), table))
            return false;
        order.Add(table);
        return true;
    }

    private static bool NewChain(TableFamily family, ReadOnlySpan<byte> data, Dictionary<(TableFamily, string), TableBuilder> tables)
    {
        string? table = null, name = null, type = null, comment = null;
        ulong? handle = null;
        bool? accepts = null;
        CounterPart? counter = null;
        uint flags = 0;
        (Hook? Hook, int Priority, ImmutableArray<string> Devices) hook = (null, 0, []);
        var a = new NfAttributes(data);
        while (a.Next())
        {
            switch (a.Type)
            {
                case 1: table = a.Text; break;
                case 2: handle = a.Number; break;
                case 3: name = a.Text; break;
                case 4: hook = ObjectDecoder.Hook(family, a.Value); break;
                case 5: accepts = a.Int == 1; break;
                case 7: type = a.Text; break;
                case 8: counter = Counters(a.Value); break;
                case 10: flags = a.UInt; break;
                case 12: comment = NfAttributes.Comment(a.Value); break;
            }
        }
        if (a.Damaged || table is null || name is null || !tables.TryGetValue((family, table), out var owner))
            return false;
        owner.Add(new Chain
        {
            Family = family,
            Table = table,
            Name = name,
            Handle = handle,
            Hook = hook.Hook,
            Priority = hook.Priority,
            Type = type,
            Devices = hook.Devices,
            PolicyAccepts = hook.Hook is null ? null : accepts,
            PolicyCounter = counter,
            Comment = comment,
            Bound = (flags & 4) != 0,
            Rules = [],
        });
        return true;
    }

    private static CounterPart Counters(ReadOnlySpan<byte> data)
    {
        ulong bytes = 0, packets = 0;
        var a = new NfAttributes(data);
        while (a.Next())
        {
            if (a.Type == 1)
                bytes = a.Number;
            else if (a.Type == 2)
                packets = a.Number;
        }
        return new CounterPart(packets, bytes);
    }

    private static bool NewRule(TableFamily family, byte[] message, Dictionary<(TableFamily, string), TableBuilder> tables)
    {
        string? table = null, chain = null;
        var a = new NfAttributes(message.AsSpan(Header));
        while (a.Next() && (table is null || chain is null))
        {
            if (a.Type == 1)
                table = a.Text;
            else if (a.Type == 2)
                chain = a.Text;
        }
        if (table is null || chain is null || !tables.TryGetValue((family, table), out var owner))
            return false;
        owner.AddRule(chain, message.AsMemory(Header));
        return true;
    }

    private static bool NewSet(TableFamily family, ReadOnlySpan<byte> data, Dictionary<(TableFamily, string), TableBuilder> tables)
    {
        if (SetDecoder.Set(family, data) is not { } set || !tables.TryGetValue((family, set.Table), out var owner))
            return false;
        owner.Add(set);
        return true;
    }

    private static bool NewElements(TableFamily family, ReadOnlySpan<byte> data, Dictionary<(TableFamily, string), TableBuilder> tables)
    {
        string? table = null, set = null;
        ReadOnlySpan<byte> elements = default;
        var a = new NfAttributes(data);
        while (a.Next())
        {
            switch (a.Type)
            {
                case 1: table = a.Text; break;
                case 2: set = a.Text; break;
                case 3: elements = a.Value; break;
            }
        }
        return !a.Damaged && table is not null && set is not null && tables.TryGetValue((family, table), out var owner) && owner.AddElements(set, elements);
    }

    /// <summary>Hooks that are neither nf_tables' nor the stack's own: BPF programs and modules.</summary>
    private static ImmutableArray<ForeignHook> ForeignHooks(ImmutableArray<byte[]>? hooks, ref int received, ref int decoded)
    {
        if (hooks is not { } messages)
            return [];
        var result = ImmutableArray.CreateBuilder<ForeignHook>();
        foreach (var message in messages)
        {
            received++;
            if (message.Length < Header)
                continue;
            int number = -1, priority = 0;
            string function = "", module = "";
            var chain = false;
            var a = new NfAttributes(message.AsSpan(Header));
            while (a.Next())
            {
                switch (a.Type)
                {
                    case 1: number = a.Int; break;
                    case 2: priority = a.Int; break;
                    case 4: function = a.Text; break;
                    case 5: module = a.Text; break;
                    case 6: chain = true; break;
                }
            }
            if (a.Damaged || number is < 0 or > 6)
                continue;
            decoded++;
            if (!chain && !Ours(module, function))
                result.Add(new ForeignHook(message[16], (Hook)number, priority, function));
        }
        return result.ToImmutable();
    }

    /// <summary>Hooks of the stack itself, and of tables that are read otherwise.</summary>
    private static bool Ours(string module, string function) =>
        module.StartsWith("nf_", StringComparison.Ordinal) || module.StartsWith("iptable_", StringComparison.Ordinal)
        || module.StartsWith("ip6table_", StringComparison.Ordinal) || module is "ip_tables" or "ip6_tables" or "br_netfilter"
        || function is "ipv4_conntrack_in" or "ipv4_conntrack_local" or "ipv6_conntrack_in" or "ipv6_conntrack_local" or "nf_confirm"
            or "ipv4_conntrack_defrag" or "ipv6_defrag" or "apparmor_ip_postroute" or "selinux_ip_forward" or "selinux_ip_output" or "selinux_ip_postroute"
        || function.StartsWith("nft_", StringComparison.Ordinal) || function.StartsWith("nf_nat_", StringComparison.Ordinal)
        || function.StartsWith("br_nf_", StringComparison.Ordinal);
}
