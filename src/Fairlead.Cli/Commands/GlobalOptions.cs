using System.CommandLine;
using System.Globalization;
using Fairlead.Model.Answer;

namespace Fairlead.Cli.Commands;

/// <summary>The global options, and how they become <see cref="Settings"/>.</summary>
internal sealed class GlobalOptions
{
    private readonly Option<string?> host = new("--host") { HelpName = "URL" };
    private readonly Option<string?> context = new("--context") { HelpName = "NAME" };
    private readonly Option<string?> snapshot = new("--snapshot") { HelpName = "FILE" };
    private readonly Option<string?> vantage = new("--vantage") { HelpName = "auto|root|helper|api" };
    private readonly Option<bool> noProbe = new("--no-probe");
    private readonly Option<string?> timeout = new("--timeout") { HelpName = "DURATION" };
    private readonly Option<string?> format = new("--format") { HelpName = "text|json" };
    private readonly Option<string?> lang = new("--lang") { HelpName = "en|zh" };
    private readonly Option<bool> verbose = new("-v", "--verbose");
    private readonly Option<bool> quiet = new("-q", "--quiet");
    private readonly Option<bool> noColor = new("--no-color");
    private readonly Option<string?> width = new("--width") { HelpName = "N" };
    private readonly Option<string?> state = new("--state") { HelpName = "DIR" };
    private readonly Option<bool> demo = new("--demo");

    public GlobalOptions(string language)
    {
        string Say(string en, string zh) => language == "zh" ? zh : en;
        host.Description = Say("the engine to ask: unix://, tcp:// or ssh://", "要问的引擎：unix://、tcp:// 或 ssh://");
        context.Description = Say("the docker context to use", "使用的 docker context");
        snapshot.Description = Say("answer from a saved snapshot; nothing is dialled", "根据存下的快照回答，不拨号");
        vantage.Description = Say("from where to look (helper is consent to temporary containers)", "从哪里看（helper 表示同意用临时容器）");
        noProbe.Description = Say("compute only, dial nothing", "只推算，不拨号");
        timeout.Description = Say("limit of one dial, such as 4s or 800ms", "一次拨号的时限，如 4s、800ms");
        format.Description = Say("text for people, json for programs", "text 给人看，json 给程序读");
        lang.Description = Say("language of the answer", "回答的语言");
        verbose.Description = Say("the way hop by hop, and all evidence", "逐跳路径和全部依据");
        quiet.Description = Say("one line a problem", "每个问题一行");
        noColor.Description = Say("no colour", "不要颜色");
        width.Description = Say("cells a line", "每行的宽度");
        state.Description = Say("folder for what is kept between runs", "两次运行之间存东西的目录");
        demo.Description = Say("answer from the embedded demonstration host", "用内置的演示主机回答");
    }

    public void AddTo(Command root)
    {
        foreach (var option in (Option[])[host, context, snapshot, vantage, noProbe, timeout, format, lang, verbose, quiet, noColor, width, state, demo])
        {
            option.Recursive = true;
            root.Add(option);
        }
    }

    public Settings Read(ParseResult parsed, Surroundings around)
    {
        var language = Language(parsed.GetValue(lang), around.Variable);
        var settings = new Settings { Lang = language };
        if (parsed.GetValue(demo) && parsed.GetValue(snapshot) is not null)
            throw Bad("--demo and --snapshot exclude each other", "--demo 和 --snapshot 不能一起用", language);
        var chosen = One(parsed.GetValue(format), "text", ["text", "json"], "--format", settings);
        return settings with
        {
            Host = parsed.GetValue(host),
            Context = parsed.GetValue(context),
            SnapshotFile = parsed.GetValue(snapshot),
            Vantage = One(parsed.GetValue(vantage), "auto", ["auto", "root", "helper", "api"], "--vantage", settings),
            Probe = !parsed.GetValue(noProbe),
            Timeout = Duration(parsed.GetValue(timeout), "--timeout", 600, settings) ?? settings.Timeout,
            Json = chosen == "json",
            Verbose = parsed.GetValue(verbose),
            Quiet = parsed.GetValue(quiet),
            Colour = around.OutIsTerminal && !parsed.GetValue(noColor) && around.Variable("NO_COLOR") is not { Length: > 0 } && around.Variable("TERM") != "dumb",
            Width = Cells(parsed.GetValue(width), settings, around),
            StateFolder = parsed.GetValue(state),
            Demo = parsed.GetValue(demo),
        };
    }

    /// <summary>"zh" or "en" by --lang, else LC_ALL, LC_MESSAGES, LANG: the first that is set decides.</summary>
    public static string Language(string? given, Func<string, string?> variable)
    {
        if (given is not null)
            return given is "en" or "zh" ? given : throw Bad($"--lang {Printable.Show(given, 80)}: en or zh was expected", $"--lang {Printable.Show(given, 80)}：应是 en 或 zh", LanguageOf(variable));
        return LanguageOf(variable);
    }

    private static string LanguageOf(Func<string, string?> variable)
    {
        foreach (var name in (string[])["LC_ALL", "LC_MESSAGES", "LANG"])
            if (variable(name) is { Length: > 0 } value)
                return value.StartsWith("zh", StringComparison.OrdinalIgnoreCase) ? "zh" : "en";
        return "en";
    }

    private static string One(string? given, string usual, string[] known, string name, Settings settings)
    {
        if (given is null) return usual;
        if (Array.IndexOf(known, given) >= 0) return given;
        var shown = Printable.Show(given, 80);
        throw Bad($"{name} {shown}: one of {string.Join(", ", known)} was expected", $"{name} {shown}：应是 {string.Join("、", known)} 之一", settings.Lang);
    }

    /// <summary>"4s", "800ms", "1m" or seconds as a bare number; more than nothing and at most so many seconds, whole minutes. Null where none is given.</summary>
    internal static TimeSpan? Duration(string? given, string name, int most, Settings settings)
    {
        if (given is null) return null;
        var (digits, unit) = given switch
        {
            _ when given.EndsWith("ms", StringComparison.Ordinal) => (given[..^2], 0.001),
            _ when given.EndsWith('s') => (given[..^1], 1.0),
            _ when given.EndsWith('m') => (given[..^1], 60.0),
            _ => (given, 1.0),
        };
        if (digits.Length is > 0 and < 12 && double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number * unit >= 0.001 && number * unit <= most)
            return TimeSpan.FromSeconds(number * unit);
        var (shown, minutes) = (Printable.Show(given, 80), (most / 60).ToString(CultureInfo.InvariantCulture));
        throw Bad($"{name} {shown}: a duration such as 4s or 800ms was expected, at most {minutes}m", $"{name} {shown}：应是 4s、800ms 这样的时长，最多 {minutes}m", settings.Lang);
    }

    private static int Cells(string? given, Settings settings, Surroundings around)
    {
        if (given is null)
        {
            if (!around.OutIsTerminal) return 120;
            var columns = around.Columns();
            return columns <= 0 ? 80 : Math.Clamp(columns, 40, 120);
        }
        if (int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var cells) && cells is >= 40 and <= 1000) return cells;
        throw Bad($"--width {given}: a number from 40 to 1000 was expected", $"--width {given}：应是 40 到 1000 的数", settings.Lang);
    }

    internal static CannotAnswerException Bad(string en, string zh, string lang) =>
        new(ErrorCodes.BadUsage, lang == "zh" ? zh : en, lang == "zh" ? "用法见 fairlead --help" : "see fairlead --help");
}
