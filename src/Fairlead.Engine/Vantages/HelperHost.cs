using System.Globalization;
using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using Fairlead.Engine.Client;
using Fairlead.Facts;

namespace Fairlead.Engine.Vantages;

/// <summary>
/// Makes helper containers out of this very binary, hands out their agents, and removes every trace: containers by id and the image when it is
/// disposed, leftovers of killed runs by label.
/// </summary>
public sealed class HelperHost(EngineClient client, IAgentMaker maker, TimeProvider clock, string binaryPath) : IAsyncDisposable
{
    private const string Repository = "fairlead-helper";
    private const int MostAgain = 60;
    private static readonly TimeSpan FarewellLimit = TimeSpan.FromSeconds(10), Again = TimeSpan.FromMilliseconds(50);

    private sealed record Running(string Id, IAgent Agent, DemuxStream Stream);

    private readonly Dictionary<(HelperForm, string), Running> _running = [];
    private readonly List<string> _made = [];
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly CancellationTokenSource _leaving = new();
    private string? _image;
    private Task<bool>? _sweeping;

    // Set while the engine makes something of which no id is known yet: a run that is interrupted then finds it by its label.
    private bool _between;

    /// <summary>Whether a helper of this form runs already (for <see cref="HelperForm.Inside"/>: in that container).</summary>
    public bool Has(HelperForm form, string insideId = "") => _running.ContainsKey((form, insideId));

    /// <summary>How many helpers look from inside single containers.</summary>
    public int Insides => _running.Count(r => r.Key.Item1 == HelperForm.Inside);

    /// <summary>The agent of a helper, started when there is none yet; or why there is none.</summary>
    public async Task<(IAgent? Agent, NotRead? Why)> AgentAsync(HelperForm form, string insideId, string of, CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            if (_running.TryGetValue((form, insideId), out var ready))
                return (ready.Agent, null);
            _sweeping ??= SweepQuietlyAsync();
            if (await ImageAsync(cancel) is { } noImage)
                return (null, No(of, noImage));
            return await StartAsync(form, insideId, of, cancel);
        }
        catch (EngineUnavailableException e) when (e.Failure is EngineFailure.Forbidden or EngineFailure.Busy)
        {
            return (null, No(of, e.Message));
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Removes what earlier runs left that were killed: by label, when its maker is gone or it is older than any run lasts.</summary>
    /// <returns>How much there was.</returns>
    public Task<int> SweepAsync(CancellationToken cancel) => SweepAsync(ofOwn: false, cancel);

    private async Task<int> SweepAsync(bool ofOwn, CancellationToken cancel)
    {
        var found = 0;
        var label = ofOwn ? $"{HelperSpec.OwnerLabel}={HelperOwner.Own}" : HelperSpec.Label;
        var containers = client.ContainersAsync(cancel, ("label", label));
        var images = client.ImagesAsync(cancel, ("label", label));
        foreach (var container in Items(await containers).Where(c => ofOwn || LeftBehind(c)))
        {
            found++;
            await GoneAsync(() => client.RemoveContainerAsync(container.Text("Id"), cancel), cancel);
        }
        foreach (var image in Items(await images).Where(i => ofOwn || LeftBehind(i)))
        {
            found++;
            await GoneAsync(() => client.RemoveImageAsync(image.Text("Id"), cancel), cancel);
        }
        return found;
    }

    /// <summary>Beside the work itself, which it must neither delay nor spoil.</summary>
    private async Task<bool> SweepQuietlyAsync()
    {
        try
        {
            return await SweepAsync(_leaving.Token) > 0;
        }
        catch (Exception e) when (e is EngineUnavailableException or OperationCanceledException)
        {
            return false;   // what was not removed now is removed by the next run
        }
    }

    private bool LeftBehind(JsonElement item) =>
        HelperOwner.Lives((item.At("Labels") ?? default).Text(HelperSpec.OwnerLabel)) == false
        || (item.At("Created") is { ValueKind: JsonValueKind.Number } at && at.TryGetInt64(out var seconds)
            && seconds < (clock.GetUtcNow() - HelperSpec.LeftoverAge).ToUnixTimeSeconds());

    private static JsonElement[] Items(byte[] body) => EngineJson.Parse(body) is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray()] : [];

    /// <summary>Until the engine says that it is gone: while it removes something by itself, it answers 409.</summary>
    private static async Task GoneAsync(Func<Task<EngineAnswer>> remove, CancellationToken cancel)
    {
        for (var time = 0; time < MostAgain && (await remove()).Status == 409; time++)
            await Task.Delay(Again, cancel);
    }

    public async ValueTask DisposeAsync()
    {
        // Not under the caller's token: a run that was interrupted must clean up too.
        using var limit = new CancellationTokenSource(FarewellLimit);
        foreach (var helper in _running.Values)
        {
            await helper.Agent.DisposeAsync();
            await helper.Stream.DisposeAsync();
        }
        _running.Clear();
        try
        {
            foreach (var id in _made)
                await GoneAsync(() => client.RemoveContainerAsync(id, limit.Token), limit.Token);
            if (_image is { } image)
                await GoneAsync(() => client.RemoveImageAsync(image, limit.Token), limit.Token);
            if (_between)
                await SweepAsync(ofOwn: true, limit.Token);
        }
        catch (Exception e) when (e is EngineUnavailableException or OperationCanceledException)
        {
            // The engine went away: the helper ends with its stream, removes itself, and the next run removes the image.
        }
        _leaving.CancelAfter(FarewellLimit);
        // Where something was left, the engine may have been finishing more of it while it was listed.
        if (_sweeping is not null && await _sweeping)
            await SweepQuietlyAsync();
        _leaving.Dispose();
        _made.Clear();
        _one.Dispose();
    }

    /// <summary>Null when the image is there; else why not.</summary>
    private async Task<string?> ImageAsync(CancellationToken cancel)
    {
        if (_image is not null)
            return null;
        byte[] binary;
        try
        {
            binary = await File.ReadAllBytesAsync(binaryPath, cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "cannot read this program's own file: " + e.Message;
        }
        var digest = XxHash128.HashToUInt128(binary).ToString("x32", CultureInfo.InvariantCulture);
        _between = true;
        var answer = await client.ImportImageAsync(ImageTar.Of(binary), Repository, digest,
            ["""ENTRYPOINT ["/fairlead"]""", $"LABEL {HelperSpec.Label}=image", $"LABEL {HelperSpec.OwnerLabel}={HelperOwner.Own}"], cancel);
        if (ImageId(answer) is not { } image)
            return "the image was not imported: " + answer.Message;
        // By its id from here on: another run may give the same name to an image of its own.
        (_image, _between) = (image, false);
        return null;
    }

    /// <summary>The id that the engine says when it has imported: {"status":"sha256:…"} of Docker, {"id":"…"} of Podman.</summary>
    private static string? ImageId(EngineAnswer answer)
    {
        if (!answer.Ok)
            return null;
        var lines = Encoding.UTF8.GetString(answer.Body).Split('\n').Select(line => EngineJson.Parse(Encoding.UTF8.GetBytes(line)) ?? default);
        return lines.SelectMany(line => new[] { line.Text("status"), line.Text("id") })
            .LastOrDefault(said => said.StartsWith("sha256:", StringComparison.Ordinal) || (said.Length == 64 && said.All(char.IsAsciiHexDigitLower)));
    }

    private async Task<(IAgent?, NotRead?)> StartAsync(HelperForm form, string insideId, string of, CancellationToken cancel)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"fairlead-helper-{HelperSpec.FormName(form)}-{Environment.ProcessId}-{clock.GetTimestamp():x}");
        _between = true;
        var created = await client.CreateContainerAsync(name, HelperSpec.Body(form, _image!, insideId), cancel);
        _between = false;
        if (!created.Ok || EngineJson.Parse(created.Body) is not { } body || body.Text("Id") is not { Length: > 0 } id)
            return (null, No(of, "the helper was not created: " + created.Message));
        _made.Add(id);
        // Attached before the start, so that nothing it says is lost and its input is open from its first moment.
        if (await client.AttachAsync(id, cancel) is not { } raw)
            return (null, No(of, "the helper cannot be attached to"));
        var stream = new DemuxStream(raw);
        var started = await client.StartContainerAsync(id, cancel);
        if (!started.Ok)
        {
            await stream.DisposeAsync();
            return (null, No(of, "the helper was not started: " + started.Message));
        }
        var agent = maker.OverStream(stream);
        _running[(form, insideId)] = new Running(id, agent, stream);
        return (agent, null);
    }

    private static NotRead No(string of, string detail) => new(Readings.Netns, of, WhyNot.NotPermitted, "root", [], detail);
}
