using System.Collections.Immutable;
using Fairlead.Facts;
using Fairlead.Model.Answer;
using Fairlead.Model.Causes;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Words;
using Fairlead.Model.World;

namespace Fairlead.Model.Repairs;

/// <summary>Plans that give source and target a network in common.</summary>
public static class Joining
{
    public static IEnumerable<Draft> Propose(Situation s)
    {
        if (s.Source is not { } source || s.Wanted.Container is not { } target || target.Mode is NetworkMode.Host or NetworkMode.None || !target.Running
            || source.Mode is NetworkMode.Host or NetworkMode.None || s.World.Owner(source).Id == s.World.Owner(target).Id
            || s.World.CommonNetworks(source, target).Any(n => n.IsUserDefined))
        {
            yield break;
        }

        var existing = JoinChoice.Existing(s.World, source, target);
        if (existing is { Harmless: true } join)
        {
            yield return Finish(s, FixIds.ConnectNetwork, Worlds.Join(s.World, join.Joiner, join.Network), [(join.Joiner, join.Network, join.NeedsPriority)], null, target);
            yield break;
        }

        var (world, fresh) = Worlds.Create(s.World, JoinChoice.NewName(s.World));
        world = Worlds.Join(Worlds.Join(world, source, fresh), target, fresh);
        yield return Finish(s, existing is null ? FixIds.CreateNetwork : FixIds.ConnectNetwork, world,
            [(s.World.Owner(source), fresh, false), (s.World.Owner(target), fresh, false)], fresh, target);
    }

    private static Draft Finish(Situation s, string id, HostWorld world, ImmutableArray<(Container Who, Network Network, bool Priority)> joins, Network? created, Container target)
    {
        var to = s.Asked.At(NameAfter(s, target), s.Wanted.Port);
        var same = to.Host == s.Asked.Host && to.Port == s.Asked.Port;
        var chain = Chain.Run(world, s.Source, to, mayJoin: false);
        var steps = ImmutableArray.CreateBuilder<DraftStep>();
        if (created is not null)
        {
            steps.Add(new DraftStep(FixIds.CreateNetwork, StepPlaces.Host, Text.Of($"create the network {Shown.Network(created.Name)}", $"创建网络 {Shown.Network(created.Name)}"),
                ["docker", "network", "create", created.Name]) { Action = new StepAction.CreateNetwork(created.Name) });
        }

        foreach (var (who, network, priority) in joins)
        {
            var names = created is null ? NetworkArgument(s.World, network) : network.Name;
            steps.Add(new DraftStep(FixIds.ConnectNetwork, StepPlaces.Host,
                Text.Of($"join {Shown.Party(who, "joiner")} to {Shown.Network(network.Name)}", $"把 {Shown.Party(who, "joiner")} 接入 {Shown.Network(network.Name)}"),
                ["docker", "network", "connect", .. priority ? new[] { "--gw-priority", "-1" } : [], names, Show.NameOrId(who)])
            {
                Action = new StepAction.ConnectNetwork(who.Id, network.Name, created is null ? network.Id : null, priority ? -1 : null, []),
            });
        }

        var commands = steps.Select(step => Shell.Command(step.Argv)).ToImmutableArray();
        ImmutableArray<string> undo =
        [
            .. joins.Reverse().Select(j => Shell.Command("docker", "network", "disconnect", created is null ? NetworkArgument(s.World, j.Network) : j.Network.Name, Show.NameOrId(j.Who))),
            .. created is null ? [] : new[] { Shell.Command("docker", "network", "rm", created.Name) },
        ];
        var mends = chain.Repairs.Where(r => r.Fix is FixIds.RebindListener or FixIds.AllowInFirewall).Select(Mending.Step).ToArray();
        if (!same)
        {
            steps.Add(new DraftStep(FixIds.UseName, StepPlaces.App, Text.Of($"then write {Shown.Target(to.Given)}", $"然后改写成 {Shown.Target(to.Given)}")));
        }

        var net = Shown.Network(joins[0].Network.Name);
        return new Draft
        {
            Id = id,
            Touches = created is null ? [Show.NameOrId(joins[0].Who), NetworkArgument(s.World, joins[0].Network)] : [created.Name, .. joins.Select(j => Show.NameOrId(j.Who))],
            Title = same
                ? Text.Of($"Give them a network in common: {net}", $"让两者在同一个网络 {net} 上")
                : Text.Of($"Give them a network in common ({net}), then write {Shown.Target(to.Given)}", $"让两者在同一个网络（{net}）上，再改写成 {Shown.Target(to.Given)}"),
            Steps = [.. mends.Select(m => m.Step), .. steps],
            Commands = [.. mends.SelectMany(m => m.Commands), .. commands],
            NewTarget = same ? null : to,
            Cures = Addresses.Cured(s, chain, ownPort: !same),
            Meets = [.. chain.Works ? [] : chain.Links.Where(l => l.Repair is null).Select(l => l.Cause.Kind.Code)],
            Automatic = mends.Length == 0,
            Cost = [.. mends.SelectMany(m => m.Cost).Concat(same ? [] : [CostNames.Setting]).Distinct().OrderBy(c => CostNames.All.IndexOf(c))],
            Exposes = Exposed(s, joins, created),
            SurvivesRecreate = false,
            Lasts = LastsNames.UntilRecreate,
            Compose = Compose(joins),
            Premises = [Text.Of($"{Shown.Party(target, "target")} keeps its name", $"{Shown.Party(target, "target")} 的名字不变")],
            Undo = undo,
            Predicted = chain.End.Predicted,
        };
    }

    // docker network connect gives the container's own name; a Compose service is an alias only where Compose made the endpoint.
    private static string NameAfter(Situation s, Container target) =>
        s.Asked.Literal is null && Bearers.Anywhere(s.World, s.Asked.Host).Any(c => c.Id == target.Id)
        && (s.Asked.Host.Equals(target.Name, StringComparison.OrdinalIgnoreCase) || s.Asked.Host.Equals(target.Id[..12], StringComparison.OrdinalIgnoreCase))
            ? s.Asked.Host : target.Name;

    private static string NetworkArgument(HostWorld world, Network network) =>
        Shell.IsBare(network.Name) && world.Networks.Count(n => n.Name == network.Name) == 1 ? network.Name : network.Id[..Math.Min(12, network.Id.Length)];

    private static ImmutableArray<Exposure> Exposed(Situation s, ImmutableArray<(Container Who, Network Network, bool)> joins, Network? created)
    {
        if (created is not null)
        {
            return [];
        }

        var (who, network, _) = joins[0];
        // Who shares a member's stack is reached through the member, and named by it.
        var already = s.World.MembersOf(network).Where(c => c.Id != who.Id && c.Id != s.Source!.Id && c.Id != s.Wanted.Container!.Id && s.World.CommonNetworks(c, who).IsEmpty);
        return [.. already.OrderBy(c => c.Name, StringComparer.Ordinal).Take(50)
            .SelectMany(c => new[] { new Exposure(c.Name, who.Name, Scopes.Siblings), new Exposure(who.Name, c.Name, Scopes.Siblings) })];
    }

    private static string? Compose(ImmutableArray<(Container Who, Network Network, bool Priority)> joins)
    {
        static string quote(string s) => s.Length > 0 && s.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') && !s.All(c => char.IsAsciiDigit(c) || c is '.' or '-')
            && !(s.ToLowerInvariant() is "null" or "true" or "false" or "yes" or "no" or "on" or "off" or "y" or "n") ? s
            : "'" + Printable.Show(s).Replace("'", "''", StringComparison.Ordinal) + "'";
        var services = string.Join("", joins.Select(j =>
            $"  {quote(j.Who.Service ?? j.Who.Name)}:\n    networks:\n" + string.Join("", j.Who.Endpoints.Select(e => e.NetworkName).Append(j.Network.Name).Distinct()
                .Select(n => n == "bridge" ? "      - default\n" : $"      - {quote(n)}\n"))));
        return $"services:\n{services}networks:\n  {quote(joins[0].Network.Name)}:\n    external: true\n";
    }
}
