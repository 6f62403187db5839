using System.Globalization;
using Fairlead.Engine.Capture;
using Fairlead.Engine.Client;
using Fairlead.Facts;

namespace Fairlead.Engine.Vantages;

/// <summary>
/// From where this run looks. Asking code names whose namespace it wants and for what; which agent answers, and under which name it knows that
/// namespace, is decided here.
/// </summary>
public sealed class VantageSession : IAsyncDisposable
{
    /// <summary>Up to so many containers are looked into one by one; more are looked at by one helper that can enter them all.</summary>
    private const int MaxInsides = 3;

    private readonly VantageWish _wish;
    private readonly IAgentMaker _maker;
    private readonly HelperHost _helpers;
    private readonly Func<HelperForm, CancellationToken, ValueTask<bool>> _consent;
    private readonly Dictionary<bool, bool> _consents = [];
    private readonly SemaphoreSlim _asking = new(1, 1);
    private readonly Lock _lock = new();
    private readonly bool _local;
    private IAgent? _own, _proc;
    private volatile bool _helped;

    private VantageSession(EngineClient client, VantageWish wish, IAgentMaker maker, TimeProvider clock, string binaryPath,
        Func<HelperForm, CancellationToken, ValueTask<bool>> consent, EngineProcess process)
    {
        (_wish, _maker, _consent, Process) = (wish, maker, consent, process);
        _helpers = new HelperHost(client, maker, clock, binaryPath);
        _local = process.Pid > 0;
        IsRoot = wish is VantageWish.Root or VantageWish.Auto && EngineProcess.EffectiveUser == 0 && process.Enterable;
        As = "uid " + EngineProcess.EffectiveUser.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The engine's process here; <see cref="EngineProcess.None"/> where it cannot be seen.</summary>
    public EngineProcess Process { get; }

    /// <summary>In process, with all rights.</summary>
    public bool IsRoot { get; }

    /// <summary>"uid 0".</summary>
    public string As { get; }

    /// <summary>"root", "helper", "api+proc" or "api". Becomes "helper" with the first helper that answers.</summary>
    public string Kind => IsRoot ? VantageKinds.Root
        : _helped || _wish == VantageWish.Helper ? VantageKinds.Helper
        : _local && _wish != VantageWish.Api ? VantageKinds.ApiProc
        : VantageKinds.Api;

    /// <summary>Chooses after the engine's first answer (the client then knows who listens on the socket).</summary>
    /// <param name="consent">Asks the person whether a helper of this form may be made; called at most once for "inside" and once for the others.
    /// Not called with <see cref="VantageWish.Helper"/>, which is consent.</param>
    /// <param name="binaryPath">The program from which helpers are made: <see cref="ImageTar.OwnBinary"/>.</param>
    /// <exception cref="EngineUnavailableException">--vantage root where that is impossible.</exception>
    public static VantageSession Open(EngineClient client, VantageWish wish, IAgentMaker maker, TimeProvider clock,
        Func<HelperForm, CancellationToken, ValueTask<bool>> consent, string binaryPath = ImageTar.OwnBinary)
    {
        var process = client.Endpoint.Remote ? EngineProcess.None : EngineProcess.Find(client.PeerPid);
        var session = new VantageSession(client, wish, maker, clock, binaryPath, consent, process);
        if (wish == VantageWish.Root && !session.IsRoot)
            throw new EngineUnavailableException(EngineFailure.Forbidden, "--vantage root: not root on the engine's host", "Use sudo there, or --vantage helper.");
        return session;
    }

    /// <summary>Somebody who can read or dial in a container's namespace.</summary>
    public async Task<(Seat? Seat, NotRead? Why)> SeatAsync(InspectedContainer container, SeatNeed need, CancellationToken cancel)
    {
        if (!container.Running || (container.Pid <= 0 && _local))
            return (null, new NotRead(Readings.Netns, container.Name, WhyNot.Gone, null, [], "it is not running"));
        var here = new NetnsRef(container.Pid, container.Id, container.Name);
        if (IsRoot)
            return (new Seat(Own(), here, "setns", CanDial: true, OwnFiles: true), null);
        if (_wish == VantageWish.Api)
            return (null, Denied(container.Name, need));
        if (need == SeatNeed.Rules)
            return (null, new NotRead(Readings.Rules, container.Name, WhyNot.NotPermitted, "root"));
        var many = need == SeatNeed.Holders || _helpers.Has(HelperForm.Many)
            || (_helpers.Insides >= MaxInsides && !_helpers.Has(HelperForm.Inside, InsideOf(container)));
        if (many && await HelperAsync(HelperForm.Many, "", container.Name, cancel) is { } entering)
            return (new Seat(entering, here, "helper", CanDial: true, OwnFiles: true), null);
        if (need != SeatNeed.Holders && await HelperAsync(HelperForm.Inside, InsideOf(container), container.Name, cancel) is { } inside)
            return (new Seat(inside, new NetnsRef(0, null, container.Name), "helper", CanDial: true, OwnFiles: false), null);
        return _local && need == SeatNeed.Look ? (new Seat(ThroughProc(), here, "self", CanDial: false, OwnFiles: true), null) : (null, Denied(container.Name, need));
    }

    /// <summary>Somebody who can read or dial in the engine's host's namespace.</summary>
    public async Task<(Seat? Seat, NotRead? Why)> HostSeatAsync(SeatNeed need, CancellationToken cancel)
    {
        var here = new NetnsRef(Process.Pid, null, "host");
        if (IsRoot)
            return (new Seat(Own(), here, "setns", CanDial: true, OwnFiles: true), null);
        if (_wish == VantageWish.Api)
            return (null, Denied("host", need));
        var form = need == SeatNeed.Holders || (need == SeatNeed.Look && _helpers.Has(HelperForm.Many)) ? HelperForm.Many : HelperForm.Rules;
        if (await HelperAsync(form, "", "host", cancel) is { } agent)
            return (new Seat(agent, new NetnsRef(0, null, "host"), "helper", CanDial: true, OwnFiles: false), null);
        return _local && need == SeatNeed.Look ? (new Seat(ThroughProc(), here, "self", CanDial: false, OwnFiles: true), null) : (null, Denied("host", need));
    }

    /// <summary>Why the last helper could not be had, for -v; null when none failed.</summary>
    public NotRead? HelperProblem { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _helpers.DisposeAsync();
        if (_own is not null)
            await _own.DisposeAsync();
        if (_proc is not null)
            await _proc.DisposeAsync();
        _asking.Dispose();
    }

    private static string InsideOf(InspectedContainer container) => container.SharesWith.Length > 0 ? container.SharesWith : container.Id;

    private NotRead Denied(string of, SeatNeed need) => new(
        need switch { SeatNeed.Rules => Readings.Rules, SeatNeed.Holders => Readings.Processes, _ => Readings.Netns },
        of, _wish == VantageWish.Api ? WhyNot.NotAsked : WhyNot.NotPermitted, need == SeatNeed.Look ? "helper" : "root", [], HelperProblem?.Detail);

    private async Task<IAgent?> HelperAsync(HelperForm form, string insideId, string of, CancellationToken cancel)
    {
        if (!await MayAsync(form, cancel))
            return null;
        var (agent, why) = await _helpers.AgentAsync(form, insideId, of, cancel);
        if (agent is null)
            HelperProblem = why;
        else
            _helped = true;
        return agent;
    }

    private async Task<bool> MayAsync(HelperForm form, CancellationToken cancel)
    {
        if (_wish == VantageWish.Helper)
            return true;
        if (_wish != VantageWish.Auto)
            return false;
        await _asking.WaitAsync(cancel);
        try
        {
            var inside = form == HelperForm.Inside;
            if (!_consents.TryGetValue(inside, out var may))
                _consents[inside] = may = await _consent(form, cancel);
            return may;
        }
        finally
        {
            _asking.Release();
        }
    }

    private IAgent Own()
    {
        lock (_lock)
            return _own ??= _maker.Local();
    }

    private IAgent ThroughProc()
    {
        lock (_lock)
            return _proc ??= _maker.Proc();
    }
}
