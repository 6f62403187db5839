using Fairlead.Engine.Capture;
using Fairlead.Engine.Client;
using Fairlead.Engine.Vantages;
using Fairlead.Facts;
using Fairlead.Model.World;

namespace Fairlead.Engine.Asking;

/// <summary>Reads a whole host for a snapshot: every container's inspect and namespace, and the host's.</summary>
public static class SnapshotTaking
{
    private const int Width = 8, MostContainers = 2000;

    public static async Task<Snapshot> TakeAsync(WhyOptions options, CancellationToken cancel)
    {
        await using var client = await EngineSession.ConnectAsync(options, cancel);
        await using var session = VantageSession.Open(client, options.Vantage, new AgentMaker(), options.Clock, options.Consent);
        var capture = new HostCapture(client, session, options.Clock);
        await Task.WhenAll(capture.EnsureContainersAsync(cancel), capture.EnsureNetworksAsync(cancel), capture.EnsureInfoAsync(cancel));
        await capture.ReadHostAsync((ReadWhat.Usual & ~ReadWhat.Sockets) | ReadWhat.Listeners, cancel);
        var world = WhyQuestion.WorldOf(capture.Current);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Width, CancellationToken = cancel };
        await Parallel.ForEachAsync(world.Containers.Take(MostContainers), parallel, async (c, token) =>
        {
            if (c is { Running: true, Mode: not NetworkMode.Host })
            {
                await capture.ReadContainerAsync(c.Id, (ReadWhat.Usual & ~ReadWhat.Sockets) | ReadWhat.Listeners, token);
            }
            else
            {
                await capture.InspectAsync(c.Id, token);
            }
        });
        if (capture.Current.HostNetns is { IsKnown: true, Value: { } host } && capture.Current.Namespaces[host].Sockets is { IsKnown: true, Value: { } sockets })
        {
            await capture.FillHoldersAsync(null, host, [.. sockets.Where(s => s is { State: "listen", Inode: > 0 }).Select(s => s.Inode).Distinct().Take(4000)], cancel);
        }

        return capture.Current;
    }
}
