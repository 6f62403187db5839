using System.Collections.Immutable;
using Fairlead.Agent.Readers;
using Fairlead.Engine.Asking;
using Fairlead.Engine.Capture;
using Fairlead.Engine.Client;
using Fairlead.Engine.Vantages;
using Fairlead.Facts;
using Fairlead.Model.Answer;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.World;

namespace Fairlead.Engine.Scanning;

/// <summary>
/// Finds the failing connections of a host by itself. What a log line or a socket shows failing is dialled (level `connect` only), all at a time;
/// what fails then is dialled again, alone; what still fails is asked as `why` is. A configured address alone is dialled by nobody.
/// </summary>
public sealed class ScanQuestion
{
    private readonly WhyOptions options;
    private readonly HostCapture capture;

    private ScanQuestion(WhyOptions options, HostCapture capture) => (this.options, this.capture) = (options, capture);

    /// <exception cref="EngineUnavailableException">No engine answers.</exception>
    public static async Task<ScanAnswer> AskAsync(WhyOptions options, CancellationToken cancel)
    {
        await using var client = await EngineSession.ConnectAsync(options, cancel);
        await using var session = VantageSession.Open(client, options.Vantage, new AgentMaker(), options.Clock, options.Consent);
        var capture = new HostCapture(client, session, options.Clock);
        return await new ScanQuestion(options with { ConnectOnly = true }, capture).RunAsync(cancel);
    }

    private async Task<ScanAnswer> RunAsync(CancellationToken cancel)
    {
        var reading = new ScanReading(capture, options);
        var read = await reading.ReadAsync(cancel);
        var working = ScanShapes.Working(read.World);
        var suspects = read.World.Containers.Where(c => read.Leads.ContainsKey(c.Id))
            .SelectMany(c => Suspect.Of(c, read.Logs.GetValueOrDefault(c.Id), read.Leads[c.Id].Leads, ScanReading.SocketsOf(read.World, c), read.World)).ToArray();
        var moved = await MovedAsync(reading, read, suspects, cancel);
        var world = await WithFilesAsync(read.World, suspects, cancel);

        var redialling = new Redialling(capture, options);
        var series = await redialling.DialAsync(world, suspects, cancel);
        var explaining = new Explaining(capture, options);
        var problems = await explaining.ProblemsAsync(read, suspects, series, cancel);
        var suspicions = await explaining.SuspicionsAsync(read, working, cancel);
        var host = capture.Session.IsRoot ? CounterReader.OfHost(new NetnsRef(capture.Session.Process.Pid, null, "host")) : ImmutableSortedDictionary<string, long>.Empty;
        var looked = new ScanLooked(read.Logs.Values.Sum(l => l.Lines), read.Sockets, read.Leads.Values.Sum(l => l.Leads.Length)) { CutLogs = read.Logs.Values.Count(l => l.Cut) };
        return Write(looked) with
        {
            Problems = [.. problems.Select(p => p.Source.Id is { } id && moved.TryGetValue(id, out var beside) ? p with { SeenIn = [.. p.SeenIn, .. beside] } : p)],
            Suspicions = suspicions,
            Working = working,
            Unchecked = explaining.Left,
            Pressure = Pressures.Of(host, redialling.Names.Asked, redialling.Names.Lost),
        };
    }

    /// <summary>Counters of the suspects' namespaces that moved since they were first read, before a dial of ours moves them.</summary>
    private async Task<IReadOnlyDictionary<string, ImmutableArray<Sighting>>> MovedAsync(ScanReading reading, ScanRead read, Suspect[] suspects, CancellationToken cancel)
    {
        var found = new Dictionary<string, ImmutableArray<Sighting>>();
        foreach (var id in suspects.Select(s => s.Source.Id).Distinct().Where(read.Counters.ContainsKey))
        {
            if (await capture.InspectAsync(id, cancel) is { } inspect && Pressures.Moved(read.Counters[id], reading.CountersOf(InspectedContainer.Of(inspect))) is { Length: > 0 } moved)
                found[id] = moved;
        }
        return found;
    }

    /// <summary>The world with what a name needs: hosts file, resolver file and libc of those who dial one.</summary>
    private async Task<HostWorld> WithFilesAsync(HostWorld world, Suspect[] suspects, CancellationToken cancel)
    {
        var dialling = suspects.Where(s => s.Target.Literal is null && s.Source.Running).Select(s => world.Owner(s.Source)).Where(o => o.Running).Select(o => o.Id).Distinct().ToArray();
        if (dialling.Length == 0)
            return world;
        await Parallel.ForEachAsync(dialling, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancel }, async (id, token) => await capture.ReadContainerAsync(id, ReadWhat.Files, token));
        return WhyQuestion.WorldOf(capture.Current);
    }

    private ScanAnswer Write(ScanLooked looked)
    {
        var map = MapQuestion.Of(WhyQuestion.WorldOf(capture.Current), options);
        return new ScanAnswer
        {
            At = map.At, Lang = map.Lang, Tool = map.Tool, Engine = map.Engine, Vantage = map.Vantage, Host = map.Host, Networks = map.Networks, Containers = map.Containers, NotRead = map.NotRead,
            Looked = looked,
        };
    }
}
