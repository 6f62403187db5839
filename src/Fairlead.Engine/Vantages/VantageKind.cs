using Fairlead.Facts;

namespace Fairlead.Engine.Vantages;

/// <summary>What the person asked for with --vantage.</summary>
public enum VantageWish
{
    /// <summary>root where possible, else the helper where consent is given, else what the engine and /proc show.</summary>
    Auto,

    /// <summary>In this process, as root; an error where that is impossible.</summary>
    Root,

    /// <summary>Through helper containers; consent to all their forms.</summary>
    Helper,

    /// <summary>The engine's configuration only.</summary>
    Api,
}

/// <summary>The words of `vantage.kind` in the contract.</summary>
public static class VantageKinds
{
    public const string Root = "root", Helper = "helper", ApiProc = "api+proc", Api = "api", File = "file";
}

/// <summary>The forms of the helper (docs/adr/0007-a-helper-made-of-the-binary-itself.md), each with the least that it needs.</summary>
public enum HelperForm
{
    /// <summary>Shares the network of one container, no capability: dials, names and sockets of that container.</summary>
    Inside,

    /// <summary>Pids and network of the host, NET_ADMIN: the host's packet rules.</summary>
    Rules,

    /// <summary>Pids and network of the host, SYS_ADMIN and SYS_PTRACE: enters any container's network and names the holders of sockets.</summary>
    Many,
}

/// <summary>What a seat is wanted for.</summary>
public enum SeatNeed
{
    /// <summary>Links, addresses, routes, neighbours, sockets, sysctls; dialling and resolving.</summary>
    Look,

    /// <summary>The packet rules.</summary>
    Rules,

    /// <summary>Which process holds a socket.</summary>
    Holders,
}

/// <summary>Somebody who can read and dial in one namespace: an agent, and how it names that namespace.</summary>
/// <param name="From">"setns", "helper" or "self": the contract's observed.from.</param>
/// <param name="CanDial">False where the agent only reads (/proc).</param>
/// <param name="OwnFiles">False when hosts and resolver files that the agent sees are the engine's copies, and the libc its own (helper inside a source).</param>
public sealed record Seat(IAgent Agent, NetnsRef Ref, string From, bool CanDial, bool OwnFiles)
{
    /// <summary>
    /// The agent holds the process itself open while it reads, and says "gone" when it ended: the engine need not be asked a second time whether
    /// the container is still the same start (SAFETY 12).
    /// </summary>
    public bool HoldsProcess => Ref.Pid > 0 && CanDial;
}

/// <summary>Makes the agents. The engine's project knows only <see cref="IAgent"/>; which classes stand behind is decided here once.</summary>
public interface IAgentMaker
{
    /// <summary>In this process, with setns.</summary>
    IAgent Local();

    /// <summary>Through /proc/PID/net only.</summary>
    IAgent Proc();

    /// <summary>Over the stream of a helper container.</summary>
    IAgent OverStream(Stream stream);
}
