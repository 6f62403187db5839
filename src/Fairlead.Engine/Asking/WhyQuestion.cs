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
public sealed record WhyAnswer(Diagnosis Diagnosis, string? Took)
{
    /// <summary>What the plans were written from: the world, and drafts with typed steps.</summary>
    public required Reasoned Reasoned { get; init; }
}

/// <summary>One question from the words of the command line to the answer: read, walk, dial, compare, plan, prove.</summary>
public sealed partial class WhyQuestion
{
    // A lost SYN is sent again after one second; 50 ms for it to arrive and be counted.
    private static readonly TimeSpan FirstRetransmission = TimeSpan.FromMilliseconds(1060);
    // Never dialled (SAFETY 35): who connects to mail servers and says nothing is taken for a sender of spam.
    private const int MailServers = 25;
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
        var asked = TargetOf(options, target);
        if (options.From is { } snapshot)
        {
            return await new WhyQuestion(options, null, source, asked).FromFileAsync(snapshot, cancel);
        }

        await using var client = await EngineSession.ConnectAsync(options, cancel);
        await using var session = VantageSession.Open(client, options.Vantage, new AgentMaker(), options.Clock, options.Consent);
        var capture = new HostCapture(client, session, options.Clock);
        return await new WhyQuestion(options, capture, source, asked).LiveAsync(capture, cancel);
    }

    /// <summary>TARGET of the command line, understood.</summary>
    /// <exception cref="AskException">It cannot be.</exception>
    public static Asked TargetOf(WhyOptions options, string target) => Asked.Parse(target, options.Lang, out var error)
        ?? throw new AskException(ErrorCodes.BadTarget,
            Say(options, $"target '{Printable.Show(MaskUserInfo(target), 80)}': {error}", $"目标“{Printable.Show(MaskUserInfo(target), 80)}”：{error}"),
            Say(options, "Write a URL, host:port, [v6]:port or a container's name.", "请写 URL、host:port、[v6]:port，或者容器的名字。"));

    /// <summary>The same over a session of the caller's.</summary>
    public static Task<WhyAnswer> AskAsync(WhyOptions options, HostCapture capture, string source, Asked target, CancellationToken cancel) =>
        new WhyQuestion(options, capture, source, target).LiveAsync(capture, cancel);

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

    private async Task<WhyAnswer> LiveAsync(HostCapture capture, CancellationToken cancel)
    {
        using var settle = new CancellationTokenSource();
        var naming = sourceAsked == "host" ? Task.FromResult<InspectedContainer?>(null) : capture.NamedAsync(SourceFinder.WholeName(sourceAsked), cancel);
        var listing = ListAsync(capture, naming, cancel);
        var beginning = BeginAsync(capture, naming, settle.Token, cancel);
        try
        {
            await listing;
        }
        finally
        {
            // Nothing that was begun may outlive the question, whatever the lists say.
            await Task.WhenAny(beginning);
        }

        var (world, (source, took, owner, wish)) = await AskedAsync(Indexed(), w =>
        {
            var (found, whole) = Find(w);
            return (found, whole, found is null ? null : w.Owner(found), Appetite.First(w, found, asked));
        }, cancel);
        var begun = await beginning;
        if (begun.Of != (owner?.Id ?? "host"))
        {
            begun = options.Probe && source is null or { Running: true } ? await SeatedAsync(capture, owner?.Id, settle.Token, cancel) : Begun.Nothing;
        }

        var ahead = begun.Dial is { IsCompletedSuccessfully: true, Result.Outcome: Outcome.Ok } ? Task.CompletedTask : LookAheadAsync(capture, world, source, wish, cancel);
        world = await ReadAsync(world, source, wish, cancel);
        await ahead;
        (world, var target) = await AskedAsync(Indexed(), w => WithPort(w, source is null ? null : w.ById(source.Id), asked), cancel);
        var (q, resolution) = await SettleAsync(world, source, target, begun.Probing, cancel);
        if (begun.Probing is not { } probing || target.Port == MailServers)
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

            if (!dial.IsCompleted && q.Predicted == Outcome.Timeout)
            {
                // What the reasoning will ask of the list is fetched while the answer is awaited.
                (q, _) = await ReasonedAsync(q, cancel);
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
    private async Task<Begun> BeginAsync(HostCapture capture, Task<InspectedContainer?> naming, CancellationToken settled, CancellationToken cancel)
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

        if (await naming is not { Running: true, SharesWith: "", HostNetwork: false } named)
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
        var dial = asked is { Literal: not null, Port: > 0 and not MailServers } ? probing.DialAsync(asked, [asked.Literal], null, settled, cancel) : null;
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
            (world, (var q, var next)) = await AskedAsync(world, w =>
            {
                var question = Question.Ask(w, source is null ? null : w.ById(source.Id), target);
                return (question, Appetite.Next(question, looked, listenersRead));
            }, cancel);
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

    /// <summary>
    /// After the first retransmission: when the rule that the walk names has counted it and the neighbour on the way there still answers, the silence is
    /// explained and waiting longer tells nothing. (A neighbour that does not answer is told by the kernel only after three seconds.)
    /// </summary>
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

        var neighbour = Settled.NeighbourBefore(q.Path, stop);
        await Task.WhenAll(AgainAsync(stop.Sandbox!, ReadWhat.Rules), neighbour is null ? Task.CompletedTask : AgainAsync(neighbour.Sandbox!, ReadWhat.Neighbours));
        var now = Indexed();
        var after = Counters.Now(now, stop);
        if (after > before && Settled.Answers(now, neighbour))
        {
            await settle.CancelAsync();
        }

        return [(rule.Text, (long)before, (long?)after)];

        Task AgainAsync(Sandbox sandbox, ReadWhat what) => sandbox switch
        {
            { IsHost: true } => capture.ReadHostAsync(what, cancel),
            { Members: [var member, ..] } => capture.ReadContainerAsync(member.Id, what, cancel),
            _ => Task.CompletedTask,
        };
    }

    private async Task<WhyAnswer> FinishAsync(Question q, Probing? probing, string? took, CancellationToken cancel)
    {
        var proofs = new Dictionary<string, PlanDial?>();
        while (true)
        {
            (q, var reasoned) = await ReasonedAsync(q, cancel);
            var dialled = new Dictionary<string, PlanDial>();
            foreach (var draft in reasoned.Drafts.Where(d => probing is not null && options.ProvePlans && d.Provable is not null).DistinctBy(d => (d.Provable!.Host, d.Provable.Port)).Take(4))
            {
                var to = $"{draft.Provable!.Host}:{draft.Provable.Port}";
                if (!proofs.TryGetValue(to, out var proof))
                {
                    proofs[to] = proof = await probing!.ProveAsync(draft.Provable, q.From.Facts, cancel);
                }

                // Unknown: it was not made, because the run or the target had enough. Then the plan is as the model has it.
                if (proof is { Outcome: not Outcome.Unknown })
                {
                    dialled[draft.Key] = proof;
                }
            }

            var diagnosis = Writing.Write(reasoned, dialled, options.Lang, sourceAsked);
            if (q.World.Roster.Missed.IsEmpty)
            {
                return new WhyAnswer(diagnosis, took) { Reasoned = reasoned };
            }

            await capture!.EnsureContainersAsync(cancel);
            q = In(Indexed(), q);
        }
    }
}
