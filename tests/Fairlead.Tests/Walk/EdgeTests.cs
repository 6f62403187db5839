using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fairlead.Engine.Asking;
using Fairlead.Facts;
using Fairlead.Model.Answer;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Walk;
using Fairlead.Model.World;
using Xunit;

namespace Fairlead.Tests.Walk;

/// <summary>What may happen to a host while it is read, on a recorded one (lab/table, Engine 28) that was changed by hand.</summary>
public sealed class EdgeTests
{
    private static readonly Snapshot Host = Recorded.Load("table/28.on.snapshot");

    [Fact]
    public void An_alias_with_one_dead_replica_is_mixed_whichever_comes_first()
    {
        foreach (var dead in new[] { "a3", "a4" })
        {
            var q = Ask(Change(Host, dead, f => f with { Sockets = Reading.Of(f.Sockets.Value.Where(s => s.LocalPort != 80).ToImmutableArray()) }), "a1", "http://pool/");
            Assert.Equal(["10.201.0.13", "10.201.0.14"], q.Name.Addresses.Select(a => a.ToString()).Order());
            Assert.Equal([Outcome.Ok, Outcome.Refused], q.Paths.Select(p => p.Outcome).Order());
            Assert.Equal(Outcome.Mixed, q.Predicted);
            Assert.Equal(Outcome.Refused, q.Path!.Outcome);
            Assert.True(q.Certain);
            Assert.Equal(Verdicts.Degraded, Diagnoser.Reason(q).Verdict);
        }
    }

    [Fact]
    public void An_address_of_a_family_that_the_source_lacks_does_not_count()
    {
        var hosts = Change(Host, "a1", f => f with { HostsFile = Reading.Of(f.HostsFile.Value + "10.201.0.12 both\nfd00:6::12 both\n") });
        var q = Ask(hosts, "a1", "http://both/");
        Assert.Equal([Outcome.Ok, Outcome.NetUnreachable], q.Paths.Select(p => p.Outcome));
        Assert.Equal(Outcome.Ok, q.Predicted);
    }

    [Fact]
    public void The_hosts_file_goes_before_the_embedded_dns()
    {
        var q = Ask(Change(Host, "a1", f => f with { HostsFile = Reading.Of(f.HostsFile.Value + "10.202.0.12 a2\n") }), "a1", "http://a2/");
        Assert.Equal(("hosts", "10.202.0.12 a2", Outcome.Timeout), (q.Name.How, q.Name.HostsLine, q.Predicted));
    }

    [Fact]
    public void A_search_list_is_gone_through_before_a_name_with_too_few_dots()
    {
        var q = Ask(Host, "sr", "http://a2/");
        Assert.Equal(("search", "10.201.0.12"), (q.Name.How, q.Name.Addresses.Single().ToString()));
        Assert.Equal("embedded-dns", Ask(Host, "a1", "http://a2/").Name.How);
    }

    [Fact]
    public void Musl_does_not_search_for_a_name_with_enough_dots()
    {
        var q = Ask(Change(Host, "sr", f => f with { ResolverFile = Reading.Of("nameserver 127.0.0.11\nsearch net-a\noptions ndots:0\n"), Libc = Reading.Of("musl") }), "sr", "http://sr/");
        Assert.Equal("embedded-dns", q.Name.How);
    }

    [Fact]
    public void Where_the_rules_that_lead_to_the_resolver_are_gone_no_name_is_answered()
    {
        // v2 has no server of its own on that port.
        var world = WhyQuestion.WorldOf(Host);
        var v2 = world.Containers.Single(c => c.Name == "v2");
        var stack = world.SandboxOf(v2);
        var q = Question.Ask(world.With(stack, stack.WithRules(r => r with { Tables = [] })), v2, Asked.Parse("http://v1/", out _)!);
        Assert.Equal(Outcome.NameFailure, q.Predicted);
        Assert.True(q.Certain);
        Assert.Contains("127.0.0.11", q.Name.Steps[^1].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_stacks_with_one_address_are_never_a_silent_pass()
    {
        // a4 takes the address of a3, whose server it does not have.
        var twins = Change(Host, "a4", f => f with
        {
            Addresses = Reading.Of(f.Addresses.Value.Select(a => a.Address.ToString() == "10.201.0.14" ? a with { Address = IPAddress.Parse("10.201.0.13") } : a).ToImmutableArray()),
            Sockets = Reading.Of(f.Sockets.Value.Where(s => s.LocalPort != 80).ToImmutableArray()),
        });
        var q = Ask(twins, "a1", "tcp://10.201.0.13:80");
        Assert.Equal((Outcome.Unknown, false), (q.Predicted, q.Certain));
        var lacking = Assert.Single(q.Path!.Unread);
        Assert.Equal((Readings.Neighbours, "a1"), (lacking.What, lacking.Of));
        Assert.Contains("a3 and a4", lacking.Detail, StringComparison.Ordinal);

        // The neighbour entry says who answered.
        var a3 = twins.Namespaces[twins.ContainerNetns[IdOf("a3")].Value!];
        var mac = a3.Links.Value.Single(l => l.Name == "eth0").Mac;
        var heard = Change(twins, "a1", f => f with { Neighbours = Reading.Of<ImmutableArray<Neighbour>>([new Neighbour(f.Links.Value.Single(l => l.Name == "eth0").Index, IPAddress.Parse("10.201.0.13"), mac, "reachable")]) });
        Assert.Equal((Outcome.Ok, true), (Ask(heard, "a1", "tcp://10.201.0.13:80").Predicted, Ask(heard, "a1", "tcp://10.201.0.13:80").Certain));
    }

    [Theory]
    [InlineData("restarting")]
    [InlineData("exited")]
    public void A_container_that_went_away_between_two_readings_is_not_walked_through(string state)
    {
        // Listed as running, inspected as gone, its namespace with it.
        var id = IdOf("a2");
        var inspect = JsonNode.Parse(Host.Inspects[id].GetRawText())!;
        inspect["State"]!["Status"] = state;
        inspect["State"]!["Running"] = state == "restarting";
        inspect["State"]!["Pid"] = 0;
        var gone = Host with
        {
            Inspects = Host.Inspects.SetItem(id, JsonSerializer.SerializeToElement(inspect)),
            ContainerNetns = Host.ContainerNetns.SetItem(id, new NotRead(Readings.Netns, "a2", WhyNot.Gone)),
        };
        foreach (var target in new[] { "http://a2/", "http://10.201.0.12/", "http://172.16.0.24:8002/" })
        {
            var q = Ask(gone, "a1", target);
            var reasoned = Diagnoser.Reason(q);
            Assert.NotEqual(Outcome.Ok, q.Predicted);
            Assert.NotEqual(Confidences.Proven, reasoned.Confidence);
        }
    }

    [Theory]
    [InlineData("a1")]
    [InlineData("host")]
    public void A_namespace_that_vanished_is_named_in_what_was_not_read(string whose)
    {
        var missing = new NotRead(Readings.Netns, whose, WhyNot.Gone);
        var gone = whose == "host" ? Host with { HostNetns = missing } : Host with { ContainerNetns = Host.ContainerNetns.SetItem(IdOf(whose), missing) };
        var reasoned = Diagnoser.Reason(Ask(gone, "a1", "http://10.201.0.12/"));
        Assert.False(reasoned.Question.Certain);
        Assert.Equal(Verdicts.Unknown, reasoned.Verdict);
        Assert.Contains(reasoned.NotRead, n => n.Of == whose && n.Why == WhyNot.Gone);
    }

    [Fact]
    public void A_route_that_leads_nowhere_and_a_loop_of_hops_end()
    {
        // Both default routes of the host point into a bridge whose gateway is the host itself.
        var q = Ask(Change(Host, "host", f => f with
        {
            Routes = Reading.Of(f.Routes.Value.Select(r => r.PrefixLength == 0 ? r with { Gateway = IPAddress.Parse("10.201.0.11"), Out = f.Links.Value.Single(l => l.Kind == "bridge" && f.Addresses.Value.Any(a => a.Index == l.Index && a.Address.ToString() == "10.201.0.1")).Index } : r).ToImmutableArray()),
        }), "a1", "tcp://203.0.113.9:80");
        Assert.Contains(q.Predicted, new[] { Outcome.Timeout, Outcome.Unknown, Outcome.HostUnreachable });
        Assert.InRange(q.Path!.Steps.Length, 1, 400);
    }

    private static Question Ask(Snapshot snapshot, string source, string target)
    {
        var world = WhyQuestion.WorldOf(snapshot);
        return Question.Ask(world, world.Containers.Single(c => c.Name == source), Asked.Parse(target, out var error) ?? throw new ArgumentException(error));
    }

    private static string IdOf(string name) => Host.Containers.Single(c => c.GetProperty("Names")[0].GetString() == "/" + name).GetProperty("Id").GetString()!;

    private static Snapshot Change(Snapshot snapshot, string whose, Func<NetnsFacts, NetnsFacts> change)
    {
        // A shared namespace is read once, in the name of any of those who live in it.
        var facts = snapshot.Namespaces[(whose == "host" ? snapshot.HostNetns : snapshot.ContainerNetns[IdOf(whose)]).Value!];
        return snapshot with { Namespaces = snapshot.Namespaces.SetItem(facts.Id, change(facts)) };
    }
}
