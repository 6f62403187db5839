using System.Text.Json;
using Fairlead.Engine.Client;
using Fairlead.Engine.Vantages;

namespace Fairlead.Engine.Capture;

/// <summary>Which kind of engine answers: native, desktop, rootless, podman, snap, remote or unknown.</summary>
public static class EngineKind
{
    /// <param name="info">GET /info where it was asked; without it the socket and the process behind it decide.</param>
    public static string Of(EngineClient client, EngineProcess process, JsonElement? info)
    {
        var endpoint = client.Endpoint;
        if (client.ServerName.Equals("Libpod", StringComparison.OrdinalIgnoreCase) || process.Name == "podman")
            return "podman";
        if (endpoint.Remote)
            return "remote";
        if (endpoint.Path.Contains("/.docker/", StringComparison.Ordinal) || (info?.Text("OperatingSystem") ?? "").StartsWith("Docker Desktop", StringComparison.Ordinal))
            return "desktop";
        if ((info?.Text("DockerRootDir") ?? "").StartsWith("/var/snap/", StringComparison.Ordinal))
            return "snap";
        if (process.Rootless || info is { } i && i.Items("SecurityOptions").Any(o => o.ValueKind == JsonValueKind.String && o.GetString()!.StartsWith("name=rootless", StringComparison.Ordinal)))
            return "rootless";
        return process.Name is "dockerd" || (endpoint.Kind == EndpointKind.Unix && process.Pid > 0) || info is not null ? "native" : "unknown";
    }
}
