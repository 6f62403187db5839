namespace Fairlead.Model.Rules.Text;

/// <summary>
/// `typeof ip saddr . tcp dport`: nft keeps the expressions that a set was declared with in its user data, as nested type-length-value entries
/// (numbers of nft's own, in the CPU's order).
/// </summary>
internal static class NftTypeof
{
    private const int Payload = 7, Exthdr = 8, Meta = 9, Socket = 10, Osf = 11, Ct = 12, Concat = 13, Rt = 25;

    /// <summary>The words after `typeof`; null when there are none or they are of a kind that is not known.</summary>
    public static string? Text(byte[]? typeOf) => typeOf is null ? null : Expression(typeOf, 0);

    /// <summary>What the fields of the key are, for values whose type alone does not say how to print them; empty when not known.</summary>
    public static IReadOnlyList<NftShown> Fields(byte[]? typeOf) => [];

    private static string? Expression(byte[] bytes, int depth)
    {
        int kind = -1;
        byte[] data = [];
        foreach ((int type, byte[] value) in NftUserData.Entries(bytes))
        {
            if (type == 0 && value.Length >= 4) kind = (int)NftValues.Number(value.AsSpan(0, 4), true);
            else if (type == 1) data = value;
        }
        if (depth > 1) return null;
        if (kind == Concat)
        {
            string?[] parts = [.. NftUserData.Entries(data).Select(e => Expression(e.Value, depth + 1))];
            return parts.Length > 0 && parts.All(p => p is not null) ? string.Join(" . ", parts) : null;
        }
        var numbers = new Dictionary<int, int>();
        foreach ((int type, byte[] value) in NftUserData.Entries(data))
            if (value.Length is > 0 and <= 4) numbers[type] = (int)NftValues.Number(value, true);
        int Get(int key) => numbers.GetValueOrDefault(key, -1);
        return kind switch
        {
            Payload => Header(Get(0)) is { } header && Get(1) is >= 0 and var index ? HeaderField(header, index) : null,
            Meta => NftKeys.Meta(Get(0)) is { } meta ? (NftKeys.Unqualified(Get(0)) ? "" : "meta ") + meta.Name : null,
            Ct => NftKeys.Ct(Get(0), 4) is { } ct ? "ct " + (Get(1) switch { 0 => "original ", 1 => "reply ", _ => "" }) + ct.Name : null,
            Rt => NftKeys.Rt(Get(0)) is { } rt ? "rt " + rt.Name : null,
            Socket => NftKeys.Socket(Get(0)) is { } socket ? "socket " + socket.Name : null,
            Osf => "osf name",
            Exthdr => Get(1) switch
            {
                1 when NftKeys.TcpOption(Get(0)) is { } option => "tcp option " + option.Name,
                _ => null,
            },
            _ => null,
        };
    }

    // nft's proto_desc_id.
    private static string? Header(int id) => id switch
    {
        1 => "ah", 2 => "esp", 3 => "comp", 4 => "icmp", 5 => "igmp", 6 => "udp", 7 => "udplite", 8 => "tcp", 9 => "dccp", 10 => "sctp", 11 => "th",
        12 => "ip", 13 => "ip6", 14 => "icmpv6", 15 => "arp", 16 => "vlan", 17 => "ether",
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
            "vlan" => ["", "pcp", "dei", "id", "type"],
            "icmp" => ["", "type", "code", "checksum", "id", "sequence", "gateway", "mtu"],
            "icmpv6" => ["", "type", "code", "checksum", "parameter-problem", "mtu", "id", "sequence", "max-delay"],
            "arp" => ["", "htype", "ptype", "hlen", "plen", "operation", "saddr ether", "daddr ether", "saddr ip", "daddr ip"],
            _ => [],
        };
        return index > 0 && index < names.Length ? header + " " + names[index] : null;
    }
}
