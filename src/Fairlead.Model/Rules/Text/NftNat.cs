namespace Fairlead.Model.Rules.Text;

/// <summary>Statements that change or send away the packet: nat, set, tproxy, queue, dup, fwd.</summary>
internal sealed partial class NftWriter
{
    private const uint NatPrefix = 0x40;

    private string Nat(NatPart n)
    {
        string text = n.Kind;
        bool six = n.Family == (int)TableFamily.Ip6 || (n.AddressMin is { Source: ValueSource.Immediate, Length: > 4 });
        // in a table of one family the family is said where a map's values are more than plain addresses
        bool said = _scope.Table.Family == TableFamily.Inet || (n.AddressMin is { Source: ValueSource.Map, Set: { } map }
            && (n.PortMin is { Source: ValueSource.Map } || _scope.Set(map) is { DataIsInterval: true }));
        if (n.AddressMin is not null && said) text += six ? " ip6" : " ip";
        string to = Target(n.AddressMin, n.AddressMax, n.PortMin, n.PortMax, six ? NftType.Ipv6 : NftType.Ipv4);
        if (to.Length > 0) text += ((n.Flags & NatPrefix) != 0 ? " prefix" : "") + " to " + to;
        var flags = new List<string>(3);
        if ((n.Flags & 4) != 0) flags.Add("random");
        if ((n.Flags & 0x10) != 0) flags.Add("fully-random");
        if ((n.Flags & 8) != 0) flags.Add("persistent");
        return flags.Count == 0 ? text : text + " " + string.Join(',', flags);
    }

    /// <summary>`10.0.0.1-10.0.0.9:80-90`, or the map that gives address and port.</summary>
    private string Target(Operand? low, Operand? high, Operand? portLow, Operand? portHigh, NftType type)
    {
        bool oneMap = low is { Source: ValueSource.Map } && portLow is { Source: ValueSource.Map } && portLow.Set == low.Set;
        string address = low is null ? "" : Range(low, high, type);
        if (portLow is null || oneMap) return address;
        string port = Range(portLow, portHigh, NftType.InetService);
        if (type == NftType.Ipv6 && low is { Source: ValueSource.Immediate })
            address = string.Join('-', address.Split('-').Select(a => "[" + a + "]"));
        return address + ":" + port;
    }

    private string Range(Operand low, Operand? high, NftType type)
    {
        if (low.Source != ValueSource.Immediate) return Show(low).Text;
        string from = _scope.Format(type, low.Immediate ?? [], false);
        if (high is not { Source: ValueSource.Immediate } || high.Immediate.AsSpan().SequenceEqual(low.Immediate)) return from;
        if (NftTypes.HasPrefix(type) && NftValues.PrefixLength(low.Immediate, high.Immediate) is { } prefix and > 0) return from + "/" + Number(prefix);
        return from + "-" + _scope.Format(type, high.Immediate ?? [], false);
    }

    private string Set(Assign a)
    {
        if (a.To.Source == ValueSource.Payload && SetBits(a) is { } bits) return bits;
        NftShown to = Show(a.To);
        if (a is { To: { Source: ValueSource.Exthdr, Aux: 1 }, Value: { Source: ValueSource.Immediate, Length: 0 } }) return "reset " + to.Text;
        string value = a.Value.Source switch
        {
            ValueSource.Immediate when a.To.Source == ValueSource.Meta && a.To.Key == 12 => Number(a.Value.Immediate is [var b, ..] ? b : 0),
            ValueSource.Immediate when NftTypes.IsBits(to.Type) => to.Type == NftType.CtLabel
                ? to.Value(_scope, a.Value.Immediate ?? [])
                : NftValues.Flags(to.Type, NftValues.Number(a.Value.Immediate ?? [], to.Host), a.To.Source == ValueSource.Ct ? "," : " | "),
            ValueSource.Immediate => to.Value(_scope, a.Value.Immediate ?? []),
            ValueSource.Map => ShowMap(a.Value, to),
            _ => Show(a.Value).Text,
        };
        return to.Text + " set " + value;
    }

    /// <summary>
    /// The kernel writes whole bytes, so a bit field (or one byte under a checksum) is a load, a mask that clears it, bits that set it, and a write.
    /// </summary>
    private string? SetBits(Assign a)
    {
        Operand to = a.To, from = a.Value;
        if (from.Source != ValueSource.Payload || from.Base != to.Base || from.Offset != to.Offset || from.Length != to.Length
            || from.Mask is not { } mask || mask.Length > 8) return null;
        byte[] cleared = [.. mask.Select(b => (byte)~b)];
        if (BitRange(cleared) is not { } range) return null;
        (string header, int start) = HeaderAt(to.Base, to.Offset * 8);
        if (header.Length == 0 || Find(header, to.Offset * 8 - start + range.Skip, range.Ones) is not { } field) return null;
        Imply(to.Base, header, field);
        var shown = new NftShown(header + " " + field.Name, PayloadType(field), false, mask.Length * 8 - range.Skip - range.Ones, field.Length);
        return shown.Text + " set " + shown.Value(_scope, from.Xor ?? new byte[mask.Length]);
    }

    private string Tproxy(TproxyPart t)
    {
        bool six = t.Family == (int)TableFamily.Ip6;
        string family = _scope.Table.Family == TableFamily.Inet && t.Family is (int)TableFamily.Ip or (int)TableFamily.Ip6 ? (six ? " ip6" : " ip") : "";
        if (t.Family == 0) family = "";
        return "tproxy" + family + " to " + Target(t.Address, null, t.Port, null, six ? NftType.Ipv6 : NftType.Ipv4);
    }

    private string Queue(QueuePart q)
    {
        var flags = new List<string>(2);
        if ((q.Flags & 1) != 0) flags.Add("bypass");
        if ((q.Flags & 2) != 0) flags.Add("fanout");
        string text = "queue" + (flags.Count > 0 ? " flags " + string.Join(',', flags) : "") + " to ";
        if (q.Number is { } number) return text + Show(number).Text;
        return text + Number(q.From) + (q.Total > 1 ? "-" + Number(q.From + q.Total - 1) : "");
    }

    private string Dup(DupPart d)
    {
        if (d.Address is null) return "dup to " + (d.Device is null ? "" : Target(d.Device, NftType.IfIndex));
        return "dup to " + Target(d.Address, AddressType(d.Address)) + (d.Device is null ? "" : " device " + Target(d.Device, NftType.IfIndex));
    }

    private string Fwd(FwdPart f)
    {
        string device = f.Device is null ? "" : Target(f.Device, NftType.IfIndex);
        if (f.Address is null) return "fwd to " + device;
        NftType type = f.Family == (int)TableFamily.Ip6 ? NftType.Ipv6 : NftType.Ipv4;
        return $"fwd {(type == NftType.Ipv6 ? "ip6" : "ip")} to {Target(f.Address, type)} device {device}";
    }

    private string Target(Operand o, NftType type) => o.Source == ValueSource.Immediate
        ? _scope.Format(type, o.Immediate ?? [], NftTypes.HostOrder(type))
        : Show(o).Text;

    private NftType AddressType(Operand o) =>
        _scope.Table.Family == TableFamily.Ip6 || o.Immediate is { Length: > 4 } ? NftType.Ipv6 : NftType.Ipv4;
}
