using System.Globalization;
using Fairlead.Cli.State;
using Fairlead.Facts;
using Fairlead.Model.Answer;
using Fairlead.Model.Words;

namespace Fairlead.Cli.Rendering;

/// <summary>
/// The answer to `why` as a person reads it: what is broken, why, what to write or do. Decides nothing: every word comes from the answer or
/// names a field of it.
/// </summary>
internal sealed class DiagnosisView
{
    private const int Indent = 9;

    private readonly Diagnosis answer;
    private readonly Words words;
    private readonly Layout page;
    private readonly bool verbose;
    private readonly IReadOnlyList<KeptSaying> log;

    private DiagnosisView(Diagnosis answer, int width, bool verbose, IReadOnlyList<KeptSaying> log)
    {
        this.answer = answer;
        this.verbose = verbose;
        this.log = log;
        words = Words.For(answer.Lang);
        page = new Layout(width);
    }

    /// <summary>The whole answer.</summary>
    /// <param name="log">How the source's log calls the failure, where a scan found it there.</param>
    public static Layout Draw(Diagnosis answer, int width, bool verbose, IReadOnlyList<KeptSaying>? log = null)
    {
        var view = new DiagnosisView(answer, width, verbose, log ?? []);
        view.Heading();
        if (answer.Verdict == Verdicts.Reachable) view.Reachable();
        else view.Broken();
        view.Log();
        return view.page;
    }

    /// <summary>One line: the flow, the verdict, the outcome, the code and what to write.</summary>
    public static Layout DrawQuiet(Diagnosis answer)
    {
        var words = Words.For(answer.Lang);
        var page = new Layout(int.MaxValue);
        List<Piece> line =
        [
            .. Flow(answer), "  ", Piece.Of(words.Verdict(answer.Verdict), VerdictInk(answer.Verdict)), "  ", Piece.Of(words.Short(OutcomeOf(answer))),
        ];
        if (answer.Cause is { } cause) line.AddRange([$"  {cause.Code} · {words.Confidence(cause.Confidence)}"]);
        if (answer.Plans is [{ } plan, ..])
            line.AddRange(["  ⇒ ", Piece.WholeOf(plan.NewTarget ?? (plan.Commands is [var first, ..] ? first : plan.Title), Ink.Command)]);
        if (answer.Demo) line.Add(Piece.Of(words.Of("  (demo)", "  （演示）"), Ink.Faint));
        page.Verbatim(0, line);
        return page;
    }

    private void Heading()
    {
        if (answer.Demo)
            page.Paragraph(0, [], Piece.Of(words.Of("Demo: a recorded host, not this one.", "演示：这是录下的主机，不是这一台。"), Ink.Warn));
        var outcome = OutcomeOf(answer);
        List<Piece> right = [Piece.Of(words.Verdict(answer.Verdict), VerdictInk(answer.Verdict))];
        if (answer.Verdict == Verdicts.Reachable)
        {
            var answered = answer.Observed is { } seen
                ? words.Comma + words.Phrase(seen.Outcome) + words.Parens(words.Time(seen.ElapsedMs))
                : words.Comma + words.Of("as computed; not dialled", "这是推算，没有拨号");
            right.Add(Piece.Of(answered));
        }
        else if (ServerSaid(answer) is { } said) right.AddRange([words.Of(", ", "："), .. PlanView.Said(said, answer.Target.Path, words)]);
        else if (outcome != Outcome.Unknown)
            right.Add(Piece.Of(words.Of(", ", "：") + (answer.Observed is null ? words.Of("computed: ", "推算为") : "") + words.Phrase(outcome)));
        page.Row(Indent, Layout.Cells(Flow(answer)) + 8, [], Flow(answer), right);
    }

    private void Reachable()
    {
        var text = new List<Piece>();
        if (answer.Target.Meant is { } meant) text.AddRange([.. Named(meant), words.Semicolon]);
        if (answer.Observed?.Answer is { Spoken: not SpokenNames.NotAsked } said)
            text.AddRange([.. PlanView.Said(said, answer.Target.Path, words), words.Semicolon]);
        text.Add(answer.Observed is null && answer.Predicted is { } computed ? words.Short(computed.Outcome) + words.Of(", not dialled", "，没有拨号") : Witnesses());
        page.Blank();
        page.Paragraph(Indent, Label(answer.Observed is null ? words.Computed : words.Answer), text);
        Differ();
        foreach (var found in answer.AlsoFound) Found(words.Beside, found);
        if (verbose) PathView.Draw(page, answer, words, Indent);
        if (verbose) NotRead();
    }

    private void Broken()
    {
        page.Blank();
        if (answer.Cause is { } cause)
        {
            page.Paragraph(Indent, Label(words.Cause), EvidenceView.Sentence(cause.Title));
            page.Paragraph(Indent, [],
                Piece.WholeOf(cause.Code, Ink.Value), $" · {words.Confidence(cause.Confidence)}{words.Colon}", Witnesses());
            EvidenceView.Rules(page, cause, answer.Observed, words, Indent);
        }
        else if (ServerSaid(answer) is not null)
        {
            page.Paragraph(Indent, Label(words.Answer), Piece.Of(words.Of("from the server itself; the way to it is free: ", "是服务自己的应答，路是通的：")), Witnesses(), words.Stop);
        }
        else if (answer.Observed is null && answer.Predicted is null or { Outcome: Outcome.Unknown })
        {
            page.Paragraph(Indent, Label(words.Cause),
                Piece.Of(words.Of("what could be read does not decide it, and nothing was dialled.", "读到的东西还不足以判断，也没有拨号。"), Ink.Warn));
        }
        else
        {
            page.Paragraph(Indent, Label(words.Cause), Piece.Of(words.Of("not shown by what could be read.", "凭读到的东西还说不出原因。"), Ink.Warn),
                answer.Difference is null ? words.Of(" ", "") + Capital(Witnesses()) + words.Stop : "");
        }
        Attempts();
        if (answer.Cause is not null && answer.Observed?.Answer is { Spoken: not SpokenNames.NotAsked } text)
        {
            page.Blank();
            page.Paragraph(Indent, Label(words.Answer), PlanView.Said(text, answer.Target.Path, words));
        }
        if (verbose && answer.Cause is { Evidence.Length: > 0 } shown) EvidenceView.Draw(page, shown, words, Indent);
        if (verbose) PathView.Draw(page, answer, words, Indent);
        Differ();
        foreach (var found in answer.AlsoFound) Found(found.Relation == Relations.Behind ? words.Behind : words.Beside, found);
        if (verbose || answer.Cause is not { Confidence: Confidences.Proven }) NotRead();
        PlanView.Draw(page, answer, words, Indent, verbose);
        Footer();
    }

    /// <summary>The log tells of another failure than the dial of now.</summary>
    private void Log()
    {
        var outcome = answer.Observed?.Outcome ?? Outcome.Unknown;
        if (answer.Observed is null || log is not [{ Class: { } told } other, ..] || Model.Symptoms.SymptomClass.Fits(told, outcome)) return;
        page.Blank();
        var last = other.Last is { } at ? words.Parens(words.Of("last ", "最近 ") + SeenView.Time(at, answer.At, TimeZoneInfo.Local)) : "";
        page.Paragraph(Indent, [], Piece.Of(words.Of($"The log's \"{other.Says}\"{last} is not what a dial does now: it {SeenView.Now(outcome, words)}.",
            $"日志里的 {other.Says}{last}和现在的结果不同：现在拨号{SeenView.Now(outcome, words)}。")));
    }

    /// <summary>Each address of a name that has several: the first line can only say that they differ.</summary>
    private void Attempts()
    {
        if (answer.Observed is not { Attempts.Length: > 1 } seen) return;
        page.Blank();
        var tried = seen.Attempts.Select(a => a.Address + words.Of(" ", "：") + words.Phrase(a.Outcome) + words.Parens(words.Time(a.ElapsedMs)));
        page.Paragraph(Indent, Label(words.Tried), Piece.Of(string.Join(words.Semicolon, tried)));
    }

    // The connection stands and the server's answer is what is wrong.
    private static AnswerInfo? ServerSaid(Diagnosis answer) =>
        answer.Observed is { Outcome: Outcome.Ok, Answer: { Spoken: not SpokenNames.NotAsked } said } && answer.Verdict != Verdicts.Reachable ? said : null;

    private void Found(string label, Cause found)
    {
        page.Blank();
        page.Paragraph(Indent, Label(label), [Piece.WholeOf(found.Code, Ink.Value), words.Colon, .. EvidenceView.Sentence(found.Title)]);
        if (!found.Args.ContainsKey("rule")) EvidenceView.Rules(page, found, null, words, Indent);      // else its sentence ends with it
        if (verbose && found.Evidence.Length > 0) EvidenceView.List(page, found, words, Indent);
    }

    private void Differ()
    {
        if (answer.Difference is not { } difference) return;
        page.Blank();
        var reading = difference.Reading is { Length: > 0 } lacks
            ? words.Of(". What the model may lack: ", "。模型可能缺少：") + words.Reading(lacks)
            : "";
        page.Paragraph(Indent, Label(words.Differ), Capital(Witnesses()) + reading + words.Stop);
    }

    private void NotRead()
    {
        if (answer.NotRead.Length == 0) return;
        page.Blank();
        var label = Label(words.NotRead);
        // Whose, what of it, why, and what would help: readings that share these share a line.
        foreach (var group in answer.NotRead.GroupBy(m => (m.Of, m.Why, m.Needs)))
        {
            var needs = words.Needs(group.Key.Needs);
            var what = string.Join(words.List, group.Select(m => words.Reading(m.What)).Distinct());
            page.Paragraph(Indent, label, Piece.Of(
                $"{what}{words.Parens(group.Key.Of)}{words.Colon}{words.WhyNot(group.Key.Why)}{(needs.Length > 0 ? words.Semicolon + needs : "")}"));
            label = [];
        }
    }

    private void Footer()
    {
        var more = !verbose && answer.Predicted is { Paths.Length: > 0 } ? words.Of("Path, hop by hop: add -v", "逐跳路径：加 -v") : "";
        List<Piece> left = answer.Cause is { } cause ? [Piece.WholeOf($"fairlead explain {cause.Code}", Ink.Command)] : [];
        var doIt = DoIt();
        if (left.Count == 0 && more.Length == 0 && doIt is null) return;
        page.Blank();
        if (doIt is not null) page.Paragraph(Indent, Label(words.Of("Do it", "执行")), Piece.WholeOf(doIt, Ink.Command));
        page.Row(Indent, 0, Label(words.More), left.Count > 0 ? left : [Piece.Of(more)], left.Count > 0 && more.Length > 0 ? [Piece.Of(more)] : []);
    }

    /// <summary>The command that carries out the first plan that Fairlead can carry out by itself; null where there is none, or no running host to change.</summary>
    private string? DoIt()
    {
        var target = answer.Target.Given;
        if (answer.Demo || answer.Vantage.Kind == "file" || !Shell.IsQuotable(target) || target.Contains("‹masked›", StringComparison.Ordinal) || answer.Plans.FirstOrDefault(p => p.Automatic) is not { } plan)
            return null;
        // A name that a shell does not show as it is: by id.
        var source = answer.Source is { Kind: not PartyKinds.Host, Id: { } id, Name: var name } ? Shell.IsQuotable(name) ? name : id[..Math.Min(12, id.Length)] : "host";
        return Shell.Command("fairlead", "fix", source, target, "--apply", plan.N.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>"computed refused, dialled refused (ECONNREFUSED, 0.2 ms)".</summary>
    private string Witnesses()
    {
        var computed = answer.Predicted is { } p
            ? words.Of("computed ", "推算为") + words.Short(p.Outcome) + (p.Certain ? "" : words.Of(" (not certain)", "（不确定）"))
            : words.Of("not computed", "没有推算");
        if (answer.Observed is not { } seen) return computed + words.Of(", not dialled", "，没有拨号");
        var how = ErrnoName(seen.Errno) is { } name ? name + words.Comma + words.Time(seen.ElapsedMs) : words.Time(seen.ElapsedMs);
        var same = answer.Predicted?.Outcome == seen.Outcome;
        return computed + words.Of(", dialled ", same ? "，实际拨号也" : "，实际拨号") + words.Short(seen.Outcome) + words.Parens(how);
    }

    private string Capital(string text) => words.Chinese || text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    private IReadOnlyList<Piece> Named(Party party)
    {
        var at = party.Port is { } port ? words.Of($" on port {port}", $" 的 {port} 端口") : "";
        var process = party.Listener?.Process is { } name ? words.Parens(name) : "";
        return [Piece.WholeOf(party.Kind == PartyKinds.Host ? words.Of("the host", "宿主机") : party.Name, Ink.Value), Piece.Of(process + at)];
    }

    private static IReadOnlyList<Piece> Flow(Diagnosis answer) =>
        [Piece.WholeOf(answer.Source.Name, Ink.Value), " ", Piece.WholeOf("→ " + answer.Target.Given, Ink.Value)];

    private static string OutcomeOf(Diagnosis answer) => answer.Observed?.Outcome ?? answer.Predicted?.Outcome ?? Outcome.Unknown;

    private static Ink VerdictInk(string verdict) => verdict switch
    {
        Verdicts.Reachable => Ink.Good,
        Verdicts.Unreachable => Ink.Bad,
        _ => Ink.Warn,
    };

    internal static IReadOnlyList<Piece> Label(string text) => [Piece.Of(text, Ink.Label), " "];

    /// <summary>Linux's name for the errno of a failed connect; null for success and for what has no name here.</summary>
    internal static string? ErrnoName(int? errno) => errno switch
    {
        null or 0 => null,
        1 => "EPERM", 13 => "EACCES", 22 => "EINVAL", 32 => "EPIPE", 97 => "EAFNOSUPPORT", 99 => "EADDRNOTAVAIL", 100 => "ENETDOWN", 101 => "ENETUNREACH",
        103 => "ECONNABORTED", 104 => "ECONNRESET", 110 => "ETIMEDOUT", 111 => "ECONNREFUSED", 112 => "EHOSTDOWN", 113 => "EHOSTUNREACH",
        92 => "ENOPROTOOPT", 93 => "EPROTONOSUPPORT", 90 => "EMSGSIZE",
        _ => "errno " + errno.Value.ToString(CultureInfo.InvariantCulture),
    };
}
