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

    private const int MostTries = 4;
    private long _left = limits.AllBytes;

    /// <summary>The logs in the order of the sources. Only an engine that goes away throws.</summary>
    public async Task<ImmutableArray<ContainerLog>> ReadAsync(IReadOnlyList<LogSource> sources, CancellationToken cancel)
    {
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var timer = clock.CreateTimer(static s => ((CancellationTokenSource)s!).Cancel(), timed, limits.AllTime, Timeout.InfiniteTimeSpan);
        var result = new ContainerLog[sources.Count];
        var next = -1;
        var workers = Enumerable.Range(0, Math.Min(limits.AtOnce, sources.Count)).Select(async _ =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < sources.Count;)
                result[i] = await OneAsync(sources[i], timed.Token, cancel);
        });
        await Task.WhenAll(workers);
        return [.. result];
    }

    private async Task<ContainerLog> OneAsync(LogSource source, CancellationToken timed, CancellationToken cancel)
    {
        if (!Readable.Contains(source.Driver))
            return None(source, WhyNot.Unsupported, $"the log driver {source.Driver} only writes");
        var lines = limits.Lines;
        byte[] data = [];
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                var room = (int)Math.Min(limits.Bytes, Interlocked.Read(ref _left));
                if (room <= 0)
                    return None(source, WhyNot.TooBig, "the logs of all containers together are longer than the limit");
                if (timed.IsCancellationRequested)
                    return None(source, WhyNot.Timeout, "no time was left for it");
                var (body, whole) = await FetchAsync(source, lines, room, timed);
                if (body is null)
                    return None(source, WhyNot.Gone, "the engine gave no log");
                Interlocked.Add(ref _left, -body.Length);
                data = body;
                var decoded = LogDecoder.Decode(data, source.Terminal, out var damaged);
                if (!whole && attempt < MostTries && lines > 1)
                {
                    // The part that came is the oldest: again with as many lines as fit by the measure of these.
                    lines = Math.Max(1, Math.Min(lines - 1, decoded.Count / (attempt == 1 ? 2 : 4)));
                    continue;
                }
                return Told(source, decoded, cut: !whole || decoded.Count >= limits.Lines || lines < limits.Lines, damaged);
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return None(source, WhyNot.Timeout, "the logs took too long");
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            return None(source, WhyNot.Damaged, e.Message);
        }
    }

    private static ContainerLog Told(LogSource source, List<LogLine> lines, bool cut, bool damaged)
    {
        var since = source.Since;
        var symptoms = SymptomReader.Read(lines, since)
            .Select(s => s with { Text = Masking.Text(s.Text), Path = Masking.Path(s.Path), Name = Masking.Text(s.Name) })
            .ToImmutableArray();
        return new ContainerLog(source, symptoms, lines.Count(l => since is null || l.At is null || l.At >= since), cut,
            damaged ? new NotRead(Readings.Logs, source.Name, WhyNot.Damaged, null, [], "the frames of the log make no sense") : null);
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
