using System.Text.Json;
using Fairlead.Engine.Client;
using Fairlead.Engine.Vantages;

namespace Fairlead.Engine.Apply;

/// <summary>What steps are carried out with.</summary>
/// <param name="Lang">"en" or "zh": of what is said to a person.</param>
internal sealed record WorkPlace(EngineClient Client, VantageSession Session, string Lang)
{
    public string Say(string en, string zh) => Lang == "zh" ? zh : en;

    /// <summary>GET /containers/ID/json, not masked: it never leaves this process. Null when there is none.</summary>
    public async Task<JsonElement?> ContainerAsync(string id, CancellationToken cancel) =>
        await Client.InspectAsync(id, cancel) is { } body ? EngineJson.Parse(body) : null;

    /// <summary>GET /networks/ID by id or name. Null when there is none.</summary>
    public async Task<JsonElement?> NetworkAsync(string id, CancellationToken cancel) =>
        await Client.NetworkAsync(id, cancel) is { } body ? EngineJson.Parse(body) : null;
}

/// <summary>Refusals whose words are in the language of the answer already.</summary>
internal static class Refuse
{
    public static Asking.AskException Bad(string code, string message, string hint, params IReadOnlyList<string> candidates) => new(code, message, hint, candidates);

    public static EngineUnavailableException Trouble(EngineFailure failure, string message, string hint, Exception? inner = null) => new(failure, message, hint, inner);
}

/// <summary>What came of doing a step. Error is null when its post-condition holds now.</summary>
internal sealed record Did(Journal.JournalStep Step, string? Error);

/// <summary>What came of taking a step back.</summary>
/// <param name="What">The command that does what was done; null when nothing had to be done.</param>
/// <param name="Left">What is not ours any more, and why; null when nothing is left.</param>
/// <param name="Error">The engine's sentence when it refused: the step still holds.</param>
internal sealed record TakenBack(string? What = null, LeftOver? Left = null, string? Error = null)
{
    /// <summary>Nothing of ours was there any more.</summary>
    public static TakenBack Nothing { get; } = new();
}

/// <summary>Something that an undo did not touch.</summary>
internal sealed record LeftOver(string What, string Why);

/// <summary>One kind of step: how it is done and taken back. Each asks the engine what holds, never the journal's marks.</summary>
internal abstract class StepWork(WorkPlace at)
{
    protected WorkPlace At { get; } = at;

    /// <summary>What has to be known before the step is announced (who ran, which value); a sentence when it cannot be done.</summary>
    public abstract Task<(Journal.JournalStep Step, string? Why)> PrepareAsync(Journal.JournalStep step, CancellationToken cancel);

    /// <param name="announce">Writes the step, with what was learned in its middle, to the journal before going on.</param>
    public abstract Task<Did> DoAsync(Journal.JournalStep step, Journal.JournalEntry entry, Func<Journal.JournalStep, Journal.JournalStep> announce, CancellationToken cancel);

    public abstract Task<TakenBack> TakeBackAsync(Journal.JournalStep step, Journal.JournalEntry entry, CancellationToken cancel);

    /// <summary>Whether taking it back cuts running connections, in words; null when it does not.</summary>
    public virtual string? UndoCuts(Journal.JournalStep step) => null;

    protected string Refused(EngineAnswer answer) => At.Say($"the engine refused: {answer.Message}", $"引擎拒绝了：{answer.Message}");
}

/// <summary>Who does which step.</summary>
internal static class StepWorks
{
    public static StepWork Of(Model.Repairs.StepAction action, WorkPlace at) => action switch
    {
        Model.Repairs.StepAction.ConnectNetwork => new ConnectWork(at),
        Model.Repairs.StepAction.CreateNetwork => new CreateNetworkWork(at),
        Model.Repairs.StepAction.StartContainer => new StartWork(at),
        Model.Repairs.StepAction.UnpauseContainer => new UnpauseWork(at),
        Model.Repairs.StepAction.RestartContainer => new RestartWork(at),
        Model.Repairs.StepAction.SetSysctl => new SysctlWork(at),
        Model.Repairs.StepAction.AllowInFirewall => new FirewallWork(at),
        Model.Repairs.StepAction.RecreateContainer => new RecreateWork(at),
        _ => throw new InvalidOperationException("no work for " + action.GetType().Name),
    };
}
