using Fairlead.LabTests.Lab;
using Fairlead.Oracle;
using Fairlead.RuleFiles;

namespace Fairlead.LabTests.RuleReading;

/// <summary>A short campaign of bench/oracle: hosts drawn from a seed, the kernel decides by real packets, the model agrees or says unknown.</summary>
public sealed class OracleTests
{
    private const int Hosts = 24, Seed = 7000, Rules = 14;

    [Fact]
    public async Task The_model_says_what_the_kernel_does_or_that_it_cannot_say()
    {
        if (Environment.UserName != "root")
            Assert.Skip("network namespaces are made by root only");
        Directory.CreateDirectory(Paths.Lab);
        var wire = Path.Combine(Paths.Lab, $"oracle-wire-{Environment.ProcessId}");
        _ = (await Shell.RunAsync("gcc", "-O1", "-Wall", "-o", wire, Paths.Script("oracle-wire.c"))).Text;
        try
        {
            Ground.Sweep();
            var campaign = new Campaign(wire);
            campaign.LearnWhatThereIs();
            var tally = new Tally();
            for (var i = 0; i < Hosts; i++)
            {
                foreach (var trial in campaign.Run(campaign.Draw(Seed + i, Rules)))
                    tally.Add(trial);
            }
            TestContext.Current.TestOutputHelper?.WriteLine(tally.Last);
            Assert.True(tally.Disagreements.All(d => Sickbay.AllowsDifference(d.Aim.Kind.Name)), string.Join('\n', tally.Disagreements));
            Assert.True(tally.Flows > Hosts * 15, tally.Last);
            Assert.True(tally.UnknownByKind.Keys.All(k => Sickbay.AllowsUnknown(k.Replace("action ", "", StringComparison.Ordinal))),
                string.Join(", ", tally.UnknownByKind.Keys.Where(k => !Sickbay.AllowsUnknown(k.Replace("action ", "", StringComparison.Ordinal)))));
            Assert.True(tally.Unknown < tally.Flows / 20, tally.Last);
        }
        finally
        {
            File.Delete(wire);
        }
    }
}
