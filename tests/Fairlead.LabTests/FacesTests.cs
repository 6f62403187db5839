using System.Text.Json;
using Fairlead.LabTests.Lab;

namespace Fairlead.LabTests;

/// <summary>From one command to the next on a real engine: a scan's numbers, the question again, waiting until it works, the map alone.</summary>
public sealed class FacesTests
{
    [Fact]
    public async Task A_problem_is_asked_by_its_number_and_again_and_is_over_when_repaired()
    {
        await using var lease = await Fleet.TakeAsync("28");
        var host = lease.Host;
        var state = Directory.CreateTempSubdirectory("fairlead-state-");
        try
        {
            Task<Answer> ask(params string[] args) => FairleadBinary.AskAsync(host, false, [.. args, "--state", state.FullName]);
            await host.DockerAsync("run", "-d", "--name", "late", "bb", "sleep", "1d");
            var address = await host.DockerAsync("inspect", "-f", "{{.NetworkSettings.Networks.bridge.IPAddress}}", "late");
            await host.DockerAsync("run", "-d", "--name", "client", "bb", "sh", "-c", $"echo 'dial tcp {address}:8123: connect: connection refused'; sleep 1d");
            Assert.Equal(2, (await ask("why", "1")).Exit);
            var scan = await ask("scan");
            Assert.Equal(1, scan.Exit);
            var problem = Assert.Single(scan.List("problems"));
            var byNumber = await ask("why", "1");
            Assert.Equal((1, problem.GetProperty("cause").GetProperty("code").GetString(), "client"), (byNumber.Exit, byNumber.Code, byNumber.In("source", "name")));
            Assert.Equal((1, "client"), (await ask("again") is var again ? (again.Exit, again.In("source", "name")) : default));

            var waiting = ask("again", "--wait", "2m");
            await host.DockerAsync("exec", "-d", "late", "httpd", "-f", "-p", "8123", "-h", "/www");
            Assert.Equal((0, "reachable"), (await waiting is var end ? (end.Exit, end.Verdict) : default));
        }
        finally
        {
            state.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task The_map_is_that_of_the_scan_and_dials_nothing()
    {
        await using var lease = await Fleet.TakeAsync("28");
        var host = lease.Host;
        await host.DockerAsync("network", "create", "inner");
        await host.DockerAsync("run", "-d", "--name", "api", "-p", "8123:8123", "bb", "httpd", "-f", "-p", "8123", "-h", "/www");
        await host.DockerAsync("run", "-d", "--name", "client", "--network", "inner", "bb", "sh", "-c", "echo 'dial tcp 127.0.0.1:8123: connect: connection refused'; sleep 1d");
        await host.DockerAsync("network", "connect", "bridge", "client");
        await host.DockerAsync("run", "-d", "--name", "beside", "--network", "container:api", "bb", "sleep", "1d");
        var pid = await host.PidOfAsync("client");
        var before = Watch.ActiveOpens(pid);
        var map = await FairleadBinary.AskAsync(host, false, "map");
        Assert.Equal((0, before), (map.Exit, Watch.ActiveOpens(pid)));
        var scan = await FairleadBinary.AskAsync(host, false, "scan");
        foreach (var part in (string[])["host", "networks"])
            Assert.Equal(scan.Json.GetProperty(part).ToString(), map.Json.GetProperty(part).ToString());
        Assert.Equal(
            ["api null bridge [8123]", "beside \"api\" bridge [8123]", "client null bridge []"],
            map.List("containers").Select(c => $"{c.GetProperty("name").GetString()} {c.GetProperty("sharesWith").GetRawText()} {c.GetProperty("gatewayNetwork").GetString() ?? "null"} {Ports(c.GetProperty("listeners"))}"));
    }

    private static string Ports(JsonElement listeners) => listeners.ValueKind == JsonValueKind.Null ? "null"
        : "[" + string.Join(",", listeners.EnumerateArray().Where(l => l.GetProperty("address").GetString() is "0.0.0.0" or "::").Select(l => l.GetProperty("port").GetInt32()).Distinct()) + "]";
}
