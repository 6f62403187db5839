using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.IO.Hashing;
using System.Net;
using System.Text;
using Fairlead.Engine.Asking;
using Fairlead.Engine.Capture;
using Fairlead.Engine.Client;
using Fairlead.Engine.Logs;
using Fairlead.Engine.Vantages;
using Fairlead.Facts;
using Fairlead.Model.Answer;
using Fairlead.Model.Diagnosis;
using Fairlead.Model.Leads;
using Fairlead.Model.Symptoms;
using Fairlead.Model.World;

namespace Fairlead.Engine.Scanning;

/// <summary>
/// Finds the failing connections of a host by itself. What a log line or a socket shows failing is dialled (level `connect` only), all at a time;
/// what fails then is dialled again, alone, twice; what still fails is asked as `why` is. A configured address alone is dialled by nobody.
/// </summary>
public sealed class ScanQuestion
{
    private const int Width = 8, AtOnce = 32, MostDials = 200, MostProblems = 60, MostSuspicions = 40, MostContainers = 2000;
    private readonly WhyOptions options;
    private readonly HostCapture capture;
    private int dials;

    private ScanQuestion(WhyOptions options, HostCapture capture) => (this.options, this.capture) = (options, capture);

    /// <exception cref="EngineUnavailableException">No engine answers.</exception>
    public static async Task<ScanAnswer> AskAsync(WhyOptions options, CancellationToken cancel)
    {
        await using var client = await EngineSession.ConnectAsync(options, cancel);
        await using var session = VantageSession.Open(client, options.Vantage, new AgentMaker(), options.Clock, options.Consent);
        var capture = new HostCapture(client, session, options.Clock);
        return await new ScanQuestion(options with { ConnectOnly = true }, capture).RunAsync(client, cancel);
    }

    private async Task<ScanAnswer> RunAsync(EngineClient client, CancellationToken cancel)
    {
        await Task.WhenAll(capture.EnsureContainersAsync(cancel), capture.EnsureNetworksAsync(cancel), capture.EnsureInfoAsync(cancel));
        await capture.ReadHostAsync((ReadWhat.Usual & ~ReadWhat.Sockets) | ReadWhat.Listeners, cancel);
        var running = WhyQuestion.WorldOf(capture.Current).Containers.Take(MostContainers).ToArray();
        var logs = new ConcurrentDictionary<string, ContainerLog>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Width, CancellationToken = cancel };
        await Parallel.ForEachAsync(running, parallel, async (c, token) =>
        {
            await capture.InspectAsync(c.Id, token);
            if (c is { Running: true, Mode: not NetworkMode.Host })
                await capture.ReadContainerAsync(c.Id, ReadWhat.Usual, token);
        });
        var inspects = capture.Current.Inspects;
        var sources = running.Where(c => c.Running).Select(c => inspects.TryGetValue(c.Id, out var inspect) ? LogSource.Of(inspect) : null).OfType<LogSource>().ToArray();
        foreach (var log in await new LogReader(client, new LogLimits(), options.Clock).ReadAsync(sources, cancel))
        {
            logs[log.Source.Id] = log;
            if (log.Missing is { } missing)
                capture.Note(missing);
        }

        var world = WhyQuestion.WorldOf(capture.Current);
        var leads = new Dictionary<string, (LeadSource Source, ImmutableArray<Lead> Leads)>();
        var suspects = new List<Suspect>();
        var sockets = 0;
        foreach (var c in world.Containers.Where(c => c.Running && inspects.ContainsKey(c.Id)))
        {
            var source = LeadSources.Of(world, c, inspects[c.Id]);
            leads[c.Id] = (source, LeadFinder.Of(source));
            var own = c.Mode is NetworkMode.Host or NetworkMode.Shared ? [] : world.SandboxOf(c).Facts.Sockets.Or([]);
            own = own.IsDefault ? [] : own;
            sockets += own.Length;
            suspects.AddRange(Suspect.Of(c, logs.GetValueOrDefault(c.Id), leads[c.Id].Leads, own, world));
        }

        var failing = await FailingAsync(world, suspects, cancel);
        var problems = ImmutableArray.CreateBuilder<Problem>();
        foreach (var (suspect, dialled) in failing.Take(MostProblems))
        {
            if (await ProblemAsync(suspect, dialled, cancel) is { } problem)
                problems.Add(problem with { N = problems.Count + 1 });
        }
        var suspicions = await SuspicionsAsync(world, leads, problems, cancel);
        return Write(problems.ToImmutable(), suspicions, new ScanLooked(logs.Values.Sum(l => l.Lines), sockets, leads.Values.Sum(l => l.Leads.Length)));
    }

    /// <summary>Those that fail now, in the order of the suspects: dialled widely, then those that failed alone and twice.</summary>
    private async Task<List<(Suspect Suspect, bool Dialled)>> FailingAsync(HostWorld world, List<Suspect> suspects, CancellationToken cancel)
    {
        var first = new string?[suspects.Count];
        if (options.Probe)
        {
            await Parallel.ForEachAsync(Enumerable.Range(0, suspects.Count), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel },
                async (i, token) => first[i] = await DialAsync(world, suspects[i], token));
        }
        var failing = new List<(Suspect, bool)>();
        for (var i = 0; i < suspects.Count; i++)
        {
            var (suspect, outcome) = (suspects[i], first[i]);
            if (outcome is null)
            {
                // Not dialled: the model alone may still say it.
                if (!suspect.Tied)
                    failing.Add((suspect, false));
                continue;
            }
            if (Fine(outcome) || (suspect.Tied && !suspect.Classes.Any(c => SymptomClass.Fits(c, outcome))))
                continue;
            var again = 0;
            for (var attempt = 0; attempt < 2 && await DialAsync(world, suspect, cancel) is { } now && !Fine(now); attempt++)
                again++;
            if (again == 2)
                failing.Add((suspect, true));
        }
        return failing;
    }

    private static bool Fine(string outcome) => outcome is Outcome.Ok or Outcome.Unknown;

    /// <summary>One dial at level connect from the source; null where none may or can be made.</summary>
    private async Task<string?> DialAsync(HostWorld world, Suspect suspect, CancellationToken cancel)
    {
        if (suspect.Target.Port is 0 or 25 || suspect.Target.Protocol != "tcp")
            return null;
        var owner = world.Owner(suspect.Source);
        var (seat, why) = await capture.DialSeatAsync(owner.Id, cancel);
        if (seat is null)
        {
            if (why is not null)
                capture.Note(why);
            return null;
        }
        var probing = new Probing(seat, options);
        ImmutableArray<IPAddress> addresses;
        ResolutionFact? resolution = null;
        if (suspect.Target.Literal is { } literal)
        {
            addresses = [literal];
        }
        else
        {
            resolution = await probing.ResolveAsync(suspect.Target.Host, world.SandboxOf(suspect.Source).Facts, cancel);
            if (resolution.Outcome != Outcome.Ok || resolution.Addresses.IsEmpty)
                return resolution.Outcome;
            addresses = resolution.Addresses;
        }
        if (!addresses.All(a => Near(world, a)) || Interlocked.Add(ref dials, addresses.Length) > MostDials)
            return null;
        return (await probing.DialAsync(suspect.Target, addresses, resolution, CancellationToken.None, cancel)).Outcome;
    }

    /// <summary>Whether an address belongs to the host's own networks: nothing else is dialled that nobody typed (SAFETY 35).</summary>
    private static bool Near(HostWorld world, IPAddress address)
    {
        if (IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) || world.Networks.Any(n => n.Contains(address)))
            return true;
        return world.Host.Facts.Addresses.IsKnown && world.Host.Facts.Addresses.Value.Any(a => a.Address.AddressFamily == address.AddressFamily && Within(a.Address, a.PrefixLength, address));
    }

    private static bool Within(IPAddress network, int length, IPAddress address)
    {
        var (a, b) = (network.GetAddressBytes(), address.GetAddressBytes());
        for (var bit = 0; bit < length; bit++)
        {
            if (((a[bit >> 3] ^ b[bit >> 3]) & (0x80 >> (bit & 7))) != 0)
                return false;
        }
        return true;
    }

    private async Task<Problem?> ProblemAsync(Suspect suspect, bool dialled, CancellationToken cancel)
    {
        try
        {
            var answer = (await WhyQuestion.AskAsync(dialled ? options : options with { Probe = false }, capture, suspect.Source.Name, suspect.Target, cancel)).Diagnosis;
            if (answer.Verdict is not (Verdicts.Unreachable or Verdicts.Degraded))
                return null;
            return new Problem(answer)
            {
                Key = Key(answer),
                SeenIn = [.. suspect.Sightings.Select(s => s with { StillHappening = dialled ? true : s.StillHappening })],
            };
        }
        catch (AskException)
        {
            return null;   // gone since it was listed
        }
    }

    /// <summary>Leads with positive evidence and no failure: computed, never dialled, at most possible.</summary>
    private async Task<ImmutableArray<Problem>> SuspicionsAsync(
        HostWorld world, Dictionary<string, (LeadSource Source, ImmutableArray<Lead> Leads)> leads, IReadOnlyCollection<Problem> problems, CancellationToken cancel)
    {
        var found = ImmutableArray.CreateBuilder<Problem>();
        foreach (var c in world.Containers.Where(c => leads.ContainsKey(c.Id)))
        {
            var (source, all) = leads[c.Id];
            foreach (var lead in all.Where(l => LeadFinder.IsSuspicious(l, source, port => LeadSources.OthersHave(world, c, port))))
            {
                if (found.Count >= MostSuspicions || problems.Any(p => p.Source.Id == c.Id && p.Target.Host == lead.Host && p.Target.Port == lead.Port) || Asked.Parse(lead.Target, out _) is not { } target)
                    continue;
                var suspect = new Suspect(c, target, [new Sighting { Kind = lead.Kind, Text = lead.Where, Address = $"{lead.Host}:{lead.Port.ToString(CultureInfo.InvariantCulture)}" }], [], false);
                if (await ProblemAsync(suspect, false, cancel) is { } problem)
                    found.Add(problem with { N = found.Count + 1, Cause = problem.Cause is { } cause ? cause with { Confidence = Confidences.Possible } : null });
            }
        }
        return found.ToImmutable();
    }

    private static string Key(Diagnosis answer)
    {
        var target = answer.Target.Given;
        var text = $"{answer.Source.Service ?? answer.Source.Name}\n{(target.IndexOf('?', StringComparison.Ordinal) is >= 0 and var query ? target[..query] : target)}\n{answer.Cause?.Code}";
        return XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(text)).ToString("x16", CultureInfo.InvariantCulture)[..12];
    }

    private ScanAnswer Write(ImmutableArray<Problem> problems, ImmutableArray<Problem> suspicions, ScanLooked looked)
    {
        var world = WhyQuestion.WorldOf(capture.Current);
        var snapshot = world.Snapshot;
        return new ScanAnswer
        {
            At = snapshot.At,
            Lang = options.Lang,
            Tool = snapshot.Tool,
            Engine = new EngineInfo(snapshot.Engine.Version, snapshot.Engine.Api, snapshot.Engine.Kind, Writing.Firewall(world)),
            Vantage = new VantageInfo(snapshot.Vantage, snapshot.As),
            Host = ScanShapes.Host(world),
            Networks = [.. world.Networks.OrderBy(n => n.Name, StringComparer.Ordinal).Select(n => ScanShapes.Network(world, n))],
            Containers = [.. world.Containers.OrderBy(c => c.Name, StringComparer.Ordinal).Select(c => ScanShapes.Container(world, c))],
            Problems = problems,
            Suspicions = suspicions,
            Working = ScanShapes.Working(world),
            NotRead = [.. snapshot.NotRead.Select(NotReadInfo.From)],
            Looked = looked,
        };
    }
}
