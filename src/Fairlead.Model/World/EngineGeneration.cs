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

    /// <summary>20.10 gives a container that is on internal networks only a default route through the bridge; 26 and later give none (SEMANTICS fact 9).</summary>
    public bool InternalHasDefaultRoute => Major is > 0 and < 23;

    /// <summary>ip6tables rules are written by default from 27 on; before, IPv6 is neither filtered nor translated.</summary>
    public bool FiltersIPv6 => Major >= 27;

    /// <summary>docker-proxy answers UDP from the address that was dialled (28 and later); before, from the address of the route back.</summary>
    public bool ProxyAnswersUdpFromDialled => Major >= 28;

    /// <summary>Docker's rules are written by the nftables backend.</summary>
    public bool NativeNftables => FirewallBackend == "nftables";

    /// <summary>The embedded DNS knows generated container names (26 and later; before, only names that were given and short ids).</summary>
    public bool KnowsGeneratedNames => Major >= 23;

    /// <summary>`docker network connect --gw-priority` (API 1.48, Engine 28).</summary>
    public bool HasGatewayPriority => Major >= 28;

    /// <summary>host-gateway in --add-host: 20.10 and later.</summary>
    public bool HasHostGateway => Major > 20 || (Major == 20 && Minor >= 10);
}
