using System.Globalization;
using Fairlead.Agent.Namespaces;
using Fairlead.Engine.Journal;
using Fairlead.Model.Repairs;
using Fairlead.Model.Words;

namespace Fairlead.Engine.Apply;

/// <summary>A kernel setting of the engine's host, written in its network namespace; as root only.</summary>
internal sealed class SysctlWork(WorkPlace at) : StepWork(at)
{
    private static bool Known(string key) => key is "net.ipv4.ip_forward" or "net.ipv6.conf.all.forwarding"
        || (key.StartsWith("net.ipv4.conf.", StringComparison.Ordinal) && key.EndsWith(".forwarding", StringComparison.Ordinal) && !key.Contains('/', StringComparison.Ordinal));

    public override Task<(JournalStep Step, string? Why)> PrepareAsync(JournalStep step, CancellationToken cancel)
    {
        var action = (StepAction.SetSysctl)step.Action;
        if (!At.Session.IsRoot || !Known(action.Key))
            return Task.FromResult<(JournalStep, string?)>((step, At.Say("a kernel setting is written as root on the engine's host only", "内核参数只能在引擎所在主机上用 root 改")));
        var value = HostFile.ReadSysctl(At.Session.Process.Pid, action.Key);
        return Task.FromResult<(JournalStep, string?)>((step with { Value = value }, value is null ? At.Say($"{action.Key} cannot be read", $"读不到 {action.Key}")
            : value == action.Value ? At.Say($"{action.Key} is {value} already", $"{action.Key} 已经是 {value}") : null));
    }

    public override Task<Did> DoAsync(JournalStep step, JournalEntry entry, Func<JournalStep, JournalStep> announce, CancellationToken cancel)
    {
        var action = (StepAction.SetSysctl)step.Action;
        return Task.FromResult(new Did(step, HostFile.WriteSysctl(At.Session.Process.Pid, action.Key, action.Value)));
    }

    public override Task<TakenBack> TakeBackAsync(JournalStep step, JournalEntry entry, CancellationToken cancel)
    {
        var action = (StepAction.SetSysctl)step.Action;
        if (!At.Session.IsRoot)
            return Task.FromResult(new TakenBack(Error: At.Say($"{action.Key}: only root can write it", $"{action.Key}：只有 root 能写")));
        var now = HostFile.ReadSysctl(At.Session.Process.Pid, action.Key);
        if (step.Value is not { } before || now == before)
            return Task.FromResult(TakenBack.Nothing);
        if (now != action.Value)
            return Task.FromResult(new TakenBack(Left: new LeftOver(action.Key, At.Say($"it is {now} now, which is not fairlead's doing", $"现在是 {now}，不是 fairlead 改的"))));
        return Task.FromResult(HostFile.WriteSysctl(At.Session.Process.Pid, action.Key, before) is { } error
            ? new TakenBack(Error: error) : new TakenBack(Shell.Command(step.Undo)));
    }

    public override string? UndoCuts(JournalStep step) => At.Say("everything that the host forwards", "主机转发的所有连接");
}

/// <summary>
/// One port is let in from one of the engine's bridges, by a rule whose comment is "fairlead:ID", with the iptables of the host's own rule set, on a
/// host whose firewall nobody manages (SAFETY 32). Where ufw, firewalld or hand-written nftables are in charge, the command is only printed.
/// </summary>
internal sealed class FirewallWork(WorkPlace at) : StepWork(at)
{
    /// <summary>Why a rule is not made by us; null when it may be.</summary>
    public static string? WhyNot(StepAction.AllowInFirewall action, WorkPlace at) =>
        action.Interface is not { } bridge || !(bridge == "docker0" || bridge.StartsWith("br-", StringComparison.Ordinal))
            ? at.Say("the port would become reachable from beyond the engine's bridges", "端口会被引擎网桥以外的地方访问到")
        : action.Tool is not ("iptables" or "ip6tables" or "iptables-legacy" or "ip6tables-legacy")
            ? at.Say($"{action.Tool} is in charge of this host's firewall: type the command yourself", $"这台主机的防火墙由 {action.Tool} 管：命令请自己敲")
        : !at.Session.IsRoot ? at.Say("the firewall is changed as root on the engine's host only", "防火墙只能在引擎所在主机上用 root 改")
        : HostCommand.Find(action.Tool) is null ? at.Say($"{action.Tool} is not installed", $"没有安装 {action.Tool}")
        : null;

    public override Task<(JournalStep Step, string? Why)> PrepareAsync(JournalStep step, CancellationToken cancel) =>
        Task.FromResult((step, WhyNot((StepAction.AllowInFirewall)step.Action, At)));

    public override async Task<Did> DoAsync(JournalStep step, JournalEntry entry, Func<JournalStep, JournalStep> announce, CancellationToken cancel)
    {
        var action = (StepAction.AllowInFirewall)step.Action;
        var (exit, text) = await RunAsync(action, ["-I", "INPUT", .. Match(action, entry)], cancel);
        return new Did(step, exit == 0 ? null : text);
    }

    public override async Task<TakenBack> TakeBackAsync(JournalStep step, JournalEntry entry, CancellationToken cancel)
    {
        var action = (StepAction.AllowInFirewall)step.Action;
        if (WhyNot(action, At) is { } why)
            return new TakenBack(Error: why);
        // The comment makes the rule ours; one that somebody removed is gone, and one that somebody wrote is not touched.
        if ((await RunAsync(action, ["-C", "INPUT", .. Match(action, entry)], cancel)).Exit != 0)
            return TakenBack.Nothing;
        var (exit, text) = await RunAsync(action, ["-D", "INPUT", .. Match(action, entry)], cancel);
        return exit == 0 ? new TakenBack(Shell.Command([action.Tool, "-D", "INPUT", .. Match(action, entry)])) : new TakenBack(Error: text);
    }

    /// <summary>The rules of the host's INPUT chain as the tool prints them; null where it cannot.</summary>
    public static async Task<string?> RulesAsync(StepAction.AllowInFirewall action, WorkPlace at, CancellationToken cancel)
    {
        if (WhyNot(action, at) is not null)
            return null;
        var (exit, text) = await HostCommand.RunAsync(at.Session.Process.Pid, [HostCommand.Find(action.Tool)!, "-w", "5", "-S", "INPUT"], cancel);
        return exit == 0 ? text : null;
    }

    private static string[] Match(StepAction.AllowInFirewall action, JournalEntry entry) =>
    [
        "-i", action.Interface!, "-p", action.Protocol, "--dport", action.Port.ToString(CultureInfo.InvariantCulture),
        "-m", "comment", "--comment", string.Create(CultureInfo.InvariantCulture, $"fairlead:{entry.Id}"), "-j", "ACCEPT",
    ];

    private Task<(int Exit, string Text)> RunAsync(StepAction.AllowInFirewall action, string[] args, CancellationToken cancel) =>
        HostCommand.RunAsync(At.Session.Process.Pid, [HostCommand.Find(action.Tool)!, "-w", "5", .. args], cancel);
}
