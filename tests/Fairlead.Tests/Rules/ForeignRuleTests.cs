using System.Collections.Immutable;
using Fairlead.Model.Rules;
using Fairlead.Model.Rules.Text;
using Xunit;

namespace Fairlead.Tests.RuleReading;

/// <summary>Rules that somebody put into a table of iptables with nft: iptables-save shows nothing of such a table, nft does.</summary>
public sealed class ForeignRuleTests
{
    private static readonly VerdictPart Drop = new(VerdictCode.Drop, null);
    private static readonly Match FromOne = new(new Operand(ValueSource.Payload, 0, 4) { Base = 1, Offset = 12 }, 0, [192, 0, 2, 1], null);
    private static readonly Match TtlFive = new(new Operand(ValueSource.Payload, 0, 1) { Base = 1, Offset = 8 }, 0, [5], null);

    public static TheoryData<string, Part[]> Rules => new()
    {
        { "-A DOCKER-USER -s 192.0.2.1/32 -j DROP", [FromOne, new CounterPart(1, 2), Drop] },
        { "ip ttl 5 drop", [TtlFive, Drop] },
        { "ip saddr 192.0.2.1 log prefix \"mine\" drop", [FromOne, new LogPart("mine", null, null, null, null, null), Drop] },
        { "-A DOCKER-USER -s 192.0.2.1/32 -j NFLOG --nflog-group 5", [FromOne, new LogPart(null, 5, null, null, null, null)] },
        { "ip saddr 192.0.2.1 reject with icmp host-unreachable", [FromOne, new RejectPart(0, 1)] },
        { "ct state established accept", [new Match(new Operand(ValueSource.Ct, 0, 4) { Base = -1, Mask = [2, 0, 0, 0] }, 1, [0, 0, 0, 0], null), new VerdictPart(VerdictCode.Accept, null)] },
    };

    [Theory, MemberData(nameof(Rules))]
    public void A_rule_is_in_the_words_of_the_tool_that_can_say_it(string expected, Part[] parts)
    {
        var rule = new Rule { Family = TableFamily.Ip, Table = "filter", Chain = "DOCKER-USER", Index = 0, Parts = [.. parts], Style = TableStyle.Iptables };
        var chain = new Chain { Family = TableFamily.Ip, Table = "filter", Name = "DOCKER-USER", Rules = [rule], Style = TableStyle.Iptables };
        var table = new Table { Family = TableFamily.Ip, Name = "filter", Style = TableStyle.Iptables, Chains = [chain], Sets = [] };
        var set = new RuleSet { Generation = 1, Stable = true, Tables = [table], IpSets = [] };
        Assert.Equal(expected, RuleText.Of(set, table, chain, rule));
    }
}
