using System.Collections.Immutable;
using System.Globalization;
using Fairlead.Facts;
using Fairlead.Model.Answer;

namespace Fairlead.Cli.Rendering;

/// <summary>The repairs, numbered: what to write or type, what shows that it works, what it costs and how long it lasts.</summary>
internal static class PlanView
{
    public static void Draw(Layout page, Diagnosis answer, Words words, int indent, bool verbose)
    {
        if (answer.Plans.Length == 0) return;
        page.Blank();
        var label = words.Repair;
        if (answer.Vantage.Kind == VantageKinds.File)
        {
            page.Paragraph(indent, DiagnosisView.Label(label), Piece.Of(words.Of("from a file: check before typing", "来自文件：动手前请先核对"), Ink.Warn));
            label = "";
        }
        var column = Column(answer, indent, words);
        foreach (var plan in answer.Plans)
        {
            List<Piece> lead =
            [
                .. Layout.Padded(label.Length > 0 ? DiagnosisView.Label(label) : [], indent),
                Piece.WholeOf(plan.N.ToString(CultureInfo.InvariantCulture) + "  ", Ink.Label),
            ];
            page.Row(indent + 3, column, lead, Heading(plan, words), Proof(plan, answer, words));
            label = "";
            Steps(page, plan, words, indent + 3);
            Terms(page, plan, words, indent + 3, verbose);
        }
    }

    /// <summary>What is done before the new address is written: commands to type, and in words what no command does.</summary>
    private static void Steps(Layout page, Plan plan, Words words, int indent)
    {
        var title = plan.Title.TrimEnd('.', '。');
        var typed = plan.Commands.ToList();
        foreach (var step in plan.Steps)
        {
            if (step.Argv.Length > 0 && typed.Count > 0)
            {
                page.Verbatim(indent, Piece.WholeOf(typed[0], Ink.Command));
                typed.RemoveAt(0);
            }
            else if (!(plan.NewTarget is { } target && step.What.Contains(target, StringComparison.Ordinal)) && !title.Equals(step.What.TrimEnd('.', '。'), StringComparison.OrdinalIgnoreCase))
            {
                page.Paragraph(indent, [], Piece.Of(Capital(step.What, words)));
            }
        }
        foreach (var command in typed) page.Verbatim(indent, Piece.WholeOf(command, Ink.Command));
    }

    // A step's words begin small, because they also stand inside sentences; a name keeps its letters.
    private static string Capital(string text, Words words) =>
        words.Chinese || text.Length < 2 || !char.IsAsciiLetterLower(text[0]) ? text : char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>What the server said: "HTTP 404 for /".</summary>
    public static IReadOnlyList<Piece> Said(AnswerInfo said, string? path, Words words)
    {
        var name = said.Kind switch
        {
            AnswerKinds.Http => "HTTP", AnswerKinds.Websocket => "WebSocket", AnswerKinds.Tls => "TLS", AnswerKinds.Redis => "Redis",
            AnswerKinds.Mysql => "MySQL", AnswerKinds.Postgres => "PostgreSQL", AnswerKinds.Dns => "DNS",
            AnswerKinds.None => words.Of("nothing said", "什么也没说"), _ => words.Of("an unknown protocol", "不认识的协议"),
        };
        var status = said.Status is { } number ? " " + number.ToString(CultureInfo.InvariantCulture) : "";
        var asked = said.Kind == AnswerKinds.Http && status.Length > 0 ? path is { Length: > 0 } ? path : "/" : null;
        var text = asked is null ? name + status : words.Of($"{name}{status} for {Printable.Show(asked)}", $"{Printable.Show(asked)} 返回 {name}{status}");
        var remark = said.Spoken switch
        {
            SpokenNames.Mismatch => words.Of("not the protocol that was asked for", "不是所问的协议"),
            SpokenNames.RefusedByServer => words.Of("the server refuses by its own rules", "服务按自己的规则拒绝"),
            _ when said.Kind == AnswerKinds.Http && said.Status is >= 400 and < 500 => words.Of("the server is there", "服务在"),
            _ => null,
        };
        if (said.Redirect is { } to) remark = words.Of("redirects to ", "重定向到 ") + to;
        var quoted = remark is null && said.Kind is not AnswerKinds.Http and not AnswerKinds.Websocket && said.Text is { Length: > 0 } banner
            ? words.Parens(banner.Trim()) : "";
        return [Piece.Of(text + quoted + (remark is null ? "" : words.Colon + remark))];
    }

    private static int Column(Diagnosis answer, int indent, Words words)
    {
        var widest = 0;
        foreach (var plan in answer.Plans)
        {
            var cells = indent + 3 + Layout.Cells(Heading(plan, words));
            if (cells <= 76) widest = Math.Max(widest, cells);
        }
        return widest + 4;
    }

    /// <summary>The title, with the address to copy apart: two spaces before it and nothing glued to it.</summary>
    private static IReadOnlyList<Piece> Heading(Plan plan, Words words)
    {
        var title = plan.Title.TrimEnd('.', '。');
        if (plan.NewTarget is not { Length: > 0 } target) return [Piece.Of(Capital(title, words))];
        var at = title.IndexOf(target, StringComparison.Ordinal);
        if (at < 0) return [Piece.Of(title), "  ", Piece.WholeOf(target, Ink.Command)];
        // What follows a semicolon is a step, and stands below.
        var after = title[(at + target.Length)..].Trim();
        if (after is [';' or '；', ..]) after = "";
        List<Piece> pieces = [Piece.Of(title[..at].TrimEnd()), Piece.WholeOf("  " + target, Ink.Command)];
        if (after.Length > 0) pieces.Add(Piece.Of("  " + after));
        return pieces;
    }

    private static IReadOnlyList<Piece> Proof(Plan plan, Diagnosis answer, Words words)
    {
        if (plan.Dialled is not { } dial)
            return plan.Proof == ProofNames.Observed
                ? [Piece.Of(words.Of("tried just now: works", "刚试过：能通"), Ink.Good)]
                : [Piece.Of(words.Of("predicted ", "预计") + words.Short(plan.Predicted), plan.Predicted == Outcome.Ok ? Ink.Plain : Ink.Warn)];
        if (dial.Outcome != Outcome.Ok)
            return [Piece.Of(words.Of("dialled just now: ", "刚试过：") + words.Phrase(dial.Outcome), Ink.Warn)];
        if (dial.Answer is { Spoken: not SpokenNames.NotAsked } said)
            return
            [
                Piece.Of(words.Of("answers now (", "现在就能通（"), Ink.Good), .. Said(said, answer.Target.Path, words),
                Piece.Of(words.Comma + words.Time(dial.ElapsedMs) + words.Of(")", "）"), Ink.Good),
            ];
        return [Piece.Of(words.Of("connects now", "现在就能连上") + words.Parens(words.Time(dial.ElapsedMs)), Ink.Good)];
    }

    private static void Terms(Layout page, Plan plan, Words words, int indent, bool verbose)
    {
        var text = new List<string>();
        if (plan.Commands.Length == 0 && plan.Cost is [CostNames.Setting]) text.Add(words.Of("Nothing to change in Docker.", "Docker 不用动。"));
        var cost = new List<string>();
        foreach (var item in plan.Cost)
            if (Cost(item, words) is { } named && !(item == CostNames.Recreate && plan.Steps.Any(s => s.Where == StepPlaces.Container))) cost.Add(named);
        if (cost.Count > 0) text.Add(words.Of("Needs: ", "需要：") + string.Join(words.List, cost) + words.Stop);
        if (plan.Interrupts is { Length: > 0 } cut) text.Add(words.Of("Cuts: ", "会中断：") + cut.TrimEnd('.', '。') + words.Stop);
        if (plan.Premises.Length > 0)
            text.Add(words.Of("Depends on: ", "前提：") + string.Join(words.Semicolon, plan.Premises).TrimEnd('.', '。') + words.Stop);
        if (Lasts(plan.Lasts, words) is { } lasts)
            text.Add(lasts + (plan.Persist is null || verbose ? "" : words.Of(" (-v: the Compose lines that keep it)", "（-v 给出长久保留的 Compose 写法）")) + words.Stop);
        if (plan.Meets.Length > 0) text.Add(words.Of("Would then meet: ", "之后还会遇到：") + string.Join(words.List, plan.Meets) + words.Stop);
        if (text.Count > 0) page.Paragraph(indent, [], Piece.Of(string.Join(words.Of(" ", ""), text)));
        if (plan.Exposes.Length > 0) page.Paragraph(indent, [], Piece.Of(Exposure(plan.Exposes, words)));
        if (!verbose) return;
        if (plan.Persist is { Compose.Length: > 0 } persist)
        {
            page.Paragraph(indent, [], Piece.Of(words.Of("To keep it, in Compose:", "要长久保留，写进 Compose：")));
            foreach (var line in persist.Compose.TrimEnd('\n').Split('\n')) page.Verbatim(indent + 2, Piece.WholeOf(line, Ink.Command));
        }
        if (plan.Undo is { IsDefaultOrEmpty: false } undo)
        {
            page.Paragraph(indent, [], Piece.Of(words.Of("To take it back:", "要撤回：")));
            foreach (var line in undo) page.Verbatim(indent + 2, Piece.WholeOf(line, Ink.Command));
        }
    }

    private static string? Cost(string cost, Words words) => cost switch
    {
        CostNames.Edit => words.Of("an edit of a file", "改文件"),
        CostNames.Restart => words.Of("a restart", "重启"),
        CostNames.Recreate => words.Of("the container recreated", "重建容器"),
        CostNames.DaemonRestart => words.Of("a restart of the engine", "重启 Docker 引擎"),
        _ => null,
    };

    private static string? Lasts(string lasts, Words words) => lasts switch
    {
        LastsNames.UntilRecreate => words.Of("Lost when the container is recreated", "重建容器后会丢"),
        LastsNames.UntilReboot => words.Of("Lost at the next boot of the host", "主机重启后会丢"),
        LastsNames.UntilRestart => words.Of("Lost when the container restarts", "容器重启后会丢"),
        _ => null,
    };

    /// <summary>The pairs that open, those of the LAN and beyond first.</summary>
    private static string Exposure(ImmutableArray<Exposure> exposes, Words words)
    {
        var parts = new List<string>();
        foreach (var scope in (string[])[Scopes.Internet, Scopes.Lan, Scopes.Siblings])
        {
            var pairs = exposes.Where(e => e.Scope == scope).Select(e => (e.Source, e.Target)).ToHashSet();
            if (pairs.Count == 0) continue;
            var where = scope switch { Scopes.Internet => words.Of("from anywhere", "任何地方"), Scopes.Lan => words.Of("from the LAN", "局域网"), _ => "" };
            parts.Add((where.Length > 0 ? where + words.Colon : "") + string.Join(words.Semicolon, Grouped(pairs, words)));
        }
        return words.Of("Then also possible: ", "同时会放开：") + string.Join(words.Semicolon, parts);
    }

    // "redis, mysql ⇄ models" for pairs that open both ways, "redis → models" for one way; at most six names a group.
    private static IEnumerable<string> Grouped(HashSet<(string Source, string Target)> pairs, Words words)
    {
        string Named(IReadOnlyList<string> names) => string.Join(words.List, names.Take(6))
            + (names.Count > 6 ? words.Of($" and {Number(names.Count - 6)} more", $" 另有 {Number(names.Count - 6)} 个") : "");
        while (pairs.Count > 0)
        {
            var hub = pairs.GroupBy(p => p.Target).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).First();
            var (both, one) = (hub.Where(p => pairs.Contains((p.Target, p.Source))).ToList(), hub.Where(p => !pairs.Contains((p.Target, p.Source))).ToList());
            if (both.Count > 0) yield return $"{Named([.. both.Select(p => p.Source)])} ⇄ {hub.Key}";
            if (one.Count > 0) yield return $"{Named([.. one.Select(p => p.Source)])} → {hub.Key}";
            pairs.ExceptWith([.. hub, .. both.Select(p => (p.Target, p.Source))]);
        }
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
