using Fairlead.Model.Answer;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Repairs;
using Fairlead.Model.Rules;
using Fairlead.Tests.Walk;
using Xunit;
using RuleChain = Fairlead.Model.Rules.Chain;

namespace Fairlead.Tests.Repairs;

/// <summary>The rule that lets one port through: the narrowest one where nobody is in charge, else what the manager is asked for.</summary>
public sealed class FirewallRuleTests
{
    [Fact]
    public void Where_nobody_manages_the_rules_it_is_one_commented_line_of_one_interface_and_port()
    {
        var draft = Allowed("28.host-firewall-drops.host-service", (_, c) => c);
        Assert.Equal(["iptables -w -I INPUT -i docker0 -p tcp --dport 8080 -m comment --comment fairlead -j ACCEPT"], draft.Commands);
        Assert.Equal(["iptables -w -D INPUT -i docker0 -p tcp --dport 8080 -m comment --comment fairlead -j ACCEPT"], draft.Undo!.Value);
        Assert.True(draft.Automatic);
        Assert.Equal(LastsNames.UntilReboot, draft.Lasts);
    }

    [Fact]
    public void Ufw_is_asked_where_it_is_in_charge()
    {
        var draft = Allowed("28.host-firewall-drops.host-service", (t, chains) => t.Name == "filter" ? [.. chains, chains[0] with { Name = "ufw-user-input", Hook = null, Type = null, PolicyAccepts = null, Rules = [] }] : chains);
        Assert.Equal(["ufw allow in on docker0 to any port 8080 proto tcp comment fairlead"], draft.Commands);
        Assert.Equal(["ufw delete allow in on docker0 to any port 8080 proto tcp"], draft.Undo!.Value);
        Assert.False(draft.Automatic);
        Assert.Equal(LastsNames.Permanent, draft.Lasts);
    }

    [Fact]
    public void Firewalld_is_asked_for_the_client_s_network_in_the_zone_that_dropped_it()
    {
        var draft = Allowed("28.host-firewall-drops.one-rule", (t, chains) => t.Name != "filter" ? chains : [.. chains.SelectMany(c => c.Hook != Hook.Input ? [c] : new[]
        {
            c with { Rules = [c.Rules[0] with { Parts = [new VerdictPart(VerdictCode.Jump, "IN_public_deny")] }] },
            c with { Name = "IN_public_deny", Hook = null, Type = null, PolicyAccepts = null, Rules = [.. c.Rules.Select(r => r with { Chain = "IN_public_deny" })] },
        })]);
        Assert.Equal(2, draft.Commands.Length);
        Assert.StartsWith("firewall-cmd --zone=public '--add-rich-rule=rule family=\"ipv4\" source address=\"", draft.Commands[0]);
        Assert.Contains(" --permanent ", draft.Commands[1]);
        Assert.All(draft.Undo!.Value, u => Assert.Contains("--remove-rich-rule=", u));
        Assert.False(draft.Automatic);
    }

    private static Draft Allowed(string scenario, Func<Table, System.Collections.Immutable.ImmutableArray<RuleChain>, System.Collections.Immutable.ImmutableArray<RuleChain>> change)
    {
        var recorded = Recorded.Of(scenario);
        var q = recorded.Ask();
        var world = q.World.With(q.World.Host, q.World.Host.WithRules(set => set with { Tables = [.. set.Tables.Select(t => t with { Chains = change(t, t.Chains) })] }));
        return Diagnoser.Reason(Question.Ask(world, q.Source, recorded.Asked) with { Seen = recorded.Seen }).Drafts.Single(d => d.Id == FixIds.AllowInFirewall);
    }
}
