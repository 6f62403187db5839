using System.Collections.Immutable;
using System.Net;
using Fairlead.Facts;
using Fairlead.Model.Answer;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Words;
using Fairlead.Model.World;

namespace Fairlead.Model.Repairs;

/// <summary>Plans that write another address: nothing changes at the engine, unless something stands behind that has to be mended first.</summary>
public static class Addresses
{
    public static IEnumerable<Draft> Propose(Situation s)
    {
        var byHost = false;
        foreach (var (id, host, port, premises) in Candidates(s).DistinctBy(c => (c.Host, c.Port)))
        {
            // A network's gateway is the host by a less lasting address: only where its own does not serve.
            if ((host == s.Asked.Host && port == s.Asked.Port) || (byHost && id == FixIds.UseGatewayAddress))
            {
                continue;
            }

            var target = s.Asked.At(host, port);
            if (Written(s, id, target, premises) is { } draft)
            {
                byHost |= id == FixIds.UseHostAddress;
                yield return draft;
            }
        }
    }

    /// <summary>A plan that writes this target, with the steps that the model needs before it works; null when it cannot be made to work.</summary>
    public static Draft? Written(Situation s, string id, Asked target, ImmutableArray<Text> premises)
    {
        var chain = Chain.Run(s.World, s.Source, target, mayJoin: false);
        if (!chain.Works || chain.Repairs.Any(r => r.Fix == FixIds.StartTarget))
        {
            return null;
        }

        var steps = chain.Repairs.Select(Mending.Step).ToImmutableArray();
        var write = Text.Of($"write {Shown.Target(target.Given)}", $"改写成 {Shown.Target(target.Given)}");
        var direct = steps.IsEmpty;
        return new Draft
        {
            Id = id,
            Touches = [EndPoint(target)],
            Title = direct
                ? Text.Of($"Write {Shown.Target(target.Given)}", $"改写成 {Shown.Target(target.Given)}")
                : Text.Of($"Mend what is in the way, then write {Shown.Target(target.Given)}", $"先排除挡在路上的问题，再改写成 {Shown.Target(target.Given)}"),
            Steps = [.. steps.Select(m => m.Step), new DraftStep(id, StepPlaces.App, write)],
            Commands = [.. steps.SelectMany(m => m.Commands)],
            NewTarget = target,
            Provable = direct ? target : null,
            Cures = Cured(s, chain),
            Automatic = !direct && steps.All(m => m.Automatic),
            Cost = Mending.Costs(steps, [CostNames.Setting]),
            SurvivesRecreate = direct,
            Lasts = Mending.Lasting(steps),
            Exposes = [.. steps.SelectMany(m => m.Exposes)],
            Premises = [.. premises, .. Mending.Premises(steps)],
            Undo = steps.All(m => m.Commands.IsEmpty) ? null : [.. steps.Reverse().SelectMany(m => m.Undo)],
            Predicted = chain.End.Predicted,
            After = direct ? null : chain.End.World,
        };
    }

    /// <summary>"HOST:PORT" of a target, for keys.</summary>
    public static string EndPoint(Asked target) => target.Literal is { } address
        ? new IPEndPoint(address, target.Port).ToString() : $"{target.Host}:{target.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)}";

    /// <summary>Which of the causes met are gone on this plan's way, by walking it: all where it works, else the first unless it is met again, and what was repaired.</summary>
    internal static ImmutableArray<string> Cured(Situation s, Chained chain) =>
        [.. s.Behind.Distinct().Where(code => !Met(chain).Contains(code) && (chain.Works || code == s.Code || chain.Links.Any(l => l.Repair is not null && l.Cause?.Kind.Code == code)))];

    /// <summary>What this plan's way still runs into.</summary>
    internal static ImmutableArray<string> Met(Chained chain) =>
        chain.Works ? [] : [.. chain.Links.Where(l => l.Repair is null && l.Cause is not null).Select(l => l.Cause!.Kind.Code).Distinct()];

    private static IEnumerable<(string Id, string Host, int Port, ImmutableArray<Text> Premises)> Candidates(Situation s)
    {
        var (world, wanted, source) = (s.World, s.Wanted, s.Source);
        if (wanted.Container is { Mode: not NetworkMode.Host } container)
        {
            var common = source is null ? [] : world.CommonNetworks(source, container).Where(n => n.IsUserDefined).ToArray();
            var resolver = source is not null && common.Length > 0 && world.SandboxOf(source).Facts.ResolverFile.Or("127.0.0.11")!.Contains("127.0.0.11", StringComparison.Ordinal);
            if (source is not null && resolver)
            {
                var name = Nameable(world, source, container);
                var id = s.Code == "published-port-used-inside" ? FixIds.UseContainerPort : FixIds.UseName;
                yield return (id, name, wanted.Port, [Text.Of($"{Shown.Party(source, "source")} and {Shown.Party(container, "target")} stay on {Shown.Network(common[0].Name)}",
                    $"{Shown.Party(source, "source")} 和 {Shown.Party(container, "target")} 要一直在 {Shown.Network(common[0].Name)} 上")]);
            }
            else if (s.Code == "published-port-used-inside")
            {
                yield return (FixIds.UseContainerPort, s.Asked.Host, wanted.Port, []);
            }

            foreach (var p in container.Published.Where(p => p.ContainerPort == wanted.Port && p.Protocol == s.Asked.Protocol).Take(2))
            {
                var published = Text.Of($"the host keeps its address, and its port {Shown.Port(p.HostPort, "hostPort")} stays published",
                    $"宿主机地址不变，{Shown.Port(p.HostPort, "hostPort")} 端口一直映射着");
                var byPort = s.Code == "container-port-used-from-host-address" ? FixIds.UsePublishedPort : FixIds.UseHostAddress;
                foreach (var address in HostChoices(s, p.HostIp))
                {
                    yield return (byPort, address, p.HostPort, [published]);
                }
            }

            yield break;
        }

        var keeps = Text.Of($"the host keeps its address", $"宿主机地址不变");
        var bound = wanted.Listener is { } l && !Listeners.LoopbackOnly(l) && !l.Local.Equals(IPAddress.Any) && !l.Local.Equals(IPAddress.IPv6Any) ? l.Local : null;
        foreach (var address in HostChoices(s, bound ?? IPAddress.Any))
        {
            yield return (FixIds.UseHostAddress, address, wanted.Port, [keeps]);
        }

        foreach (var (gateway, network) in source is null ? [] : HostAddresses.Gateways(world, source).Take(1))
        {
            yield return (FixIds.UseGatewayAddress, gateway.ToString(), wanted.Port,
                [Text.Of($"{Shown.Party(source, "source")} stays on {Shown.Network(network.Name)}, and that network keeps its subnet",
                    $"{Shown.Party(source, "source")} 要一直在 {Shown.Network(network.Name)} 上，而且这个网络的网段不变")]);
        }
    }

    private static IEnumerable<string> HostChoices(Situation s, IPAddress bind)
    {
        if (!bind.Equals(IPAddress.Any) && !bind.Equals(IPAddress.IPv6Any))
        {
            return IPAddress.IsLoopback(bind) ? [] : [bind.ToString()];
        }

        // The address that was asked about is the host's: only its port is wrong.
        if (s.Code == "container-port-used-from-host-address" && s.Question.ToHost)
        {
            return [s.Asked.Host];
        }

        return HostAddresses.Main(s.World) is { } main ? [main.ToString()] : [];
    }

    /// <summary>The shortest name by which the source resolves the container: its service in the same project, else its name.</summary>
    public static string Nameable(HostWorld world, Container source, Container target)
    {
        string[] names = target.Service is { Length: > 0 } service && target.Project == source.Project ? [service, target.Name] : [target.Name, target.Service ?? ""];
        return names.FirstOrDefault(n => n.Length > 0 && Names.Resolver.Resolve(world, world.SandboxOf(source), source, n).Outcome == Outcome.Ok) ?? target.Name;
    }
}
