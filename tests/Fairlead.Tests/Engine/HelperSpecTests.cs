using System.Text.Json;
using Fairlead.Engine.Vantages;
using Xunit;

namespace Fairlead.Tests.Engine;

/// <summary>A helper has what its form needs and nothing else, and says who made it.</summary>
public class HelperSpecTests
{
    [Theory]
    [InlineData(HelperForm.Inside, "container:abc", "", "", "", "65534:65534")]
    [InlineData(HelperForm.Rules, "host", "host", "NET_ADMIN", "", "0:0")]
    [InlineData(HelperForm.Many, "host", "host", "SYS_ADMIN SYS_PTRACE", "host", "0:0")]
    public void Each_form_has_the_least_it_needs(HelperForm form, string network, string pids, string capabilities, string users, string runsAs)
    {
        var body = JsonDocument.Parse(HelperSpec.Body(form, "sha256:1", "abc")).RootElement;
        var host = body.GetProperty("HostConfig");
        string text(string name) => host.TryGetProperty(name, out var value) ? value.GetString()! : "";
        string words(string name) => string.Join(' ', host.GetProperty(name).EnumerateArray().Select(v => v.GetString()));
        Assert.Equal((network, pids, users), (text("NetworkMode"), text("PidMode"), text("UsernsMode")));
        Assert.Equal(("ALL", capabilities, "no-new-privileges"), (words("CapDrop"), words("CapAdd"), words("SecurityOpt")));
        Assert.Equal(runsAs, body.GetProperty("User").GetString());
        Assert.True(host.GetProperty("AutoRemove").GetBoolean() && host.GetProperty("ReadonlyRootfs").GetBoolean() && !host.GetProperty("Privileged").GetBoolean());
        Assert.Equal((128L << 20, 128), (host.GetProperty("Memory").GetInt64(), host.GetProperty("PidsLimit").GetInt32()));
        foreach (var absent in new[] { "Binds", "Mounts", "Devices", "VolumesFrom", "PortBindings", "ExtraHosts" })
            Assert.False(host.TryGetProperty(absent, out _), absent);
        Assert.True(body.GetProperty("StdinOnce").GetBoolean());
        Assert.Equal(HelperOwner.Own, body.GetProperty("Labels").GetProperty(HelperSpec.OwnerLabel).GetString());
        Assert.True(HelperSpec.Deadline < HelperSpec.LeftoverAge);
    }

    [Fact]
    public void Its_maker_lives_until_it_is_gone_and_a_stranger_is_not_known()
    {
        Assert.True(HelperOwner.Lives(HelperOwner.Own));
        var parts = HelperOwner.Own.Split('.');
        Assert.Equal(4, parts.Length);
        Assert.False(HelperOwner.Lives($"{parts[0]}.{parts[1]}.{parts[2]}.{ulong.Parse(parts[3], System.Globalization.CultureInfo.InvariantCulture) + 1}"));
        Assert.False(HelperOwner.Lives($"{parts[0]}.{parts[1]}.4194305.7"));
        foreach (var foreign in new[] { "", "x", "a.b.c.d", $"another-boot.{parts[1]}.1.1", $"{parts[0]}.1.1.1", $"{parts[0]}.{parts[1]}.1.0", $"{parts[0]}.{parts[1]}.-1.5", $"{parts[0]}.{parts[1]}.1" })
            Assert.Null(HelperOwner.Lives(foreign));
    }
}
