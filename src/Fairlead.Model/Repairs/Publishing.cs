using System.Net;
using Fairlead.Facts;
using Fairlead.Model.Answer;
using Fairlead.Model.Causes;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Repairs.Keeping;
using Fairlead.Model.Rules;
using Fairlead.Model.Words;
using Fairlead.Model.World;

namespace Fairlead.Model.Repairs;

/// <summary>Plan: publish the port at the host's address that was written, which needs the container to be made again.</summary>
public static class Publishing
{
    public static IEnumerable<Draft> Propose(Question q)
    {
        var hosts = q.ToHost || (q.ToLoopback && q.From.IsHost);
        if (!hosts || q.Address is not { } address || !q.StopsAtHost || PortHolders.Of(q.World, q.Asked.Port, q.Asked.Protocol, q.From.IsHost ? null : q.From).Only
            is not { Container: { Running: true, Mode: NetworkMode.Bridge } server, By: "listener" or "container-port", Publish: null } holder
            || server.Published.Any(p => p.ContainerPort == holder.Port) || (holder.Listener is { } l && Listeners.LoopbackOnly(l)))
        {
            yield break;
        }

        var (it, port) = (Shown.Party(server, "target"), q.Asked.Port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var at = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
        var publish = $"{at}:{port}:{holder.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)}/{q.Asked.Protocol}";
        var made = Text.Of($"recreate {it} with {Shown.Name("-p " + publish, "option")}", $"{it} 要带上 {Shown.Name("-p " + publish, "option")} 重建");
        yield return new Draft
        {
            Id = FixIds.PublishPort,
            Touches = [Show.NameOrId(server), port],
            Title = made,
            Steps = [new DraftStep(FixIds.PublishPort, StepPlaces.Container, made) { Action = new StepAction.RecreateContainer(server.Id, [], [publish]) }],
            Cures = ["nothing-listens"],
            Cost = [CostNames.Recreate],
            Interrupts = Interruption.OfRestart(server).What,
            Exposes = HostAddresses.Uplinks(q.World).Contains(address) ? [new Exposure("lan", $"{server.Name}:{port}", Scopes.Lan)] : [],
            Lasts = LastsNames.UntilRecreate,
            Kept = Kept.Listed(server, "ports", publish),
            // What listens behind a port that only the image names is not known.
            Predicted = holder.Listener is null ? Outcome.Unknown : Outcome.Ok,
        };
    }
}
