using System.Text.Json;
using Fairlead.LabTests.Lab;

namespace Fairlead.LabTests;

/// <summary>The field note's host repaired: what its author waited for arrives, and undo gives back the host as it was.</summary>
public sealed class FixEveningTests
{
    [Theory, MemberData(nameof(Repairing.Drawn), MemberType = typeof(Repairing))]
    public async Task The_chat_completion_and_the_bots_event_arrive_after_the_repair(int seed, string generation)
    {
        Engines.Need(generation);
        using var place = await Fleet.PlaceAsync();
        var built = await Shell.RunAsync(Paths.Script("evening"), ["--seed", $"{seed}", "--keep", "--engine", generation], null, TimeSpan.FromMinutes(5));
        using var json = JsonDocument.Parse(built.Stdout.Length > 0 ? built.Stdout : throw new InvalidOperationException(built.Stderr));
        var evening = json.RootElement;
        await using var host = LabHost.Adopt(evening.GetProperty("host").GetProperty("name").GetString()!, generation);
        var repairing = new Repairing(host);
        (string Source, string Target) Asked(string name) => evening.GetProperty("questions").EnumerateArray().Where(q => q.GetProperty("name").GetString() == name)
            .Select(q => (q.GetProperty("source").GetString()!, q.GetProperty("target").GetString()!)).Single();

        var (gateway, target) = Asked("gateway");
        var before = await repairing.LookAsync();
        string[] join = [gateway, target, "--apply", "connect-network", "--yes"];
        var joined = await repairing.FixAsync(join);
        Assert.True(joined.Exit == 0, $"seed {seed}: {joined.Exit} {joined.Stdout} {joined.Stderr}");
        var undone = await repairing.UndoAsync();
        Assert.True(undone.Exit == 0 && Repairing.Of(undone, "canonicalEqual").GetBoolean(), $"seed {seed}: {undone.Exit} {undone.Stdout} {undone.Stderr}");
        Assert.Equal(before, await repairing.LookAsync());
        Assert.Equal(0, (await repairing.FixAsync(join)).Exit);
        var address = new Uri(Repairing.Of(joined, "plan").GetProperty("newTarget").GetString()!).GetLeftPart(UriPartial.Authority);
        await RestartWithAsync(host, gateway, address);
        await LogAsync(host, gateway, "[INFO] 200 echo: hi");

        var (bot, url) = Asked("bot");
        var written = await repairing.FixAsync(bot, url, "--apply", "use-host-address", "--yes");
        if (evening.GetProperty("fault").GetString() is "loopback" or "both")
        {
            // The service itself has to be told to listen: that is a person's, and said.
            Assert.Equal(2, written.Exit);
            return;
        }

        Assert.True(written.Exit is 0 or 2, $"seed {seed}: {written.Exit} {written.Stdout} {written.Stderr}");
        await RestartWithAsync(host, bot, Repairing.Of(written, "plan").GetProperty("newTarget").GetString()!);
        await LogAsync(host, bot, "[info] action get_login_info");
    }

    /// <summary>The stand-in started again with another address, on the networks that it is on: what the person does who types it.</summary>
    private static async Task RestartWithAsync(LabHost host, string name, string address)
    {
        using var json = JsonDocument.Parse(await host.DockerAsync("inspect", name));
        var old = json.RootElement[0];
        var networks = old.GetProperty("NetworkSettings").GetProperty("Networks").EnumerateObject().Select(n => n.Name).ToArray();
        var args = old.GetProperty("Args").EnumerateArray().Select(a => a.GetString()!).ToArray();
        await host.DockerAsync("rm", "-f", name);
        await host.DockerAsync(["run", "-d", "--name", name, "--network", old.GetProperty("HostConfig").GetProperty("NetworkMode").GetString()!, "node", "node", .. args[..^1], address]);
        foreach (var network in networks.Where(n => n != old.GetProperty("HostConfig").GetProperty("NetworkMode").GetString() && n != "bridge"))
            await host.DockerAsync("network", "connect", network, name);
    }

    private static async Task LogAsync(LabHost host, string name, string line)
    {
        for (var i = 0; i < 150; i++)
        {
            if ((await host.DockerAsync("logs", name)).Contains(line, StringComparison.Ordinal))
                return;
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.Fail($"{name} never said {line}: {await host.DockerAsync("logs", name)}");
    }
}
