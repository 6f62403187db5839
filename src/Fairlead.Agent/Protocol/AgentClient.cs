using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Fairlead.Facts;

namespace Fairlead.Agent.Protocol;

/// <summary>Speaks to an <see cref="AgentServer"/> over a stream. What it says is not trusted: bounded lines, and whatever does not parse is "damaged".</summary>
public sealed class AgentClient : IAgent
{
    private const int LongestAnswer = 64 << 20;
    private static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(30);

    private readonly TimeSpan patience;
    private readonly Stream output;
    private readonly ConcurrentDictionary<long, TaskCompletionSource<AgentAnswer?>> waiting = new();
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly CancellationTokenSource ended = new();
    private readonly Task reading;
    private long last;
    private volatile bool over;

    /// <param name="patience">How long one answer is waited for; 30 seconds when null.</param>
    public AgentClient(Stream input, Stream output, TimeSpan? patience = null)
    {
        this.patience = patience ?? UsualPatience;
        this.output = output;
        reading = ReadAllAsync(new LineReader(input, LongestAnswer));
    }

    public async Task<NetnsFacts> ReadAsync(NetnsRef netns, ReadWhat what, CancellationToken cancel)
    {
        var answer = await AskAsync(new AgentRequest { Id = Next(), Ask = "read", Netns = netns, What = what }, default, cancel).ConfigureAwait(false);
        return answer?.Facts is { } facts ? facts with { Of = netns.Of } : NetnsFacts.Unread("", netns.Of, WhyNot.Gone, "helper");
    }

    public async Task<ImmutableDictionary<ulong, ProcessFact>> HoldersAsync(NetnsRef netns, ImmutableArray<ulong> inodes, CancellationToken cancel)
    {
        var answer = await AskAsync(new AgentRequest { Id = Next(), Ask = "holders", Netns = netns, Inodes = inodes }, default, cancel).ConfigureAwait(false);
        var found = ImmutableDictionary.CreateBuilder<ulong, ProcessFact>();
        foreach (var (key, process) in answer?.Holders ?? ImmutableDictionary<string, ProcessFact>.Empty)
        {
            if (ulong.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var inode) && inodes.Contains(inode))
                found[inode] = process;
        }
        return found.ToImmutable();
    }

    public async Task<DialFact> DialAsync(NetnsRef netns, DialRequest request, CancellationToken settled, CancellationToken cancel)
    {
        var answer = await AskAsync(new AgentRequest { Id = Next(), Ask = "dial", Netns = netns, Dial = request }, settled, cancel).ConfigureAwait(false);
        return Untrusted.Dial(answer?.Dial, request) ?? new DialFact
        {
            Address = request.Address,
            Port = request.Port,
            Protocol = request.Protocol,
            Level = request.Level,
            Outcome = Outcome.Unknown,
            Errno = 0,
            ElapsedMs = 0,
            From = "helper",
        };
    }

    public async Task<ResolutionFact> ResolveAsync(NetnsRef netns, ResolveRequest request, CancellationToken cancel)
    {
        var answer = await AskAsync(new AgentRequest { Id = Next(), Ask = "resolve", Netns = netns, Resolve = request }, default, cancel).ConfigureAwait(false);
        return Untrusted.Resolution(answer?.Resolution, request) ?? new ResolutionFact { Name = request.Name, Asked = [], Addresses = [], From = "upstream", ElapsedMs = 0, Outcome = Outcome.Unknown };
    }

    public async Task<string?> RouteGetAsync(NetnsRef netns, IPAddress destination, CancellationToken cancel) =>
        (await AskAsync(new AgentRequest { Id = Next(), Ask = "route", Netns = netns, Destination = destination }, default, cancel).ConfigureAwait(false))?.Route
        is { Length: <= 1000 } route ? route : null;

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync().ConfigureAwait(false);
        await reading.ConfigureAwait(false);
        writing.Dispose();
        ended.Dispose();
    }

    private long Next() => Interlocked.Increment(ref last);

    /// <summary>Null when the other side is gone, silent for too long, or answers nonsense.</summary>
    private async Task<AgentAnswer?> AskAsync(AgentRequest request, CancellationToken settled, CancellationToken cancel)
    {
        var answer = new TaskCompletionSource<AgentAnswer?>(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting[request.Id] = answer;
        try
        {
            // `over` is set before those who wait are told, and read after this one has begun to wait: it is seen, or told
            if (over || !await SendAsync(request, cancel).ConfigureAwait(false))
                return null;
            await using var early = settled.UnsafeRegister(_ => _ = SendAsync(new AgentRequest { Id = request.Id, Ask = "settle" }, CancellationToken.None), null);
            return await answer.Task.WaitAsync(patience, cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // the other side need not go on either
            _ = SendAsync(new AgentRequest { Id = request.Id, Ask = "cancel" }, CancellationToken.None);
            cancel.ThrowIfCancellationRequested();
            return null;
        }
        finally
        {
            waiting.TryRemove(request.Id, out _);
        }
    }

    private async Task<bool> SendAsync(AgentRequest request, CancellationToken cancel)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(request, AgentJson.Default.AgentRequest);
        try
        {
            await writing.WaitAsync(cancel).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            return false;
        }

        try
        {
            await output.WriteAsync((byte[])[.. bytes, (byte)'\n'], cancel).ConfigureAwait(false);
            await output.FlushAsync(cancel).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return false;
        }
        finally
        {
            writing.Release();
        }
    }

    private async Task ReadAllAsync(LineReader lines)
    {
        try
        {
            while (await lines.NextAsync(ended.Token).ConfigureAwait(false) is { } line)
            {
                var answer = JsonSerializer.Deserialize(line.Span, AgentJson.Default.AgentAnswer);
                if (answer is not null && waiting.TryRemove(answer.Id, out var who))
                    who.TrySetResult(answer);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidDataException or JsonException or ObjectDisposedException)
        {
            // Everybody who still waits is told below that nothing comes.
        }

        over = true;
        foreach (var who in waiting.Values)
            who.TrySetResult(null);
    }
}
