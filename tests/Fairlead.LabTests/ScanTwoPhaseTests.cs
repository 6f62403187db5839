using Fairlead.LabTests.Lab;

namespace Fairlead.LabTests;

/// <summary>Dialled among many, then alone: what fails always, what fails now and then, what waits in silence, and what works.</summary>
public sealed class ScanTwoPhaseTests
{
    public static TheoryData<string> Generations => Scanned.Generations;

    [Theory, MemberData(nameof(Generations))]
    public async Task What_fails_now_and_then_is_told_from_what_fails_always(string generation)
    {
        await using var lease = await Fleet.TakeAsync(generation);
        var host = lease.Host;
        string[] rule = ["INPUT", "-p", "tcp", "--syn", "--dport", "8124", "-m", "statistic", "--mode", "nth", "--every", "2", "--packet", "0", "-j", "REJECT", "--reject-with", "tcp-reset"];
        _ = (await host.AtAsync(["iptables", "-I", .. rule])).Text;
        try
        {
            await host.DockerAsync("run", "-d", "--name", "every-second", "--network", "host", "bb", "httpd", "-f", "-p", "8124", "-h", "/www");
            Task loop(string name, string url) => host.DockerAsync("run", "-d", "--name", name, "bb", "sh", "-c", $"while :; do wget -q -O /dev/null {url} || echo 'GET {url} failed: connection refused'; sleep 1; done");
            await loop("sometimes", $"http://{host.Address}:8124/");
            await loop("always", $"http://{host.Address}:8125/");
            var answer = await Scanned.AskUntilAsync(host, a => Scanned.Of(a, "sometimes") is not null && Scanned.Of(a, "always") is not null);
            string told(string name) => Scanned.Of(answer, name) is not { } p ? "nothing"
                : $"{p.GetProperty("verdict").GetString()} {p.GetProperty("intermittent").GetBoolean()} {string.Join(' ', p.GetProperty("series").EnumerateArray().Select(o => o.GetString()).Distinct().Order(StringComparer.Ordinal))}";
            Assert.Equal("degraded True ok refused", told("sometimes"));
            Assert.Equal("unreachable False refused", told("always"));
        }
        finally
        {
            await host.AtAsync(["iptables", "-D", .. rule]);
        }
    }

    [Theory, MemberData(nameof(Generations))]
    public async Task A_socket_that_waits_is_found_without_a_word_in_any_log_and_one_that_works_is_listed(string generation)
    {
        await using var lease = await Fleet.TakeAsync(generation);
        var host = lease.Host;
        await host.DockerAsync("network", "create", "other");
        await host.DockerAsync("run", "-d", "--name", "api", "bb", "httpd", "-f", "-p", "8123", "-h", "/www");
        await host.DockerAsync("run", "-d", "--name", "echoes", "--network", "other", "bb", "nc", "-ll", "-p", "7000", "-e", "cat");
        var address = await host.DockerAsync("inspect", "-f", "{{.NetworkSettings.Networks.bridge.IPAddress}}", "api");
        await host.DockerAsync("run", "-d", "--name", "waits", "--network", "other", "bb", "sh", "-c", $"while :; do nc -w 100 {address} 8123 </dev/null >/dev/null 2>&1; done");
        await host.DockerAsync("run", "-d", "--name", "talks", "--network", "other", "bb", "sh", "-c", "sleep 1000 | nc echoes 7000");
        var answer = await Scanned.AskUntilAsync(host, a => Scanned.Of(a, "waits") is { } p && Scanned.SeenIn(p).Any(s => s.Contains("retransmitted", StringComparison.Ordinal)) && a.List("working").Count > 0);
        Assert.Equal([$"waits {address}:8123 networks-disjoint"], Scanned.Problems(answer));
        Assert.Contains(Scanned.SeenIn(Scanned.Of(answer, "waits")!.Value), s => s.StartsWith($"socket SYN_SENT {address}:8123 retransmitted ", StringComparison.Ordinal));
        Assert.Contains(answer.List("working"), w => w.GetProperty("source").GetString() == "talks" && w.GetProperty("target").GetString() == "echoes:7000");
    }
}
