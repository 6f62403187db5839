using System.Globalization;
using Fairlead.Facts;
using Fairlead.Model.Answer;
using Fairlead.Model.Symptoms;

namespace Fairlead.Cli.Rendering;

/// <summary>Where a failure was seen, in a line; and whether a dial of now tells another story than the log.</summary>
internal static class SeenView
{
    // As the libraries write it; the longer before what it contains.
    private static readonly string[] Sayings =
    [
        "i/o timeout", "context deadline exceeded", "connection refused", "connection reset by peer", "connection timed out", "operation timed out", "request timed out",
        "timed out", "timeout", "no route to host", "host is unreachable", "network is unreachable", "no such host", "name or service not known",
        "temporary failure in name resolution", "could not resolve host", "bad address", "ECONNREFUSED", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "ENOTFOUND", "EAI_AGAIN", "ECONNRESET",
        "broken pipe", "unexpected EOF", "socket hang up", "连接被拒绝", "连接超时", "超时",
    ];

    /// <summary>"12 times in its log, last 20:41:55 (as "i/o timeout"; a dial now is refused)".</summary>
    public static string Text(IReadOnlyList<Sighting> seenIn, string outcome, DateTimeOffset now, TimeZoneInfo zone, Words words)
    {
        var parts = new List<string>();
        var log = seenIn.Where(s => s.Kind == "log").ToArray();
        if (log.Length > 0)
        {
            var count = log.Sum(s => s.Count);
            var when = log.Max(s => s.Last) is { } last ? words.Of(", last ", "，最近 ") + Time(last, now, zone) : "";
            parts.Add(words.Of(count == 1 ? "once in its log" : $"{count} times in its log", $"日志里出现 {count} 次") + when
                + (Other(log, outcome) is { } other ? words.Parens(words.Of($"as \"{Said(other, words)}\"; a dial now {Now(outcome, words)}", $"日志写的是 {Said(other, words)}，现在拨号{Now(outcome, words)}")) : ""));
            if (log.All(s => s.StillHappening == false))
                parts.Add(words.Of("not now", "现在没有"));
        }
        if (seenIn.Any(s => s.Kind == "socket"))
            parts.Add(words.Of("a socket of it waits for an answer", "它有套接字正在等回应"));
        var settings = seenIn.Where(s => s.Kind is not ("log" or "socket")).Select(s => s.Kind == "command" ? words.Of("its command", "启动命令") : s.Text).Distinct().ToArray();
        if (settings.Length > 0)
            parts.Add(words.Of("set in ", "写在 ") + string.Join(words.List, settings));
        return string.Join(words.Semicolon, parts);
    }

    /// <summary>The newest sighting in a log, where it tells of another failure than the dial of now; else null.</summary>
    private static Sighting? Other(IEnumerable<Sighting> log, string outcome) =>
        log.MaxBy(s => s.Last) is { Class: { } told } newest && !SymptomClass.Fits(told, outcome) ? newest : null;

    /// <summary>How the log calls the failure, in its own words where they are known ones.</summary>
    public static string Said(Sighting sighting, Words words)
    {
        foreach (var saying in Sayings)
        {
            var at = sighting.Text.IndexOf(saying, StringComparison.OrdinalIgnoreCase);
            if (at >= 0)
                return sighting.Text.Substring(at, saying.Length);
        }
        return words.Short(sighting.Class ?? Outcome.Unknown);
    }

    /// <summary>"is refused", after "a dial now".</summary>
    public static string Now(string outcome, Words words) => outcome switch
    {
        Outcome.Ok => words.Of("connects", "能连上"),
        Outcome.Refused => words.Of("is refused", "被拒绝"),
        Outcome.Timeout => words.Of("gets no answer", "没有回应"),
        Outcome.Cut => words.Of("is cut", "被断开"),
        Outcome.NameNotFound => words.Of("finds no such name", "找不到这个名字"),
        _ => words.Of("gives: ", "的结果是：") + words.Phrase(outcome),
    };

    /// <summary>The time of day; with the day where it is another one.</summary>
    public static string Time(DateTimeOffset at, DateTimeOffset now, TimeZoneInfo zone)
    {
        var (here, today) = (TimeZoneInfo.ConvertTime(at, zone), TimeZoneInfo.ConvertTime(now, zone));
        return here.ToString(here.Date == today.Date ? "HH:mm:ss" : "MM-dd HH:mm", CultureInfo.InvariantCulture);
    }
}
