using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Fairlead.Model.Repairs;

/// <summary>
/// What a step does, typed: the engine side carries it out by the API without reading a command line again. A closed set; it also stands in the
/// journal, so its members are added to and never renamed. A step without one is a person's.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "do")]
[JsonDerivedType(typeof(ConnectNetwork), "connect-network")]
[JsonDerivedType(typeof(CreateNetwork), "create-network")]
[JsonDerivedType(typeof(StartContainer), "start")]
[JsonDerivedType(typeof(UnpauseContainer), "unpause")]
[JsonDerivedType(typeof(RestartContainer), "restart")]
[JsonDerivedType(typeof(SetSysctl), "sysctl")]
[JsonDerivedType(typeof(AllowInFirewall), "allow")]
[JsonDerivedType(typeof(RecreateContainer), "recreate")]
public abstract record StepAction
{
    private StepAction()
    {
    }

    /// <summary>A new endpoint of a container on a network.</summary>
    /// <param name="Container">Full id.</param>
    /// <param name="NetworkId">Null for a network that an earlier step of the plan creates under <paramref name="Network"/>.</param>
    /// <param name="GatewayPriority">Null where the engine's API has none (below 1.48), or where none is wanted.</param>
    public sealed record ConnectNetwork(string Container, string Network, string? NetworkId, int? GatewayPriority, ImmutableArray<string> Aliases) : StepAction;

    /// <summary>A new user-defined bridge network.</summary>
    public sealed record CreateNetwork(string Network) : StepAction;

    /// <summary>A stopped container is started.</summary>
    public sealed record StartContainer(string Container) : StepAction;

    /// <summary>A paused container goes on.</summary>
    public sealed record UnpauseContainer(string Container) : StepAction;

    /// <summary>A running container is restarted, which cuts its connections. It cannot be taken back.</summary>
    public sealed record RestartContainer(string Container) : StepAction;

    /// <summary>A kernel setting of the engine's host, below /proc/sys/net: "net.ipv4.ip_forward" to "1".</summary>
    public sealed record SetSysctl(string Key, string Value) : StepAction;

    /// <summary>A rule that accepts one port from one interface before all else in the host's INPUT chain.</summary>
    /// <param name="Tool">Who holds the rules: "iptables", "ip6tables", "iptables-legacy", "ip6tables-legacy", "nft", "ufw" or "firewalld".</param>
    /// <param name="Interface">Null where the packets come by none of the engine's bridges: then it is not carried out (SAFETY 32).</param>
    /// <param name="Protocol">"tcp" or "udp".</param>
    /// <param name="Chain">For nft: family, table and chain.</param>
    public sealed record AllowInFirewall(string Tool, string? Interface, string Protocol, int Port, ImmutableArray<string> Chain) : StepAction;

    /// <summary>The same container made again with something added.</summary>
    /// <param name="AddHosts">"name:host-gateway" or "name:address".</param>
    /// <param name="Publish">"hostIp:hostPort:containerPort/protocol"; hostIp may be empty.</param>
    public sealed record RecreateContainer(string Container, ImmutableArray<string> AddHosts, ImmutableArray<string> Publish) : StepAction;
}
