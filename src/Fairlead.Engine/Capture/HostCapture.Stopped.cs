using System.Collections.Immutable;
using Fairlead.Agent.Files;
using Fairlead.Engine.Client;
using Fairlead.Facts;

namespace Fairlead.Engine.Capture;

/// <summary>What is known of a container that does not run, though it has no namespace to be read.</summary>
public sealed partial class HostCapture
{
    /// <summary>
    /// Nothing listens in a container without processes: that is known. Its hosts and resolver files lie with the engine, as its last run had them.
    /// Everything else of its stack stays unread, so that no dial of it is certain.
    /// </summary>
    public async Task KnowStoppedAsync(string id, CancellationToken cancel)
    {
        var name = NameOf(id);
        var facts = NetnsFacts.Unread("stopped:" + id, name, WhyNot.Gone) with { Sockets = Reading.Of(ImmutableArray<SocketFact>.Empty) };
        if (session.IsRoot && await InspectAsync(id, cancel) is { } inspect)
        {
            facts = facts with
            {
                HostsFile = MountedFiles.OfEngine(session.Process.Pid, inspect.Text("HostsPath"), Readings.HostsFile, name),
                ResolverFile = MountedFiles.OfEngine(session.Process.Pid, inspect.Text("ResolvConfPath"), Readings.Resolver, name),
            };
        }
        lock (_lock)
        {
            _namespaces = _namespaces.SetItem(facts.Id, facts);
            _containerNetns = _containerNetns.SetItem(id, Reading.Of(facts.Id));
        }
    }
}
