using System.Collections.Immutable;
using System.Net;
using Fairlead.Agent.Dial;
using Fairlead.Agent.Namespaces;
using Fairlead.Agent.Native;
using Fairlead.Agent.Netlink;
using Fairlead.Agent.Readers;
using Fairlead.Agent.Resolve;
using Fairlead.Agent.Sockets;
using Fairlead.Facts;

namespace Fairlead.Agent;

/// <summary>
/// Reads and dials in this process: as root everywhere, else (in a helper that shares one source's namespace) with pid 0 where it stands.
/// </summary>
public sealed class LocalAgent : IAgent
{
    private readonly string foreign;
    private readonly string own;
    private readonly DialLimits limits;

    /// <param name="asHelper">It runs in a helper container: dials say "helper" instead of "setns" and "self".</param>
    /// <param name="limits">How much may be dialled; SAFETY 35 when null.</param>
    public LocalAgent(bool asHelper = false, DialLimits? limits = null)
    {
        foreign = asHelper ? "helper" : "setns";
        own = asHelper ? "helper" : "self";
        this.limits = limits ?? new DialLimits();
    }

    public Task<NetnsFacts> ReadAsync(NetnsRef netns, ReadWhat what, CancellationToken cancel) => Task.Run(
        () =>
        {
            using var handle = NetnsHandle.Open(netns, out var missing);
            if (handle is null)
                return NamespaceReader.Unread(netns, missing!);
            var facts = NamespaceReader.Read(handle, what);
            return handle.Lives ? facts : NamespaceReader.Unread(netns, new NotRead(Readings.Netns, netns.Of, WhyNot.Gone, null, [], "its process ended while it was read"));
        },
        CancellationToken.None);

    public Task<ImmutableDictionary<ulong, ProcessFact>> HoldersAsync(NetnsRef netns, ImmutableArray<ulong> inodes, CancellationToken cancel) => Task.Run(
        () =>
        {
            using var handle = NetnsHandle.Open(netns, out _);
            return handle is null ? ImmutableDictionary<ulong, ProcessFact>.Empty : HolderFinder.Find(handle.Id, inodes, cancel);
        },
        CancellationToken.None);

    public async Task<DialFact> DialAsync(NetnsRef netns, DialRequest request, CancellationToken settled, CancellationToken cancel)
    {
        var from = netns.Pid == 0 ? own : foreign;
        using var turn = await limits.EnterAsync($"{netns.Pid} {request.Protocol} {request.Address} {request.Port}", cancel).ConfigureAwait(false);
        if (turn is null)
            return Dialler.NotMade(request, from, 0);
        using var handle = NetnsHandle.Open(netns, out _);
        return handle is null
            ? Dialler.NotMade(request, from, Errnos.ESRCH)
            : await new Dialler(handle.Netns, request, from, settled, cancel).RunAsync().ConfigureAwait(false);
    }

    public async Task<ResolutionFact> ResolveAsync(NetnsRef netns, ResolveRequest request, CancellationToken cancel)
    {
        using var handle = NetnsHandle.Open(netns, out _);
        return await new Resolver(handle, request, cancel).RunAsync().ConfigureAwait(false);
    }

    public Task<string?> RouteGetAsync(NetnsRef netns, IPAddress destination, CancellationToken cancel) => Task.Run(
        () =>
        {
            using var handle = NetnsHandle.Open(netns, out _);
            if (handle is null)
                return null;
            using var socket = NamespaceReader.OpenRoute(handle, out _);
            return socket is null ? null : RouteQuestion.Ask(socket, destination);
        },
        CancellationToken.None);

    public ValueTask DisposeAsync()
    {
        limits.Dispose();
        return ValueTask.CompletedTask;
    }
}
