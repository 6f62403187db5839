using System.Collections.Immutable;
using System.Globalization;
using Fairlead.Engine.Asking;
using Fairlead.Engine.Capture;
using Fairlead.Engine.Client;
using Fairlead.Engine.Journal;
using Fairlead.Facts;
using Fairlead.Model.Answer;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Repairs;
using Fairlead.Model.Words;

namespace Fairlead.Engine.Apply;

/// <summary>`fix` from the words of the command line to the answer: diagnose, choose, offer, journal, apply, verify; and take back what did not help.</summary>
public sealed class FixQuestion
{
    private readonly Changing at;
    private readonly FixWish wish;
    private readonly FixTalk talk;

    private FixQuestion(Changing at, FixWish wish, FixTalk talk) => (this.at, this.wish, this.talk) = (at, wish, talk);

    private string Say(string en, string zh) => at.At.Say(en, zh);

    /// <exception cref="AskException">Bad source, target or plan; not allowed; no journal.</exception>
    /// <exception cref="EngineUnavailableException">No engine answers, another Fairlead is at it, or the host changed meanwhile.</exception>
    public static async Task<FixResult> RunAsync(WhyOptions options, FixWish wish, FixTalk talk, CancellationToken cancel)
    {
        var asked = WhyQuestion.TargetOf(options, wish.Target);
        await using var at = await Changing.OpenAsync(options, wish.State, cancel);
        return await new FixQuestion(at, wish, talk).AnswerAsync(asked, cancel);
    }

    private async Task<FixResult> AnswerAsync(Asked asked, CancellationToken cancel)
    {
        await RecoverAsync(cancel);
        var why = await WhyQuestion.AskAsync(at.Options, new HostCapture(at.Client, at.Session, at.Options.Clock), wish.Source, asked, cancel);
        if (why.Took is { } took)
            talk.Note(Say($"'{Printable.Show(wish.Source, 80)}' is taken for {Printable.Show(took, 80)}.", $"“{Printable.Show(wish.Source, 80)}”按 {Printable.Show(took, 80)} 处理。"));
        var (diagnosis, before) = (why.Diagnosis, why.Diagnosis.Observed?.Outcome ?? why.Diagnosis.Predicted?.Outcome ?? Outcome.Unknown);
        var answer = new FixAnswer { Applied = false, Before = before };
        if (diagnosis.Verdict == Verdicts.Reachable)
            return new FixResult(answer with { After = before }, FixEnd.WorksAlready, diagnosis);
        if (diagnosis.Plans.IsEmpty)
            return new FixResult(answer, FixEnd.NoPlan, diagnosis);
        if (Choose(diagnosis) is not { } plan)
            return new FixResult(answer, FixEnd.Declined, diagnosis);
        answer = answer with { Plan = plan };
        if (wish.Compose)
            return new FixResult(answer, FixEnd.Compose, diagnosis);
        var draft = why.Reasoned.Drafts.First(d => d.Key == plan.Key);
        answer = answer with { Remaining = Remaining(plan, draft) };
        var steps = Steps(draft, why.Reasoned);
        if (steps.IsEmpty)
            return new FixResult(answer, FixEnd.Setting, diagnosis);
        if (await WhyNotAsync(draft, steps, diagnosis, cancel) is { } byHand)
            return new FixResult(answer with { Remaining = plan.Steps }, FixEnd.ByHand, diagnosis, byHand);

        var (forms, since) = await Touched.ReadAllAsync(steps.Select(s => s.Action), at.At, cancel);
        var offer = new FixOffer(diagnosis, plan, [.. Consents.Of(plan).Where(c => !wish.Allowed.Contains(c))], at.Kept(at.Journal(make: false).NextId));
        talk.Offered(offer);
        if (wish.DryRun)
            return new FixResult(answer, FixEnd.DryRun, diagnosis);
        if (!Allowed(offer))
            return new FixResult(answer, FixEnd.Declined, diagnosis);
        return await CarryOutAsync(answer, diagnosis, why.Reasoned, draft, steps, forms, since, cancel);
    }

    // A plan with a new address always leaves typing it.
    private ImmutableArray<PlanStep> Remaining(Plan plan, Draft draft)
    {
        var steps = plan.Steps.Where((_, i) => draft.Steps[i].Action is null).ToImmutableArray();
        return plan.NewTarget is not { } target || steps.Any(s => s.What.Contains(target, StringComparison.Ordinal)) ? steps
            : steps.Add(new PlanStep { Fix = plan.Id, Where = StepPlaces.App, What = Say($"write {target}", $"改写成 {target}") });
    }

    private async Task RecoverAsync(CancellationToken cancel)
    {
        var journal = at.Journal(make: false);
        if (at.Entries(journal).LastOrDefault(e => e.IsOpen) is not { } open)
            return;
        if (wish.DryRun || wish.Compose)
        {
            talk.Note(Say($"Change {open.Id} was interrupted. To take it back: fairlead undo {open.Id}", $"编号 {open.Id} 的改动中断过。撤回：fairlead undo {open.Id}"));
            return;
        }
        using var held = at.Take(journal);
        foreach (var recovered in await at.RecoverAsync(journal, cancel))
            talk.Recovered(recovered);
    }

    private Plan? Choose(Diagnosis diagnosis)
    {
        var plans = diagnosis.Plans;
        var keys = plans.Select(p => p.Key).ToArray();
        if (wish.Apply is { } given)
        {
            if (int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && plans.FirstOrDefault(p => p.N == n) is { } numbered)
                return numbered;
            if (plans.FirstOrDefault(p => p.Key == given) is { } keyed)
                return keyed;
            var named = plans.Where(p => p.Id == given).ToArray();
            return named is [var only] ? only : throw Refuse.Bad(ErrorCodes.BadUsage,
                named.Length == 0 ? Say($"there is no plan {Printable.Show(given, 80)}", $"没有方案 {Printable.Show(given, 80)}")
                    : Say($"several plans are called {given}", $"有好几个方案叫 {given}"),
                Say("Give a number or a key: ", "请给编号或者键：") + string.Join(", ", keys), keys);
        }
        if (talk.Choose is { } choose && !wish.Yes)
            return choose(diagnosis);
        return (wish.Yes || wish.Compose || wish.DryRun) && plans.FirstOrDefault(p => p.Automatic) is { } automatic ? automatic
            : throw Refuse.Bad(ErrorCodes.BadUsage, Say("which plan? nobody can be asked here", "要用哪个方案？这里没有人可以问"),
                Say("Type: ", "请敲：") + Typed((plans.FirstOrDefault(p => p.Automatic) ?? plans[0]).N.ToString(CultureInfo.InvariantCulture), []), keys);
    }

    // What a person types to have it done without being asked.
    private string Typed(string plan, ImmutableArray<string> names) =>
        $"{Shell.Command("fairlead", "fix", wish.Source, wish.Target, "--apply", plan)}{(wish.Recreate ? " --recreate" : "")} --yes{(names.IsEmpty ? "" : "=" + string.Join(',', names))}";

    private bool Allowed(FixOffer offer)
    {
        if (wish.Yes && offer.Missing.IsEmpty)
            return true;
        if (talk.Confirm is { } confirm)
            return confirm(offer);
        var what = string.Join(", ", offer.Missing);
        throw Refuse.Bad(ErrorCodes.BadUsage,
            offer.Missing.IsEmpty ? Say("nobody can be asked here, and --yes was not given: nothing was done", "这里没有人可以问，也没有写 --yes：什么也没做")
                : Say($"this plan needs to be allowed by name ({what}): nothing was done", $"这个方案要点名允许（{what}）：什么也没做"),
            Say("Type: ", "请敲：") + Typed(offer.Plan.N.ToString(CultureInfo.InvariantCulture), [.. wish.Allowed, .. offer.Missing]));
    }

    private static ImmutableArray<JournalStep> Steps(Draft draft, Reasoned reasoned) => [.. draft.Steps.Where(s => s.Action is not null).Select(s => new JournalStep
    {
        Action = s.Action!,
        Argv = s.Argv.IsDefault ? [] : s.Argv,
        Undo = StepUndo.Of(s.Action!, s.Argv.IsDefault ? [] : s.Argv),
        Name = StepUndo.ContainerOf(s.Action!) is { } id ? reasoned.Question.World.ById(id)?.Name ?? id : "",
    })];

    /// <summary>Why the plan is not carried out but printed; null when it can be.</summary>
    private async Task<string?> WhyNotAsync(Draft draft, ImmutableArray<JournalStep> steps, Diagnosis diagnosis, CancellationToken cancel)
    {
        var last = draft.Steps.ToList().FindLastIndex(s => s.Action is not null);
        for (var i = 0; i < draft.Steps.Length; i++)
        {
            // Typing the new address comes last and is the user's; anything else that a person does has to be done in its place.
            if (draft.Steps[i] is { Action: null } step && (i < last || step.Where != StepPlaces.App || draft.NewTarget is null))
                return Say("it has a step that only you can do: ", "其中有一步只能由你来做：") + step.What.In(at.Options.Lang);
        }
        if (steps.Any(s => s.Action is StepAction.RecreateContainer))
        {
            if (!wish.Recreate)
                return Say("a container is made anew only when it is asked for by name: add --recreate", "重建容器要点名才做：加上 --recreate");
            if (diagnosis.Observed is null)
                return Say("nobody may dial from the source, so the new container could not be verified", "没有人能从来源里拨号，新容器无法验证");
        }
        foreach (var step in steps)
        {
            if ((await StepWorks.Of(step.Action, at.At).PrepareAsync(step, cancel)).Why is { } why)
                return why;
        }
        return null;
    }

    private async Task<FixResult> CarryOutAsync(FixAnswer answer, Diagnosis diagnosis, Reasoned reasoned, Draft draft, ImmutableArray<JournalStep> steps,
        ImmutableSortedDictionary<string, string> forms, ImmutableSortedDictionary<string, string> since, CancellationToken cancel)
    {
        var journal = at.Journal(make: true);
        using var held = at.Take(journal);
        foreach (var recovered in await at.RecoverAsync(journal, cancel))
            talk.Recovered(recovered);
        var target = draft.NewTarget ?? reasoned.Question.Asked;
        var entry = new JournalEntry
        {
            Id = at.Kept(journal.NextId),
            Token = Applying.Token(),
            Engine = journal.Engine,
            At = at.Options.Clock.GetUtcNow(),
            Pid = Environment.ProcessId,
            Source = diagnosis.Source.Name,
            Target = diagnosis.Target.Given,
            NewTarget = draft.NewTarget?.Given,
            PlanKey = draft.Key,
            State = EntryStates.Open,
            Steps = steps,
            Before = forms,
        };
        at.Kept(() => { journal.Write(entry); return 0; });
        talk.Journalled(entry.Id);
        answer = answer with { Journal = entry.Id };
        Applied applied;
        WhyAnswer? after = null;
        try
        {
            applied = await new Applying(at.At, journal, at.Options.Clock).RunAsync(entry, since, talk.Did, cancel);
            entry = applied.Entry;
            answer = answer with { Steps = applied.Steps };
            if (applied.Holds)
                after = await new Verifying(at).WorksAsync(diagnosis, target, steps, cancel);
        }
        catch (Exception e) when (e is OperationCanceledException or EngineUnavailableException)
        {
            // What the journal says about the steps is newer than what is known here.
            var known = at.Entries(journal).First(x => x.Id == entry.Id);
            if (await BackAsync(journal, known) is { Error: null } && e is OperationCanceledException)
                throw;
            throw Refuse.Trouble((e as EngineUnavailableException)?.Failure ?? EngineFailure.Gone, e.Message,
                Say($"Change {entry.Id} was interrupted; the next fix or undo takes back what was begun: fairlead undo {entry.Id}",
                    $"编号 {entry.Id} 的改动中断了；下次 fix 或 undo 会撤回已经做的部分：fairlead undo {entry.Id}"), e);
        }

        var works = after is null ? (bool?)null : Verifying.Works(after.Diagnosis, diagnosis);
        if (applied.Holds && works != false)
        {
            try
            {
                journal.Write(entry with { State = EntryStates.Kept });
                return Kept(answer, diagnosis, draft, after, works == true);
            }
            catch (JournalException e)
            {
                applied = applied with { Error = Say($"the journal cannot be written: {e.Message}", $"日志写不进去：{e.Message}") };
            }
        }

        var taken = await BackAsync(journal, entry);
        if (taken.Error is { } stuck)
            throw Refuse.Trouble(EngineFailure.Gone, Say($"change {entry.Id} cannot be taken back: {stuck}", $"编号 {entry.Id} 的改动撤不回来：{stuck}"),
                Say($"Try: fairlead undo {entry.Id}", $"可以试：fairlead undo {entry.Id}"));
        if (applied.Changed is { } changed)
            throw Refuse.Trouble(EngineFailure.Gone,
                taken.Undone.IsEmpty ? Say($"the host changed: {changed}; nothing was done", $"主机变了：{changed}；什么也没做")
                    : Say($"the host changed: {changed}; what was begun is undone", $"主机变了：{changed}；已经做的都撤回了"),
                Say("Ask again: fairlead why", "请再问一次：fairlead why"));
        var outcome = after?.Diagnosis.Observed?.Outcome;
        return new FixResult(answer with
        {
            Reverted = true, After = outcome, CanonicalEqual = taken.CanonicalEqual, Error = applied.Error ?? outcome,
            Changed = outcome is null ? [] : [new PairChange(diagnosis.Source.Name, target.Given, answer.Before, answer.Before)],
        }, FixEnd.Failed, diagnosis, applied.Error);
    }

    private FixResult Kept(FixAnswer answer, Diagnosis diagnosis, Draft draft, WhyAnswer? after, bool verified)
    {
        var outcome = after?.Diagnosis.Observed?.Outcome;
        var target = draft.NewTarget?.Given ?? diagnosis.Target.Given;
        answer = answer with
        {
            Applied = true,
            After = outcome,
            Undo = string.Create(CultureInfo.InvariantCulture, $"fairlead undo {answer.Journal}"),
            Changed = outcome is null ? [] : [new PairChange(diagnosis.Source.Name, target, answer.Before, outcome)],
            Verified = after?.Diagnosis.Observed is { } seen ? new PlanDial
            {
                Outcome = seen.Outcome, Errno = seen.Errno, ElapsedMs = seen.ElapsedMs, Level = seen.Level, Attempts = seen.Attempts, Answer = seen.Answer,
            }
            : null,
        };
        return new FixResult(answer, verified ? FixEnd.Works : FixEnd.Unverified, diagnosis);
    }

    // Taken back whatever becomes of us: an interruption must not leave half of it.
    private async Task<Taken> BackAsync(JournalStore journal, JournalEntry entry)
    {
        try
        {
            return await new TakingBack(at.At, journal).RunAsync(entry, EntryStates.Reverted, CancellationToken.None);
        }
        catch (EngineUnavailableException e)
        {
            return new Taken(entry, [], [], e.Message, false);
        }
    }
}
