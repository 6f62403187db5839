using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Fairlead.Engine.Client;

/// <summary>The calls that change what is the user's. Only Apply/ makes them, and each stands in the journal before it is made (SAFETY 29).</summary>
public sealed partial class EngineClient
{
    /// <summary>First API that knows gateway priorities (Engine 28).</summary>
    public static readonly Version GatewayPriorityApi = new(1, 48);

    // Stopping waits for the container's own grace, which may be a minute; the engine answers when it is over.
    private static readonly TimeSpan SlowLimit = TimeSpan.FromSeconds(120);

    public Task<EngineAnswer> ConnectNetworkAsync(string network, string container, Action<Utf8JsonWriter> endpoint, CancellationToken cancel) =>
        PostAsync($"/networks/{EngineJson.Segment(network)}/connect", Body(w =>
        {
            w.WriteString("Container", container);
            w.WritePropertyName("EndpointConfig");
            endpoint(w);
        }), cancel, SlowLimit);

    public Task<EngineAnswer> DisconnectNetworkAsync(string network, string container, CancellationToken cancel) =>
        PostAsync($"/networks/{EngineJson.Segment(network)}/disconnect", Body(w => w.WriteString("Container", container)), cancel, SlowLimit);

    /// <summary>A bridge network with one label; the engine chooses its subnet.</summary>
    public Task<EngineAnswer> CreateNetworkAsync(string name, string label, string value, CancellationToken cancel) =>
        PostAsync("/networks/create", Body(w =>
        {
            w.WriteString("Name", name);
            w.WriteBoolean("CheckDuplicate", true);
            w.WriteString("Driver", "bridge");
            w.WriteStartObject("Labels");
            w.WriteString(label, value);
            w.WriteEndObject();
        }), cancel, SlowLimit);

    public Task<EngineAnswer> RemoveNetworkAsync(string id, CancellationToken cancel) => DeleteAsync("/networks/" + EngineJson.Segment(id), cancel);

    public Task<EngineAnswer> StopContainerAsync(string id, CancellationToken cancel) => OfContainerAsync(id, "stop", cancel);

    public Task<EngineAnswer> RestartContainerAsync(string id, CancellationToken cancel) => OfContainerAsync(id, "restart", cancel);

    public Task<EngineAnswer> PauseContainerAsync(string id, CancellationToken cancel) => OfContainerAsync(id, "pause", cancel);

    public Task<EngineAnswer> UnpauseContainerAsync(string id, CancellationToken cancel) => OfContainerAsync(id, "unpause", cancel);

    public Task<EngineAnswer> RenameContainerAsync(string id, string name, CancellationToken cancel) =>
        OfContainerAsync(id, "rename?name=" + EngineJson.Segment(name), cancel);

    /// <param name="retries">Of "on-failure"; 0 for no limit.</param>
    public Task<EngineAnswer> SetRestartPolicyAsync(string id, string name, int retries, CancellationToken cancel) =>
        PostAsync($"/containers/{EngineJson.Segment(id)}/update", Body(w =>
        {
            w.WriteStartObject("RestartPolicy");
            w.WriteString("Name", name.Length == 0 ? "no" : name);
            w.WriteNumber("MaximumRetryCount", retries);
            w.WriteEndObject();
        }), cancel, SlowLimit);

    /// <summary>Removes a container and keeps its volumes.</summary>
    public Task<EngineAnswer> RemoveContainerKeepingVolumesAsync(string id, CancellationToken cancel) =>
        DeleteAsync($"/containers/{EngineJson.Segment(id)}?force=1", cancel);

    private Task<EngineAnswer> OfContainerAsync(string id, string what, CancellationToken cancel) =>
        PostAsync(string.Create(CultureInfo.InvariantCulture, $"/containers/{EngineJson.Segment(id)}/{what}"), null, cancel, SlowLimit);

    /// <summary>A JSON object as a request's body.</summary>
    public static byte[] Body(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }
}
