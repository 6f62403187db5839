using System.Text.Json;
using Fairlead.Engine.Client;
using Fairlead.Engine.Journal;
using Fairlead.Model.Repairs;
using Fairlead.Model.Words;

namespace Fairlead.Engine.Apply;

/// <summary>
/// The same container made again with something added. The new one is made beside the old, under a name that only this entry uses; then the names
/// change places, the old one stops and the new one starts. The old one is kept, stopped and without a restart policy, until it is not wanted any
/// more: to take the step back is to give it its name and life again.
/// </summary>
internal sealed class RecreateWork(WorkPlace at) : StepWork(at)
{
    /// <summary>Labels of those who make containers themselves and would not know of another one (SAFETY 33).</summary>
    private static readonly (string Prefix, string Who)[] Managers =
    [
        ("com.docker.compose.project", "Compose"), ("com.docker.swarm.", "Swarm"), ("io.kubernetes.", "Kubernetes"), ("com.docker.stack.", "Swarm"),
        ("createdBy", "1Panel"), ("io.portainer.", "Portainer"), ("com.hashicorp.nomad.", "Nomad"), ("io.podman.compose.", "podman-compose"),
    ];

    /// <summary>Who manages the container by its labels; null when nobody does.</summary>
    public static string? ManagedBy(JsonElement container)
    {
        foreach (var label in container.Members("Config", "Labels"))
        {
            foreach (var (prefix, who) in Managers)
            {
                if (label.Name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                    return who;
            }
        }
        return null;
    }

    public override async Task<(JournalStep Step, string? Why)> PrepareAsync(JournalStep step, CancellationToken cancel)
    {
        var id = ((StepAction.RecreateContainer)step.Action).Container;
        if (await At.ContainerAsync(id, cancel) is not { } old)
            return (step, At.Say($"the container {step.Name} is gone", $"容器 {step.Name} 已经不在了"));
        if (ManagedBy(old) is { } manager)
            return (step, At.Say($"{step.Name} is {manager}'s: change it there, it would be made anew without this", $"{step.Name} 由 {manager} 管理：请在那里改，否则下次重建就没了"));
        if (old.Flag("HostConfig", "AutoRemove"))
            return (step, At.Say($"{step.Name} was started with --rm: it would be gone when it stops", $"{step.Name} 是用 --rm 启动的：一停就没了"));
        if (!old.Flag("State", "Running") || old.Flag("State", "Paused"))
            return (step, At.Say($"{step.Name} does not run", $"{step.Name} 没有在运行"));
        if (EngineJson.Parse(await At.Client.ContainersAsync(cancel)) is { ValueKind: JsonValueKind.Array } all)
        {
            foreach (var other in all.EnumerateArray().Where(c => c.Text("HostConfig", "NetworkMode") == "container:" + id))
                return (step, At.Say($"{Capture.SourceFinder.NameOf(other)} shares its network and would lose it", $"{Capture.SourceFinder.NameOf(other)} 和它共用网络，会断网"));
        }
        var policy = old.Text("HostConfig", "RestartPolicy", "Name");
        return (step with { Ran = true, Value = $"{policy}:{old.Number("HostConfig", "RestartPolicy", "MaximumRetryCount")}" }, null);
    }

    public override async Task<Did> DoAsync(JournalStep step, JournalEntry entry, Func<JournalStep, JournalStep> announce, CancellationToken cancel)
    {
        var action = (StepAction.RecreateContainer)step.Action;
        if (await At.ContainerAsync(action.Container, cancel) is not { } old)
            return new Did(step, At.Say("it is gone", "它已经不在了"));
        var image = await SameImageAsync(old, cancel);
        var answer = await At.Client.CreateContainerAsync(Beside(step, entry), RecreateBody.Of(old, action, image), cancel);
        if (!answer.Ok || EngineJson.Parse(answer.Body) is not { } made || made.Text("Id") is not { Length: > 0 } fresh)
            return new Did(step, Refused(answer));
        step = announce(step with { Made = fresh });
        // APIs below 1.44 take one network at creation: the others are joined before the start.
        foreach (var (network, endpoint) in RecreateBody.FurtherNetworks(old))
        {
            answer = await At.Client.ConnectNetworkAsync(network, fresh, endpoint, cancel);
            if (!answer.Ok)
                return new Did(step, Refused(answer));
        }
        Func<Task<EngineAnswer>>[] moves =
        [
            () => At.Client.SetRestartPolicyAsync(action.Container, "no", 0, cancel),
            () => At.Client.RenameContainerAsync(action.Container, Kept(step, entry), cancel),
            () => At.Client.RenameContainerAsync(fresh, step.Name, cancel),
            () => At.Client.StopContainerAsync(action.Container, cancel),
            () => At.Client.StartContainerAsync(fresh, cancel),
        ];
        foreach (var move in moves)
        {
            answer = await move();
            if (!answer.Ok && answer.Status != 304)
                return new Did(step, Refused(answer));
        }
        var runs = await At.ContainerAsync(fresh, cancel) is { } c && c.Flag("State", "Running") ? c.Text("State", "StartedAt") : null;
        return new Did(step with { StartedAt = runs }, runs is null ? At.Say("the new container ended at once", "新容器一启动就退出了") : null);
    }

    public override async Task<TakenBack> TakeBackAsync(JournalStep step, JournalEntry entry, CancellationToken cancel)
    {
        var id = ((StepAction.RecreateContainer)step.Action).Container;
        var old = await At.ContainerAsync(id, cancel);
        var fresh = step.Made is { } made ? await At.ContainerAsync(made, cancel) : await At.ContainerAsync(Beside(step, entry), cancel);
        if (old is not { } kept)
            return fresh is null ? TakenBack.Nothing
                : new TakenBack(Left: new LeftOver(step.Name, At.Say("the container from before has been removed: there is nothing to go back to", "原来的容器已经被删除，没法恢复")));
        var name = kept.Text("Name").TrimStart('/');
        if (name != step.Name && name != Kept(step, entry))
            return new TakenBack(Left: new LeftOver(step.Name, At.Say($"the container from before has been renamed to {name}", $"原来的容器被改名为 {name}")));
        if (name != step.Name && await At.ContainerAsync(step.Name, cancel) is { } bearer && bearer.Text("Id") != fresh?.Text("Id"))
            return new TakenBack(Left: new LeftOver(step.Name, At.Say("somebody else has made a container of that name since", "后来有别人建了同名的容器")));
        var did = fresh is not null;
        // The volumes are the old one's too: they stay.
        if (fresh is { } gone && await At.Client.RemoveContainerKeepingVolumesAsync(gone.Text("Id"), cancel) is { Ok: false, Status: not 404 } refused)
            return new TakenBack(Error: Refused(refused));
        if (name != step.Name)
        {
            did = true;
            if (await At.Client.RenameContainerAsync(id, step.Name, cancel) is { Ok: false } no)
                return new TakenBack(Error: Refused(no));
        }
        if (step.Value?.Split(':') is [var policy, var retries] && kept.Text("HostConfig", "RestartPolicy", "Name") is var now && now != policy)
        {
            did = true;
            if (await At.Client.SetRestartPolicyAsync(id, policy, int.TryParse(retries, out var n) ? n : 0, cancel) is { Ok: false } no)
                return new TakenBack(Error: Refused(no));
        }
        if (step.Ran && !kept.Flag("State", "Running"))
        {
            did = true;
            if (await At.Client.StartContainerAsync(id, cancel) is { Ok: false, Status: not 304 } no)
                return new TakenBack(Error: Refused(no));
        }
        return did ? new TakenBack(Shell.Command(step.Undo)) : TakenBack.Nothing;
    }

    public override string? UndoCuts(JournalStep step) => At.Say($"the connections of {step.Name}", $"{step.Name} 的连接");

    /// <summary>The name of the old one while the new one bears its name.</summary>
    public static string Kept(JournalStep step, JournalEntry entry) => $"{step.Name}.before-{entry.Mark}";

    private static string Beside(JournalStep step, JournalEntry entry) => $"{step.Name}.new-{entry.Mark}";

    // The very image: by its name while that still means it, so that the new container says the same of itself; else by its id.
    private async Task<string> SameImageAsync(JsonElement old, CancellationToken cancel)
    {
        var (name, id) = (old.Text("Config", "Image"), old.Text("Image"));
        var answer = await At.Client.GetAsync($"/images/{EngineJson.Segment(name)}/json", cancel);
        return answer.Ok && EngineJson.Parse(answer.Body)?.Text("Id") == id ? name : id;
    }
}
