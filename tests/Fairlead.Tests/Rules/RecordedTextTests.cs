using Fairlead.Model.Rules;
using Fairlead.Model.Rules.Decode;
using Fairlead.Model.Rules.Text;
using Fairlead.RuleFiles;
using Xunit;

namespace Fairlead.Tests.RuleReading;

/// <summary>Every statement and match that has words: the recorded bytes give the lines that the tool printed.</summary>
public sealed class RecordedTextTests
{
    public static TheoryData<string> Recordings => [.. RuleRecordings.All];

    [Theory, MemberData(nameof(Recordings))]
    public void Recorded_rules_are_written_as_the_tools_wrote_them(string name)
    {
        var set = RuleRecordings.Decoded(name);
        var wrong = new List<string>();
        void compare(string what, IReadOnlyList<string> tool, IReadOnlyList<string> ours)
        {
            if (RuleLines.Difference(tool, ours) is { } difference)
                wrong.Add($"{what}:\n{difference}");
        }
        foreach (var (tool, family, style) in new[]
        {
            ("iptables", TableFamily.Ip, TableStyle.Iptables), ("ip6tables", TableFamily.Ip6, TableStyle.Iptables),
            ("iptables-legacy", TableFamily.Ip, TableStyle.Legacy), ("ip6tables-legacy", TableFamily.Ip6, TableStyle.Legacy),
        })
        {
            compare(tool, RuleLines.Of(RuleRecordings.Tool(name, tool + "-save.txt")), RuleLines.Of(IptablesText.Save(set, family, style, counters: true)));
        }
        var listed = RuleLines.Tables(RuleRecordings.Tool(name, "nft.txt"));
        foreach (var table in set.Tables.Where(t => t.Style == TableStyle.Native))
        {
            var ours = RuleLines.Tables(NftText.Table(set, table, links: set.LinkNames)).Single();
            compare(ours.Key, listed.GetValueOrDefault(ours.Key) ?? [], ours.Value);
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal(listed.Keys.Order(), set.Tables.Where(t => t.Style != TableStyle.Legacy).Select(t => $"table {NftText.Family(t.Family)} {t.Name}").Order());
    }

    [Theory, MemberData(nameof(Recordings))]
    public void Every_message_is_decoded_and_what_is_not_understood_is_listed(string name)
    {
        var set = RuleRecordings.Decoded(name);
        Assert.Equal(set.Received, set.Decoded);
        Assert.Empty(set.Undecoded);
    }

    [Fact]
    public void A_rule_with_a_part_that_is_not_understood_keeps_its_place_its_other_parts_and_the_raw_bytes()
    {
        // two matches whose names nobody knows
        var (dump, links) = RuleRecordings.Read("undecoded");
        var strange = dump with { NfTables = [.. dump.NfTables.Select(m => Renamed(Renamed(m, "bpf\0", "xyz\0"), "cluster\0", "clxyzer\0"))] };
        var set = RuleSetDecoder.Decode(strange, links);
        var input = set.Tables.Single(t => t is { Family: TableFamily.Ip, Name: "filter" }).Chains.Single(c => c.Name == "INPUT");
        Assert.Equal(3, input.Rules.Length);
        Assert.Contains(input.Rules[0].Parts, p => p is XtPart { Name: "xyz", Revision: 1, Info.Length: > 500 });
        Assert.Contains(input.Rules[1].Parts, p => p is XtPart { Name: "clxyzer" });
        Assert.Contains(input.Rules[1].Parts, p => p is VerdictPart { Code: VerdictCode.Accept });
        var lines = RuleLines.Of(IptablesText.Save(set, TableFamily.Ip, TableStyle.Iptables, counters: false));
        Assert.Contains(lines, l => l.StartsWith("-A INPUT -p tcp -m tcp --dport 80 <clxyzer 0 02000000", StringComparison.Ordinal) && l.EndsWith("-j ACCEPT", StringComparison.Ordinal));
        string[] pieces = ["match xyz rev 1", "match clxyzer rev 0"];
        Assert.Equal(pieces.Length, set.Undecoded.Length);
        Assert.All(pieces, p => Assert.Contains(set.Undecoded, u => u.Contains(p, StringComparison.Ordinal)));
    }

    private static byte[] Renamed(byte[] message, string from, string to)
    {
        var at = message.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(from));
        if (at < 0) return message;
        var copy = (byte[])message.Clone();
        System.Text.Encoding.ASCII.GetBytes(to).CopyTo(copy, at);
        return copy;
    }
}
