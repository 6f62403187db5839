using System.Collections.Immutable;
using Fairlead.Engine.Asking;
using Fairlead.Engine.Client;
using Fairlead.Engine.Journal;
using Fairlead.Engine.Vantages;
using Fairlead.Model.Answer;

namespace Fairlead.Engine.Apply;

/// <summary>What `fix` and `undo` share: the engine, its journal, the lock, and the taking back of what an earlier run left in the middle.</summary>
internal sealed class Changing : IAsyncDisposable
{
    private readonly EngineClient _client;
    private readonly string _engine;
    private readonly string? _state;

    private Changing(WhyOptions options, EngineClient client, VantageSession session, string engine, string? state) =>
        (Options, _client, Session, _engine, _state, At) = (options, client, session, engine, state, new WorkPlace(client, session, options.Lang));

    public WhyOptions Options { get; }
    public EngineClient Client => _client;
    public VantageSession Session { get; }
    public WorkPlace At { get; }

    public static async Task<Changing> OpenAsync(WhyOptions options, string? state, CancellationToken cancel)
    {
        // A person is asked once, however often this run looks.
        var asked = new Dictionary<HelperForm, bool>();
        var consent = options.Consent;
        options = options with
        {
            Consent = async (form, token) => asked.TryGetValue(form, out var known) ? known : asked[form] = await consent(form, token),
        };
        var client = await EngineSession.ConnectAsync(options, cancel);
        try
        {
            var info = EngineJson.Parse(await client.InfoAsync(cancel));
            var engine = info?.Text("ID") is { Length: > 0 } id ? id : client.Endpoint.Display;
            return new Changing(options, client, NewSession(client, options), engine, state);
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>Another look: helpers that stand in a container's old namespace are of no use after it was started again.</summary>
    public VantageSession NewSession() => NewSession(_client, Options);

    private static VantageSession NewSession(EngineClient client, WhyOptions options) =>
        VantageSession.Open(client, options.Vantage, new AgentMaker(), options.Clock, options.Consent);

    /// <summary>The journal. Where it cannot be kept nothing is done (exit 2, one line).</summary>
    public JournalStore Journal(bool make) => Kept(() => JournalStore.Open(_state, _engine, make));

    public ImmutableArray<JournalEntry> Entries(JournalStore journal) => Kept(journal.Read);

    /// <summary>The lock of this engine's journal.</summary>
    /// <exception cref="EngineUnavailableException">Another Fairlead holds it: busy, and who.</exception>
    public JournalLock Take(JournalStore journal)
    {
        var (held, holder) = Kept(() => journal.Take(Options.Clock.GetUtcNow()));
        return held ?? throw Refuse.Trouble(EngineFailure.Busy,
            At.Say($"another fairlead is changing this engine: {holder}", $"另一个 fairlead 正在改动这个引擎：{holder}"), At.Say("Try again when it has ended.", "等它结束后再试。"));
    }

    /// <summary>Takes back what earlier runs left in the middle; the lock is held.</summary>
    public async Task<ImmutableArray<UndoAnswer>> RecoverAsync(JournalStore journal, CancellationToken cancel)
    {
        var answers = ImmutableArray.CreateBuilder<UndoAnswer>();
        foreach (var entry in Entries(journal).Where(e => e.IsOpen).OrderByDescending(e => e.Id))
        {
            var taken = await new TakingBack(At, journal).RunAsync(entry, entry.State == EntryStates.Undoing ? EntryStates.Undone : EntryStates.Reverted, cancel, interrupted: true);
            if (taken.Error is { } error)
                throw Refuse.Trouble(EngineFailure.Gone,
                    At.Say($"change {entry.Id} was interrupted and cannot be taken back: {error}", $"编号 {entry.Id} 的改动中断过，撤不回来：{error}"),
                    At.Say($"Try: fairlead undo {entry.Id}", $"可以试：fairlead undo {entry.Id}"));
            answers.Add(AnswerOf(taken));
        }
        return answers.ToImmutable();
    }

    public static UndoAnswer AnswerOf(Taken taken) => new()
    {
        Journal = taken.Entry.Id,
        Undone = taken.Undone,
        Left = [.. taken.Left.Select(l => new UndoLeft(l.What, l.Why))],
        CanonicalEqual = taken.CanonicalEqual,
    };

    /// <summary>What the journal cannot do is bad input: the folder is the user's to choose.</summary>
    public T Kept<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (JournalException e)
        {
            throw Refuse.Bad(ErrorCodes.BadFile,
                At.Say($"no journal can be kept, so nothing was done: {e.Message}", $"没法记日志，所以什么也没做：{e.Message}"),
                At.Say("Choose another folder: --state DIR", "换一个目录：--state 目录"));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Session.DisposeAsync();
        await _client.DisposeAsync();
    }
}
