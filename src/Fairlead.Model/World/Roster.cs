using System.Collections.Immutable;

namespace Fairlead.Model.World;

/// <summary>Something that a question asks of the engine's list of containers, and that can be answered without the whole of it.</summary>
/// <param name="What">One of the constants here.</param>
/// <param name="Value">A full id, a name, "80/tcp", a network's id; "" where nothing goes with it.</param>
public sealed record Lookup(string What, string Value)
{
    public const string AnyOf = "all", IdOf = "id", NameOf = "name", PublishOf = "publish", ExposeOf = "expose", NetworkOf = "network", StoppedOf = "stopped";

    /// <summary>Every container there is.</summary>
    public static Lookup All { get; } = new(AnyOf, "");

    /// <summary>Those that neither run nor are paused.</summary>
    public static Lookup Stopped { get; } = new(StoppedOf, "");

    public static Lookup Id(string id) => new(IdOf, id);

    /// <summary>Whose name (in whatever case), compose service (as written) or short id it is.</summary>
    public static Lookup Named(string name) => new(NameOf, name);

    /// <summary>Who has this port of the host.</summary>
    public static Lookup Publishing(int port, string protocol) => new(PublishOf, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{port}/{protocol}"));

    /// <summary>Whose own port it is, published or named by the image.</summary>
    public static Lookup Exposing(int port, string protocol) => Publishing(port, protocol) with { What = ExposeOf };

    /// <summary>Who has an endpoint on the network with this id.</summary>
    public static Lookup On(string networkId) => new(NetworkOf, networkId);
}

/// <summary>
/// What a list of containers can be asked. A list of 500 costs the engine more than all else that a question costs, so a question begins with less; what
/// it asks of the list beyond that is noted here, and an answer counts only when nothing was: whoever asks fetches what was missed and asks again.
/// </summary>
public sealed class Roster(IReadOnlySet<Lookup>? answered)
{
    private readonly Lock gate = new();
    private readonly HashSet<Lookup> missed = [];

    /// <summary>That of a whole list: it never misses anything.</summary>
    public static Roster Whole { get; } = new(null);

    public bool IsWhole => answered is null;

    /// <summary>What was asked and is not certain to be in the list.</summary>
    public ImmutableArray<Lookup> Missed
    {
        get
        {
            lock (gate)
            {
                return [.. missed];
            }
        }
    }

    /// <summary>Notes that this is asked.</summary>
    public void Ask(Lookup lookup)
    {
        if (answered is null || answered.Contains(lookup))
        {
            return;
        }

        lock (gate)
        {
            missed.Add(lookup);
        }
    }
}
