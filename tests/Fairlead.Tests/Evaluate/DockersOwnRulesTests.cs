using System.Net;
using Fairlead.Model.Rules;
using Fairlead.Model.Rules.Evaluate;
using Xunit;
using static Fairlead.Tests.Evaluate.Make;

namespace Fairlead.Tests.Evaluate;

/// <summary>The shapes that Engines write (SEMANTICS 1.2 and 1.3), by hand; recorded ones are in the lab.</summary>
public sealed class DockersOwnRulesTests
{
    private const string Target = "192.0.2.12";

    private static Table Raw28 => Table("raw", TableStyle.Iptables,
        Base(Hook.Prerouting, -300, "PREROUTING", true, [Destination(Target), In("br-a", not: true), Drop]));

    private static Table Nat28 => Table("nat", TableStyle.Iptables,
        Nat(Hook.Prerouting, "PREROUTING", [DestinationType(2), Jump("DOCKER")]),
        Nat(Hook.Output, "OUTPUT", [Destination("127.0.0.0/8", not: true), DestinationType(2), Jump("DOCKER")]),
        Nat(Hook.Postrouting, "POSTROUTING", [Source("192.0.2.0/24"), Out("br-a", not: true), Masquerade()]),
        Chain("DOCKER", [In("br-a"), Return], [In("br-a", not: true), Protocol(6), Port(8002), Dnat(Target, 80)]));

    private static Table Filter28 => Table("filter", TableStyle.Iptables,
        Base(Hook.Forward, 0, "FORWARD", false, [Jump("DOCKER-USER")], [Jump("DOCKER-FORWARD")]),
        Chain("DOCKER-USER"),
        Chain("DOCKER-FORWARD", [Jump("DOCKER-CT")], [Jump("DOCKER-ISOLATION-STAGE-1")], [Jump("DOCKER-BRIDGE")], [In("br-a"), Accept], [In("br-b"), Accept]),
        Chain("DOCKER-CT", [Out("br-a"), Conntrack(CtState.Established | CtState.Related), Accept]),
        Chain("DOCKER-ISOLATION-STAGE-1", [In("br-a"), Out("br-a", not: true), Jump("DOCKER-ISOLATION-STAGE-2")],
            [In("br-b"), Out("br-b", not: true), Jump("DOCKER-ISOLATION-STAGE-2")]),
        Chain("DOCKER-ISOLATION-STAGE-2", [Out("br-a"), Drop], [Out("br-b"), Drop]),
        Chain("DOCKER-BRIDGE", [Out("br-a"), Jump("DOCKER")]),
        Chain("DOCKER", [Destination("192.0.2.12"), In("br-a", not: true), Out("br-a"), Protocol(6), Port(80), Accept],
            [In("br-a", not: true), Out("br-a"), Drop]));

    private static HookBranch Only(Hook hook, Packet packet) => Rules(Raw28, Nat28, Filter28).Run(hook, packet, new Around()).Single();

    [Fact]
    public void A_published_port_is_rewritten_for_who_comes_from_outside()
    {
        var branch = Only(Hook.Prerouting, Tcp("198.51.100.77", "198.51.100.1", 8002, "eth0"));
        Assert.Equal(HookEnd.Accept, branch.End);
        Assert.Equal((IPAddress.Parse(Target), 80), (branch.Packet.Destination, branch.Packet.DestinationPort));
        Assert.True(branch.Packet.DestinationNatted);
        Assert.Equal(IPAddress.Parse("198.51.100.1"), branch.Packet.Original!.Value.Destination);
        Assert.Empty(branch.Assumed);
        Assert.Equal("dnat to 192.0.2.12:80", branch.Steps.Last().Did);
    }

    [Fact]
    public void A_container_of_the_network_itself_goes_to_the_proxy()
    {
        var branch = Only(Hook.Prerouting, Tcp("192.0.2.13", "198.51.100.1", 8002, "br-a"));
        Assert.Equal(8002, branch.Packet.DestinationPort);
        Assert.Empty(branch.Steps);
    }

    [Fact]
    public void The_host_itself_is_rewritten_in_output()
    {
        Assert.Equal(80, Only(Hook.Output, Tcp("198.51.100.1", "198.51.100.1", 8002, null, "lo")).Packet.DestinationPort);
        Assert.Equal(8002, Only(Hook.Output, Tcp("127.0.0.1", "127.0.0.1", 8002, null, "lo")).Packet.DestinationPort);
    }

    [Fact]
    public void A_packet_to_the_container_is_dropped_in_raw()
    {
        var branch = Only(Hook.Prerouting, Tcp("203.0.113.5", Target, 80, "br-b"));
        Assert.Equal(HookEnd.Drop, branch.End);
        Assert.Equal("raw", branch.Steps.Single().Table.Name);
        Assert.Equal("PREROUTING", branch.Steps.Single().Chain.Name);
    }

    [Fact]
    public void The_published_port_passes_forward_and_the_unpublished_is_dropped()
    {
        var rewritten = Tcp("198.51.100.77", Target, 80, "eth0", "br-a") with { DestinationNatted = true };
        Assert.Equal(HookEnd.Accept, Only(Hook.Forward, rewritten).End);
        var other = Only(Hook.Forward, Tcp("198.51.100.77", Target, 81, "eth0", "br-a"));
        Assert.Equal((HookEnd.Drop, "DOCKER"), (other.End, other.Steps.Single().Chain.Name));
    }

    [Fact]
    public void Another_network_is_isolated_and_the_way_out_is_open()
    {
        var isolated = Only(Hook.Forward, Tcp("203.0.113.5", Target, 80, "br-b", "br-a"));
        Assert.Equal((HookEnd.Drop, "DOCKER-ISOLATION-STAGE-2"), (isolated.End, isolated.Steps.Single().Chain.Name));
        Assert.Equal(HookEnd.Accept, Only(Hook.Forward, Tcp(Target, "198.51.100.77", 443, "br-a", "eth0")).End);
    }

    [Fact]
    public void The_policy_is_a_rule_with_a_name()
    {
        var step = Only(Hook.Forward, Tcp("198.51.100.77", "198.51.100.99", 80, "eth0", "eth0")).Steps.Single();
        Assert.Null(step.Rule);
        Assert.Equal("-P FORWARD DROP", step.Text);
    }

    [Fact]
    public void Answers_of_a_flow_pass_and_its_source_is_masqueraded_once()
    {
        var first = Tcp(Target, "198.51.100.77", 443, "br-a", "eth0");
        var masked = Only(Hook.Postrouting, first);
        Assert.Equal("masquerade", masked.PendingNat);
        Assert.True(masked.Packet.SourceNatted);
        var answer = Only(Hook.Forward, AnswerTo(first));
        Assert.Equal((HookEnd.Accept, "DOCKER-CT"), (answer.End, answer.Steps.Single().Chain.Name));
        Assert.Null(Only(Hook.Postrouting, AnswerTo(first)).PendingNat);
    }
}
