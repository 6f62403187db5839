using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Fairlead.LabTests.Agent;

/// <summary>
/// A DNS server that treats each name as its first label says, over UDP and TCP. It notes what it was asked. Names end in .test; others do not exist,
/// nor does a name with a label too many.
/// </summary>
internal sealed class OddDns
{
    private const int A = 1, Aaaa = 28, Cname = 5;
    private readonly ConcurrentDictionary<string, int> times = new();
    private readonly int number;

    private OddDns(int number) => this.number = number;

    /// <summary>The names asked for, in order, each once.</summary>
    public List<string> Asked { get; } = [];

    /// <param name="number">Which of several servers it is; "second.test" is answered by number 2 only.</param>
    public static OddDns Start(OwnNetns own, string address, int number)
    {
        var dns = new OddDns(number);
        var at = IPAddress.Parse(address);
        own.ServeUdp(own.Server, at, 53, question => dns.Answer(question, tcp: false));
        var listener = own.Open(own.Server, at.AddressFamily, SocketType.Stream);
        listener.Bind(new IPEndPoint(at, 53));
        listener.Listen(16);
        _ = Task.Run(async () =>
        {
            while (true)
            {
                var connection = await listener.AcceptAsync();
                _ = Task.Run(async () =>
                {
                    using var stream = new NetworkStream(connection, ownsSocket: true);
                    var length = new byte[2];
                    while (await stream.ReadAtLeastAsync(length, 2, throwOnEndOfStream: false) == 2)
                    {
                        var question = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                        await stream.ReadExactlyAsync(question);
                        if (dns.Answer(question, tcp: true) is not { } said)
                            continue;
                        await stream.WriteAsync((byte[])[(byte)(said.Length >> 8), (byte)said.Length, .. said]);
                    }
                });
            }
        });
        return dns;
    }

    public void Forget()
    {
        lock (Asked)
            Asked.Clear();
        times.Clear();
    }

    private byte[]? Answer(byte[] question, bool tcp)
    {
        var at = 12;
        var labels = new List<string>();
        while (at < question.Length && question[at] != 0)
        {
            if (at + 1 + question[at] >= question.Length)
                return null;
            labels.Add(Encoding.ASCII.GetString(question, at + 1, question[at]));
            at += 1 + question[at];
        }
        var type = BinaryPrimitives.ReadUInt16BigEndian(question.AsSpan(at + 1));
        var name = string.Join('.', labels).ToLowerInvariant();
        lock (Asked)
        {
            if (!Asked.Contains(name))
                Asked.Add(name);
        }
        var what = labels is [var first, _] && labels[^1] == "test" ? first.ToLowerInvariant() : "nx";
        var time = times.AddOrUpdate($"{what} {type}", 1, (_, n) => n + 1);
        var own = question[..(at + 5)];
        byte[] four = [192, 0, 2, 50];
        return what switch
        {
            "plain" => Reply(own, 0, type == A ? [four] : [], type),
            "both" => Reply(own, 0, [type == A ? four : IPAddress.Parse("2001:db8:1::50").GetAddressBytes()], type),
            "private" => Reply(own, 0, [type == A ? four : IPAddress.Parse("fd00:1::50").GetAddressBytes()], type),
            "far" => Reply(own, 0, [type == A ? four : IPAddress.Parse("2001:db8:9::50").GetAddressBytes()], type),
            "sixonly" => Reply(own, 0, type == Aaaa ? [IPAddress.Parse("2001:db8:1::50").GetAddressBytes()] : [], type),
            "many" => Reply(own, 0, type == A ? [[198, 51, 100, 7], [192, 0, 2, 200], [192, 0, 2, 3], [203, 0, 113, 9]] : [], type),
            "manysix" => Reply(own, 0, type == Aaaa ? [.. new[] { "2001:db8:2::1", "2001:db8:1:ffff::1", "fe80::5", "fd00:1::7", "2001:db8:1::3", "2002:c000:201::1" }
                .Select(a => IPAddress.Parse(a).GetAddressBytes())] : [four, [198, 51, 100, 7]], type),
            "alias" => Alias(own, type == A ? four : null),
            "dangling" => Alias(own, null),
            "nodata" => Reply(own, 0, [], type),
            "servfail" => Reply(own, 2, [], type),
            "refused" => Reply(own, 5, [], type),
            "formerr" => Reply(own, 1, [], type),
            "notimp" => Reply(own, 4, [], type),
            "lame" => Lame(own),
            "failssix" => type == Aaaa ? Reply(own, 2, [], type) : Reply(own, 0, [four], type),
            "failsfour" => type == A ? Reply(own, 2, [], type) : Reply(own, 0, [IPAddress.Parse("2001:db8:1::50").GetAddressBytes()], type),
            "onlyfour" => type == A ? Reply(own, 0, [four], type) : null,
            "onebyone" => type == A || times.GetValueOrDefault($"{what} {A}") > 1 ? Reply(own, 0, type == A ? [four] : [], type) : null,
            "recovers" => time == 1 ? Reply(own, 2, [], type) : Reply(own, 0, type == A ? [four] : [], type),
            "second" => number == 2 ? Reply(own, 0, type == A ? [four] : [], type) : null,
            "secondrefuses" => number == 2 ? Reply(own, 0, type == A ? [four] : [], type) : Reply(own, 5, [], type),
            "disagree" => number == 2 ? Reply(own, 0, type == A ? [four] : [], type) : Reply(own, 3, [], type),
            "stray" => Stray(own, Reply(own, 0, type == A ? [four] : [], type), time),
            "silent" => null,
            "big" => tcp ? Reply(own, 0, type == A ? [.. Enumerable.Range(0, 400).Select(i => new byte[] { 10, 9, (byte)(i >> 8), (byte)i })] : [], type) : Cut(Reply(own, 0, [], type)),
            _ => Reply(own, 3, [], type),
        };
    }

    /// <summary>An answer with recursion available and these records of the name asked for.</summary>
    private static byte[] Reply(byte[] question, int rcode, byte[][] records, int type)
    {
        List<byte> said = [question[0], question[1], 0x81, (byte)(0x80 | rcode), 0, 1, (byte)(records.Length >> 8), (byte)records.Length, 0, 0, 0, 0, .. question[12..]];
        foreach (var record in records)
            said.AddRange([0xc0, 12, 0, (byte)type, 0, 1, 0, 0, 0, 5, 0, (byte)record.Length, .. record]);
        return [.. said];
    }

    private static byte[] Alias(byte[] question, byte[]? address)
    {
        byte[] target = [5, .. "other"u8, 4, .. "test"u8, 0];
        List<byte> said = [.. Reply(question, 0, [], Cname), 0xc0, 12, 0, Cname, 0, 1, 0, 0, 0, 5, 0, (byte)target.Length, .. target];
        if (address is not null)
            said.AddRange([.. target, 0, A, 0, 1, 0, 0, 0, 5, 0, 4, .. address]);
        said[7] = (byte)(address is null ? 1 : 2);
        return [.. said];
    }

    /// <summary>Neither knows nor asks on.</summary>
    private static byte[] Lame(byte[] question)
    {
        var said = Reply(question, 0, [], A);
        said[3] = 0;
        return said;
    }

    private static byte[] Cut(byte[] said)
    {
        said[2] |= 2;
        return said;
    }

    /// <summary>The first time under another id: that is nobody's answer.</summary>
    private static byte[] Stray(byte[] question, byte[] said, int time)
    {
        if (time == 1)
            said[0] = (byte)(question[0] ^ 0x55);
        return said;
    }
}
