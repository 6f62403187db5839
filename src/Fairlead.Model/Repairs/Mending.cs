using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Fairlead.Model.Answer;
using Fairlead.Model.Causes;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Rules;
using Fairlead.Model.Words;
using Fairlead.Model.World;

namespace Fairlead.Model.Repairs;

/// <summary>What is done by hand or by command for one repair in a chain.</summary>
public sealed record Mend(DraftStep Step, ImmutableArray<string> Commands, ImmutableArray<string> Undo, ImmutableArray<string> Cost, string Lasts,
    ImmutableArray<Exposure> Exposes);

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

        var mends = chain.Repairs.Select(Step).ToArray();
        var first = chain.Repairs[0];
        yield return new Draft
        {
            Id = first.Fix,
            Touches = [.. chain.Repairs.Select(Touched)],
            Title = mends[0].Step.What,
            Steps = [.. mends.Select(m => m.Step)],
            Commands = [.. mends.SelectMany(m => m.Commands)],
            Cures = [.. s.Behind.Where(code => chain.Links.Any(l => l.Repair is not null && l.Cause.Kind.Code == code))],
            Meets = [.. chain.Links.Where(l => l.Repair is null).Select(l => l.Cause.Kind.Code)],
            Automatic = mends is [{ Step.Fix: FixIds.StartTarget }],
            Cost = [.. mends.SelectMany(m => m.Cost).Distinct().OrderBy(c => CostNames.All.IndexOf(c))],
            Exposes = [.. mends.SelectMany(m => m.Exposes)],
            Lasts = mends.Any(m => m.Lasts == LastsNames.UntilReboot) ? LastsNames.UntilReboot : LastsNames.Permanent,
            SurvivesRecreate = false,
            Undo = mends.All(m => m.Commands.IsEmpty) ? null : [.. mends.Reverse().SelectMany(m => m.Undo)],
            // What listens in a container is not known before it runs.
            Predicted = chain.Works ? chain.End.Predicted : Facts.Outcome.Unknown,
        };
    }

    public static Mend Step(RepairStep repair) => repair.Fix switch
    {
        FixIds.RebindListener => Rebind(repair),
        FixIds.AllowInFirewall => Allow(repair),
        FixIds.StartTarget => Start(repair),
        _ => throw new InvalidOperationException("no such step in a chain: " + repair.Fix),
    };

    private static string Touched(RepairStep r) => r.Fix switch
    {
        FixIds.StartTarget when r.Whom?.Container is { } c => Show.NameOrId(c),
        _ => Addresses.EndPoint(r.At.Asked),
    };

    private static Mend Rebind(RepairStep r)
    {
        var port = Shown.Port(r.At.Path!.TargetPort);
        var target = r.At.Path.Target!;
        if (!target.IsHost)
        {
            var it = Shown.Party(target.Members.FirstOrDefault(), "target");
            return new Mend(new DraftStep(FixIds.RebindListener, StepPlaces.App,
                Text.Of($"make the server in {it} listen on 0.0.0.0:{port} instead of its loopback, and restart it",
                    $"让 {it} 里的服务监听 0.0.0.0:{port}，不要只监听回环地址，然后重启它")), [], [], [CostNames.Setting, CostNames.Restart], LastsNames.Permanent, []);
        }

        var gateway = r.At.Source is { } source && HostAddresses.Gateways(r.At.World, source) is [var first, ..] ? first.Address : IPAddress.Any;
        return new Mend(new DraftStep(FixIds.RebindListener, StepPlaces.App,
            Text.Of($"make the host's service listen on 0.0.0.0:{port} (or on {Shown.Address(gateway, "gateway")} only), and restart it",
                $"让宿主机上的服务监听 0.0.0.0:{port}（或者只监听 {Shown.Address(gateway, "gateway")}），然后重启它")), [], [],
            [CostNames.Setting, CostNames.Restart], LastsNames.Permanent,
            [new Exposure("lan", $"host:{r.At.Path.TargetPort.ToString(CultureInfo.InvariantCulture)}", Scopes.Lan)]);
    }

    private static Mend Allow(RepairStep r)
    {
        var (q, flow, rule) = (r.At, r.At.Stop.Flow!, r.At.Stop.Rule!);
        var (port, protocol) = (flow.DestinationPort, flow.Protocol);
        var bridge = Chain.InInterface(q);
        var number = port.ToString(CultureInfo.InvariantCulture);
        string[] match = [.. bridge is null ? [] : new[] { "-i", bridge }, "-p", protocol, "--dport", number, "-j", "ACCEPT"];
        var six = flow.Destination.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
        string[] add, remove, table = [];
        if (Manager(q.World.Host, rule) is "ufw")
        {
            add = ["ufw", "allow", .. bridge is null ? [] : new[] { "in", "on", bridge }, "to", "any", "port", number, "proto", protocol];
            remove = ["ufw", "delete", .. add[1..]];
        }
        else if (rule.Chain.Style == TableStyle.Native)
        {
            var chain = q.World.Host.Rules.Or(null)?.Tables.SelectMany(t => t.Chains).FirstOrDefault(c => c.Table == rule.Table.Name && c.Family == rule.Table.Family && c.Hook == Hook.Input);
            var where = new[] { Show.FamilyName(rule.Table.Family), rule.Table.Name, (chain ?? rule.Chain).Name };
            string[] matchNft = [.. bridge is null ? [] : new[] { "iifname", bridge }, protocol, "dport", number, "accept"];
            table = where;
            add = ["nft", "insert", "rule", .. where, .. matchNft];
            // nft deletes by handle only, and the handle exists once the rule does.
            remove = ["sh", "-c", $"{Shell.Command("nft", "-a", "list", "chain", where[0], where[1], where[2])} | sed -n 's/.*{protocol} dport {number} accept # handle //p' | head -n 1 | xargs -r nft delete rule {Shell.Command(where)} handle"];
        }
        else
        {
            var tool = (six ? "ip6tables" : "iptables") + (rule.Chain.Style == TableStyle.Legacy ? "-legacy" : "");
            add = [tool, "-I", "INPUT", .. match];
            remove = [tool, "-D", "INPUT", .. match];
        }

        var me = Shown.Party(q.Source, "source");
        return new Mend(new DraftStep(FixIds.AllowInFirewall, StepPlaces.Host,
            Text.Of($"let {me}'s network reach port {Shown.Port(port)} of the host, and nothing else", $"只放行 {me} 所在网络访问宿主机的 {Shown.Port(port)} 端口"),
            [.. add]) { Action = new StepAction.AllowInFirewall(add[0], bridge, protocol, port, [.. table]) }, [Shell.Command(add)], [Shell.Command(remove)], [], add[0] == "ufw" ? LastsNames.Permanent : LastsNames.UntilReboot,
            [new Exposure(bridge ?? "any", "host:" + number, Scopes.Siblings)]);
    }

    private static Mend Start(RepairStep r)
    {
        var container = r.Whom!.Container!;
        var name = Show.NameOrId(container);
        return new Mend(new DraftStep(FixIds.StartTarget, StepPlaces.Host,
            Text.Of($"start {Shown.Party(container, "target")}", $"启动 {Shown.Party(container, "target")}"), ["docker", "start", name]) { Action = new StepAction.StartContainer(container.Id) },
            [Shell.Command("docker", "start", name)], [Shell.Command("docker", "stop", name)], [], LastsNames.Permanent, []);
    }

    // ufw names its chains; whoever owns the firewall is asked, not gone round (SAFETY 32).
    private static string? Manager(Sandbox host, RuleStep rule) =>
        rule.Chain.Name.StartsWith("ufw", StringComparison.Ordinal)
        || (host.Rules.Or(null)?.Tables.Any(t => t.Chains.Any(c => c.Name == "ufw-user-input")) ?? false) ? "ufw" : null;
}
