using System.Collections.Immutable;
using System.Text.Json;
using Fairlead.Engine.Client;
using Fairlead.Engine.Vantages;
using Fairlead.Facts;

namespace Fairlead.Engine.Capture;

/// <summary>Reading of namespaces, with the checks of SAFETY 12 and 13.</summary>
public sealed partial class HostCapture
{
    /// <summary>
    /// Reads in a container's namespace what is asked and merges it into the snapshot. Had it been started anew in between, the reading is thrown
    /// away and made once more, and NotRead when that happens again. An agent that holds the process sees that by itself; else a second inspect shows it.
    /// </summary>
    /// <returns>The namespace's id, or why there is none.</returns>
    public async Task<Reading<string>> ReadContainerAsync(string id, ReadWhat what, CancellationToken cancel)
    {
        var reading = await ReadContainerOnceAsync(id, what, cancel);
        lock (_lock)
        {
            if (reading.IsKnown || !(_containerNetns.TryGetValue(id, out var known) && known.IsKnown))
                _containerNetns = _containerNetns.SetItem(id, reading);
        }
        if (!reading.IsKnown)
            Note(reading.Missing);
        return reading;
    }

    /// <summary>Reads in the namespace of the engine's host: that of the process behind the engine's socket, never Fairlead's own.</summary>
    public async Task<Reading<string>> ReadHostAsync(ReadWhat what, CancellationToken cancel)
    {
        var reading = await ReadHostOnceAsync(what, cancel);
        lock (_lock)
        {
            if (reading.IsKnown || !_host.IsKnown)
                _host = reading;
        }
        if (!reading.IsKnown)
            Note(reading.Missing);
        return reading;
    }

    /// <summary>
    /// Listening sockets of all running containers, at most <paramref name="width"/> at a time and <paramref name="most"/> in all; what was left
    /// out is noted. Who shares a stack has no listeners of its own. Where their processes can be seen, no container is inspected for it.
    /// </summary>
    public async Task ReadListenersOfAllAsync(int width, int most, CancellationToken cancel)
    {
        await EnsureContainersAsync(cancel);
        ImmutableArray<JsonElement> all;
        lock (_lock)
            all = _containers;
        var running = all.Where(c => c.Text("State") is "running" or "paused" && c.Text("HostConfig", "NetworkMode") is var mode && mode != "host"
            && !mode.StartsWith("container:", StringComparison.Ordinal)).Select(c => c.Text("Id")).ToArray();
        foreach (var left in running.Skip(most))
            Note(new NotRead(Readings.Sockets, NameOf(left), WhyNot.TooBig, null, []));
        var processes = session.IsRoot ? ContainerProcesses.Find(running.Take(most).ToHashSet(), cancel) : new Dictionary<string, int>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = Math.Clamp(width, 1, 32), CancellationToken = cancel };
        await Parallel.ForEachAsync(running.Take(most), options, async (id, token) =>
        {
            if (!processes.TryGetValue(id, out var pid) || !await ReadListenersAsync(id, pid, token))
                await ReadContainerAsync(id, ReadWhat.Listeners, token);
        });
    }

    /// <summary>By the process alone; false where that did not lead into the container's namespace.</summary>
    private async Task<bool> ReadListenersAsync(string id, int pid, CancellationToken cancel)
    {
        var container = new InspectedContainer(id, NameOf(id), pid, "", Running: true, "", HostNetwork: false);
        var (facts, _, held) = await ReadPartsAsync(container, ReadWhat.Listeners, cancel);
        if (facts is null || !held || Keep(container, facts) is not { IsKnown: true } kept)
            return false;
        lock (_lock)
            _containerNetns = _containerNetns.SetItem(id, kept);
        return true;
    }

    /// <summary>Names the processes that hold these sockets, in the namespace with this id.</summary>
    /// <param name="containerId">A container in that namespace; null for the host.</param>
    public async Task FillHoldersAsync(string? containerId, string netnsId, ImmutableArray<ulong> inodes, CancellationToken cancel)
    {
        if (inodes.IsEmpty)
            return;
        var (seat, why) = containerId is null
            ? await session.HostSeatAsync(SeatNeed.Holders, cancel)
            : await InspectAsync(containerId, cancel) is { } inspect ? await session.SeatAsync(InspectedContainer.Of(inspect), SeatNeed.Holders, cancel) : (null, null);
        if (seat is null)
        {
            if (why is not null)
                Note(why with { What = Readings.Processes });
            return;
        }
        var holders = await seat.Agent.HoldersAsync(seat.Ref, inodes, cancel);
        lock (_lock)
        {
            if (!_namespaces.TryGetValue(netnsId, out var facts) || !facts.Sockets.IsKnown)
                return;
            var named = facts.Sockets.Value.Select(s => s.Inode != 0 && holders.TryGetValue(s.Inode, out var holder) ? s with { Process = holder } : s);
            _namespaces = _namespaces.SetItem(netnsId, facts with { Sockets = Reading.Of(named.ToImmutableArray()) });
        }
    }

    /// <summary>Somebody who dials and resolves from this container (null: from the host), or why nobody can.</summary>
    public async Task<(Seat? Seat, NotRead? Why)> DialSeatAsync(string? containerId, CancellationToken cancel)
    {
        if (containerId is null)
            return Dials(await session.HostSeatAsync(SeatNeed.Look, cancel), "host");
        if (await InspectAsync(containerId, cancel) is not { } inspect)
            return (null, new NotRead(Readings.Netns, NameOf(containerId), WhyNot.Gone, null, []));
        var container = InspectedContainer.Of(inspect);
        return Dials(await session.SeatAsync(container, SeatNeed.Look, cancel), container.Name);
    }

    private static (Seat?, NotRead?) Dials((Seat? Seat, NotRead? Why) found, string of) =>
        found.Seat is { CanDial: false } ? (null, new NotRead(Readings.Netns, of, WhyNot.NotPermitted, "helper", [])) : found;

    private async Task<Reading<string>> ReadContainerOnceAsync(string id, ReadWhat what, CancellationToken cancel)
    {
        for (var attempt = 0; attempt < 2; attempt++)
        {
            if (await InspectAsync(id, cancel, fresh: attempt > 0) is not { } inspect)
                return new NotRead(Readings.Netns, NameOf(id), WhyNot.Gone, null, []);
            var container = InspectedContainer.Of(inspect);
            var (facts, why, held) = await ReadPartsAsync(container, what, cancel);
            if (facts is null)
            {
                // The pid may have gone because the container has just been started anew: the second try begins with a new inspect.
                if (why is { Why: WhyNot.Gone } && container.Running && attempt == 0)
                    continue;
                return why ?? new NotRead(Readings.Netns, container.Name, WhyNot.Gone, null, []);
            }
            if (held || await client.InspectAsync(container.Id, cancel) is { } again && EngineJson.Parse(again) is { } second
                && container.SameStart(InspectedContainer.Of(second)))
                return Keep(container, facts);
        }
        return new NotRead(Readings.Netns, NameOf(id), WhyNot.Gone, null, [], "restarted while read");
    }

    /// <summary>What different seats can give, put together: one helper sees sockets, another the rules.</summary>
    private async Task<(NetnsFacts? Facts, NotRead? Why, bool Held)> ReadPartsAsync(InspectedContainer container, ReadWhat what, CancellationToken cancel)
    {
        var (seat, why) = await session.SeatAsync(container, SeatNeed.Look, cancel);
        if (seat is null)
            return (null, why, false);
        var here = session.IsRoot ? what : what & ~ReadWhat.Rules;
        var facts = Adjusted(await seat.Agent.ReadAsync(seat.Ref, here, cancel), seat, container.Name);
        if (Unreadable(facts))
            return (null, FirstMissing(facts) ?? new NotRead(Readings.Netns, container.Name, WhyNot.NotPermitted, "root", []), false);
        if (!session.IsRoot && what.HasFlag(ReadWhat.Rules))
        {
            var (_, noRules) = await session.SeatAsync(container, SeatNeed.Rules, cancel);
            facts = facts with { PacketRules = noRules ?? new NotRead(Readings.Rules, container.Name, WhyNot.NotPermitted, "root", []) };
        }
        return (facts, null, seat.HoldsProcess);
    }

    /// <summary>The agent could not even open the namespace.</summary>
    private static bool Unreadable(NetnsFacts facts) => facts.Id.Length == 0 || facts.Id.StartsWith("unread:", StringComparison.Ordinal);

    /// <summary>A helper inside a source has files and a libc of its own: the engine's copies of hosts and resolver are the source's too, the libc is not.</summary>
    private static NetnsFacts Adjusted(NetnsFacts facts, Seat seat, string of) =>
        seat.OwnFiles ? facts : facts with { Of = of, Libc = new NotRead(Readings.Resolver, of, WhyNot.NotPermitted, "root", [], "the helper has its own files") };

    private async Task<Reading<string>> ReadHostOnceAsync(ReadWhat what, CancellationToken cancel)
    {
        var (seat, why) = await session.HostSeatAsync(what.HasFlag(ReadWhat.Rules) ? SeatNeed.Rules : SeatNeed.Look, cancel);
        if (seat is null && what.HasFlag(ReadWhat.Rules))
        {
            if (why is not null)
                Note(why);
            (seat, why) = await session.HostSeatAsync(SeatNeed.Look, cancel);
            what &= ~ReadWhat.Rules;
        }
        if (seat is null)
            return why ?? new NotRead(Readings.Netns, "host", WhyNot.NotPermitted, "root", []);
        if (seat.From != "helper" && session.Process.Pid == 0)
            return new NotRead(Readings.Netns, "host", WhyNot.Platform, null, [], "the engine's process is not visible from here");
        // The links are always read: by them the namespace shows that it is the engine's host.
        var facts = await seat.Agent.ReadAsync(seat.Ref, what | ReadWhat.Links, cancel);
        if (Unreadable(facts))
            return FirstMissing(facts) ?? new NotRead(Readings.Netns, "host", WhyNot.NotPermitted, "root", []);
        if (!seat.OwnFiles)
            facts = facts with
            {
                HostsFile = new NotRead(Readings.HostsFile, "host", WhyNot.NotPermitted, "root", []),
                ResolverFile = new NotRead(Readings.Resolver, "host", WhyNot.NotPermitted, "root", []),
                Libc = new NotRead(Readings.Resolver, "host", WhyNot.NotPermitted, "root", []),
            };
        await EnsureNetworksAsync(cancel);
        ImmutableArray<JsonElement> networks;
        lock (_lock)
            networks = _networks;
        if (facts.Links.IsKnown && !BridgesFit(networks, facts.Links.Value))
            return new NotRead(Readings.Netns, "host", WhyNot.Platform, null, [], "none of the bridges that the engine names is in the namespace of its process");
        lock (_lock)
            _namespaces = _namespaces.SetItem(facts.Id, NetnsMerge.Join(_namespaces.GetValueOrDefault(facts.Id), facts with { Of = "host" }) with { Of = "host" });
        return Reading.Of(facts.Id);
    }

    /// <summary>Whether a namespace holds at least one of the bridges that the engine's networks name; true when it names none.</summary>
    public static bool BridgesFit(ImmutableArray<JsonElement> networks, ImmutableArray<Link> links)
    {
        var named = networks.Where(n => n.Text("Driver") == "bridge" && n.Text("Scope") is "local" or "").Select(BridgeOf).Where(b => b.Length > 0).ToArray();
        return named.Length == 0 || named.Any(b => links.Any(l => l.Name == b));
    }

    /// <summary>Name of the bridge of a network: its option, else br- and 12 digits of its id (moby: bridge_linux.go; Podman: network_interface).</summary>
    public static string BridgeOf(JsonElement network) =>
        network.Text("Options", "com.docker.network.bridge.name") is { Length: > 0 } set ? set
        : network.Text("Options", "network_interface") is { Length: > 0 } podman ? podman
        : network.Text("Name") is "bridge" ? "docker0"
        : network.Text("Id") is { Length: >= 12 } id ? "br-" + id[..12] : "";

    private Reading<string> Keep(InspectedContainer container, NetnsFacts facts)
    {
        lock (_lock)
        {
            if (_host.IsKnown && facts.Id == _host.Value && !MayBeHost(container))
                return new NotRead(Readings.Netns, container.Name, WhyNot.Damaged, null, [], "its namespace is the host's, though its network mode is not host");
            var of = _host.IsKnown && facts.Id == _host.Value ? "host" : container.Name;
            _namespaces = _namespaces.SetItem(facts.Id, NetnsMerge.Join(_namespaces.GetValueOrDefault(facts.Id), facts with { Of = of }));
        }
        return Reading.Of(facts.Id);
    }

    /// <summary>Mode host, or the network of a container (which may be one of mode host).</summary>
    private static bool MayBeHost(InspectedContainer container) => container.HostNetwork || container.SharesWith.Length > 0;

    private static NotRead? FirstMissing(NetnsFacts facts)
    {
        NotRead?[] all = [facts.Links.Missing, facts.Sockets.Missing, facts.Routes.Missing, facts.PacketRules.Missing, facts.HostsFile.Missing, facts.Sysctls.Missing];
        return all.FirstOrDefault(m => m is not null && m.Why != WhyNot.NotAsked) is { } missing ? missing with { What = Readings.Netns } : null;
    }
}
