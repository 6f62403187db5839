namespace Fairlead.Model.Rules.Text;

/// <summary>
/// `typeof ip saddr . tcp dport`: nft keeps the expressions that a set was declared with in its user data, as nested type-length-value entries
/// (numbers of nft's own, in the CPU's order).
/// </summary>
internal static class NftTypeof
{
    private const int Payload = 7, Exthdr = 8, Meta = 9, Socket = 10, Osf = 11, Ct = 12, Concat = 13, Numgen = 23, Hash = 24, Rt = 25, Fib = 27, Xfrm = 28;

    /// <summary>The words after `typeof`; null when there are none or they are of a kind that is not known.</summary>
    public static string? Text(byte[]? typeOf) => typeOf is null ? null : Expression(typeOf, 0);

    /// <summary>What the fields of the key are, for values whose type alone does not say how to print them; empty when not known.</summary>
    public static IReadOnlyList<NftShown> Fields(byte[]? typeOf)
    {
        if (typeOf is null) return [];
        (int kind, byte[] data) = Read(typeOf);
        byte[][] parts = kind == Concat ? [.. NftUserData.Entries(data).Select(e => e.Value)] : [typeOf];
        var shown = new List<NftShown>(parts.Length);
        foreach (byte[] part in parts)
        {
            if (Expression(part, 1) is not { } text || Shown(part, text) is not { } one) return [];
            shown.Add(one);
        }
        return shown;
    }

    private static NftShown? Shown(byte[] part, string text)
    {
        (int kind, byte[] data) = Read(part);
        Dictionary<int, int> n = Numbers(data);
        int key = n.GetValueOrDefault(0, -1);
        switch (kind)
        {
            case Payload:
                int space = text.LastIndexOf(' ');
                string name = text[(text.IndexOf(' ', StringComparison.Ordinal) + 1)..], header = text[..text.IndexOf(' ', StringComparison.Ordinal)];
                NftField? field = NftFields.Of(header)?.FirstOrDefault(f => f.Name == name);
                return field is null || space < 0 ? null : new NftShown(text, field.Type, false, 0, field.Length);
            case Meta when NftKeys.Meta(key) is { } meta: return new NftShown(text, meta.Type, meta.Host, 0, Width(meta.Type));
            case Ct when NftKeys.Ct(key, 4) is { } ct: return new NftShown(text, ct.Type, ct.Host, 0, ct.Type == NftType.Integer && key == 17 ? 16 : Width(ct.Type));
            case Socket when NftKeys.Socket(key) is { } socket: return new NftShown(text, socket.Type, socket.Host, 0, key is 0 or 2 ? 8 : Width(socket.Type));
            default: return null;
        }
    }

    private static int Width(NftType type) => NftTypes.Bytes(type) is var bytes and > 0 ? bytes * 8 : 32;

    private static (int Kind, byte[] Data) Read(byte[] bytes)
    {
        int kind = -1;
        byte[] data = [];
        foreach ((int type, byte[] value) in NftUserData.Entries(bytes))
        {
            if (type == 0 && value.Length >= 4) kind = (int)NftValues.Number(value.AsSpan(0, 4), true);
            else if (type == 1) data = value;
        }
        return (kind, data);
    }

    private static Dictionary<int, int> Numbers(byte[] data)
    {
        var numbers = new Dictionary<int, int>();
        foreach ((int type, byte[] value) in NftUserData.Entries(data))
            if (value.Length is > 0 and <= 4) numbers[type] = (int)NftValues.Number(value, true);
        return numbers;
    }

    private static string? Expression(byte[] bytes, int depth)
    {
        (int kind, byte[] data) = Read(bytes);
        if (depth > 1) return null;
        if (kind == Concat)
        {
            string?[] parts = [.. NftUserData.Entries(data).Select(e => Expression(e.Value, depth + 1))];
            return parts.Length > 0 && parts.All(p => p is not null) ? string.Join(" . ", parts) : null;
        }
        Dictionary<int, int> numbers = Numbers(data);
        int Get(int key) => numbers.GetValueOrDefault(key, -1);
        return kind switch
        {
            Payload => Header(Get(0)) is { } header && Get(1) is >= 0 and var index && HeaderField(header, index) is { } field
                ? (Header(Get(5)) is { } tunnel && tunnel != header ? tunnel + " " : "") + field : null,
            Meta => NftKeys.Meta(Get(0)) is { } meta ? (NftKeys.Unqualified(Get(0)) ? "" : "meta ") + meta.Name : null,
            Ct => NftKeys.Ct(Get(0), 4) is { } ct ? "ct " + (Get(1) switch { 0 => "original ", 1 => "reply ", _ => "" }) + ct.Name : null,
            Rt => NftKeys.Rt(Get(0)) is { } rt ? "rt " + rt.Name : null,
            Socket => NftKeys.Socket(Get(0)) is { } socket ? "socket " + socket.Name : null,
            Osf => "osf name",
            Exthdr => Get(2) switch
            {
                1 when NftKeys.TcpOption(Get(0)) is { } option && Get(1) >= 0 && Get(1) < option.Fields.Length => $"tcp option {option.Name} {option.Fields[Get(1)].Name}",
                -1 or 0 when Extension(Get(0)) is { } extension && Get(1) > 0 && Get(1) <= extension.Fields.Length => $"{extension.Name} {extension.Fields[Get(1) - 1].Name}",
                _ => null,
            },
            Numgen => $"numgen {(Get(0) == 1 ? "random" : "inc")} mod {Get(1)}" + (Get(2) > 0 ? " offset " + Get(2) : ""),
            Hash when Get(0) == 1 => $"symhash mod {Get(2)}" + (Get(1) > 0 ? " offset " + Get(1) : ""),
            Fib => Get(0) switch { 1 => "oif", 2 => "oifname", 3 => "type", _ => null } is { } result ? $"fib {NftKeys.FibFlags(Math.Max(Get(1), 0))} {result}" : null,
            Xfrm => NftKeys.Xfrm(Get(0)) is { } xfrm ? $"ipsec {(Get(2) == 1 ? "out" : "in")} {(Get(1) > 0 ? "spnum " + Get(1) + " " : "")}{xfrm.Name}" : null,
            _ => null,
        };
    }

    // nft's proto_desc_id.
    private static string? Header(int id) => id switch
    {
        1 => "ah", 2 => "esp", 3 => "comp", 4 => "icmp", 5 => "igmp", 6 => "udp", 7 => "udplite", 8 => "tcp", 9 => "dccp", 10 => "sctp", 11 => "th",
        12 => "ip", 13 => "ip6", 14 => "icmpv6", 15 => "arp", 16 => "vlan", 17 => "ether", 18 => "vxlan", 19 => "geneve", 20 => "gre", 21 => "gretap",
        _ => null,
    };

    // nft's exthdr_desc_id; its fields count from 1.
    private static (string Name, NftField[] Fields)? Extension(int id) => id switch
    {
        1 => NftKeys.Extension(0), 2 => NftKeys.Extension(43), 6 => NftKeys.Extension(44), 7 => NftKeys.Extension(60), 8 => NftKeys.Extension(135),
        _ => null,
    };

    /// <summary>The field by nft's own index into a header's list, which is not the order of the wire.</summary>
    private static string? HeaderField(string header, int index)
    {
        string[] names = header switch
        {
            "ip" => ["", "version", "hdrlength", "dscp", "ecn", "length", "id", "frag-off", "ttl", "protocol", "checksum", "saddr", "daddr"],
            "ip6" => ["", "version", "dscp", "ecn", "flowlabel", "length", "nexthdr", "hoplimit", "saddr", "daddr"],
            "tcp" => ["", "sport", "dport", "sequence", "ackseq", "doff", "reserved", "flags", "window", "checksum", "urgptr"],
            "udp" => ["", "sport", "dport", "length", "checksum"],
            "udplite" => ["", "sport", "dport", "csumcov", "checksum"],
            "sctp" => ["", "sport", "dport", "vtag", "checksum"],
            "dccp" => ["", "sport", "dport", "type"],
            "th" => ["", "sport", "dport"],
            "ether" => ["", "daddr", "saddr", "type"],
            "vlan" => ["", "pcp", "cfi", "dei", "id", "type"],
            "vxlan" => ["", "vni", "flags"],
            "geneve" => ["", "vni", "type"],
            "gre" => ["", "flags", "version", "protocol"],
            "ah" => ["", "nexthdr", "hdrlength", "reserved", "spi", "sequence"],
            "esp" => ["", "spi", "sequence"],
            "comp" => ["", "nexthdr", "flags", "cpi"],
            "igmp" => ["", "type", "mrt", "checksum", "group"],
            "icmp" => ["", "type", "code", "checksum", "id", "sequence", "gateway", "mtu"],
            "icmpv6" => ["", "type", "code", "checksum", "parameter-problem", "mtu", "id", "sequence", "max-delay"],
            "arp" => ["", "htype", "ptype", "hlen", "plen", "operation", "saddr ether", "daddr ether", "saddr ip", "daddr ip"],
            _ => [],
        };
        return index > 0 && index < names.Length ? header + " " + names[index] : null;
    }
}
