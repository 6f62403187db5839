using System.Text;
using Fairlead.Engine.Asking;
using Fairlead.Facts;
using Fairlead.LabTests.Walk;
using Fairlead.Model.World;
using Xunit;

namespace Fairlead.Tests.Walk;

/// <summary>lab/table on recorded hosts of five engines: the model against what real dials gave (the lab's test of the same name dials again).</summary>
public sealed class TruthTableTests
{
    public static TheoryData<string> Hosts =>
        [.. Directory.GetFiles(Path.Combine(Recorded.Folder, "table"), "*.snapshot").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Hosts))]
    public void The_model_walks_as_the_kernel_did(string recorded)
    {
        var (name, world) = (recorded.Split('.'), World(recorded));
        var rows = name is [var g, _, var change] ? TableRow.OfChange(Table("changes"), g, change) : TableRow.Of(Table("rows"), name[0], name[1] == "on");
        var wrong = new StringBuilder();
        foreach (var row in rows.Where(r => r.Source != "lan"))
        {
            var (outcome, seenAs) = row.Walk(world, row.Outcome, out var sure);
            // From which address a UDP server on all addresses answers is its own doing (IP_PKTINFO).
            var maybe = row.Protocol == "udp" && row.Port == 9053;
            if (outcome != row.Outcome || (row.SeenAs is { } seen && seen != seenAs) || (!sure && !maybe))
                wrong.AppendLine($"{row}: model {outcome} {seenAs}{(sure ? "" : ", not certain")}");
        }

        Assert.Equal("", wrong.ToString());
    }

    [Theory, MemberData(nameof(Hosts))]
    public void Names_mean_what_libc_was_told(string recorded)
    {
        var world = World(recorded);
        var wrong = new StringBuilder();
        foreach (var row in NameRow.Of(Table("names"), recorded.Split('.')[0]))
        {
            var answer = row.Resolve(world, out var sure);
            if (answer != row.Answer || !sure)
                wrong.AppendLine($"{row}: model {answer}{(sure ? "" : ", not certain")}");
        }

        Assert.Equal("", wrong.ToString());
    }

    private static HostWorld World(string recorded) => WhyQuestion.WorldOf(Recorded.Load($"table/{recorded}.snapshot"));

    private static string Table(string file) => Path.Combine(Recorded.Repository, "lab", "table", file);
}
