using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using Fairlead.Engine.Capture;
using Fairlead.Engine.Client;
using Fairlead.Engine.Vantages;
using Fairlead.Facts;
using Fairlead.Model.Answer;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Rules;
using Fairlead.Model.Rules.Decode;
using Fairlead.Model.Walk;
using Fairlead.Model.World;

namespace Fairlead.Engine.Asking;

/// <summary>What `why` answers, and what is said beside it.</summary>
/// <param name="Took">The container that a part of a name was taken for; null when it was named whole.</param>
public sealed record WhyAnswer(Diagnosis Diagnosis, string? Took);

/// <summary>One question from the words of the command line to the answer: read, walk, dial, compare, plan, prove.</summary>
public sealed class WhyQuestion
{
    // A lost SYN is sent again after one second; 50 ms for it to arrive and be counted.
    private static readonly TimeSpan FirstRetransmission = TimeSpan.FromMilliseconds(1060);
    private const int MostRounds = 5, MostListeners = 2000;

    private readonly WhyOptions options;
    private readonly HostCapture? capture;
    private readonly Asked asked;
    private readonly string sourceAsked;
    private readonly HashSet<string> looked;
    private readonly ConditionalWeakTable<RulesDump, RuleSet> decoded = [];
    private HostWorld? indexed;
    private bool listenersRead, hostRead, shared;

    private WhyQuestion(WhyOptions options, HostCapture? capture, string source, Asked asked, HashSet<string>? looked = null) =>
        (this.options, this.capture, sourceAsked, this.asked, this.looked) = (options, capture, source, asked, looked ?? []);

    /// <exception cref="AskException">Bad source or target.</exception>
    /// <exception cref="EngineUnavailableException">No engine answers.</exception>
    public static async Task<WhyAnswer> AskAsync(WhyOptions options, string source, string target, CancellationToken cancel)
    {
        var asked = Asked.Parse(target, options.Lang, out var error)
            ?? throw new AskException(ErrorCodes.BadTarget,
                Say(options, $"target '{Printable.Show(MaskUserInfo(target), 80)}': {error}", $"目标“{Printable.Show(MaskUserInfo(target), 80)}”：{error}"),
                Say(options, "Write a URL, host:port, [v6]:port or a container's name.", "请写 URL、host:port、[v6]:port，或者容器的名字。"));
        if (options.From is { } snapshot)
        {
            return await new WhyQuestion(options, null, source, asked).FromFileAsync(snapshot, cancel);
        }

        await using var client = await EngineSession.ConnectAsync(options, cancel);
        await using var session = VantageSession.Open(client, options.Vantage, new AgentMaker(), options.Clock, options.Consent);
        var capture = new HostCapture(client, session, options.Clock);
        return await new WhyQuestion(options, capture, source, asked).LiveAsync(capture, cancel);
    }

    /// <summary>The same out of a capture that others share: a scan asks many questions of one host, and reads it once.</summary>
    /// <param name="looked">The containers that were read whole for an earlier question; those read for this one are added. The host and all listeners are read.</param>
    public static Task<WhyAnswer> AskAsync(WhyOptions options, HostCapture capture, string source, Asked target, HashSet<string> looked, CancellationToken cancel) =>
        new WhyQuestion(options, capture, source, target, looked) { hostRead = true, listenersRead = true, shared = true }.LiveAsync(capture, cancel);

    /// <summary>Indexes a snapshot with this build's decoder.</summary>
    public static HostWorld WorldOf(Snapshot snapshot) => HostWorld.Of(snapshot, RuleSetDecoder.Decode);

    private async Task<WhyAnswer> FromFileAsync(Snapshot snapshot, CancellationToken cancel)
    {
        var world = WorldOf(snapshot with { Vantage = Vantages.VantageKinds.File });
        var (source, took) = Find(world);
        var q = Question.Ask(world, source, WithPort(world, source, asked));
        return await FinishAsync(q, null, took, cancel);
    }

    /// <summary>What was read so far, indexed; what did not change since the last time is neither parsed nor decoded again.</summary>
    private HostWorld Indexed() => indexed = HostWorld.Of(capture!.Current, (dump, names) => decoded.GetValue(dump, d => RuleSetDecoder.Decode(d, names)), indexed);

    private async Task<WhyAnswer> LiveAsync(HostCapture capture, CancellationToken cancel)
    {
        using var settle = new CancellationTokenSource();
        var listing = Task.WhenAll(capture.EnsureContainersAsync(cancel), capture.EnsureNetworksAsync(cancel));
        var beginning = BeginAsync(capture, settle.Token, cancel);
        try
        {
            await listing;
        }
        finally
        {
            // Nothing that was begun may outlive the question, whatever the lists say.
            await Task.WhenAny(beginning);
        }

        var world = Indexed();
        var (source, took) = Find(world);
        var owner = source is null ? null : world.Owner(source);
        var begun = await beginning;
        if (begun.Of != (owner?.Id ?? "host"))
        {
            begun = options.Probe && source is null or { Running: true } ? await SeatedAsync(capture, owner?.Id, settle.Token, cancel) : Begun.Nothing;
        }

        world = await ReadAsync(world, source, Appetite.First(world, source, asked), cancel);
        source = source is null ? null : world.ById(source.Id);
        var target = WithPort(world, source, asked);
        var (q, resolution) = await SettleAsync(world, source, target, begun.Probing, cancel);
        if (begun.Probing is not { } probing)
        {
            return await FinishAsync(q, null, took, cancel);
        }

        var (dial, started) = (begun.Dial, begun.Started);
        var addresses = resolution?.Addresses ?? (target.Literal is { } literal ? [literal] : q.Name.Addresses);
        if (dial is null && addresses.IsEmpty)
        {
            q = q with { Seen = new Seen { Outcome = resolution?.Outcome ?? Outcome.Unknown, Dials = [], Resolution = resolution } };
        }
        else
        {
            if (dial is null)
            {
                started = options.Clock.GetTimestamp();
                dial = probing.DialAsync(target, addresses, resolution, settle.Token, cancel);
            }

            var counters = await WatchAsync(q, dial, settle, started, cancel);
            q = q with { Seen = await dial with { Counters = counters } };
        }

        return await FinishAsync(q, probing, took, cancel);
    }

    /// <summary>What can be done before the lists are there.</summary>
    /// <param name="Of">Id of the container whose seat it is, "host", or "" for nothing.</param>
    private sealed record Begun(string Of, Probing? Probing, Task<Seen>? Dial, long Started)
    {
        public static Begun Nothing { get; } = new("", null, null, 0);
    }

    /// <summary>
    /// As root a source that is named whole is looked at while the engine lists the rest, which on a large host takes longer than all else. (A helper
    /// is not made, and a person not asked, before it is known that the question can be put.)
    /// </summary>
    private async Task<Begun> BeginAsync(HostCapture capture, CancellationToken settled, CancellationToken cancel)
    {
        if (!capture.Session.IsRoot || shared)
        {
            return Begun.Nothing;
        }

        if (sourceAsked == "host")
        {
            hostRead = true;
            var host = capture.ReadHostAsync(UsualOfHost, cancel);
            var seated = options.Probe ? await SeatedAsync(capture, null, settled, cancel) : Begun.Nothing;
            await host;
            return seated;
        }

        if (await capture.NamedAsync(SourceFinder.WholeName(sourceAsked), cancel) is not { Running: true, SharesWith: "", HostNetwork: false } named)
        {
            return Begun.Nothing;
        }

        (hostRead, _) = (true, looked.Add(named.Id));
        var begun = options.Probe ? await SeatedAsync(capture, named.Id, settled, cancel) : Begun.Nothing;
        await Task.WhenAll(capture.ReadHostAsync(UsualOfHost, cancel), capture.ReadContainerAsync(named.Id, UsualOfContainer, cancel));
        return begun;
    }

    private async Task<Begun> SeatedAsync(HostCapture capture, string? ownerId, CancellationToken settled, CancellationToken cancel)
    {
        var (seat, why) = await capture.DialSeatAsync(ownerId, cancel);
        if (why is not null)
        {
            capture.Note(why);
        }

        if (seat is null)
        {
            return new Begun(ownerId ?? "host", null, null, 0);
        }

        // An address needs nothing read before it is dialled; the readings are made while the answer is awaited.
        var probing = new Probing(seat, options);
        var dial = asked is { Literal: not null, Port: > 0 } ? probing.DialAsync(asked, [asked.Literal], null, settled, cancel) : null;
        return new Begun(ownerId ?? "host", probing, dial, options.Clock.GetTimestamp());
    }

    private const ReadWhat UsualOfContainer = (ReadWhat.Usual & ~ReadWhat.Sockets) | ReadWhat.Listeners, UsualOfHost = UsualOfContainer;

    /// <summary>Walks, reads what the walk found wanting, and walks again, until nothing is wanting or it has been tried often enough.</summary>
    private async Task<(Question, ResolutionFact?)> SettleAsync(HostWorld world, Container? source, Asked target, Probing? probing, CancellationToken cancel)
    {
        ResolutionFact? resolution = null;
        if (probing is not null && target.Literal is null)
        {
            var from = source is null ? world.Host : world.SandboxOf(source);
            resolution = await probing.ResolveAsync(target.Host, from.Facts, cancel);
            capture!.AddResolution(resolution);
            world = Indexed();
        }

        for (var round = 0; ; round++)
        {
            var q = Question.Ask(world, source is null ? null : world.ById(source.Id), target);
            var next = Appetite.Next(q, looked, listenersRead);
            if (next.IsEmpty || round == MostRounds)
            {
                return (q, resolution);
            }

            world = await ReadAsync(world, source, next, cancel);
        }
    }

    private async Task<HostWorld> ReadAsync(HostWorld world, Container? source, Appetite wish, CancellationToken cancel)
    {
        var work = new List<Task>();
        if (wish.Host && !hostRead)
        {
            // A container in the host's network has files of its own: those, not the host's, answer for its names.
            var files = source is { Mode: NetworkMode.Host } ? ReadWhat.Files : ReadWhat.None;
            work.Add(capture!.ReadHostAsync(UsualOfHost & ~files, cancel));
        }

        foreach (var id in wish.Containers.Where(looked.Add))
        {
            if (world.ById(id) is { Mode: NetworkMode.Host })
            {
                work.Add(capture!.InspectAsync(id, cancel));
                continue;
            }

            work.Add(capture!.ReadContainerAsync(id, UsualOfContainer, cancel));
        }

        work.AddRange(wish.Inspects.Select(id => capture!.InspectAsync(id, cancel)));
        if (source is not null && world.Owner(source).Id != source.Id)
        {
            work.Add(capture!.InspectAsync(source.Id, cancel));
        }

        await Task.WhenAll(work);
        if (wish.Host && source is { Mode: NetworkMode.Host, Running: true })
        {
            await capture!.ReadContainerAsync(source.Id, ReadWhat.Files, cancel);
        }

        if (wish.Listeners)
        {
            listenersRead = true;
            await capture!.ReadListenersOfAllAsync(8, MostListeners, cancel);
        }

        if (!wish.Holders.IsEmpty && capture!.Current.HostNetns is { IsKnown: true, Value: { } netns })
        {
            await capture.FillHoldersAsync(null, netns, wish.Holders, cancel);
        }

        return Indexed();
    }

    /// <summary>After the first retransmission: when the rule that the walk names has counted it, the silence is explained and waiting longer tells nothing.</summary>
    private async Task<ImmutableArray<(string Rule, long? Before, long? After)>> WatchAsync(Question q, Task<Seen> dial, CancellationTokenSource settle, long started, CancellationToken cancel)
    {
        if (q.Path?.Stop is not { Kind: HopKind.Filter, Result: HopResult.Drop, Rule: { } rule } stop || Counters.Then(stop) is not { } before || capture is null)
        {
            return [];
        }

        var left = FirstRetransmission - options.Clock.GetElapsedTime(started);
        if (left > TimeSpan.Zero && await Task.WhenAny(dial, Task.Delay(left, options.Clock, cancel)) == dial)
        {
            return [];
        }

        if (stop.Sandbox!.IsHost)
        {
            await capture.ReadHostAsync(ReadWhat.Rules, cancel);
        }
        else if (stop.Sandbox.Members is [var member, ..])
        {
            await capture.ReadContainerAsync(member.Id, ReadWhat.Rules, cancel);
        }

        var after = Counters.Now(Indexed(), stop);
        if (after > before)
        {
            await settle.CancelAsync();
        }

        return [(rule.Text, (long)before, (long?)after)];
    }

    private async Task<WhyAnswer> FinishAsync(Question q, Probing? probing, string? took, CancellationToken cancel)
    {
        var reasoned = Diagnoser.Reason(q);
        var dialled = new Dictionary<string, PlanDial>();
        if (probing is not null)
        {
            foreach (var draft in reasoned.Drafts.Where(d => d.Provable is not null).DistinctBy(d => (d.Provable!.Host, d.Provable.Port)).Take(4))
            {
                // Unknown: it was not made, because the run or the target had enough. Then the plan is as the model has it.
                if (await probing.ProveAsync(draft.Provable!, q.From.Facts, cancel) is { Outcome: not Outcome.Unknown } proof)
                {
                    dialled[draft.Key] = proof;
                }
            }
        }

        return new WhyAnswer(Writing.Write(reasoned, dialled, options.Lang, sourceAsked), took);
    }

    private (Container? Source, string? Took) Find(HostWorld world) => SourceFinder.Find(sourceAsked, world.Snapshot.Containers) switch
    {
        SourceAnswer.Host => (null, null),
        SourceAnswer.Container c => (world.ById(c.Id), c.Took ? c.Name : null),
        SourceAnswer.Ambiguous a => throw new AskException(ErrorCodes.AmbiguousSource,
            Say(options, $"'{Printable.Show(sourceAsked, 80)}' fits several containers", $"“{Printable.Show(sourceAsked, 80)}”对得上好几个容器"),
            Say(options, "Give one whole name.", "请写出完整的名字。"), a.Candidates),
        SourceAnswer.Unknown u => throw new AskException(ErrorCodes.NoSuchSource,
            Say(options, $"no container '{Printable.Show(sourceAsked, 80)}'", $"没有容器“{Printable.Show(sourceAsked, 80)}”")
                + (u.Near.IsEmpty ? "" : Say(options, "; near names", "；相近的名字")),
            Say(options, "List them with: docker ps -a", "列出容器：docker ps -a"), u.Near),
        _ => throw new InvalidOperationException("unknown answer"),
    };

    /// <summary>A bare name gets the one port that is open or exposed; several or none is bad input.</summary>
    private Asked WithPort(HostWorld world, Container? source, Asked asked)
    {
        if (asked.Port > 0)
        {
            return asked;
        }

        var bearer = Bearers.Anywhere(world, asked.Host).FirstOrDefault(c => source is null || c.Id != source.Id);
        if (bearer is null)
        {
            throw new AskException(ErrorCodes.BadTarget,
                Say(options, $"'{asked.Host}' has no port and is no container's name", $"“{asked.Host}”没有写端口，也不是容器的名字"),
                Say(options, $"Write a port: {asked.Host}:PORT", $"请写上端口：{asked.Host}:端口"));
        }

        var listeners = Listeners.Of(world.SandboxOf(bearer), asked.Protocol);
        var ports = listeners.IsKnown ? Listeners.Ports([.. listeners.Value.Where(l => !Listeners.LoopbackOnly(l))]).ToArray() : [];
        if (ports.Length == 0)
        {
            ports = [.. bearer.Exposed.Where(e => e.Protocol == asked.Protocol).Select(e => e.Port).Distinct().Order()];
        }

        return ports is [var only] ? asked with { Port = only, PortFrom = "listener" }
            : throw new AskException(ErrorCodes.BadTarget,
                ports.Length == 0
                    ? Say(options, $"'{asked.Host}' has no port, and no open port of it is known", $"“{asked.Host}”没有写端口，也不知道它开了什么端口")
                    : Say(options, $"'{asked.Host}' has several open ports", $"“{asked.Host}”开了好几个端口"),
                Say(options, "Write one: ", "请写上一个：") + $"{asked.Host}:{(ports.Length == 0 ? "PORT" : ports[0].ToString(CultureInfo.InvariantCulture))}",
                [.. ports.Select(p => $"{asked.Host}:{p.ToString(CultureInfo.InvariantCulture)}")]);
    }

    private static string Say(WhyOptions options, string en, string zh) => options.Lang == "zh" ? zh : en;

    private static string MaskUserInfo(string target)
    {
        var at = target.LastIndexOf('@');
        var mark = target.IndexOf("://", StringComparison.Ordinal);
        return at < 0 ? target : string.Concat(mark < 0 ? "" : target.AsSpan(0, mark + 3), "‹masked›", target.AsSpan(at));
    }
}
