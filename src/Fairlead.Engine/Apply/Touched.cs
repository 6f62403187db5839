using System.Collections.Immutable;
using Fairlead.Agent.Namespaces;
using Fairlead.Engine.Client;
using Fairlead.Engine.Journal;
using Fairlead.Model.Repairs;

namespace Fairlead.Engine.Apply;

/// <summary>One thing that a step touches, and how it is found again.</summary>
/// <param name="Key">"container ID", "network NAME", "sysctl KEY", "rules TOOL".</param>
internal sealed record Touched(string Key, StepAction Action)
{
    /// <summary>What a step touches: exactly that is kept in the journal as it was, and compared after an undo.</summary>
    public static IEnumerable<Touched> By(StepAction action)
    {
        switch (action)
        {
            case StepAction.ConnectNetwork c:
                yield return new Touched("container " + c.Container, action);
                yield return new Touched("network " + (c.NetworkId ?? c.Network), action);
                break;
            case StepAction.CreateNetwork c:
                yield return new Touched("network " + c.Network, action);
                break;
            case StepAction.StartContainer c:
                yield return new Touched("container " + c.Container, action);
                break;
            case StepAction.UnpauseContainer c:
                yield return new Touched("container " + c.Container, action);
                break;
            case StepAction.RestartContainer c:
                yield return new Touched("container " + c.Container, action);
                break;
            case StepAction.RecreateContainer c:
                yield return new Touched("container " + c.Container, action);
                break;
            case StepAction.SetSysctl s:
                yield return new Touched("sysctl " + s.Key, action);
                break;
            case StepAction.AllowInFirewall a:
                yield return new Touched("rules " + a.Tool, action);
                break;
        }
    }

    /// <summary>All that the steps touch, each once, in canonical form; and since when each container runs, which is a premise and not part of the form.</summary>
    public static async Task<(ImmutableSortedDictionary<string, string> Forms, ImmutableSortedDictionary<string, string> Since)> ReadAllAsync(
        IEnumerable<StepAction> actions, WorkPlace at, CancellationToken cancel)
    {
        var forms = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var since = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var touched in actions.SelectMany(By).DistinctBy(t => t.Key))
        {
            (forms[touched.Key], var started) = await touched.ReadAsync(at, cancel);
            if (started is not null)
                since[touched.Key] = started;
        }
        return (forms.ToImmutable(), since.ToImmutable());
    }

    /// <summary>The canonical form now, or <see cref="Canonical.Absent"/>; and since when it runs, for a container.</summary>
    public async Task<(string Form, string? Since)> ReadAsync(WorkPlace at, CancellationToken cancel)
    {
        switch (Key.Split(' ', 2))
        {
            case ["container", var id]:
                var inspect = await at.Client.InspectAsync(id, cancel);
                return inspect is null ? (Canonical.Absent, null)
                    : (Canonical.OfContainer(inspect) ?? Canonical.Absent, EngineJson.Parse(inspect)?.Text("State", "StartedAt"));
            case ["network", var network]:
                return (await at.Client.NetworkAsync(network, cancel) is { } body ? Canonical.OfNetworkInspect(body) ?? Canonical.Absent : Canonical.Absent, null);
            case ["sysctl", var key]:
                return (at.Session.IsRoot ? HostFile.ReadSysctl(at.Session.Process.Pid, key) ?? Canonical.Absent : Canonical.Absent, null);
            default:
                return (await FirewallWork.RulesAsync((StepAction.AllowInFirewall)Action, at, cancel) ?? Canonical.Absent, null);
        }
    }
}
