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
    private static readonly TimeSpan FarewellLimit = TimeSpan.FromSeconds(10);

    private sealed record Running(string Id, IAgent Agent, DemuxStream Stream);

    private readonly Dictionary<(HelperForm, string), Running> _running = [];
    private readonly List<string> _made = [];
    private readonly SemaphoreSlim _one = new(1, 1);
    private string? _image;
    private bool _imported;

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

    /// <summary>Removes containers and images of earlier runs that were killed: ours by label, and older than any run lasts.</summary>
    public async Task SweepAsync(CancellationToken cancel)
    {
        var limit = clock.GetUtcNow() - HelperSpec.LeftoverAge;
        if (EngineJson.Parse(await client.ContainersAsync(cancel, ("label", HelperSpec.Label))) is { ValueKind: JsonValueKind.Array } containers)
        {
            foreach (var container in containers.EnumerateArray().Where(c => Older(c, limit)))
                await client.RemoveContainerAsync(container.Text("Id"), cancel);
        }
        var filter = EngineJson.Segment($$"""{"label":["{{HelperSpec.Label}}"]}""");
        var images = await client.GetAsync("/images/json?all=1&filters=" + filter, cancel);
        if (images.Ok && EngineJson.Parse(images.Body) is { ValueKind: JsonValueKind.Array } list)
        {
            foreach (var image in list.EnumerateArray().Where(i => Older(i, limit)))
                await client.RemoveImageAsync(image.Text("Id"), cancel);
        }
    }

    private static bool Older(JsonElement item, DateTimeOffset limit) =>
        item.At("Created") is { ValueKind: JsonValueKind.Number } at && at.TryGetInt64(out var seconds) && seconds < limit.ToUnixTimeSeconds();

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
                await client.RemoveContainerAsync(id, limit.Token);
            if (_imported && _image is not null)
                await client.RemoveImageAsync(_image, limit.Token);
        }
        catch (Exception e) when (e is EngineUnavailableException or OperationCanceledException)
        {
            // The engine went away: the helper ends with its stream, removes itself, and the next run removes the image.
        }
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
        var image = $"{Repository}:{digest}";
        var answer = await client.ImportImageAsync(ImageTar.Of(binary), Repository, digest,
            ["""ENTRYPOINT ["/fairlead"]""", $"LABEL {HelperSpec.Label}=image"], cancel);
        if (!answer.Ok || Encoding.UTF8.GetString(answer.Body).Contains("\"error\"", StringComparison.Ordinal))
            return "the image was not imported: " + answer.Message;
        _imported = true;
        _image = image;
        return null;
    }

    private async Task<(IAgent?, NotRead?)> StartAsync(HelperForm form, string insideId, string of, CancellationToken cancel)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"fairlead-helper-{HelperSpec.FormName(form)}-{Environment.ProcessId}-{clock.GetTimestamp():x}");
        var created = await client.CreateContainerAsync(name, HelperSpec.Body(form, _image!, insideId), cancel);
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
