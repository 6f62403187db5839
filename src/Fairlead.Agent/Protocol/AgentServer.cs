using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Fairlead.Facts;

namespace Fairlead.Agent.Protocol;

/// <summary>`fairlead agent`: answers requests, one JSON line each, until its input ends, it is cancelled, or its time is over.</summary>
public static class AgentServer
{
    private const int LongestRequest = 4 << 20;
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    /// <param name="agent">Who reads and dials here.</param>
    /// <returns>The exit code: 0 when the input ended or the time was over, 2 when a request was no request.</returns>
    public static async Task<int> RunAsync(IAgent agent, Stream input, Stream output, CancellationToken cancel)
    {
        var lines = new LineReader(input, LongestRequest);
        var running = new ConcurrentDictionary<long, (CancellationTokenSource Settled, CancellationTokenSource Cancel)>();
        var writing = new SemaphoreSlim(1, 1);
        using var all = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var tasks = new List<Task>();
        var exit = 0;
        try
        {
            while (await lines.NextAsync(cancel).ConfigureAwait(false) is { } line)
            {
                if (Parse(line.Span) is not { } request)
                {
                    exit = 2;
                    break;
                }
                if (request.Ask is "settle" or "cancel")
                {
                    if (running.TryGetValue(request.Id, out var one))
                        await (request.Ask == "settle" ? one.Settled : one.Cancel).CancelAsync().ConfigureAwait(false);
                    continue;
                }

                tasks.RemoveAll(t => t.IsCompleted);
                tasks.Add(OneAsync(agent, request, running, output, writing, all.Token));
            }

            // whoever asked and then closed its side still hears
            if (exit == 0)
                await Task.WhenAll(tasks).WaitAsync(cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidDataException or ObjectDisposedException)
        {
            // The other side is gone, or our time is over: nothing is left to say to anybody.
        }

        await all.CancelAsync().ConfigureAwait(false);
        // what cannot be cancelled (a file that never answers) is not waited for
        await Task.WhenAny(Task.WhenAll(tasks), Task.Delay(Farewell, CancellationToken.None)).ConfigureAwait(false);
        return exit;
    }

    private static AgentRequest? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, AgentJson.Default.AgentRequest);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async Task OneAsync(IAgent agent, AgentRequest request,
        ConcurrentDictionary<long, (CancellationTokenSource Settled, CancellationTokenSource Cancel)> running, Stream output, SemaphoreSlim writing, CancellationToken cancel)
    {
        using var settled = new CancellationTokenSource();
        using var own = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        if (!running.TryAdd(request.Id, (settled, own)))
            return;     // a number that is still being answered
        AgentAnswer answer;
        try
        {
            answer = await AnswerAsync(agent, request, settled.Token, own.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            answer = new AgentAnswer { Id = request.Id, Error = "cancelled" };
        }
        // one request that could not be carried out does not end the others
        catch (Exception e) when (e is IOException or InvalidOperationException or ArgumentException or FormatException or OverflowException or UnauthorizedAccessException)
        {
            answer = new AgentAnswer { Id = request.Id, Error = e.GetType().Name };
        }
        finally
        {
            running.TryRemove(request.Id, out _);
        }

        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(answer, AgentJson.Default.AgentAnswer), (byte)'\n'];
        try
        {
            await writing.WaitAsync(cancel).ConfigureAwait(false);
            try
            {
                await output.WriteAsync(line, cancel).ConfigureAwait(false);
                await output.FlushAsync(cancel).ConfigureAwait(false);
            }
            finally
            {
                writing.Release();
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // Nobody is there to hear it.
        }
    }

    private static async Task<AgentAnswer> AnswerAsync(IAgent agent, AgentRequest request, CancellationToken settled, CancellationToken cancel) => request switch
    {
        { Ask: "read", Netns: { } netns } => new AgentAnswer { Id = request.Id, Facts = await agent.ReadAsync(netns, request.What, cancel).ConfigureAwait(false) },
        { Ask: "holders", Netns: { } netns } => new AgentAnswer
        {
            Id = request.Id,
            Holders = (await agent.HoldersAsync(netns, request.Inodes, cancel).ConfigureAwait(false))
                .ToImmutableDictionary(h => h.Key.ToString(CultureInfo.InvariantCulture), h => h.Value),
        },
        { Ask: "dial", Netns: { } netns, Dial: { } dial } => new AgentAnswer { Id = request.Id, Dial = await agent.DialAsync(netns, dial, settled, cancel).ConfigureAwait(false) },
        { Ask: "resolve", Netns: { } netns, Resolve: { } resolve } => new AgentAnswer
        {
            Id = request.Id,
            Resolution = await agent.ResolveAsync(netns, resolve, cancel).ConfigureAwait(false),
        },
        { Ask: "route", Netns: { } netns, Destination: { } to } => new AgentAnswer { Id = request.Id, Route = await agent.RouteGetAsync(netns, to, cancel).ConfigureAwait(false) },
        _ => new AgentAnswer { Id = request.Id, Error = "not understood" },
    };
}
