using System.Net;
using Fairlead.Agent;
using Fairlead.Facts;

namespace Fairlead.LabTests.Agent;

/// <summary>The agent resolves as the two libcs do: the same programs, the same files, the same servers, and the same names asked in the same order.</summary>
public sealed class ResolveTests(ResolvePlace place) : IClassFixture<ResolvePlace>
{
    private const string Hosts = """
        127.0.0.1	localhost
        ::1	localhost ip6-localhost
        192.0.2.61 inhosts # not inhosts2
        2001:db8:1::61 inhosts
        192.0.2.60	inhosts  InCase
        nonsense inhosts
        """ + "\n";

    private const string One = "nameserver 192.0.2.2\noptions timeout:1 attempts:1\n", Search = One + "search test a.test b.test\n";

    /// <summary>resolv.conf, name.</summary>
    private static readonly (string Resolver, string[] Names)[] Cases =
    [
        (One, ["localhost", "ip6-localhost", "inhosts", "incase", "InCase", "inhosts2", "inhosts.", "localhost.", "127.1", "0x7f.1", "80", "::1", "192.0.2.9"]),
        (One, ["plain.test", "PLAIN.test", "plain.test.", "both.test", "private.test", "far.test", "sixonly.test", "many.test", "manysix.test", "alias.test", "dangling.test"]),
        (One, ["nodata.test", "nx.test", "servfail.test", "refused.test", "formerr.test", "notimp.test", "lame.test", "silent.test", "failssix.test", "failsfour.test"]),
        (One, ["recovers.test", "stray.test", "a..test", "x.y.test"]),
        ("nameserver 192.0.2.2\noptions timeout:1 attempts:2\n", ["recovers.test", "servfail.test", "onebyone.test", "onlyfour.test"]),
        (Search, ["plain", "plain.", "nx", "plain.test", "nodata", "servfail", "refused", "formerr", "dangling"]),
        (Search + "options ndots:0\n", ["plain", "nx", "plain.test"]),
        (Search + "options ndots:3\n", ["plain.test", "x.plain", "nx.nx"]),
        ("nameserver 192.0.2.2\noptions timeout:1 attempts:1\ndomain b.test\nsearch a.test test\n", ["plain", "nx"]),
        ("nameserver 192.0.2.2\nnameserver 192.0.2.3\noptions timeout:1 attempts:1\n", ["second.test", "secondrefuses.test", "disagree.test", "silent.test", "servfail.test"]),
        ("nameserver 192.0.2.4\noptions timeout:1\n", ["plain.test"]),
        ("nameserver 192.0.2.4\nnameserver 192.0.2.3\noptions timeout:1\n", ["plain.test", "nx.test"]),
        ("nameserver 198.51.100.1\noptions timeout:1\n" + "search test\n", ["plain"]),
        ("nameserver 2001:db8:1::3\noptions timeout:1 attempts:1\n", ["second.test"]),
        ("# nothing\noptions timeout:1\n", ["plain.test"]),
        (" nameserver 192.0.2.3\nnameserver 192.0.2.2\nnameservers 192.0.2.3\noptions timeout:1 attempts:1\n", ["second.test"]),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, bool, string, string> Questions
    {
        get
        {
            var data = new TheoryData<string, bool, string, string>();
            foreach (var (resolver, names) in Cases)
            {
                foreach (var name in names)
                {
                    // musl takes whichever of two servers is quicker
                    foreach (var libc in name == "disagree.test" ? ["glibc"] : new[] { "glibc", "musl" })
                    {
                        data.Add(libc, true, resolver, name);
                        data.Add(libc, false, resolver, name);
                    }
                }
            }
            return data;
        }
    }

    [Theory, MemberData(nameof(Questions))]
    public async Task The_agent_finds_what_that_libc_finds_and_asks_what_it_asks(string libc, bool dual, string resolver, string name)
    {
        var own = dual ? place.Dual : place.Four;
        place.Forget();
        var told = await place.AskLibcAsync(own, libc, Hosts, resolver, name);
        var askedByLibc = place.Asked;
        place.Forget();
        var fact = await ResolvePlace.AskAgentAsync(own, libc, Hosts, resolver, name);
        string[] fitting = told.Code switch
        {
            "ok" => [Outcome.Ok],
            // glibc hides an odd answer (FORMERR), and for IPv4 alone a failure within the search, behind "unknown"; the outcome says what the server said
            "none" when libc == "glibc" && (name == "formerr.test" || (name == "servfail" && !dual)) => [Outcome.NameNotFound, Outcome.NameFailure],
            "none" => [Outcome.NameNotFound],
            "again" => [Outcome.NameFailure, Outcome.NameTimeout],
            _ => [Outcome.NameFailure],
        };
        // Where only IPv6 would be left and the source has none, getaddrinfo finds nothing; the agent shows what there is, for the dial to tell.
        if (told.Code != "ok" && fact.Outcome == Outcome.Ok && !dual)
            Assert.All(fact.Addresses, a => Assert.Equal(System.Net.Sockets.AddressFamily.InterNetworkV6, a.AddressFamily));
        else
        {
            Assert.Contains(fact.Outcome, fitting);
            // by contract localhost is 127.0.0.1 to glibc; with IPv6 beyond loopback this one gives ::1 too
            var expected = libc == "glibc" && name == "localhost" ? told.Addresses.Where(a => a != "::1") : told.Addresses;
            Assert.Equal(expected, fact.Addresses.Select(a => a.ToString()));
        }
        Assert.Equal(askedByLibc, place.Asked);
        Assert.Equal(askedByLibc.Count > 0 ? askedByLibc : fact.Asked.Select(a => a.ToLowerInvariant()), fact.Asked.Select(a => a.ToLowerInvariant()));
    }

    [Theory, InlineData("glibc"), InlineData("musl")]
    public async Task What_does_not_fit_into_a_datagram_is_fetched_over_TCP(string libc)
    {
        var fact = await ResolvePlace.AskAgentAsync(place.Dual, libc, "", One, "big.test");
        // 64 records of an answer are looked at, and it is longer than 4 KiB
        Assert.Equal((Outcome.Ok, 64), (fact.Outcome, fact.Addresses.Length));
    }

    [Theory, InlineData("glibc"), InlineData("musl")]
    public async Task A_file_that_was_not_read_makes_it_unknown_and_nobody_is_asked(string libc)
    {
        await using var agent = new LocalAgent();
        var request = new ResolveRequest { Name = "plain.test", HostsFile = Reading.Of(""), ResolverFile = Reading.Of(One), Libc = libc };
        var hosts = new NotRead(Readings.HostsFile, "client", WhyNot.NotPermitted);
        var resolver = new NotRead(Readings.Resolver, "client", WhyNot.NotPermitted);
        place.Forget();
        foreach (var asked in new[] { request with { HostsFile = hosts }, request with { ResolverFile = resolver }, request with { HostsFile = hosts, Name = "localhost" } })
        {
            var fact = await agent.ResolveAsync(place.Dual.ClientRef, asked, Cancel);
            Assert.Equal((Outcome.Unknown, 0), (fact.Outcome, fact.Addresses.Length));
        }
        Assert.Empty(place.Asked);
        // what the files are not needed for is known all the same
        Assert.Equal("literal", (await agent.ResolveAsync(place.Dual.ClientRef, request with { HostsFile = hosts, Name = "192.0.2.9" }, Cancel)).From);
        var found = await agent.ResolveAsync(place.Dual.ClientRef, request with { HostsFile = Reading.Of("192.0.2.9 plain.test\n"), ResolverFile = resolver }, Cancel);
        Assert.Equal((Outcome.Ok, "hosts", "192.0.2.9 plain.test"), (found.Outcome, found.From, found.HostsLine));
    }

    [Theory, InlineData("glibc"), InlineData("musl")]
    public async Task The_limit_holds_and_says_who_was_silent(string libc)
    {
        var fact = await ResolvePlace.AskAgentAsync(place.Dual, libc, "", "nameserver 192.0.2.2\n", "silent.test", limitMs: 300);
        Assert.Equal((Outcome.NameTimeout, "TIMEOUT", "192.0.2.2:53"), (fact.Outcome, fact.Rcode, fact.Server));
        Assert.Equal(["silent.test"], fact.Asked);
    }

    [Theory]
    [InlineData("nx.test", "NXDOMAIN"), InlineData("servfail.test", "SERVFAIL"), InlineData("refused.test", "REFUSED"), InlineData("plain.test", "NOERROR"), InlineData("nodata.test", "NOERROR")]
    public async Task The_answer_of_the_server_is_shown(string name, string rcode)
    {
        foreach (var libc in new[] { "glibc", "musl" })
        {
            var fact = await ResolvePlace.AskAgentAsync(place.Dual, libc, "", One, name);
            Assert.Equal((rcode, "192.0.2.2:53", "upstream"), (fact.Rcode, fact.Server, fact.From));
        }
    }

    [Fact]
    public async Task A_name_found_through_the_search_list_says_so()
    {
        var fact = await ResolvePlace.AskAgentAsync(place.Dual, "glibc", "", Search, "plain");
        Assert.Equal(("search", IPAddress.Parse("192.0.2.50")), (fact.From, Assert.Single(fact.Addresses)));
    }
}
