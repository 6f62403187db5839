using System.Diagnostics;
using Fairlead.Agent;
using Fairlead.Facts;

namespace Fairlead.LabTests.RuleReading;

/// <summary>A network namespace that ends while it is read.</summary>
public sealed class VanishingNamespaceTests
{
    [Fact]
    public async Task What_a_namespace_took_with_it_is_said_not_to_be_read()
    {
        if (Environment.UserName != "root")
            Assert.Skip("network namespaces are made by root only");
        var (whole, lacking) = (0, 0);
        for (var i = 0; i < 30; i++)
        {
            // it has no name: it ends with its last process
            using var holder = Process.Start(new ProcessStartInfo("unshare", ["-n", "sleep", "60"]))!;
            var end = Task.Run(() =>
            {
                for (var spin = 0; spin < i * 20_000; spin++)
                    Thread.SpinWait(1);
                holder.Kill();
            }, TestContext.Current.CancellationToken);
            await using var agent = new LocalAgent();
            for (var read = 0; read < 3; read++)
            {
                var facts = await agent.ReadAsync(new NetnsRef(holder.Id, null, "short-lived"), ReadWhat.Usual, TestContext.Current.CancellationToken);
                NotRead?[] missing = [facts.Links.Missing, facts.Routes.Missing, facts.Sockets.Missing, facts.Sysctls.Missing, facts.PacketRules.Missing];
                Assert.All(missing.OfType<NotRead>(), m => Assert.NotEmpty(m.Why));
                if (missing.All(m => m is null)) whole++; else lacking++;
            }
            await end;
            var gone = await agent.ReadAsync(new NetnsRef(int.MaxValue - 1, null, "gone"), ReadWhat.Usual, TestContext.Current.CancellationToken);
            Assert.NotNull(gone.PacketRules.Missing);
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{whole} read whole, {lacking} not");
        Assert.True(lacking > 0);
    }
}
