using System.Collections.Immutable;
using Fairlead.Facts;
using Fairlead.Model.Answer;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Repairs;
using Fairlead.Model.Repairs.Keeping;
using Fairlead.Model.World;
using Fairlead.Tests.Walk;
using Xunit;

namespace Fairlead.Tests.Repairs;

/// <summary>Plans on recorded hosts, changed in one thing: what they say, cut, open and keep.</summary>
public sealed class PlanTests
{
    private const string Disjoint = "28.networks-disjoint.by-name", DisjointOn20 = "20.networks-disjoint.by-address";

    [Fact]
    public void A_network_whose_name_is_a_command_is_named_by_its_id()
    {
        var draft = Join(Disjoint, Renamed("back", "rx; touch /tmp/pwn $(id)"), Renamed("front", "tx`id`"));
        Assert.All(draft.Commands.Concat(draft.Undo!), c => Assert.Matches("^docker network [a-z-]+ [a-z0-9 -]+$", c));
    }

    [Fact]
    public void With_gateway_priority_a_network_that_sorts_first_moves_nothing()
    {
        var draft = Join(Disjoint, Renamed("front", "aaa"));
        Assert.Contains(" --gw-priority -1 ", Assert.Single(draft.Commands));
        Assert.Contains("gw_priority: -1", draft.Kept!.Yaml);
        Assert.Null(draft.Interrupts);
        Assert.DoesNotContain(CostNames.Interrupts, draft.Cost);
    }

    [Fact]
    public void Without_it_the_side_that_moves_nothing_joins()
    {
        // The source's network sorts first, so that the target would move; the target's sorts behind, so that the source does not.
        var draft = Join(DisjointOn20, Renamed("front", "aaa"));
        Assert.Equal("client", draft.Touches[0]);
        Assert.Null(draft.Interrupts);
    }

    [Fact]
    public void Where_both_sides_share_no_network_to_join_without_a_move_both_join_a_new_one()
    {
        var draft = Join("28.default-bridge-no-dns.both-on-the-default-bridge");
        Assert.Equal(FixIds.CreateNetwork, draft.Id);
        Assert.Equal(3, draft.Commands.Length);
        Assert.Null(draft.Interrupts);
        Assert.True(draft.Automatic);
    }

    [Theory]
    [InlineData("com.docker.compose.project.config_files", "/opt/1panel/apps/one/docker-compose.yml", OwnerNames.OnePanel)]
    [InlineData("com.docker.compose.project.config_files", "/www/server/panel/data/compose/one/docker-compose.yml", OwnerNames.BtPanel)]
    [InlineData("com.docker.compose.project.config_files", "/www/dk_project/dk_app/one/docker-compose.yml", OwnerNames.BtPanel)]
    [InlineData("com.docker.compose.project.config_files", "/data/compose/7/docker-compose.yml", OwnerNames.Portainer)]
    [InlineData("com.docker.swarm.service.name", "web", OwnerNames.Swarm)]
    [InlineData("io.kubernetes.pod.name", "web-0", OwnerNames.Kubernetes)]
    [InlineData("createdBy", "Apps", OwnerNames.OnePanel)]
    [InlineData("some.label", "x", OwnerNames.Nobody)]
    public void The_manager_of_a_container_is_known_by_its_labels(string label, string value, string owner)
    {
        var container = Recorded.Of(Disjoint).Ask().Source! with { Labels = ImmutableDictionary<string, string>.Empty.Add(label, value) };
        Assert.Equal(owner, Owners.Of(container).Owner);
    }

    [Fact]
    public void Whose_file_it_is_stands_before_the_lines_in_both_languages()
    {
        var draft = Join(Disjoint, Labelled("api", ("com.docker.compose.project", "shop"), ("com.docker.compose.service", "web"),
            ("com.docker.compose.project.config_files", "/opt/1panel/apps/shop/docker-compose.yml")));
        var (en, zh) = (draft.Kept!.In("en"), draft.Kept.In("zh"));
        Assert.StartsWith("# ", en.Compose);
        Assert.All(new[] { en.Compose, zh.Compose }, text => Assert.Contains("/opt/1panel/apps/shop/docker-compose.yml", text));
        Assert.Equal(OwnerNames.OnePanel, Assert.Single(en.Files).Owner);
    }

    [Fact]
    public void Orchestrated_containers_are_not_joined_by_themselves()
    {
        Assert.True(Join(Disjoint).Automatic);
        Assert.False(Join(Disjoint, Labelled("api", ("com.docker.swarm.service.name", "web"))).Automatic);
    }

    [Theory]
    [InlineData("true")]
    [InlineData("on")]
    [InlineData("12:30")]
    [InlineData("a: b")]
    [InlineData("# no comment")]
    [InlineData("x\nservices: {evil: {}}")]
    [InlineData("it's")]
    [InlineData("‮back")]
    [InlineData("- -")]
    public void A_text_comes_back_from_the_lines_as_it_went_in(string text)
    {
        var yaml = ComposeLines.Write(ComposeLines.Node.Of(("services", ComposeLines.Node.Of((text, new ComposeLines.Node.Items([ComposeLines.Node.Of(text)]))))));
        var stream = new YamlDotNet.RepresentationModel.YamlStream();
        stream.Load(new StringReader(yaml));
        var services = (YamlDotNet.RepresentationModel.YamlMappingNode)((YamlDotNet.RepresentationModel.YamlMappingNode)stream.Documents[0].RootNode).Children.Single().Value;
        var (key, value) = services.Children.Single();
        Assert.Equal(text, ((YamlDotNet.RepresentationModel.YamlScalarNode)key).Value);
        var item = (YamlDotNet.RepresentationModel.YamlScalarNode)((YamlDotNet.RepresentationModel.YamlSequenceNode)value).Children.Single();
        Assert.Equal(text, item.Value);
        Assert.NotEqual(YamlDotNet.Core.ScalarStyle.Plain, item.Style);
    }

    [Fact]
    public void A_join_names_the_pairs_that_it_changes()
    {
        var recorded = Recorded.Of(Disjoint);
        var world = recorded.Ask().World;
        var changes = Changes.Of(world, Join(Disjoint));
        Assert.True(changes.Whole);
        Assert.Contains(changes.Pairs, p => p is { Source: "client", Target: "api:80", After: Outcome.Ok } && p.Before != Outcome.Ok);
        Assert.DoesNotContain(changes.Pairs, p => p.Before == Outcome.Ok);
    }

    [Fact]
    public void A_plan_that_only_writes_an_address_changes_no_pair() =>
        Assert.All(Diagnoser.Reason(Recorded.Of("28.loopback-to-sibling.published").Ask()).Drafts.Where(d => d.Id == FixIds.UseHostAddress),
            d => Assert.Empty(Changes.Of(Recorded.Of("28.loopback-to-sibling.published").Ask().World, d).Pairs));

    [Fact]
    public void A_paused_target_is_let_go_on_in_every_plan_that_leads_to_it()
    {
        var recorded = Recorded.Of("28.loopback-to-sibling.published");
        var q = recorded.Ask();
        var api = q.World.Containers.Single(c => c.Name == "api") with { State = "paused" };
        var sandbox = q.World.SandboxOf(api);
        var paused = q.World.With(api).With(sandbox, sandbox.With(api));
        var drafts = Diagnoser.Reason(Question.Ask(paused, q.Source, recorded.Asked) with { Seen = recorded.Seen }).Drafts;
        Assert.NotEmpty(drafts);
        Assert.All(drafts, d => Assert.Equal("docker unpause api", d.Commands[0]));
        Assert.All(drafts, d => Assert.Contains("docker pause api", d.Undo!));
    }

    /// <summary>The plan that joins networks, on a recorded host that was changed.</summary>
    private static Draft Join(string name, params Func<HostWorld, HostWorld>[] changes)
    {
        var recorded = Recorded.Of(name);
        var q = recorded.Ask();
        var world = changes.Aggregate(q.World, (w, change) => change(w));
        var asked = recorded.Asked;
        return Diagnoser.Reason(Question.Ask(world, world.ById(q.Source!.Id), asked) with { Seen = recorded.Seen }).Drafts.Single(d => d.Id is FixIds.ConnectNetwork or FixIds.CreateNetwork);
    }

    private static Func<HostWorld, HostWorld> Renamed(string from, string to) => world => world with
    {
        Networks = [.. world.Networks.Select(n => n.Name == from ? n with { Name = to } : n)],
        Containers = [.. world.Containers.Select(c => c with { Endpoints = [.. c.Endpoints.Select(e => e.NetworkName == from ? e with { NetworkName = to } : e).OrderBy(e => e.NetworkName, StringComparer.Ordinal)] })],
    };

    private static Func<HostWorld, HostWorld> Labelled(string container, params (string Key, string Value)[] labels) => world =>
    {
        var c = world.Containers.Single(c => c.Name == container);
        var all = labels.ToImmutableDictionary(l => l.Key, l => l.Value);
        return world.With(c with { Labels = all, Project = all.GetValueOrDefault("com.docker.compose.project"), Service = all.GetValueOrDefault("com.docker.compose.service") });
    };
}
