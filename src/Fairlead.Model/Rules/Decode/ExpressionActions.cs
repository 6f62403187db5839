using System.Collections.Immutable;

namespace Fairlead.Model.Rules.Decode;

/// <summary>Expressions that do something with the packet, or limit how often the rest of the rule is reached.</summary>
internal sealed partial class ExpressionDecoder
{
    private bool Action(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, int depth)
    {
        if (name.SequenceEqual("nat"u8)) return Nat(data);
        if (name.SequenceEqual("masq"u8)) return Redirected("masquerade", data, 1, 2, 3);
        if (name.SequenceEqual("redir"u8)) return Redirected("redirect", data, 3, 1, 2);
        if (name.SequenceEqual("reject"u8)) return Numbers(data, out var r) && Add(new RejectPart((int)r.At(1), (int)r.At(2)));
        if (name.SequenceEqual("log"u8)) return Log(data);
        if (name.SequenceEqual("limit"u8)) return Numbers(data, out var l) && Add(new LimitPart(l.At(1), l.At(2), (uint)l.At(3), l.At(4) == 1, (l.At(5) & 1) != 0));
        if (name.SequenceEqual("quota"u8)) return Numbers(data, out var q) && Add(new QuotaPart(q.At(1), (q.At(2) & 1) != 0, q.At(4)));
        if (name.SequenceEqual("connlimit"u8)) return Numbers(data, out var c) && Add(new ConnLimitPart((uint)c.At(1), (c.At(2) & 1) != 0));
        if (name.SequenceEqual("last"u8)) return Numbers(data, out var t) && Add(new LastPart(t.At(1) != 0, t.At(2)));
        if (name.SequenceEqual("objref"u8)) return Object(data);
        if (name.SequenceEqual("dynset"u8)) return DynSet(data, depth);
        if (name.SequenceEqual("tproxy"u8)) return Numbers(data, out var p) && Add(new TproxyPart((int)p.At(1), AddressOf(p.At(2), (int)p.At(1)), PortOf(p.At(3))));
        if (name.SequenceEqual("queue"u8)) return Numbers(data, out var u) && Add(new QueuePart((int)u.At(1), Math.Max(1, (int)u.At(2)), (int)u.At(3), u.At(4) != 0 ? registers.Get((int)u.At(4), 2) : null));
        if (name.SequenceEqual("dup"u8)) return Numbers(data, out var d) && Add(new DupPart(AddressOf(d.At(1), (int)family), d.At(2) != 0 ? registers.Get((int)d.At(2), 4) : null));
        if (name.SequenceEqual("fwd"u8)) return Numbers(data, out var f) && Add(new FwdPart(AddressOf(f.At(2), (int)f.At(3)), f.At(1) != 0 ? registers.Get((int)f.At(1), 4) : null, (int)f.At(3)));
        if (name.SequenceEqual("synproxy"u8)) return Numbers(data, out var s) && Add(new SynproxyPart((int)s.At(1), (int)s.At(2), (uint)s.At(3)));
        if (name.SequenceEqual("flow_offload"u8)) return Offload(data);
        return name.SequenceEqual("notrack"u8) && Add(new NotrackPart());
    }

    private bool Add(Part part)
    {
        parts.Add(part);
        return true;
    }

    /// <summary>The attributes 1 to 7 of an expression that has only numbers.</summary>
    [System.Runtime.CompilerServices.InlineArray(8)]
    private struct NumberList
    {
        private ulong first;

        public readonly ulong At(int index) => this[index];
    }

    private static bool Numbers(ReadOnlySpan<byte> data, out NumberList list)
    {
        list = default;
        var a = new NfAttributes(data);
        while (a.Next())
            if (a.Type is > 0 and < 8)
                list[a.Type] = a.Number;
        return !a.Damaged;
    }

    private Operand? AddressOf(ulong register, int ofFamily) => register == 0 ? null : registers.Get((int)register, ofFamily == (int)TableFamily.Ip6 ? 16 : 4);

    private Operand? PortOf(ulong register) => register == 0 ? null : registers.Get((int)register, 2);

    private bool Nat(ReadOnlySpan<byte> data)
    {
        if (!Numbers(data, out var n))
            return false;
        var of = (int)n.At(2);
        // the kernel names the lower end's register again where there is no upper end of its own
        return Add(new NatPart(n.At(1) == 0 ? "snat" : "dnat", of, AddressOf(n.At(3), of), AddressOf(n.At(4), of), PortOf(n.At(5)), PortOf(n.At(6)), (uint)n.At(7)));
    }

    private bool Redirected(string kind, ReadOnlySpan<byte> data, int flags, int low, int high) =>
        Numbers(data, out var n) && Add(new NatPart(kind, (int)family, null, null, PortOf(n.At(low)), PortOf(n.At(high)), (uint)n.At(flags)));

    private bool Log(ReadOnlySpan<byte> data)
    {
        string? prefix = null;
        int? group = null;
        uint? level = null, flags = null, snaplen = null, threshold = null;
        var a = new NfAttributes(data);
        while (a.Next())
        {
            switch (a.Type)
            {
                case 1: group = a.Int; break;
                case 2: prefix = a.Text; break;
                case 3: snaplen = a.UInt; break;
                case 4: threshold = a.UInt; break;
                case 5: level = a.UInt; break;
                case 6: flags = a.UInt; break;
            }
        }
        return !a.Damaged && Add(new LogPart(prefix, group, level, flags, snaplen, threshold));
    }

    private bool Object(ReadOnlySpan<byte> data)
    {
        int type = 0, from = 0;
        string? name = null, set = null;
        var a = new NfAttributes(data);
        while (a.Next())
        {
            switch (a.Type)
            {
                case 1: type = a.Int; break;
                case 2: name = a.Text; break;
                case 3: from = a.Int; break;
                case 4: set = a.Text; break;
            }
        }
        if (a.Damaged || name is null && set is null)
            return false;
        var known = set is null ? null : sets.GetValueOrDefault(set);
        ImmutableArray<Operand> key = set is null ? []
            : known is { KeyLength: > 0 and <= 64 } ? registers.Gather(from, known.KeyLength) : [registers.Get(from)];
        return Add(new ObjectPart(type == 0 && known is not null ? (int)known.ObjectType : type, name, set, key));
    }

    private bool DynSet(ReadOnlySpan<byte> data, int depth)
    {
        string? set = null;
        int op = 0, keyFrom = 0, dataFrom = 0;
        ulong? timeout = null;
        ReadOnlySpan<byte> single = default, list = default;
        var a = new NfAttributes(data);
        while (a.Next())
        {
            switch (a.Type)
            {
                case 1: set = a.Text; break;
                case 3: op = a.Int; break;
                case 4: keyFrom = a.Int; break;
                case 5: dataFrom = a.Int; break;
                case 6: timeout = a.Number; break;
                case 7: single = a.Value; break;
                case 10: list = a.Value; break;
            }
        }
        if (a.Damaged || set is null)
            return false;
        var known = sets.GetValueOrDefault(set);
        ImmutableArray<Part> inner = !list.IsEmpty ? Nested(list, list: true, depth + 1) : !single.IsEmpty ? Nested(single, list: false, depth + 1) : [];
        return Add(new DynSetPart(set, op, gather(keyFrom, known?.KeyLength), dataFrom == 0 ? [] : gather(dataFrom, known?.DataLength), timeout, inner));

        ImmutableArray<Operand> gather(int register, int? length) =>
            length is > 0 and <= 64 ? registers.Gather(register, length.Value) : [registers.Get(register)];
    }

    private bool Offload(ReadOnlySpan<byte> data)
    {
        var a = new NfAttributes(data);
        while (a.Next())
            if (a.Type == 1)
                return Add(new OffloadPart(a.Text));
        return false;
    }
}
