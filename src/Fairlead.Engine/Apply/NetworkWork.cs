using System.Text.Json;
using Fairlead.Engine.Client;
using Fairlead.Engine.Journal;
using Fairlead.Model.Repairs;
using Fairlead.Model.Words;

namespace Fairlead.Engine.Apply;

/// <summary>
/// A container joins a network. Its endpoint carries the entry's mark as a driver option, which the engine keeps over restarts and shows in inspect
/// (measured on 20, 26, 28, 29): so ours is told from one that somebody made since.
/// </summary>
internal sealed class ConnectWork(WorkPlace at) : StepWork(at)
{
    public const string MarkOption = "io.fairlead.journal";

    public override async Task<(JournalStep Step, string? Why)> PrepareAsync(JournalStep step, CancellationToken cancel)
    {
        var action = (StepAction.ConnectNetwork)step.Action;
        if (await At.ContainerAsync(action.Container, cancel) is not { } container)
            return (step, At.Say($"the container {step.Name} is gone", $"容器 {step.Name} 已经不在了"));
        if (action.NetworkId is { } id && await At.NetworkAsync(id, cancel) is null)
            return (step, At.Say($"the network {action.Network} is gone", $"网络 {action.Network} 已经不在了"));
        return EndpointOn(container, action.NetworkId ?? action.Network, action.Network) is not null
            ? (step, At.Say($"{step.Name} is on {action.Network} already", $"{step.Name} 已经在 {action.Network} 上了"))
            : (step, null);
    }

    public override async Task<Did> DoAsync(JournalStep step, JournalEntry entry, Func<JournalStep, JournalStep> announce, CancellationToken cancel)
    {
        var action = (StepAction.ConnectNetwork)step.Action;
        // The network that an earlier step made is meant by its id, not by a name that somebody else may bear meanwhile.
        var network = action.NetworkId ?? entry.Steps.FirstOrDefault(s => s.Action is StepAction.CreateNetwork c && c.Network == action.Network)?.Made ?? action.Network;
        var answer = await At.Client.ConnectNetworkAsync(network, action.Container, w =>
        {
            w.WriteStartObject();
            w.WriteStartObject("DriverOpts");
            w.WriteString(MarkOption, entry.Mark);
            w.WriteEndObject();
            if (action.GatewayPriority is { } priority && At.Client.Api >= EngineClient.GatewayPriorityApi)
                w.WriteNumber("GwPriority", priority);
            if (!action.Aliases.IsDefaultOrEmpty)
            {
                w.WriteStartArray("Aliases");
                foreach (var alias in action.Aliases)
                    w.WriteStringValue(alias);
                w.WriteEndArray();
            }
            w.WriteEndObject();
        }, cancel);
        if (!answer.Ok)
            return new Did(step, Refused(answer));
        var there = await At.ContainerAsync(action.Container, cancel) is { } container && EndpointOn(container, network, action.Network) is not null;
        return new Did(step with { Made = network }, there ? null : At.Say("the engine said yes, and the endpoint is not there", "引擎说好了，但网络上没有这个端点"));
    }

    public override async Task<TakenBack> TakeBackAsync(JournalStep step, JournalEntry entry, CancellationToken cancel)
    {
        var action = (StepAction.ConnectNetwork)step.Action;
        var network = action.NetworkId ?? step.Made ?? entry.Steps.FirstOrDefault(s => s.Action is StepAction.CreateNetwork c && c.Network == action.Network)?.Made;
        if (await At.ContainerAsync(action.Container, cancel) is not { } container || EndpointOn(container, network ?? action.Network, action.Network) is not { } endpoint)
            return TakenBack.Nothing;
        if (endpoint.Text("DriverOpts", MarkOption) != entry.Mark)
            return new TakenBack(Left: new LeftOver(At.Say($"{step.Name} on {action.Network}", $"{step.Name} 在 {action.Network} 上"),
                At.Say("somebody else has connected it since", "后来有别人重新接过")));
        var answer = await At.Client.DisconnectNetworkAsync(network ?? action.Network, action.Container, cancel);
        return answer.Ok || answer.Status == 404 ? new TakenBack(Shell.Command(step.Undo)) : new TakenBack(Error: Refused(answer));
    }

    private static JsonElement? EndpointOn(JsonElement container, string network, string name)
    {
        foreach (var endpoint in container.Members("NetworkSettings", "Networks"))
        {
            // A container that was never started names its networks without ids (SEMANTICS 4.2).
            var id = endpoint.Value.Text("NetworkID");
            if (id == network || (id.Length == 0 && endpoint.Name == name) || endpoint.Name == network)
                return endpoint.Value;
        }
        return null;
    }
}

/// <summary>A new network, whose label says that it is ours.</summary>
internal sealed class CreateNetworkWork(WorkPlace at) : StepWork(at)
{
    public override async Task<(JournalStep Step, string? Why)> PrepareAsync(JournalStep step, CancellationToken cancel)
    {
        var name = ((StepAction.CreateNetwork)step.Action).Network;
        return (step, await At.NetworkAsync(name, cancel) is null ? null : At.Say($"a network {name} exists now", $"现在已经有网络 {name} 了"));
    }

    public override async Task<Did> DoAsync(JournalStep step, JournalEntry entry, Func<JournalStep, JournalStep> announce, CancellationToken cancel)
    {
        var name = ((StepAction.CreateNetwork)step.Action).Network;
        var answer = await At.Client.CreateNetworkAsync(name, ConnectWork.MarkOption, entry.Mark, cancel);
        return answer.Ok && EngineJson.Parse(answer.Body) is { } made && made.Text("Id") is { Length: > 0 } id
            ? new Did(step with { Made = id }, null)
            : new Did(step, Refused(answer));
    }

    public override async Task<TakenBack> TakeBackAsync(JournalStep step, JournalEntry entry, CancellationToken cancel)
    {
        var name = ((StepAction.CreateNetwork)step.Action).Network;
        if (await At.NetworkAsync(step.Made ?? name, cancel) is not { } network)
            return TakenBack.Nothing;
        if (network.Text("Labels", ConnectWork.MarkOption) != entry.Mark)
            return step.Made is null ? TakenBack.Nothing
                : new TakenBack(Left: new LeftOver(At.Say($"network {name}", $"网络 {name}"), At.Say("somebody else has made it since", "后来有别人重新建过")));
        var id = network.Text("Id");
        // Containers that are stopped keep their place on it too, and would not start without it.
        var users = EngineJson.Parse(await At.Client.ContainersAsync(cancel, ("network", id))) is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Select(Capture.SourceFinder.NameOf).ToArray() : [];
        if (users.Length > 0)
            return new TakenBack(Left: new LeftOver(At.Say($"network {name}", $"网络 {name}"), At.Say("others use it: ", "还有别的容器在用：") + string.Join(At.Say(", ", "、"), users)));
        var answer = await At.Client.RemoveNetworkAsync(id, cancel);
        return answer.Ok || answer.Status == 404 ? new TakenBack(Shell.Command(step.Undo)) : new TakenBack(Error: Refused(answer));
    }
}
