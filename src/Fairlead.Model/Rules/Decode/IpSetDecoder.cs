using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;

namespace Fairlead.Model.Rules.Decode;

/// <summary>Answers to IPSET LIST: one or more messages a set.</summary>
internal static class IpSetDecoder
{
    private const int Header = 20, Subsystem = 6;

    public static ImmutableArray<IpSet> Sets(ImmutableArray<byte[]> messages, ref int received, ref int decoded, UndecodedList undecoded)
    {
        var order = new List<string>();
        var heads = new Dictionary<string, (int Index, string Type, int Family)>();
        var members = new Dictionary<string, List<IpSetMember>>();
        var whole = new HashSet<string>();
        foreach (var message in messages)
        {
            received++;
            string? name = null, type = null;
            int index = -1, family = 0;
            ReadOnlySpan<byte> list = default;
            var a = new NfAttributes(message.Length >= Header && message[5] == Subsystem ? message.AsSpan(Header) : default);
            while (a.Next())
            {
                switch (a.Type)
                {
                    case 2: name = a.Text; break;
                    case 3: type = a.Text; break;
                    case 5: family = a.Int; break;
                    case 8: list = a.Value; break;
                    case 11: index = a.Int; break;
                }
            }
            if (name is null || a.Damaged)
            {
                undecoded.Add("ipset message not understood");
                continue;
            }
            decoded++;
            if (members.TryAdd(name, []))
            {
                order.Add(name);
                whole.Add(name);
            }
            // later messages of the same set repeat less of its head
            var known = heads.GetValueOrDefault(name, (Index: -1, Type: "", Family: 0));
            heads[name] = (index >= 0 ? index : known.Index, type ?? known.Type, family != 0 ? family : known.Family);
            if (!Members(heads[name].Type, list, members[name]))
            {
                whole.Remove(name);
                undecoded.Add($"ipset {name}: a member not understood");
            }
        }
        return [.. order.Select(n => new IpSet(n, heads[n].Index, heads[n].Type, heads[n].Family, [.. members[n]], whole.Contains(n)))];
    }

    private static bool Members(string type, ReadOnlySpan<byte> list, List<IpSetMember> into)
    {
        var good = true;
        var a = new NfAttributes(list);
        while (a.Next())
        {
            if (a.Type != 7)
                continue;
            if (Member(type, a.Value) is { } member)
                into.Add(member);
            else
                good = false;
        }
        return good && !a.Damaged;
    }

    private static IpSetMember? Member(string type, ReadOnlySpan<byte> data)
    {
        byte[]? from = null, to = null, from2 = null, to2 = null, mac = null;
        int? cidr = null, cidr2 = null, port = null, portTo = null, protocol = null;
        string? link = null, name = null;
        uint? mark = null;
        uint flags = 0;
        var extra = new StringBuilder();
        string? comment = null;
        var a = new NfAttributes(data);
        while (a.Next())
        {
            switch (a.Type)
            {
                case 1: from = Address(a.Value); break;
                case 2: to = Address(a.Value); break;
                case 3: cidr = a.Int; break;
                case 4: port = a.Int; break;
                case 5: portTo = a.Int; break;
                case 6: extra.Append(CultureInfo.InvariantCulture, $" timeout {a.Number}"); break;
                case 7: protocol = a.Int; break;
                case 8: flags = a.UInt; break;
                case 10: mark = a.UInt; break;
                case 17: mac = a.Value.ToArray(); break;
                case 18: name = a.Text; break;
                case 20: from2 = Address(a.Value); break;
                case 21: cidr2 = a.Int; break;
                case 22: to2 = Address(a.Value); break;
                case 23: link = a.Text; break;
                case 25: extra.Append(CultureInfo.InvariantCulture, $" packets {a.Number}"); break;
                case 24: extra.Append(CultureInfo.InvariantCulture, $" bytes {a.Number}"); break;
                case 26: comment = a.Text; break;
            }
        }
        if (a.Damaged || from is null && port is null && mac is null && name is null && mark is null)
            return null;
        // 1 before, 2 physdev, 4 nomatch
        var noMatch = (flags & 4) != 0;
        var text = new List<string>(3);
        foreach (var field in type[(type.IndexOf(':', StringComparison.Ordinal) + 1)..].Split(','))
        {
            switch (field)
            {
                case "ip" or "net" when text.Count > 0 && from2 is not null: text.Add(Text(from2, to2, cidr2)); break;
                case "ip" or "net" when from is not null: text.Add(Text(from, to, cidr)); break;
                case "port": text.Add(Port(protocol, port, portTo)); break;
                case "mac" when mac is not null: text.Add(string.Join(':', mac.Select(m => m.ToString("x2", CultureInfo.InvariantCulture)))); break;
                case "mark" when mark is not null: text.Add(string.Create(CultureInfo.InvariantCulture, $"0x{mark:x8}")); break;
                case "iface" when link is not null: text.Add(((flags & 2) != 0 ? "physdev:" : "") + link); break;
                case "set" when name is not null: text.Add(name); break;
            }
        }
        if (noMatch)
            extra.Append(" nomatch");
        if (comment is not null)
            extra.Append(" comment \"").Append(comment).Append('"');
        return new IpSetMember(string.Join(',', text) + extra, from, Upper(from, to, cidr), protocol, port, portTo ?? port, link, mac, mark, name, noMatch,
            from2, Upper(from2, to2, cidr2));
    }

    /// <summary>A nested address; null unless it has 4 or 16 bytes.</summary>
    private static byte[]? Address(ReadOnlySpan<byte> data)
    {
        var a = new NfAttributes(data);
        while (a.Next())
            if (a.Value.Length == (a.Type == 1 ? 4 : 16) && a.Type is 1 or 2)
                return a.Value.ToArray();
        return null;
    }

    private static byte[]? Upper(byte[]? from, byte[]? to, int? cidr)
    {
        if (to is not null || from is null || cidr is not { } bits || bits < 0 || bits > from.Length * 8)
            return to ?? from;
        var result = (byte[])from.Clone();
        for (var i = bits; i < from.Length * 8; i++)
            result[i / 8] |= (byte)(0x80 >> i % 8);
        return result;
    }

    private static string Text(byte[] from, byte[]? to, int? cidr)
    {
        var text = new IPAddress(from).ToString();
        if (to is not null)
            return text + "-" + new IPAddress(to);
        return cidr is { } bits && bits != from.Length * 8 ? string.Create(CultureInfo.InvariantCulture, $"{text}/{bits}") : text;
    }

    private static string Port(int? protocol, int? from, int? to)
    {
        var name = protocol switch { 6 => "tcp:", 17 => "udp:", 132 => "sctp:", 136 => "udplite:", null => "", { } p => p.ToString(CultureInfo.InvariantCulture) + ":" };
        return to is not null && to != from ? string.Create(CultureInfo.InvariantCulture, $"{name}{from}-{to}") : string.Create(CultureInfo.InvariantCulture, $"{name}{from}");
    }
}
