using System.Globalization;
using System.Runtime.InteropServices;
using Fairlead.Agent;
using Fairlead.Agent.Protocol;
using Fairlead.Engine.Apply;
using Fairlead.Engine.Asking;
using Fairlead.Engine.Client;
using Fairlead.Engine.Scanning;
using Fairlead.Engine.Snapshots;
using Fairlead.Engine.Vantages;
using Fairlead.Facts;
using Fairlead.Model.Answer;
using Fairlead.Model.Words;
using Microsoft.Win32.SafeHandles;

namespace Fairlead.Cli.Commands;

/// <summary>The commands' questions put to the engine side, and its refusals put into the contract's errors.</summary>
internal static class EngineBackend
{
    public static Backend Make(Surroundings around) => Make(around, []);

    /// <param name="told">Parts of names of which it was said whom they are taken for: once a run.</param>
    private static Backend Make(Surroundings around, HashSet<string> told) => new()
    {
        Why = (settings, source, target, cancel) => Answered(settings, async () =>
        {
            var answer = await WhyQuestion.AskAsync(Options(settings, around), source, target, cancel).ConfigureAwait(false);
            if (answer.Took is { } took && settings is { Json: false, Quiet: false } && told.Add(source))
            {
                using var aside = around.Progress.Aside();
                around.Error.WriteLine(settings.Say($"'{Printable.Show(source, 80)}' is taken for {Printable.Show(took, 80)}.", $"“{Printable.Show(source, 80)}”按 {Printable.Show(took, 80)} 处理。"));
            }

            return answer.Diagnosis;
        }),
        Scan = (settings, cancel) => Answered(settings, () => settings.Demo || settings.SnapshotFile is not null
            ? throw new AskException(ErrorCodes.BadUsage, settings.Say("a scan looks at a running engine", "扫描要看正在运行的引擎"), settings.Say("leave out --snapshot and --demo", "去掉 --snapshot 和 --demo"))
            : ScanQuestion.AskAsync(Options(settings, around) with { Progress = new Stages(settings, around.Progress), Begun = settings.Begun }, cancel)),
        Map = (settings, cancel) => Answered(settings, () => MapQuestion.AskAsync(Options(settings, around), cancel)),
        Fix = (settings, wish, talk, cancel) => Answered(settings, () => FixQuestion.RunAsync(Options(settings, around), wish, talk, cancel), demo: false),
        Undo = (settings, wish, talk, cancel) => Answered(settings, () => UndoQuestion.RunAsync(Options(settings, around), wish, talk, cancel), demo: false),
        CheckEngine = (settings, cancel) => Answered(settings, async () =>
        {
            await using var client = await EngineSession.ConnectAsync(Options(settings, around), cancel).ConfigureAwait(false);
            await client.PingAsync(cancel).ConfigureAwait(false);
            return 0;
        }),
        SaveSnapshot = (settings, file, cancel) => Answered(settings, async () =>
        {
            var snapshot = settings.SnapshotFile is null && !settings.Demo
                ? await SnapshotTaking.TakeAsync(Options(settings, around), cancel).ConfigureAwait(false)
                : Options(settings, around).From!;
            if (SnapshotStore.Save(snapshot, file) is { } error)
            {
                throw new AskException(ErrorCodes.BadFile, error, settings.Say("choose a folder that can be written", "换一个可以写的目录"));
            }

            return settings.Say($"saved: {Count(snapshot)}, seen as {snapshot.Vantage}", $"已保存：{Count(snapshot)}，视角 {snapshot.Vantage}");
        }),
        LoadSnapshot = (settings, file, _) => Answered(settings, () => Task.FromResult(Count(Load(file, settings)))),
        Agent = ServeAsync,
    };

    private static string Count(Snapshot s) => string.Create(System.Globalization.CultureInfo.InvariantCulture,
        $"Docker {s.Engine.Version}, {s.Containers.Length} containers, {s.Networks.Length} networks, {s.Namespaces.Count} namespaces, {s.At:u}");

    private static Snapshot Load(string file, Settings settings)
    {
        var (snapshot, error) = SnapshotStore.Load(file);
        return snapshot ?? throw new AskException(ErrorCodes.BadFile, error ?? file, settings.Say("save one with: fairlead snapshot save FILE", "保存快照：fairlead snapshot save 文件"));
    }

    private static Snapshot DemoHost()
    {
        using var packed = typeof(EngineBackend).Assembly.GetManifestResourceStream("demo.snapshot")
            ?? throw new AskException(ErrorCodes.BadFile, "this build carries no demonstration host", null);
        var (snapshot, error) = SnapshotStore.Read(packed, packed.Length, "demo");
        return (snapshot ?? throw new AskException(ErrorCodes.BadFile, error ?? "demo", null)) with { Demo = true };
    }

    private static async Task<int> ServeAsync(TimeSpan deadline, CancellationToken cancel)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        end.CancelAfter(deadline);
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            end.Cancel();
        });
        // A read of standard input cannot be interrupted: when the time is over there is nobody to finish anything for.
        using var over = end.Token.Register(static () => Environment.Exit(0));
        await using var agent = new LocalAgent(asHelper: true);
        await using var input = new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, 0, isAsync: false);
        await using var output = new DescriptorStream(1);
        return await AgentServer.RunAsync(agent, input, output, end.Token).ConfigureAwait(false);
    }

    /// <summary>The stages of a scan in the words of the progress line. Called from several threads; no thread of its own.</summary>
    private sealed class Stages(Settings settings, ProgressLine line) : IProgress<ScanProgress>
    {
        public void Report(ScanProgress value)
        {
            var stage = value.Stage switch
            {
                "containers" => settings.Say("looking into containers", "正在查看容器"),
                "logs" => settings.Say("reading logs", "正在读日志"),
                "dials" => settings.Say("dialling what looks broken", "正在拨号核对可疑的连接"),
                _ => settings.Say("finding causes", "正在找原因"),
            };
            line.Report(string.Create(CultureInfo.InvariantCulture, $"{stage} {value.Done}/{value.Total} …"));
        }
    }

    private static WhyOptions Options(Settings settings, Surroundings around) => new()
    {
        Host = settings.Host,
        Context = settings.Context,
        Vantage = settings.Vantage switch { "root" => VantageWish.Root, "helper" => VantageWish.Helper, "api" => VantageWish.Api, _ => VantageWish.Auto },
        Probe = settings.Probe,
        ConnectOnly = settings.ConnectOnly,
        ProvePlans = !settings.ConnectOnly,
        Timeout = settings.Timeout,
        Lang = settings.Lang,
        Version = VersionCommand.Number,
        Consent = new HelperConsent(settings, around).AskAsync,
        From = settings.Demo ? DemoHost() : settings.SnapshotFile is { } file ? Load(file, settings) : null,
    };

    private static async Task<T> Answered<T>(Settings settings, Func<Task<T>> ask, bool demo = true)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (AskException e)
        {
            throw new CannotAnswerException(e.Code, Refusals.In(settings.Lang, e.Message), e.Hint is { } hint ? Refusals.In(settings.Lang, hint) : null, [.. e.Candidates]);
        }
        catch (EngineUnavailableException e)
        {
            var hint = Refusals.In(settings.Lang, e.Hint);
            // Nothing there to ask: a demonstration needs none.
            if (e.Failure == EngineFailure.Unreachable && demo)
                hint += (hint.Length > 0 ? settings.Say(" ", "；") : "") + settings.Say("Or see a demonstration: fairlead --demo why …", "也可以先看演示：fairlead --demo why …");
            throw new CannotAnswerException(e.Code, Refusals.In(settings.Lang, e.Message), hint.Length > 0 ? hint : null);
        }
    }
}
