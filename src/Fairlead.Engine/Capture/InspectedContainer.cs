using System.Collections.Immutable;
using System.Text.Json;
using Fairlead.Engine.Client;

namespace Fairlead.Engine.Capture;

/// <summary>What of an inspect says where a container's network namespace is. Read from the engine's JSON (SEMANTICS 4.2).</summary>
/// <param name="Pid">State.Pid; 0 when it does not run.</param>
/// <param name="StartedAt">State.StartedAt as the engine wrote it: with the pid it tells one start from the next.</param>
/// <param name="SharesWith">Full id of the container whose network it uses (NetworkMode container:ID), or "".</param>
/// <param name="HostNetwork">NetworkMode host.</param>
public sealed record InspectedContainer(string Id, string Name, int Pid, string StartedAt, bool Running, string SharesWith, bool HostNetwork)
{
    /// <summary>Ids of the networks that it has an endpoint on.</summary>
    public ImmutableArray<string> Networks { get; init; } = [];

    public static InspectedContainer Of(JsonElement inspect)
    {
        var mode = inspect.Text("HostConfig", "NetworkMode");
        return new InspectedContainer(inspect.Text("Id"), inspect.Text("Name").TrimStart('/'), inspect.Number("State", "Pid"), inspect.Text("State", "StartedAt"),
            inspect.Flag("State", "Running"), mode.StartsWith("container:", StringComparison.Ordinal) ? mode["container:".Length..] : "", mode == "host")
        {
            Networks = [.. inspect.Members("NetworkSettings", "Networks").Select(n => n.Value.Text("NetworkID")).Where(id => id.Length > 0)],
        };
    }

    /// <summary>True when both are the same start of the same container.</summary>
    public bool SameStart(InspectedContainer other) => Id == other.Id && Pid == other.Pid && StartedAt == other.StartedAt && Running == other.Running;
}
