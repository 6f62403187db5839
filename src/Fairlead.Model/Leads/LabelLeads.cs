using System.Collections.Immutable;
using System.Globalization;
using Fairlead.Model.Symptoms;

namespace Fairlead.Model.Leads;

/// <summary>A port at which a proxy that reads labels will dial the container that bears them.</summary>
/// <param name="Proxy">"traefik", "caddy" or "nginx-proxy": whose image or name holds the word.</param>
public sealed record ProxyLead(string Proxy, int Port, string Where);

/// <summary>Labels: what Traefik, Caddy and nginx-proxy are told.</summary>
public static class LabelLeads
{
    internal static IEnumerable<Lead> Of(LeadSource source)
    {
        foreach (var (name, value) in source.Labels.OrderBy(l => l.Key, StringComparer.Ordinal))
        {
            var told = (name.StartsWith("traefik.", StringComparison.OrdinalIgnoreCase) && name.EndsWith(".url", StringComparison.OrdinalIgnoreCase))
                || (name.StartsWith("caddy", StringComparison.Ordinal) && name.Contains("reverse_proxy", StringComparison.Ordinal));
            if (!told)
                continue;
            foreach (var lead in Values.In(value, LeadKinds.Label, name, source.Known))
                yield return lead;
        }
    }

    /// <summary>Ports of the container itself that a proxy will dial.</summary>
    public static ImmutableArray<ProxyLead> ForProxies(LeadSource source)
    {
        var result = ImmutableArray.CreateBuilder<ProxyLead>();
        foreach (var (name, value) in source.Labels.OrderBy(l => l.Key, StringComparer.Ordinal))
        {
            if (name.StartsWith("traefik.", StringComparison.OrdinalIgnoreCase) && name.EndsWith(".loadbalancer.server.port", StringComparison.OrdinalIgnoreCase) && Number(value) is > 0 and var port)
                result.Add(new ProxyLead("traefik", port, name));
            else if (name.StartsWith("caddy", StringComparison.Ordinal) && name.Contains("reverse_proxy", StringComparison.Ordinal) && Upstreams(value) is > 0 and var upstream)
                result.Add(new ProxyLead("caddy", upstream, name));
        }
        var env = source.Env.ToLookup(e => e.Name, e => e.Value);
        if (env["VIRTUAL_HOST"].Any() && Number(env["VIRTUAL_PORT"].FirstOrDefault() ?? "") is > 0 and var virtualPort)
            result.Add(new ProxyLead("nginx-proxy", virtualPort, "VIRTUAL_PORT"));
        return result.ToImmutable();
    }

    // caddy-docker-proxy: {{upstreams 8000}}, {{upstreams http 8000}}
    private static int Upstreams(string value)
    {
        var at = value.IndexOf("{{upstreams", StringComparison.Ordinal);
        if (at < 0)
            return 0;
        var end = value.IndexOf("}}", at, StringComparison.Ordinal);
        return end < 0 ? 0 : value[(at + 11)..end].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Number).LastOrDefault();
    }

    private static int Number(string text) =>
        Shapes.Port(text, out var port) == text.Length && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? port : 0;
}
