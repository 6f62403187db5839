using System.Collections.Immutable;

namespace Fairlead.Model.Rules.Decode;

/// <summary>Named objects, flowtables, and where a chain is hooked.</summary>
internal static class ObjectDecoder
{
    private const int MostDevices = 1024;

    public static NfObject? Object(TableFamily family, ReadOnlySpan<byte> data)
    {
        string? table = null, name = null, comment = null;
        var type = 0;
        ulong? handle = null;
        byte[] raw = [];
        var a = new NfAttributes(data);
        while (a.Next())
        {
            switch (a.Type)
            {
                case 1: table = a.Text; break;
                case 2: name = a.Text; break;
                case 3: type = a.Int; break;
                case 4: raw = a.Value.ToArray(); break;
                case 6: handle = a.Number; break;
                case 8: comment = NfAttributes.Comment(a.Value); break;
            }
        }
        return a.Damaged || table is null || name is null ? null
            : new NfObject(family, table, name, type, handle, Content(type, raw), raw) { Comment = comment };
    }

    /// <summary>What the object says, where it is one of the stateful expressions; others are kept as bytes.</summary>
    private static ImmutableArray<Part> Content(int type, byte[] raw)
    {
        var n = new ulong[8];
        var a = new NfAttributes(raw);
        while (a.Next())
            if (a.Type is > 0 and < 8)
                n[a.Type] = a.Number;
        if (a.Damaged)
            return [];
        return type switch
        {
            1 => [new CounterPart(n[2], n[1])],
            2 => [new QuotaPart(n[1], (n[2] & 1) != 0, n[4])],
            4 => [new LimitPart(n[1], n[2], (uint)n[3], n[4] == 1, (n[5] & 1) != 0)],
            5 => [new ConnLimitPart((uint)n[1], (n[2] & 1) != 0)],
            10 => [new SynproxyPart((int)n[1], (int)n[2], (uint)n[3])],
            _ => [],
        };
    }

    public static NfFlowtable? Flowtable(TableFamily family, ReadOnlySpan<byte> data)
    {
        string? table = null, name = null;
        uint flags = 0;
        var priority = 0;
        ImmutableArray<string> devices = [];
        var a = new NfAttributes(data);
        while (a.Next())
        {
            switch (a.Type)
            {
                case 1: table = a.Text; break;
                case 2: name = a.Text; break;
                case 7: flags = a.UInt; break;
                case 3:
                    var hook = new NfAttributes(a.Value);
                    while (hook.Next())
                    {
                        if (hook.Type == 2)
                            priority = hook.Int;
                        else if (hook.Type == 3)
                            devices = Devices(hook.Value);
                    }
                    break;
            }
        }
        return a.Damaged || table is null || name is null ? null : new NfFlowtable(family, table, name, priority, devices, flags);
    }

    /// <summary>NFTA_CHAIN_HOOK.</summary>
    public static (Hook?, int, ImmutableArray<string>) Hook(TableFamily family, ReadOnlySpan<byte> data)
    {
        int? number = null;
        var priority = 0;
        ImmutableArray<string> devices = [];
        var a = new NfAttributes(data);
        while (a.Next())
        {
            switch (a.Type)
            {
                case 1: number = a.Int; break;
                case 2: priority = a.Int; break;
                case 3: devices = [a.Text]; break;
                case 4: devices = Devices(a.Value); break;
            }
        }
        if (number is not { } n || n is < 0 or > 6)
            return (null, 0, []);
        // netdev and arp count their hooks from 0 on
        var hook = family switch
        {
            TableFamily.Netdev => n == 0 ? Rules.Hook.Ingress : Rules.Hook.Egress,
            TableFamily.Arp => n switch { 0 => Rules.Hook.Input, 1 => Rules.Hook.Output, _ => Rules.Hook.Forward },
            _ => (Hook)n,
        };
        return (hook, priority, devices);
    }

    private static ImmutableArray<string> Devices(ReadOnlySpan<byte> data)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        var a = new NfAttributes(data);
        while (a.Next() && names.Count < MostDevices)
            names.Add(a.Text);
        return names.ToImmutable();
    }
}
