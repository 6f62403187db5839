using System.Globalization;
using System.Text;
using System.Text.Json;
using Fairlead.LabTests.Lab;

namespace Fairlead.LabTests;

/// <summary>Logs that do harm to who reads them carelessly: the failing dial in each of them is found, what is printed is harmless, and what is read is bounded.</summary>
public sealed class HostileLogTests
{
    private const string Told = "dial tcp 127.0.0.1:8123: connect: connection refused";
    private const int MostLines = 2000;

    // Several times what a quiet host takes: it only has to be far from the size of the logs.
    private const long MostKiB = 200 << 10;
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("FAIRLEAD_SEED"), out var given) ? given : Random.Shared.Next(1_000_000);

    /// <summary>What each container writes before the line that tells of a failure; `done` follows it.</summary>
    private static readonly (string Name, string Script)[] Logs =
    [
        ("escapes", $@"printf '\033[2J\033]0;title\007\033[31m{Told}\033[0m\302\233\302\205\r\b\b\n'"),
        ("bidi", $@"printf '\342\200\256{Told}\342\200\213\342\200\250\357\273\277 \342\201\246x\n'"),
        ("half-utf8", $@"printf '\344\275 \377\376\300\200 {Told} \344\275\n\345'; echo"),
        ("surrogates", $@"printf '\355\240\200\355\277\277 {Told} \364\220\200\200\n'"),
        ("nuls", $@"printf 'a\0b\0\0 {Told} \0\n'; head -c 100000 /dev/zero; echo"),
        ("eight-megabytes", $"head -c 8000000 /dev/zero | tr '\\0' x; echo; echo '{Told}'"),
        ("in-a-long-line", $"head -c 3000 /dev/zero | tr '\\0' x; echo '{Told}'"),
        ("a-million-lines", $"awk 'BEGIN {{ for (i = 0; i < 1000000; i++) print \"line \" i }}'; echo '{Told}'"),
        ("no-line-end", $"printf '{Told}'; sleep 1"),
        ("json", $@"printf '{{""msg"":""\\u001b[2J {Told}"",""x"":""\\ud800""}}\n'"),
    ];

    [Fact]
    public async Task Hostile_logs_are_read_within_bounds_and_shown_harmlessly()
    {
        var generation = Engines.Available.Count > 0 ? Engines.Available[Seed % Engines.Available.Count] : "28";
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Seed}: engine {generation}");
        await using var lease = await Fleet.TakeAsync(generation);
        var host = lease.Host;
        await host.DockerAsync("network", "create", "app");
        await host.DockerAsync("run", "-d", "--name", "api", "--network", "app", "-p", "8123:80", "bb", "httpd", "-f", "-p", "80", "-h", "/www");
        foreach (var (name, script) in Logs)
            await host.DockerAsync("run", "-d", "--name", name, "--network", "app", "bb", "sh", "-c", script + "; echo done; exec sleep 1d");
        await host.DockerAsync("run", "-d", "--name", "terminal", "-t", "--network", "app", "bb", "sh", "-c", Logs[0].Script + "; echo done; exec sleep 1d");
        // As fast as it can, all the while that others are read; the engine keeps 20 MB of it.
        await host.DockerAsync("run", "-d", "--name", "flood", "--network", "app", "--log-opt", "max-size=10m", "--log-opt", "max-file=2", "bb", "yes", Told);
        foreach (var name in Logs.Select(l => l.Name).Append("terminal"))
            await DoneAsync(host, name);

        var expected = Logs.Select(l => l.Name).Append("terminal").Append("flood").Select(n => n + " 127.0.0.1:8123 loopback-to-sibling").Order(StringComparer.Ordinal);
        var (json, most) = await MeasuredAsync(host, "scan", "--format", "json");
        using var answer = JsonDocument.Parse(json);
        Assert.Equal(expected, answer.RootElement.GetProperty("problems").EnumerateArray().Select(Scans.Told).Order(StringComparer.Ordinal));
        Assert.InRange(answer.RootElement.GetProperty("looked").GetProperty("lines").GetInt32(), Logs.Length, MostLines * (Logs.Length + 3));
        Assert.True(most < MostKiB, $"{most} KiB");
        Assert.True(json.Length < 2_000_000, $"{json.Length} characters");
        Assert.True(Harmless(json), "characters that must be escaped are in the JSON");
        string[][] questions = [["scan"], ["scan", "-v"], ["scan", "-q"], ["scan", "--lang", "zh"]];
        foreach (var question in questions)
        {
            var (text, _) = await MeasuredAsync(host, question);
            Assert.True(Harmless(text), $"{string.Join(' ', question)}: control characters are shown");
            Assert.InRange(text.Length, 100, 100_000);
        }
    }

    /// <summary>What it printed, and the most memory that it had at once (VmHWM of proc(5), KiB), looked at while it runs.</summary>
    private static async Task<(string Stdout, long MostKiB)> MeasuredAsync(LabHost host, params string[] args)
    {
        using var process = FairleadBinary.Start(host, false, args);
        process.StandardInput.Close();
        var (stdout, stderr) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        var most = 0L;
        while (!process.WaitForExit(10))
            most = Math.Max(most, Peak(process.Id));
        Assert.True(process.ExitCode == 1, $"{string.Join(' ', args)}: exit {process.ExitCode}: {await stderr}");
        return (await stdout, most);
    }

    private static long Peak(int pid)
    {
        try
        {
            var line = File.ReadLines($"/proc/{pid}/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line["VmHWM:".Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;   // it has just ended
        }
    }

    private static async Task DoneAsync(LabHost host, string name)
    {
        for (var i = 0; i < 600; i++)
        {
            if ((await host.DockerAsync("logs", "--tail", "1", name)).Contains("done", StringComparison.Ordinal))
                return;
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
        Assert.Fail($"{name} did not write what it should");
    }

    private static bool Harmless(string text) => text.EnumerateRunes().All(r => r.Value == '\n'
        || Rune.GetUnicodeCategory(r) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator));
}
