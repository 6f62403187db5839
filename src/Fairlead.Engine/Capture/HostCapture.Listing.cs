using System.Collections.Immutable;
using System.Text.Json;
using Fairlead.Engine.Client;
using Fairlead.Model.World;

namespace Fairlead.Engine.Capture;

/// <summary>The list of containers: whole, or as much of it as a question asks for (<see cref="Lookup"/>).</summary>
public sealed partial class HostCapture
{
    private static readonly string[] NotRunning = ["created", "restarting", "removing", "exited", "dead"];

    private Task? _listing;
    private bool _whole;
    private ImmutableHashSet<Lookup> _answered = [];

    /// <summary>What the list can be asked so far.</summary>
    public Roster Roster
    {
        get
        {
            lock (_lock)
                return _whole ? Roster.Whole : new Roster(_answered);
        }
    }

    /// <summary>GET /containers/json?all=1, once. Helpers of Fairlead itself are left out: they are not the user's.</summary>
    public Task EnsureContainersAsync(CancellationToken cancel)
    {
        lock (_lock)
            return _listing ??= ListAsync(cancel);
    }

    /// <summary>
    /// Lists whom these ask for, by the engine's own filters: each gives exactly the entries of the whole list that fit (moby: daemon/list.go). What
    /// cannot be asked so (of another engine than Docker's, or through something that forbids it) makes the whole list be read.
    /// </summary>
    public async Task LookUpAsync(IReadOnlyCollection<Lookup> wanted, CancellationToken cancel)
    {
        Lookup[] open;
        lock (_lock)
            open = _whole ? [] : [.. wanted.Where(w => !_answered.Contains(w)).Distinct()];
        if (open.Length == 0)
            return;
        if (client.ServerName != "Docker" || open.Contains(Lookup.All) || !await FilteredAsync(open, cancel))
            await EnsureContainersAsync(cancel);
    }

    private async Task<bool> FilteredAsync(Lookup[] open, CancellationToken cancel)
    {
        try
        {
            // The engine keeps those that fit every key, by one value of it (but by every value of "label"): one request a key, and a label.
            var requests = open.SelectMany(Filters).GroupBy(f => f.Key == "label" ? f.Value : f.Key, (_, group) => group.Distinct().ToArray())
                .Select(f => client.ContainersAsync(cancel, f)).ToList();
            foreach (var body in await Task.WhenAll(requests))
                Merge(Elements(body, "/containers/json"));
        }
        catch (EngineUnavailableException e) when (e.Failure is EngineFailure.Unreachable or EngineFailure.Forbidden)
        {
            return false;
        }
        lock (_lock)
            _answered = _answered.Union(open);
        return true;
    }

    private static IEnumerable<(string Key, string Value)> Filters(Lookup lookup)
    {
        switch (lookup.What)
        {
            case Lookup.IdOf or Lookup.PublishOf or Lookup.ExposeOf or Lookup.NetworkOf:
                yield return (lookup.What, lookup.Value);
                break;
            case Lookup.StoppedOf:
                foreach (var state in NotRunning)
                    yield return ("status", state);
                break;
            case Lookup.NameOf:
                // What else than these letters no container's name has; a name with its own link names (/other/alias) is not its own.
                if (SourceFinder.WholeName(lookup.Value).Length > 0)
                    yield return ("name", $"(?i)^/{lookup.Value.Replace(".", "\\.", StringComparison.Ordinal)}$");
                if (lookup.Value.Length == 12 && lookup.Value.All(char.IsAsciiHexDigit))
                    yield return ("id", lookup.Value.ToLowerInvariant());
                yield return ("label", "com.docker.compose.service=" + lookup.Value);
                break;
        }
    }

    private async Task ListAsync(CancellationToken cancel)
    {
        var list = Elements(await client.ContainersAsync(cancel), "/containers/json");
        lock (_lock)
        {
            _containers = [.. list.Where(IsUsers)];
            _whole = true;
        }
    }

    private void Merge(ImmutableArray<JsonElement> part)
    {
        lock (_lock)
        {
            if (!_whole)
                _containers = Merged(_containers, [.. part.Where(IsUsers)]);
        }
    }

    /// <summary>
    /// Both lists in the engine's order, newest first. It sorts by a finer time than it tells, so of those of one second each stays behind whom its own
    /// list had before it.
    /// </summary>
    public static ImmutableArray<JsonElement> Merged(ImmutableArray<JsonElement> list, ImmutableArray<JsonElement> part)
    {
        var all = list.ToList();
        var at = 0;
        foreach (var entry in part)
        {
            var known = all.FindIndex(e => e.Text("Id") == entry.Text("Id"));
            if (known < 0)
            {
                while (at < all.Count && Created(all[at]) > Created(entry))
                    at++;
                all.Insert(known = at, entry);
            }
            at = known + 1;
        }
        return [.. all];
    }

    private static long Created(JsonElement container) => container.At("Created") is { ValueKind: JsonValueKind.Number } told && told.TryGetInt64(out var at) ? at : 0;

    private static bool IsUsers(JsonElement container) => container.At("Labels", Vantages.HelperSpec.Label) is null;
}
