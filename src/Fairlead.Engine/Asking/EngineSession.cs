using Fairlead.Engine.Client;

namespace Fairlead.Engine.Asking;

/// <summary>Finds the engine that is meant and opens the first connection to it.</summary>
public static class EngineSession
{
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(5), CallLimit = TimeSpan.FromSeconds(30);

    public static async Task<EngineClient> ConnectAsync(WhyOptions options, CancellationToken cancel)
    {
        var (endpoint, error) = EndpointFinder.Find(options.Host, options.Context, new MachineSurroundings());
        if (endpoint is null)
        {
            throw new AskException(Model.Answer.ErrorCodes.BadUsage, error ?? "no engine is named", "Give --host or --context.");
        }

        var client = new EngineClient(new EngineDialler(endpoint, ConnectLimit), CallLimit, options.Version);
        try
        {
            await client.ConnectAsync(cancel);
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }
}
