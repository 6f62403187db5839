using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Fairlead.Facts;
using Fairlead.Model.Rules;
using Fairlead.Model.Rules.Decode;
using Fairlead.Model.Rules.Text;
using Xunit;

namespace Fairlead.Tests.RuleReading;

/// <summary>Rules whose bytes are cut, changed or made up: nothing is thrown, and no rule looks as if it said less than was sent.</summary>
public sealed class DamagedRulesTests
{
    public static TheoryData<string> Recordings => [.. RuleRecordings.All];

    [Theory, MemberData(nameof(Recordings))]
    public void A_message_that_is_cut_off_is_never_lost_silently(string name)
    {
        var (dump, links) = RuleRecordings.Read(name);
        var whole = RuleSetDecoder.Decode(dump, links);
        var text = RuleRecordings.Text(whole);
        var random = new Random(name.Length);
        for (var i = 0; i < 40 && dump.NfTables.Length > 0; i++)
        {
            var at = random.Next(dump.NfTables.Length);
            var message = dump.NfTables[at];
            var cut = message[..random.Next(message.Length)];
            var set = RuleSetDecoder.Decode(dump with { NfTables = dump.NfTables.SetItem(at, cut) }, links);
            // only padding was cut, or it shows
            if (set.Received == set.Decoded && set.Undecoded.SequenceEqual(whole.Undecoded))
                Assert.Equal(text, RuleRecordings.Text(set));
        }
    }

    [Theory, MemberData(nameof(Recordings))]
    public void Changed_bytes_throw_nothing(string name)
    {
        var (dump, links) = RuleRecordings.Read(name);
        var random = new Random(name.Length + 1);
        for (var i = 0; i < 25; i++)
        {
            ImmutableArray<byte[]> spoilt = [.. dump.NfTables.Select(m => Spoil(m, random))];
            ImmutableArray<LegacyTableDump> legacy = [.. dump.Legacy.Select(l => l with { Entries = Spoil(l.Entries, random) })];
            var set = RuleSetDecoder.Decode(dump with { NfTables = spoilt, Legacy = legacy }, links);
            Assert.True(set.Decoded <= set.Received);
            _ = RuleRecordings.Text(set);
        }
    }

    [Fact]
    public void A_legacy_table_that_is_cut_off_is_counted_as_not_decoded()
    {
        var (dump, links) = RuleRecordings.Read("legacy");
        var table = dump.Legacy.First(l => l.Table == "filter");
        var set = RuleSetDecoder.Decode(dump with { Legacy = [table with { Entries = table.Entries[..^40] }] }, links);
        Assert.Equal(set.Decoded + 1, set.Received);
        Assert.Contains(set.Undecoded, u => u.Contains("legacy table filter", StringComparison.Ordinal));
    }

    [Fact]
    public void What_an_unknown_expression_may_have_overwritten_is_unknown()
    {
        // a load, something unknown, and a comparison of what lies in the register then
        byte[] rule = [.. Expression("meta", Number(1, 1), Number(2, 16)), .. Expression("teleport", Number(1, 1)),
            .. Expression("cmp", Number(1, 1), Number(2, 0), Nested(3, Attribute(1, [6])))];
        var set = RuleSetDecoder.Decode(Dump(rule), ImmutableDictionary<int, string>.Empty);
        var parts = set.Tables.Single().Chains.Single().Rules.Single().Parts;
        Assert.Contains(parts, p => p is UnknownPart { Name: "teleport" });
        Assert.Equal(ValueSource.Unknown, Assert.IsType<Match>(parts[^1]).Left.Source);
        Assert.Contains(set.Undecoded, u => u.Contains("teleport", StringComparison.Ordinal));
    }

    [Fact]
    public void More_pieces_than_are_listed_are_counted()
    {
        byte[] rule = [.. Enumerable.Repeat(Expression("teleport"), 1500).SelectMany(e => e)];
        var set = RuleSetDecoder.Decode(Dump(rule), ImmutableDictionary<int, string>.Empty);
        Assert.Equal("and 500 more", set.Undecoded[^1]);
    }

    [Fact]
    public void Chains_without_names_that_contain_each_other_are_written_once()
    {
        Chain loop(string name, string to) => new()
        {
            Family = TableFamily.Inet, Table = "t", Name = name, Bound = true,
            Rules = [.. Enumerable.Range(0, 20).Select(i => new Rule { Family = TableFamily.Inet, Table = "t", Chain = name, Index = i, Parts = [new VerdictPart(VerdictCode.Jump, to)] })],
        };
        var first = loop("a", "b") with { Bound = false };
        var table = new Table { Family = TableFamily.Inet, Name = "t", Style = TableStyle.Native, Sets = [], Chains = [first, loop("b", "c"), loop("c", "d"), loop("d", "b")] };
        var set = new RuleSet { Generation = 1, Stable = true, Tables = [table], IpSets = [] };
        Assert.InRange(NftText.Table(set, table).Length, 100, 10_000_000);
    }

    [Fact]
    public void What_the_reader_could_not_read_stays_said()
    {
        var missing = new NotRead(Readings.Rules, "host", WhyNot.NotPermitted, "root", ["filter"], "legacy ip filter: errno 1");
        var set = RuleSetDecoder.Decode(Dump([]) with { Stable = false, NotRead = [missing] }, ImmutableDictionary<int, string>.Empty);
        Assert.Equal([missing], set.NotRead);
        Assert.False(set.Stable);
    }

    private static byte[] Spoil(byte[] bytes, Random random)
    {
        var copy = (byte[])bytes.Clone();
        // the header stays, so that the spoilt bytes are looked at
        for (var i = 0; i < 1 + copy.Length / 200 && copy.Length > 20; i++)
            copy[random.Next(20, copy.Length)] = (byte)random.Next(256);
        return copy;
    }

    private static RulesDump Dump(byte[] expressions) => new()
    {
        Generation = 1,
        Stable = true,
        Legacy = [],
        IpSets = [],
        NfTables =
        [
            Message(0, Attribute(1, "t\0"u8)), Message(3, Attribute(1, "t\0"u8), Attribute(3, "c\0"u8)),
            Message(6, Attribute(1, "t\0"u8), Attribute(2, "c\0"u8), Nested(4, expressions)),
        ],
    };

    private static byte[] Message(int type, params byte[][] attributes)
    {
        byte[] body = [.. attributes.SelectMany(a => a)];
        var message = new byte[20 + body.Length];
        BinaryPrimitives.WriteInt32LittleEndian(message, message.Length);
        (message[4], message[5], message[16]) = ((byte)type, 10, (byte)TableFamily.Inet);
        body.CopyTo(message, 20);
        return message;
    }

    private static byte[] Expression(string name, params byte[][] attributes) =>
        Nested(1, [.. Attribute(1, Encoding.ASCII.GetBytes(name + "\0")), .. Nested(2, [.. attributes.SelectMany(a => a)])]);

    private static byte[] Number(int type, int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return Attribute(type, bytes);
    }

    private static byte[] Nested(int type, byte[] value) => Attribute(type | 0x8000, value);

    private static byte[] Attribute(int type, ReadOnlySpan<byte> value)
    {
        var bytes = new byte[(4 + value.Length + 3) & ~3];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)(4 + value.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2), (ushort)type);
        value.CopyTo(bytes.AsSpan(4));
        return bytes;
    }
}
