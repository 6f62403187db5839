using Fairlead.Engine.Vantages;
using Xunit;

namespace Fairlead.Tests.Engine;

/// <summary>Lines of /proc as they were seen on hosts with different control group drivers.</summary>
public class ContainerProcessesTests
{
    private const string Id = "91e396585b6612a41a1c91da22e53f3894816e88dc09c3974a1769f7a917c318";
    private static readonly HashSet<string> Known = [Id];

    [Theory]
    [InlineData("0::/system.slice/docker-" + Id + ".scope\n")]
    [InlineData("12:pids:/docker/" + Id + "\n11:cpu,cpuacct:/docker/" + Id + "\n")]
    [InlineData("0::/../../docker/" + Id + "\n")]
    [InlineData("0::/machine.slice/libpod-" + Id + ".scope/container\n")]
    public void The_id_is_found_in_every_drivers_path(string text) => Assert.Equal(Id, ContainerProcesses.IdIn(text, Known));

    [Theory]
    [InlineData("")]
    [InlineData("0::/user.slice/session-1.scope\n")]
    [InlineData("0::/docker/0" + Id + "\n")]
    [InlineData("0::/docker/01e396585b6612a41a1c91da22e53f3894816e88dc09c3974a1769f7a917c318\n")]
    public void Another_path_is_no_containers(string text) => Assert.Null(ContainerProcesses.IdIn(text, Known));

    [Fact]
    public void Parent_and_start_are_read_behind_any_name()
    {
        Assert.Equal((4141, 99001UL), ContainerProcesses.Origin("4142 (a) S (b 7) S 4141 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 99001 1 2"));
        Assert.Null(ContainerProcesses.Origin(""));
        Assert.Null(ContainerProcesses.Origin("1 (x) S"));
    }

    [Fact]
    public void Nobody_is_found_where_nobody_is() => Assert.Empty(ContainerProcesses.Find(new HashSet<string> { new('0', 64) }, TestContext.Current.CancellationToken));
}
