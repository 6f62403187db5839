using System.Collections.Immutable;
using Fairlead.Engine.Capture;
using Fairlead.Engine.Client;
using Fairlead.Facts;
using Fairlead.Model.Symptoms;

namespace Fairlead.Engine.Logs;

/// <summary>
/// Reads the newest lines of many containers' logs through the engine, a few at a time, within limits for each and for all, and keeps only what
/// they tell. A log that is larger than its limit is asked for again with fewer lines, so that what is read is always the newest.
/// </summary>
public sealed class LogReader(EngineClient client, LogLimits limits, TimeProvider clock)
{
    // Drivers whose logs every engine from 20.10 on gives back itself (moby: daemon/logger/*; the others only write).
    private static readonly ImmutableArray<string> Readable = ["json-file", "local", "journald"];

    private const int MostTries = 3, FirstLines = 200, LeastShare = 64 << 10;
    private long _left = limits.AllBytes;
    private int _waiting;

    /// <summary>The logs in the order of the sources. Only an engine that goes away throws.</summary>
    /// <param name="progress">Told after each log how many are done.</param>
    public async Task<ImmutableArray<ContainerLog>> ReadAsync(IReadOnlyList<LogSource> sources, CancellationToken cancel, IProgress<int>? progress = null)
    {
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        if (limits.AllTime <= TimeSpan.Zero)
            await timed.CancelAsync();
        using var timer = clock.CreateTimer(static s => ((CancellationTokenSource)s!).Cancel(), timed, limits.AllTime, Timeout.InfiniteTimeSpan);
        using var deep = CancellationTokenSource.CreateLinkedTokenSource(timed.Token);
        using var enough = clock.CreateTimer(static s => ((CancellationTokenSource)s!).Cancel(), deep, limits.DeeperTime, Timeout.InfiniteTimeSpan);
        var result = new ContainerLog[sources.Count];
        var more = new int[sources.Count];
        var done = 0;
        // The newest lines of all first: of most containers that is all, and of the others it shows how many fit. (A stream that is cut off costs the
        // engine as much as a whole one.) What time and bytes are left is for the long ones.
        await EachAsync([.. Enumerable.Range(0, sources.Count)], async i =>
        {
            (result[i], more[i]) = await BeginAsync(sources[i], timed.Token, cancel);
            if (more[i] == 0)
                progress?.Report(Interlocked.Increment(ref done));
        });
        await EachAsync([.. Enumerable.Range(0, sources.Count).Where(i => more[i] > 0)], async i =>
        {
            result[i] = await DeeperAsync(result[i], more[i], deep.Token, cancel);
            progress?.Report(Interlocked.Increment(ref done));
        });
        return [.. result];
    }

    private async Task EachAsync(int[] which, Func<int, Task> work)
    {
        _waiting = which.Length;
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Math.Min(limits.AtOnce, which.Length)).Select(async _ =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < which.Length;)
            {
                await work(which[i]);
                Interlocked.Decrement(ref _waiting);
            }
        }));
    }

    /// <summary>A few of the newest lines, and how many would fit where there are more; 0 where that is all.</summary>
    private async Task<(ContainerLog Log, int More)> BeginAsync(LogSource source, CancellationToken timed, CancellationToken cancel)
    {
        if (!Readable.Contains(source.Driver))
            return (None(source, WhyNot.Unsupported, $"the log driver {source.Driver} only writes"), 0);
        var lines = Math.Min(FirstLines, limits.Lines);
        var (part, why) = await PartAsync(source, lines, timed, cancel);
        if (part is null)
            return (why!, 0);
        var ended = part.Whole && part.Lines.Count < lines;
        var fit = ended ? 0 : part.Whole ? Fitting(part.Bytes, part.Lines.Count, Room) : Math.Max(1, part.Lines.Count / 2);
        return (Told(source, part, cut: !ended), part.Whole && fit <= lines ? 0 : fit);
    }

    /// <summary>So many lines, or fewer when they do not fit; what is known already where there is no time or room for more.</summary>
    private async Task<ContainerLog> DeeperAsync(ContainerLog known, int lines, CancellationToken timed, CancellationToken cancel)
    {
        for (var attempt = 1; attempt <= MostTries; attempt++)
        {
            var (part, _) = await PartAsync(known.Source, lines, timed, cancel);
            if (part is null)
                break;
            // Cut off, the part that came is the oldest: again with fewer lines, so that what is read is always the newest.
            if (part.Whole || lines == 1 || attempt == MostTries)
                return Told(known.Source, part, cut: !part.Whole || part.Lines.Count >= limits.Lines || lines < limits.Lines && part.Lines.Count >= lines);
            lines = Math.Max(1, Math.Min(lines - 1, part.Lines.Count / (attempt == 1 ? 2 : 4)));
        }
        return known;
    }

    private sealed record Part(List<LogLine> Lines, int Bytes, bool Whole, bool Damaged);

    // What is left is for all that still wait: a hundred long logs are all read a little, not the first thirty whole.
    private int Room => (int)Math.Min(Math.Min(limits.Bytes, _left), Math.Max(LeastShare, _left / Math.Max(1, Volatile.Read(ref _waiting))));

    private async Task<(Part? Part, ContainerLog? Why)> PartAsync(LogSource source, int lines, CancellationToken timed, CancellationToken cancel)
    {
        try
        {
            var room = Room;
            if (room <= 0)
                return (null, None(source, WhyNot.TooBig, "the logs of all containers together are longer than the limit"));
            if (timed.IsCancellationRequested)
                return (null, None(source, WhyNot.Timeout, "no time was left for it"));
            var (body, whole) = await FetchAsync(source, lines, room, timed);
            if (body is null)
                return (null, None(source, WhyNot.Gone, "the engine gave no log"));
            Interlocked.Add(ref _left, -body.Length);
            return (new Part(LogDecoder.Decode(body, source.Terminal, out var damaged), body.Length, whole, damaged), null);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return (null, None(source, WhyNot.Timeout, "the logs took too long"));
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            return (null, None(source, WhyNot.Damaged, e.Message));
        }
    }

    /// <summary>As many lines as fit by the measure of those that came, with a tenth to spare.</summary>
    private int Fitting(int bytes, int count, int room) => (int)Math.Min(limits.Lines, (long)room * 9 / 10 * Math.Max(1, count) / Math.Max(1, bytes));

    private static ContainerLog Told(LogSource source, Part part, bool cut)
    {
        var since = source.Since;
        var symptoms = SymptomReader.Read(part.Lines, since)
            .Select(s => s with { Text = Masking.Text(s.Text), Path = Masking.Path(s.Path), Name = Masking.Text(s.Name) })
            .ToImmutableArray();
        return new ContainerLog(source, symptoms, part.Lines.Count(l => since is null || l.At is null || l.At >= since), cut,
            part.Damaged ? new NotRead(Readings.Logs, source.Name, WhyNot.Damaged, null, [], "the frames of the log make no sense") : null);
    }

    /// <summary>At most <paramref name="room"/> bytes; whether that was all. Null: the engine refused.</summary>
    private async Task<(byte[]? Body, bool Whole)> FetchAsync(LogSource source, int lines, int room, CancellationToken cancel)
    {
        var since = source.Since is { } start ? start.ToUnixTimeSeconds() : 0;
        await using var stream = await client.LogsAsync(source.Id, lines, true, cancel, since);
        if (stream is null)
            return (null, false);
        var data = new byte[Math.Min(room, 64 << 10)];
        var used = 0;
        while (true)
        {
            if (used == data.Length)
            {
                if (used >= room)
                    return (data, false);
                Array.Resize(ref data, Math.Min(room, data.Length * 2));
            }
            var got = await stream.ReadAsync(data.AsMemory(used), cancel);
            if (got == 0)
                break;
            used += got;
        }
        Array.Resize(ref data, used);
        return (data, true);
    }

    private static ContainerLog None(LogSource source, string why, string detail) =>
        new(source, [], 0, false, new NotRead(Readings.Logs, source.Name, why, null, [], detail));
}
