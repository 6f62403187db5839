using System.Collections.Concurrent;
using System.Collections.Immutable;
using Fairlead.Agent.Readers;
using Fairlead.Engine.Asking;
using Fairlead.Engine.Capture;
using Fairlead.Engine.Client;
using Fairlead.Engine.Logs;
using Fairlead.Facts;
using Fairlead.Model.Leads;
using Fairlead.Model.World;

namespace Fairlead.Engine.Scanning;

/// <summary>What a scan read of the whole host, before anything is dialled.</summary>
internal sealed record ScanRead
{
    public required HostWorld World { get; init; }

    /// <summary>By container id.</summary>
    public required IReadOnlyDictionary<string, ContainerLog> Logs { get; init; }
    public required IReadOnlyDictionary<string, (LeadSource Source, ImmutableArray<Lead> Leads)> Leads { get; init; }

    /// <summary>TcpExt of each container's namespace, by its id.</summary>
    public required IReadOnlyDictionary<string, ImmutableSortedDictionary<string, long>> Counters { get; init; }
    public required int Sockets { get; init; }
}

/// <summary>Reads each container once: its inspect, its sockets, its log, its mounted configuration. Several at a time.</summary>
internal sealed class ScanReading(HostCapture capture, WhyOptions options)
{
    private const int Width = 8, MostContainers = 2000;
    private const ReadWhat UsualOfHost = (ReadWhat.Usual & ~ReadWhat.Sockets) | ReadWhat.Listeners;

    public async Task<ScanRead> ReadAsync(CancellationToken cancel)
    {
        await Task.WhenAll(capture.EnsureContainersAsync(cancel), capture.EnsureNetworksAsync(cancel), capture.EnsureInfoAsync(cancel));
        var host = HostAsync(cancel);
        var (inspects, files, counters) = await ContainersAsync(host, cancel);
        var logs = await LogsAsync(inspects, cancel);

        var world = WhyQuestion.WorldOf(capture.Current);
        var leads = new Dictionary<string, (LeadSource, ImmutableArray<Lead>)>();
        var sockets = 0;
        foreach (var c in world.Containers.Where(c => inspects.ContainsKey(c.Id) && (c.Running || logs.ContainsKey(c.Id))))
        {
            var source = LeadSources.Of(world, c, inspects[c.Id], files.GetValueOrDefault(c.Id, []));
            leads[c.Id] = (source, LeadSources.Leads(source));
            sockets += SocketsOf(world, c).Length;
        }
        return new ScanRead { World = world, Logs = logs, Leads = leads, Counters = counters, Sockets = sockets };
    }

    private async Task HostAsync(CancellationToken cancel)
    {
        await capture.ReadHostAsync(UsualOfHost, cancel);
        options.Begun?.Invoke(MapQuestion.Of(WhyQuestion.WorldOf(capture.Current), options));
    }

    /// <summary>A container's own sockets; none where it shares a stack or they were not read.</summary>
    public static ImmutableArray<SocketFact> SocketsOf(HostWorld world, Container c) =>
        c is { Running: true, Mode: not (NetworkMode.Host or NetworkMode.Shared) } && world.SandboxOf(c).Facts.Sockets is { IsKnown: true, Value: var own } ? own : [];

    /// <summary>TcpExt of a container's namespace now.</summary>
    public ImmutableSortedDictionary<string, long> CountersOf(InspectedContainer container) =>
        container.Pid > 0 && capture.Session.Process.Pid > 0 && options.Vantage != Vantages.VantageWish.Api
            ? CounterReader.OfNamespace(new NetnsRef(container.Pid, container.Id, container.Name)) : ImmutableSortedDictionary<string, long>.Empty;

    private async Task<(IReadOnlyDictionary<string, System.Text.Json.JsonElement> Inspects, IReadOnlyDictionary<string, ImmutableArray<(string, string)>> Files,
        IReadOnlyDictionary<string, ImmutableSortedDictionary<string, long>> Counters)> ContainersAsync(Task host, CancellationToken cancel)
    {
        var all = WhyQuestion.WorldOf(capture.Current).Containers.Take(MostContainers).ToArray();
        var files = new ConcurrentDictionary<string, ImmutableArray<(string, string)>>();
        var counters = new ConcurrentDictionary<string, ImmutableSortedDictionary<string, long>>();
        var done = 0;
        await Parallel.ForEachAsync(all, new ParallelOptions { MaxDegreeOfParallelism = Width, CancellationToken = cancel }, async (c, token) =>
        {
            if (await capture.InspectAsync(c.Id, token) is { } inspect && c.Running)
            {
                var own = c.Mode is not (NetworkMode.Host or NetworkMode.Shared);
                if (own)
                {
                    // The host first: a container's namespace is held against it.
                    await host;
                    await capture.ReadContainerAsync(c.Id, ReadWhat.Sockets, token);
                    counters[c.Id] = CountersOf(InspectedContainer.Of(inspect));
                }
                files[c.Id] = await ConfigFiles.OfAsync(capture, inspect, token);
            }
            options.Progress?.Report(new ScanProgress("containers", Interlocked.Increment(ref done), all.Length));
        });
        await host;
        return (capture.Current.Inspects, files, counters);
    }

    private async Task<IReadOnlyDictionary<string, ContainerLog>> LogsAsync(IReadOnlyDictionary<string, System.Text.Json.JsonElement> inspects, CancellationToken cancel)
    {
        var now = options.Clock.GetUtcNow();
        // The newest first: what has just been started anew is what somebody is waiting for.
        var sources = inspects.Values.Select(i => LogSource.Of(i, now)).OfType<LogSource>().OrderByDescending(s => s.Since).ThenBy(s => s.Name, StringComparer.Ordinal).ToArray();
        var told = options.Progress is { } progress ? new Counting(done => progress.Report(new ScanProgress("logs", done, sources.Length))) : null;
        var found = new Dictionary<string, ContainerLog>();
        foreach (var log in await new LogReader(capture.Client, new LogLimits(), options.Clock).ReadAsync(sources, cancel, told))
        {
            found[log.Source.Id] = log;
            if (log.Missing is { } missing)
                capture.Note(missing);
        }
        return found;
    }

    private sealed class Counting(Action<int> told) : IProgress<int>
    {
        public void Report(int value) => told(value);
    }
}
