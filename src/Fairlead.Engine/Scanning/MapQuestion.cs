using Fairlead.Engine.Asking;
using Fairlead.Engine.Capture;
using Fairlead.Engine.Client;
using Fairlead.Engine.Vantages;
using Fairlead.Facts;
using Fairlead.Model.Answer;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.World;

namespace Fairlead.Engine.Scanning;

/// <summary>The host, its networks and containers at one look: no log is read and nothing is dialled.</summary>
public static class MapQuestion
{
    private const int Width = 8, MostContainers = 2000;
    private const ReadWhat OfHost = ReadWhat.Links | ReadWhat.Addresses | ReadWhat.Routes | ReadWhat.Rules | ReadWhat.Sysctls, OfContainer = ReadWhat.Listeners;

    /// <exception cref="EngineUnavailableException">No engine answers.</exception>
    public static async Task<MapAnswer> AskAsync(WhyOptions options, CancellationToken cancel)
    {
        if (options.From is { } saved)
            return Of(WhyQuestion.WorldOf(saved with { Vantage = Vantages.VantageKinds.File }), options);
        await using var client = await EngineSession.ConnectAsync(options, cancel);
        await using var session = VantageSession.Open(client, options.Vantage, new AgentMaker(), options.Clock, options.Consent);
        var capture = new HostCapture(client, session, options.Clock);
        await Task.WhenAll(capture.EnsureContainersAsync(cancel), capture.EnsureNetworksAsync(cancel), capture.EnsureInfoAsync(cancel), capture.ReadHostAsync(OfHost, cancel));
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Width, CancellationToken = cancel };
        await Parallel.ForEachAsync(WhyQuestion.WorldOf(capture.Current).Containers.Take(MostContainers), parallel, async (c, token) =>
        {
            if (c is { Running: true, Mode: not (NetworkMode.Host or NetworkMode.Shared) })
                await capture.ReadContainerAsync(c.Id, OfContainer, token);
            else
                await capture.InspectAsync(c.Id, token);
        });
        return Of(WhyQuestion.WorldOf(capture.Current), options);
    }

    /// <summary>What of a world a map shows.</summary>
    internal static MapAnswer Of(HostWorld world, WhyOptions options)
    {
        var snapshot = world.Snapshot;
        return new MapAnswer
        {
            At = snapshot.At,
            Lang = options.Lang,
            Tool = snapshot.Tool,
            Demo = snapshot.Demo,
            Engine = new EngineInfo(snapshot.Engine.Version, snapshot.Engine.Api, snapshot.Engine.Kind, Writing.Firewall(world)),
            Vantage = new VantageInfo(snapshot.Vantage, snapshot.As),
            Host = ScanShapes.Host(world),
            Networks = [.. world.Networks.OrderBy(n => n.Name, StringComparer.Ordinal).Select(n => ScanShapes.Network(world, n))],
            Containers = [.. world.Containers.OrderBy(c => c.Name, StringComparer.Ordinal).Select(c => ScanShapes.Container(world, c))],
            NotRead = [.. snapshot.NotRead.Select(NotReadInfo.From)],
        };
    }
}
