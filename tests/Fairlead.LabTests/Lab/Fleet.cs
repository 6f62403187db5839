using System.Collections.Concurrent;

namespace Fairlead.LabTests.Lab;

/// <summary>
/// The running hosts of this test run: one a generation, started when first wanted, used by one test at a time, and at most three at
/// once on the machine (two cores): the one idle longest makes room.
/// </summary>
public static class Fleet
{
    private const int MostAtOnce = 3;
    private static readonly SemaphoreSlim Places = new(MostAtOnce);
    private static readonly ConcurrentDictionary<string, SemaphoreSlim> Turns = new();
    private static readonly SemaphoreSlim Book = new(1);
    private static readonly List<LabHost> Idle = [];

    /// <summary>The host of that generation, clean, until the lease is disposed. Skips the test where the engine is missing.</summary>
    public static async Task<Lease> TakeAsync(string generation)
    {
        Engines.Need(generation);
        var turn = Turns.GetOrAdd(generation, _ => new SemaphoreSlim(1));
        await turn.WaitAsync();
        try
        {
            if (await TakeIdleAsync(h => h.Generation == generation) is { } waiting)
                return new Lease(waiting, turn);
            await FindPlaceAsync();
            try
            {
                return new Lease(await LabHost.StartAsync(generation), turn);
            }
            catch
            {
                Places.Release();
                throw;
            }
        }
        catch
        {
            turn.Release();
            throw;
        }
    }

    /// <summary>A place for a host that the caller starts and ends himself.</summary>
    public static async Task<IDisposable> PlaceAsync()
    {
        await FindPlaceAsync();
        return new Place();
    }

    /// <summary>Ends the idle hosts; called once, after the last test.</summary>
    public static async Task EndAsync()
    {
        while (await TakeIdleAsync(_ => true) is { } host)
            await host.DisposeAsync();
    }

    private static async Task FindPlaceAsync()
    {
        while (!await Places.WaitAsync(TimeSpan.FromMilliseconds(200)))
        {
            if (await TakeIdleAsync(_ => true) is not { } idle)
                continue;
            await idle.DisposeAsync();
            return;     // its place is ours
        }
    }

    private static async Task<LabHost?> TakeIdleAsync(Predicate<LabHost> wanted)
    {
        await Book.WaitAsync();
        try
        {
            var i = Idle.FindIndex(wanted);
            if (i < 0)
                return null;
            var host = Idle[i];
            Idle.RemoveAt(i);
            return host;
        }
        finally
        {
            Book.Release();
        }
    }

    /// <summary>A host for one test. Disposing it removes what the test built; a host that cannot be cleaned is ended.</summary>
    public sealed class Lease(LabHost host, SemaphoreSlim turn) : IAsyncDisposable
    {
        public LabHost Host { get; } = host;

        public async ValueTask DisposeAsync()
        {
            try
            {
                await Host.CleanAsync();
                await Book.WaitAsync();
                Idle.Add(Host);
                Book.Release();
            }
            catch (InvalidOperationException)
            {
                await Host.DisposeAsync();
                Places.Release();
            }
            finally
            {
                turn.Release();
            }
        }
    }

    private sealed class Place : IDisposable
    {
        public void Dispose() => Places.Release();
    }
}

/// <summary>Ends the fleet when the last test of the assembly is done.</summary>
public sealed class FleetEnd : IAsyncDisposable
{
    public async ValueTask DisposeAsync() => await Fleet.EndAsync();
}
