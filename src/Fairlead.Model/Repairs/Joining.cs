using System.Collections.Immutable;
using Fairlead.Facts;
using Fairlead.Model.Answer;
using Fairlead.Model.Causes;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Repairs.Keeping;
using Fairlead.Model.Words;
using Fairlead.Model.World;

namespace Fairlead.Model.Repairs;

/// <summary>Plans that give source and target a network in common.</summary>
public static class Joining
{
    /// <summary>A container joins a network.</summary>
    /// <param name="Aliases">Names that it gets there beside its own.</param>
    public sealed record Join(Container Who, Network Network, int? Priority, ImmutableArray<string> Aliases);

    /// <summary>The joins of one plan, and the world after them.</summary>
    /// <param name="Created">The network that has to be made first; null when all are there.</param>
    internal sealed record Joins(HostWorld World, ImmutableArray<Join> Of, Network? Created, Interruption? Cut, bool NothingToUse);

    public static IEnumerable<Draft> Propose(Situation s)
    {
        if (s.Source is not { } source || s.Wanted.Container is not { } target || target.Mode is NetworkMode.Host or NetworkMode.None || !target.Running
            || source.Mode is NetworkMode.Host or NetworkMode.None || s.World.Owner(source).Id == s.World.Owner(target).Id
            || s.World.CommonNetworks(source, target).Any(n => n.IsUserDefined))
        {
            yield break;
        }

        // The first way that works; those that cut nothing come first, and of the others it is said what they cut. Without readings the best that may work.
        Draft? best = null;
        foreach (var draft in Ways(s.World, source, target, s.Asked).Select(j => Finish(s, j, target)))
        {
            if (draft.Predicted == Outcome.Ok)
            {
                best = draft;
                break;
            }

            best ??= draft.Predicted == Outcome.Unknown ? draft : null;
        }

        if (best is not null)
        {
            yield return best;
        }
    }

    /// <summary>The ways to give both a network in common, best first.</summary>
    internal static IEnumerable<Joins> Ways(HostWorld world, Container source, Container target, Asked asked)
    {
        var existing = JoinChoice.Existing(world, source, target);
        Joins one(JoinChoice c)
        {
            var join = new Join(c.Joiner, c.Network, c.Priority, c.Joiner.Id == world.Owner(target).Id ? Aliases(world, target, c.Network, asked) : []);
            return new Joins(Worlds.Join(world, join.Who, join.Network, join.Priority, join.Aliases), [join], null, c.Cut, false);
        }

        foreach (var choice in existing.Where(c => c.Cut is null))
        {
            yield return one(choice);
        }

        var (name, isInternal) = JoinChoice.Fresh(world, source, target);
        var (created, fresh) = Worlds.Create(world, name, isInternal);
        var aliases = Aliases(world, target, fresh, asked);
        var both = Worlds.Join(Worlds.Join(created, source, fresh), target, fresh, null, aliases);
        var cut = Interruption.OfMoving(world, both, source) ?? Interruption.OfMoving(world, both, target);
        var made = new Joins(both, [new Join(world.Owner(source), fresh, null, []), new Join(world.Owner(target), fresh, null, aliases)], fresh, cut, existing.IsEmpty);
        if (cut is null)
        {
            yield return made;
        }

        foreach (var choice in existing.Where(c => c.Cut is not null))
        {
            yield return one(choice);
        }
    }

    private static Draft Finish(Situation s, Joins joins, Container target)
    {
        var (created, world) = (joins.Created, joins.World);
        var to = s.Asked.At(NameAfter(s, world, target), s.Wanted.Port);
        var same = to.Host == s.Asked.Host && to.Port == s.Asked.Port;
        var chain = Chain.Run(world, s.Source, to, mayJoin: false);
        var steps = ImmutableArray.CreateBuilder<DraftStep>();
        if (created is not null)
        {
            steps.Add(new DraftStep(FixIds.CreateNetwork, StepPlaces.Host, Text.Of($"create the network {Shown.Network(created.Name)}", $"创建网络 {Shown.Network(created.Name)}"),
                ["docker", "network", "create", .. created.Internal ? new[] { "--internal" } : [], created.Name]) { Action = created.Internal ? null : new StepAction.CreateNetwork(created.Name) });
        }

        steps.AddRange(joins.Of.Select(j => Connect(s.World, j, created)));
        var commands = steps.Select(step => Shell.Command(step.Argv)).ToImmutableArray();
        ImmutableArray<string> undo =
        [
            .. joins.Of.Reverse().Select(j => Shell.Command("docker", "network", "disconnect", Argument(s.World, j.Network, created), Show.NameOrId(j.Who))),
            .. created is null ? [] : new[] { Shell.Command("docker", "network", "rm", created.Name) },
        ];
        var mends = chain.Repairs.Select(Mending.Step).ToImmutableArray();
        if (!same)
        {
            steps.Add(new DraftStep(FixIds.UseName, StepPlaces.App, Text.Of($"then write {Shown.Target(to.Given)}", $"然后改写成 {Shown.Target(to.Given)}")));
        }

        var net = Shown.Network(joins.Of[0].Network.Name);
        return new Draft
        {
            Id = joins.NothingToUse ? FixIds.CreateNetwork : FixIds.ConnectNetwork,
            Touches = created is null ? [Show.NameOrId(joins.Of[0].Who), Argument(s.World, joins.Of[0].Network, created)] : [created.Name, .. joins.Of.Select(j => Show.NameOrId(j.Who))],
            Title = same
                ? Text.Of($"Give them a network in common: {net}", $"让两者在同一个网络 {net} 上")
                : Text.Of($"Give them a network in common ({net}), then write {Shown.Target(to.Given)}", $"让两者在同一个网络（{net}）上，再改写成 {Shown.Target(to.Given)}"),
            Steps = [.. mends.Select(m => m.Step), .. steps],
            Commands = [.. mends.SelectMany(m => m.Commands), .. commands],
            NewTarget = same ? null : to,
            Cures = Addresses.Cured(s, chain),
            Meets = Addresses.Met(chain),
            Automatic = mends.All(m => m.Automatic) && joins.Of.All(j => !Owners.IsOrchestrated(j.Who)) && (created is null || !created.Internal),
            Cost = Mending.Costs(mends, same ? [] : [CostNames.Setting], joins.Cut is null ? [] : [CostNames.Interrupts]),
            Interrupts = joins.Cut?.What,
            Exposes = [.. Exposed(s, joins), .. mends.SelectMany(m => m.Exposes)],
            SurvivesRecreate = false,
            Lasts = LastsNames.UntilRecreate,
            Kept = Kept.Joined(s.World, joins.Of),
            Premises = [Text.Of($"{Shown.Party(target, "target")} keeps its name", $"{Shown.Party(target, "target")} 的名字不变")],
            Undo = [.. undo, .. mends.Reverse().SelectMany(m => m.Undo)],
            Predicted = chain.End.Predicted,
            After = joins.Of.Aggregate(chain.End.World, (w, j) => Worlds.Guard(w, j.Who, j.Network)),
        };
    }

    private static DraftStep Connect(HostWorld world, Join join, Network? created)
    {
        string[] options =
        [
            .. join.Priority is { } p ? new[] { "--gw-priority", p.ToString(System.Globalization.CultureInfo.InvariantCulture) } : [],
            .. join.Aliases.SelectMany(a => new[] { "--alias", a }),
        ];
        return new DraftStep(FixIds.ConnectNetwork, StepPlaces.Host,
            Text.Of($"join {Shown.Party(join.Who, "joiner")} to {Shown.Network(join.Network.Name)}", $"把 {Shown.Party(join.Who, "joiner")} 接入 {Shown.Network(join.Network.Name)}"),
            ["docker", "network", "connect", .. options, Argument(world, join.Network, created), Show.NameOrId(join.Who)])
        {
            Action = new StepAction.ConnectNetwork(join.Who.Id, join.Network.Name, created is null ? join.Network.Id : null, join.Priority, join.Aliases),
        };
    }

    // A name that was written and that the target bears elsewhere is given to it there too, unless another one has it: then nothing has to be written anew.
    private static ImmutableArray<string> Aliases(HostWorld world, Container target, Network network, Asked asked)
    {
        var name = asked.Host.TrimEnd('.');
        bool bears(Container c) => Bearers.Names(c).Contains(name, StringComparer.OrdinalIgnoreCase);
        return asked.Literal is null && Shell.IsBare(name) && !name.Contains(':', StringComparison.Ordinal) && bears(target)
            && !name.Equals(target.Name, StringComparison.OrdinalIgnoreCase) && !target.Id.StartsWith(name, StringComparison.OrdinalIgnoreCase)
            && !world.MembersOf(network).Any(c => c.Id != target.Id && bears(c)) ? [name] : [];
    }

    private static string NameAfter(Situation s, HostWorld world, Container target)
    {
        var (source, bearer) = (world.ById(s.Source!.Id)!, world.ById(target.Id)!);
        return s.Asked.Literal is null && Bearers.Anywhere(s.World, s.Asked.Host).Any(c => c.Id == target.Id)
            && Names.Resolver.Resolve(world, world.SandboxOf(source), source, s.Asked.Host) is { Outcome: Outcome.Ok } ? s.Asked.Host : Addresses.Nameable(world, source, bearer);
    }

    private static string Argument(HostWorld world, Network network, Network? created) => network == created
        || (Shell.IsBare(network.Name) && network.Name[0] != '-' && world.Networks.Count(n => n.Name == network.Name) == 1) ? network.Name : network.Id[..Math.Min(12, network.Id.Length)];

    private static IEnumerable<Exposure> Exposed(Situation s, Joins joins)
    {
        if (joins.Created is not null || joins.Of[0].Network.IccDisabled)
        {
            return [];
        }

        var (who, network) = (joins.Of[0].Who, joins.Of[0].Network);
        // Who shares a member's stack is reached through the member, and named by it.
        var siblings = s.World.MembersOf(network).Where(c => c.Id != who.Id && c.Id != s.Source!.Id && c.Id != s.Wanted.Container!.Id && s.World.CommonNetworks(c, who).IsEmpty);
        return siblings.OrderBy(c => c.Name, StringComparer.Ordinal).Take(50)
            .SelectMany(c => new[] { new Exposure(c.Name, who.Name, Scopes.Siblings), new Exposure(who.Name, c.Name, Scopes.Siblings) });
    }
}
