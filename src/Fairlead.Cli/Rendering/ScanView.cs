using System.Globalization;
using Fairlead.Facts;
using Fairlead.Model.Answer;

namespace Fairlead.Cli.Rendering;

/// <summary>The answer to `scan` as a person reads it: how many fail, and of each what is broken, why, and what to write.</summary>
internal sealed class ScanView
{
    private const int Indent = 3;
    private readonly ScanAnswer answer;
    private readonly Words words;
    private readonly Layout page;

    private ScanView(ScanAnswer answer, int width) => (this.answer, words, page) = (answer, Words.For(answer.Lang), new Layout(width));

    public static Layout Draw(ScanAnswer answer, int width, bool map, bool suspicions)
    {
        var view = new ScanView(answer, width);
        view.Heading();
        if (map)
            view.Map();
        view.Problems();
        view.Suspicions(suspicions);
        view.NotRead();
        return view.page;
    }

    private void Heading()
    {
        var uplink = answer.Host.Interfaces.FirstOrDefault(i => i.Kind == "uplink");
        var at = uplink is null ? "" : words.Parens(uplink.Name + " " + (uplink.Addresses.FirstOrDefault() is { } a ? a.Split('/')[0] : ""));
        var (containers, networks) = (answer.Containers.Length, answer.Networks.Length);
        page.Paragraph(0, [], Piece.Of(words.Of(
            $"Docker {answer.Engine.Version} on {answer.Host.Name}{at} · {Count(containers, "container")}, {Count(networks, "network")} · looked as {answer.Vantage.Kind}",
            $"{answer.Host.Name} 上的 Docker {answer.Engine.Version}{at} · {containers} 个容器、{networks} 个网络 · 视角 {answer.Vantage.Kind}")));
    }

    private void Map()
    {
        page.Blank();
        var first = answer.Host.Interfaces.Where(i => i.Kind is "uplink" or "tunnel" or "docker-bridge").Select(i => i.Name + (i.Addresses.IsEmpty ? "" : " " + i.Addresses[0]) + (i.Network is { } n ? words.Parens(n) : ""));
        page.Paragraph(0, DiagnosisView.Label(words.Of("Host", "宿主机")), Piece.Of(string.Join(" · ", first)));
        var firewall = answer.Host.Firewall;
        page.Paragraph(6, [], Piece.Of(
            (answer.Host.Forwarding is { } on ? words.Of("forwarding ", "转发 ") + words.Of(on ? "on" : "off", on ? "开" : "关") + " · " : "")
            + (firewall.InputPolicy is null ? words.Of("firewall not read", "防火墙没读到")
                : words.Of("firewall: ", "防火墙：") + string.Join(words.List, firewall.Backends) + (firewall.Manager is { } m ? words.Parens(m) : "") + $" · INPUT {firewall.InputPolicy} · FORWARD {firewall.ForwardPolicy}")));
        foreach (var network in answer.Networks.Where(n => n.Containers.Length > 0))
        {
            page.Blank();
            page.Paragraph(0, [], Piece.WholeOf(network.Name, Ink.Value), Piece.Of("  " + network.Subnets.FirstOrDefault()
                + (network.Name == "bridge" ? words.Of("  no names here (default network)", "  默认网络，名字在这里不管用") : "") + (network.Internal ? words.Of("  internal", "  内部网络") : "")));
            foreach (var member in network.Containers)
            {
                var doors = answer.Containers.FirstOrDefault(c => c.Id == member.Id)?.Published.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Port} ⇐ :{p.HostPort}")).Distinct() ?? [];
                page.Paragraph(Indent, [], Piece.WholeOf(member.Name, Ink.Value), Piece.Of($"  {member.Ipv4 ?? member.Ipv6}  {string.Join(", ", doors)}".TrimEnd()));
            }
        }
        var others = answer.Containers.Where(c => c.Mode is "host" or "none" or "shared").GroupBy(c => c.Mode).Select(g => $"{g.Key}{words.Colon}{string.Join(words.List, g.Select(c => c.Name))}").ToArray();
        if (others.Length > 0)
            page.Paragraph(0, [], Piece.Of(string.Join(" · ", others)));
    }

    private void Problems()
    {
        page.Blank();
        if (answer.Problems.IsEmpty)
        {
            var working = answer.Working.IsEmpty ? words.Of("none seen working", "没有看到正在通的连接")
                : words.Of($"{Count(answer.Working.Length, "connection")} seen working", $"看到 {answer.Working.Length} 个连接正常")
                    + words.Parens(string.Join(words.List, answer.Working.Take(3).Select(w => w.Target)) + (answer.Working.Length > 3 ? words.List + "…" : ""));
            page.Paragraph(0, [], Piece.Of(words.Of("No failing connection found. ", "没有发现不通的连接。"), Ink.Good), Piece.Of(words.Of(
                $"{Count(answer.Looked.Lines, "log line")} and {Count(answer.Looked.Sockets, "socket")} looked at; {working}.",
                $"看了 {answer.Looked.Lines} 行日志、{answer.Looked.Sockets} 个套接字；{working}。")));
            return;
        }
        page.Paragraph(0, [], Piece.Of(words.Of(answer.Problems.Length == 1 ? "1 connection fails" : $"{answer.Problems.Length} connections fail", $"有 {answer.Problems.Length} 个连接不通"), Ink.Bad));
        foreach (var problem in answer.Problems)
            One(problem);
    }

    private void One(Problem problem)
    {
        page.Blank();
        var outcome = problem.Observed?.Outcome ?? problem.Predicted?.Outcome ?? Outcome.Unknown;
        IReadOnlyList<Piece> number = [Piece.Of(problem.N.ToString(CultureInfo.InvariantCulture), Ink.Label), "  "];
        page.Row(Indent, 60, number, [Piece.WholeOf(problem.Source.Name, Ink.Value), " ", Piece.WholeOf("→ " + problem.Target.Given, Ink.Value)], [Piece.Of(words.Short(outcome), Ink.Bad)]);
        if (problem.Cause is { } cause)
            page.Paragraph(Indent, [], EvidenceView.Sentence(cause.Title));
        else
            page.Paragraph(Indent, [], Piece.Of(words.Of("The reason is not shown by what could be read.", "凭读到的东西还说不出原因。"), Ink.Warn));
        if (problem.Plans is [{ } plan, ..])
            page.Paragraph(Indent, [], Advice(problem, plan));
        var code = problem.Cause is { } c ? $"{c.Code} · {words.Confidence(c.Confidence)} · " : "";
        page.Paragraph(Indent, [], Piece.Of(code + Seen(problem, outcome), Ink.Faint));
    }

    /// <summary>What to write, where writing is all; else what to do.</summary>
    private List<Piece> Advice(Problem problem, Plan plan)
    {
        if (plan.NewTarget is not { } target || plan.Steps.Length > 1 || !plan.Commands.IsEmpty)
            return [Piece.Of(words.Repair, Ink.Label), "  ", Piece.Of(plan.Title)];
        var tried = plan.Dialled is { } dialled
            ? words.Of($"connects from {problem.Source.Name} now", $"刚从 {problem.Source.Name} 里试过，能连上") + words.Parens(words.Time(dialled.ElapsedMs))
            : words.Of("as computed", "按推算能通");
        return [Piece.Of(words.Of("Write", "改成"), Ink.Label), "  ", Piece.WholeOf(target, Ink.Command), "  ", Piece.Of(tried)];
    }

    private string Seen(Problem problem, string outcome)
    {
        var log = problem.SeenIn.Where(s => s.Kind == "log").ToArray();
        if (log.Length == 0)
            return string.Join(words.List, problem.SeenIn.Select(s => s.Text).Distinct());
        var count = log.Sum(s => s.Count);
        var last = log.Max(s => s.Last);
        var when = last is { } t ? words.Of(", last ", "，最近 ") + t.ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture) : "";
        var other = log.Select(s => s.Class).FirstOrDefault(k => k is not null && !Model.Symptoms.SymptomClass.Fits(k, outcome));
        return words.Of(count == 1 ? "once in its log" : $"{count} times in its log", $"日志里出现 {count} 次") + when
            + (other is null ? "" : words.Parens(words.Of($"as \"{words.Short(other)}\"", $"日志写的是{words.Short(other)}")));
    }

    private void Suspicions(bool whole)
    {
        if (answer.Suspicions.IsEmpty)
            return;
        page.Blank();
        if (whole)
        {
            page.Paragraph(0, [], Piece.Of(words.Of("Suspicions (nothing seen failing)", "可疑之处（没有看到失败）"), Ink.Warn));
            foreach (var suspicion in answer.Suspicions)
                One(suspicion);
            return;
        }
        var first = answer.Suspicions[0];
        page.Paragraph(0, [], Piece.Of(words.Of(
            $"{Count(answer.Suspicions.Length, "suspicion")} (nothing seen failing): {first.Source.Name} has {first.SeenIn[0].Text} → {first.Target.Given}. Show: ",
            $"{answer.Suspicions.Length} 处可疑（没有看到失败）：{first.Source.Name} 的 {first.SeenIn[0].Text} → {first.Target.Given}。查看：")), Piece.WholeOf("fairlead scan --all", Ink.Command));
    }

    private void NotRead()
    {
        var logs = answer.NotRead.Where(n => n.What == Readings.Logs).ToArray();
        if (logs.Length == 0)
            return;
        page.Blank();
        page.Paragraph(0, DiagnosisView.Label(words.NotRead), Piece.Of(string.Join(words.Semicolon, logs.Take(6).Select(n => $"{words.Reading(n.What)}{words.Parens(n.Of)}{words.Colon}{words.WhyNot(n.Why)}")) + (logs.Length > 6 ? "…" : "")));
    }

    private static string Count(int n, string what) => string.Create(CultureInfo.InvariantCulture, $"{n} {what}{(n == 1 ? "" : "s")}");
}
