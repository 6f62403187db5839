using System.Collections.Immutable;
using System.Text.Json;
using CsCheck;
using Fairlead.Engine.Capture;
using Xunit;

namespace Fairlead.Tests.Engine;

/// <summary>Whom a SOURCE means, by the words of the contract's part 1.</summary>
public class SourceFinderTests
{
    private static readonly ImmutableArray<JsonElement> Host = List(
        ("aaaa000000000000000000000000000000000000000000000000000000000001", "shop_web-1", "shop", "web", "1"),
        ("aaaa000000000000000000000000000000000000000000000000000000000002", "shop_web-2", "shop", "web", "2"),
        ("bbbb000000000000000000000000000000000000000000000000000000000003", "shop-db-1", "shop", "db", "1"),
        ("cccc000000000000000000000000000000000000000000000000000000000004", "blog-db-1", "blog", "db", "1"),
        ("dddd000000000000000000000000000000000000000000000000000000000005", "cache", "", "", ""),
        ("eeee000000000000000000000000000000000000000000000000000000000006", "host", "", "", ""),
        ("ffff000000000000000000000000000000000000000000000000000000000007", "shop-mail-1", "shop", "mail", "1"),
        ("ffff000000000000000000000000000000000000000000000000000000000008", "cachet", "", "", ""));

    [Theory]
    [InlineData("cache", "cache", false)]
    [InlineData("/cache", "cache", false)]
    [InlineData("container:cache", "cache", false)]
    [InlineData("container:host", "host", false)]
    [InlineData("dddd000000000000000000000000000000000000000000000000000000000005", "cache", false)]
    [InlineData("dddd00000000", "cache", true)]
    [InlineData("DDDD", "cache", true)]
    [InlineData("mail", "shop-mail-1", true)]
    [InlineData("web/2", "shop_web-2", true)]
    [InlineData("shop/db", "shop-db-1", true)]
    [InlineData("blog/db", "blog-db-1", true)]
    [InlineData("shop/web/1", "shop_web-1", true)]
    [InlineData("shop_mail", "shop-mail-1", true)]
    [InlineData("shop-web_2", "shop_web-2", true)]
    [InlineData("acHET", "cachet", true)]
    public void One_container_is_found(string asked, string name, bool took)
    {
        var found = Assert.IsType<SourceAnswer.Container>(SourceFinder.Find(asked, Host));
        Assert.Equal((name, took), (found.Name, found.Took));
    }

    [Fact]
    public void Host_is_the_engines_host_whatever_a_container_is_called() => Assert.IsType<SourceAnswer.Host>(SourceFinder.Find("host", Host));

    [Theory]
    [InlineData("web", "shop_web-1 shop_web-2")]
    [InlineData("db", "blog-db-1 shop-db-1")]
    [InlineData("shop/web", "shop_web-1 shop_web-2")]
    [InlineData("shop", "shop-db-1 shop-mail-1 shop_web-1 shop_web-2")]
    [InlineData("ffff", "cachet shop-mail-1")]
    public void Several_that_fit_are_named(string asked, string names) =>
        Assert.Equal(names.Split(' '), Assert.IsType<SourceAnswer.Ambiguous>(SourceFinder.Find(asked, Host)).Candidates);

    [Theory]
    [InlineData("cahce", "cache")]
    [InlineData("cachee", "cache")]
    [InlineData("shop-mial-1", "shop-mail-1")]
    [InlineData("mial", "shop-mail-1")]
    public void Nobody_fits_and_the_nearest_is_named_first(string asked, string near) =>
        Assert.Equal(near, Assert.IsType<SourceAnswer.Unknown>(SourceFinder.Find(asked, Host)).Near[0]);

    [Theory]
    [InlineData("")]
    [InlineData("container:")]
    [InlineData("/")]
    [InlineData("nothing-like-any-of-them")]
    [InlineData("ddd0")]
    [InlineData("$(id)")]
    public void Nobody_fits_and_nobody_is_near(string asked) => Assert.Empty(Assert.IsType<SourceAnswer.Unknown>(SourceFinder.Find(asked, Host)).Near);

    [Fact]
    public void One_off_runs_are_no_service()
    {
        var host = List(("aaaa000000000000000000000000000000000000000000000000000000000001", "shop-web-1", "shop", "web", "1")).Add(
            JsonDocument.Parse("""{"Id":"bbbb00000002","Names":["/shop-web-run-1"],"Labels":{"com.docker.compose.project":"shop","com.docker.compose.service":"web","com.docker.compose.oneoff":"True"}}""").RootElement);
        Assert.Equal("shop-web-1", Assert.IsType<SourceAnswer.Container>(SourceFinder.Find("web", host)).Name);
    }

    [Fact]
    public void Of_several_names_the_containers_own_is_taken()
    {
        var linked = JsonDocument.Parse("""{"Id":"aaaa00000001","Names":["/other/db","/own"]}""").RootElement;
        Assert.Equal("own", SourceFinder.NameOf(linked));
        Assert.Equal("own", Assert.IsType<SourceAnswer.Container>(SourceFinder.Find("own", [linked])).Name);
    }

    [Fact]
    public void No_text_and_no_list_makes_it_fail()
    {
        ImmutableArray<JsonElement> odd =
        [
            .. new[] { "{}", """{"Id":1,"Names":"x"}""", """{"Id":"a","Names":[null,3]}""", """{"Id":"abcd","Names":[]}""", "[]", "null", """{"Id":"abcde","Names":["/x"],"Labels":[1]}""" }
                .Select(j => JsonDocument.Parse(j).RootElement),
        ];
        Gen.String.Sample(text =>
        {
            Assert.NotNull(SourceFinder.Find(text, odd));
            Assert.NotNull(SourceFinder.Find(text, Host));
        });
        Assert.IsType<SourceAnswer.Unknown>(SourceFinder.Find(new string('x', 1 << 20), Host));
    }

    private static ImmutableArray<JsonElement> List(params (string Id, string Name, string Project, string Service, string Number)[] all) =>
    [
        .. all.Select(c => JsonDocument.Parse(JsonSerializer.Serialize(new
        {
            c.Id,
            Names = new[] { "/" + c.Name },
            Labels = c.Service.Length == 0 ? [] : new Dictionary<string, string>
            {
                ["com.docker.compose.project"] = c.Project, ["com.docker.compose.service"] = c.Service, ["com.docker.compose.container-number"] = c.Number,
                ["com.docker.compose.oneoff"] = "False",
            },
        })).RootElement),
    ];
}
