using System.Collections.Immutable;
using System.Globalization;
using Fairlead.Model.Repairs;

namespace Fairlead.Engine.Apply;

/// <summary>What a person would type to take a step back.</summary>
internal static class StepUndo
{
    public static ImmutableArray<string> Of(StepAction action, ImmutableArray<string> argv) => action switch
    {
        StepAction.ConnectNetwork when argv is [.., var network, var container] => ["docker", "network", "disconnect", network, container],
        StepAction.CreateNetwork c => ["docker", "network", "rm", c.Network],
        StepAction.StartContainer when argv is [.., var name] => ["docker", "stop", name],
        StepAction.UnpauseContainer when argv is [.., var name] => ["docker", "pause", name],
        StepAction.SetSysctl s => ["sysctl", "-w", s.Key + "=" + (s.Value == "1" ? "0" : "1")],
        StepAction.AllowInFirewall a => [a.Tool, "-D", "INPUT", "-i", a.Interface ?? "", "-p", a.Protocol, "--dport", a.Port.ToString(CultureInfo.InvariantCulture), "-j", "ACCEPT"],
        StepAction.RecreateContainer => ["fairlead", "undo"],
        _ => [],
    };

    /// <summary>The container that an action touches; null where it touches none.</summary>
    public static string? ContainerOf(StepAction action) => action switch
    {
        StepAction.ConnectNetwork c => c.Container,
        StepAction.StartContainer c => c.Container,
        StepAction.UnpauseContainer c => c.Container,
        StepAction.RestartContainer c => c.Container,
        StepAction.RecreateContainer c => c.Container,
        _ => null,
    };
}
