using System.Diagnostics;
using Fairlead.Agent;
using Fairlead.Facts;
using Fairlead.LabTests.Lab;

namespace Fairlead.LabTests.Agent;

/// <summary>The settings of links, which come with the links, against the files below /proc/sys that people read.</summary>
public sealed class SysctlTests
{
    [Fact]
    public async Task What_is_told_with_a_link_is_what_its_files_hold()
    {
        var netns = $"flsys{Environment.ProcessId}";
        _ = (await Shell.RunAsync("ip", "netns", "add", netns)).Text;
        var start = new ProcessStartInfo("nsenter", ["--net=/run/netns/" + netns, "sleep", "600"]);
        using var inside = Process.Start(start)!;
        try
        {
            _ = (await Shell.RunAsync("nsenter", "--net=/run/netns/" + netns, "sh", "-ec", """
                ip link add name left type veth peer name right; ip link add name span type bridge; ip link set right master span; ip link set left up; ip link set span up; ip link set lo up
                s() { echo $2 >/proc/sys/net/$1; }
                s ipv4/conf/left/rp_filter 2; s ipv4/conf/left/accept_local 1; s ipv4/conf/span/route_localnet 1; s ipv4/conf/span/arp_ignore 3; s ipv4/conf/left/proxy_arp 1
                s ipv4/conf/right/forwarding 1; s ipv6/conf/left/disable_ipv6 1; s ipv6/conf/span/forwarding 1; s ipv4/conf/default/rp_filter 1
                """)).Text;
            while ((await Shell.RunAsync("ip", "netns", "identify", $"{inside.Id}")).Stdout.Trim() != netns)
                await Task.Delay(10, TestContext.Current.CancellationToken);
            await using var agent = new LocalAgent();
            var facts = await agent.ReadAsync(new NetnsRef(inside.Id, null, "here"), ReadWhat.Sysctls, TestContext.Current.CancellationToken);
            Assert.True(facts.Sysctls.IsKnown, facts.Sysctls.Missing?.Detail);
            var told = facts.Sysctls.Value!;
            foreach (var link in new[] { "left", "right", "span", "lo", "all", "default" })
                Assert.True(told.Keys.Count(k => k.Contains($".conf.{link}.", StringComparison.Ordinal)) == 8, $"{link} is not told whole");
            var files = (await Shell.RunAsync("nsenter", ["--net=/run/netns/" + netns, "grep", "-H", "", .. told.Keys.Select(k => "/proc/sys/" + k.Replace('.', '/'))], null)).Text
                .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l["/proc/sys/".Length..].Split(':', 2)).ToDictionary(l => l[0].Replace('/', '.'), l => l[1]);
            Assert.Equal(files.OrderBy(f => f.Key, StringComparer.Ordinal), told.OrderBy(f => f.Key, StringComparer.Ordinal));
        }
        finally
        {
            inside.Kill();
            await inside.WaitForExitAsync(CancellationToken.None);
            await Shell.RunAsync("ip", "netns", "del", netns);
        }
    }
}
