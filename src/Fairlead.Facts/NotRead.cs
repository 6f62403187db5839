using System.Collections.Immutable;

namespace Fairlead.Facts;

/// <summary>A thing that was wanted and could not be read. It is never the same as "there is none".</summary>
/// <param name="What">One of <see cref="Readings"/>.</param>
/// <param name="Of">Whose: a container's name, "host", a file.</param>
/// <param name="Why">One of <see cref="WhyNot"/>.</param>
/// <param name="Needs">What would make it readable: "root", "helper", "engine", or null.</param>
/// <param name="Effect">The hop kinds that stay unknown for want of it.</param>
/// <param name="Detail">The operation and errno, for -v.</param>
public sealed record NotRead(string What, string Of, string Why, string? Needs = null, ImmutableArray<string> Effect = default, string? Detail = null)
{
    // A default ImmutableArray can be neither counted nor written: left out means none.
    public ImmutableArray<string> Effect { get; init => field = value.IsDefault ? [] : value; } = Effect.IsDefault ? [] : Effect;
}

/// <summary>What can be read: the closed list `notRead.what` of the contract.</summary>
public static class Readings
{
    public const string Netns = "netns", Links = "links", Routes = "routes", Rules = "rules", Sockets = "sockets", HostsFile = "hosts-file",
        Resolver = "resolver", Processes = "processes", Logs = "logs", ConfigFile = "config-file", Engine = "engine", Sysctl = "sysctl",
        Conntrack = "conntrack", Neighbours = "neighbours";
    public static readonly ImmutableArray<string> All =
        [Netns, Links, Routes, Rules, Sockets, HostsFile, Resolver, Processes, Logs, ConfigFile, Engine, Sysctl, Conntrack, Neighbours];
}

/// <summary>Why a reading was not made: the closed list `notRead.why` of the contract.</summary>
public static class WhyNot
{
    public const string NotPermitted = "not-permitted", Gone = "gone", Unsupported = "unsupported", TooBig = "too-big", Timeout = "timeout",
        Damaged = "damaged", NotAsked = "not-asked", Platform = "platform";
    public static readonly ImmutableArray<string> All = [NotPermitted, Gone, Unsupported, TooBig, Timeout, Damaged, NotAsked, Platform];
}
