using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;
using Fairlead.Agent.Native;

namespace Fairlead.Agent.Resolve;

/// <summary>What one server answered to one question.</summary>
/// <param name="Rcode">0 NOERROR, 2 SERVFAIL, 3 NXDOMAIN, 5 REFUSED, …; -1 when the answer is malformed.</param>
/// <param name="Records">Records in the answer section, whatever they are: an alias alone is an answer too.</param>
/// <param name="Lame">Nothing at all from a server that neither knows nor asks on (glibc then asks the next one).</param>
internal sealed record DnsAnswer(int Rcode, bool Truncated, IReadOnlyList<IPAddress> Addresses, int Records = 0, bool Lame = false)
{
    internal const int ServFail = 2, NxDomain = 3, NotImplemented = 4, Refused = 5, Malformed = -1;

    internal string RcodeName => Rcode switch
    {
        Malformed => "MALFORMED",
        0 => "NOERROR",
        1 => "FORMERR",
        ServFail => "SERVFAIL",
        NxDomain => "NXDOMAIN",
        NotImplemented => "NOTIMP",
        Refused => "REFUSED",
        _ => "RCODE" + Rcode.ToString(CultureInfo.InvariantCulture),
    };
}

/// <summary>DNS wire format (RFC 1035), as much as addresses need. Answers are not trusted: 64 records, bounded pointers, id and question compared (SAFETY 11).</summary>
internal static class DnsMessage
{
    internal const int A = 1, Aaaa = 28;
    private const int Cname = 5, MostRecords = 64, MostPointers = 32, MostAliases = 16;

    /// <summary>A query with a random id, or null when the name cannot be one.</summary>
    internal static byte[]? Query(string name, int type)
    {
        var buffer = new byte[300];
        Libc.Random(buffer.AsSpan(0, 2));
        buffer[2] = 1; // recursion desired
        buffer[5] = 1; // one question
        var at = 12;
        foreach (var label in name.TrimEnd('.').Split('.'))
        {
            var bytes = Encoding.UTF8.GetBytes(label);
            if (bytes.Length is 0 or > 63 || at + bytes.Length > 266)
                return null;
            buffer[at++] = (byte)bytes.Length;
            bytes.CopyTo(buffer, at);
            at += bytes.Length;
        }
        at++;
        BinaryPrimitives.WriteUInt16BigEndian(buffer.AsSpan(at), (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(buffer.AsSpan(at + 2), 1);
        return buffer[..(at + 4)];
    }

    /// <summary>The answer, or null when it is not one to this query.</summary>
    internal static DnsAnswer? Read(ReadOnlySpan<byte> message, ReadOnlySpan<byte> query, int type)
    {
        if (message.Length < 12 || !message[..2].SequenceEqual(query[..2]) || (message[2] & 0x80) == 0)
            return null;
        var rcode = message[3] & 15;
        var truncated = (message[2] & 2) != 0;
        var questions = BinaryPrimitives.ReadUInt16BigEndian(message[4..]);
        var records = Math.Min((int)BinaryPrimitives.ReadUInt16BigEndian(message[6..]), MostRecords);
        // Some servers leave the question out of errors.
        if (questions == 0)
            return rcode == 0 ? null : new DnsAnswer(rcode, truncated, []);
        var lame = rcode == 0 && records == 0 && (message[2] & 4) == 0 && (message[3] & 0x80) == 0 && BinaryPrimitives.ReadUInt16BigEndian(message[10..]) == 0;
        var asked = Encoding.ASCII.GetString(query[12..^4]);
        if (questions != 1 || message.Length < 12 + asked.Length + 4
            || !Encoding.ASCII.GetString(message.Slice(12, asked.Length)).Equals(asked, StringComparison.OrdinalIgnoreCase)
            || !message.Slice(12 + asked.Length, 4).SequenceEqual(query[^4..]))
            return null;
        var at = 12 + asked.Length + 4;
        if (Name(message, 12) is not { } owner)
            return new DnsAnswer(DnsAnswer.Malformed, truncated, []);
        // a truncated answer may end in the middle of a record: what counts is that the rest is to be had over TCP
        if (Addresses(message, at, records, owner, type) is { } addresses)
            return new DnsAnswer(rcode, truncated, addresses, records, lame);
        return new DnsAnswer(truncated ? rcode : DnsAnswer.Malformed, truncated, []);
    }

    private static List<IPAddress>? Addresses(ReadOnlySpan<byte> message, int at, int records, string owner, int type)
    {
        var found = new List<(string Name, IPAddress Address)>();
        var aliases = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < records; i++)
        {
            if (Name(message, at) is not { } name || !Skip(message, ref at) || at + 10 > message.Length)
                return null;
            var kind = BinaryPrimitives.ReadUInt16BigEndian(message[at..]);
            var length = BinaryPrimitives.ReadUInt16BigEndian(message[(at + 8)..]);
            at += 10;
            if (at + length > message.Length)
                return null;
            if (kind == type && length == (type == A ? 4 : 16))
                found.Add((name, new IPAddress(message.Slice(at, length))));
            else if (kind == Cname && Name(message, at) is { } target)
                aliases.TryAdd(name, target);
            at += length;
        }
        // Only records of the name asked for, or of what it is an alias of.
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { owner };
        for (var i = 0; i < MostAliases && aliases.TryGetValue(owner, out var next) && names.Add(next); i++)
            owner = next;
        return [.. found.Where(f => names.Contains(f.Name)).Select(f => f.Address).Distinct()];
    }

    private static string? Name(ReadOnlySpan<byte> message, int at)
    {
        var text = new StringBuilder();
        for (var jumps = 0; at < message.Length && text.Length < 260;)
        {
            var length = message[at];
            if (length == 0)
                return text.ToString();
            if ((length & 0xc0) == 0xc0)
            {
                if (++jumps > MostPointers || at + 1 >= message.Length)
                    return null;
                at = ((length & 0x3f) << 8) | message[at + 1];
                continue;
            }
            if (length > 63 || at + 1 + length > message.Length)
                return null;
            text.Append(Encoding.ASCII.GetString(message.Slice(at + 1, length))).Append('.');
            at += 1 + length;
        }
        return null;
    }

    private static bool Skip(ReadOnlySpan<byte> message, ref int at)
    {
        while (at < message.Length)
        {
            var length = message[at];
            if ((length & 0xc0) == 0xc0)
            {
                at += 2;
                return at <= message.Length;
            }
            at += 1 + length;
            if (length == 0)
                return at <= message.Length;
        }
        return false;
    }
}
