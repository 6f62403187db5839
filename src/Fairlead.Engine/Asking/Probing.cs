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
        var first = ImmutableArray.CreateBuilder<DialFact>();
        var all = ImmutableArray.CreateBuilder<DialFact>();
        foreach (var address in addresses.Take(MostConnects))
        {
            var dials = await AskAsync(asked, address, settled, cancel);
            first.Add(dials[0]);
            all.AddRange(dials);
        }

        // a second connection that only asked whether TLS is spoken there does not stand for anything itself
        var index = Outcomes.Choose([.. first.Select(d => (d.Address, d.Outcome))], out var outcome);
        return new Seen { Outcome = outcome, Dials = all.ToImmutable(), Resolution = resolution, Main = first[index] };
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

        var all = await AskAsync(target, address, CancellationToken.None, cancel);
        var d = all[0];
        return new PlanDial
        {
            Outcome = d.Outcome,
            Errno = d.Errno,
            ElapsedMs = Round(d.ElapsedMs),
            Level = d.Level,
            Attempts = [.. all.Select(a => new Attempt(a.Address.ToString(), a.Port, a.Outcome, a.Errno, Round(a.ElapsedMs)))],
            Answer = d.Answer is { } a ? new AnswerInfo(a.Kind, a.Status, a.Text, a.Spoken, a.Redirect) : null,
        };
    }

    /// <summary>
    /// One dial, or two: a bare 400 to plain HTTP may be how a TLS server says that it wants TLS (nginx says no word more to a HEAD). A ClientHello over
    /// a second connection tells.
    /// </summary>
    private async Task<ImmutableArray<DialFact>> AskAsync(Asked asked, IPAddress address, CancellationToken settled, CancellationToken cancel)
    {
        var d = await OneAsync(asked, address, asked.Speak, settled, cancel);
        if (asked.Speak is not ("http" or "ws") || d.Answer is not { Kind: "http", Status: 400, Spoken: "spoken" } answer)
        {
            return [d];
        }

        var hello = await OneAsync(asked, address, "tls", settled, cancel);
        return [hello.Answer is { Kind: "tls" } ? d with { Answer = answer with { Spoken = "mismatch" } } : d, hello];
    }

    private async Task<DialFact> OneAsync(Asked asked, IPAddress address, string speak, CancellationToken settled, CancellationToken cancel)
    {
        var d = await seat.Agent.DialAsync(seat.Ref, new DialRequest
        {
            Address = address,
            Port = asked.Port,
            Protocol = asked.Protocol,
            Level = speak.Length > 0 && !options.ConnectOnly ? DialLevel.Ask : DialLevel.Connect,
            Speak = options.ConnectOnly ? "" : speak,
            HostHeader = Asked.DefaultPort(asked.Scheme ?? "") == asked.Port ? asked.Host : Model.Repairs.Addresses.EndPoint(asked),
            Path = asked.Path.Length == 0 ? "/" : asked.Path,
            LimitMs = (int)options.Timeout.TotalMilliseconds,
            Version = options.Version,
        }, settled, cancel);
        // What a server answers can hold secrets as its log can: a redirect with a token, a greeting with a password.
        var answer = d.Answer is { } a ? a with { Text = Capture.Masking.Text(a.Text), Redirect = a.Redirect is { } to ? Capture.Masking.Text(to) : null } : null;
        return d with { From = seat.From, Answer = answer };
    }

    private static double Round(double ms) => Math.Round(ms, 2);
}
