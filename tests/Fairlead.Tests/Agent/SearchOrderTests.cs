using System.Net;
using Fairlead.Agent.Resolve;
using Xunit;

namespace Fairlead.Tests.Agent;

/// <summary>Which names are asked, and what ends the search.</summary>
public sealed class SearchOrderTests
{
    private const string Search = "search a.test b.test\n";

    [Theory]
    // resolv.conf, name, asked by glibc, asked by musl when every name is unknown
    [InlineData(Search, "web", "web.a.test web.b.test web", "web.a.test web.b.test web")]
    [InlineData(Search, "web.x", "web.x web.x.a.test web.x.b.test", "web.x")]
    [InlineData(Search, "web.", "web", "web")]
    [InlineData(Search + "options ndots:0\n", "web", "web web.a.test web.b.test", "web")]
    [InlineData(Search + "options ndots:2\n", "web.x", "web.x.a.test web.x.b.test web.x", "web.x.a.test web.x.b.test web.x")]
    [InlineData(Search + "options ndots:99\n", "a.b.c", "a.b.c.a.test a.b.c.b.test a.b.c", "a.b.c.a.test a.b.c.b.test a.b.c")]
    [InlineData(Search + "search c.test\n", "web", "web.c.test web", "web.c.test web")]
    [InlineData(Search + "domain d.test\n", "web", "web.d.test web", "web.d.test web")]
    [InlineData("options no-tld-query\n", "web", "web", "web")]
    [InlineData(Search + "options no-tld-query\n", "web", "web.a.test web.b.test", "web.a.test web.b.test web")]
    [InlineData(" search a.test\n#search b.test\n;search c.test\nsearching d.test\n", "web", "web", "web")]
    public async Task Unknown_names_are_asked_for_in_this_order(string file, string name, string glibc, string musl)
    {
        Assert.Equal(glibc, (await AskAsync(file, name, musl: false, _ => Verdict.NotFound)).Asked);
        Assert.Equal(musl, (await AskAsync(file, name, musl: true, _ => Verdict.NotFound)).Asked);
    }

    [Fact]
    public async Task A_failure_within_the_list_does_not_end_the_search_in_glibc_and_does_in_musl()
    {
        Verdict answer(string name) => name == "web.a.test" ? Verdict.Failed : name == "web.b.test" ? Verdict.Found : Verdict.NotFound;
        Assert.Equal(("web.a.test web.b.test", Verdict.Found), await AskAsync(Search, "web", musl: false, answer));
        Assert.Equal(("web.a.test", Verdict.Failed), await AskAsync(Search, "web", musl: true, answer));
    }

    [Fact]
    public async Task A_failure_within_the_list_is_remembered()
    {
        Assert.Equal(("web.a.test web.b.test web", Verdict.Failed), await AskAsync(Search, "web", musl: false, n => n == "web.a.test" ? Verdict.Failed : Verdict.NotFound));
        Assert.Equal(("web.a.test web.b.test web", Verdict.NoData), await AskAsync(Search, "web", musl: false, n => n == "web.b.test" ? Verdict.NoData : Verdict.NotFound));
    }

    [Fact]
    public async Task A_name_without_addresses_ends_the_search_in_musl()
    {
        Verdict answer(string name) => name == "web.a.test" ? Verdict.NoData : Verdict.Found;
        Assert.Equal(("web.a.test web.b.test", Verdict.Found), await AskAsync(Search, "web", musl: false, answer));
        Assert.Equal(("web.a.test", Verdict.NoData), await AskAsync(Search, "web", musl: true, answer));
    }

    [Fact]
    public async Task Where_no_server_is_no_other_name_is_tried()
    {
        Assert.Equal(("web.a.test", Verdict.Nobody), await AskAsync(Search, "web", musl: false, _ => Verdict.Nobody));
    }

    [Fact]
    public void The_file_is_read_as_a_libc_reads_it()
    {
        var settings = ResolverSettings.Parse("nameserver 192.0.2.1\nnameserver nonsense\nnameserver 192.0.2.2 # two\nnameserver fe80::1%eth0\nnameserver 192.0.2.9\noptions timeout:99 attempts:0 ndots:x\n", musl: false);
        Assert.Equal(["192.0.2.1", "192.0.2.2", "fe80::1"], settings.Servers.Select(s => s.ToString()));
        Assert.Equal((1, 30_000, 1), (settings.Ndots, settings.TimeoutMs, settings.Attempts));
        Assert.Equal([IPAddress.Loopback], ResolverSettings.Parse("", musl: true).Servers);
        Assert.Equal((60_000, 10), ResolverSettings.Parse("options timeout:99 attempts:99\n", musl: true) is var m ? (m.TimeoutMs, m.Attempts) : default);
    }

    [Theory]
    [InlineData("127.1", "127.0.0.1"), InlineData("0x7f000001", "127.0.0.1"), InlineData("80", "0.0.0.80"), InlineData("::1", "::1"), InlineData("web", null), InlineData("1web", null), InlineData("", null)]
    public void Numbers_are_addresses(string text, string? address) => Assert.Equal(address, HostsLines.Literal(text)?.ToString());

    [Fact]
    public void The_hosts_file_is_read_line_by_line()
    {
        const string text = "192.0.2.1\tweb Web2 # other\n\n#192.0.2.2 web\n192.0.2.3 other web\nnonsense web\n192.0.2.1 web\n";
        Assert.Equal(["192.0.2.1", "192.0.2.3"], HostsLines.Find(text, "web", musl: false).Addresses.Select(a => a.ToString()));
        Assert.Equal("192.0.2.1\tweb Web2 # other", HostsLines.Find(text, "web", musl: false).Line);
        Assert.Single(HostsLines.Find(text, "WEB2", musl: false).Addresses);
        Assert.Empty(HostsLines.Find(text, "WEB2", musl: true).Addresses);
        Assert.Empty(HostsLines.Find(text, "web.", musl: false).Addresses);
    }

    private static async Task<(string Asked, Verdict Verdict)> AskAsync(string file, string name, bool musl, Func<string, Verdict> answer)
    {
        var asked = new List<string>();
        var settings = ResolverSettings.Parse(file, musl);
        Task<LibcAnswer> ask(string candidate)
        {
            asked.Add(candidate);
            var verdict = answer(candidate);
            return Task.FromResult(new LibcAnswer(verdict, [], null, verdict == Verdict.Failed ? "SERVFAIL" : null));
        }
        var (result, _) = musl ? await SearchOrder.MuslAsync(name, settings, ask) : await SearchOrder.GlibcAsync(name, settings, ask);
        return (string.Join(' ', asked), result.Verdict);
    }
}
