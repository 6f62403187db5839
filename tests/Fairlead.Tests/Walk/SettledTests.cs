using System.Collections.Immutable;
using Fairlead.Engine.Asking;
using Fairlead.Facts;
using Fairlead.Model.Walk;
using Xunit;

namespace Fairlead.Tests.Walk;

/// <summary>A silent drop is settled early only while the neighbour on the way to it answers; over a recorded host with one entry changed.</summary>
public sealed class SettledTests
{
    private static readonly Recorded Dropped = Recorded.Of("28.networks-disjoint.by-address");

    [Theory]
    [InlineData("reachable", true)]
    [InlineData("stale", true)]
    [InlineData("failed", false)]
    [InlineData("incomplete", false)]
    public void A_neighbour_answers_as_its_entry_says(string state, bool answers)
    {
        var (path, hop) = Hop();
        var changed = WithNeighbours(n => n with { Address = hop.Next!.Value.Address, Index = hop.Next.Value.Link, Mac = "02:00:00:00:00:01", State = state });
        Assert.Equal(HopKind.Filter, path.Stop.Kind);
        Assert.Equal(answers, Settled.Answers(WhyQuestion.WorldOf(changed), hop));
    }

    [Fact]
    public void Who_has_no_entry_or_whose_entries_were_not_read_settles_nothing()
    {
        var (_, hop) = Hop();
        Assert.False(Settled.Answers(WhyQuestion.WorldOf(Without(Reading.Of(ImmutableArray<Neighbour>.Empty))), hop));
        Assert.False(Settled.Answers(WhyQuestion.WorldOf(Without(new NotRead(Readings.Neighbours, "source", WhyNot.NotPermitted))), hop));
    }

    [Fact]
    public void A_packet_that_never_left_its_namespace_needs_no_neighbour()
    {
        var path = Recorded.Of("28.loopback-is-self.nobody-has-the-port").Ask().Path!;
        Assert.Null(Settled.NeighbourBefore(path, path.Stop));
        Assert.True(Settled.Answers(WhyQuestion.WorldOf(Dropped.Snapshot), null));
    }

    private static (WalkPath Path, Step Hop) Hop()
    {
        var path = Dropped.Ask().Path!;
        return (path, Settled.NeighbourBefore(path, path.Stop) ?? throw new InvalidOperationException("no neighbour on the way"));
    }

    private static Snapshot WithNeighbours(Func<Neighbour, Neighbour> change) => Without(Reading.Of(ImmutableArray.Create(change(new Neighbour(0, System.Net.IPAddress.Loopback, null, "")))));

    private static Snapshot Without(Reading<ImmutableArray<Neighbour>> neighbours) => Dropped.Snapshot with
    {
        Namespaces = Dropped.Snapshot.Namespaces.ToImmutableDictionary(n => n.Key, n => n.Value with { Neighbours = neighbours }),
    };
}
