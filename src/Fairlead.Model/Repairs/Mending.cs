using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Fairlead.Model.Answer;
using Fairlead.Model.Causes;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Repairs.Keeping;
using Fairlead.Model.Walk;
using Fairlead.Model.Words;
using Fairlead.Model.World;

namespace Fairlead.Model.Repairs;

/// <summary>What is done by hand or by command for one repair in a chain.</summary>
public sealed record Mend(DraftStep Step)
{
    public ImmutableArray<string> Commands { get; init; } = [];
    public ImmutableArray<string> Undo { get; init; } = [];
    public ImmutableArray<string> Cost { get; init; } = [];
    public string Lasts { get; init; } = LastsNames.Permanent;
    public ImmutableArray<Exposure> Exposes { get; init; } = [];

    /// <summary>Of the kinds that may be applied without a person (issue: plans; SAFETY 32 and 33).</summary>
    public bool Automatic { get; init; }
    public Text? Premise { get; init; }
}

/// <summary>Repairs that mend what stands in the way, with the address left as it is.</summary>
public static class Mending
{
    /// <summary>The target stays; what keeps it from answering is mended.</summary>
    public static IEnumerable<Draft> InPlace(Situation s)
    {
        var chain = Chain.Run(s.World, s.Source, s.Asked, mayJoin: false);
        if (chain.Repairs.IsEmpty || !(chain.Works || chain.Repairs.Any(r => r.Fix == FixIds.StartTarget)))
        {
            yield break;
        }

        var mends = chain.Repairs.Select(Step).ToImmutableArray();
        yield return new Draft
        {
            Id = chain.Repairs[0].Fix,
            Touches = [.. chain.Repairs.Select(Touched)],
            Title = mends[0].Step.What,
            Steps = [.. mends.Select(m => m.Step)],
            Commands = [.. mends.SelectMany(m => m.Commands)],
            Cures = Addresses.Cured(s, chain),
            Meets = Addresses.Met(chain),
            Automatic = mends.All(m => m.Automatic),
            Cost = Costs(mends),
            Exposes = [.. mends.SelectMany(m => m.Exposes)],
            Lasts = Lasting(mends),
            SurvivesRecreate = false,
            Premises = Premises(mends),
            Undo = mends.All(m => m.Commands.IsEmpty) ? null : [.. mends.Reverse().SelectMany(m => m.Undo)],
            // What listens in a container is not known before it runs.
            Predicted = chain.Works ? chain.End.Predicted : Facts.Outcome.Unknown,
            After = chain.End.World,
        };
    }

    public static Mend Step(RepairStep repair) => repair.Fix switch
    {
        FixIds.RebindListener => Rebind(repair),
        FixIds.AllowInFirewall => Allow(repair, repair.Rule!),
        FixIds.StartTarget => Start(repair.Whom!.Container!),
        FixIds.UnpauseTarget => Unpause(repair.Whom!.Container!),
        FixIds.EnableForwarding => Forward(),
        _ => throw new InvalidOperationException("no such step in a chain: " + repair.Fix),
    };

    /// <summary>What mends and more cost together, in the contract's order.</summary>
    internal static ImmutableArray<string> Costs(ImmutableArray<Mend> mends, params ReadOnlySpan<IEnumerable<string>> more)
    {
        var all = mends.SelectMany(m => m.Cost);
        foreach (var costs in more)
        {
            all = all.Concat(costs);
        }

        return [.. all.Distinct().OrderBy(c => CostNames.All.IndexOf(c))];
    }

    /// <summary>As long as the shortest-lived of them.</summary>
    internal static string Lasting(ImmutableArray<Mend> mends) => mends.Any(m => m.Lasts == LastsNames.UntilReboot) ? LastsNames.UntilReboot : LastsNames.Permanent;

    internal static ImmutableArray<Text> Premises(ImmutableArray<Mend> mends) => [.. mends.Where(m => m.Premise is not null).Select(m => m.Premise!)];

    private static string Touched(RepairStep r) => r is { Fix: FixIds.StartTarget or FixIds.UnpauseTarget, Whom.Container: { } c } ? Show.NameOrId(c)
        : r.Fix == FixIds.EnableForwarding ? "host" : Addresses.EndPoint(r.At.Asked);

    private static Mend Rebind(RepairStep r)
    {
        var (port, target) = (Shown.Port(r.At.Path!.TargetPort), r.At.Path.Target!);
        if (target is { IsHost: false })
        {
            var server = target.Members.FirstOrDefault();
            var it = Shown.Party(server, "target");
            return new Mend(new DraftStep(FixIds.RebindListener, StepPlaces.App,
                Text.Of($"make the server in {it} listen on 0.0.0.0:{port} instead of its loopback, and restart it",
                    $"让 {it} 里的服务监听 0.0.0.0:{port}，不要只监听回环地址，然后重启它")))
            {
                Cost = [CostNames.Setting, CostNames.Restart],
                Exposes = server is null ? [] : Beside(r.At.World, server, r.At.Source, $"{server.Name}:{r.At.Path.TargetPort.ToString(CultureInfo.InvariantCulture)}"),
            };
        }

        var gateway = r.At.Source is { } source && HostAddresses.Gateways(r.At.World, source) is [var first, ..] ? first.Address : IPAddress.Any;
        return new Mend(new DraftStep(FixIds.RebindListener, StepPlaces.App,
            Text.Of($"make the host's service listen on 0.0.0.0:{port} (or on {Shown.Address(gateway, "gateway")} only), and restart it",
                $"让宿主机上的服务监听 0.0.0.0:{port}（或者只监听 {Shown.Address(gateway, "gateway")}），然后重启它")))
        {
            Cost = [CostNames.Setting, CostNames.Restart],
            Exposes = [new Exposure("lan", $"host:{r.At.Path.TargetPort.ToString(CultureInfo.InvariantCulture)}", Scopes.Lan)],
        };
    }

    private static Mend Allow(RepairStep r, FirewallRule rule)
    {
        var (me, port) = (Shown.Party(r.At.Source, "source"), Shown.Port(rule.Port));
        var what = r.At.Source is null
            ? Text.Of($"let the host reach its own port {port}, and nothing else", $"只放行宿主机访问自己的 {port} 端口")
            : rule.Interface is null
                ? Text.Of($"let port {port} of the host be reached, and nothing else", $"只放行宿主机的 {port} 端口")
                : Text.Of($"let {me}'s network reach port {port} of the host, and nothing else", $"只放行 {me} 所在网络访问宿主机的 {port} 端口");
        var number = rule.Port.ToString(CultureInfo.InvariantCulture);
        var network = r.At.World.Networks.FirstOrDefault(n => n.BridgeName == rule.Interface);
        return new Mend(new DraftStep(FixIds.AllowInFirewall, StepPlaces.Host, what, rule.Adding[0]) { Action = rule.Action })
        {
            Commands = [.. rule.Adding.Select(a => Shell.Command(a))],
            Undo = rule.Removing,
            Lasts = rule.Managed ? LastsNames.Permanent : LastsNames.UntilReboot,
            Automatic = !rule.Managed && rule is { Action: not null, Interface: not null },
            Exposes = rule.Interface is null && r.At.Source is not null ? [new Exposure("lan", "host:" + number, Scopes.Lan)]
                : network is null ? [] : [.. On(r.At.World, network).Where(c => c.Id != r.At.Source?.Id).Select(c => new Exposure(c.Name, "host:" + number, Scopes.Siblings))],
        };
    }

    private static Mend Start(Container container)
    {
        var name = Show.NameOrId(container);
        return new Mend(new DraftStep(FixIds.StartTarget, StepPlaces.Host,
            Text.Of($"start {Shown.Party(container, "target")}", $"启动 {Shown.Party(container, "target")}"), ["docker", "start", name]) { Action = new StepAction.StartContainer(container.Id) })
        {
            Commands = [Shell.Command("docker", "start", name)],
            Undo = [Shell.Command("docker", "stop", name)],
            Automatic = !Owners.IsOrchestrated(container),
            Premise = Text.Of($"{Shown.Party(container, "target")} stays up once it is started", $"{Shown.Party(container, "target")} 启动后不会自己退出"),
        };
    }

    private static Mend Unpause(Container container)
    {
        var name = Show.NameOrId(container);
        return new Mend(new DraftStep(FixIds.UnpauseTarget, StepPlaces.Host,
            Text.Of($"let {Shown.Party(container, "target")} go on, which is paused", $"恢复被暂停的 {Shown.Party(container, "target")}"), ["docker", "unpause", name]) { Action = new StepAction.UnpauseContainer(container.Id) })
        {
            Commands = [Shell.Command("docker", "unpause", name)],
            Undo = [Shell.Command("docker", "pause", name)],
            Automatic = !Owners.IsOrchestrated(container),
        };
    }

    private static Mend Forward() => new(new DraftStep(FixIds.EnableForwarding, StepPlaces.Host,
        Text.Of($"let the host forward between its networks", $"打开宿主机的转发"), ["sysctl", "-w", "net.ipv4.ip_forward=1"]) { Action = new StepAction.SetSysctl("net.ipv4.ip_forward", "1") })
    {
        Commands = ["sysctl -w net.ipv4.ip_forward=1"],
        Undo = ["sysctl -w net.ipv4.ip_forward=0"],
        Lasts = LastsNames.UntilReboot,
        Automatic = true,
    };

    private static IEnumerable<Container> On(HostWorld world, Network network) =>
        world.MembersOf(network).OrderBy(c => c.Name, StringComparer.Ordinal).Take(50);

    private static ImmutableArray<Exposure> Beside(HostWorld world, Container server, Container? source, string target) =>
        [.. world.EndpointsOf(server).Select(world.NetworkOf).Where(n => n is { IccDisabled: false }).SelectMany(n => On(world, n!)).DistinctBy(c => c.Id)
            .Where(c => c.Id != server.Id && c.Id != source?.Id && world.Owner(c).Id != world.Owner(server).Id).Select(c => new Exposure(c.Name, target, Scopes.Siblings))];
}
