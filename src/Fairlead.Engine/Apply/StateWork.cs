using System.Text.Json;
using Fairlead.Engine.Client;
using Fairlead.Engine.Journal;
using Fairlead.Model.Repairs;
using Fairlead.Model.Words;

namespace Fairlead.Engine.Apply;

/// <summary>A stopped container is started. It is stopped again only while it is the very run that we began.</summary>
internal sealed class StartWork(WorkPlace at) : StepWork(at)
{
    public override async Task<(JournalStep Step, string? Why)> PrepareAsync(JournalStep step, CancellationToken cancel) =>
        await At.ContainerAsync(((StepAction.StartContainer)step.Action).Container, cancel) is not { } container
            ? (step, At.Say($"the container {step.Name} is gone", $"容器 {step.Name} 已经不在了"))
            : (step, container.Flag("State", "Running") ? At.Say($"{step.Name} runs already", $"{step.Name} 已经在运行") : null);

    public override async Task<Did> DoAsync(JournalStep step, JournalEntry entry, Func<JournalStep, JournalStep> announce, CancellationToken cancel)
    {
        var id = ((StepAction.StartContainer)step.Action).Container;
        var answer = await At.Client.StartContainerAsync(id, cancel);
        if (!answer.Ok)
            return new Did(step, Refused(answer));
        var container = await At.ContainerAsync(id, cancel);
        return container is { } c && c.Flag("State", "Running")
            ? new Did(step with { StartedAt = c.Text("State", "StartedAt") }, null)
            : new Did(step, At.Say($"it ended at once (exit code {container?.Number("State", "ExitCode")})", $"它一启动就退出了（退出码 {container?.Number("State", "ExitCode")}）"));
    }

    public override async Task<TakenBack> TakeBackAsync(JournalStep step, JournalEntry entry, CancellationToken cancel)
    {
        if (await At.ContainerAsync(((StepAction.StartContainer)step.Action).Container, cancel) is not { } container || !container.Flag("State", "Running"))
            return TakenBack.Nothing;
        // Without a mark it may be somebody else who started it: a container that runs harms no connection that worked.
        if (step.StartedAt is null || container.Text("State", "StartedAt") != step.StartedAt)
            return new TakenBack(Left: new LeftOver(At.Say($"{step.Name} runs", $"{step.Name} 在运行"),
                step.StartedAt is null ? At.Say("whether it was started by fairlead is not known", "不知道是不是 fairlead 启动的") : At.Say("it has been started again since", "后来又重新启动过")));
        var answer = await At.Client.StopContainerAsync(container.Text("Id"), cancel);
        return answer.Ok || answer.Status is 404 or 304 ? new TakenBack(Shell.Command(step.Undo)) : new TakenBack(Error: Refused(answer));
    }

    public override string? UndoCuts(JournalStep step) => At.Say($"the connections of {step.Name}", $"{step.Name} 的连接");
}

/// <summary>A paused container goes on.</summary>
internal sealed class UnpauseWork(WorkPlace at) : StepWork(at)
{
    public override async Task<(JournalStep Step, string? Why)> PrepareAsync(JournalStep step, CancellationToken cancel) =>
        await At.ContainerAsync(((StepAction.UnpauseContainer)step.Action).Container, cancel) is not { } container
            ? (step, At.Say($"the container {step.Name} is gone", $"容器 {step.Name} 已经不在了"))
            : (step with { StartedAt = null }, container.Flag("State", "Paused") ? null : At.Say($"{step.Name} is not paused any more", $"{step.Name} 已经不是暂停状态"));

    public override async Task<Did> DoAsync(JournalStep step, JournalEntry entry, Func<JournalStep, JournalStep> announce, CancellationToken cancel)
    {
        var id = ((StepAction.UnpauseContainer)step.Action).Container;
        var answer = await At.Client.UnpauseContainerAsync(id, cancel);
        if (!answer.Ok)
            return new Did(step, Refused(answer));
        var after = await At.ContainerAsync(id, cancel);
        return new Did(step with { StartedAt = after?.Text("State", "StartedAt") },
            after is { } c && !c.Flag("State", "Paused") ? null : At.Say("it is still paused", "它还是暂停状态"));
    }

    public override async Task<TakenBack> TakeBackAsync(JournalStep step, JournalEntry entry, CancellationToken cancel)
    {
        if (await At.ContainerAsync(((StepAction.UnpauseContainer)step.Action).Container, cancel) is not { } container
            || !container.Flag("State", "Running") || container.Flag("State", "Paused"))
            return TakenBack.Nothing;
        if (step.StartedAt is null || container.Text("State", "StartedAt") != step.StartedAt)
            return new TakenBack(Left: new LeftOver(At.Say($"{step.Name} runs", $"{step.Name} 在运行"),
                step.StartedAt is null ? At.Say("whether fairlead let it go on is not known", "不知道是不是 fairlead 让它继续的") : At.Say("it has been started again since", "后来又重新启动过")));
        var answer = await At.Client.PauseContainerAsync(container.Text("Id"), cancel);
        return answer.Ok ? new TakenBack(Shell.Command(step.Undo)) : new TakenBack(Error: Refused(answer));
    }

    public override string? UndoCuts(JournalStep step) => At.Say($"{step.Name} stands still again", $"{step.Name} 会再次停住");
}

/// <summary>A restart. There is nothing to take back: it runs as it ran.</summary>
internal sealed class RestartWork(WorkPlace at) : StepWork(at)
{
    public override async Task<(JournalStep Step, string? Why)> PrepareAsync(JournalStep step, CancellationToken cancel) =>
        await At.ContainerAsync(((StepAction.RestartContainer)step.Action).Container, cancel) is not { } container
            ? (step, At.Say($"the container {step.Name} is gone", $"容器 {step.Name} 已经不在了"))
            : (step with { Ran = container.Flag("State", "Running") }, null);

    public override async Task<Did> DoAsync(JournalStep step, JournalEntry entry, Func<JournalStep, JournalStep> announce, CancellationToken cancel)
    {
        var id = ((StepAction.RestartContainer)step.Action).Container;
        var answer = await At.Client.RestartContainerAsync(id, cancel);
        if (!answer.Ok)
            return new Did(step, Refused(answer));
        return await At.ContainerAsync(id, cancel) is { } c && c.Flag("State", "Running")
            ? new Did(step with { StartedAt = c.Text("State", "StartedAt") }, null) : new Did(step, At.Say("it ended at once", "它一启动就退出了"));
    }

    // Killed between the engine's stop and its start: it ran before, so it shall run.
    public override async Task<TakenBack> TakeBackAsync(JournalStep step, JournalEntry entry, CancellationToken cancel)
    {
        var id = ((StepAction.RestartContainer)step.Action).Container;
        if (!step.Ran || step.State == StepStates.Done || await At.ContainerAsync(id, cancel) is not { } container || container.Flag("State", "Running"))
            return TakenBack.Nothing;
        var answer = await At.Client.StartContainerAsync(id, cancel);
        return answer.Ok ? new TakenBack(Shell.Command("docker", "start", step.Name)) : new TakenBack(Error: Refused(answer));
    }
}
