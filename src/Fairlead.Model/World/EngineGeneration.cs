using System.Globalization;
using Fairlead.Facts;

namespace Fairlead.Model.World;

/// <summary>
/// The engine's version, and what depends on it where the rules themselves are unread (SEMANTICS fact 3, in this one place).
/// Where rules are read they decide, never this.
/// </summary>
public sealed record EngineGeneration(int Major, int Minor, string? FirewallBackend)
{
    public static EngineGeneration Of(EngineFacts engine)
    {
        var parts = engine.Version.Split('.', '-', '+');
        int number(int i) => parts.Length > i && int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0;
        var backend = EngineJson.Child(engine.Info, "FirewallBackend");
        return new EngineGeneration(number(0), number(1), EngineJson.Text(backend, "Driver") is { Length: > 0 } driver ? driver : null);
    }

    /// <summary>28 and later drop packets addressed straight to a container from any interface but its own bridge, in raw PREROUTING.</summary>
    public bool DropsDirectAccess => Major >= 28;

    /// <summary>29 and later: a container that dials a host address goes by DNAT through FORWARD unless client and target share the network; before, always through docker-proxy.</summary>
    public bool ForwardsAcrossNetworks => Major >= 29;

    /// <summary>`docker network connect --gw-priority` (API 1.48, Engine 28).</summary>
    public bool HasGatewayPriority => Major >= 28;

    /// <summary>host-gateway in --add-host: 20.10 and later.</summary>
    public bool HasHostGateway => Major > 20 || (Major == 20 && Minor >= 10);
}
