using System.Globalization;
using Fairlead.Facts;
using Fairlead.Model.Answer;

namespace Fairlead.Cli.Rendering;

/// <summary>The repairs, numbered: what to write or type, what shows that it works, what it costs and how long it lasts.</summary>
internal static class PlanView
{
    public static void Draw(Layout page, Diagnosis answer, Words words, int indent)
    {
        if (answer.Plans.Length == 0) return;
        page.Blank();
        var fromFile = answer.Vantage.Kind == VantageKinds.File;
        if (fromFile)
            page.Paragraph(indent, DiagnosisView.Label(words.Repair),
                Piece.Of(words.Of("from a file: check before typing", "来自文件：动手前请先核对"), Ink.Warn));
        var label = fromFile ? "" : words.Repair;
        var column = Column(answer, indent);
        foreach (var plan in answer.Plans)
        {
            List<Piece> left = [.. Padded(label, indent), Piece.Of(plan.N.ToString(CultureInfo.InvariantCulture), Ink.Label), "  ", .. Heading(plan)];
            page.Row(indent + 3, column, left, Proof(plan, answer, words));
            label = "";
            foreach (var command in plan.Commands) page.Verbatim(indent + 3, Piece.WholeOf(command, Ink.Command));
            Terms(page, plan, words, indent + 3);
        }
    }

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

    private static int Column(Diagnosis answer, int indent)
    {
        var widest = 0;
        foreach (var plan in answer.Plans)
        {
            var cells = indent + 3 + Layout.Cells(Heading(plan));
            if (cells <= 76) widest = Math.Max(widest, cells);
        }
        return widest + 4;
    }

    /// <summary>The title, with the address to copy apart: two spaces before it and nothing glued to it.</summary>
    private static IReadOnlyList<Piece> Heading(Plan plan)
    {
        var title = plan.Title.TrimEnd('.', '。');
        if (plan.NewTarget is not { Length: > 0 } target) return [Piece.Of(title)];
        var at = title.IndexOf(target, StringComparison.Ordinal);
        if (at < 0) return [Piece.Of(title), "  ", Piece.WholeOf(target, Ink.Command)];
        var after = title[(at + target.Length)..].TrimStart();
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

    private static void Terms(Layout page, Plan plan, Words words, int indent)
    {
        var text = new List<string>();
        if (plan.Commands.Length == 0 && plan.Cost is [CostNames.Setting]) text.Add(words.Of("Nothing to change in Docker.", "Docker 不用动。"));
        var cost = new List<string>();
        foreach (var item in plan.Cost)
            if (Cost(item, words) is { } named) cost.Add(named);
        if (cost.Count > 0) text.Add(words.Of("Needs: ", "需要：") + string.Join(words.List, cost) + words.Stop);
        if (plan.Interrupts is { Length: > 0 } cut) text.Add(words.Of("Cuts: ", "会中断：") + cut.TrimEnd('.', '。') + words.Stop);
        if (plan.Premises.Length > 0)
            text.Add(words.Of("Depends on: ", "前提：") + string.Join(words.Semicolon, plan.Premises).TrimEnd('.', '。') + words.Stop);
        if (Lasts(plan.Lasts, words) is { } lasts) text.Add(lasts);
        if (plan.Meets.Length > 0) text.Add(words.Of("Would then meet: ", "之后还会遇到：") + string.Join(words.List, plan.Meets) + words.Stop);
        if (text.Count > 0) page.Paragraph(indent, [], Piece.Of(string.Join(words.Of(" ", ""), text)));
        if (plan.Exposes.Length > 0) page.Paragraph(indent, [], Piece.Of(Exposes(plan, words)));
        if (plan.Persist is { Compose.Length: > 0 } persist)
        {
            page.Paragraph(indent, [], Piece.Of(words.Of("To keep it, in Compose:", "要长久保留，写进 Compose：")));
            foreach (var line in persist.Compose.TrimEnd('\n').Split('\n')) page.Verbatim(indent + 2, Piece.WholeOf(line, Ink.Command));
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
        LastsNames.UntilRecreate => words.Of("Lost when the container is recreated.", "重建容器后会丢。"),
        LastsNames.UntilReboot => words.Of("Lost at the next boot of the host.", "主机重启后会丢。"),
        LastsNames.UntilRestart => words.Of("Lost when the container restarts.", "容器重启后会丢。"),
        _ => null,
    };

    /// <summary>The pairs that open, at most six by name, those of the LAN and beyond first.</summary>
    private static string Exposes(Plan plan, Words words)
    {
        var parts = new List<string>();
        foreach (var scope in (string[])[Scopes.Internet, Scopes.Lan, Scopes.Siblings])
        {
            var pairs = plan.Exposes.Where(e => e.Scope == scope).Select(e => $"{e.Source} → {e.Target}").Distinct(StringComparer.Ordinal).ToList();
            if (pairs.Count == 0) continue;
            var where = scope switch { Scopes.Internet => words.Of("from anywhere", "任何地方"), Scopes.Lan => words.Of("from the LAN", "局域网"), _ => "" };
            var named = string.Join(words.List, pairs.Take(6)) + (pairs.Count > 6 ? words.Of($" and {pairs.Count - 6} more", $" 等 {pairs.Count} 对") : "");
            parts.Add(where.Length > 0 ? where + words.Colon + named : named);
        }
        return words.Of("Then also possible: ", "同时会放开：") + string.Join(words.Semicolon, parts);
    }

    private static IReadOnlyList<Piece> Padded(string label, int cells)
    {
        IReadOnlyList<Piece> pieces = label.Length > 0 ? DiagnosisView.Label(label) : [];
        var used = Layout.Cells(pieces);
        return used < cells ? [.. pieces, new Piece(new string(' ', cells - used), Ink.Plain, true)] : pieces;
    }
}
