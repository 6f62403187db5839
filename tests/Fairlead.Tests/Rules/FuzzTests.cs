using System.Collections.Immutable;
using System.Diagnostics;
using Fairlead.Agent.Dial;
using Fairlead.Agent.Readers;
using Fairlead.Agent.Resolve;
using Fairlead.Engine.Snapshots;
using Fairlead.Facts;
using Fairlead.Model.Rules;
using Fairlead.Model.Rules.Decode;
using Fairlead.Model.Rules.Text;
using Fairlead.Oracle;
using Fairlead.Tests.Walk;
using Xunit;

namespace Fairlead.Tests.RuleReading;

/// <summary>
/// Decoders given bytes that nobody sends: nothing is thrown and nothing hangs. Some thousand inputs of a fixed seed each, a million with FAIRLEAD_ALL=1.
/// </summary>
public sealed class FuzzTests
{
    private static readonly int Inputs = Environment.GetEnvironmentVariable("FAIRLEAD_ALL") == "1" ? 1_000_000 : 4_000;

    private static readonly string[] Matches =
    [
        "addrtype", "conntrack", "state", "tcp", "udp", "icmp", "icmp6", "multiport", "mark", "connmark", "comment", "set", "physdev", "iprange", "mac", "limit", "owner", "tcpmss", "length",
        "pkttype", "ttl", "hl", "dscp", "tos", "ecn", "helper", "esp", "ah", "ipvs", "rpfilter", "cpu", "realm", "devgroup", "connlabel", "rt", "frag", "sctp", "dccp", "hashlimit", "recent",
        "connlimit", "statistic", "socket", "quota", "connbytes", "cgroup", "time", "string", "u32", "policy", "bpf", "cluster", "ipcomp", "hbh", "dst", "eui64", "mh", "ipv6header", "nobody",
    ];

    private static readonly string[] Targets =
    [
        "SNAT", "DNAT", "MASQUERADE", "REDIRECT", "NETMAP", "REJECT", "LOG", "NFLOG", "MARK", "CONNMARK", "TCPMSS", "CT", "NOTRACK", "TPROXY", "SET", "CLASSIFY", "DSCP", "TOS", "TTL", "HL",
        "NFQUEUE", "CHECKSUM", "TEE", "ECN", "AUDIT", "SYNPROXY", "TRACE", "TCPOPTSTRIP", "HMARK", "IDLETIMER", "NOBODY",
    ];

    [Fact]
    public void Blobs_of_every_name_and_any_length_are_read_shown_and_asked()
    {
        var random = new Random(1);
        // several rules go through one walk: what is asked of them is asked of the same packet
        for (var done = 0; done < Inputs; done += 20)
        {
            var v6 = random.Next(2) == 0;
            var rules = Enumerable.Range(0, 20).Select(i => RuleOf(random, v6, i)).ToImmutableArray();
            var chain = new Chain { Family = v6 ? TableFamily.Ip6 : TableFamily.Ip, Table = "filter", Name = "INPUT", Hook = Hook.Prerouting, Type = "filter", PolicyAccepts = true, Rules = rules, Style = TableStyle.Iptables };
            var table = new Table { Family = chain.Family, Name = "filter", Style = TableStyle.Iptables, Chains = [chain], Sets = [] };
            var set = new RuleSet { Generation = 1, Stable = true, Tables = [table], IpSets = [] };
            Assert.NotEmpty(IptablesText.Save(set, chain.Family, TableStyle.Iptables, counters: false));
            var flow = new Flow { Source = v6 ? "2001:db8::1" : "192.0.2.1", Destination = v6 ? "2001:db8::2" : "192.0.2.2", SourcePort = 40000, DestinationPort = 80 };
            var ends = Model.Rules.Evaluate.CompiledRules.Compile(set).Run(Hook.Prerouting, flow.ToPacket("eth0"), new Evaluate.Around());
            Assert.InRange(ends.Length, 1, 64);
        }
    }

    private static Rule RuleOf(Random random, bool v6, int index)
    {
        XtPart part(bool target)
        {
            var names = target ? Targets : Matches;
            var info = new byte[random.Next(3) == 0 ? random.Next(700) : new[] { 4, 8, 16, 24, 40, 48, 72, 168, 232, 312, 528 }[random.Next(11)]];
            random.NextBytes(info);
            return new XtPart(target, names[random.Next(names.Length)], random.Next(5), info);
        }
        return new Rule { Family = v6 ? TableFamily.Ip6 : TableFamily.Ip, Table = "filter", Chain = "INPUT", Index = index, Parts = [part(false), part(true)], Style = TableStyle.Iptables };
    }

    [Fact]
    public void Messages_of_the_kernel_that_are_none()
    {
        var random = new Random(2);
        var recorded = RuleRecordings.All.Select(n => RuleRecordings.Read(n)).ToArray();
        var messages = recorded.SelectMany(r => r.Dump.NfTables).ToArray();
        for (var done = 0; done < Inputs; done += 10)
        {
            ImmutableArray<byte[]> some = [.. Enumerable.Range(0, 10).Select(_ => Spoilt(messages[random.Next(messages.Length)], random))];
            var set = RuleSetDecoder.Decode(recorded[0].Dump with { NfTables = some, IpSets = [.. some.Take(3)], Hooks = [some[4]] }, recorded[0].Links);
            Assert.True(set.Decoded <= set.Received);
        }
    }

    [Fact]
    public void Links_routes_rules_neighbours_and_sockets_that_are_none()
    {
        var random = new Random(3);
        for (var i = 0; i < Inputs; i++)
        {
            var message = Made(random);
            _ = LinkReader.Link(message);
            _ = RouteReader.Decode(message);
            _ = RoutingRuleReader.Decode(message);
            _ = NeighbourReader.Decode(message);
            _ = SocketReader.Decode(message, i % 2 == 0 ? 6 : 17);
        }
    }

    [Fact]
    public void Answers_of_servers_that_are_none()
    {
        var random = new Random(4);
        var query = DnsMessage.Query("some.name.example", DnsMessage.A)!;
        for (var i = 0; i < Inputs; i++)
        {
            var answer = new byte[random.Next(300)];
            random.NextBytes(answer);
            // the head and the question of a real answer, so that what follows is looked at
            query.AsSpan(0, Math.Min(query.Length, answer.Length)).CopyTo(answer);
            if (answer.Length > 12) (answer[2], answer[7]) = (0x81, (byte)random.Next(256));
            for (var n = 0; n < 6 && answer.Length > query.Length + 2; n++) answer[random.Next(query.Length, answer.Length)] = (byte)(0xc0 | random.Next(4));
            _ = DnsMessage.Read(answer, query, DnsMessage.A);
            _ = DnsProbe.Recognise(answer);
            _ = TlsHello.Recognise(answer);
            _ = Postgres.Recognise(answer);
            _ = Recogniser.KindOf(answer);
            _ = HttpHead.Answer(answer);
        }
    }

    [Fact]
    public void Snapshots_that_are_none()
    {
        var random = new Random(5);
        var whole = File.ReadAllBytes(Directory.GetFiles(Path.Combine(Recorded.Folder, "oracle"), "*.snapshot").Order(StringComparer.Ordinal).First());
        using var unpacking = new System.IO.Compression.GZipStream(new MemoryStream(whole), System.IO.Compression.CompressionMode.Decompress);
        using var plain = new MemoryStream();
        unpacking.CopyTo(plain);
        var json = plain.ToArray();
        // unpacking and parsing one takes longer than the others' inputs do
        for (var i = 0; i < Inputs / 20; i++)
        {
            var bytes = i % 2 == 0 ? Spoilt(whole, random) : Packed(Spoilt(json, random));
            var (snapshot, error) = SnapshotStore.Read(new MemoryStream(bytes), bytes.Length, "fuzz");
            Assert.True(snapshot is not null ^ error is not null);
        }
    }

    [Fact]
    public void Jumps_in_a_circle_fifty_thousand_rules_and_a_set_of_a_million_end()
    {
        Rule rule(string chain, int i, params Part[] parts) => new() { Family = TableFamily.Inet, Table = "t", Chain = chain, Index = i, Parts = [.. parts] };
        Chain chain(string name, Hook? hook, ImmutableArray<Rule> rules) => new() { Family = TableFamily.Inet, Table = "t", Name = name, Hook = hook, Type = hook is null ? null : "filter", PolicyAccepts = hook is null ? null : true, Rules = rules };
        var port = new Operand(ValueSource.Payload, 0, 2) { Base = 2, Offset = 2 };
        var many = Enumerable.Range(0, 50_000).Select(i => rule("many", i, new Match(port, 0, [0xff, 0xff], null), new VerdictPart(VerdictCode.Drop, null))).ToImmutableArray();
        var table = new Table
        {
            Family = TableFamily.Inet, Name = "t", Style = TableStyle.Native,
            Chains =
            [
                chain("base", Hook.Input, [rule("base", 0, new SetMatch([port], "big", false), new VerdictPart(VerdictCode.Drop, null)), rule("base", 1, new VerdictPart(VerdictCode.Jump, "many")), rule("base", 2, new VerdictPart(VerdictCode.Jump, "round"))]),
                chain("many", null, many), chain("round", null, [rule("round", 0, new VerdictPart(VerdictCode.Jump, "about"))]), chain("about", null, [rule("about", 0, new VerdictPart(VerdictCode.Goto, "round"))]),
            ],
            Sets = [new NfSet { Family = TableFamily.Inet, Table = "t", Name = "big", KeyLength = 4, Elements = [.. Enumerable.Range(0, 1_000_000).Select(i => new SetElement { Key = [9, (byte)(i >> 16), (byte)(i >> 8), (byte)i] })] }],
        };
        var set = new RuleSet { Generation = 1, Stable = true, Tables = [table], IpSets = [] };
        var flow = new Flow { Source = "192.0.2.1", Destination = "192.0.2.2", SourcePort = 40000, DestinationPort = 80 };
        var ends = Model.Rules.Evaluate.CompiledRules.Compile(set).Run(Hook.Input, flow.ToPacket("eth0"), new Evaluate.Around());
        // a circle is no pass: it is told as not to be followed
        Assert.Contains(ends, e => e.Assumed.Length > 0);
        Assert.Contains(ends, e => e.End == HookEnd.Drop);
    }

    private static byte[] Packed(byte[] json)
    {
        using var packed = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(json);
        return packed.ToArray();
    }

    // Changed here and there, or cut.
    private static byte[] Spoilt(byte[] bytes, Random random)
    {
        var copy = random.Next(4) == 0 ? bytes[..random.Next(bytes.Length)] : (byte[])bytes.Clone();
        for (var i = random.Next(6); i > 0 && copy.Length > 0; i--)
            copy[random.Next(copy.Length)] = (byte)(random.Next(2) == 0 ? random.Next(256) : new[] { 0, 1, 4, 0x7f, 0x80, 0xff }[random.Next(6)]);
        return copy;
    }

    // A netlink message: a true length, a fixed part of any bytes, attributes with lengths that are mostly true.
    private static byte[] Made(Random random)
    {
        var message = new byte[random.Next(260)];
        random.NextBytes(message);
        for (var at = new[] { 28, 32, 24, 88 }[random.Next(4)]; at + 4 < message.Length;)
        {
            var length = random.Next(8) == 0 ? random.Next(65536) : 4 + random.Next(20);
            (message[at], message[at + 1], message[at + 2], message[at + 3]) = ((byte)length, (byte)(length >> 8), (byte)random.Next(40), (byte)(random.Next(4) == 0 ? 0x80 : 0));
            at += Math.Max(4, (length + 3) & ~3);
        }
        if (message.Length >= 4) BitConverter.TryWriteBytes(message, message.Length);
        return message;
    }
}
