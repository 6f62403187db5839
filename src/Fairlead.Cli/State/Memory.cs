using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Fairlead.Cli.Commands;
using Fairlead.Cli.Rendering;
using Fairlead.Model.Answer;

namespace Fairlead.Cli.State;

/// <summary>
/// What a run tells the next: the problems of the last scan, by number, for a day; and the last question. Where nothing can be kept nothing is, which
/// is said with -v only.
/// </summary>
internal sealed class Memory(Settings settings, Surroundings around)
{
    private const string ScanFile = "last-scan.json", QuestionFile = "last-question.json";
    private static readonly TimeSpan Day = TimeSpan.FromDays(1), Ahead = TimeSpan.FromMinutes(5);
    private readonly StateFolder folder = new(settings.StateFolder, around.Variable);

    /// <summary>Whether it was kept.</summary>
    public bool Keep(ScanAnswer answer)
    {
        var words = Words.For(settings.Lang);
        ImmutableArray<KeptSaying> log(Problem p) =>
            [.. p.SeenIn.Where(s => s.Kind == "log").OrderByDescending(s => s.Last).Take(4).Select(s => new KeptSaying(SeenView.Said(s, words), s.Class, s.Last))];
        var scan = new KeptScan(around.Clock.GetUtcNow(), Host, Context, [.. answer.Problems.Select(p => new KeptProblem(p.N, p.Key, SourceOf(p), TargetOf(p), log(p)))]);
        return Write(ScanFile, JsonSerializer.Serialize(scan, KeptJson.Default.KeptScan));
    }

    /// <summary>Remembers the question of a live answer; of a file or the demonstration there is nothing to ask again.</summary>
    public void Keep(Diagnosis answer)
    {
        if (settings.Demo || settings.SnapshotFile is not null)
            return;
        var text = JsonSerializer.Serialize(new KeptQuestion(Host, Context, SourceOf(answer), TargetOf(answer)), KeptJson.Default.KeptQuestion);
        // The same question again costs no writing.
        if (folder.Read(QuestionFile) != text)
            Write(QuestionFile, text);
    }

    /// <summary>Problem <paramref name="n"/> of the last scan, and the settings that ask the engine of that scan.</summary>
    /// <exception cref="CannotAnswerException">Bad usage: none is kept, it is too old, or it has no such problem.</exception>
    public (KeptProblem Problem, Settings Settings) Problem(int n)
    {
        if (settings.Demo || settings.SnapshotFile is not null)
            throw Bad(settings.Say($"{Number(n)} alone is a problem of the last scan, and that asked a running engine", $"单写 {Number(n)} 指的是上次扫描的问题，而扫描问的是正在运行的引擎"), settings.Say("leave out --demo and --snapshot, or write SOURCE TARGET", "去掉 --demo 和 --snapshot，或者写出来源和目标"));
        if (Read(ScanFile, KeptJson.Default.KeptScan) is not { Problems.IsDefault: false } scan)
            throw Bad(settings.Say($"no scan is kept, so there is no problem {Number(n)}", $"没有存下的扫描结果，所以没有第 {Number(n)} 个问题"), settings.Say("run fairlead first, or write SOURCE TARGET", "先运行 fairlead，或者写出来源和目标"));
        var age = around.Clock.GetUtcNow() - scan.At;
        if (age > Day || age < -Ahead)
            throw Bad(settings.Say("the last scan is more than a day old", "上次扫描已经过了一天"), settings.Say("run fairlead again", "请重新运行 fairlead"));
        var words = Words.For("en");
        var problem = scan.Problems.FirstOrDefault(p => p.N == n) ?? throw Bad(
            scan.Problems.Length == 0 ? settings.Say("the last scan found no problem", "上次扫描没有发现问题")
                : settings.Say($"the last scan found {words.Count(scan.Problems.Length, "problem")}, none is number {Number(n)}", $"上次扫描发现 {scan.Problems.Length} 个问题，没有第 {Number(n)} 个"),
            settings.Say("run fairlead again, or write SOURCE TARGET", "请重新运行 fairlead，或者写出来源和目标"));
        return (problem, Towards(scan.Host, scan.Context));
    }

    /// <summary>The last question, and the settings that ask the same engine.</summary>
    /// <exception cref="CannotAnswerException">Bad usage: none is kept.</exception>
    public (KeptQuestion Question, Settings Settings) Question()
    {
        var kept = Read(QuestionFile, KeptJson.Default.KeptQuestion)
            ?? throw Bad(settings.Say("no question is kept that could be asked again", "没有存下可以再问一次的问题"), settings.Say("ask one: fairlead why SOURCE TARGET", "先问一个：fairlead why 来源 目标"));
        return (kept, Towards(kept.Host, kept.Context));
    }

    /// <summary>What is given on the command line goes before what is kept.</summary>
    private Settings Towards(string? host, string? context) =>
        settings.Host is not null || settings.Context is not null ? settings : settings with { Host = host, Context = host is null ? context : null };

    // A context on the command line goes before DOCKER_HOST (contract, part 1).
    private string? Host => settings.Host ?? (settings.Context is null ? Variable("DOCKER_HOST") : null);
    private string? Context => settings.Context ?? (Host is null ? Variable("DOCKER_CONTEXT") : null);

    private string? Variable(string name) => around.Variable(name) is { Length: > 0 } value ? value : null;

    private static string SourceOf(Diagnosis answer) => answer.Source.Kind == PartyKinds.Host ? "host" : "container:" + answer.Source.Name;

    private static string TargetOf(Diagnosis answer) => answer.Target.Given;

    private bool Write(string name, string text)
    {
        var why = folder.Write(name, text);
        if (why is not null && settings.Verbose)
            around.Error.WriteLine(settings.Say("not kept: ", "没有存下来：") + Printable.Show(why, 200));
        return why is null;
    }

    /// <summary>Null also for what is no longer understood: another version wrote it, or somebody else.</summary>
    private T? Read<T>(string name, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return folder.Read(name) is { Length: > 0 } text ? JsonSerializer.Deserialize(text, type) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Number(int n) => n.ToString(CultureInfo.InvariantCulture);

    private static CannotAnswerException Bad(string message, string hint) => new(ErrorCodes.BadUsage, message, hint);
}
