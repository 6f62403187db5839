using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Fairlead.Facts;
using Fairlead.Model.Answer;
using Fairlead.Model.Causes;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Repairs.Keeping;
using Fairlead.Model.Words;
using Fairlead.Model.World;

namespace Fairlead.Model.Repairs;

/// <summary>Plan: host.docker.internal, which needs the source to be made again with --add-host (SEMANTICS 3.4).</summary>
public static class HostGateway
{
    private const string Alias = "host.docker.internal";

    public static IEnumerable<Draft> Propose(Situation s)
    {
        if (s.Source is not { Mode: NetworkMode.Bridge } source || !s.World.Engine.HasHostGateway || HostAddresses.HostGateway(s.World) is not { } gateway)
        {
            yield break;
        }

        var published = s.Wanted.Container is { Mode: not NetworkMode.Host } c
            ? c.Published.FirstOrDefault(p => p.ContainerPort == s.Wanted.Port && p.Protocol == s.Asked.Protocol && (p.HostIp.Equals(IPAddress.Any) || p.HostIp.Equals(gateway)))
            : null;
        if (s.Wanted.Container is { Mode: not NetworkMode.Host } && published is null)
        {
            yield break;
        }

        var port = published?.HostPort ?? s.Wanted.Port;
        var chain = Chain.Run(s.World, source, s.Asked.At(gateway.ToString(), port), mayJoin: false);
        if (!chain.Works || chain.Repairs.Any(r => r.Fix == FixIds.StartTarget))
        {
            yield break;
        }

        var mends = chain.Repairs.Select(Mending.Step).ToImmutableArray();
        var to = s.Asked.At(Alias, port);
        var same = to.Host.Equals(s.Asked.Host, StringComparison.OrdinalIgnoreCase) && to.Port == s.Asked.Port;
        const string option = "--add-host=host.docker.internal:host-gateway";
        var made = Text.Of($"recreate {Shown.Party(source, "source")} with {Shown.Name(option, "option")}", $"{Shown.Party(source, "source")} 要带上 {Shown.Name(option, "option")} 重建");
        yield return new Draft
        {
            Id = FixIds.UseHostGateway,
            Touches = [Show.NameOrId(source), Addresses.EndPoint(to)],
            Title = same ? made
                : Text.Of($"Write {Shown.Target(to.Given)}; {Shown.Party(source, "source")} must be recreated with {Shown.Name(option, "option")}",
                    $"改写成 {Shown.Target(to.Given)}；{Shown.Party(source, "source")} 要带上 {Shown.Name(option, "option")} 重建"),
            Steps = [.. mends.Select(m => m.Step), new DraftStep(FixIds.UseHostGateway, StepPlaces.Container, made) { Action = new StepAction.RecreateContainer(source.Id, [Alias + ":host-gateway"], []) }],
            Commands = [.. mends.SelectMany(m => m.Commands)],
            NewTarget = same ? null : to,
            Cures = Addresses.Cured(s, chain),
            Cost = Mending.Costs(mends, same ? [] : [CostNames.Setting], [CostNames.Recreate]),
            Interrupts = Interruption.OfRestart(source).What,
            Exposes = [.. mends.SelectMany(m => m.Exposes)],
            SurvivesRecreate = false,
            Lasts = LastsNames.UntilRecreate,
            Kept = Kept.Listed(source, "extra_hosts", Alias + ":host-gateway"),
            Premises = published is null ? [] : [Text.Of($"port {Shown.Port(port, "hostPort")} of the host stays published", $"宿主机的 {Shown.Port(port, "hostPort")} 端口一直映射着")],
            Undo = mends.All(m => m.Commands.IsEmpty) ? null : [.. mends.Reverse().SelectMany(m => m.Undo)],
            Predicted = chain.End.Predicted,
            After = mends.IsEmpty ? null : chain.End.World,
        };
    }
}
