using System.Collections.Immutable;
using System.CommandLine;
using Fairlead.Cli.Rendering;
using Fairlead.Facts;
using Fairlead.Model.Answer;

namespace Fairlead.Cli.Commands;

/// <summary>`address TARGET --from SOURCE`: what to write in the source so that it reaches the target.</summary>
internal static class AddressCommand
{
    public static Command Make(
        Func<Settings, string, string, CancellationToken, Task<Diagnosis>> why, GlobalOptions globals, Surroundings around, Func<string, string, string> say)
    {
        var target = new Argument<string>("TARGET") { Description = say("whom to reach: a URL, host:port, or a name", "要连谁：URL、host:port，或名字") };
        var from = new Option<string>("--from") { Required = true, HelpName = "SOURCE", Description = say("who dials", "从哪里连") };
        var command = new Command("address", say("the address to write in SOURCE for TARGET, best first", "在来源里该写什么地址，最好的在前")) { target, from };
        command.SetAction(async (parsed, cancel) =>
        {
            var settings = globals.Read(parsed, around);
            var answer = await why(settings, parsed.GetRequiredValue(from), parsed.GetRequiredValue(target), cancel).ConfigureAwait(false);
            var addresses = Of(answer, parsed.GetRequiredValue(target));
            if (settings.Json) around.Out.Write(AnswerJson.Write(addresses));
            else Screen.Write(around.Out, AddressView.Draw(addresses, settings.Lang, settings.Width, settings.Quiet), settings.Colour);
            return addresses.Addresses.Length > 0 ? 0 : answer.Verdict == Verdicts.Unknown ? 3 : 1;
        });
        return command;
    }

    /// <summary>
    /// The given address first when it works; then each plan's address. A plan that also changes something at the engine or in a file keeps its
    /// number, because the address works only after it.
    /// </summary>
    public static AddressAnswer Of(Diagnosis answer, string asked)
    {
        var choices = ImmutableArray.CreateBuilder<AddressChoice>();
        if (answer.Verdict is Verdicts.Reachable or Verdicts.Degraded)
        {
            var observed = answer.Observed is not null;
            var outcome = answer.Observed?.Outcome ?? answer.Predicted?.Outcome ?? Outcome.Unknown;
            choices.Add(new AddressChoice(Written(answer.Target, asked), outcome, observed ? ProofNames.Observed : ProofNames.Predicted, null, []));
        }
        foreach (var plan in answer.Plans)
        {
            if (plan.NewTarget is not { } value) continue;
            int? first = plan.Cost is [] or [CostNames.Setting] && plan.Commands.Length == 0 ? null : plan.N;
            choices.Add(new AddressChoice(value, plan.Dialled?.Outcome ?? plan.Predicted, plan.Proof, first, plan.Premises));
        }
        return new AddressAnswer { From = answer.Source.Name, Target = answer.Target.Given, Demo = answer.Demo, Addresses = choices.ToImmutable() };
    }

    // A bare name gets the port that was found for it: what is printed is what must be written.
    private static string Written(TargetInfo target, string asked) =>
        target.PortFrom != PortOrigins.Listener || asked.Contains("://", StringComparison.Ordinal)
            ? target.Given
            : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{target.Host}:{target.Port}");
}
