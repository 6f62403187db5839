using System.Text.Json;
using System.Text.Json.Nodes;
using Fairlead.Engine.Asking;
using Fairlead.Engine.Capture;
using Fairlead.Engine.Vantages;
using Fairlead.LabTests.Lab;
using Fairlead.Model.Answer;
using Fairlead.Model.Diagnosis;

namespace Fairlead.LabTests;

/// <summary>A question that does without the engine's list of all containers gives the answer of one that was given it.</summary>
public sealed class ListingTests(ITestOutputHelper output)
{
    public static TheoryData<string> Generations => [.. Engines.All];

    private static readonly string[] Scenarios = [.. Directory.GetDirectories(Path.Combine(Paths.Repository, "lab", "scenarios"), "*", SearchOption.AllDirectories)
        .Where(d => File.Exists(Path.Combine(d, "expected.json"))).Select(d => $"{Path.GetFileName(Path.GetDirectoryName(d))}/{Path.GetFileName(d)}")
        .Order(StringComparer.Ordinal)];

    /// <summary>
    /// Every scenario and its twin (some of each on every engine, all with FAIRLEAD_ALL=1), on a host with neighbours of every kind, and besides by a part
    /// of the source's name, to a name in another case, to a service, to nobody's name and to an address of the source's network.
    /// </summary>
    [Theory, MemberData(nameof(Generations))]
    public async Task The_whole_list_changes_no_answer(string generation)
    {
        await using var lease = await Fleet.TakeAsync(generation);
        var host = lease.Host;
        var turn = Engines.All.ToList().IndexOf(generation);
        var (asked, whole) = (0, 0);
        foreach (var scenario in Scenarios.Where((_, i) => ScenarioTests.Everything || i % Engines.All.Count == turn))
        {
            await host.CleanAsync();
            foreach (var healthy in new[] { false, true })
            {
                var expected = healthy ? await host.HealAsync(scenario) : await host.BuildAsync(scenario);
                if (!healthy)
                    await NeighboursAsync(host, expected.Source);
                List<(string Source, string Target)> questions = [(expected.Source, expected.Target)];
                if (!healthy)
                    questions.AddRange([(expected.Source, "http://PLAIN1:7001/"), (expected.Source, "http://webapp:7001"), (expected.Source, "http://nobody-at-all:80"),
                        (expected.Source, "http://127.0.0.1:7001"), (expected.Source, $"http://{host.Address}:7003/"), ("plain", "http://127.0.0.1:1"), ("plain1", "http://plain2:7001"),
                        ("plain1", "sharer:7001"), ("sharer", "http://plain1:7001"), ("host", "http://127.0.0.1:7003"), ("plain1", $"http://{await host.DockerAsync("inspect", "-f", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", "served")}:7001")]);
                foreach (var (source, target) in questions)
                {
                    var (part, all, grew) = await BothAsync(host, source, target);
                    asked++;
                    whole += grew ? 1 : 0;
                    Assert.True(part == all, $"{scenario}{(healthy ? ", twin" : "")} on {generation}: why {source} {target}\n{Difference(part, all)}");
                }
            }
        }
        output.WriteLine($"{generation}: {asked} questions, {whole} needed the whole list");
        Assert.True(whole < asked, "no question did without the whole list");
    }

    /// <summary>Sharers of a stack, members of a network, services in another case, stopped and host-network containers; all created within a few seconds.</summary>
    private static async Task NeighboursAsync(LabHost host, string source)
    {
        await host.DockerAsync("network", "create", "neighbours");
        foreach (var name in new[] { "plain1", "plain2" })
            await host.DockerAsync("run", "-d", "--name", name, "--network", "neighbours", "bb", "sleep", "1d");
        await host.DockerAsync("run", "-d", "--name", "sharer", "--network", "container:plain2", "bb", "sleep", "1d");
        if (source != "host")
            await host.DockerAsync("run", "-d", "--name", "sidecar", "--network", "container:" + source, "bb", "sleep", "1d");
        await host.DockerAsync("run", "-d", "--name", "served", "--label", "com.docker.compose.project=p", "--label", "com.docker.compose.service=WebApp", "-p", "7003:7001", "bb",
            "httpd", "-f", "-p", "7001", "-h", "/www");
        await host.DockerAsync("run", "-d", "--name", "onhost", "--network", "host", "bb", "sleep", "1d");
        await host.DockerAsync("create", "--name", "never", "-p", "7004:7001", "bb", "sleep", "1d");
    }

    private static async Task<(string Part, string All, bool Grew)> BothAsync(LabHost host, string source, string target)
    {
        var (part, grew) = await AskAsync(host, source, target, whole: false);
        var (all, _) = await AskAsync(host, source, target, whole: true);
        return (part, all, grew);
    }

    private static async Task<(string Answer, bool Whole)> AskAsync(LabHost host, string source, string target, bool whole)
    {
        var cancel = TestContext.Current.CancellationToken;
        var options = new WhyOptions { Host = host.DockerHost, Vantage = VantageWish.Root, Version = "test" };
        await using var client = await EngineSession.ConnectAsync(options, cancel);
        await using var session = VantageSession.Open(client, options.Vantage, new AgentMaker(), options.Clock, options.Consent);
        var capture = new HostCapture(client, session, options.Clock);
        if (whole)
            await capture.EnsureContainersAsync(cancel);
        var asked = Asked.Parse(target, "en", out var error) ?? throw new InvalidOperationException(error);
        try
        {
            var answer = await WhyQuestion.AskAsync(options, capture, source, asked, cancel);
            return ($"{answer.Took}\n{Timeless(AnswerJson.Write(answer.Diagnosis))}", capture.Roster.IsWhole);
        }
        catch (AskException e)
        {
            return ($"{e.Code} {e.Message} {e.Hint} {string.Join(' ', e.Candidates)}", capture.Roster.IsWhole);
        }
    }

    /// <summary>Without what differs between two runs by nature: when, how long, how old a container is, counters, and how docker-proxy ends a connection.</summary>
    private static string Timeless(string json)
    {
        var root = JsonNode.Parse(json)!;
        Strip(root);
        return root.ToJsonString(new JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    private static void Strip(JsonNode? node)
    {
        if (node is JsonObject o)
        {
            foreach (var name in new[] { "at", "elapsedMs", "counters", "packets", "bytes", "errno" }.Where(n => o[n] is JsonValue or JsonArray).Where(n => n != "at" || o["tool"] is not null))
                o.Remove(name);
            foreach (var (name, child) in o.ToArray())
            {
                if (child is JsonValue value && value.TryGetValue(out string? text) && System.Text.RegularExpressions.Regex.Replace(text.Replace(" (ECONNRESET)", "", StringComparison.Ordinal), "Up [^,;]*? (ago|seconds?|minutes?)|packets \\d+ bytes \\d+|Exited \\(\\d+\\) .* ago", "‹age›") is var ageless && ageless != text)
                    o[name] = ageless;
                else
                    Strip(child);
            }
        }
        else if (node is JsonArray a)
        {
            foreach (var child in a)
                Strip(child);
        }
    }

    private static string Difference(string part, string all)
    {
        var (p, w) = (part.Split('\n'), all.Split('\n'));
        var first = Enumerable.Range(0, Math.Min(p.Length, w.Length)).FirstOrDefault(i => p[i] != w[i], Math.Min(p.Length, w.Length));
        return $"without: {string.Join("\n", p.Skip(Math.Max(0, first - 6)).Take(14))}\nwhole: {string.Join("\n", w.Skip(Math.Max(0, first - 6)).Take(14))}";
    }
}
