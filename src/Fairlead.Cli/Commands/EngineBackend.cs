using Fairlead.Engine.Asking;
using Fairlead.Engine.Client;
using Fairlead.Engine.Vantages;
using Fairlead.Model.Answer;

namespace Fairlead.Cli.Commands;

/// <summary>The commands' questions put to the engine side, and its refusals put into the contract's errors.</summary>
internal static class EngineBackend
{
    public static Backend Make(Surroundings around) => new()
    {
        Why = (settings, source, target, cancel) => Answered(settings, async () =>
        {
            var answer = await WhyQuestion.AskAsync(Options(settings, around), source, target, cancel).ConfigureAwait(false);
            if (answer.Took is { } took && !settings.Json && !settings.Quiet)
            {
                around.Error.WriteLine(settings.Say($"'{Printable.Show(source, 80)}' is taken for {Printable.Show(took, 80)}.", $"“{Printable.Show(source, 80)}”按 {Printable.Show(took, 80)} 处理。"));
            }

            return answer.Diagnosis;
        }),
        CheckEngine = (settings, cancel) => Answered(settings, async () =>
        {
            await using var client = await EngineSession.ConnectAsync(Options(settings, around), cancel).ConfigureAwait(false);
            await client.PingAsync(cancel).ConfigureAwait(false);
            return 0;
        }),
    };

    private static WhyOptions Options(Settings settings, Surroundings around) => new()
    {
        Host = settings.Host,
        Context = settings.Context,
        Vantage = settings.Vantage switch { "root" => VantageWish.Root, "helper" => VantageWish.Helper, "api" => VantageWish.Api, _ => VantageWish.Auto },
        Probe = settings.Probe,
        Timeout = settings.Timeout,
        Lang = settings.Lang,
        Version = VersionCommand.Number,
    };

    private static async Task<T> Answered<T>(Settings settings, Func<Task<T>> ask)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (AskException e)
        {
            throw new CannotAnswerException(e.Code, e.Message, e.Hint, [.. e.Candidates]);
        }
        catch (EngineUnavailableException e)
        {
            var demo = settings.Say("or try: fairlead --demo why …", "或先试试：fairlead --demo why …");
            throw new CannotAnswerException(e.Code, e.Message, e.Failure == EngineFailure.Unreachable ? $"{e.Hint} {demo}".Trim() : e.Hint);
        }
    }
}
