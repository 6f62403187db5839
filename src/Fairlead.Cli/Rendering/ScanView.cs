using System.Collections.Immutable;
using System.Globalization;
using Fairlead.Facts;
using Fairlead.Model.Answer;

namespace Fairlead.Cli.Rendering;

/// <summary>How much of a scan is shown, and with which commands it may go on.</summary>
internal sealed record ScanShown
{
    public int Width { get; init; } = 120;

    /// <summary>The host and its networks above the problems.</summary>
    public bool Map { get; init; }

    /// <summary>Suspicions whole; else one line names them.</summary>
    public bool Suspicions { get; init; }

    /// <summary>Nothing is folded.</summary>
    public bool Verbose { get; init; }

    /// <summary>`why N` and its kin can be asked: the scan was kept.</summary>
    public bool Kept { get; init; }

    /// <summary>Commands that take the number of a problem, and `map`: those that are built.</summary>
    public ImmutableArray<string> Next { get; init; } = [];
    /// <summary>The host as the heading has said it already; null where nothing is written yet.</summary>
    public MapAnswer? Said { get; init; }
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Local;
}

/// <summary>The answer to `scan` as a person reads it: how many fail, and of each what is broken, why, and what to write.</summary>
internal sealed class ScanView
{
    private const int Indent = 3, MostWhole = 10, MostReadings = 4;
    private readonly ScanAnswer answer;
    private readonly ScanShown shown;
    private readonly Words words;
    private readonly Layout page;

    private ScanView(ScanAnswer answer, ScanShown shown) => (this.answer, this.shown, words, page) = (answer, shown, Words.For(answer.Lang), new Layout(shown.Width));

    public static Layout Draw(ScanAnswer answer, ScanShown shown)
    {
        var view = new ScanView(answer, shown);
        var map = answer.Map();
        MapView.Heading(view.page, (shown.Said ?? map) with { ElapsedMs = map.ElapsedMs });
        if (shown.Map)
            MapView.Draw(view.page, map, answer.Problems.ToLookup(p => p.Source.Id ?? "", p => p.N), shown.Verbose);
        view.Problems();
        view.Suspicions();
        view.Unchecked();
        view.Pressure();
        view.NotRead();
        view.Next();
        return view.page;
    }

    private void Problems()
    {
        page.Blank();
        if (answer.Problems.IsEmpty)
        {
            var names = answer.Working.Select(w => w.Target).Distinct().ToArray();
            var working = answer.Working.IsEmpty ? words.Of("none seen working", "没有看到正在通的连接")
                : words.Of($"{words.Count(answer.Working.Length, "connection")} seen working", $"看到 {answer.Working.Length} 个连接正常")
                    + words.Parens(string.Join(words.List, names.Take(3)) + (names.Length > 3 ? words.List + "…" : ""));
            var cut = answer.Looked.CutLogs == 0 ? "" : words.Parens(words.Of($"of {words.Count(answer.Looked.CutLogs, "log")} only the newest lines", $"其中 {answer.Looked.CutLogs} 份日志只看了最新的部分"));
            page.Paragraph(0, [], Piece.Of(words.Of("No failing connection found. ", "没有发现不通的连接。"), Ink.Good), Piece.Of(words.Of(
                $"{words.Count(answer.Looked.Lines, "log line")} and {words.Count(answer.Looked.Sockets, "socket")} looked at{cut}; {working}.",
                $"看了 {answer.Looked.Lines} 行日志、{answer.Looked.Sockets} 个套接字{cut}；{working}。")));
            return;
        }
        page.Paragraph(0, [], Piece.Of(words.Of(answer.Problems.Length == 1 ? "1 connection fails" : $"{answer.Problems.Length} connections fail", $"有 {answer.Problems.Length} 个连接不通"), Ink.Bad));
        var whole = shown.Verbose || answer.Problems.Length <= MostWhole + 2 ? answer.Problems.Length : MostWhole;
        foreach (var problem in answer.Problems.Take(whole))
            One(problem);
        if (whole == answer.Problems.Length)
            return;
        page.Blank();
        foreach (var problem in answer.Problems.Skip(whole))
            First(problem);
    }

    private void One(Problem problem)
    {
        page.Blank();
        First(problem);
        var outcome = OutcomeOf(problem);
        if (problem.Cause is { } cause)
            page.Paragraph(Indent, [], EvidenceView.Sentence(cause.Title));
        else
            page.Paragraph(Indent, [], Piece.Of(words.Of("The reason is not shown by what could be read.", "凭读到的东西还说不出原因。"), Ink.Warn));
        if (problem.Plans is [{ } plan, ..])
            Advice(problem, plan);
        var code = problem.Cause is { } c ? $"{c.Code} · {words.Confidence(c.Confidence)} · " : "";
        page.Paragraph(Indent, [], Piece.Of(code + SeenView.Text(problem.SeenIn, outcome, answer.At, shown.Zone, words), Ink.Faint));
    }

    /// <summary>Its number, who, where to, and what a dial gives.</summary>
    private void First(Problem problem)
    {
        var number = Piece.Of(problem.N.ToString(CultureInfo.InvariantCulture).PadRight(2), Ink.Label);
        page.Row(Indent, Math.Min(78, shown.Width - 20), [number, " "], [Piece.WholeOf(problem.Source.Name, Ink.Value), " ", Piece.WholeOf("→ " + problem.Target.Given, Ink.Value)],
            [Piece.Of(problem.Intermittent ? Sometimes(problem) : words.Short(OutcomeOf(problem)), Ink.Bad)]);
    }

    private string Sometimes(Problem problem)
    {
        var (all, failed) = (problem.Series.Length, problem.Series.Count(o => o != Outcome.Ok));
        return words.Of($"{failed} of {all} dials fail", $"拨了 {all} 次，{failed} 次不通") + words.Parens(words.Short(OutcomeOf(problem)));
    }

    /// <summary>What a dial gives now; of one that works only sometimes, how it fails.</summary>
    private static string OutcomeOf(Problem problem) => problem.Intermittent && problem.Series.LastOrDefault(o => o != Outcome.Ok) is { } failing ? failing
        : problem.Observed?.Outcome ?? problem.Predicted?.Outcome ?? Outcome.Unknown;

    /// <summary>What to write, where writing is all; else what to do.</summary>
    private void Advice(Problem problem, Plan plan)
    {
        if (plan.NewTarget is not { } target || plan.Steps.Length > 1 || !plan.Commands.IsEmpty)
        {
            page.Paragraph(Indent, [Layout.Space(Indent), Piece.Of(words.Repair, Ink.Label), Layout.Space(2)], Piece.Of(plan.Title));
            return;
        }
        var tried = plan.Dialled is { } dialled
            ? words.Of($"connects from {problem.Source.Name} now", $"刚从 {problem.Source.Name} 里试过，能连上") + words.Parens(words.Time(dialled.ElapsedMs))
            : words.Of("as computed; not dialled", "按推算能通，没有拨号");
        page.Row(Indent + 8, 54, [Layout.Space(Indent), .. Layout.Padded([Piece.Of(words.Of("Write", "改成"), Ink.Label)], 8)], [Piece.WholeOf(target, Ink.Command)],
            [Piece.Of(tried, plan.Dialled is null ? Ink.Plain : Ink.Good)]);
    }

    private void Suspicions()
    {
        if (answer.Suspicions.IsEmpty)
            return;
        page.Blank();
        if (shown.Suspicions)
        {
            page.Paragraph(0, [], Piece.Of(words.Of("Suspicions (nothing seen failing)", "可疑之处（没有看到失败）"), Ink.Warn));
            foreach (var suspicion in answer.Suspicions)
                One(suspicion);
            return;
        }
        var first = answer.Suspicions[0];
        var seen = first.SeenIn is [{ Kind: "env" } env, ..] ? $"{env.Text}={first.Target.Given}" : $"{first.SeenIn.FirstOrDefault()?.Text} → {first.Target.Given}";
        page.Paragraph(0, [], Piece.Of(words.Of(
            $"{words.Count(answer.Suspicions.Length, "suspicion")} (nothing seen failing): {first.Source.Name} has {seen}. Show: ",
            $"{answer.Suspicions.Length} 处可疑（没有看到失败）：{first.Source.Name} 设了 {seen}。查看：")), Piece.WholeOf("fairlead scan --all", Ink.Command));
    }

    /// <summary>Failures in logs of which nothing here can tell whether they last.</summary>
    private void Unchecked()
    {
        if (answer.Unchecked is not [{ } first, ..])
            return;
        page.Blank();
        var some = string.Join(words.List, answer.Unchecked.Take(MostReadings).Select(u => $"{u.Source} → {u.Target}")) + (answer.Unchecked.Length > MostReadings ? words.List + "…" : "");
        page.Paragraph(0, [], Piece.Of(words.Of(
            $"{words.Count(answer.Unchecked.Length, "failure")} in logs could not be checked from here: {some}. Ask: ", $"日志里有 {answer.Unchecked.Length} 处失败无法从这里核对：{some}。可以问：")),
            Piece.WholeOf("fairlead " + Model.Words.Shell.Command("why", first.Source, first.Target), Ink.Command));
    }

    /// <summary>What of the host is so full that connections may fail for it.</summary>
    private void Pressure()
    {
        if (answer.Pressure.IsEmpty)
            return;
        page.Blank();
        var all = answer.Pressure.Select(p =>
        {
            var (value, limit) = (p.Value.ToString("0.#", CultureInfo.InvariantCulture), p.Limit.ToString("0.#", CultureInfo.InvariantCulture));
            return p.What switch
            {
                "load" => words.Of($"load {value} on {limit} processors", $"负载 {value}，处理器 {limit} 个"),
                "conntrack" => words.Of($"connection table {value} of {limit}", $"连接跟踪表 {value}，最多 {limit}"),
                "neighbours" => words.Of($"neighbour table {value} of {limit}", $"邻居表 {value}，最多 {limit}"),
                _ => words.Of($"embedded DNS: {value} of {limit} questions without an answer", $"内置 DNS 有 {value} 次查询没有应答，共 {limit} 次"),
            };
        });
        var label = DiagnosisView.Label(words.Beside);
        page.Paragraph(Layout.Cells(label), label, Piece.Of(words.Of("the host is under pressure, connections may fail for it: ", "主机很吃紧，连接可能因此失败：") + string.Join(words.Semicolon, all)));
    }

    /// <summary>What was not read and why, whose; alike ones in one line. Beside problems that are shown only the logs matter.</summary>
    private void NotRead()
    {
        var missing = answer.NotRead.Where(n => n.Why != WhyNot.NotAsked && (shown.Verbose || answer.Problems.IsEmpty || n.What == Readings.Logs));
        var label = DiagnosisView.Label(words.NotRead);
        var indent = Layout.Cells(label);
        foreach (var group in missing.GroupBy(n => (n.What, n.Why, n.Needs)))
        {
            if (label.Count > 0)
                page.Blank();
            var whose = group.Select(n => n.Of).Distinct().ToArray();
            var some = string.Join(words.List, whose.Take(MostReadings)) + (whose.Length > MostReadings ? words.Of($" and {whose.Length - MostReadings} more", $"，还有 {whose.Length - MostReadings} 个") : "");
            var needs = words.Needs(group.Key.Needs);
            page.Paragraph(indent, label, Piece.Of($"{words.Reading(group.Key.What)}{words.Parens(some)}{words.Colon}{words.WhyNot(group.Key.Why)}{(needs.Length > 0 ? words.Semicolon + needs : "")}"));
            label = [];
        }
    }

    /// <summary>What to type now.</summary>
    private void Next()
    {
        if (answer.Problems is not [{ } first, ..])
            return;
        var commands = new List<string>();
        if (shown.Kept)
            commands.AddRange(shown.Next.Where(c => c != "map").Select(c => $"fairlead {c} {first.N.ToString(CultureInfo.InvariantCulture)}"));
        else if (shown.Next.Contains("why"))
            commands.Add("fairlead " + Model.Words.Shell.Command("why", first.Source.Name, first.Target.Given));
        if (!shown.Map && shown.Next.Contains("map"))
            commands.Add("fairlead map");
        if (commands.Count == 0)
            return;
        page.Blank();
        var label = Layout.Padded([Piece.Of(words.Of("Next", "接下来"), Ink.Label)], 8);
        var line = commands.SelectMany((c, i) => i == 0 ? [Piece.WholeOf(c, Ink.Command)] : new[] { Layout.Space(6), Piece.WholeOf(c, Ink.Command) }).ToArray();
        if (8 + Layout.Cells(line) <= shown.Width)
        {
            page.Verbatim(0, [.. label, .. line]);
            return;
        }
        for (var i = 0; i < commands.Count; i++)
            page.Verbatim(0, [.. i == 0 ? label : [Layout.Space(8)], Piece.WholeOf(commands[i], Ink.Command)]);
    }
}
