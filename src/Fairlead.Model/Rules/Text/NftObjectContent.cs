using System.Buffers.Binary;

namespace Fairlead.Model.Rules.Text;

/// <summary>The content of objects that have no part of their own: conntrack helpers, timeouts and expectations, from the attributes of NFTA_OBJ_DATA.</summary>
internal static class NftObjectContent
{
    public static IEnumerable<string> Lines(NftScope scope, NfObject o)
    {
        Dictionary<int, byte[]> a = Attributes(o.Raw);
        switch (o.Type)
        {
            case 3 when a.TryGetValue(1, out byte[]? name):
                yield return $"type {NftValues.Quote(NftValues.Text(name))} protocol {Protocol(a, 3)}";
                yield return "l3proto " + L3(a, 2, scope);
                break;
            case 7:
                yield return "protocol " + Protocol(a, 2);
                yield return "l3proto " + L3(a, 1, scope);
                if (a.TryGetValue(3, out byte[]? policy)) yield return "policy = { " + string.Join(", ", Policy(a, policy)) + " }";
                break;
            case 9:
                yield return "protocol " + Protocol(a, 2);
                if (a.TryGetValue(3, out byte[]? port)) yield return "dport " + NftValues.Decimal(NftValues.Number(port, false));
                if (a.TryGetValue(4, out byte[]? ms)) yield return "timeout " + NftValues.Duration(NftValues.Number(ms, true));
                if (a.TryGetValue(5, out byte[]? size)) yield return "size " + NftValues.Decimal(NftValues.Number(size, true));
                yield return "l3proto " + L3(a, 1, scope);
                break;
            case 8 when a.TryGetValue(1, out byte[]? context):
                yield return NftValues.Quote(NftValues.Text(context));
                break;
            case 10:
                if (a.TryGetValue(1, out byte[]? mss)) yield return "mss " + NftValues.Decimal(NftValues.Number(mss, false));
                if (a.TryGetValue(2, out byte[]? scale)) yield return "wscale " + NftValues.Decimal(NftValues.Number(scale, false));
                ulong flags = a.TryGetValue(3, out byte[]? bits) ? NftValues.Number(bits, false) : 0;
                string options = ((flags & 8) != 0 ? " timestamp" : "") + ((flags & 4) != 0 ? " sack-perm" : "");
                if (options.Length > 0) yield return options[1..];
                break;
            default:
                yield return scope.Raw($"object type {o.Type} {Convert.ToHexStringLower(o.Raw)}");
                break;
        }
    }

    private static string Protocol(Dictionary<int, byte[]> a, int key)
    {
        ulong number = a.TryGetValue(key, out byte[]? value) ? NftValues.Number(value, false) : 0;
        return NftSymbols.Of(NftType.InetProto, number) ?? NftValues.Decimal(number);
    }

    private static string L3(Dictionary<int, byte[]> a, int key, NftScope scope) => (a.TryGetValue(key, out byte[]? value) ? NftValues.Number(value, false) : 0) switch
    {
        1 => "inet",
        2 => "ip",
        10 => "ip6",
        3 => "arp",
        5 => "netdev",
        7 => "bridge",
        _ => NftText.Family(scope.Table.Family),
    };

    /// <summary>Seconds by state, in the order of the kernel's CTA_TIMEOUT_TCP_* and CTA_TIMEOUT_UDP_*.</summary>
    private static IEnumerable<string> Policy(Dictionary<int, byte[]> a, byte[] policy)
    {
        string[] states = Protocol(a, 2) == "tcp"
            ? ["", "syn_sent", "syn_recv", "established", "fin_wait", "close_wait", "last_ack", "time_wait", "close", "syn_sent2", "retrans", "unack"]
            : ["", "unreplied", "replied"];
        // as nft, only what was changed: the kernel's own seconds are left out
        ulong[] usual = Protocol(a, 2) == "tcp" ? [0, 120, 60, 432_000, 120, 60, 30, 120, 10, 120, 300, 300] : [0, 30, 120];
        foreach ((int state, byte[] value) in Attributes(policy).OrderBy(p => p.Key).Where(p => p.Key >= usual.Length || NftValues.Number(p.Value, false) != usual[p.Key]))
            yield return $"{(state < states.Length ? states[state] : NftValues.Decimal((ulong)state))} : {NftValues.Duration(NftValues.Number(value, false) * 1000)}";
    }

    private static Dictionary<int, byte[]> Attributes(byte[] bytes)
    {
        var found = new Dictionary<int, byte[]>();
        for (int at = 0; at + 4 <= bytes.Length;)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at)), type = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at + 2)) & 0x3fff;
            if (length < 4 || at + length > bytes.Length) break;
            found.TryAdd(type, bytes[(at + 4)..(at + length)]);
            at += (length + 3) & ~3;
        }
        return found;
    }
}
