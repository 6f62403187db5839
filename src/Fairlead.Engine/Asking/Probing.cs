using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using Fairlead.Engine.Capture;
using Fairlead.Engine.Vantages;
using Fairlead.Facts;
using Fairlead.Model.Answer;
using Fairlead.Model.Diagnosis;

namespace Fairlead.Engine.Asking;

/// <summary>The second witness: resolves and dials from the source's namespace. Knows nothing of the model's answer.</summary>
public sealed class Probing(Seat seat, WhyOptions options)
{
    private const int MostConnects = 4;

    /// <summary>The name, asked as the source's libc would.</summary>
    public Task<ResolutionFact> ResolveAsync(string name, NetnsFacts source, CancellationToken cancel) => seat.Agent.ResolveAsync(seat.Ref, new ResolveRequest
    {
        Name = name,
        HostsFile = source.HostsFile,
        ResolverFile = source.ResolverFile,
        Libc = source.Libc.Or("glibc") ?? "glibc",
        LimitMs = (int)Math.Max(options.Timeout.TotalMilliseconds, 10_500),
    }, cancel);

    /// <summary>Dials each address in turn, at most four, in the order in which a client would try them.</summary>
    /// <param name="settled">Ends a silent dial that other readings have settled.</param>
    public async Task<Seen> DialAsync(Asked asked, ImmutableArray<IPAddress> addresses, ResolutionFact? resolution, CancellationToken settled, CancellationToken cancel)
    {
        var dials = ImmutableArray.CreateBuilder<DialFact>();
        foreach (var address in addresses.Take(MostConnects))
        {
            dials.Add(await OneAsync(asked, address, settled, cancel));
        }

        var index = Outcomes.Choose([.. dials.Select(d => (d.Address, d.Outcome))], out var outcome);
        return new Seen { Outcome = outcome, Dials = dials.ToImmutable(), Resolution = resolution, Main = dials[index] };
    }

    /// <summary>One dial for a plan: as the target itself would be asked, once.</summary>
    public async Task<PlanDial?> ProveAsync(Asked target, NetnsFacts source, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        var address = target.Literal;
        if (address is null)
        {
            var resolution = await ResolveAsync(target.Host, source, cancel);
            if (resolution.Outcome != Outcome.Ok || resolution.Addresses.IsEmpty)
            {
                return new PlanDial { Outcome = resolution.Outcome, ElapsedMs = Round(watch.Elapsed.TotalMilliseconds), Level = DialLevel.Connect };
            }

            address = resolution.Addresses[0];
        }

        var d = await OneAsync(target, address, CancellationToken.None, cancel);
        return new PlanDial
        {
            Outcome = d.Outcome,
            Errno = d.Errno,
            ElapsedMs = Round(d.ElapsedMs),
            Level = d.Level,
            Attempts = [new Attempt(d.Address.ToString(), d.Port, d.Outcome, d.Errno, Round(d.ElapsedMs))],
            Answer = d.Answer is { } a ? new AnswerInfo(a.Kind, a.Status, a.Text, a.Spoken, a.Redirect) : null,
        };
    }

    private async Task<DialFact> OneAsync(Asked asked, IPAddress address, CancellationToken settled, CancellationToken cancel)
    {
        var d = await seat.Agent.DialAsync(seat.Ref, new DialRequest
        {
            Address = address,
            Port = asked.Port,
            Protocol = asked.Protocol,
            Level = asked.Speak.Length > 0 && !options.ConnectOnly ? DialLevel.Ask : DialLevel.Connect,
            Speak = options.ConnectOnly ? "" : asked.Speak,
            HostHeader = Asked.DefaultPort(asked.Scheme ?? "") == asked.Port ? asked.Host : Model.Repairs.Addresses.EndPoint(asked),
            Path = asked.Path.Length == 0 ? "/" : asked.Path,
            LimitMs = (int)options.Timeout.TotalMilliseconds,
            Version = options.Version,
        }, settled, cancel);
        return d with { From = seat.From };
    }

    private static double Round(double ms) => Math.Round(ms, 2);
}
